// Package bound says what holds in every order of events that a contract
// allows: the fewest pods of a workload that can be ready, whether a provider
// can finish at all, and what that makes of a floor.
//
// It looks at a system without time, played by an adversary. A pod takes as
// long as it likes to get ready, or for ever; one made in place of another
// runs on any node that takes pods, one that goes next included; the provider
// begins nodes in any order that its limits allow, and evicts in any order that
// the API server grants. Deadlines pass whenever they like, unless Timings say
// how long evictions can take. What no order reaches no cluster does, as long
// as controllers make pods anew as soon as they are gone, and nothing but the
// provider takes any: neither a rollout, nor a crash, nor a scaler.
//
// It does no I/O and takes the time as an argument.
package bound

import (
	"cmp"
	"math"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// Model is a cluster and what a provider does to it by one trigger, as far as a
// bound depends on it.
type Model struct {
	// Start and Until are between which the provider begins nodes. Until zero
	// is a year from Start.
	Start, Until time.Time
	// Timings are what may be taken for granted. Nil is nothing: a deadline
	// may then find any pod still there.
	Timings   *Timings
	Pools     []Pool
	Groups    []Group
	Nodes     []Node
	Budgets   []Budget
	Workloads []Workload
}

// Timings are the longest that things take. To give them is to say more: that
// evictions are served in turn, so that of the pods of one budget none that
// waits is passed over by another twice, and that a pod gets ready where it is
// bound first, and not on a node that is begun before it is.
type Timings struct {
	NodeReady time.Duration // from asking for a node to Ready
	// NodeSoonest is the least that takes; 0 for NodeReady.
	NodeSoonest time.Duration
	PodReady    time.Duration // from bound to Ready
	PodStop     time.Duration // from SIGTERM to gone, if its grace is no shorter; 0 for its grace
}

// soonest is how soon a node is ready that is asked for.
func (t *Timings) soonest() time.Duration { return cmp.Or(t.NodeSoonest, t.NodeReady) }

// Pool is nodes of which so many may be on their way out at once.
type Pool struct {
	Name  string
	Nodes int // all of them, those that stay included
	// Grows: nodes may come besides those in place of others, for pods that ask for them, and
	// nobody knows how many: percentages of its nodes come to any number.
	Grows bool
	// AtOnce is the limit of the disruption itself; 0 for none.
	AtOnce int
	// Full: the pool may have no more nodes than it has, so that no node is
	// replaced where a replacement comes before.
	Full bool
	// Paused: none of its nodes is begun; PausedBy is what has it so, where that is not said
	// with that word.
	Paused   bool
	PausedBy string
	// Refused is why none is, where that is refused before anything begins.
	Refused string
	// MayRefuse is why that may be so.
	MayRefuse string
	// Budgets come on top where they apply, for Reason: disruption.Drifted and
	// the like. Nil where they do not.
	Budgets *disruption.NodeBudgets
	Reason  string
	// Down is how many of its nodes are not ready, which count as nodes that have been let
	// go for as long as they are.
	Down int
	// Soak is how long the disruption rests after each node.
	Soak time.Duration
	// Window is when nodes may be begun; the zero value is always open.
	Window disruption.Window
}

// Group is the nodes of a pool that go by the same disruption.
type Group struct {
	Pool       int
	Disruption Disruption
}

// Disruption is how nodes go.
type Disruption struct {
	Title string // "expiry", "upgrade (surge)"
	// Karpenter says that a Karpenter drains; else it is as with kubectl drain.
	Karpenter bool
	// Vacates: nothing comes in place of a node.
	Vacates bool
	// Before: a replacement is ready before a node's drain begins.
	Before bool
	// Returns: what comes after is the same machine, with its disks.
	Returns bool
	// SkipBlocked: a node is not begun while a budget or a pod's annotation
	// forbids to evict one of its pods.
	SkipBlocked bool
	// Shrinks: it takes only nodes whose pods find place on those that stay, and no more than
	// their pool may spare.
	Shrinks bool
	// IgnoresPDBs: pods are deleted with the node at once, and no budget is asked.
	IgnoresPDBs bool
	Deadline    disruption.Deadline
	// Detach is for how long a node whose deadline forces then waits for the volumes
	// of pods left on it, which nobody evicts any more.
	Detach time.Duration
	// Unstated: nobody says how long a drain waits, nor what follows. It may wait
	// without end, and it may take what is left at any time.
	Unstated bool
}

// forces reports whether a drain may come to an end by taking what is left.
func (m *Disruption) forces() bool {
	return !m.IgnoresPDBs && (m.Unstated || m.Deadline.Binds() && m.Deadline.Then == disruption.Force)
}

// surely reports whether every drain comes to an end so.
func (m *Disruption) surely() bool { return m.forces() && !m.Unstated }

// Stays is the group of nodes that the trigger does not mean.
const Stays = -1

// Node is a machine.
type Node struct {
	Name    string
	Group   int32  // Stays for none
	Begun   bool   // its drain is under way
	Kept    string // why what takes nodes never chooses it; empty where it may
	Closed  bool   // it takes no new pods, which a node that is begun does not either
	Renewal Renewal
	// Unreachable: its kubelet does not report, so that nothing on it stops. There are
	// pods on it that a drain waits for.
	Unreachable bool
	// Stopping is how long pods on it that are being deleted may still take; 0 for none.
	Stopping time.Duration
	// Awaits says for what on it a drain waits, and may without end; empty for nothing.
	Awaits string
	// Hooked says what holds its machine until somebody acts, whatever is left on it; empty
	// for nothing.
	Hooked string
}

// Renewal is which node is sure to be ready before another goes, where replacements come
// before.
type Renewal uint8

// The renewals.
const (
	Own      Renewal = iota // one that comes in its place
	Common                  // one that is new, and may be so for several
	Doubtful                // none: its pods may find room on nodes there are
)

// Budget is a PodDisruptionBudget. The workloads that it selects name it.
type Budget struct {
	Name string
	disruption.Budget
	AlwaysAllow bool // the policy for unhealthy pods
}

// Kind is what keeps the pods of a workload.
type Kind uint8

// The kinds.
const (
	Replicated Kind = iota // a controller makes another at once
	Ordered                // a StatefulSet that makes one after the other is ready
	Bare                   // nobody does
	Daemon
	Job    // its pods may end by themselves at any time
	Static // the node itself
)

// lasts reports whether it has pods at any time, wherever they are.
func (k Kind) lasts() bool { return k == Replicated || k == Ordered }

// Workload is pods of one kind.
type Workload struct {
	Name     string
	Kind     Kind
	Replicas int // wanted; those that are not in Pods are still to be made
	Scaled   bool
	// Budgets select its pods. Partly says that they do not select all of them.
	Budgets []int32
	Partly  bool
	// ToleratesDrainTaint: Karpenter does not evict its pods. Protected: it may not
	// evict them, at no time.
	ToleratesDrainTaint, Protected bool
	// ToleratesCordon: its pods may be bound to nodes that drains other than Karpenter's
	// have set aside, such as the one they are evicted from.
	ToleratesCordon bool
	Mounts          bool          // all its pods mount volumes
	Wave            int           // disruption.DrainPod.Group
	Grace           time.Duration // 0 for 30 s
	// PerNode is how many of its pods a node takes at most; 0 for any number.
	PerNode int
	// SchedulablePools are the pools onto whose nodes its new pods may be bound;
	// nil for all of them. They may always go where nothing is taken.
	SchedulablePools []int32
	// PreemptedBy are the workloads of a higher priority whose pods may push its
	// pods out, wherever these run, because nothing says that they fit
	// elsewhere. No budget prevents that.
	PreemptedBy []int32
	// Operated: an operator that is not known keeps its pods. Where a PDB never lets them go
	// it may move them, or take that away.
	Operated bool
	// EvictedBy is what evicts its pods by rules of its own, at any time: its budgets alone
	// limit how many, or, where it takes them past these, nothing does; empty for nothing.
	EvictedBy   string
	EvictedPast bool
	// Lost says that some of its pods do not come back once they are taken: their
	// volumes lie on the disks of nodes that go.
	Lost bool
	// Shares is the claim of a volume for one node at a time that all its pods mount:
	// they run on one node together, wherever they were placed. Empty for none.
	Shares string
	// Reattach is how long it takes at most until another node can have the volumes of a pod
	// that went with its node.
	Reattach time.Duration
	// Shrinks says that there are more of its pods than it wants, or others, so that
	// its controller takes some by itself.
	Shrinks bool
	// Treatments are how drains of some pools treat its pods, by a rule, in another
	// way than to evict them with all others. Drains of a Karpenter know none.
	Treatments []Treatment
	// NotCreatedBy names what may refuse to make another pod in place of one that is
	// gone, at any time and for ever, and NotEvictedBy what may refuse its evictions
	// beside its budgets.
	NotCreatedBy, NotEvictedBy []string
	// RefusedBy are those of NotEvictedBy that no run plays: webhooks that may refuse
	// though they answer.
	RefusedBy []string
	// Unplaced is why none of its pods that are made anew may get a node, which no run plays;
	// empty where they do.
	Unplaced string
	// MinReady is for how long a pod must be ready before the next one of an Ordered
	// workload is made.
	MinReady time.Duration
	// ReadyAssumed says that nobody said how long its pods take to get ready, so that what
	// rests on that says so.
	ReadyAssumed bool
	// Timings are its own; a zero field means that of the model.
	Timings Timings
	Pods    []Pods
}

// Treatment is what drains of a pool do about pods of a workload.
type Treatment struct {
	Pool int
	By   string // the rule that says so
	// Skipped: they leave the pods alone, which then go with their node, and no
	// budget is asked. Awaited: they wait until the pods end by themselves.
	Skipped, Awaited bool
	Order            int // of their evictions, the lowest first
	// Unsure: whether the rule is about them is not known, so that none of it may be.
	Unsure bool
}

// Pods are the pods of a workload on one node; a node stands once in a list.
type Pods struct {
	Node int32 // Unbound for those that have none
	// Ready, and Unready which may get ready at any time, or never.
	Ready, Unready int
	// Stuck ones run and do not get ready, and no more do those made in their
	// place.
	Stuck int
}

// Unbound is the node of pods that wait for one.
const Unbound = -1

// Bound is the fewest pods of a workload that can be ready, where the provider
// is what takes them; pods of a Job that end are not counted.
type Bound struct {
	Least int
	Of    int  // the pods it wants
	Exact bool // some order comes down to it; else no order is known to
	// Undrained are those of Least that stand on nodes whose drain never gets done, or never
	// begins since no PDB of theirs lets them go, and that go once somebody forces it.
	Undrained int
	// Because says why, in words.
	Because []string
}

// none is a number of pods, waves or nodes that nothing reaches.
const none = math.MaxInt32
