package apply

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
)

// crowd lets so many sets be in hand, and none of a wave be given up, as those of fleets do.
type crowd struct{ most int }

func (c crowd) Check(_ context.Context, _ *plan.Guard, m Moment) (Verdict, error) {
	meant := func(s *plan.Step) bool { return s.Action.Kind == "patch" }
	n, _ := m.InHand(meant)
	holds := m.Change != nil || m.Under(meant) || n < c.most && m.WaveLeft(m.Wave()) == 0
	return Verdict{Holds: holds, Why: "others are in hand", Poll: time.Second, Patient: true}, nil
}

// patching patches sets of three members each, all in one wave, and bakes each.
func patching(sets int) *plan.Plan {
	p := &plan.Plan{Schema: plan.Schema, ID: "p1", Kind: "fleet"}
	for i := range sets {
		of, last := fmt.Sprintf("set-%d", i), ""
		for k := range 3 {
			s := plan.Step{ID: fmt.Sprintf("patch/%s-%d", of, k), Group: fmt.Sprintf("%s-%d", of, k), Of: of, Wave: 1, TimeoutSeconds: 9000,
				Attempts: 1, Action: plan.Action{Kind: "patch"}, Guards: []plan.Guard{{Kind: "crowd"}}}
			if last != "" {
				s.Needs = []string{last}
			}
			last = s.ID
			p.Steps = append(p.Steps, s)
		}
	}
	return p
}

// patch takes some time.
type patch struct{ w *world }

func (patch) Check(*plan.Action) error { return nil }

func (r patch) Step(ctx context.Context, k *Work) (Result, error) {
	begun, err := k.Note(ctx, "begun", "yes")
	if err != nil || r.w.clock.now.Sub(begun) >= 5*time.Second {
		return Done(""), err
	}
	return Waiting("the patch", time.Second), nil
}

// BenchmarkWaiting is a plan of a fleet carried out, most of which waits for what is in hand.
func BenchmarkWaiting(b *testing.B) {
	for _, sets := range []int{100, 400} {
		b.Run(fmt.Sprintf("instances=%d", 3*sets), func(b *testing.B) {
			for b.Loop() {
				w, p := newWorld(), patching(sets)
				j, err := journal.Open(b.Context(), filepath.Join(b.TempDir(), "journal"), journal.Head{ID: p.ID, Format: p.Schema}, w.clock.now)
				if err == nil {
					err = j.Hold(b.Context(), 1, "test", w.clock.now)
				}
				if err != nil {
					b.Fatal(err)
				}
				e, err := New(Settings{Plan: p, Journal: j, Runners: map[string]Runner{"patch": patch{w}},
					Guards: map[string]Guard{"crowd": crowd{16}}, Lease: w, Clock: w.clock}, 1)
				if err != nil {
					b.Fatal(err)
				}
				rounds := 0
				if err := e.load(b.Context()); err != nil {
					b.Fatal(err)
				}
				for status := Running; status == Running; rounds++ {
					if status, err = e.round(b.Context()); err != nil {
						b.Fatal(err)
					}
					w.clock.now = e.next
				}
				b.ReportMetric(float64(rounds), "rounds")
				if err := j.Close(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
