package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/onus-project/onus/lab/compare"
	"github.com/onus-project/onus/lab/record"
	"github.com/onus-project/onus/lab/shrink"
)

// smallest takes away from a scenario what it is missed without, and prints
// where the last one that was still missed lies, as it was played. Missed are
// measures by name: one that only another measure misses shows another fault.
func (o *options) smallest(ctx context.Context, player *compare.Player, s *record.Scenario, missed []string) error {
	out := player.Out
	defer func() { player.Out = out }()
	tries := filepath.Join(out, s.Name+"-shrinking")
	last, plays := filepath.Join(out, s.Name), 0
	small, err := shrink.Shrink(ctx, s, o.shrink, func(ctx context.Context, smaller *record.Scenario) (bool, error) {
		plays++
		player.Out = filepath.Join(tries, fmt.Sprint(plays))
		played, err := player.Play(ctx, smaller)
		if ctx.Err() != nil {
			return false, ctx.Err()
		}
		if err != nil { // what is left never settles, or is refused: it was needed
			fmt.Fprintln(os.Stderr, err)
			return false, nil
		}
		still := slices.ContainsFunc(played.Missed(), func(name string) bool { return slices.Contains(missed, name) })
		fmt.Fprintf(os.Stderr, "%s: play %d of at most %d, of %d objects and %d triggers: still missed: %t\n",
			s.Name, plays, o.shrink, len(smaller.Objects), len(smaller.Written.Triggers), still)
		if still {
			last = filepath.Join(player.Out, s.Name)
		}
		return still, nil
	})
	fmt.Printf("%s: still missed with %d of %d objects and %d of %d triggers, after %d plays: %s\n", s.Name,
		len(small.Objects), len(s.Objects), len(small.Written.Triggers), len(s.Written.Triggers), plays, last)
	return err
}
