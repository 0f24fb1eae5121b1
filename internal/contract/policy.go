package contract

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// Policy is how nodes go by one of a contract's terms: what the catalog states,
// turned into what an engine and a bound can follow.
type Policy struct {
	Trigger string
	Title   string // trigger and name of the terms: upgrade (surge)
	// Karpenter says that a Karpenter does it: its loop picks nodes, its taint
	// and its order hold in the drain. Else it is as with kubectl drain.
	Karpenter bool
	// Budgeted: the node budgets of the pool say how many may go at once.
	Budgeted bool
	// Paused: none goes, as the owner of the pool has paused it, with PausedBy where that is
	// another field than one that says so.
	Paused   bool
	PausedBy string
	// Pace is how many nodes may go at once where budgets do not say so.
	Pace Pace
	// Unhealthy is how many nodes may be unhealthy for any to be repaired.
	Unhealthy Threshold
	// UnhealthyFor is how long a node has to be unhealthy before it is repaired.
	UnhealthyFor time.Duration
	// Windowed: it begins only within the customer's maintenance window.
	Windowed bool
	// Before: a replacement is ready before a node's drain begins. After: it is
	// asked for when it is gone. Neither: it is not replaced. Returns: what comes
	// after is the same machine, rebooted or with a new image.
	Before, After, Returns bool
	// Extended is for how long pods that ask for it run before their node is begun.
	Extended Extension
	// Zone is where the replacement comes, where Before.
	Zone Zone
	// KeepsNames: nodes have the names of those that they replace.
	KeepsNames bool
	// Unreplaced, where Before, is how many of the nodes that go at once do so
	// before another comes.
	Unreplaced int
	// Soak is how long a rolling update rests after each node.
	Soak time.Duration
	// Detach is for how long a node whose drain was given up waits for the volumes
	// of pods left on it; Forever for no end, 0 for not at all.
	Detach time.Duration
	// SkipBlocked: a node is not chosen while a PDB refuses one of its pods.
	SkipBlocked bool
	// Preflight: no node is begun while some PDB of the cluster, also of pods on other
	// nodes, is of that form; PreflightReported is what users report, and is not played.
	Preflight, PreflightReported Preflight
	// IgnoresPDBs: PDBs are not asked; pods are deleted with the node at once.
	IgnoresPDBs bool
	Deadline    disruption.Deadline
	// DeadlineUnstated: how long the drain waits is not published. Deadline is
	// then none.
	DeadlineUnstated bool
	// Unstated are the facts that the provider does not publish, with what was
	// taken in their place: "deadline: none".
	Unstated []string
}

// Shrinks reports whether an autoscaler takes nodes away, whose pods have to fit on those that
// stay.
func (p *Policy) Shrinks() bool {
	return p.Trigger == ScaleDown && p.SkipBlocked && !p.Karpenter && !p.Before && !p.After
}

// Under are terms for a node whose drain has a limit of its own: a
// terminationGracePeriod, by its claim or by its pool, or the drain timeout of
// its pool (0 for none). The limit is then the deadline, and what is left at its
// end is forced. Where the provider fixes a deadline only a shorter one counts,
// and where PDBs are ignored none does.
//
// Source: ValidatePodsDisruptable and terminator.Drain of Karpenter 1.14; with
// the period set only consolidation still passes over a node that a PDB blocks.
// Machine deletion of the Cluster API: once nodeDrainTimeoutSeconds have passed
// the machine is deleted with what is left on it.
func (c *Contract) Under(t Terms, grace time.Duration) Terms {
	if grace <= 0 || t.Deadline.Limit == NoTime {
		return t
	}
	if c.Drainer != KarpenterDrain {
		if t.Deadline.Control != "" { // the customer sets it
			t.Deadline.Limit = After(grace)
			if t.OnDeadline == ThenWait || t.OnDeadline == ThenUnstated {
				t.OnDeadline = ThenForce
			}
		}
		return t
	}
	if fixed, ok := t.Deadline.Finite(); ok && t.Deadline.Control == "" && grace >= fixed {
		return t
	}
	t.Deadline.Limit, t.OnDeadline, t.EarlyDeletion = After(grace), ThenForce, true
	if t.Trigger != Consolidation {
		t.Candidates = Started
	}
	return t
}

