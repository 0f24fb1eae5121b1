package contract

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"
)

// whole is a contract with every term, each with a spelling of its own.
func whole() *Facts {
	fact := func(is string) *Fact { return &Fact{Is: is} }
	return &Facts{
		MaxNodeLife: Fact{Is: "336h", Max: "504h", Control: "expireAfter"}, Windows: Fact{Is: "node-budget-schedules"},
		Override: Fact{Is: "anything"},
		Drain:    fact("karpenter"), PoolLabel: fact("example.com/pool"), PoolKind: fact("example.com/Pool"),
		Timings: &Timings{NodeReady: Fact{Is: "90s"}},
		Triggers: []TermFacts{{
			Trigger: "drift", Name: "slow", Initiator: Fact{Is: "provider"}, Cadence: Fact{Is: "168h"}, Pace: Fact{Is: "10%"},
			Windows:     Fact{Is: "bind"},
			Replacement: Fact{Is: "before"}, Candidates: fact("skipped-while-blocked"), Deadline: Fact{Is: "24h", Control: "grace"},
			OnDeadline: Fact{Is: "force"},
			GraceCap:   fact("10m"), EarlyDeletion: fact("yes"), Timeout: &Fact{Is: "12h", Control: "timeout"},
		}, {
			Trigger: "expiry", Initiator: Fact{Is: "customer"}, Cadence: Fact{Is: "timer"}, Pace: Fact{Is: "unbounded"},
			Windows:     Fact{Is: "ignored"},
			Replacement: Fact{Is: "after"}, Deadline: Fact{Is: "unlimited"}, OnDeadline: Fact{Is: "wait"},
		}},
	}
}

func TestParse(t *testing.T) {
	got, err := Parse(whole())
	if err != nil {
		t.Fatal(err)
	}
	want := &Contract{
		MaxNodeLife: NodeLife{After(14 * day), 21 * day, "expireAfter"}, Window: NodeBudgetSchedules, Drainer: KarpenterDrain,
		PoolLabel: "example.com/pool", PoolKind: "example.com/Pool", NodeReady: 90 * time.Second,
		Terms: []Terms{{
			Trigger: Drift, Name: "slow", Initiator: ByProvider, Cadence: Cadence{EveryDuration, 7 * day},
			Pace: Pace{Kind: PacePercent, Percent: 10}, Windows: Binds,
			Replacement: ReplacedBefore, Zone: ZoneUnstated,
			Candidates: SkippedWhileBlocked, Deadline: Setting{After(day), "grace"}, OnDeadline: ThenForce,
			GraceCap: After(10 * time.Minute), EarlyDeletion: true, Timeout: &Setting{After(12 * time.Hour), "timeout"},
		}, {
			Trigger: Expiry, Initiator: ByCustomer, Cadence: Cadence{Kind: ByTimer}, Pace: Pace{Kind: Unpaced}, Windows: Ignored,
			Replacement: ReplacedAfter, Zone: ZoneUnstated,
			Candidates: Started, Deadline: Setting{Limit: Unlimited}, OnDeadline: ThenWait, GraceCap: Unlimited,
		}},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("\ngot  %+v\nwant %+v", got, want)
	}
}

// Every spelling of every term is read as what it means.
func TestSpellings(t *testing.T) {
	first := func(set func(*TermFacts)) func() (Terms, error) {
		return func() (Terms, error) {
			f := whole()
			set(&f.Triggers[0])
			c, err := Parse(f)
			if err != nil {
				return Terms{}, err
			}
			return c.Terms[0], nil
		}
	}
	for _, test := range []struct {
		of   string
		set  func(*TermFacts, string)
		get  func(Terms) any
		want map[string]any
	}{
		{"initiator", func(f *TermFacts, s string) { f.Initiator.Is = s }, func(t Terms) any { return t.Initiator },
			map[string]any{"provider": ByProvider, "customer": ByCustomer}},
		{"cadence", func(f *TermFacts, s string) { f.Cadence.Is = s }, func(t Terms) any { return t.Cadence },
			map[string]any{"on-demand": Cadence{Kind: OnDemand}, "event": Cadence{Kind: OnEvent}, "timer": Cadence{Kind: ByTimer},
				"continuous": Cadence{Kind: Continuous}, "unstated": Cadence{Kind: CadenceUnstated},
				"1h30m": Cadence{EveryDuration, 90 * time.Minute}}},
		{"pace", func(f *TermFacts, s string) { f.Pace.Is = s }, func(t Terms) any { return t.Pace },
			map[string]any{"unbounded": Pace{Kind: Unpaced}, "unstated": Pace{Kind: PaceUnstated}, "1": Pace{Kind: PaceNodes, Nodes: 1},
				"100%": Pace{Kind: PacePercent, Percent: 100}, "20": Pace{Kind: PaceNodes, Nodes: 20}}},
		{"windows", func(f *TermFacts, s string) { f.Windows.Is = s }, func(t Terms) any { return t.Windows },
			map[string]any{"bind": Binds, "best-effort": BestEffort, "ignored": Ignored, "none": NoneToSet}},
		{"replacement", func(f *TermFacts, s string) { f.Replacement.Is = s }, func(t Terms) any { return t.Replacement },
			map[string]any{"before": ReplacedBefore, "after": ReplacedAfter, "none": NotReplaced, "unstated": ReplacementUnstated}},
		{"zone", func(f *TermFacts, s string) { f.Zone = &Fact{Is: s} }, func(t Terms) any { return t.Zone },
			map[string]any{"same": SameZone, "any": AnyZone, "unstated": ZoneUnstated}},
		{"candidates", func(f *TermFacts, s string) { f.Candidates.Is = s }, func(t Terms) any { return t.Candidates },
			map[string]any{"skipped-while-blocked": SkippedWhileBlocked, "started": Started}},
		{"deadline", func(f *TermFacts, s string) { f.Deadline.Is = s }, func(t Terms) any { return t.Deadline.Limit },
			map[string]any{"none": NoTime, "unstated": Unstated, "15m": After(15 * time.Minute)}},
		{"onDeadline", func(f *TermFacts, s string) { f.OnDeadline.Is = s }, func(t Terms) any { return t.OnDeadline },
			map[string]any{"force": ThenForce, "fail": ThenFail, "skip": ThenSkip, "unstated": ThenUnstated}},
		{"graceCap", func(f *TermFacts, s string) { f.GraceCap.Is = s }, func(t Terms) any { return t.GraceCap },
			map[string]any{"unlimited": Unlimited, "unstated": Unstated, "25s": After(25 * time.Second)}},
		{"unhealthy", func(f *TermFacts, s string) { f.Unhealthy = &Fact{Is: s} }, func(t Terms) any { return t.Unhealthy },
			map[string]any{"20%": Threshold{Percent: 20}, "20% of more than 5": Threshold{Percent: 20, Above: 5}, "100%": Threshold{Percent: 100}}},
		{"earlyDeletion", func(f *TermFacts, s string) { f.EarlyDeletion.Is = s }, func(t Terms) any { return t.EarlyDeletion },
			map[string]any{"yes": true, "no": false}},
	} {
		for spelling, want := range test.want {
			got, err := first(func(f *TermFacts) { test.set(f, spelling) })()
			if err != nil || test.get(got) != want {
				t.Errorf("%s %q: got %+v, %v, want %+v", test.of, spelling, test.get(got), err, want)
			}
		}
		if _, err := first(func(f *TermFacts) { test.set(f, "sometimes") })(); err == nil ||
			!strings.Contains(err.Error(), test.of+`: is "sometimes", wants `) {
			t.Errorf("%s takes a spelling that nobody knows: %v", test.of, err)
		}
	}
}

