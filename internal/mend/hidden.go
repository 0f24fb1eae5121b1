package mend

import (
	"context"
	"maps"

	"github.com/onus-project/onus/internal/origin"
)

// hidden is what can be read or built before and not after: what stands there is not cured,
// it is not seen any more. Nil for nothing.
func hidden(before, after Seen) *origin.Fault {
	type fault struct{ file, reason string }
	known := map[fault]int{}
	for _, f := range before.Faults {
		known[fault{f.File, f.Reason}]++
	}
	for i, f := range after.Faults {
		if known[fault{f.File, f.Reason}]--; known[fault{f.File, f.Reason}] < 0 {
			return &after.Faults[i]
		}
	}
	return nil
}

// sort refuses the edits with which something cannot be read or built any more, by adding
// some after others: all of them, a half, and so on.
func (p *planner) sort(ctx context.Context, before Seen, edits []Edit) error {
	good := []Edit(nil)
	var try func(some []Edit) error
	try = func(some []Edit) error {
		texts, failed := p.apply(append(append([]Edit(nil), good...), some...))
		for _, f := range failed {
			p.refuse(f.edit, f.why)
		}
		seen, err := p.Look(ctx, maps.Clone(texts))
		if err != nil {
			return err
		}
		fault := hidden(before, seen)
		switch {
		case fault == nil:
			good = append(good, some...)
		case len(some) == 1:
			p.refuse(some[0], "with it this could not be read or built: "+fault.At()+" "+fault.Reason)
		default:
			if err := try(some[:len(some)/2]); err != nil {
				return err
			}
			return try(some[len(some)/2:])
		}
		return nil
	}
	half := (len(edits) + 1) / 2
	if err := try(edits[:half]); err != nil || half == len(edits) {
		return err
	}
	return try(edits[half:])
}
