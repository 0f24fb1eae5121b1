package simulate

import (
	"math/rand/v2"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

// state is the world in the middle of a run: what stands where, and what is due.
type state struct {
	*World
	clock
	recorder
	freeCapacity
	mounts   mounts
	scenario *Scenario

	nodes     []nodeState
	pods      []podState
	workloads []workloadState
	pdbs      []pdbState
	counts    []groupCount
	pools     []poolState

	launching []int32 // nodes that are being started
	marked    []int32 // nodes on their way out that are not gone
	alive     []int   // nodes by shape, those that launch and drain included
	zonal     bool    // some group counts by another key than the node
}

func newState(w *World, s *Scenario, seed int64, recording bool) state {
	x := state{
		World: w, scenario: s,
		clock:        clock{rng: rand.New(rand.NewPCG(uint64(seed), 0x6f6e7573)), start: s.Start, horizon: int64(s.Horizon)},
		recorder:     recorder{run: Run{Seed: seed, FirstDrain: None, LastGone: None}},
		freeCapacity: freeCapacity{firstFit: newTree(2*len(w.nodes) + 64)},
		nodes:        make([]nodeState, len(w.nodes), len(w.nodes)+len(w.nodes)/4+16),
		pods:         make([]podState, len(w.pods), len(w.pods)+len(w.pods)/8+64),
		workloads:    make([]workloadState, len(w.workloads)),
		pdbs:         make([]pdbState, len(w.pdbs)),
		counts:       make([]groupCount, len(w.groups)),
		pools:        make([]poolState, len(w.pools)),
		alive:        make([]int, len(w.shapes)),
		mounts:       mounts{holders: make([][]holder, len(w.disks))},
	}
	if recording {
		x.record(w)
	}
	return x
}

// nodeState is a node as it stands. What is asked of it for each pod comes first, in lines
// of 64 bytes, as processors read memory.
type nodeState struct {
	free       amount
	pos        int32 // its turn among the nodes, as Karpenter goes through them by name
	shape      int32
	pool       int32
	freeBucket int32 // its bucket among the nodes by free capacity; -1 where it takes no pods

	workloads     []int32 // the workloads of its pods
	nominatedPods []int32 // pods that have preempted others on it, and are to come
	at            int32   // index in its bucket
	gen           uint32
	state         nodePhase
	cordoned      bool
	unready       bool
	hadPods       bool // a pod came since it is there
	unreachable   bool // its kubelet does not report: nothing on it stops
	targeted      bool // a trigger means it
	byHand        bool // somebody drains it by hand, and is not done
	forced        bool // its deadline made pods go

	pods           []int32
	moves          []int32 // what would have to move, in order, where it is in a group
	blocks         int32   // pods on it that may not be evicted now
	group, inGroup int32   // among the drifted of a large cluster, from 1; 0 for none
	cause          int32   // the event that brought it where it is

	looking      int64 // when the next look is due, 0 for none
	tick         int64 // first look of its drain
	began        int64 // of its drain
	deadline     int64 // of its drain; never for none
	lastPodEvent int64 // when a pod last came or began to leave
	nominated    int64 // until when it is kept for a pod, and not chosen
	grace        int64
	expires      int64

	policy     *contract.Policy
	gaveUp     *Stay // its deadline passed, and it stayed: what held it then
	refused    *Stay // the platform refused to begin: by what
	asked      int64 // when a trigger first meant it
	upgrade    int32 // the upgrade that drains it, -1 for none
	name       int32 // in the names of the run; -1 for none yet
	initial    int32 // in the world; -1 for a new one
	passedOver bool  // it was passed over, and that was said
	detaching  bool  // its drain was given up, and it waits for volumes
	unrepaired bool  // too many of its pool are unhealthy for any to be repaired
	kept       bool  // it is annotated so that Karpenter does not choose it
	_          [16]byte
}

type nodePhase uint8

const (
	nodeNone nodePhase = iota
	nodeLaunching
	nodeActive
	nodeMarked // chosen; its replacement is on the way
	nodeDraining
	nodeGone
)

// podState is a pod as it stands, in two lines of 64 bytes.
type podState struct {
	class         int32
	node          int32 // -1 while it has none
	tie           int32
	gen           uint32
	created       int64 // seconds since 1970
	uid           uint64
	cpu, memory   int64 // what it asks for: the order of pods is asked often
	state         podPhase
	ready         bool
	stuck         bool
	blocks        bool // it keeps its node from being chosen
	evicting      bool // its eviction is asked for
	waiting       bool // for a budget to open
	unschedulable bool
	revision      bool   // it has the new template
	fails         uint8  // failed attempts to schedule it
	tries         uint16 // refused evictions
	onNode        int32  // index among its node's pods

	inWorkload    int32 // index among its workload's pods
	ordinal       int32
	cause         int32
	name          int32
	nominatedTo   int32 // the node it pushed others out of, from 1; 0 for none
	seen          int32 // how often capacity had been freed when it was tried last
	started       int64
	since         int64 // when it got ready
	next          int64 // when its eviction or its scheduling is tried again
	leaves        int64 // when it will be gone
	preemptsUntil int64 // until when it waits for those it has pushed out
}

type podPhase uint8

const (
	podNone podPhase = iota
	podPending
	podRunning
	podLeaving
)

// workloadState is a workload as it stands.
type workloadState struct {
	pods              []int32
	ready             int32
	active            int32   // not leaving
	orphans           []int32 // the numbers of those that its controller counts as active still
	staleReady        int32   // of these, those that the API server calls ready
	replicas          int32
	floor             int32
	min, minCounted   int32
	syncDue           bool  // its controller is about to look
	revision          uint8 // of its pods to come, where they are told apart by it
	watched           int32 // index in the run, -1 where it is not watched
	since             int64 // of the present count, while below the floor
	rollout           *rollout
	down              bool    // one of its pods was made to stay down
	hopeless          bool    // none of its pods gets ready
	failing           []int32 // of a StatefulSet: the numbers of pods that do not
	podReady, podStop int64
	refusals          uint8 // tries to make a pod that the API server refused, one after the other
	retry             int64 // when its controller tries again
	failures          int32 // of a Job: pods that were taken away and count as failed
	failed            jobFailure
	crashes           Crashes // zero where its pods stay up
	cause             int32
}

// pdbState is a budget as it stands.
type pdbState struct {
	disruption.BudgetState
	groups  []disruption.Group
	waiters []int32
	stale   bool // its status is not what its groups make of it
}

// poolState is a pool as it stands, as far as node budgets count it.
type poolState struct {
	total int    // ready nodes whose instance is not being terminated
	going int    // of these: marked, or not ready
	used  amount // by nodes that are not on their way out: what its limits count
}

const never = int64(1) << 62

// mostEvents is how many events are kept: a story that nobody could read to its
// end is cut.
const mostEvents = 1 << 20
