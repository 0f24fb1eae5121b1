package bound

import (
	"fmt"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/words"
)

// refuses: a budget lets nothing go.
func (s *survey) refuses(b int32) string {
	r := &s.budgets[b]
	name := s.Model.Budgets[b].Name
	switch {
	case r.reason == disruption.NoScale:
		return fmt.Sprintf("PDB %s never allows an eviction: it needs a scale, and a controller of its pods has none", name)
	case r.reason == disruption.Empty:
		return fmt.Sprintf("PDB %s never allows an eviction: it sets neither minAvailable nor maxUnavailable", name)
	case r.most <= r.desired && r.desired > 0:
		return fmt.Sprintf("PDB %s never allows an eviction: it wants %d ready, and at most %d can be", name, r.desired, r.most)
	}
	return fmt.Sprintf("PDB %s never allows an eviction", name)
}

// own is what of the workload itself keeps its pods from eviction.
func (s *survey) own(l, pool int, m *Disruption) string {
	w := &s.Workloads[l]
	rule := w.treatment(pool, m.style())
	switch {
	case w.Protected && (m.Karpenter || m.SkipBlocked):
		return "do-not-disrupt blocks the eviction of its pods"
	case rule.Awaited:
		return rule.By + " has drains wait until its pods end by themselves"
	case w.Partly || len(w.Budgets) == 0:
		return ""
	case len(w.Budgets) > 1:
		return fmt.Sprintf("%s overlap, and the API server never evicts a pod that several PDBs select", s.named(w.Budgets))
	case s.budgets[w.Budgets[0]].never:
		return s.refuses(w.Budgets[0])
	}
	return ""
}

// named lists budgets by name.
func (s *survey) named(budgets []int32) string {
	names := make([]string, len(budgets))
	for i, b := range budgets {
		names[i] = s.Model.Budgets[b].Name
	}
	if len(names) == 1 {
		return "PDB " + names[0]
	}
	return "PDBs " + words.And(names)
}
