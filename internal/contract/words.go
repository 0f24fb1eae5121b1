package contract

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/words"
)

// How terms are said. All sentences about a contract's terms are made from
// these, so that no two pages say one term in two ways.

// String writes a limit as people say it: 15 min, none, no limit.
func (l Limit) String() string {
	switch l.kind {
	case limitFinite:
		return words.Duration(l.after)
	case limitNone:
		return "none"
	case limitUnlimited:
		return "unlimited"
	}
	return "not published"
}

// Words say the terms as a person would: how often, how many nodes at once, how
// long a drain waits and what follows, and whether windows bind it. Provider is
// what the provider is called.
func (c *Contract) Words(t Terms, provider string) string {
	return c.howOften(t, provider) + ", " + t.drains() + "; " + c.bounds(t)
}

func (c *Contract) howOften(t Terms, provider string) string {
	switch t.Cadence.Kind {
	case ByTimer:
		if life, finite := c.MaxNodeLife.Finite(); finite {
			return "every " + words.Duration(life) + " at most"
		}
		return "at the age you set"
	case OnDemand:
		if t.Initiator == ByCustomer {
			return "when you start it"
		}
		return "when " + provider + " starts it"
	case Continuous:
		return "at any time"
	case OnEvent:
		return "when it happens"
	case EveryDuration:
		return "about every " + words.Duration(t.Cadence.Every)
	}
	return "as often as " + provider + " sees fit"
}

var afterDeadline = map[OnDeadline]string{
	ThenForce: ", then force", ThenFail: ", then it fails and the node stays", ThenSkip: ", then the node is skipped",
	ThenWait: " and goes on waiting", ThenUnstated: "",
}

// drains say how long PDBs are kept, and what follows.
func (t Terms) drains() string {
	switch t.Deadline.Limit {
	case NoTime:
		return "PDBs are not waited for"
	case Unlimited:
		return "drain waits for PDBs without limit"
	case Unstated:
		return "how long a drain waits for PDBs is not published" + afterDeadline[t.OnDeadline]
	}
	return "drain waits " + t.Deadline.String() + " for PDBs" + afterDeadline[t.OnDeadline]
}

var binding = map[Binding]string{
	Binds: "windows bind it", BestEffort: "windows are kept where possible", Ignored: "windows do not apply",
	NoneToSet: "there is no window to set",
}

func (c *Contract) bounds(t Terms) string {
	if t.Pace.Kind == Unpaced && t.Windows == Ignored && c.NodeBudgets() {
		return "node budgets and windows do not apply"
	}
	return t.Pace.String() + ", " + binding[t.Windows]
}

// String says how many nodes go at once.
func (p Pace) String() string {
	switch p.Kind {
	case Unpaced:
		return "any number of nodes at once"
	case PacePercent:
		return fmt.Sprintf("%d%% of nodes at a time", p.Percent)
	case PaceNodes:
		if p.Nodes == 1 {
			return "one node at a time"
		}
		return fmt.Sprintf("%d nodes at a time", p.Nodes)
	}
	return "how many nodes at once is not published"
}

// Coming says when the terms come next.
func (t Terms) Coming() string {
	switch t.Cadence.Kind {
	case OnDemand:
		return fmt.Sprintf("It comes with each %s that is started", t.Trigger)
	case OnEvent:
		return fmt.Sprintf("It comes with each %s, at no fixed time", t.Trigger)
	case Continuous:
		return fmt.Sprintf("It may come at any time (%s)", t.Trigger)
	case ByTimer:
		return "It comes when a node reaches its maximum age"
	case EveryDuration:
		return fmt.Sprintf("%s about every %s", comes(t.Trigger), words.Duration(t.Cadence.Every))
	}
	return fmt.Sprintf("It is not published when the next %s comes", t.Trigger)
}

// AtOnce says how many nodes the terms take at once; budgets says that the
// pools at hand have node budgets of their own, and apart that no node carries two
// of the pods at hand.
func (c *Contract) AtOnce(t Terms, budgets, apart bool) string {
	switch {
	case budgets && c.NodeBudgets() && t.Windows == Binds:
		return t.Title() + " takes as many nodes at once as your node budgets allow"
	case t.Pace.Kind == Unpaced:
		return t.Title() + " has no limit of its own"
	case t.Pace.Kind == PaceUnstated:
		return "how many nodes " + withArticle(t.Title()) + " takes at once is not published"
	case t.Pace.Kind == PacePercent:
		return fmt.Sprintf("%s takes %d%% of nodes at once by default", t.Title(), t.Pace.Percent)
	case t.Pace.Nodes == 1 && apart:
		return t.Title() + " takes 1 node at a time by default, and does not wait until the pod of the last one is ready again"
	case t.Pace.Nodes == 1:
		return t.Title() + " takes 1 node at a time by default, but a node may carry several of its pods"
	}
	return fmt.Sprintf("%s takes %d nodes at once", t.Title(), t.Pace.Nodes)
}

// Begins says who starts it and, where it comes by the clock, how often.
func (t Terms) Begins(provider string) string {
	who := "You start it"
	if t.Initiator == ByProvider {
		who = provider + " starts it"
	}
	switch t.Cadence.Kind {
	case ByTimer:
		return who + " by a timer"
	case EveryDuration:
		return who + ", about every " + words.Duration(t.Cadence.Every)
	}
	return who
}

// comes says of a trigger that it comes again and again.
func comes(trigger string) string {
	switch trigger {
	case Drift:
		return "Nodes drift"
	case Upgrade:
		return "Nodes are upgraded"
	}
	return "Nodes are replaced (" + trigger + ")"
}

func withArticle(noun string) string {
	if strings.ContainsAny(noun[:1], "aeiou") {
		return "an " + noun
	}
	return "a " + noun
}

// Blocked says what becomes of a drain that a PDB never lets end, over a workload
// of some pods: a drain waits 24 h for an eviction that never comes, and so on.
func (t Terms) Blocked(pods int) string {
	const waits = "a drain waits for an eviction that never comes"
	deadline, stated := t.Deadline.Duration()
	switch {
	case t.OnDeadline == ThenWait:
		return "a drain waits without limit: the node stays unpatched until somebody acts"
	case t.Deadline.Limit == NoTime && pods == 1:
		return "the platform does not use the eviction API: the pod is deleted with the node"
	case t.Deadline.Limit == NoTime:
		return "the platform does not use the eviction API: the pods are deleted with the node"
	}
	waited, after := waits, "at its deadline"
	if stated {
		waited, after = "a drain waits "+words.Duration(deadline)+" for an eviction that never comes", "after "+words.Duration(deadline)
	}
	switch t.OnDeadline {
	case ThenForce:
		if pods == 1 {
			return waited + ", then its pod is force-deleted: an outage"
		}
		return waited + ", then all its pods that are left on the node are force-deleted together: an outage"
	case ThenFail:
		return "a drain fails " + after + " and stops the rolling update: nodes stay unpatched until the PDB is corrected, " +
			"or until somebody forces it, bypassing the PDB"
	case ThenSkip:
		return "a drain is abandoned " + after + " and the node is skipped: it stays unpatched"
	}
	return waits + ", and what follows is not published"
}
