// Package contract is what a provider may do to the customer's nodes under an
// offering, and how far the customer's controls bind it, as types.
//
// The catalog spells a contract as Facts, each with its sources. Parse turns
// them into a Contract once, when the catalog is loaded, and nothing beyond
// that compares spellings. What follows from a contract stands here, too: how
// old a node may get (NodeAge), how nodes go by one of its terms (PolicyOf),
// and how its terms are said in words.
package contract

import "time"

// The triggers: why a node goes. Delete is not a trigger of a contract: it is
// nodes deleted by hand, which contracts have as a scale-down.
const (
	Drift         = "drift"
	Expiry        = "expiry"
	Consolidation = "consolidation"
	Upgrade       = "upgrade"
	Repair        = "repair"
	Interruption  = "interruption"
	UrgentPatch   = "urgent-patch"
	ScaleDown     = "scale-down"
	Delete        = "delete"
)

// Contract is what the provider may do under an offering.
type Contract struct {
	MaxNodeLife NodeLife
	// Window is the kind of window that the customer can set.
	Window  WindowKind
	Drainer Drainer
	// PoolLabel is the label by which a node says what pool it is of; empty
	// where the platform has none.
	PoolLabel string
	// PoolKind is GROUP/KIND of the pools that the label names: those that have
	// node budgets where these make the window. Empty where it is not known.
	PoolKind string
	// Command is that by which the owner of a pool has the provider replace its nodes: POOL
	// stands for the pool; empty where there is none.
	Command string
	// Call is the API call by which onus apply has the provider do so; empty where there is none.
	Call string
	// NodeReady is how long a new node is taken to need until it is ready; 0
	// where the catalog has no figure.
	NodeReady time.Duration
	// Terms are the ways in which nodes go. The first is the routine one, by
	// which nodes are patched.
	Terms []Terms
}

// NodeLife is how old a node may get by the contract: Limit where neither a
// pool nor a claim says otherwise, and never more than Cap (0 for no cap).
// Control is the customer's setting that changes it; empty where there is none.
type NodeLife struct {
	Limit
	Cap     time.Duration
	Control string
}

// Terms are one way in which nodes go: by which trigger, and on what terms.
type Terms struct {
	Trigger     string
	Name        string // tells ways with the same trigger apart; empty for most
	Initiator   Initiator
	Unless      Left
	Cadence     Cadence
	Pace        Pace
	Windows     Binding
	Replacement Replacement
	// Zone is where a replacement comes; ZoneUnstated where nobody promises it.
	Zone Zone
	// KeepsNames: the machine that was replaced comes back with its name, as its disk is
	// written anew.
	KeepsNames bool
	// Sums: maxSurge and maxUnavailable of a pool add up to the pace. Surges: its
	// maxSurge says whether others come before nodes go.
	Sums, Surges bool
	// Follows: a pool with the Strategy of other terms goes by those.
	Follows    bool
	Strategy   string
	Candidates Candidates
	// Preflight is what has the provider refuse it before any node is begun, and
	// PreflightReported what users report of that, and it does not say; empty for nothing.
	Preflight, PreflightReported Preflight
	// Deadline is how long PDBs are kept on a node that drains.
	Deadline   Setting
	OnDeadline OnDeadline
	// EvictionsOnly: the deadline is for evictions, and pods that stop by then are waited for.
	EvictionsOnly bool
	// GraceCap is the longest grace of a pod that is honoured; unlimited for any.
	GraceCap Limit
	// Unhealthy is how many nodes of a pool may be unhealthy for any to be repaired.
	Unhealthy Threshold
	// UnhealthyFor is how long a node has to be so before it is repaired; 0 where nobody says.
	UnhealthyFor time.Duration
	// Extended is for how long pods run that ask for it.
	Extended Extension
	// EarlyDeletion says that pods are deleted in time for their grace to end
	// with the deadline.
	EarlyDeletion bool
	// Timeout is when the provider cancels the whole of it; nil for never.
	Timeout *Setting
}

// Setting is a limit, and the customer's setting that changes it; empty where
// there is none.
type Setting struct {
	Limit
	Control string
}

// Title names the terms: the trigger, and their own name where they have one.
func (t Terms) Title() string { return title(t.Trigger, t.Name) }

// Routine are the terms on which nodes are patched: the contract's first.
func (c *Contract) Routine() Terms { return c.Terms[0] }

// First returns the first terms with a trigger.
func (c *Contract) First(trigger string) (Terms, bool) {
	for _, t := range c.Terms {
		if t.Trigger == trigger {
			return t, true
		}
	}
	return Terms{}, false
}

// TermsOf are the terms that some of the contract's facts mean.
func (c *Contract) TermsOf(f TermFacts) Terms {
	for _, t := range c.Terms {
		if t.Trigger == f.Trigger && t.Name == f.Name {
			return t
		}
	}
	return Terms{}
}

// For are the terms that a trigger of some kind stands for, in the catalog's
// order. Deleting nodes by hand is a scale-down. Where a contract has no terms
// of that kind the routine ones stand in for drift, upgrade and urgent patches:
// whatever it is called there, nodes are replaced to be patched.
func (c *Contract) For(kind string) []Terms {
	var all []Terms
	if kind == Delete {
		for _, t := range c.Terms {
			if t.Trigger == ScaleDown && t.Name == Delete {
				all = append(all, t)
			}
		}
		kind = ScaleDown
	}
	if len(all) > 0 {
		return all
	}
	for _, t := range c.Terms {
		if t.Trigger == kind {
			all = append(all, t)
		}
	}
	if len(all) == 0 && (kind == Drift || kind == Upgrade || kind == UrgentPatch) {
		t := c.Routine()
		t.Trigger = kind
		if kind == UrgentPatch {
			t.Windows = Ignored
		}
		return []Terms{t}
	}
	return all
}

// Refuses reports whether some trigger is refused before it begins while the cluster has a PDB
// of some form: as the provider says, or as users report.
func (c *Contract) Refuses(form Preflight) (stated, reported bool) {
	for _, t := range c.Terms {
		stated, reported = stated || t.Preflight == form, reported || t.PreflightReported == form
	}
	return stated, reported
}

// NodeBudgets reports whether the window that the customer sets is made of the
// node budgets of pools.
func (c *Contract) NodeBudgets() bool { return c.Window.NodeBudgets() }

// Paced reports whether the node budgets of pools say how many nodes go at once
// on these terms.
func (c *Contract) Paced(t Terms) bool { return c.NodeBudgets() && t.Windows.Holds() }