// What cannot be read is named: where it stands, and what was expected.
func TestParseFaults(t *testing.T) {
	for want, spoil := range map[string]func(*Facts){
		`triggers/1/pace: is "0", wants a number of nodes such as 1, a percentage such as 10%, unbounded or unstated`: func(f *Facts) {
			f.Triggers[1].Pace.Is = "0"
		},
		`triggers/0/pace: is "101%", wants`:                               func(f *Facts) { f.Triggers[0].Pace.Is = "101%" },
		`triggers/0/pace: is "+1", wants`:                                 func(f *Facts) { f.Triggers[0].Pace.Is = "+1" },
		`triggers/0/cadence: is "0h", wants`:                              func(f *Facts) { f.Triggers[0].Cadence.Is = "0h" },
		`triggers/0/deadline: is "0s", wants`:                             func(f *Facts) { f.Triggers[0].Deadline.Is = "0s" },
		`triggers/0/trigger: is "decay", wants drift, `:                   func(f *Facts) { f.Triggers[0].Trigger = "decay" },
		`triggers/0/onDeadline: is "wait" with the deadline "24h"`:        func(f *Facts) { f.Triggers[0].OnDeadline.Is = "wait" },
		`triggers/1/onDeadline: is "force" with the deadline "unlimited"`: func(f *Facts) { f.Triggers[1].OnDeadline.Is = "force" },
		`windows: is "nightly", wants none, node-budget-schedules, maintenance-window, maintenance-configuration, upgrade-schedule or ` +
			`own-schedule`: func(f *Facts) {
			f.Windows.Is = "nightly"
		},
		`maxNodeLife: is "none", wants a duration such as 24h, unlimited or unstated`: func(f *Facts) { f.MaxNodeLife.Is = "none" },
		`maxNodeLife: has the max "21 days", wants a duration such as 504h`:           func(f *Facts) { f.MaxNodeLife.Max = "21 days" },
		`drain: is "helm", wants karpenter or kubectl`:                                func(f *Facts) { f.Drain.Is = "helm" },
		`timings/nodeReady: is "soon", wants a duration such as 90s or 24h`:           func(f *Facts) { f.Timings.NodeReady.Is = "soon" },
		`poolKind: is "Pool", wants GROUP/KIND`:                                       func(f *Facts) { f.PoolKind.Is = "Pool" },
		`triggers: is empty`:                                                          func(f *Facts) { f.Triggers = nil },
	} {
		f := whole()
		spoil(f)
		_, err := Parse(f)
		var fault *Fault
		if !errors.As(err, &fault) || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// A deadline that is not published is followed by something all the same, and
// one that is unlimited by waiting alone.
func TestLimits(t *testing.T) {
	for _, test := range []struct {
		limit  Limit
		want   time.Duration
		stated bool
		words  string
	}{
		{After(time.Hour), time.Hour, true, "1 h"}, {NoTime, 0, true, "none"}, {Unlimited, Forever, true, "unlimited"},
		{Unstated, 0, false, "not published"},
	} {
		d, ok := test.limit.Duration()
		if _, finite := test.limit.Finite(); d != test.want || ok != test.stated || test.limit.String() != test.words ||
			finite != (test.limit == After(time.Hour)) {
			t.Errorf("%s: %s %t", test.limit, d, ok)
		}
	}
}
