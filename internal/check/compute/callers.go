package compute

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// calledFrom is the evidence that another workload is told to call one; without text where
// none is. What only watches others waits for none of them: of ports that are called after
// metrics others than those are served as well where anybody else calls them.
func (s *stakes) calledFrom(i int) finding.Evidence {
	for _, k := range s.serving.services[i] {
		service := &s.estate.Services[k]
		if s.serving.forPeers(k) {
			continue
		}
		for _, c := range s.calls[service.Namespace+"/"+service.Name] {
			call := &s.estate.Calls[c]
			if call.By == s.estate.Workloads[i].Ref || s.watches(call.By.Name) {
				continue
			}
			said := call.By.Kind + " " + call.By.Name + " is told to call it"
			if call.Config != "" {
				said = "ConfigMap " + call.Config + " of " + call.By.Kind + " " + call.By.Name + " names it"
			}
			return finding.Evidence{Text: said, Position: call.Position}
		}
	}
	return finding.Evidence{}
}

// awaited reports whether it is to be taken that somebody waits for a workload to which a
// Service leads though nobody was read who is told to call it: who runs two has a reason,
// of what an operator makes the clients are told by Secrets, of a cluster it is not read
// what its programs are told, and beside files that somebody gives as they are the clients
// may stand elsewhere.
func (s *stakes) awaited(i int) bool {
	w := &s.estate.Workloads[i]
	return !s.serving.built || s.estate.Live || w.AtLeast() >= 2 && !worksQueue(w) || w.MadeBy != nil
}

// worksQueue reports whether a workload is by its name one that takes its work from a
// queue, in which that waits: what a Service leads to is then its metrics and its health.
func worksQueue(w *kubernetes.Workload) bool {
	return slices.ContainsFunc(strings.Split(w.Name, "-"), func(word string) bool {
		return slices.Contains([]string{"worker", "workers", "consumer", "consumers", "sidekiq", "celery", "resque"}, word)
	})
}

// watches reports whether a workload is by its name one that only looks at others: what
// passes telemetry on, and what collects at times of its own.
func (s *stakes) watches(name string) bool {
	return strings.Contains(name, "prometheus") || s.catalog != nil && (s.catalog.Unmissed(name, true) != "" || s.catalog.Polls(name))
}
