package compute

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

// abroad is the evidence that pods in other clusters answer while the only one of a workload
// is away; without text where nothing says so, where somebody in the cluster calls that one
// alone, and of what keeps data, which those do not have.
func (s *stakes) abroad(i int) finding.Evidence {
	w := &s.estate.Workloads[i]
	if len(s.estate.Spreads) == 0 || w.AtLeast() >= 2 || !w.Lasting {
		return finding.Evidence{}
	}
	if p := s.programs.of(i); p != nil && p.Keeps == responsibility.KeepsData {
		return finding.Evidence{}
	}
	_, called := s.outside(i, s.serving.services[i])
	called = called || s.calledFrom(i).Text != ""
	for k := range s.estate.Spreads {
		x := &s.estate.Spreads[k]
		if called && !x.Inside || !s.spread(x, i) {
			continue
		}
		in := "in all clusters that have it"
		if x.Clusters > 0 {
			in = fmt.Sprintf("in %d clusters", x.Clusters)
		}
		said := fmt.Sprintf("%s %s has requests answered by pods %s", x.By.Kind, x.By.Name, in)
		if len(x.Of) > 0 {
			said = fmt.Sprintf("%s %s has it run %s, each with all its replicas", x.By.Kind, x.By.Name, in)
		}
		return finding.Evidence{Text: said, Position: x.Position}
	}
	return finding.Evidence{}
}

// spread reports whether a workload is among what pods of several clusters answer for.
func (s *stakes) spread(x *kubernetes.Spread, i int) bool {
	w := &s.estate.Workloads[i]
	if len(x.Of) > 0 {
		return slices.ContainsFunc(x.Of, func(of kubernetes.SpreadOf) bool {
			return of.API == w.Group+"/"+w.Kind && (of.Namespace == "" || of.Namespace == w.Namespace) && (of.Name == "" || of.Name == w.Name) &&
				of.Labels.Matches(labels.Set(w.Labels))
		})
	}
	if x.By.Namespace != w.Namespace {
		return false
	}
	if x.Pods != nil {
		return x.Pods.Matches(labels.Set(w.Template.Labels))
	}
	routed := slices.ContainsFunc(s.serving.used(i), func(k int) bool { return s.estate.Services[k].Name == x.Service })
	if !routed || x.Export {
		return false
	}
	// One that was imported is offered by this cluster as well, or says itself by which.
	return x.By.Kind == "Service" || x.Clusters > 1 || slices.ContainsFunc(s.estate.Spreads, func(o kubernetes.Spread) bool {
		return o.Export && o.Service == x.Service && o.By.Namespace == x.By.Namespace
	})
}
