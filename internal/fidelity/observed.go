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
// was below what it started with. A pod is ready when its Ready condition is
// true and it is not being deleted, as the disruption controller counts.
type Workload struct {
	Replicas          int      `json:"replicas"`
	MinReady          int      `json:"minReady"`
	MinReadyAtSeconds *float64 `json:"minReadyAtSeconds"`
	// Serving counts without pods whose node was gone, which keep their Ready
	// condition until they are collected as garbage; nil where there was none,
	// or nobody looked.
	Serving *Serving `json:"serving,omitempty"`
}

// Serving is how far a workload went down, not counting pods whose node is
// gone: no endpoint has them.
//
// Source: Reconciler.reconcileByAddressType in k8s.io/endpointslice/reconciler.go.
type Serving struct {
	Min          int      `json:"min"`
	MinAtSeconds *float64 `json:"minAtSeconds"`
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
