package compute

import (
	"slices"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// serving is which Services route to which workloads.
type serving struct {
	estate   *kubernetes.Estate
	services [][]int // by workload: the Services that route to it
	astray   [][]int // by workload: those that select its pods and lead to no port of them
	behind   [][]int // by Service: the workloads that it routes to
	// elsewhere has the namespaces with Services that route to other workloads:
	// what has none there is not called by way of one.
	elsewhere map[string]bool
	scrapes   scrapes
	built     bool // by a tool that makes all of it
}

// servingOf is that of the estate that a pass is over.
func servingOf(p *check.Pass) *serving {
	return check.Shared(p, func(p *check.Pass) *serving {
		e := p.Estate.Kubernetes
		s := &serving{
			estate: e, services: make([][]int, len(e.Workloads)), astray: make([][]int, len(e.Workloads)), behind: make([][]int, len(e.Services)),
			scrapes: scrapes{e, p.Catalog}, elsewhere: map[string]bool{}, built: p.Estate.Name != "",
		}
		matcher := coverageOf(p).matcher
		for i := range e.Services {
			service := &e.Services[i]
			matched := matcher.match(service.Namespace, labels.SelectorFromValidatedSet(service.Selector))
			meant := slices.ContainsFunc(matched, func(r match) bool { return declaresTarget(service, &e.Workloads[r.workload]) })
			for _, r := range matched {
				if w := &e.Workloads[r.workload]; service.Among > 1 || !leadsTo(service, w) || meant && silent(w) {
					s.astray[r.workload] = append(s.astray[r.workload], i)
					continue
				}
				s.services[r.workload] = append(s.services[r.workload], i)
				s.behind[i] = append(s.behind[i], r.workload)
				s.elsewhere[service.Namespace] = true
			}
		}
		return s
	})
}

// serves reports whether a workload is meant to be there all the time: it
// runs under a controller that keeps its pods, or a Service routes to it.
func (s *serving) serves(i int) bool {
	w := &s.estate.Workloads[i]
	return w.Lasting && !headroom(w) && (!w.Bare || len(s.services[i]) > 0)
}

// drained are the workloads whose pods drains evict, and that are there for long.
// A Job that is deleted soon after it ends is there while its pods run.
func (s *serving) drained(i int) bool {
	w := &s.estate.Workloads[i]
	return w.Evictable && !w.Passing() && w.AtLeast() > 0
}

// headroom reports whether a workload is there to be pushed out, so that others
// find a node at once: by a priority below that of all others, or where that is
// not known, by the image that does nothing.
func headroom(w *kubernetes.Workload) bool {
	t := &w.Template
	if t.Priority != nil {
		return *t.Priority < 0
	}
	return t.Pause && t.PriorityClass != ""
}

// routed is the evidence that something depends on a workload.
func (s *serving) routed(i int) (finding.Evidence, bool) {
	w := &s.estate.Workloads[i]
	if k, ok := s.foremost(i); ok {
		service := &s.estate.Services[s.addressed(i, k)]
		return finding.Evidence{Text: "Service " + service.Name + " routes to it", Position: service.Position}, true
	}
	switch {
	case w.ServiceName != "" && s.elsewhere[w.Namespace] && len(s.astray[i]) == 0:
		said := "it names the Service " + w.ServiceName + " as its own, which was not read, though those of others were"
		return finding.Evidence{Text: said, Position: w.Position}, false
	case w.ServiceName != "":
		said := "it names the Service " + w.ServiceName + " as its own, and no Service of its namespace was read"
		return finding.Evidence{Text: said, Position: w.Position}, true
	case len(s.astray[i]) > 0:
		service := &s.estate.Services[s.astray[i][0]]
		said := "Service " + service.Name + " " + nowhere(service)
		return finding.Evidence{Text: said, Position: service.Position}, false
	case used(w) && (w.MadeBy != nil || s.servicesAside(w)): // an operator makes Services, too
		said := "its containers declare ports, and no Service of its namespace was read"
		switch {
		case w.MadeBy != nil && w.MadeBy.Reached != "":
			said = w.MadeBy.Reached
		case w.MadeBy != nil:
			said = "clients reach it by a Service that its operator makes"
		}
		return finding.Evidence{Text: said, Position: w.Position}, true
	}
	if lacks := s.estate.Lacks(kubernetes.ServiceKinds); len(lacks) > 0 {
		return finding.Evidence{Text: lacks[0].Words() + ", so whether one routes to it is not known"}, true
	}
	for _, u := range s.estate.Hides(kubernetes.ServiceKinds) {
		if u.Scope.Holds(w.Namespace, w.Name, w.Position) {
			return finding.Evidence{Text: u.Of + " could not be read, so whether a Service routes to it is not known"}, false
		}
	}
	return finding.Evidence{Text: "no Service that was read routes to it; it may work a queue or watch something", Position: w.Position}, false
}

// Words in names of Services of one program by which everybody uses it, and by which
// those do who run it: kratos-public, kratos-admin.
var (
	forAll = []string{"public", "proxy", "gateway"}
	forFew = []string{"admin", "management", "internal"}
)

// servicesAside reports whether the Services of a workload that declares ports may be
// kept elsewhere: where there is none in its namespace, in plain files. What a chart or a
// kustomization makes has its Services there; and a port at which metrics are read is for
// nobody else, where it is the only one.
func (s *serving) servicesAside(w *kubernetes.Workload) bool {
	return !s.built && !s.elsewhere[w.Namespace] && !scrapedAlone(w)
}

// foremost is the Service that says most of who needs a workload: one with an
// address before one by which its own pods find each other, and that before one
// by which only metrics are read. Of several with an address it is one for all by its
// name, and one for those who run it last; and of two that say as much the one through which
// no others answer in its place.
func (s *serving) foremost(i int) (service int, ok bool) {
	least, w := 10, &s.estate.Workloads[i]
	for _, k := range s.services[i] {
		x := &s.estate.Services[k]
		named := func(words []string) bool {
			return slices.ContainsFunc(strings.Split(x.Name, "-"), func(word string) bool { return slices.Contains(words, word) })
		}
		rank := 1
		switch {
		case s.forMetrics(i, k):
			rank = 4
		case x.Headless, s.forPeers(k):
			rank = 3
		case named(forFew):
			rank = 2
		case named(forAll):
			rank = 0
		}
		rank *= 2
		if w.AtLeast() < 2 && s.others(i, k) > 0 {
			rank++
		}
		if rank < least {
			service, least = k, rank
		}
	}
	return service, least < 10
}

// addressed is a Service with an address in place of one without, where there is one:
// by that people know a workload.
func (s *serving) addressed(i, service int) int {
	if !s.estate.Services[service].Headless {
		return service
	}
	for _, k := range s.services[i] {
		if !s.estate.Services[k].Headless {
			return k
		}
	}
	return service
}

// serverByName reports whether a workload is by its name one that others call, such as a
// broker: these find its pods by a Service without an address, too.
func serverByName(w *kubernetes.Workload) bool {
	return slices.ContainsFunc(strings.Split(w.Name, "-"), func(word string) bool {
		return slices.Contains([]string{"broker", "brokers", "proxy", "gateway", "server", "api"}, word)
	})
}

// governed reports whether nothing leads to a workload but the Service that gives its
// pods their names, and it keeps nothing: others would have one with an address.
func (s *serving) governed(i int) bool {
	w := &s.estate.Workloads[i]
	if len(w.VolumeClaimTemplates)+len(w.Template.VolumeClaims) > 0 || w.ServiceName == "" || serverByName(w) {
		return false
	}
	for _, k := range s.services[i] {
		if x := &s.estate.Services[k]; !x.Headless || x.Name != w.ServiceName {
			return false
		}
	}
	return len(s.services[i]) > 0
}

// forMetrics reports whether nothing but metrics and the like is read from a
// workload through a Service.
func (s *serving) forMetrics(i, service int) bool {
	return s.scrapes.only(&s.estate.Services[service], &s.estate.Workloads[i])
}

// forPeers reports whether only members of a cluster talk to each other through a Service.
func (s *serving) forPeers(service int) bool {
	ports := s.estate.Services[service].Ports
	return len(ports) > 0 && s.scrapes.catalog != nil && !slices.ContainsFunc(ports, func(p kubernetes.ServicePort) bool {
		n, err := strconv.Atoi(p.Target)
		return !(err == nil && s.scrapes.catalog.Peer(n)) && !s.scrapes.catalog.Peer(int(p.Number))
	})
}

// onlyMetrics reports whether nothing but metrics and the like is read from a workload
// through any Service.
func (s *serving) onlyMetrics(i int) bool {
	return !slices.ContainsFunc(s.services[i], func(k int) bool { return !s.forMetrics(i, k) })
}

// used are the Services that route to a workload, without those through which
// nothing but metrics and the like is read from it, or only its peers talk to it.
func (s *serving) used(i int) []int {
	var all []int
	for _, k := range s.services[i] {
		if !s.forMetrics(i, k) && !s.forPeers(k) {
			all = append(all, k)
		}
	}
	return all
}
