package simulate

import (
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// World is an estate made ready to be played: names are numbers, selectors are
// sets, and what stays the same over all runs is computed. It is not changed
// by playing, and runs may share it.
type World struct {
	workloads []workload
	classes   []class
	classIDs  int32 // how many there are, those of wishes included
	pdbs      []pdb
	pools     []pool
	shapes    []shape
	nodes     []node
	pods      []pod
	groups    []group
	gates     []gate
	quotas    []quota
	// autoscaler is the cluster autoscaler that runs in the cluster; nil for none.
	autoscaler *kubernetes.Autoscaler
	// operated are the workloads whose pods an operator keeps that is not known, or whose budget one
	// writes anew: what it may do, in words.
	operated map[kubernetes.Ref]string
	// volumeZones are the names of the zones that volumes lie in.
	volumeZones map[int32]string
	// gatedBy is what pods of a workload wait for that are made anew.
	gatedBy map[kubernetes.Ref]awaiting
	// evictor evicts pods by rules of its own, and drainer those of nodes that it drains.
	evictor, drainer taker
	// evictedBy says by workload which custom resource has its pods evicted so.
	evictedBy []taker
	// fits says by constraint and shape whether pods of that kind may run there.
	fits         [][]bool
	namesAsked   [][]string  // by constraint: the names of nodes that pods of that kind ask for
	kindOfShape  []nodeKinds // by shape
	kindsThatFit []nodeKinds // by constraint
	zoned        int         // the topology key of zones
	ties         []tie       // where volumes can be mounted
	disks        []disk      // the volumes of which it matters where else they are mounted
	slots        volumeSlots // how many volumes nodes take
	domainSizes  []int       // by topology key: how many domains there are
	overhead     []amount    // by shape: what DaemonSets take of it
	daemons      [][]int32   // by shape: those that run there
	placed       int
	made         int
	notes        []string
	newest       time.Time
	// What each run begins with, found once: who is watched, and the nodes by name.
	watching, nodeOrder []int32
}

// kind is what keeps the pods of a workload.
type kind uint8

const (
	replicated kind = iota // any pod is as good as another: Deployments and the like
	ordered                // StatefulSets
	daemon
	job
	bare   // nobody
	static // the node
)

// workload is a workload.
type workload struct {
	kubernetes.Ref
	kind      kind
	class     int32   // of pods made anew
	byOrdinal []int32 // of a StatefulSet: the same by number, where budgets tell them apart
	replicas  int
	// autoscaled: a HorizontalPodAutoscaler, or one that KEDA makes, sets them.
	autoscaled bool
	watched    bool
	parallel   bool // of a StatefulSet
	repelled   bool // it is not known of some others whether its pods may stand beside theirs
	rollout    kubernetes.Rollout
	retry      kubernetes.Retry // of a Job
	readyAfter time.Duration    // from its start, at the soonest
	stopHook   time.Duration    // before it is told to stop
	ties       []int32          // of a StatefulSet's volumes by ordinal
	shares     string           // the claim by which all its pods are on one node; empty for none
	attaches   bool             // some volume of its pods to one node at a time
	contends   string           // a claim for one node at a time that others mount, too; empty for none
	pdbs       []int32
	gated
}

// class is a kind of pod: all that decides about it but its name.
type class struct {
	// What is asked for each pod at every turn comes first, in lines of 64 bytes, as
	// processors read memory.
	asks       amount
	workload   int32
	constraint int32
	id         int32 // of it and of each of its wishes
	tie        int32 // of the volumes it shares

	alone          bool // where it goes depends on no other pods, and they do not on it
	blocked        bool // some budget over it can never let it go, by what it says
	toleratesDrain bool
	ofNode         bool // a DaemonSet's or the node's own: nobody drains it
	protected      bool // it has an annotation do-not-disrupt, with some value
	mounts         bool // some claim
	preempts       bool
	revision       uint8 // one of two, where pods are told apart by that
	twin           int32 // the class of the other; itself where they are not
	priority       int32
	pdbs           []pdbGroup // the budgets that select it
	member         []int32    // groups it counts in

	anti   []int32 // groups none of which may be where it goes
	near   []int32 // groups one of which must be
	spread []spread
	wishes []class             // what Karpenter asks for in its place, the most first; nil for it alone
	drain  disruption.DrainPod // what drains look at; Started and the like are the pod's

	limits    amount       // of CPU and memory, as quotas count them
	prefers   []preference // what the scheduler would rather have of other pods
	preferred []preferredNodes
	worth     []int32 // by shape: what preferred comes to; nil for nothing
	spreads   int     // how many its template asks for, those that may fail included
	grace     time.Duration
	tolerates tolerance
	// extended are annotations by which its pods ask to run on, where a provider lets them.
	extended        []contract.Annotation
	toleratesCordon bool // its pods may be bound to nodes that are cordoned
	devices         bool // they ask for devices by claims
	bearsOff        bool // they stay on a node that somebody has tainted out of service
	open            bool // its pods may find a place on new nodes of which not all labels are known
	_               [36]byte
}

// pdbGroup is the group of pods under a budget that a class counts in.
type pdbGroup struct{ pdb, group int32 }

// preference is for nodes that lie where pods of a group are, or for others where
// its weight is below zero.
type preference struct {
	group   int32
	weight  int32
	spreads bool // it is of a topology spread, and not of an affinity
	maxSkew int32
	at      int // of a spread, its place among those of the template
}

// preferredNodes are those that a pod would rather be on, by weight.
type preferredNodes struct {
	constraint
	weight int32
}

// choosy reports whether other pods matter to where Karpenter puts a pod, or what it
// prefers does.
func (c *class) choosy() bool { return len(c.anti)+len(c.near)+len(c.spread)+len(c.wishes) > 0 }

// chooses reports whether more decides about a node than how empty it is.
func (c *class) chooses() bool { return len(c.prefers) > 0 || c.worth != nil }

type spread struct {
	group   int32
	maxSkew int32
}

// pdb is a PodDisruptionBudget.
type pdb struct {
	kubernetes.Ref
	spec        disruption.Budget
	alwaysAllow bool
	workloads   []int32
	groups      []disruption.Group // by pdbGroup.group; pods are counted as they go
	fully       bool               // it can never allow anything, by what it says
	unserved    bool               // it stands in no cluster
	decides     bool               // it is the only one over some pods: those of all others are never evicted
	primary     string             // of one over the primary alone, for which it stands, too
}

// pool is what nodes are made from.
type pool struct {
	name      string
	offering  *responsibility.Offering
	budgets   disruption.NodeBudgets
	shapes    []int32                     // of its new nodes, the smallest first
	open      []openLabel                 // of its new nodes, what is not known
	expires   contract.ExpireAfter        // as it says itself
	life      time.Duration               // of its new nodes; contract.Forever for no end
	grace     time.Duration               // terminationGracePeriod or drain timeout of its new nodes; 0 for none
	settings  contract.Settings           // what else it says of how its nodes go
	drained   []kubernetes.DrainTreatment // by class, how drains treat pods; nil where they evict all
	unread    bool                        // what may set grace was not read
	unsettled bool                        // how it is updated is not known
	hooks     []string                    // that hold the machines of its new nodes until somebody takes them off
	weight    int
	kept      bool   // its new nodes are annotated so that Karpenter chooses none of them
	closed    bool   // its limits let it have no nodes at all, or it is gone
	limits    amount // 0 for no limit; of nodes where others have pods
	static    bool   // it keeps a fixed number of nodes: replicas
	replicas  int
	least     int // nodes that the cluster autoscaler leaves it at the least; 0 where nobody says
	label     map[string]string
	template  *nodeTemplate // of its new nodes, where Karpenter makes them by one that was read
	spot      bool          // its nodes may be spot capacity
	managed   bool          // a Karpenter makes its nodes as pods need them
	whenEmpty bool          // consolidation takes empty nodes only
	oneType   bool          // its nodes are all of one instance type
	quiet     time.Duration // for how long a node must have been quiet before; never for no consolidation
}

// shape is a kind of node.
type shape struct {
	pool     int32
	capacity amount // what pods can have of it
	size     amount // all that it has, as limits count it: one node where others have pods
	labels   map[string]string
	taints   []kubernetes.Taint
	domains  []int32 // by topology key; -1 where it has no such label
	anew     int32   // that of another machine like it, which has a name of its own
}

// node is a node at the start.
type node struct {
	name         string
	shape        int32
	created      time.Time
	life         time.Duration // from its creation; contract.Forever for no end
	grace        time.Duration // terminationGracePeriod, or the drain timeout of its pool; 0 for none
	offering     *responsibility.Offering
	spot         bool // its cloud takes it back when it needs it
	ready        bool
	notReady     time.Time // since when it is not; zero where it is, or nobody says
	cordoned     bool
	kept         keeping
	deleted      bool
	hooked       string    // what holds its machine until somebody acts; empty for nothing
	strange      bool      // nothing tells on which platform it is
	spared       sparing   // why the cluster autoscaler leaves it; empty where it does not
	evictsFrom   time.Time // when it got a taint because it is not ready, which pods tolerate for a time; zero for none
	unreachable  bool      // its kubelet does not report: nothing on it stops
	outOfService bool      // somebody says that it is off: its pods are deleted by force
	lastPodEvent time.Time // when a pod last came or began to leave; zero where that was not read
	assumed      bool      // it is made up, and begins its life with the scenario
}

// keeping is why Karpenter never chooses a node for disruption; empty where it may.
type keeping string

const (
	// annotated: somebody asks for it.
	annotated keeping = "annotated " + disruption.DoNotDisrupt
	// uninitialized: it has not become what its claim asked for.
	uninitialized keeping = "not initialized"
	// poolGone: Karpenter does not find what its pool says.
	poolGone keeping = "of a NodePool that is not there"
)

// pod is a pod at the start.
type pod struct {
	name    string
	class   int32
	node    int32 // -1 while it is pending
	tie     int32 // of its volumes
	ordinal int32
	uid     uint64
	created int64 // seconds
	started time.Time
	ranFor  time.Duration // it was placed, and is taken to have run for so long when a run starts
	changed time.Time
	deleted time.Time
	ready   bool
	stuck   bool // it does not get ready
	overdue bool // its grace is long over, and it is there still
	keptBy  []string
}

// Nodes and Pools are the names of what can be triggered.
func (w *World) Nodes() []string {
	names := make([]string, len(w.nodes))
	for i := range w.nodes {
		names[i] = w.nodes[i].name
	}
	return names
}

// Pools are the names of the pools.
func (w *World) Pools() []string {
	names := make([]string, len(w.pools))
	for i := range w.pools {
		names[i] = w.pools[i].name
	}
	return names
}

const (
	hostname = "kubernetes.io/hostname"
	zone     = "topology.kubernetes.io/zone"
)

// workloadNamed finds a workload by namespace/name or namespace/kind/name.
func (w *World) workloadNamed(ref kubernetes.Ref) int32 {
	for i := range w.workloads {
		r := w.workloads[i].Ref
		if r.Namespace == ref.Namespace && r.Name == ref.Name && (ref.Kind == "" || strings.EqualFold(r.Kind, ref.Kind)) {
			return int32(i)
		}
	}
	return -1
}
