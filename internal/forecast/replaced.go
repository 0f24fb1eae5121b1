package forecast

import (
	"cmp"
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/simulate"
)

// Replaced is how far the provider got with the nodes of a pool in the runs that
// were played.
//
// It is broken where in some run a node stayed that something holds; unknown
// where the time was over before all had their turn, or something that playing
// rests on could not be read; and else held. As with workloads, held here says
// what was played, and proves nothing.
type Replaced struct {
	Pool    string
	Verdict finding.Verdict
	// Least and Most are how many nodes stayed, in the best of the runs and in the
	// worst. They are counted up to as many as a run says why they stay.
	Least, Most int
	Stays       []simulate.Stay // of the worst run
}

// replaced finds that for each pool with nodes that stayed in some run.
func replaced(runs []simulate.Run, unread bool) []Replaced {
	var all []Replaced
	for i := range runs {
		for _, s := range runs[i].Stays {
			if !slices.ContainsFunc(all, func(r Replaced) bool { return r.Pool == s.Pool }) {
				all = append(all, Replaced{Pool: s.Pool})
			}
		}
	}
	slices.SortFunc(all, func(a, b Replaced) int { return cmp.Compare(a.Pool, b.Pool) })
	for k := range all {
		r := &all[k]
		r.Verdict, r.Least = finding.Held, 1<<30 // what an autoscaler needs is not left undone
		for i := range runs {
			stays := ofPool(runs[i].Stays, r.Pool)
			r.Least = min(r.Least, len(stays))
			stuck := isStuck(stays)
			switch {
			case stuck && !unread:
				r.Verdict = finding.Broken
			case r.Verdict == finding.Held && slices.ContainsFunc(stays, func(s simulate.Stay) bool { return s.Cause != simulate.ByNeed }):
				r.Verdict = finding.Unknown
			}
			if len(stays) > r.Most {
				r.Most, r.Stays = len(stays), stays
			}
		}
	}
	return all
}

// isStuck reports whether something holds one of the nodes for sure. What may end in a way
// that is not played does not, and no more do nodes that wait for those alone.
func isStuck(stays []simulate.Stay) bool {
	unsure := slices.ContainsFunc(stays, func(s simulate.Stay) bool { return s.Unsure })
	return slices.ContainsFunc(stays, func(s simulate.Stay) bool {
		return s.Stuck && !s.Unsure && (s.Cause != simulate.ByOthers || !unsure)
	})
}

func ofPool(stays []simulate.Stay, pool string) []simulate.Stay {
	var all []simulate.Stay
	for _, s := range stays {
		if s.Pool == pool {
			all = append(all, s)
		}
	}
	return all
}

// Replaced is how far the provider gets, for each pool with nodes that stay in
// some run.
func (f *Forecast) Replaced() []Replaced { return replaced(f.Runs, len(f.Unread) > 0) }
