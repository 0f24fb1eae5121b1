// Package shrink takes away from a scenario whatever a miss does not need, so
// that what is left shows the one rule that the simulator does not know.
package shrink

import (
	"context"

	"github.com/onus-project/onus/lab/record"
)

// Missed plays a scenario and tells whether it is still missed.
type Missed func(context.Context, *record.Scenario) (bool, error)

// Shrink takes parts away from a scenario that is missed, one at a time and the
// largest first, for as long as the rest is still missed and no more than plays
// of them were played. A part that could not be taken away is tried again once
// another is gone, for it may have been needed only by that. What was found
// until an error comes with it.
func Shrink(ctx context.Context, s *record.Scenario, plays int, missed Missed) (*record.Scenario, error) {
	needed := map[string]bool{} // by the parts of today's scenario
	for {
		smaller, name, err := next(s, needed)
		if err != nil || smaller == nil || plays == 0 {
			return s, err
		}
		plays--
		still, err := missed(ctx, smaller)
		if err != nil {
			return s, err
		}
		if still {
			s = smaller
			clear(needed)
		} else {
			needed[name] = true
		}
	}
}

// next is the scenario without the first part that is not known to be needed,
// and the name of that part; nil where there is none.
func next(s *record.Scenario, needed map[string]bool) (*record.Scenario, string, error) {
	all, err := parse(s)
	if err != nil {
		return nil, "", err
	}
	for _, p := range all.parts() {
		if needed[p.name] {
			continue
		}
		without, err := parse(s) // what is taken away is cut out of a copy
		if err != nil {
			return nil, "", err
		}
		p.cut(without)
		if !without.playable() {
			continue
		}
		smaller, err := without.compose(s)
		if err != nil {
			continue // what is left names what is gone
		}
		return smaller, p.name, nil
	}
	return nil, "", nil
}
