package guard

import (
	"context"
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// Hours holds within a window that has room for what is to be begun. What has begun goes on past its end: it is
// about each step, and never about its group.
type Hours struct{}

// Knows reports what of a guard cannot be asked.
func (Hours) Knows(g *plan.Guard) error { return Window{}.Knows(g) }

// Check asks it.
func (Hours) Check(_ context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	w, room, err := hoursOf(g)
	if err != nil || m.Change != nil {
		return apply.Verdict{Holds: err == nil}, err
	}
	return roomIn(w, room, m.Now), nil
}

// Protected holds outside of hours in which nothing may be under way.
type Protected struct{}

// Knows reports what of a guard cannot be asked.
func (Protected) Knows(g *plan.Guard) error { return Window{}.Knows(g) }

// Check asks it.
func (Protected) Check(_ context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	w, room, err := hoursOf(g)
	if err != nil || m.Change != nil {
		return apply.Verdict{Holds: err == nil}, err
	}
	for _, o := range w.Openings(disruption.NodeWork, m.Now, m.Now.Add(room+longestHours)) {
		if o.From.Before(m.Now.Add(room)) && o.Until.After(m.Now) {
			return apply.Verdict{Why: "its protected hours end at " + o.Until.In(zoneOf(w)).Format("Mon 2 Jan 15:04 MST"),
				Poll: pollFor(o.Until.Sub(m.Now)), Patient: true}, nil
		}
	}
	return apply.Verdict{Holds: true}, nil
}

// longestHours is longer than any window is.
const longestHours = 8 * 24 * time.Hour

// hoursOf is the window of a guard, and the room that what is begun wants in it.
func hoursOf(g *plan.Guard) (w disruption.Window, room time.Duration, err error) {
	if w, err = windowOf(g); err != nil {
		return w, 0, err
	}
	if text := g.With[step.Room]; text != "" {
		room, err = roomOf(text)
	}
	return w, room, err
}

// pollFor is after how long it is looked again at what comes to pass in a while.
func pollFor(in time.Duration) time.Duration { return min(max(in, time.Second), time.Minute) }

// Elapsed holds once so long is over since the plan was begun.
type Elapsed struct{}

// Knows reports what of a guard cannot be asked.
func (Elapsed) Knows(g *plan.Guard) error {
	if _, err := afterOf(g); err != nil {
		return err
	}
	return OnlyFields(g, step.After)
}

// Check asks it.
func (Elapsed) Check(_ context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	after, err := afterOf(g)
	if err != nil || m.Change != nil {
		return apply.Verdict{Holds: err == nil}, err
	}
	since := m.PlanBegun
	if since.IsZero() {
		since = m.Now
	}
	at := since.Add(after)
	if !m.Now.Before(at) {
		return apply.Verdict{Holds: true}, nil
	}
	why := "it is not begun before " + at.UTC().Format("Mon 2 Jan 15:04 MST")
	return apply.Verdict{Why: why, Poll: pollFor(at.Sub(m.Now)), Patient: true}, nil
}

func afterOf(g *plan.Guard) (time.Duration, error) {
	d, err := time.ParseDuration(g.With[step.After])
	if err != nil || d < 0 {
		return 0, fmt.Errorf("after is %q, wants a time such as 24h", g.With[step.After])
	}
	return d, nil
}
