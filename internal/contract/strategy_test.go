package contract

import (
	"testing"
	"time"
)

// A pool goes by the terms of the strategy that its owner set, in place of those that
// follow it; who starts them, and when, stays.
func TestFollowing(t *testing.T) {
	usual := Terms{Trigger: UrgentPatch, Name: "surge", Initiator: ByProvider, Windows: Ignored, Follows: true, Replacement: ReplacedBefore,
		Pace: Pace{Kind: PaceNodes, Nodes: 1}, OnDeadline: ThenForce}
	other := Terms{Trigger: Upgrade, Name: "blue-green", Strategy: "blue-green", Initiator: ByCustomer, Windows: Binds, OnDeadline: ThenSkip,
		Pace: Pace{Kind: PaceUnstated}, Replacement: ReplacedAfter, Deadline: Setting{Limit: After(time.Hour)}}
	forced := Terms{Trigger: Upgrade, Name: "forced"}
	c := &Contract{Window: NoWindow, Drainer: KubectlDrain, Terms: []Terms{usual, other, forced}}
	for _, strategy := range []string{"BLUE_GREEN", "BlueGreen", "blue-green"} {
		got := c.Following(usual, Settings{Strategy: strategy})
		if got.Name != "blue-green" || got.Trigger != UrgentPatch || got.Initiator != ByProvider || got.Windows != Ignored ||
			got.OnDeadline != ThenSkip || got.Replacement != ReplacedAfter {
			t.Errorf("%s: %+v", strategy, got)
		}
		if got := c.Following(forced, Settings{Strategy: strategy}); got.Name != "forced" {
			t.Errorf("what follows no strategy: %+v", got)
		}
	}
	for _, strategy := range []string{"", "SURGE", "Schedule"} {
		if got := c.Following(usual, Settings{Strategy: strategy}); got.Name != "surge" {
			t.Errorf("%q: %+v", strategy, got)
		}
	}
	all := PolicyOf(c, usual, Settings{Strategy: "BLUE_GREEN"})
	if len(all.Unstated) != 1 || all.AtOnce(3) < 3 {
		t.Errorf("a batch that nobody publishes: %+v", all)
	}
	two := PolicyOf(c, usual, Settings{Strategy: "BLUE_GREEN", Nodes: 4, Rolling: Rolling{Unavailable: Pace{Kind: PacePercent, Percent: 50}}})
	if len(two.Unstated) != 0 || two.AtOnce(4) != 2 || !two.After || two.Title != "urgent-patch (blue-green)" {
		t.Errorf("a batch that is set: %+v", two)
	}
}
