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
		{Threshold{20, 5}, 5, 5, true}, {Threshold{20, 5}, 3, 6, false}, {Threshold{20, 5}, 2, 6, true}, {Threshold{100, 5}, 6, 6, true},
	} {
		if got := x.t.Tolerates(x.unhealthy, x.nodes); got != x.want {
			t.Errorf("%+v, %d of %d: %t", x.t, x.unhealthy, x.nodes, got)
		}
	}
}
