package contract

import "testing"

func TestThresholds(t *testing.T) {
	for _, x := range []struct {
		t                Threshold
		unhealthy, nodes int
		want             bool
	}{
		{Threshold{}, 9, 10, true}, {Threshold{Percent: 20}, 2, 10, true}, {Threshold{Percent: 20}, 3, 10, false},
		{Threshold{Percent: 20}, 1, 1, true}, {Threshold{Percent: 20}, 2, 6, true}, {Threshold{Percent: 20}, 3, 6, false},
		{Threshold{Percent: 20, Above: 5}, 5, 5, true}, {Threshold{Percent: 20, Above: 5}, 3, 6, false},
		{Threshold{Percent: 20, Above: 5}, 2, 6, true}, {Threshold{Percent: 100, Above: 5}, 6, 6, true},
		{Threshold{By: "x", Most: Pace{Kind: PacePercent, Percent: 40}}, 1, 4, true},
		{Threshold{By: "x", Most: Pace{Kind: PacePercent, Percent: 40}}, 2, 4, false},
		{Threshold{By: "x", Most: Pace{Kind: PaceNodes, Nodes: 2}}, 2, 9, true},
		{Threshold{By: "x", Most: Pace{Kind: PaceNodes, Nodes: 2}}, 3, 9, false},
		{Threshold{By: "x", Most: Pace{Kind: PaceNodes}}, 1, 9, false}, {Threshold{By: "x", Most: Pace{Kind: PacePercent}}, 1, 9, false},
	} {
		if got := x.t.Tolerates(x.unhealthy, x.nodes); got != x.want {
			t.Errorf("%+v, %d of %d: %t", x.t, x.unhealthy, x.nodes, got)
		}
	}
}
