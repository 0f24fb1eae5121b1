package nodes

import (
	"fmt"
	"slices"
	"testing"

	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// Where it was asked for each wave but the first waits to be approved: before its first cordon, and
// where all nodes are cordoned first before each drain; a pool before its call.
func TestApprovals(t *testing.T) {
	c := clusterOf(5)
	c.with("Deployment", "web", 0, 1, 2, 3, 4)
	c.managed("blue", 3, 4)
	a := asked(c, "version=1.36")
	for _, approve := range []bool{true, false} {
		a.Approve = approve
		p := made(t, a)
		if len(p.Waves) < 3 {
			t.Fatalf("waves are %v", groups(p))
		}
		for _, s := range p.Steps {
			names := []string{}
			for _, g := range s.Guards {
				if g.Kind == step.Approval {
					names = append(names, g.With[step.Name])
				}
			}
			first := slices.Contains([]string{step.Cordon, step.Drain, step.ByEKS}, s.Action.Kind)
			if s.Action.Kind == step.Cordon && s.Wave == 1 { // of all of them
				first = false
			}
			want := []string{}
			if approve && first && s.Wave > 1 {
				want = append(want, fmt.Sprintf("wave-%d", s.Wave))
			}
			if !slices.Equal(names, want) {
				t.Errorf("%s of wave %d waits for %v, want %v", s.ID, s.Wave, names, want)
			}
		}
		if i := slices.IndexFunc(p.Steps, func(s plan.Step) bool { return s.Action.Kind == step.Drain && s.Wave == 2 }); i < 0 {
			t.Error("there is no drain in the second wave")
		}
	}
}
