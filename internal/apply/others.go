package apply

import (
	"cmp"
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/plan"
)

// grouped sorts the steps of the plan by group, and its groups by wave.
func (x *standing) grouped() {
	type place struct {
		wave  int
		group string
	}
	seen := map[place]bool{}
	for _, id := range x.order {
		s := x.steps[id]
		group := groupOf(s)
		x.groups[group] = append(x.groups[group], id)
		x.things[thingOf(s)] = append(x.things[thingOf(s)], id)
		if at := (place{s.Wave, group}); !seen[at] {
			seen[at] = true
			x.waves[s.Wave] = append(x.waves[s.Wave], group)
		}
	}
	for group := range x.groups {
		maps.Copy(x.named, x.namedBy(group, true))
	}
}

// others is how the plan stands beside a step, for a guard that is asked about it.
type others struct {
	*standing
	of *plan.Step
}

// thingOf is what a step is of that is left as one: its group, or what that is a part of.
func thingOf(s *plan.Step) string { return cmp.Or(s.Of, groupOf(s)) }

// thing looks at the steps of what a group is, or is a part of.
func (x *standing) thing(group string, is func(*plan.Step, *StepState) bool) bool {
	ids := x.groups[group]
	if len(ids) == 0 {
		return false
	}
	return slices.ContainsFunc(x.things[thingOf(x.steps[ids[0]])], func(id string) bool { return is(x.steps[id], x.state.Steps[id]) })
}

// InHand counts what else is begun and not done, of the steps that are meant: groups, or what several of them are
// parts of. Unknown are those of them of which nobody knows whether something was done: nothing goes on by itself there.
func (x others) InHand(meant func(*plan.Step) bool) (n, unknown int) {
	if x.standing == nil { // a guard that is asked before the plan is begun
		return 0, 0
	}
	for thing := range x.tally.active {
		var begun, open, left, nobodyKnows bool
		for _, id := range x.things[thing] {
			s, st := x.steps[id], x.state.Steps[id]
			if together(s, x.of) || !meant(s) {
				continue
			}
			begun = begun || st.Status != StepPending
			open = open || st.Status != StepFinished
			left = left || st.stuck
			nobodyKnows = nobodyKnows || st.Status == StepIsUnknown
		}
		if begun && open && !left {
			n++
			if nobodyKnows {
				unknown++
			}
		}
	}
	return n, unknown
}

// Under reports whether something of what the step is a part of was begun.
func (x others) Under(meant func(*plan.Step) bool) bool {
	begun := func(id string) bool { return meant(x.steps[id]) && x.state.Steps[id].Status != StepPending }
	return x.standing != nil && (slices.ContainsFunc(x.things[thingOf(x.of)], begun) || slices.ContainsFunc(x.groups[groupOf(x.of)], begun))
}

// WaveLeft counts what was given up of a wave in this run: groups, or what several of them are parts of.
func (x others) WaveLeft(wave int) int {
	if x.standing == nil {
		return 0
	}
	n := 0
	for thing := range x.tally.left {
		if x.tally.waves[thing][wave] {
			n++
		}
	}
	return n
}

// Wave is that of the step.
func (x others) Wave() int {
	if x.of == nil {
		return 0
	}
	return x.of.Wave
}
