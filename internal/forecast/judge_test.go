package forecast

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/simulate"
)

// The rule of the package, line by line.
func TestJudge(t *testing.T) {
	runs := func(least ...int) []simulate.Run {
		var all []simulate.Run
		for i, n := range least {
			all = append(all, simulate.Run{Seed: int64(i + 1), Workloads: []simulate.WorkloadRun{{}, {MinReady: n}}})
		}
		return all
	}
	at := func(least int) *bound.Bound { return &bound.Bound{Least: least, Of: 3} }
	for name, x := range map[string]struct {
		floor    int
		bound    *bound.Bound
		runs     []simulate.Run
		unjudged bool
		verdict  finding.Verdict
		outcome  finding.Verdict
		proof    bound.Verdict
	}{
		"proved, and not played":             {1, at(1), nil, false, finding.Held, finding.Unknown, bound.Proved},
		"proved, and stayed up":              {1, at(1), runs(2, 3), false, finding.Held, finding.Held, bound.Proved},
		"stayed up at its floor, not proved": {1, at(0), runs(1, 3), false, finding.Unknown, finding.Held, bound.Open},
		"one run of two is a witness":        {2, at(0), runs(3, 1), false, finding.Broken, finding.Broken, bound.Refuted},
		"a witness counts more than a bound": {1, at(1), runs(0), false, finding.Broken, finding.Broken, bound.Refuted},
		"not bounded":                        {1, nil, runs(3), false, finding.Unknown, finding.Held, bound.Open},
		"neither bounded nor played":         {1, nil, nil, false, finding.Unknown, finding.Unknown, bound.Open},
		"idles at zero":                      {0, nil, runs(0), false, finding.Held, finding.Held, bound.Proved},
		"proved, but something is unread":    {1, at(3), runs(3), true, finding.Unknown, finding.Unknown, bound.Proved},
		"a witness, but something is unread": {1, at(0), runs(0), true, finding.Unknown, finding.Unknown, bound.Refuted},
	} {
		j := Judge(simulate.Watched{Replicas: 3, Floor: x.floor, Ready: 3}, x.bound, x.runs, 1, x.unjudged)
		if j.Verdict() != x.verdict || j.Outcome() != x.outcome || j.Proof != x.proof {
			t.Errorf("%s: verdict %s, outcome %s, %s; want %s, %s, %s", name, j.Verdict(), j.Outcome(), j.Proof, x.verdict, x.outcome, x.proof)
		}
	}
}

// Of the runs the first of the worst is the witness, and all below are counted.
func TestPlayed(t *testing.T) {
	run := func(seed int64, least int) simulate.Run {
		return simulate.Run{Seed: seed, Workloads: []simulate.WorkloadRun{{MinReady: least, BelowFloor: time.Minute}, {}}}
	}
	j := Judge(simulate.Watched{Replicas: 5, Floor: 3}, nil, []simulate.Run{run(7, 3), run(8, 1), run(9, 1), run(10, 2)}, 0, false)
	if p := j.Played; p.Runs != 4 || p.Below != 3 || p.Seed != 8 || p.Worst.MinReady != 1 || p.Longest.Minutes() != 1 {
		t.Errorf("%+v", *p)
	}
	if !j.BelowAtStart() {
		t.Error("none of 5 is ready, the floor is 3, and it is not below it")
	}
}

func TestWorst(t *testing.T) {
	for want, all := range map[finding.Verdict][]finding.Verdict{
		finding.Held:    {finding.Held, finding.Held},
		finding.Unknown: {finding.Held, finding.Unknown},
		finding.Broken:  {finding.Unknown, finding.Held, finding.Broken},
	} {
		if got := Worst(all...); got != want {
			t.Errorf("%v: %s", all, got)
		}
	}
	if Worst() != finding.Held {
		t.Error("of nothing something is wrong")
	}
}
