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
		sums, onDelete     bool
		atOnce, unreplaced int
		before, after      bool
	}{
		"nothing set":                      {Upgrade, ReplacedBefore, "", "", true, false, 1, 0, true, false},
		"several come before":              {Upgrade, ReplacedBefore, "3", "", true, false, 3, 0, true, false},
		"a percentage rounds up":           {Upgrade, ReplacedBefore, "33%", "", true, false, 4, 0, true, false},
		"of the other it rounds down":      {Upgrade, ReplacedBefore, "0", "25%", true, false, 2, 2, false, true},
		"unless they do not add up":        {Upgrade, ReplacedBefore, "0", "25%", false, false, 3, 3, false, true},
		"some go before":                   {Upgrade, ReplacedBefore, "1", "2", true, false, 3, 2, true, false},
		"one or the other":                 {Upgrade, ReplacedBefore, "1", "2", false, false, 1, 0, true, false},
		"only unavailable is set":          {Upgrade, ReplacedBefore, "", "1", true, false, 2, 1, true, false},
		"and takes the place of the other": {Upgrade, ReplacedBefore, "", "2", false, false, 2, 2, false, true},
		"both round to none":               {Upgrade, ReplacedBefore, "0", "5%", true, false, 1, 1, false, true},
		"machines that come back":          {Upgrade, NotReplaced, "2", "3", true, false, 3, 3, false, true},
		"as machines are deleted":          {Upgrade, ReplacedBefore, "4", "", true, true, 1, 0, false, true},
		"a scale-down is no rolling one":   {ScaleDown, NotReplaced, "4", "", true, false, 1, 0, false, false},
		"a repair is no rolling one":       {Repair, ReplacedAfter, "4", "1", true, true, 1, 0, false, true},
		"an urgent patch is a rolling one": {UrgentPatch, ReplacedBefore, "4", "", true, false, 4, 0, true, false},
	} {
		terms := Terms{Trigger: test.trigger, Pace: Pace{Kind: PaceNodes, Nodes: 1}, Windows: NoneToSet, Replacement: test.replacement,
			Sums: test.sums, Surges: true,
			Deadline: Setting{Limit: Unlimited}, OnDeadline: ThenWait}
		p := PolicyOf(c, terms, Settings{
			Nodes: 10, OnDelete: test.onDelete, Rolling: Rolling{Surge: amount(test.surge), Unavailable: amount(test.unavailable)},
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

// Where no maxSurge is to be set, the platform decides whether others come before.
func TestRollingWithoutSurge(t *testing.T) {
	c := &Contract{Window: NoWindow, Drainer: KubectlDrain}
	terms := Terms{Trigger: Upgrade, Pace: Pace{Kind: PaceNodes, Nodes: 1}, Windows: NoneToSet, Replacement: ReplacedBefore,
		Deadline: Setting{Limit: Unlimited}, OnDeadline: ThenWait}
	p := PolicyOf(c, terms, Settings{Nodes: 10, Rolling: Rolling{Unavailable: Pace{Kind: PaceNodes, Nodes: 4}}})
	if p.AtOnce(10) != 4 || p.Unreplaced != 0 || !p.Before {
		t.Errorf("%d at once, %d of them unreplaced, before %t", p.AtOnce(10), p.Unreplaced, p.Before)
	}
}

// Of machines that come back a percentage is rounded down, and of a paused pool none goes.
func TestSettingsOfMachinesThatReturn(t *testing.T) {
	c := &Contract{Window: OwnSchedule, Drainer: KubectlDrain}
	for name, x := range map[string]struct {
		trigger, unavailable string
		paused               bool
		atOnce               int
	}{
		"nothing set":     {Upgrade, "", false, 1},
		"a number":        {Upgrade, "3", false, 3},
		"none is one":     {Upgrade, "0", false, 1},
		"a percentage":    {Upgrade, "25%", false, 2},
		"less than one":   {Drift, "5%", false, 1},
		"paused":          {Upgrade, "3", true, 0},
		"paused by drift": {Drift, "", true, 0},
		"a repair goes":   {Repair, "", true, 1},
	} {
		terms := Terms{Trigger: x.trigger, Pace: Pace{Kind: PaceNodes, Nodes: 1}, Windows: Binds, Replacement: NotReplaced,
			Deadline: Setting{Limit: Unlimited}, OnDeadline: ThenWait}
		unavailable, _ := ParseAmount(x.unavailable)
		p := PolicyOf(c, terms, Settings{Nodes: 10, Paused: x.paused, Rolling: Rolling{Unavailable: unavailable}})
		if p.AtOnce(10) != x.atOnce || p.Paused != (x.atOnce == 0) {
			t.Errorf("%s: %d at once, paused %t", name, p.AtOnce(10), p.Paused)
		}
	}
}

// Machines that are changed as they stand come back, and none comes before.
func TestInPlace(t *testing.T) {
	c := &Contract{Window: NoWindow, Drainer: KubectlDrain}
	terms := Terms{Trigger: Upgrade, Pace: Pace{Kind: PaceNodes, Nodes: 3}, Windows: NoneToSet, Replacement: ReplacedBefore,
		Deadline: Setting{Limit: Unlimited}, OnDeadline: ThenWait, Sums: true, Surges: true}
	for unavailable, atOnce := range map[string]int{"": 1, "2": 2, "25%": 2, "1%": 1} {
		var p Pace
		if unavailable != "" {
			p, _ = ParseAmount(unavailable)
		}
		if x := PolicyOf(c, terms, Settings{Nodes: 10, InPlace: true, Rolling: Rolling{Unavailable: p}}); x.AtOnce(10) != atOnce || x.Before ||
			!x.After || !x.Returns {
			t.Errorf("%s: %d at once, before %t, after %t, comes back %t", unavailable, x.AtOnce(10), x.Before, x.After, x.Returns)
		}
	}
}

// Volumes are waited for only where a drain is given up.
func TestDetachSettings(t *testing.T) {
	c := &Contract{Window: NoWindow, Drainer: KubectlDrain}
	waits := Terms{Trigger: Upgrade, Replacement: ReplacedBefore, Deadline: Setting{Unlimited, "timeout"}, OnDeadline: ThenWait,
		GraceCap: Unlimited}
	if p := PolicyOf(c, waits, Settings{Detach: Forever}); p.Detach != 0 {
		t.Error("a drain without end waits for volumes after its end")
	}
	if p := PolicyOf(c, waits, Settings{Drain: 10, Detach: Forever}); p.Detach != Forever {
		t.Error("a drain that is given up does not wait for volumes")
	}
}
