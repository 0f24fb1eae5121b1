package contract

import (
	"math"
	"time"
)

// Forever is a time that never comes.
const Forever = time.Duration(math.MaxInt64)

// Limit is a limit in time: a duration, none at all (nothing is waited for),
// unlimited, or not published. Its zero value is not published.
type Limit struct {
	kind  limitKind
	after time.Duration
}

type limitKind uint8

const (
	limitUnstated limitKind = iota
	limitFinite
	limitNone
	limitUnlimited
)

// The limits that are no duration.
var (
	NoTime    = Limit{kind: limitNone}
	Unlimited = Limit{kind: limitUnlimited}
	Unstated  = Limit{}
)

// After is a limit of a duration.
func After(d time.Duration) Limit { return Limit{kind: limitFinite, after: d} }

// Finite returns the limit where it is a duration.
func (l Limit) Finite() (time.Duration, bool) { return l.after, l.kind == limitFinite }

// Duration returns the limit as a duration: 0 for none, Forever for unlimited.
// It is false where the provider publishes nothing.
func (l Limit) Duration() (time.Duration, bool) {
	switch l.kind {
	case limitFinite:
		return l.after, true
	case limitNone:
		return 0, true
	case limitUnlimited:
		return Forever, true
	}
	return 0, false
}

// Initiator is who starts it.
type Initiator string

// The initiators.
const (
	ByProvider Initiator = "provider"
	ByCustomer Initiator = "customer"
)

// Cadence is how often it comes: Every is set where Kind is EveryDuration.
type Cadence struct {
	Kind  CadenceKind
	Every time.Duration
}

// CadenceKind is what brings it on.
type CadenceKind string

// The cadences.
const (
	OnDemand        CadenceKind = "on-demand"  // somebody starts it
	OnEvent         CadenceKind = "event"      // something happens
	ByTimer         CadenceKind = "timer"      // a node reaches its maximum age
	Continuous      CadenceKind = "continuous" // at any time
	CadenceUnstated CadenceKind = "unstated"
	EveryDuration   CadenceKind = "every"
)

// Pace is how many nodes go at once: Nodes or Percent of all nodes is set where
// Kind says so.
type Pace struct {
	Kind    PaceKind
	Nodes   int
	Percent int
}

// PaceKind is in what a pace is given.
type PaceKind string

// The paces.
const (
	Unpaced      PaceKind = "unbounded" // nothing limits it
	PaceUnstated PaceKind = "unstated"
	PaceNodes    PaceKind = "nodes"
	PacePercent  PaceKind = "percent"
)

// WindowKind is what kind of window the customer can set.
type WindowKind string

// The kinds of window.
const (
	NoWindow                 WindowKind = "none"
	NodeBudgetSchedules      WindowKind = "node-budget-schedules"
	MaintenanceWindow        WindowKind = "maintenance-window"
	MaintenanceConfiguration WindowKind = "maintenance-configuration"
	UpgradeSchedule          WindowKind = "upgrade-schedule"
	OwnSchedule              WindowKind = "own-schedule"
)

// Calendar reports whether it is a window in the calendar, which a scenario can
// give, and not one that the node budgets of pools make.
func (w WindowKind) Calendar() bool { return w != NoWindow && !w.NodeBudgets() }

// NodeBudgets reports whether the node budgets of pools make the window.
func (w WindowKind) NodeBudgets() bool { return w == NodeBudgetSchedules }

// Binding is how far the customer's window binds it.
type Binding string

// The bindings.
const (
	Binds      Binding = "bind"
	BestEffort Binding = "best-effort" // kept where possible
	Ignored    Binding = "ignored"
	NoneToSet  Binding = "none" // there is no window to set
)

// Holds reports whether windows are kept, at least where possible.
func (b Binding) Holds() bool { return b == Binds || b == BestEffort }

// Replacement is when the replacement node is there.
type Replacement string

// The replacements.
const (
	ReplacedBefore      Replacement = "before" // ready before the drain begins
	ReplacedAfter       Replacement = "after"  // asked for when the node is gone
	NotReplaced         Replacement = "none"
	ReplacementUnstated Replacement = "unstated"
)

// Candidates is whether a node is chosen while a PDB blocks one of its pods.
type Candidates string

// What becomes of candidates. Where a contract says nothing they are started.
const (
	SkippedWhileBlocked Candidates = "skipped-while-blocked"
	Started             Candidates = "started"
)

// Preflight is a form of PDBs: a provider that finds one in the cluster, whatever its pods run
// on, refuses all before it begins a node.
type Preflight string

// The preflights. Where a contract says nothing there is none.
const (
	NoneUnavailable Preflight = "max-unavailable-0"    // maxUnavailable is 0
	AllAvailable    Preflight = "min-available-of-all" // minAvailable, as a number, is at least as many pods as there are
)

// OnDeadline is what follows where a drain has not ended by its deadline.
type OnDeadline string

// What may follow.
const (
	ThenForce    OnDeadline = "force" // pods left are deleted and the node goes
	ThenFail     OnDeadline = "fail"  // the whole operation stops; the node stays
	ThenSkip     OnDeadline = "skip"  // the node is given up; the operation goes on
	ThenWait     OnDeadline = "wait"  // the drain goes on without end
	ThenUnstated OnDeadline = "unstated"
)

// Drainer is whose drain it is.
type Drainer string

// The drainers. Karpenter's has its own taint, order of pods and retries.
const (
	KarpenterDrain Drainer = "karpenter"
	KubectlDrain   Drainer = "kubectl"
)

// Zone is in which zone the node comes that replaces another.
type Zone string

// The zones: that of the node that it replaces, any of the pool's, or one of them that
// nobody promises.
const (
	SameZone     Zone = "same"
	AnyZone      Zone = "any"
	ZoneUnstated Zone = "unstated"
)
