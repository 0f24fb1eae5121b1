package bound

import (
	"fmt"
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
		return Refuted, fmt.Sprintf("a run comes down to %d of %d, and the floor is %d", s.Least, b.Of, floor)
	case b.Least >= floor:
		return Proved, fmt.Sprintf("no order of events leaves fewer than %d of %d, and the floor is %d", b.Least, b.Of, floor)
	}
	words := "nothing was played"
	if s.Runs > 0 {
		words = fmt.Sprintf("%s, the least was %d of %d", amount(s.Runs, "run"), s.Least, b.Of)
	}
	if b.Exact {
		return Open, words + fmt.Sprintf("; an order of events comes down to %d, if pods get ready late enough", b.Least)
	}
	return Open, words + fmt.Sprintf("; no fewer than %d is certain", b.Least)
}
