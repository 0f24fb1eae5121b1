package contract

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// A percentage of nodes is rounded up, so that at least one may go, and never
// allows one more than that.
func TestAtOnceRounds(t *testing.T) {
	for _, test := range []struct {
		pace        Pace
		nodes, want int
	}{
		{Pace{Kind: PacePercent, Percent: 10}, 0, 1},
		{Pace{Kind: PacePercent, Percent: 10}, 1, 1},
		{Pace{Kind: PacePercent, Percent: 10}, 9, 1},
		{Pace{Kind: PacePercent, Percent: 10}, 10, 1},
		{Pace{Kind: PacePercent, Percent: 10}, 11, 2},
		{Pace{Kind: PacePercent, Percent: 10}, 15, 2},
		{Pace{Kind: PacePercent, Percent: 10}, 20, 2},
		{Pace{Kind: PacePercent, Percent: 10}, 21, 3},
		{Pace{Kind: PacePercent, Percent: 1}, 100, 1},
		{Pace{Kind: PacePercent, Percent: 1}, 101, 2},
		{Pace{Kind: PacePercent, Percent: 33}, 100, 33},
		{Pace{Kind: PacePercent, Percent: 100}, 7, 7},
		{Pace{Kind: PaceNodes, Nodes: 1}, 50, 1},
		{Pace{Kind: PaceNodes, Nodes: 20}, 5, 20},
		{Pace{Kind: Unpaced}, 5, disruption.Unlimited},
	} {
		p := Policy{Pace: test.pace}
		if got := p.AtOnce(test.nodes); got != test.want {
			t.Errorf("%+v of %d nodes: %d at once, want %d", test.pace, test.nodes, got, test.want)
		}
	}
}

// Terms a trigger stands for: its own; scale-downs for nodes deleted by hand;
// and the routine ones for whatever patches nodes.
func TestFor(t *testing.T) {
	named := func(trigger, name string) Terms { return Terms{Trigger: trigger, Name: name, Windows: Binds} }
	rich := &Contract{Terms: []Terms{named(Drift, ""), named(Upgrade, "surge"), named(Upgrade, "blue-green"), named(ScaleDown, "autoscaler"),
		named(ScaleDown, Delete)}}
	poor := &Contract{Terms: []Terms{named(Upgrade, "surge"), named(ScaleDown, "autoscaler"), named(ScaleDown, "az-rebalance")}}
	for _, test := range []struct {
		c    *Contract
		kind string
		want string
	}{
		{rich, Drift, "drift"},
		{rich, Upgrade, "upgrade (surge), upgrade (blue-green)"},
		{rich, Delete, "scale-down (delete)"},
		{rich, ScaleDown, "scale-down (autoscaler), scale-down (delete)"},
		{rich, UrgentPatch, "urgent-patch"},
		{rich, Expiry, ""},
		{poor, Delete, "scale-down (autoscaler), scale-down (az-rebalance)"},
		{poor, Drift, "drift (surge)"},
		{poor, UrgentPatch, "urgent-patch (surge)"},
		{poor, Repair, ""},
		{poor, Consolidation, ""},
	} {
		var titles []string
		for _, terms := range test.c.For(test.kind) {
			titles = append(titles, terms.Title())
			if want := test.kind != UrgentPatch; (terms.Windows == Binds) != want {
				t.Errorf("%s: windows %s", test.kind, terms.Windows)
			}
		}
		if got := strings.Join(titles, ", "); got != test.want {
			t.Errorf("%s: got %q, want %q", test.kind, got, test.want)
		}
	}
	if rich.Terms[0].Trigger != Drift || poor.Terms[0].Windows != Binds {
		t.Error("the contract itself was changed")
	}
}

