package kubernetes

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// waits has the second node wait for an approval, from its cordon or from its drain on.
func (b *bench) waits(kinds ...string) {
	for i := range b.plan.Steps {
		s := &b.plan.Steps[i]
		for _, kind := range kinds {
			if s.Wave == 2 && s.Action.Kind == kind {
				s.Guards = append([]plan.Guard{{Kind: step.Approval, Says: "somebody approves wave-2",
					With: map[string]string{step.Name: "wave-2"}}}, s.Guards...)
			}
		}
	}
}

// What is not approved pauses the plan, with nothing in hand, and says how it is approved; what was
// approved stays so.
func TestApprovals(t *testing.T) {
	for _, kinds := range [][]string{{step.Cordon, step.Drain}, {step.Drain}} {
		b := newBench(t, 2)
		b.waits(kinds...)
		for range 2 {
			status, err := b.run(t, t.Context(), b.last != nil)
			if why := b.last.State().Why; status != apply.Paused || err != nil || !strings.Contains(why, "--resume --approve wave-2") {
				t.Fatal(kinds, status, err, why)
			}
			replaced(t, b.server, 1)
		}
		b.approve = []string{"wave-2"}
		b.dieIf = func(point string) bool { return point == "do.answered" && b.server.Get("nodes", "", "node-1") != nil }
		if _, err := b.run(t, t.Context(), true); b.died == "" {
			t.Fatal(kinds, err, "nothing is done after it was approved")
		}
		b.approve, b.dieIf = nil, nil
		if status, err := b.run(t, t.Context(), true); status != apply.Finished || err != nil {
			t.Fatal(kinds, status, err, b.last.State().Why)
		}
		replaced(t, b.server, 2)
	}
}

// Who begins a plan may approve more than its first wave.
func TestApprovedFromTheStart(t *testing.T) {
	b := newBench(t, 2)
	b.waits(step.Cordon)
	b.approve = []string{"wave-2"}
	if status, err := b.run(t, t.Context(), false); status != apply.Finished || err != nil {
		t.Fatal(status, err)
	}
	replaced(t, b.server, 2)
}
