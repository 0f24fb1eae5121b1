package simulate

import (
	"math/rand/v2"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
)

// engine plays one run.
type engine struct {
	*World
	scenario *Scenario
	rng      *rand.Rand
	now      int64 // nanoseconds since the start
	horizon  int64
	steps    schedule

	nodes     []nodeState
	freeNodes []int32 // slots of nodes that are gone
	pods      []podState
	freePods  []int32
	loads     []loadState
	guards    []guardState
	counts    []groupCount
	pools     []poolState

	roomy     rooms   // nodes that take pods, the emptiest first
	firstFit  tree    // the same, by order
	byPos     []int32 // the nodes in that order
	freePos   []int32
	launching []int32
	marked    []int32 // nodes on their way out that are not gone
	pending   []int32
	spare     []int32 // what pending was before
	scheduled bool    // a look at pending pods is due
	rooms     int64   // how often something made room for pods
	batch     batch
	loop      loop
	rolls     []*roll
	commands  []command
	orphans   []orphan
	collector int64 // some time at which orphans are looked for, 0 until there is one
	expirer   int64 // when the controller of expiry is free again
	alive     []int // nodes by shape, those that launch and drain included

	undo       undoLog
	cursor     map[[2]int32]int32 // in a trial: the first node that may still have room
	left       []int              // by pool, what its budgets let go
	over       []bool             // by pool, whether it has more than its limits
	byWeight   []int32            // the pools, in the order in which they are asked for nodes
	provisions bool               // some pool makes nodes as pods need them
	changed    bool               // something did since pods were reminded of
	expiry     *contract.Policy   // where nodes expire
	nominees   []int32            // nodes that are kept for pods
	nominating bool
	fewest     []int32           // the claims of a trial, by how many pods they have
	zonal      bool              // some group counts by another key than the node
	failed     map[[2]int32]bool // scratch: classes that fit nowhere now
	turns      []int32           // scratch
	policies   map[policyKey]*contract.Policy
	wave       []disruption.DrainPod // scratch
	lowest     int32                 // priority of any pod
	made       int                   // names given to new nodes

	run       Run
	recording bool
	draining  int
}

