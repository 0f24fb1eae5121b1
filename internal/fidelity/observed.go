// Package fidelity holds the simulator against the real thing: what its runs
// of a scenario gave, beside what a real control plane showed of the same one.
//
// The lab records such runs; those of testdata/runs are compared in every test,
// new ones by make fidelity.
package fidelity

// Observed is what one repetition of a run on the real thing showed.
type Observed struct {
	Workloads map[string]*Workload `json:"workloads"` // by name
	Nodes     Nodes                `json:"nodes"`
}

// Workload is how far a workload went down, and when first; nil where it never
// was below what it started with.
type Workload struct {
	Replicas          int      `json:"replicas"`
	MinReady          int      `json:"minReady"`
	MinReadyAtSeconds *float64 `json:"minReadyAtSeconds"`
}

// Nodes are the nodes that went. A node drains from the deletion of its claim
// until it is gone. Times are nil where none did.
type Nodes struct {
	Drained                 int      `json:"drained"`
	Gone                    int      `json:"gone"`
	MaxConcurrentlyDraining int      `json:"maxConcurrentlyDraining"`
	FirstDrainAtSeconds     *float64 `json:"firstDrainAtSeconds"`
	LastGoneAtSeconds       *float64 `json:"lastGoneAtSeconds"`
}
