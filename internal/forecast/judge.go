package forecast

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/simulate"
)

// Judgement is what one disruption does to one workload.
type Judgement struct {
	Workload simulate.Watched
	// Bound is the fewest ready pods in any order of events; nil where the
	// disruption is not bounded.
	Bound *bound.Bound
	// Played is what the runs came to; nil where it was not played.
	Played *Played
	Proof  bound.Verdict
	Words  string // why the proof is what it is
	// Unjudged says that what the play rests on could not be read.
	Unjudged bool
}

// Played is what the runs of a disruption did to one workload.
type Played struct {
	Runs int
	// Below is how many of them took it below its floor, and Longest for how
	// long at most.
	Below   int
	Longest time.Duration
	// Worst is the run with the fewest ready pods, the first of them, and Seed
	// its seed.
	Worst simulate.WorkloadRun
	Seed  int64
}

// Judge judges a workload under a disruption by a bound and by runs, either of
// which may be missing. The workload is the one at index k of those that the
// runs watch.
func Judge(w simulate.Watched, b *bound.Bound, runs []simulate.Run, k int, unjudged bool) Judgement {
	j := Judgement{Workload: w, Bound: b, Unjudged: unjudged}
	search := bound.Search{}
	if len(runs) > 0 {
		j.Played = played(w, runs, k)
		search = bound.Search{Runs: j.Played.Runs, Least: j.Played.Worst.MinReady}
	}
	if b == nil {
		b = &bound.Bound{Of: w.Replicas} // no more is certain than that none is fewer than none
	}
	j.Proof, j.Words = bound.Judge(*b, w.Floor, search)
	return j
}

func played(w simulate.Watched, runs []simulate.Run, k int) *Played {
	p := &Played{Runs: len(runs)}
	for i := range runs {
		r := &runs[i].Workloads[k]
		if i == 0 || r.MinReady < p.Worst.MinReady {
			p.Worst, p.Seed = *r, runs[i].Seed
		}
		if r.MinReady < w.Floor {
			p.Below++
			p.Longest = max(p.Longest, r.BelowFloor)
		}
	}
	return p
}

// Verdict is what can be said of the workload: held is proved.
func (j *Judgement) Verdict() finding.Verdict {
	switch {
	case j.Unjudged:
		return finding.Unknown
	case j.Proof == bound.Proved:
		return finding.Held
	case j.Proof == bound.Refuted:
		return finding.Broken
	}
	return finding.Unknown
}

// Outcome is what the runs came to, whatever is proved: held where none took
// the workload below its floor.
func (j *Judgement) Outcome() finding.Verdict {
	switch {
	case j.Unjudged, j.Played == nil:
		return finding.Unknown
	case j.Played.Below > 0:
		return finding.Broken
	}
	return finding.Held
}

// Proven reports whether the verdict is the outcome of the runs. Where it is
// not, the workload stayed up in all of them and nothing proves that it always
// does.
func (j *Judgement) Proven() bool { return j.Verdict() == j.Outcome() }

// BelowAtStart reports whether the workload is below its floor before any node
// goes.
func (j *Judgement) BelowAtStart() bool { return j.Workload.Ready < j.Workload.Floor }

// Worst is the verdict over several: broken where one of them is, else unknown
// where one of them is, else held.
func Worst(all ...finding.Verdict) finding.Verdict {
	for _, v := range []finding.Verdict{finding.Broken, finding.Unknown} {
		if slices.Contains(all, v) {
			return v
		}
	}
	return finding.Held
}
