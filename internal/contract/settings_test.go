package contract

import "testing"

// What the owner of a pool sets of rolling updates goes over the contract's
// default, by numbers or by percentages of its nodes.
func TestRollingSettings(t *testing.T) {
	c := &Contract{Window: NoWindow, Drainer: KubectlDrain}
	amount := func(s string) Pace {
		p, ok := ParseAmount(s)
		if !ok && s != "" {
			t.Fatal(s)
		}
		return p
	}
	for name, test := range map[string]struct {
		trigger            string
		replacement        Replacement
		surge, unavailable string
		down, onDelete     bool
		atOnce, unreplaced int
		before, after      bool
	}{
		"nothing set":                      {Upgrade, ReplacedBefore, "", "", false, false, 1, 0, true, false},
		"several come before":              {Upgrade, ReplacedBefore, "3", "", false, false, 3, 0, true, false},
		"a percentage rounds up":           {Upgrade, ReplacedBefore, "33%", "", false, false, 4, 0, true, false},
		"of the other it rounds down":      {Upgrade, ReplacedBefore, "0", "25%", true, false, 2, 2, false, true},
		"unless it does not":               {Upgrade, ReplacedBefore, "0", "25%", false, false, 3, 3, false, true},
		"some go before":                   {Upgrade, ReplacedBefore, "1", "2", false, false, 3, 2, true, false},
		"only unavailable is set":          {Upgrade, ReplacedBefore, "", "1", false, false, 2, 1, true, false},
		"both round to none":               {Upgrade, ReplacedBefore, "0", "5%", true, false, 1, 1, false, true},
		"machines that come back":          {Upgrade, NotReplaced, "2", "3", false, false, 3, 3, false, true},
		"as machines are deleted":          {Upgrade, ReplacedBefore, "4", "", false, true, 1, 0, false, true},
		"a scale-down is no rolling one":   {ScaleDown, NotReplaced, "4", "", false, false, 1, 0, false, false},
		"a repair is no rolling one":       {Repair, ReplacedAfter, "4", "1", false, true, 1, 0, false, true},
		"an urgent patch is a rolling one": {UrgentPatch, ReplacedBefore, "4", "", false, false, 4, 0, true, false},
	} {
		terms := Terms{Trigger: test.trigger, Pace: Pace{Kind: PaceNodes, Nodes: 1}, Windows: NoneToSet, Replacement: test.replacement,
			Deadline: Setting{Limit: Unlimited}, OnDeadline: ThenWait}
		p := PolicyOf(c, terms, Settings{
			Nodes: 10, OnDelete: test.onDelete, Rolling: Rolling{Surge: amount(test.surge), Unavailable: amount(test.unavailable), RoundsDown: test.down},
		})
		if p.AtOnce(10) != test.atOnce || p.Unreplaced != test.unreplaced || p.Before != test.before || p.After != test.after {
			t.Errorf("%s: %d at once, %d of them unreplaced, before %t, after %t", name, p.AtOnce(10), p.Unreplaced, p.Before, p.After)
		}
	}
	for _, s := range []string{"", "x", "-1", "+1", "1.5", "%", "-5%"} {
		if p, ok := ParseAmount(s); ok {
			t.Errorf("%q is %+v", s, p)
		}
	}
}

// Volumes are waited for only where a drain is given up.
func TestDetachSettings(t *testing.T) {
	c := &Contract{Window: NoWindow, Drainer: KubectlDrain}
	waits := Terms{Trigger: Upgrade, Replacement: ReplacedBefore, Deadline: Setting{Unlimited, "timeout"}, OnDeadline: ThenWait, GraceCap: Unlimited}
	if p := PolicyOf(c, waits, Settings{Detach: Forever}); p.Detach != 0 {
		t.Error("a drain without end waits for volumes after its end")
	}
	if p := PolicyOf(c, waits, Settings{Drain: 10, Detach: Forever}); p.Detach != Forever {
		t.Error("a drain that is given up does not wait for volumes")
	}
}
