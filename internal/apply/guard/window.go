// Package guard has the guards of steps that are of no cluster: windows and hours, approvals, and how many may be in hand
// or may have failed.
package guard

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// Window holds while a window is open. A group of which more than a cordon was done in it may
// go on for a while after its end, and is undone then.
type Window struct{}

// overrun is how long that is.
const overrun = 30 * time.Minute

// Check asks it.
func (Window) Check(_ context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	w, err := windowOf(g)
	if err != nil {
		return apply.Verdict{}, err
	}
	if text := g.With[step.Room]; text != "" {
		return hasRoom(w, text, m)
	}
	if w.Contains(m.Now, false) || m.Begun && len(w.Openings(disruption.NodeWork, m.Now.Add(-overrun), m.Now)) > 0 {
		return apply.Verdict{Holds: true}, nil
	}
	v := apply.Verdict{Why: "the window is closed, and never opens again", Poll: time.Minute, Undo: true, Patient: true}
	if next, ok := w.Next(m.Now); ok {
		v.Why = "the window opens at " + next.From.In(zoneOf(w)).Format("Mon 2 Jan 15:04 MST")
		v.Poll = pollFor(next.From.Sub(m.Now))
	}
	return v, nil
}

// WindowAt tells of the window of a guard whether it is open, and until when that is so: zero where it stays so.
func WindowAt(g *plan.Guard, now time.Time) (open bool, until time.Time) {
	w, err := windowOf(g)
	if err != nil {
		return false, until
	}
	if w.Contains(now, false) {
		far := now.Add(aYear)
		if all := w.Openings(disruption.NodeWork, now, far); len(all) > 0 && all[0].Until.Before(far) {
			until = all[0].Until.In(zoneOf(w))
		}
		return true, until
	}
	if next, ok := w.Next(now); ok {
		until = next.From.In(zoneOf(w))
	}
	return false, until
}

// hasRoom holds while a window stays open for so long. What was begun is not stopped by its end; where
// it failed, it is begun anew in a window again.
func hasRoom(w disruption.Window, text string, m apply.Moment) (apply.Verdict, error) {
	room, err := roomOf(text)
	if under := m.Begun && m.Change == nil; err != nil || under {
		return apply.Verdict{Holds: under}, err
	}
	return roomIn(w, room, m.Now), nil
}

// roomIn holds while a window stays open for so long from now on.
func roomIn(w disruption.Window, room time.Duration, now time.Time) apply.Verdict {
	for _, o := range w.Openings(disruption.NodeWork, now, now.Add(aYear)) {
		switch in := o.From.Sub(now); {
		case o.Length() < room:
		case in <= 0:
			return apply.Verdict{Holds: true}
		default:
			return apply.Verdict{Why: fmt.Sprintf("the window is open for %s from %s on", words.Duration(room),
				o.From.In(zoneOf(w)).Format("Mon 2 Jan 15:04 MST")), Poll: pollFor(in), Patient: true}
		}
	}
	return apply.Verdict{Why: "the window is never open for " + words.Duration(room), Poll: time.Minute, Patient: true}
}

// aYear is how far is looked ahead for a window.
const aYear = 365 * 24 * time.Hour

func roomOf(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("room is %q, wants a time such as 38m", text)
	}
	return d, nil
}

// Knows reports what of a guard cannot be asked.
func (Window) Knows(g *plan.Guard) error {
	if err := OnlyFields(g, step.Days, step.At, step.Length, step.Zone, step.Room); err != nil {
		return err
	}
	if text := g.With[step.Room]; text != "" {
		if _, err := roomOf(text); err != nil {
			return err
		}
	}
	_, err := windowOf(g)
	return err
}

// OnlyFields refuses a guard with a field that is not asked: a newer planner may mean something by it.
func OnlyFields(g *plan.Guard, fields ...string) error {
	for _, name := range slices.Sorted(maps.Keys(g.With)) {
		if !slices.Contains(fields, name) {
			return fmt.Errorf("%s is not a field of it", name)
		}
	}
	return nil
}

func zoneOf(w disruption.Window) *time.Location {
	if w.Zone == nil {
		return time.UTC
	}
	return w.Zone
}

func windowOf(g *plan.Guard) (disruption.Window, error) {
	length, err := time.ParseDuration(g.With[step.Length])
	if err != nil {
		return disruption.Window{}, fmt.Errorf("length is %q, wants a time such as 4h", g.With[step.Length])
	}
	var days []string
	for d := range strings.SplitSeq(g.With[step.Days], ",") {
		if d = strings.TrimSpace(d); d != "" {
			days = append(days, d)
		}
	}
	return disruption.PlainWindow(days, g.With[step.At], length, g.With[step.Zone])
}
