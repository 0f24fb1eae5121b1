package cli

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	steps "github.com/onus-project/onus/internal/plan/step"
)

// screenOf is what is on a screen after all that was written to it: of the codes it knows those that the view has.
func screenOf(t *testing.T, written string) []string {
	t.Helper()
	lines := []string{""}
	for written != "" {
		if after, ok := strings.CutPrefix(written, "\x1b["); ok {
			i := strings.IndexAny(after, "AJK")
			n := 0
			for _, c := range after[:i] {
				n = 10*n + int(c-'0')
			}
			at := len(lines) - 1
			switch after[i] {
			case 'A': // up, and what is below is taken back by the J after it
				lines = lines[:at-n+1]
			case 'J':
				lines[at] = ""
			}
			written = after[i+1:]
			continue
		}
		switch c := written[0]; c {
		case '\r':
		case '\n':
			lines = append(lines, "")
		default:
			lines[len(lines)-1] += written[:1]
		}
		written = written[1:]
	}
	return lines
}

// The view stands below the lines that say what happens: waves, nodes, floors and the window.
func TestView(t *testing.T) {
	now := time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC) // a Sunday
	window := plan.Guard{Kind: steps.Window, With: map[string]string{steps.At: "11:00", steps.Length: "2h"}}
	p := &plan.Plan{ID: "p1", Waves: []plan.Wave{{Number: 1}, {Number: 2}},
		Prediction: plan.Prediction{Took: plan.Predicted{MedianSeconds: 240}}}
	for i, n := range []string{"a", "b"} {
		for _, kind := range []string{steps.Cordon, steps.Drain, steps.ByKarpenter} {
			p.Steps = append(p.Steps, plan.Step{ID: kind + "/" + n, Group: n, Wave: i + 1, Action: plan.Action{Kind: kind},
				Guards: []plan.Guard{window}})
		}
	}
	width, height := 80, 24
	var b bytes.Buffer
	v := newView(&b, func() (int, int) { return width, height }, func() time.Time { return now }, p)
	begin, end := func(step string) { v.record(&journal.Entry{Step: step, Attempt: 1, Kind: journal.Begin, At: now}) }, func(step string) {
		v.record(&journal.Entry{Step: step, Attempt: 1, Kind: journal.End, Outcome: journal.Done, At: now})
	}
	shows := func(want ...string) {
		t.Helper()
		if got := screenOf(t, b.String()); strings.Join(got, "\n") != strings.Join(append(want, ""), "\n") {
			t.Errorf("the screen is\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
	}
	v.print("12:00:00 begun\n")
	shows("12:00:00 begun", "p1: 0 of 2 nodes done", "  the window closes in 1 h, at Sun 13:00 UTC")
	for _, id := range []string{"cordon/a", "drain/a", "replace/karpenter/a", "cordon/b"} {
		begin(id)
		end(id)
	}
	begin("drain/b")
	v.event(&apply.Event{Kind: apply.StepWaits, Step: "drain/b", Says: "PodDisruptionBudget shop/web needs 3 healthy pods and has 3: wait"})
	v.event(&apply.Event{Kind: apply.Measured, Level: &apply.Level{Name: "shop/Deployment/web", Has: 3, Least: 3, Wants: 4}})
	v.event(&apply.Event{Kind: apply.Measured, Level: &apply.Level{Name: "shop/Deployment/web", Has: 4, Wants: 4}})
	now = now.Add(90 * time.Second)
	v.print("12:01:30 waits\n")
	shows("12:00:00 begun", "12:01:30 waits", "p1: wave 2 of 2, 1 of 2 nodes done, 1 min 30 s of about 4 min",
		"  b: drain, for 1 min 30 s: PodDisruptionBudget shop/web needs 3 healthy pods …", "  shop/Deployment/web: 4 of 4 pods ready, floor 3",
		"  the window closes in 58 min 30 s, at Sun 13:00 UTC")
	now, height = now.Add(2*time.Hour), 5
	v.print("")
	shows("12:00:00 begun", "12:01:30 waits", "p1: wave 2 of 2, 1 of 2 nodes done, 2 h 2 min of about 4 min",
		"  b: drain, for 2 h 2 min: PodDisruptionBudget shop/web needs 3 healthy pods a…", "  and 2 lines more")
	v.end()
	shows("12:00:00 begun", "12:01:30 waits")
	height = 24
	v.event(&apply.Event{Kind: apply.StepDone, Step: "drain/b"})
	v.record(&journal.Entry{Step: "drain/b", Attempt: 1, Kind: journal.End, Outcome: journal.Stuck, At: now})
	v.event(&apply.Event{Kind: apply.StepWaits, Step: "replace/karpenter/b", Says: "the window opens"})
	v.print("")
	shows("12:00:00 begun", "12:01:30 waits", "p1: wave 2 of 2, 1 of 2 nodes done, 2 h 2 min of about 4 min", "  b: drain is stuck",
		"  b: replace waits: the window opens", "  shop/Deployment/web: 4 of 4 pods ready, floor 3",
		"  the window opens in 20 h 59 min, at Mon 11:00 UTC")
}
