package published

import (
	"cmp"
	"slices"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// The schemas of a Simulation and of Simulations.
const (
	SimulationSchema  = "onus.simulation/v1"
	SimulationsSchema = "onus.simulations/v1"
)

// Simulation is a scenario that was played. Its verdict, as that of each
// workload, is unknown where something that playing rests on could not be read.
type Simulation struct {
	Head
	Scenario       string              `json:"scenario"`
	About          string              `json:"about,omitempty"`
	Offerings      []string            `json:"offerings"`
	Platforms      []Offering          `json:"platforms"`         // the offerings, with what they and their parties are called
	Filter         *Filter             `json:"filter,omitempty"`  // the namespaces of which is told
	LeftOut        *SimulatedLeftOut   `json:"leftOut,omitempty"` // what is in others, and was played as well
	Unread         []origin.Unread     `json:"unread"`
	Unreadable     []origin.Fault      `json:"unreadable,omitempty"` // of the input; everything else was played
	Start          string              `json:"start"`
	HorizonSeconds float64             `json:"horizonSeconds"`
	Runs           int                 `json:"runs"`
	Seed           int64               `json:"seed"`
	Timings        SimulatedTimings    `json:"timings"`
	Triggers       []SimulatedTrigger  `json:"triggers"`
	Workloads      []SimulatedWorkload `json:"workloads"`
	Nodes          SimulatedNodes      `json:"nodes"`
	Pods           SimulatedPods       `json:"pods"`
	Waiting        []SimulatedWait     `json:"waiting,omitempty"`
	Bounds         []SimulatedBound    `json:"bounds,omitempty"`
	NotBounded     string              `json:"notBounded,omitempty"` // why there are no bounds
	Finish         []SimulatedFinish   `json:"finish"`
	Rollouts       []SimulatedRollout  `json:"rollouts,omitempty"` // those that were not through in some run
	Margins        []SimulatedMargin   `json:"margins,omitempty"`
	Notes          []string            `json:"notes"`
	Verdict        finding.Verdict     `json:"verdict"`
	Story          SimulatedStory      `json:"story"`
	Events         []SimulatedEvent    `json:"events,omitempty"`
}

// Simulations are several scenarios played on one estate.
type Simulations struct {
	Head
	Verdict     finding.Verdict `json:"verdict"`
	Simulations []Simulation    `json:"simulations"`
}

// Spread is the least, the middle and the most over runs. Of an even number of
// runs the middle is the lower of the two there are, so that it was seen in one.
type Spread struct {
	Min    float64 `json:"min"`
	Median float64 `json:"median"`
	Max    float64 `json:"max"`
}

// SimulatedTimings are what was assumed.
type SimulatedTimings struct {
	NodeReady float64 `json:"nodeReadySeconds"`
	PodReady  float64 `json:"podReadySeconds"`
	PodStop   float64 `json:"podStopSeconds"`
}

// Ref names an object of a cluster.
type Ref struct {
	Namespace string `json:"namespace,omitempty"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
}

// SimulatedTrigger is one thing the scenario did.
type SimulatedTrigger struct {
	AtSeconds float64  `json:"atSeconds"`
	Kind      string   `json:"kind"`
	Move      string   `json:"move,omitempty"`
	Pool      string   `json:"pool,omitempty"`
	Nodes     []string `json:"nodes,omitempty"`
	Workload  *Ref     `json:"workload,omitempty"`
	Replicas  *int     `json:"replicas,omitempty"`
	Words     string   `json:"words"`
}

// SimulatedWorkload is a workload over all runs. Its title is what it is called
// among the others: with its kind where another one has the same name.
type SimulatedWorkload struct {
	Namespace         string          `json:"namespace"`
	Kind              string          `json:"kind"`
	Name              string          `json:"name"`
	Title             string          `json:"title"`
	Replicas          int             `json:"replicas"`
	Floor             int             `json:"floor"`
	MinReady          Spread          `json:"minReady"`
	MinReadyAtSeconds *Spread         `json:"minReadyAtSeconds"`
	Serving           *Serving        `json:"serving,omitempty"`
	BelowFloorSeconds Spread          `json:"belowFloorSeconds"`
	BrokenRuns        int             `json:"brokenRuns"`
	Verdict           finding.Verdict `json:"verdict"`         // what was played, against the floor
	Proof             Proof           `json:"proof,omitempty"` // absent where there is no verdict
	Worst             *SimulatedWorst `json:"worst,omitempty"`
}

// Proof is what a bound over every order of events says of a floor.
type Proof string

// The proofs: no order comes below the floor, a run did, or neither.
const (
	Proved  Proof = "proved"
	Refuted Proof = "refuted"
	Open    Proof = "open"
)

// NotProven is how a workload stands that stayed up in the runs that were
// played, while nothing proves that it always does.
const NotProven finding.Verdict = "not proven"

// Standing is the verdict as people read it, which says held only of what is
// proved.
func (w *SimulatedWorkload) Standing() finding.Verdict {
	if w.Verdict == finding.Held && w.Proof == Open {
		return NotProven
	}
	return w.Verdict
}

// Standing is that of the workloads together.
func (v *Simulation) Standing() finding.Verdict {
	if v.Verdict == finding.Held && v.Count(NotProven) > 0 {
		return NotProven
	}
	return v.Verdict
}

// Count is how many workloads stand so.
func (v *Simulation) Count(standing finding.Verdict) int {
	n := 0
	for i := range v.Workloads {
		if v.Workloads[i].Standing() == standing {
			n++
		}
	}
	return n
}

// Serving counts without pods whose node is gone: the API server calls them
// ready until it collects them as garbage, and they are not. It is there where
// that makes a difference, and floors are held against it.
type Serving struct {
	Min          Spread  `json:"min"`
	MinAtSeconds *Spread `json:"minAtSeconds"`
}

// Least is the fewest pods that a workload could count on.
func (w *SimulatedWorkload) Least() Spread {
	if w.Serving != nil {
		return w.Serving.Min
	}
	return w.MinReady
}

// WorstFirst lists the workloads by their index: by how they stand, then by how
// close they came to their floor, and by how many pods they lost.
func (v *Simulation) WorstFirst() []int {
	all := make([]int, len(v.Workloads))
	for i := range all {
		all[i] = i
	}
	rank := func(w *SimulatedWorkload) int {
		return slices.Index([]finding.Verdict{finding.Broken, finding.Unknown, NotProven, finding.Held}, w.Standing())
	}
	lost := func(w *SimulatedWorkload) float64 { return float64(w.Replicas) - w.Least().Min }
	slices.SortStableFunc(all, func(i, j int) int {
		a, b := &v.Workloads[i], &v.Workloads[j]
		return cmp.Or(rank(a)-rank(b), cmp.Compare(a.Least().Min-float64(a.Floor), b.Least().Min-float64(b.Floor)),
			cmp.Compare(lost(b), lost(a)))
	})
	return all
}

// SimulatedWorst is the moment of the story at which the fewest pods of a
// workload were ready, and what led to it.
type SimulatedWorst struct {
	AtSeconds float64         `json:"atSeconds"`
	At        string          `json:"at"`
	Ready     int             `json:"ready"`
	Chain     []SimulatedLink `json:"chain"`
}

// Part is where in a chain of causes a link belongs.
type Part string

// The parts: what led to it, how pods went, the worst moment, and how it came
// back.
const (
	Began    Part = "began"
	PodsWent Part = "pods-went"
	AtWorst  Part = "worst"
	CameBack Part = "came-back"
)

// SimulatedLink is a link of a chain of causes.
type SimulatedLink struct {
	AtSeconds float64 `json:"atSeconds"`
	At        string  `json:"at"`
	Part      Part    `json:"part"`
	Text      string  `json:"text"`
}

// SimulatedNodes counts what became of nodes.
type SimulatedNodes struct {
	Drained                 Spread  `json:"drained"`
	Gone                    Spread  `json:"gone"`
	Forced                  Spread  `json:"forced"`
	MaxConcurrentlyDraining Spread  `json:"maxConcurrentlyDraining"`
	FirstDrainAtSeconds     *Spread `json:"firstDrainAtSeconds"`
	LastGoneAtSeconds       *Spread `json:"lastGoneAtSeconds"`
	Asked                   Spread  `json:"asked"`
	Unpatched               Spread  `json:"unpatched"`
}

// SimulatedPods counts what became of pods.
type SimulatedPods struct {
	Evicted          Spread `json:"evicted"`
	EvictionsRefused Spread `json:"evictionsRefused"`
	Forced           Spread `json:"forced"`
	Pending          Spread `json:"pending"`
}

// SimulatedWait is a pod that no node took when the time was over, in the run with the
// most of them, and why.
type SimulatedWait struct {
	Workload Ref    `json:"workload"`
	Pod      string `json:"pod"`
	Why      string `json:"why"` // the nodes there are, counted by what keeps the pod off them
}

// SimulatedBound is the fewest pods of a workload that are ready in any order
// of events that the contract allows.
type SimulatedBound struct {
	Namespace string   `json:"namespace"`
	Kind      string   `json:"kind"`
	Name      string   `json:"name"`
	Title     string   `json:"title"`
	Verdict   Proof    `json:"verdict"`
	Bound     int      `json:"bound"`
	Exact     bool     `json:"exact"` // some order comes down to it
	Words     string   `json:"words"`
	Because   []string `json:"because"`
}

// SimulatedFinish is how far the provider gets with a pool.
type SimulatedFinish struct {
	Pool         string   `json:"pool"`
	Nodes        int      `json:"nodes"`
	Forced       int      `json:"forced"`
	Unpatched    int      `json:"unpatched"`
	AtWorst      int      `json:"unpatchedAtWorst"`
	TakesSeconds *float64 `json:"takesSeconds"` // the least it takes; null where it is not done within the scenario
	Because      []string `json:"because"`
	// Vacates: nothing comes in place of its nodes, as where they are deleted or scaled down.
	Vacates bool `json:"vacates,omitempty"`
	// Verdict is what was played: broken where in some run a node stayed that
	// something holds, unknown where the time was over before all had their turn.
	Verdict finding.Verdict `json:"verdict"`
	// RefusedBy are webhooks that may refuse to let pods go though they answer, which is
	// not played: the verdict is unknown where nothing else holds a node.
	RefusedBy []string `json:"refusedBy,omitempty"`
	// Unrecognised are nodes of it of which nothing tells how they go.
	Unrecognised []string        `json:"unrecognised,omitempty"`
	Left         Left            `json:"left"`            // nodes that stayed
	Stays        []SimulatedStay `json:"stays,omitempty"` // in the worst run
}

// Left is how many nodes stayed, in the best of the runs and in the worst.
type Left struct {
	Min int `json:"min"`
	Max int `json:"max"`
}

// SimulatedStay is a node that was to go and stays.
type SimulatedStay struct {
	Node     string   `json:"node"`
	Stuck    bool     `json:"stuck"` // something holds it; else it waits for its turn
	Why      string   `json:"why"`
	Workload *Ref     `json:"workload,omitempty"` // whose pod holds it
	Pod      string   `json:"pod,omitempty"`
	Evidence []string `json:"evidence,omitempty"`
	// Cause is what kind of thing holds it, empty where nothing does: who can end it,
	// and how, depends on that.
	Cause string `json:"cause,omitempty"`
}

// SimulatedLeftOut counts what a filter left out: workloads, by their verdicts, and node pools
// of which nodes stay for the pods of such workloads alone.
type SimulatedLeftOut struct {
	Held    int `json:"held"`
	Broken  int `json:"broken"`
	Unknown int `json:"unknown"`
	Pools   int `json:"pools"`
}

// Count takes one more workload in.
func (l *SimulatedLeftOut) Count(v finding.Verdict) {
	switch v {
	case finding.Broken:
		l.Broken++
	case finding.Unknown:
		l.Unknown++
	default:
		l.Held++
	}
}

// SimulatedRollout is a release that was not through in some run when the time was over.
type SimulatedRollout struct {
	Workload Ref `json:"workload"`
	// UnfinishedRuns are in how many runs, FailedRuns in how many of these nothing of it had
	// got on for longer than its progress deadline, after which it counts as failed.
	UnfinishedRuns int `json:"unfinishedRuns"`
	FailedRuns     int `json:"failedRuns"`
	// StillSeconds is for how long nothing had got on, at the most.
	StillSeconds    float64         `json:"stillSeconds"`
	DeadlineSeconds *float64        `json:"deadlineSeconds"` // null for none
	Verdict         finding.Verdict `json:"verdict"`         // broken where it failed in some run, else unknown
}

// Releases is how many releases came out so.
func (v *Simulation) Releases(as finding.Verdict) int {
	n := 0
	for i := range v.Rollouts {
		if v.Rollouts[i].Verdict == as {
			n++
		}
	}
	return n
}

// Pools is how many pools came out so.
func (v *Simulation) Pools(finish finding.Verdict) int {
	n := 0
	for i := range v.Finish {
		if v.Finish[i].Verdict == finish {
			n++
		}
	}
	return n
}

// Unrecognised counts the pools with nodes of which nothing tells how they go.
func (v *Simulation) Unrecognised() int {
	n := 0
	for i := range v.Finish {
		n += min(len(v.Finish[i].Unrecognised), 1)
	}
	return n
}

// Refused counts the pools whose nodes were all replaced as far as was played, and of
// which webhooks may keep some.
func (v *Simulation) Refused() int {
	n := 0
	for i := range v.Finish {
		if f := &v.Finish[i]; f.Verdict == finding.Unknown && f.Left.Max == 0 && len(f.RefusedBy) > 0 && len(f.Unrecognised) == 0 {
			n++
		}
	}
	return n
}

// SimulatedMargin is the same scenario with one injected fault per run.
type SimulatedMargin struct {
	Name      string                    `json:"name"`
	Runs      int                       `json:"runs"`
	Unpatched int                       `json:"unpatched"` // at worst
	Workloads []SimulatedMarginWorkload `json:"workloads"`
	Verdict   finding.Verdict           `json:"verdict"` // broken where it breaks what was held
}

// SimulatedMarginWorkload is a workload under it.
type SimulatedMarginWorkload struct {
	Namespace string `json:"namespace"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
	Title     string `json:"title"`
	Replicas  int    `json:"replicas"`
	MinReady  int    `json:"minReady"`
	Breaks    bool   `json:"breaks"` // it held without
}

// SimulatedEvent is something that happened in the story, and why: Cause is
// the event that led to it, by its place in the list.
type SimulatedEvent struct {
	AtSeconds float64 `json:"atSeconds"`
	At        string  `json:"at"`
	Kind      string  `json:"kind"`
	Node      string  `json:"node,omitempty"`
	Pod       string  `json:"pod,omitempty"`
	Workload  string  `json:"workload,omitempty"`
	Ready     *int    `json:"ready,omitempty"`
	Number    *int    `json:"number,omitempty"`
	Cause     *int    `json:"cause,omitempty"`
	Detail    string  `json:"detail,omitempty"`
}