// nodeState is a node as it stands.
type nodeState struct {
	free           amount
	pods           []int32
	shape          int32
	pool           int32
	room           int32 // its bucket among the roomy; -1 where it takes no pods
	at             int32 // index in its bucket
	gen            uint32
	state          nodePhase
	cordoned       bool
	unready        bool
	hadPods        bool  // a pod came since it is there
	stands         bool  // it was passed over, and that was said
	asked          bool  // a trigger means it
	forced         bool  // its deadline made pods go
	blocks         int32 // pods on it that may not be evicted now
	grace          int64
	expires        int64
	policy         *contract.Policy
	roll           int32   // the roll that drains it, -1 for none
	began          int64   // of its drain
	deadline       int64   // of its drain; never for none
	tick           int64   // first look of its drain
	looking        int64   // when the next look is due, 0 for none
	stirred        int64   // when a pod last came or began to leave
	nominated      int64   // until when it is kept for a pod, and not chosen
	pos            int32   // its turn among the nodes, as Karpenter goes through them by name
	cause          int32   // the event that brought it where it is
	name           int32   // in the names of the run; -1 for none yet
	initial        int32   // in the world; -1 for a new one
	group, inGroup int32   // among the drifted of a large cluster, from 1; 0 for none
	moves          []int32 // what would have to move, in order, where it is in a group
	loads          []int32 // the workloads of its pods
	claimants      []int32 // pods that have pushed others out of it, and are to come
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

// podState is a pod as it stands.
type podState struct {
	class         int32
	node          int32 // -1 while it has none
	onNode        int32 // index among its node's pods
	inLoad        int32 // index among its workload's pods
	ordinal       int32
	zone          int32
	gen           uint32
	cause         int32
	name          int32
	tries         uint16 // refused evictions
	fails         uint8  // failed attempts to schedule it
	state         podPhase
	ready         bool
	stuck         bool
	blocks        bool // it keeps its node from being chosen
	evicting      bool // its eviction is asked for
	waiting       bool // for a budget to open
	unschedulable bool
	revision      bool  // it has the new template
	created       int64 // seconds since 1970
	uid           uint64
	cpu, memory   int64 // what it asks for: the order of pods is asked often
	started       int64
	since         int64 // when it got ready
	next          int64 // when its eviction or its scheduling is tried again
	leaves        int64 // when it will be gone
	pushed        int64 // until when it waits for those it has pushed out
	claims        int32 // the node it pushed them out of, from 1; 0 for none
	seen          int64 // what had made room when it was tried last
}

type podPhase uint8

const (
	podNone podPhase = iota
	podPending
	podRunning
	podLeaving
)

// loadState is a workload as it stands.
type loadState struct {
	pods              []int32
	ready             int32
	active            int32   // not leaving
	orphans           []int32 // the numbers of those that its controller counts as active still
	ghosts            int32   // of these, those that the API server calls ready
	replicas          int32
	floor             int32
	min, minCounted   int32
	making            bool  // its controller is about to look
	watched           int32 // index in the run, -1 where it is not watched
	since             int64 // of the present count, while below the floor
	rollout           *rollout
	down              bool    // one of its pods was made to stay down
	hopeless          bool    // none of its pods gets ready
	failing           []int32 // of a StatefulSet: the numbers of pods that do not
	podReady, podStop int64
	crashes           Crashes // zero where its pods stay up
	cause             int32
}

// guardState is a budget as it stands.
type guardState struct {
	disruption.BudgetState
	groups  []disruption.Group
	waiters []int32
	reason  disruption.Reason
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

// event notes what happened, where that was asked for, and returns its index.
func (e *engine) event(ev Event) int32 {
	if !e.recording {
		return -1
	}
	if len(e.run.Events) == mostEvents {
		e.recording, e.run.Cut = false, time.Duration(e.now)
		return -1
	}
	ev.At = time.Duration(e.now)
	if ev.Workload >= 0 {
		l := &e.loads[ev.Workload]
		ev.Ready = l.ready
		ev.Workload = l.watched
	}
	if ev.Node >= 0 {
		ev.Node = e.nodeName(ev.Node)
	}
	if ev.Pod >= 0 {
		ev.Pod = e.podName(ev.Pod)
	}
	e.run.Events = append(e.run.Events, ev)
	return int32(len(e.run.Events) - 1)
}

func (e *engine) after(d time.Duration, what action, a, b int32, gen uint32) {
	e.at(e.now+int64(d), what, a, b, gen)
}

func (e *engine) at(t int64, what action, a, b int32, gen uint32) {
	if t > e.horizon {
		return
	}
	e.steps.push(step{at: max(t, e.now), what: what, a: a, b: b, gen: gen})
}

// between is a random time.
func (e *engine) between(from, to time.Duration) time.Duration {
	return from + time.Duration(e.rng.Int64N(int64(to-from)))
}

// clock is the time of day.
func (e *engine) clock() time.Time { return e.scenario.Start.Add(time.Duration(e.now)) }

// play goes through the steps until the horizon.
func (e *engine) play() {
	for len(e.steps.heap) > 0 {
		e.step()
	}
	e.now = e.horizon
	e.finish()
}

// step does what is due next.
func (e *engine) step() {
	s := e.steps.pop()
	e.now = s.at
	e.run.Steps++
	switch s.what {
	case doTrigger:
		e.trigger(int(s.a))
	case doPass:
		e.pass()
	case doProvision:
		e.provision()
	case doCommand:
		e.command(s.a)
	case doNodeReady:
		if e.nodes[s.a].gen == s.gen {
			e.nodeReady(s.a)
		}
	case doDrain:
		if n := &e.nodes[s.a]; n.gen == s.gen && n.looking == s.at {
			n.looking = 0
			e.lookAtDrain(s.a)
		}
	case doEvict:
		if p := &e.pods[s.a]; p.gen == s.gen && p.evicting && !p.waiting {
			e.evict(s.a)
		}
	case doGone:
		if p := &e.pods[s.a]; p.gen == s.gen && p.leaves == s.at {
			e.gone(s.a)
		}
	case doReady:
		if p := &e.pods[s.a]; p.gen == s.gen && p.state == podRunning && !p.stuck {
			e.setReady(s.a, true, e.podEvent(PodReady, s.a, p.cause))
			e.crashLater(s.a, e.now)
		}
	case doCrash:
		if p := &e.pods[s.a]; p.gen == s.gen && p.state == podRunning && p.ready {
			e.crash(s.a)
		}
	case doMake:
		e.loads[s.a].making = false
		e.control(s.a)
	case doSchedule:
		e.scheduled = false
		e.schedulePending()
	case doRetrigger:
		e.retrigger()
	case doExpire:
		if e.nodes[s.a].gen == s.gen {
			e.expire(s.a, s.b)
		}
	case doTaken:
		if e.nodes[s.a].gen == s.gen {
			e.taken(s.a)
		}
	case doFree:
		if e.pods[s.a].gen == s.gen {
			e.reblock(s.a)
			e.touch()
		}
	case doCollect:
		e.collect(s.a)
	case doScale:
		e.scaleNow(&e.scenario.Triggers[s.a], s.b)
	case doRoll:
		e.rolls[s.a].due = false
		e.rollOn(s.a)
	}
}
