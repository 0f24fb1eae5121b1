package compute

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// stakes are what is lost with workloads. All findings on one have its severity.
type stakes struct {
	estate   *kubernetes.Estate
	serving  *serving
	programs *programs
	backends map[string][]int // by namespace/name of a Service: what sends requests to it
	unit     *estate.Estate
	catalog  *responsibility.Catalog
}

// stakesOf are those of the estate that a pass is over.
func stakesOf(p *check.Pass) *stakes {
	return check.Shared(p, func(p *check.Pass) *stakes {
		e := p.Estate.Kubernetes
		s := &stakes{estate: e, serving: servingOf(p), programs: programsOf(p), backends: map[string][]int{}, unit: p.Estate, catalog: p.Catalog}
		for i := range e.Backends {
			service := e.Backends[i].Namespace + "/" + e.Backends[i].Service
			s.backends[service] = append(s.backends[service], i)
		}
		return s
	})
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
	if w.Template.Pause && len(s.serving.services[i]) == 0 {
		return stake{"low", finding.Evidence{Text: "its containers do nothing: they run the pause image", Position: w.Position}}
	}
	if why := s.trial(w); why != "" {
		return stake{"low", finding.Evidence{Text: why, Position: w.Position}}
	}
	if others, k := s.company(i); others > 0 {
		through := &s.estate.Services[k]
		said := words.Count(others, "pod") + " of other workloads stand behind Service " + through.Name + " as well"
		return stake{"low", finding.Evidence{Text: said, Position: through.Position}}
	}
	if x, ok := s.outside(i, s.serving.services[i]); ok {
		return x
	}
	members := w.AtLeast()
	switch p := s.programs.of(i); {
	case p != nil && p.Keeps == responsibility.KeepsCache:
		return stake{"low", finding.Evidence{Text: "what it holds is a cache, which fills again", Position: w.Position}}
	case p != nil && p.Metrics:
		return stake{"low", finding.Evidence{Text: "only metrics are read from it, by its image", Position: w.Position}}
	case s.serving.scrapes.exports(w, s.serving.services[i]):
		return stake{"low", finding.Evidence{Text: "it is an exporter by its name: only metrics are read from it", Position: w.Position}}
	case p != nil && p.Quorum && members >= 3:
		return stake{"high", finding.Evidence{Text: fmt.Sprintf("%s goes on only while most of its %d members are there", p.Title, members), Position: w.Position}}
	case !w.Lasting:
		return stake{"low", finding.Evidence{Text: "its pods run to their end, and start over", Position: w.Position}}
	case w.Template.Elects:
		return stake{"low", finding.Evidence{Text: "it elects a leader: its work waits until a pod is there again", Position: w.Position}}
	}
	return s.inside(i)
}

// company is how many pods of other workloads serve while the only one of a workload
// is away, and the Service that they stand behind: every one that it is used by, or
// every one by which it is reached from outside, where the others are for the pods of
// such a group to find each other.
func (s *stakes) company(i int) (pods, through int) {
	if s.estate.Workloads[i].AtLeast() >= 2 {
		return 0, 0
	}
	services := s.serving.used(i)
	if pods, through = s.serving.company(i, services); pods > 0 {
		return pods, through
	}
	return s.serving.company(i, slices.DeleteFunc(services, func(k int) bool {
		_, public := s.outside(i, []int{k})
		return !public
	}))
}

// outside looks for what reaches a workload through some Services from outside the
// cluster, and for the API server. Of several that which most wait for is told of:
// what people send before what the API server does.
func (s *stakes) outside(i int, services []int) (stake, bool) {
	var server *stake
	for _, k := range services {
		service := &s.estate.Services[k]
		for _, b := range s.backends[service.Namespace+"/"+service.Name] {
			by := &s.estate.Backends[b]
			switch {
			case by.Optional, by.Custom:
			case !by.Webhook:
				said := by.By.Kind + " " + by.By.Name + " sends requests to it, through Service " + service.Name
				return stake{"high", finding.Evidence{Text: said, Position: by.Position}}, true
			case server == nil:
				server = &stake{"high", calledBy(by)}
			}
		}
	}
	for _, k := range services {
		service := &s.estate.Services[k]
		if s.reached(service) && !s.serving.forMetrics(i, k) {
			said := "Service " + service.Name + " of type " + service.Type + " routes to it"
			return stake{"high", finding.Evidence{Text: said, Position: service.Position}}, true
		}
	}
	if server == nil {
		return stake{}, false
	}
	return *server, true
}

