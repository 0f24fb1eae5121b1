package compute

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// watching are the words in names of ports by which those who run a program look
// at it, and not those who use it.
var watching = []string{
	"metric", "metrics", "prometheus", "monitoring", "telemetry", "profiling", "profiler", "pprof", "debug",
	"probe", "probes", "health", "healthz", "healthcheck", "liveness", "readiness",
}

// watched reports whether a name of a port says that it is there for those who
// run a program: http-metrics, tcp-prometheus-servicemonitor, healthz.
func watched(port string) bool {
	return slices.ContainsFunc(strings.Split(port, "-"), func(word string) bool { return slices.Contains(watching, word) })
}

// used reports whether a workload declares a port for those who use it.
func used(w *kubernetes.Workload) bool {
	for p := range w.Template.Ports() {
		if !watched(p.Name) {
			return true
		}
	}
	return false
}

// scrapedAlone reports whether metrics are read from a workload at the only port that it
// declares, as its annotations say.
func scrapedAlone(w *kubernetes.Workload) bool {
	n := 0
	for range w.Template.Ports() {
		n++
	}
	a := w.Template.Annotations
	return n == 1 && a["prometheus.io/scrape"] == "true"
}

// scrapes are by which Services metrics alone are read.
type scrapes struct {
	estate  *kubernetes.Estate
	catalog *responsibility.Catalog
}

// polls reports whether a workload is by its name, or by that of the image which tells what
// it runs, one that collects at times of its own.
func (s scrapes) polls(w *kubernetes.Workload) bool {
	if s.catalog == nil || s.catalog.Polls(w.Name) {
		return s.catalog != nil
	}
	from := telling(s.catalog, w)
	return len(from) > 0 && s.catalog.Polls(from[0].Image)
}

// only reports whether nothing but metrics and the like is read from a workload
// through a Service: by its name, by those of its ports, there or in the pods, or because
// it has no address and a ServiceMonitor covers all of its ports. Others have a
// port of their own scraped that they are used by, too.
func (s scrapes) only(service *kubernetes.Service, w *kubernetes.Workload) bool {
	name := strings.TrimSuffix(service.Name, "-service")
	if strings.HasSuffix(name, "-metrics") && name != w.Name { // as kubebuilder calls them
		return true
	}
	looks := func(port string) bool { return watched(port) && !itself(w, port) }
	return len(service.Ports) > 0 && !slices.ContainsFunc(service.Ports, func(p kubernetes.ServicePort) bool {
		return !looks(p.Name) && !looks(p.Target) && !looks(nameIn(w, p.Target)) &&
			!(annotated(service, w, p) && !s.entered(service) && !s.answersAt(w, p)) &&
			!(service.Headless && w.Kind != "StatefulSet" && s.covers(service, w, p))
	})
}

// itself reports whether a port is called after what a workload runs, as that of Prometheus is:
// who asks it does not only look at it.
func itself(w *kubernetes.Workload, port string) bool {
	names := namesOf(w)
	for _, c := range w.Template.Containers {
		names = append(names, c.Image)
	}
	return slices.ContainsFunc(names, func(name string) bool {
		name = strings.TrimSuffix(name, "-server")
		last := name[strings.LastIndex(name, "-")+1:]
		return last != "" && !strings.HasPrefix(last, "metric") && slices.Contains(strings.Split(port, "-"), last)
	})
}

// entered reports whether requests from outside are sent on to a Service: an Ingress to what is
// scraped as well has it used.
func (s scrapes) entered(service *kubernetes.Service) bool {
	return slices.ContainsFunc(s.estate.Backends, func(b kubernetes.Backend) bool {
		return !b.Webhook && b.Namespace == service.Namespace && b.Service == service.Name
	})
}

// answersAt reports whether what a workload runs is a program that clients ask at the number of
// a port, as Elasticsearch at 9200.
func (s scrapes) answersAt(w *kubernetes.Workload, p kubernetes.ServicePort) bool {
	n, err := strconv.Atoi(p.Target)
	if s.catalog == nil || err != nil {
		return false
	}
	return slices.ContainsFunc(w.Template.Containers, func(c kubernetes.Container) bool {
		known := s.catalog.Program(c.Image, c.Runs, nil)
		return known != nil && !known.Metrics && slices.Contains(known.Ports, n)
	})
}

// exporterPorts are the numbers that exporters of metrics take, as far as they have
// agreed: who is scraped at one of them is read for nothing else there.
//
// Source: github.com/prometheus/prometheus/wiki/Default-port-allocations.
var exporterPorts = [2]int{9100, 9999}

// annotated reports whether a Service or its pods say that metrics are read at a
// port, and its number is one of those that exporters take.
func annotated(service *kubernetes.Service, w *kubernetes.Workload, p kubernetes.ServicePort) bool {
	n, err := strconv.Atoi(p.Target)
	if err != nil || n < exporterPorts[0] || n > exporterPorts[1] {
		return false
	}
	pods := w.Template.Annotations
	return service.ScrapedAt == p.Target || pods["prometheus.io/scrape"] == "true" && pods["prometheus.io/port"] == p.Target
}

// exports reports whether a workload is an exporter, by its name or by that of the image
// which tells what it runs, which serves one thing at most.
func (s scrapes) exports(w *kubernetes.Workload, services []int) bool {
	if from := telling(s.catalog, w); !exporter(w.Name) && (len(from) == 0 || !exporter(from[0].Image)) {
		return false
	}
	return !slices.ContainsFunc(services, func(k int) bool {
		used := 0
		for _, p := range s.estate.Services[k].Ports {
			if !watched(p.Name) {
				used++
			}
		}
		return used > 1
	})
}

// nameIn is the name that a port with a number has in the pods of a workload.
func nameIn(w *kubernetes.Workload, target string) string {
	n, err := strconv.Atoi(target)
	if err != nil {
		return ""
	}
	for p := range w.Template.Ports() {
		if int(p.Number) == n {
			return p.Name
		}
	}
	return ""
}

// covers reports whether a ServiceMonitor has a port of a Service scraped, or a
// PodMonitor what it is in the pods behind it.
func (s scrapes) covers(service *kubernetes.Service, w *kubernetes.Workload, p kubernetes.ServicePort) bool {
	return slices.ContainsFunc(s.estate.Scrapes, func(x kubernetes.Scrape) bool {
		of, port := service.Labels, p.Name
		if x.Pods {
			of, port = w.Template.Labels, nameIn(w, p.Target)
		}
		return (len(x.Namespaces) == 0 || slices.Contains(x.Namespaces, service.Namespace)) && x.Selector.Matches(labels.Set(of)) &&
			(port != "" && slices.Contains(x.Ports, port) || slices.Contains(x.Ports, p.Target))
	})
}
