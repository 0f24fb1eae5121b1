package apply

import (
	"cmp"
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
		if at := (place{s.Wave, group}); !seen[at] {
			seen[at] = true
			x.waves[s.Wave] = append(x.waves[s.Wave], group)
		}
	}
}

// others is how the plan stands beside a step, for a guard that is asked about it.
type others struct {
	*standing
	of *plan.Step
}

// InHand counts what else is begun and not done, of the steps that are meant: groups, or what several of them are
// parts of.
func (x others) InHand(meant func(*plan.Step) bool) (n int) {
	if x.standing == nil { // a guard that is asked before the plan is begun
		return 0
	}
	type has struct{ begun, open, left bool }
	all := map[string]has{}
	for _, id := range x.order {
		s, st := x.steps[id], x.state.Steps[id]
		if together(s, x.of) || !meant(s) {
			continue
		}
		of := cmp.Or(s.Of, groupOf(s))
		is := all[of]
		is.begun = is.begun || st.Status != StepPending
		is.open = is.open || st.Status != StepFinished
		is.left = is.left || st.stuck
		all[of] = is
	}
	for _, is := range all {
		if is.begun && is.open && !is.left {
			n++
		}
	}
	return n
}

// Under reports whether something of what the step is a part of was begun.
func (x others) Under(meant func(*plan.Step) bool) bool {
	return x.standing != nil && slices.ContainsFunc(x.order, func(id string) bool {
		s := x.steps[id]
		return together(s, x.of) && meant(s) && x.state.Steps[id].Status != StepPending
	})
}

// WaveLeft counts the groups of the step's wave that were given up in this run.
func (x others) WaveLeft() (n int) {
	if x.standing == nil {
		return 0
	}
	for _, group := range x.waves[x.of.Wave] {
		if x.left(group) {
			n++
		}
	}
	return n
}
