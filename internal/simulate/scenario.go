package simulate

import (
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Scenario is what the provider does in a simulation, with the timings
// assumed. The file it is read from is the contract; see docs/simulate.md.
type Scenario struct {
	Name    string        // of a default one: "next AMI roll"; empty for one from a file
	Start   time.Time     // the clock at 0s
	Horizon time.Duration // how far to play; above zero
	Runs    int           // seeds Seed, Seed+1, …; 1 or more
	Seed    int64
	Timings Timings
	// Assumed says which of Timings nobody said.
	Assumed Assumed
	// WorkloadTimings are timings of single workloads, by namespace/name; a zero field
	// there means that of Timings.
	WorkloadTimings map[string]Timings
	// Crashes are workloads whose pods do not stay up, by namespace/name.
	Crashes  map[string]Crashes
	Triggers []Trigger
	// Floors are the fewest ready pods at which a workload counts as up, by
	// namespace/name. Of those not named it is 1.
	Floors map[string]int
	// Window is when a provider that asks a maintenance window may begin work.
	// The zero value is always open.
	Window disruption.Window
	// Terms are what the owners of pools set, over what the pools say themselves;
	// later ones go over earlier ones.
	Terms []PoolTerms
	// Begins: a platform that looks at PDBs before it begins is taken to begin all the same,
	// as it does once they are mended.
	Begins bool
	Fault  Fault
}

// PoolTerms are settings of a pool, or of all: what is nil is not set.
type PoolTerms struct {
	Pool               string // empty for all
	Surge, Unavailable *contract.Pace
	Drain, Soak        *time.Duration
	Budgets            *disruption.NodeBudgets // of a pool that node budgets pace
}

// budgets are the node budgets of a pool: its own, or those that the scenario asks for.
func (s *Scenario) budgets(p *pool) *disruption.NodeBudgets {
	own := &p.budgets
	for i := range s.Terms {
		if t := &s.Terms[i]; t.Budgets != nil && (t.Pool == "" || t.Pool == p.name) {
			own = t.Budgets
		}
	}
	return own
}

// over lays the terms over settings.
func (t *PoolTerms) over(s *contract.Settings) {
	if t.Surge != nil {
		s.Rolling.Surge = *t.Surge
	}
	if t.Unavailable != nil {
		s.Rolling.Unavailable = *t.Unavailable
	}
	if t.Drain != nil {
		s.Drain = *t.Drain
	}
	if t.Soak != nil {
		s.Soak = *t.Soak
	}
}

// Timings are what an estate cannot tell.
type Timings struct {
	NodeReady time.Duration // from asking for a node to Ready
	PodReady  time.Duration // from bound to Ready
	PodStop   time.Duration // from SIGTERM to gone, if its grace is no shorter
}

// Assumed are timings that nobody said, so that no proof may take them for granted.
type Assumed struct{ PodReady, PodStop bool }

// Crashes are how the pods of a workload fail time and again, each for itself.
// They run on: nobody evicts them or makes others in their place.
type Crashes struct {
	After time.Duration // from Ready until it is not; above zero
	For   time.Duration // until it is Ready again; above zero
}

// Trigger is one thing that happens.
type Trigger struct {
	At   time.Duration // after the start
	Kind string        // one of Kinds
	Move string        // which of several moves of that kind, by its name in the contract; empty for the first
	Pool string        // only its nodes; empty for every pool
	// Nodes by name; nil for all of them, or for expiry those whose time comes.
	Nodes []string
	// Workload is what a rollout or scale is about, Replicas what it is scaled to.
	Workload kubernetes.Ref
	Replicas int
	Waves    *Waves // of Planned
}

// The kinds of triggers beside those of contracts. Drain is kubectl drain by hand:
// the nodes are cordoned, lose their pods one node after the other, and stay. Rollout
// gives a workload a new revision, Scale a number of replicas, as its autoscaler may.
const (
	Drain   = "drain"
	Rollout = "rollout"
	Scale   = "scale"
)

// Planned has somebody empty nodes as a plan has it. It is not among Kinds, as no scenario
// file asks for it. A run has one of these at the most.
const Planned = "planned"

// Kinds are all kinds of triggers.
var Kinds = []string{
	contract.Drift, contract.Expiry, contract.Consolidation, contract.Upgrade, contract.Repair, contract.Interruption,
	contract.UrgentPatch, contract.ScaleDown, contract.Delete, Drain, Rollout, Scale,
}

// Fault is what goes wrong beside what the provider does. The zero value is
// nothing.
type Fault struct {
	// OneDown: of every workload one pod is not ready, and does not get ready.
	OneDown bool
	// Slow is by how much longer pods take to start; 0 is 1.
	Slow float64
	// NoCapacity: no node can be started.
	NoCapacity bool
	// ExtraDrain: besides what the scenario says, one more node of every pool
	// is drained at the same time, at the start of each trigger.
	ExtraDrain bool
}
