// Package simulate plays node replacement in virtual time, under the rules of
// disruption and the contract of the platform. It does no I/O, takes the time
// as an argument, and one seed makes one run.
package simulate

import "github.com/onus-project/onus/internal/estate/kubernetes"

// Simulation is a scenario played in all its runs.
type Simulation struct {
	Scenario  Scenario
	Workloads []Watched // the workloads that are counted, by namespace, kind and name
	Runs      []Run
	// Story is the worst of the runs once more, with its events: the one in
	// which the most workloads were the furthest below their floors, or else
	// came the closest to it.
	Story Run
	// Placed says that the workloads had no pods yet and were placed first, and
	// Made how many nodes were made up to place them on, because there were none.
	Placed, Made int
	// Notes are what the reader should know of the assumptions: what the
	// provider does not publish and what was taken in its place, say.
	Notes []string
}

// Watched is a workload whose ready pods are counted.
type Watched struct {
	kubernetes.Ref
	Replicas int // when the scenario starts
	Floor    int
	Ready    int // at the start
}

// Names are what the indices in a run's events stand for.
type Names struct {
	Nodes []string
	Pods  []string
}
