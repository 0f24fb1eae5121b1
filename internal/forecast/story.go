package forecast

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/story"
	"github.com/onus-project/onus/internal/words"
)

// telling is the story of one run.
type telling struct {
	*story.Story
	falls map[int]story.Fall
}

// tell makes the story of a run.
func (p *play) tell(run *simulate.Run) *telling {
	t := &telling{Story: story.New(p.stage.Estate, p.stage.asksNodeBudgets(), &p.Scenario, p.watched, run)}
	if p.stage.Undated {
		t.Clock = p.clock
	}
	t.falls = t.Falls()
	p.mutex.Lock()
	defer p.mutex.Unlock()
	p.told[run.Seed] = t
	return t
}

// Step is one thing on the way to a worst moment.
type Step struct{ At, Text string }

// Steps tell how the workload came to its worst moment, in the order of time.
// There are none where nothing led to it.
func (j *Judged) Steps() []Step {
	p := j.play
	p.mutex.Lock()
	told, ok := p.told[j.Played.Seed]
	p.mutex.Unlock()
	if !ok {
		run := simulate.RunWithEvents(p.stage.world, p.Scenario, j.Played.Seed)
		told = p.tell(&run)
	}
	fall, ok := told.falls[j.at]
	if !ok {
		return nil
	}
	var steps []Step
	for _, l := range told.Chain(fall) {
		steps = append(steps, Step{told.Clock(l.At), l.Text})
	}
	return steps
}

// clock is the time so long after the start of an undated play: on which day of
// the week where node budgets go by that, or else how long after.
func (p *play) clock(after time.Duration) string {
	if p.stage.Scheduled() {
		return p.Start.Add(after).UTC().Format("Mon 15:04:05")
	}
	const day = 24 * time.Hour
	days := ""
	if n := after / day; n > 0 {
		days = fmt.Sprintf("%dd ", n)
	}
	return "+" + days + time.Time{}.Add(after%day).Format(time.TimeOnly)
}

// When is the worst moment in a sentence: at 2026-11-22 06:17:39 UTC, or 3 days
// after it begins.
func (j *Judged) When() string {
	after := max(j.Played.Worst.MinAt, 0)
	switch p := j.play; {
	case !p.stage.Undated:
		return "at " + p.Start.Add(after).UTC().Format("2006-01-02 15:04:05") + " UTC"
	case p.stage.Scheduled():
		return "at " + p.clock(after) + " UTC"
	}
	return words.Duration(after) + " after it begins"
}

// Scheduled reports whether node budgets open and close by the clock.
func (s *Stage) Scheduled() bool {
	return slices.ContainsFunc(s.Estate.Pools, func(p kubernetes.Pool) bool { return p.NodeBudgets().Scheduled() })
}

// asksNodeBudgets reports whether node budgets count under some contract here.
func (s *Stage) asksNodeBudgets() bool {
	return slices.ContainsFunc(s.Offerings, func(o *responsibility.Offering) bool { return o.Contract.NodeBudgets() })
}
