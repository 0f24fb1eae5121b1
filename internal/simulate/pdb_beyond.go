package simulate

import (
	"math"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// inUnit is what a budget asks of the pods of one unit, where it selects pods of others as
// well: those, which are not played, are there, at the most that they may be.
func inUnit(e *kubernetes.Estate, b *kubernetes.Budget) disruption.Budget {
	spec := disruption.Budget{MinAvailable: b.MinAvailable, MaxUnavailable: b.MaxUnavailable}
	if len(b.Beyond) == 0 {
		return spec
	}
	own, others := 0, 0
	for i := range e.Workloads {
		if w := &e.Workloads[i]; w.Namespace == b.Namespace && b.Selector.Matches(w.PodLabels()) {
			own += w.AtLeast()
		}
	}
	for i := range b.Beyond {
		others += b.Beyond[i].AtMost()
	}
	all := int32(min(own+others, math.MaxInt32))
	switch {
	case b.MaxUnavailable != nil:
		spec.MaxUnavailable = new(intstr.FromInt32(share(b.MaxUnavailable, all, true)))
	case b.MinAvailable != nil:
		spec.MinAvailable = new(intstr.FromInt32(max(0, share(b.MinAvailable, all, true)-int32(min(others, math.MaxInt32)))))
	}
	return spec
}