// PolicyOf turns terms into a policy for a node, by what its pool, or its claim,
// sets.
func PolicyOf(c *Contract, t Terms, s Settings) Policy {
	t = c.Under(c.Following(t, s), s.Drain)
	p := Policy{Trigger: t.Trigger, Title: t.Title(), Unhealthy: t.Unhealthy, UnhealthyFor: t.UnhealthyFor, Zone: t.Zone,
		KeepsNames: t.KeepsNames, Extended: t.Extended}
	p.Karpenter = c.Drainer == KarpenterDrain
	p.Budgeted = c.Paced(t)
	p.Windowed = t.Windows.Holds() && !p.Budgeted
	p.Preflight, p.PreflightReported = t.Preflight, t.PreflightReported
	p.SkipBlocked = t.Candidates == SkippedWhileBlocked
	if t.Trigger == Repair && s.Unhealthy.By != "" {
		p.Unhealthy = s.Unhealthy
	}
	p.pace(t)
	p.replacement(t)
	p.deadline(t)
	p.rolling(t, s)
	if s.Unplayed && t.rolls() && !p.IgnoresPDBs {
		p.DeadlineUnstated = true
	}
	if t.Pace.Kind == PaceUnstated && !p.Budgeted && p.Pace.Kind == Unpaced {
		p.Unstated = slices.Insert(p.Unstated, 0, "pace: assumed to be all nodes at once")
	}
	if !p.Karpenter && p.Deadline.Then == disruption.Force && p.Deadline.Binds() {
		p.Detach = s.Detach
	}
	p.undrained(s)
	return p
}

// pace takes all nodes at once where the provider publishes nothing: the worst
// that may come.
func (p *Policy) pace(t Terms) {
	p.Pace = Pace{Kind: Unpaced}
	switch {
	case p.Budgeted:
	case t.Pace.Kind == PaceUnstated: // said once it is known that the owner of the pool sets none
	default:
		p.Pace = t.Pace
	}
}

func (p *Policy) replacement(t Terms) {
	switch t.Replacement {
	case ReplacedBefore:
		p.Before = true
	case ReplacedAfter:
		p.After = true
	case ReplacementUnstated:
		p.After = true
		p.Unstated = append(p.Unstated, "replacement: assumed to come after")
	case NotReplaced:
		// Who patches a node without another in its place has it back.
		p.Returns = t.Trigger == Drift || t.Trigger == Upgrade || t.Trigger == UrgentPatch || t.Trigger == Repair
		p.After = p.Returns
	}
}

// thenOf is what follows a deadline, as drains have it. Where nobody
// states it force is taken, the worst for pods.
var thenOf = map[OnDeadline]disruption.OnDeadline{
	ThenForce: disruption.Force, ThenFail: disruption.Fail, ThenSkip: disruption.Skip, ThenWait: disruption.Wait,
	ThenUnstated: disruption.Force,
}

// DrainDeadline is what bounds the drain of one node. Where no deadline is stated it waits.
func (t Terms) DrainDeadline() disruption.Deadline {
	d := disruption.Deadline{Then: thenOf[t.OnDeadline], Early: t.EarlyDeletion, Evictions: t.EvictionsOnly}
	switch after, stated := t.Deadline.Duration(); {
	case !stated:
		d.Then = disruption.Wait
	case after < Forever:
		d.After = after
	}
	if limit, ok := t.GraceCap.Finite(); ok {
		d.GraceCap = limit
	}
	return d
}

func (p *Policy) deadline(t Terms) {
	p.Deadline = t.DrainDeadline()
	switch after, stated := t.Deadline.Duration(); {
	case !stated:
		p.Unstated = append(p.Unstated, "deadline: assumed to be none, so that the drain waits")
		p.DeadlineUnstated = true
	case after == 0:
		p.IgnoresPDBs = true
	}
	if t.OnDeadline == ThenUnstated && p.Deadline.After > 0 {
		p.Unstated = append(p.Unstated, fmt.Sprintf("what follows the deadline of %s: assumed to be force", t.Deadline))
	}
}

// AtOnce is how many of some nodes may go at once by its own pace, or
// disruption.Unlimited. A percentage is rounded up, so that at least one may.
// Node budgets come on top where Budgeted says so.
func (p *Policy) AtOnce(nodes int) int {
	switch p.Pace.Kind {
	case PacePercent:
		return max(1, (nodes*p.Pace.Percent+99)/100)
	case PaceNodes:
		return p.Pace.Nodes
	}
	return disruption.Unlimited
}
