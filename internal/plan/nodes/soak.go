package nodes

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// soaked has the first step of a node or pool wait for as long as what the wave before has moved does not stay
// Ready: it had settled, but what is begun may be begun much later. Before are the ends of that wave.
func (b *builder) soaked(from int, before []string) {
	var moved []string
	for i := range b.plan.Steps {
		s := &b.plan.Steps[i]
		if refs := s.Action.With[step.Workloads]; s.Action.Kind == step.Settle && refs != "" && slices.Contains(before, s.ID) {
			moved = append(moved, strings.Split(refs, ",")...)
		}
	}
	if slices.Sort(moved); b.Soak == 0 || len(moved) == 0 {
		return
	}
	s := &b.plan.Steps[from]
	s.Guards = append(s.Guards, plan.Guard{Kind: step.Soaked, Says: "what the wave before has moved stays Ready for " + words.Duration(b.Soak),
		With: map[string]string{step.Workloads: strings.Join(slices.Compact(moved), ","), step.Soak: b.Soak.String()}})
}