// calledBy is the evidence that the API server calls a workload.
func calledBy(by *kubernetes.Backend) finding.Evidence {
	said := "the API server calls it: " + by.By.Kind + " " + by.By.Name + policy(by) + ", through Service " + by.Service
	return finding.Evidence{Text: said, Position: by.Position}
}

// reached reports whether a Service is meant to be reached from outside the cluster. A
// type NodePort alone is what many charts have by default: in what was written,
// somebody has to have chosen the port.
func (s *stakes) reached(service *kubernetes.Service) bool {
	switch service.Type {
	case "LoadBalancer":
		return true
	case "NodePort":
		return s.estate.Live || slices.ContainsFunc(service.Ports, func(p kubernetes.ServicePort) bool { return p.Chosen })
	}
	return false
}

// policy is what an admission webhook says of requests that it does not answer.
func policy(by *kubernetes.Backend) string {
	switch {
	case !strings.HasSuffix(by.By.Kind, "WebhookConfiguration"):
		return ""
	case by.Optional:
		return " (failurePolicy Ignore)"
	}
	return " (failurePolicy Fail)"
}

// inside looks for what needs a workload within the cluster.
func (s *stakes) inside(i int) stake {
	routed, ok := s.serving.routed(i)
	if k, leads := s.serving.foremost(i); leads {
		service := &s.estate.Services[k]
		if s.serving.forMetrics(i, k) {
			return stake{"low", finding.Evidence{Text: "only metrics are read from it, through Service " + service.Name, Position: service.Position}}
		}
		for _, b := range s.backends[service.Namespace+"/"+service.Name] {
			if by := &s.estate.Backends[b]; by.Webhook {
				return stake{"medium", calledBy(by)}
			}
		}
		return stake{"medium", routed}
	}
	if ok || s.estate.Workloads[i].AtLeast() >= 2 { // who runs two has a reason
		return stake{"medium", routed}
	}
	return stake{"low", routed}
}

// onlyMetrics reports whether nothing but metrics is read from a workload.
func (s *stakes) onlyMetrics(i int) bool {
	services := s.serving.services[i]
	return len(services) > 0 && (len(s.serving.used(i)) == 0 || s.serving.scrapes.exports(&s.estate.Workloads[i], services))
}

// samples reports whether all that a workload runs is there to be tried.
func (s *stakes) samples(w *kubernetes.Workload) bool {
	return len(w.Template.Containers) > 0 && !slices.ContainsFunc(w.Template.Containers, func(c kubernetes.Container) bool { return !s.catalog.Sample(c.Image) })
}

// trial says by what it is known that a workload is there to be tried or looked
// into, and nobody needs it.
func (s *stakes) trial(w *kubernetes.Workload) string {
	named := purpose.OfObject(w.Name)
	switch of, folder := s.unit.Folders.Of(filepath.ToSlash(w.Position.File)); {
	case w.Template.Sleeps:
		return "its containers only sleep"
	case w.Template.Unpulled:
		return "its images are never pulled: it is for a cluster on which somebody has put them"
	case s.samples(w):
		return "it runs " + w.Template.Containers[0].Image + ", which is there to be tried"
	case s.unit.Deprecated:
		return "its chart is deprecated"
	case strings.HasPrefix(w.Template.Annotations["helm.sh/hook"], "test"):
		return "it is a test of its chart"
	case named != purpose.Deployed:
		return "by its name it is there for " + string(named)
	case purpose.OfFile(w.Position.File) != purpose.Deployed:
		return "by the name of its file it is there for " + string(purpose.OfFile(w.Position.File))
	case of == purpose.Retired && s.unit.Folders.Newer(folder) != "":
		return "it stands in " + folder + ", of which " + s.unit.Folders.Newer(folder) + " is a newer version"
	case of != purpose.Deployed:
		return "it stands in " + folder + ", a folder of " + string(of)
	case s.unit.Unneeded != "":
		return "unit " + s.unit.Name + " " + s.unit.Unneeded
	}
	return s.unit.Beside[w.Ref]
}
