package bound

import (
	"fmt"

	"github.com/onus-project/onus/internal/words"
)

// Verdict is what is known of a workload and its floor.
type Verdict string

// The verdicts.
const (
	Proved  Verdict = "proved"  // no order of events comes below the floor
	Refuted Verdict = "refuted" // a run did
	Open    Verdict = "open"    // neither: none was found, and none is excluded
)

// Search is what runs have found: how many there were, and the fewest ready
// pods in any of them.
type Search struct {
	Runs  int
	Least int
}

// Judge says what a bound and a search make of a floor, and why in words. A
// run counts more than a bound: it may hold what bounds do not look at, such
// as a rollout or a pod that crashes.
func Judge(b Bound, floor int, s Search) (Verdict, string) {
	switch {
	case s.Runs > 0 && s.Least < floor:
		return Refuted, fmt.Sprintf("a run kept only %d of %d ready, and the service needs %d", s.Least, b.Of, floor)
	case b.Least >= floor:
		return Proved, fmt.Sprintf("no order of events leaves fewer than %d of %d ready, and the service needs %d", b.Least, b.Of, floor)
	}
	played := "no runs"
	if s.Runs > 0 {
		played = fmt.Sprintf("%s kept at least %d of %d ready", words.Count(s.Runs, "run"), s.Least, b.Of)
	}
	switch {
	case b.Exact && b.Least == 0:
		return Open, played + "; if replacements become ready slowly none may be left"
	case b.Exact:
		return Open, played + fmt.Sprintf("; if replacements become ready slowly only %d may be left", b.Least)
	}
	return Open, played + fmt.Sprintf("; only %d is proven", b.Least)
}
