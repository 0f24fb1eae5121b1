package bound

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// Of nodes that never get done no more are begun than go at once, and the pods of the
// others stay: where all of them leave in one way.
func TestNeverBegun(t *testing.T) {
	for name, x := range map[string]struct {
		ways [3]way
		want int
	}{
		"as a budget allows": {[3]way{asking, asking, asking}, 3},
		"in two ways":        {[3]way{asking, asking, freely}, 0},
		"and back to one":    {[3]way{asking, freely, asking}, 0},
	} {
		s := leastReady{evictionTimes: &evictionTimes{survey: &survey{
			Model: &Model{Nodes: []Node{{}, {}, {}}, Groups: []Group{{}}},
			nodes: make([]nodeFacts, 3), pools: []poolFacts{{limit: 1, meant: 3}},
		}}}
		var j stalledDrains
		for i, v := range x.ways {
			s.stall(&j, v, &Pods{Node: int32(i), Ready: i + 1})
		}
		if got := s.neverBegun(&j); got != x.want {
			t.Errorf("%s: %d stay, want %d", name, got, x.want)
		}
	}
}

// Nodes come to their deadlines together where nothing holds them up and each may be
// chosen.
func TestAtOnce(t *testing.T) {
	how := Disruption{Karpenter: true, Deadline: after(time.Hour, disruption.Force)}
	for name, x := range map[string]struct {
		change func(*survey)
		want   bool
	}{
		"free to go":               {func(*survey) {}, true},
		"held up by another":       {func(s *survey) { s.nodes[0].blocked = 1 }, false},
		"never chosen":             {func(s *survey) { s.nodes[0].unchosen = 1 }, false},
		"another one is under way": {func(s *survey) { s.pools[0].begun = 1 }, false},
		"skipped while blocked":    {func(s *survey) { s.Groups[0].Disruption.SkipBlocked = true }, false},
		"nothing ready":            {func(s *survey) { s.Workloads[0].Pods[0].Ready = 0 }, false},
	} {
		m := web(maxUnavailable(0), how)
		m.Nodes, m.Workloads[0].Pods, m.Workloads[0].Replicas = m.Nodes[:1], m.Workloads[0].Pods[:1], 1
		s := leastOf(m)
		a := account{ready: 1, unasked: 1, keep: none, unbudgetedLoss: 1, paced: true}
		x.change(s.survey)
		if got := s.orders.atOnce(0, &a); got != x.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
