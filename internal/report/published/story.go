package published

// SimulatedStory is the run that is told, the worst of them, along its time:
// what a drawing of it is made from. From and until are the part of the run in
// which something happened.
type SimulatedStory struct {
	Seed         int64        `json:"seed"`
	FromSeconds  float64      `json:"fromSeconds"`
	UntilSeconds float64      `json:"untilSeconds"`
	Windows      []WindowLine `json:"windows"`
	Ready        []ReadyLine  `json:"ready"`
	Nodes        []NodeLine   `json:"nodes"`
	NodeCounts   []CountLine  `json:"nodeCounts"`
	Untouched    int          `json:"untouchedNodes"` // to which nothing happened
	GivenUp      []string     `json:"givenUp"`        // nodes that stay although they were to go
	Stopped      []float64    `json:"stoppedAtSeconds"`
	PassedOver   *PassedOver  `json:"passedOver,omitempty"`
	ClosedPools  []string     `json:"closedPools"` // whose node budgets let no node go, where nothing happened
}

// WindowLine is when nodes may be replaced: by the schedules of the node
// budgets of a pool, or by the maintenance window, which has no pool.
type WindowLine struct {
	Pool string     `json:"pool,omitempty"`
	Open []Interval `json:"open"`
}

// Interval is a time from one moment to another.
type Interval struct {
	FromSeconds  float64 `json:"fromSeconds"`
	UntilSeconds float64 `json:"untilSeconds"`
}

// MostReadyLines is how many workloads have a ReadyLine: the worst of those
// that lost pods.
const MostReadyLines = 20

// ReadyLine is how many pods of a workload were ready: at the start, and from
// each step on. The workload is an index into those of the simulation.
type ReadyLine struct {
	Workload int    `json:"workload"`
	Start    int    `json:"start"`
	Steps    []Step `json:"steps"`
}

// Step is a number from some moment on.
type Step struct {
	AtSeconds float64 `json:"atSeconds"`
	Number    int     `json:"number"`
}

// MostNodeLines is how many nodes have a line each. Of more there are
// CountLines instead.
const MostNodeLines = 40

// NodeState is what a node is at.
type NodeState string

// The states of a node. It is kept where it was to go and stays.
const (
	NodeAway     NodeState = "away"
	NodeInUse    NodeState = "in-use"
	NodeStarting NodeState = "starting"
	NodeChosen   NodeState = "chosen"
	NodeKept     NodeState = "kept"
	NodeDraining NodeState = "draining"
)

// NodeLine is what a node was at, from each change on. Before the first it was
// not there.
type NodeLine struct {
	Name    string       `json:"name"`
	Changes []NodeChange `json:"changes"`
}

// NodeChange is the moment from which a node was at something.
type NodeChange struct {
	AtSeconds float64   `json:"atSeconds"`
	State     NodeState `json:"state"`
}

// CountLine is how many nodes were in a state at once, from each step on.
type CountLine struct {
	State NodeState `json:"state"`
	Steps []Step    `json:"steps"`
}

// PassedOver are nodes that were looked at and left alone, and why.
type PassedOver struct {
	Nodes []string `json:"nodes"`
	Why   string   `json:"why"`
}
