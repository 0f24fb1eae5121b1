package apply

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/plan"
)

// recounted holds what is kept as the plan changes against what comes of looking at all of its steps. Guards of the
// tests ask it each time, so that each test of the engine does.
func recounted(m Moment) error {
	x := m.standing
	has := map[string][4]bool{} // begun, open, stuck, unknown
	under := false
	meant := func(s *plan.Step) bool { return !strings.HasPrefix(s.ID, "settle/") }
	for _, id := range x.order {
		s, st := x.steps[id], x.state.Steps[id]
		if !meant(s) {
			continue
		}
		if together(s, m.of) {
			under = under || st.Status != StepPending
			continue
		}
		is := has[thingOf(s)]
		for i, so := range []bool{st.Status != StepPending, st.Status != StepFinished, st.stuck, st.Status == StepIsUnknown} {
			is[i] = is[i] || so
		}
		has[thingOf(s)] = is
	}
	n, unknown := 0, 0
	for _, is := range has {
		if is[0] && is[1] && !is[2] {
			n++
			if is[3] {
				unknown++
			}
		}
	}
	if gotN, gotUnknown := m.InHand(meant); gotN != n || gotUnknown != unknown || m.Under(meant) != under {
		return fmt.Errorf("%s: %d in hand, %d unknown, under %t; counted are %d, %d and %t", m.of.ID, n, unknown, under, gotN, gotUnknown,
			m.Under(meant))
	}
	for wave, groups := range x.waves {
		left := map[string]bool{}
		for _, group := range groups {
			if x.left(group) {
				left[thingOf(x.steps[x.groups[group][0]])] = true
			}
		}
		if changed := slices.ContainsFunc(groups, x.changed); m.WaveLeft(wave) != len(left) || x.waveChanged(wave) != changed {
			return fmt.Errorf("wave %d: %v left, changed %t; counted are %d and %t", wave, left, changed, m.WaveLeft(wave), x.waveChanged(wave))
		}
	}
	return nil
}

// What is counted stays right through whatever happens, where groups are parts of one thing as well: nodes that fail, are
// skipped, undone, killed and gone on with.
func TestCounts(t *testing.T) {
	for seed := range 60 {
		w := newWorld("a", "b", "c", "d")
		p := planFor("a", "b", "c", "d")
		for i := range p.Steps {
			s := &p.Steps[i]
			if s.Group == "a" || s.Group == "b" {
				s.Of = "ab"
			}
			if seed%2 == 0 && s.Action.Kind == "cordon" { // all at once
				s.Needs, s.Wave = nil, 1
			}
		}
		b := on(t, w, p)
		b.onStuck = []OnStuck{PauseOnStuck, SkipOnStuck}[seed%2]
		w.refuse["b"] = []string{"", "no budget", ""}[seed%3]
		w.hide = seed%5 == 0
		for try := range 6 {
			w.dieAt = len(w.points) + 3 + 7*seed%40 + 11*try
			if try > 3 {
				w.dieAt, w.hide, w.refuse = 0, false, map[string]string{}
			}
			_, _ = b.run(t, t.Context(), try > 0)
		}
	}
}
