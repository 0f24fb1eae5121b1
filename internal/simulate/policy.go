package simulate

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/responsibility"
)

// Policy is how nodes go by one move of a contract: what the catalog states,
// turned into what an engine and a bound can follow.
type Policy struct {
	Trigger string
	Title   string // trigger and name of the move: upgrade (surge)
	// Karpenter says that a Karpenter does it: its loop picks nodes, its taint
	// and its order hold in the drain. Else it is as with kubectl drain.
	Karpenter bool
	// Budgeted: the node budgets of the pool say how many may go at once.
	Budgeted bool
	// Pace is how many nodes may go at once otherwise; Share in percent of the
	// nodes, rounded up and at least 1. Both 0 mean no limit.
	Pace, Share int
	// Windowed: it begins only within the customer's maintenance window.
	Windowed bool
	// Before: a replacement is ready before a node's drain begins. After: it is
	// asked for when it is gone. Neither: it is not replaced. Returns: what comes
	// after is the same machine, rebooted or with a new image.
	Before, After, Returns bool
	// SkipBlocked: a node is not chosen while a budget refuses one of its pods.
	SkipBlocked bool
	// Ruthless: budgets are not asked; pods are deleted with the node at once.
	Ruthless bool
	Deadline disruption.Deadline
	// Unstated are the facts that the provider does not publish, with what was
	// taken in their place: "deadline: none".
	Unstated []string
}

// Moves are the moves of a contract that a trigger of some kind stands for, in
// the catalog's order. Deleting nodes by hand is a scale-down. Where a contract
// has no move of that kind the routine one stands in for drift, upgrade and
// urgent patches: whatever it is called there, nodes are replaced to be
// patched.
func Moves(c *responsibility.Contract, kind string) []responsibility.Move {
	want := kind
	if kind == Delete {
		want = ScaleDown
	}
	var all []responsibility.Move
	for _, m := range c.Triggers {
		if m.Trigger == want && (kind != Delete || m.Name == "delete") {
			all = append(all, m)
		}
	}
	if len(all) == 0 && kind == Delete {
		for _, m := range c.Triggers {
			if m.Trigger == ScaleDown {
				all = append(all, m)
			}
		}
	}
	if len(all) == 0 && (kind == Drift || kind == Upgrade || kind == UrgentPatch) {
		m := c.Routine()
		m.Trigger = kind
		if kind == UrgentPatch {
			m.Windows.Is = "ignored"
		}
		return []responsibility.Move{m}
	}
	return all
}

// PolicyOf turns a move into a policy. Grace is the terminationGracePeriod of
// the node's claim, or of its pool: where it is set it is the deadline, which
// then forces. 0 for none.
func PolicyOf(c *responsibility.Contract, m responsibility.Move, grace time.Duration) Policy {
	p := Policy{Trigger: m.Trigger, Title: m.Title()}
	p.Karpenter = c.Drain != nil && c.Drain.Is == "karpenter"
	bound := m.Windows.Is == "bind" || m.Windows.Is == "best-effort"
	p.Budgeted = bound && c.Windows.Is == "node-budget-schedules"
	p.Windowed = bound && !p.Budgeted
	p.pace(m)
	switch m.Replacement.Is {
	case "before":
		p.Before = true
	case "after":
		p.After = true
	case "unstated":
		p.After = true
		p.Unstated = append(p.Unstated, "replacement: taken to come after")
	case "none":
		// Who patches a node without another in its place has it back.
		p.Returns = m.Trigger == Drift || m.Trigger == Upgrade || m.Trigger == UrgentPatch || m.Trigger == Repair
		p.After = p.Returns
	}
	p.SkipBlocked = m.Candidates != nil && m.Candidates.Is == "skipped-while-blocked"
	p.deadline(c, m, grace)
	return p
}

func (p *Policy) pace(m responsibility.Move) {
	switch share, percent := strings.CutSuffix(m.Pace.Is, "%"); {
	case p.Budgeted || m.Pace.Is == "unbounded":
	case m.Pace.Is == "unstated":
		p.Unstated = append(p.Unstated, "pace: taken as all nodes at once")
	case percent:
		p.Share, _ = strconv.Atoi(share)
	default:
		p.Pace, _ = strconv.Atoi(m.Pace.Is)
	}
}

func (p *Policy) deadline(c *responsibility.Contract, m responsibility.Move, grace time.Duration) {
	d := &p.Deadline
	d.Then = disruption.OnDeadline(m.OnDeadline.Is)
	after, stated := m.Deadline.Duration()
	switch {
	case !stated:
		p.Unstated = append(p.Unstated, "deadline: taken as none, so that the drain waits")
		d.Then = disruption.Wait
	case after == 0:
		p.Ruthless = true
	case after < responsibility.Forever:
		d.After = after
	}
	if m.OnDeadline.Is == "unstated" && d.After > 0 {
		p.Unstated = append(p.Unstated, fmt.Sprintf("what follows the deadline of %s: taken as force", m.Deadline.Is))
		d.Then = disruption.Force
	}
	d.Early = m.EarlyDeletion != nil && m.EarlyDeletion.Is == "yes"
	if m.GraceCap != nil {
		d.GraceCap, _ = m.GraceCap.Duration()
	}
	// A claim's own grace period is a setting of Karpenter's; under other
	// contracts nothing reads it.
	if grace > 0 && p.Karpenter && !p.Ruthless && (d.After == 0 || m.Deadline.Control != "" || grace < d.After) {
		d.After, d.Then, d.Early = grace, disruption.Force, true
		p.SkipBlocked = p.SkipBlocked && m.Trigger == Consolidation
	}
}

// AtOnce is how many of some nodes may go at once by the move's own pace, or
// disruption.Unlimited. Node budgets come on top where Budgeted says so.
func (p *Policy) AtOnce(nodes int) int {
	switch {
	case p.Share > 0:
		return max(1, (nodes*p.Share+99)/100)
	case p.Pace > 0:
		return p.Pace
	}
	return cmp.Or(p.Pace, disruption.Unlimited)
}
