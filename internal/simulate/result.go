package simulate

import "time"

// Run is what happened in one run.
type Run struct {
	Seed      int64
	Workloads []WorkloadRun // as World.Workloads
	// Drained counts nodes whose drain began, and not those that drained before;
	// Gone those that left, Forced those whose deadline passed with pods left.
	Drained, Gone, Forced int
	// Draining is the most nodes that were at it at once.
	Draining int
	// FirstDrain and LastGone are when; None where nothing happened.
	FirstDrain, LastGone time.Duration
	Evicted, Refused     int // evictions granted, and tried in vain
	ForceDeleted         int // pods deleted against their budget, or with their node
	// Asked is how many nodes the triggers meant to replace, and Unreplaced how many
	// of them were still there, or given up, when the time was over.
	Asked, Unreplaced int
	// Stays are the nodes that were not, as many as there is a reason to tell.
	Stays []Stay
	// Rollouts are the releases that were not through.
	Rollouts []Unfinished
	// Pending is how many pods had nowhere to run when the time was over.
	Pending int
	// Waits are some of them, with the reason that no node takes them.
	Waits []Wait
	// Events and Steps count what was played, for benchmarks; the events
	// themselves are kept only where they were asked for.
	Steps  int
	Events []Event
	Names  Names // of the nodes and pods in Events
	// Cut is when Events end although more happened, because there were too
	// many to keep; else 0.
	Cut time.Duration
	// Waves are those of a plan that began, and Halted why it went no further; nil where it
	// was carried out.
	Waves  []WaveRun
	Halted *Halt
}

// None is a time at which nothing happened.
const None = time.Duration(-1)

// WorkloadRun is one workload in one run.
type WorkloadRun struct {
	// MinReady is the fewest that were ready, on nodes that were there.
	MinReady int
	MinAt    time.Duration // when that was reached first; None if it never changed
	// MinCounted is the fewest that the API server called ready: a pod that
	// went with its node is called so until it is collected as garbage.
	MinCounted int
	CountedAt  time.Duration // when that was reached first; None if it never changed
	BelowFloor time.Duration // for how long, in all, fewer than its floor were ready
	MinEvent   int           // the event that brought it there, where events were kept; else -1
	Surge      int           // the most pods that were there at once
}

// Event is something that happened, and why.
type Event struct {
	At   time.Duration
	Kind EventKind
	// Node, Pod and Workload are what it is about: indices into the names of
	// the World and of the run, -1 where there is none.
	Node, Pod, Workload int32
	// Ready is how many pods of the workload were ready after it.
	Ready int32
	// Cause is the event that led to it, by index; -1 for none.
	Cause int32
	// Number is what the kind says it is: tries of an eviction, nodes a budget
	// allowed.
	Number int32
	// Detail in words, where there is more to say.
	Detail string
}

// EventKind says what happened.
type EventKind uint8

// The kinds of events.
const (
	Triggered      EventKind = iota // the scenario did something
	Chosen                          // the provider picked a node: Number more were allowed by its budget
	PassedOver                      // the provider looked at a node and left it
	NodeRequested                   // a node was asked for
	NodeReady                       // and pods can run on it
	DrainBegan                      // of a node
	NodeGone                        // it left
	NodeGivenUp                     // its deadline passed, and it stays
	DeadlinePassed                  // with pods left on the node: Number
	Evicted                         // a pod, in its Number-th try
	Refused                         // an eviction
	ForceDeleted                    // a pod was deleted without asking its budget
	PodGone                         //
	PodCreated                      // by its controller
	PodBound                        // to a node
	PodReady                        //
	PodUnready                      // while it runs on
	Unschedulable                   // no node takes the pod
	Stopped                         // the provider begins no further node
	RolledOut                       // a workload got a new revision
	Scaled                          // a workload to Number replicas
	NotCreated                      // the API server refuses to make a pod, for now
	Deleted                         // a pod, by its controller, which wants it no more
)

var eventNames = [...]string{
	"triggered", "chosen", "passed-over", "node-asked", "node-ready", "drain-began", "node-gone", "node-given-up", "deadline-passed",
	"evicted", "refused", "killed", "pod-gone", "pod-made", "pod-bound", "pod-ready", "pod-unready", "unschedulable",
	"stopped", "rolled-out", "scaled", "not-made", "deleted",
}

func (k EventKind) String() string { return eventNames[k] }