// A terminationGracePeriod is a deadline that forces, under Karpenter's drain
// alone; a deadline that the provider fixes gives way only to a shorter one.
func TestUnder(t *testing.T) {
	karpenter, kubectl := &Contract{Drainer: KarpenterDrain}, &Contract{Drainer: KubectlDrain}
	waits := Terms{Trigger: Drift, Deadline: Setting{Limit: Unlimited}, OnDeadline: ThenWait, Candidates: SkippedWhileBlocked}
	fixed := Terms{Trigger: Drift, Deadline: Setting{Limit: After(2 * time.Minute)}, OnDeadline: ThenForce}
	settable := Terms{Trigger: Drift, Deadline: Setting{After(time.Hour), "grace"}, OnDeadline: ThenForce}
	none := Terms{Trigger: Repair, Deadline: Setting{Limit: NoTime}, OnDeadline: ThenForce}
	consolidates := waits
	consolidates.Trigger = Consolidation
	for _, test := range []struct {
		name  string
		c     *Contract
		terms Terms
		grace time.Duration
		want  Limit
		then  OnDeadline
		skips bool
	}{
		{"no period", karpenter, waits, 0, Unlimited, ThenWait, true},
		{"a period", karpenter, waits, time.Hour, After(time.Hour), ThenForce, false},
		{"consolidation passes over blocked nodes all the same", karpenter, consolidates, time.Hour, After(time.Hour), ThenForce, true},
		{"under another drain nothing reads it", kubectl, waits, time.Hour, Unlimited, ThenWait, true},
		{"a fixed deadline is shorter", karpenter, fixed, time.Hour, After(2 * time.Minute), ThenForce, false},
		{"as long as a fixed deadline", karpenter, fixed, 2 * time.Minute, After(2 * time.Minute), ThenForce, false},
		{"a fixed deadline is longer", karpenter, fixed, time.Minute, After(time.Minute), ThenForce, false},
		{"a deadline that is a setting", karpenter, settable, 2 * time.Hour, After(2 * time.Hour), ThenForce, false},
		{"PDBs are ignored", karpenter, none, time.Hour, NoTime, ThenForce, false},
	} {
		got := test.c.Under(test.terms, test.grace)
		if got.Deadline.Limit != test.want || got.OnDeadline != test.then || (got.Candidates == SkippedWhileBlocked) != test.skips {
			t.Errorf("%s: %+v", test.name, got)
		}
	}
	if early := karpenter.Under(waits, time.Hour).EarlyDeletion; !early {
		t.Error("pods are not deleted in time for their grace to end with the period")
	}
}

// What the catalog leaves open is taken as the worst for pods, and said.
func TestPolicyOfWhatIsUnstated(t *testing.T) {
	c := &Contract{Window: MaintenanceWindow, Drainer: KubectlDrain}
	p := PolicyOf(c, Terms{Trigger: Upgrade, Name: "surge", Pace: Pace{Kind: PaceUnstated}, Windows: BestEffort,
		Replacement: ReplacementUnstated,
		Deadline:    Setting{Limit: After(time.Hour)}, OnDeadline: ThenUnstated, GraceCap: After(time.Minute)}, Settings{})
	const unstated = "pace: assumed to be all nodes at once; replacement: assumed to come after; what follows the deadline of 1 h: " +
		"assumed to be force"
	if strings.Join(p.Unstated, "; ") != unstated || p.Title != "upgrade (surge)" || p.Karpenter || p.Budgeted || !p.Windowed || p.Before ||
		!p.After || p.Returns ||
		p.AtOnce(9) != disruption.Unlimited || p.IgnoresPDBs ||
		p.Deadline != (disruption.Deadline{After: time.Hour, Then: disruption.Force, GraceCap: time.Minute}) {
		t.Errorf("%+v", p)
	}
	p = PolicyOf(c, Terms{Trigger: Repair, Windows: Ignored, Replacement: NotReplaced, OnDeadline: ThenFail}, Settings{})
	if strings.Join(p.Unstated, "; ") != "deadline: assumed to be none, so that the drain waits" || p.Windowed || !p.After || !p.Returns ||
		p.Deadline.Then != disruption.Wait {
		t.Errorf("%+v", p)
	}
	p = PolicyOf(c, Terms{Trigger: ScaleDown, Replacement: NotReplaced, Deadline: Setting{Limit: NoTime}, OnDeadline: ThenForce}, Settings{})
	if p.After || p.Returns || !p.IgnoresPDBs || p.Deadline.After != 0 {
		t.Errorf("%+v", p)
	}
}

// Node budgets pace only what windows bind, where they are the window.
func TestPolicyBudgeted(t *testing.T) {
	for _, test := range []struct {
		window             WindowKind
		binds              Binding
		budgeted, windowed bool
	}{
		{NodeBudgetSchedules, Binds, true, false}, {NodeBudgetSchedules, BestEffort, true, false}, {NodeBudgetSchedules, Ignored, false, false},
		{MaintenanceWindow, Binds, false, true}, {MaintenanceWindow, NoneToSet, false, false}, {OwnSchedule, BestEffort, false, true},
	} {
		p := PolicyOf(&Contract{Window: test.window},
			Terms{Trigger: Drift, Windows: test.binds, Pace: Pace{Kind: PaceNodes, Nodes: 2}}, Settings{})
		if p.Budgeted != test.budgeted || p.Windowed != test.windowed || (p.AtOnce(9) == 2) == test.budgeted {
			t.Errorf("%+v: %+v", test, p)
		}
	}
}
