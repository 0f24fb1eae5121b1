package compute

import (
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

// stakes are what is lost with workloads. All findings on one have its severity.
type stakes struct {
	estate   *kubernetes.Estate
	serving  *serving
	programs *programs
	backends map[string][]int // by namespace/name of a Service: what sends requests to it
	root     string           // the folder that holds everything that was read
}

// stakesOf are those of the estate that a pass is over.
func stakesOf(p *check.Pass) *stakes {
	return check.Shared(p, func(p *check.Pass) *stakes {
		e := p.Estate.Kubernetes
		s := &stakes{estate: e, serving: servingOf(p), programs: programsOf(p), backends: map[string][]int{}, root: common(e)}
		for i := range e.Backends {
			service := e.Backends[i].Namespace + "/" + e.Backends[i].Service
			s.backends[service] = append(s.backends[service], i)
		}
		return s
	})
}

// common is the folder that holds the files of all workloads.
func common(e *kubernetes.Estate) string {
	root := ""
	for i := range e.Workloads {
		dir := path.Dir(e.Workloads[i].Position.File)
		if i == 0 {
			root = dir
		}
		for root != "." && root != "/" && dir != root && !strings.HasPrefix(dir, root+"/") {
			root = path.Dir(root)
		}
	}
	return root
}

// stake is how much is lost with a workload, and by what that is known.
type stake struct {
	severity string
	finding.Evidence
}

// shifted is a severity some steps up or down.
func shifted(severity string, steps int) string {
	all := finding.Severities
	return all[min(max(slices.Index(all, severity)-steps, 0), len(all)-1)]
}

// of weighs a workload: what is reached from outside the cluster or called by its
// API server, and members of a quorum, over what others inside need; and that
// over what nobody waits for.
func (s *stakes) of(i int) stake {
	w := &s.estate.Workloads[i]
	if why := s.trial(w); why != "" {
		return stake{"low", finding.Evidence{Text: why, Position: w.Position}}
	}
	if x, ok := s.outside(i); ok {
		return x
	}
	members := w.AtLeast()
	switch p := s.programs.of(i); {
	case p != nil && p.Keeps == responsibility.KeepsCache:
		return stake{"low", finding.Evidence{Text: "what it holds is a cache, which fills again", Position: w.Position}}
	case p != nil && p.Metrics:
		return stake{"low", finding.Evidence{Text: "only metrics are read from it, by its image", Position: w.Position}}
	case w.Kind == "StatefulSet" && w.ServiceName != "" && members >= 3:
		return stake{"high", finding.Evidence{Text: fmt.Sprintf("its %d pods know each other by the Service %s: a quorum, if it has one, is lost with two", members, w.ServiceName), Position: w.Position}}
	case !w.Lasting:
		return stake{"low", finding.Evidence{Text: "its pods run to their end, and start over", Position: w.Position}}
	case w.Template.Elects:
		return stake{"low", finding.Evidence{Text: "it elects a leader: its work waits until a pod is there again", Position: w.Position}}
	}
	return s.inside(i)
}

// outside looks for what reaches a workload from outside the cluster, and for
// the API server.
func (s *stakes) outside(i int) (stake, bool) {
	for _, k := range s.serving.services[i] {
		service := &s.estate.Services[k]
		for _, b := range s.backends[service.Namespace+"/"+service.Name] {
			by := &s.estate.Backends[b]
			said := by.By.Kind + " " + by.By.Name + " sends requests to it"
			if by.Webhook {
				said = "the API server calls it: " + by.By.Kind + " " + by.By.Name
			}
			return stake{"high", finding.Evidence{Text: said + ", through Service " + service.Name, Position: by.Position}}, true
		}
		if (service.Type == "LoadBalancer" || service.Type == "NodePort") && !metricsOnly(service) {
			return stake{"high", finding.Evidence{Text: "Service " + service.Name + " of type " + service.Type + " routes to it", Position: service.Position}}, true
		}
	}
	return stake{}, false
}

// inside looks for what needs a workload within the cluster.
func (s *stakes) inside(i int) stake {
	routed, ok := s.serving.routed(i)
	for _, k := range s.serving.services[i] {
		if service := &s.estate.Services[k]; !metricsOnly(service) {
			return stake{"medium", finding.Evidence{Text: "Service " + service.Name + " routes to it", Position: service.Position}}
		}
	}
	switch {
	case len(s.serving.services[i]) > 0:
		service := &s.estate.Services[s.serving.services[i][0]]
		return stake{"low", finding.Evidence{Text: "only metrics are read from it, through Service " + service.Name, Position: service.Position}}
	case ok, s.estate.Workloads[i].AtLeast() >= 2: // who runs two has a reason
		return stake{"medium", routed}
	}
	return stake{"low", routed}
}

// onlyMetrics reports whether nothing but metrics is read from a workload.
func (s *stakes) onlyMetrics(i int) bool {
	services := s.serving.services[i]
	return len(services) > 0 && !slices.ContainsFunc(services, func(k int) bool { return !metricsOnly(&s.estate.Services[k]) })
}

// metricsOnly reports whether all that a Service has is ports for metrics.
func metricsOnly(s *kubernetes.Service) bool {
	return len(s.Ports) > 0 && !slices.ContainsFunc(s.Ports, func(name string) bool {
		return !strings.HasSuffix(name, "metrics") && name != "monitoring" && name != "prometheus" && name != "telemetry"
	})
}

// trials are the words by which tests and examples are named.
var trials = []string{"test", "tests", "testing", "testdata", "e2e", "example", "examples", "sample", "samples"}

// trial says by what it is known that a workload is there to be tried or looked
// into, and nobody needs it.
func (s *stakes) trial(w *kubernetes.Workload) string {
	named := func(name string, split string) bool {
		return slices.ContainsFunc(strings.Split(name, split), func(part string) bool { return slices.Contains(trials, part) })
	}
	below := strings.TrimPrefix(strings.TrimPrefix(path.Dir(w.Position.File), s.root), "/")
	switch {
	case w.Template.Sleeps:
		return "its containers only sleep"
	case strings.HasPrefix(w.Template.Annotations["helm.sh/hook"], "test"):
		return "it is a test of its chart"
	case named(w.Name, "-"):
		return "by its name it is a test or an example"
	case named(below, "/"):
		return "by its folder it is a test or an example"
	}
	return ""
}
