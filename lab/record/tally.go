package record

import (
	"math"
	"time"

	"github.com/onus-project/onus/internal/fidelity"
)

// Event is one line of a timeline.
type Event struct {
	T      float64 `json:"t"`
	Event  string  `json:"event"`
	App    string  `json:"app"`
	Object string  `json:"object"`
	Node   string  `json:"node"`
}

// pod is what counts about a pod.
type pod struct {
	name, app, workload, node string
	ready, leaving            bool
}

// tally counts what happens from the start on.
type tally struct {
	timeline []Event
	observed fidelity.Observed

	started  bool
	pods     map[string]pod
	ready    map[string]int
	nodes    map[string]bool // whether they are there still
	draining map[string]bool // by node
	claims   map[string]bool // those being deleted
}

func newTally() *tally {
	return &tally{
		timeline: []Event{}, observed: fidelity.Observed{Workloads: map[string]*fidelity.Workload{}},
		pods: map[string]pod{}, ready: map[string]int{}, nodes: map[string]bool{}, draining: map[string]bool{}, claims: map[string]bool{},
	}
}

// start has what was seen until now be how things stand at 0s.
func (c *tally) start(replicas map[string]int) {
	for name, n := range replicas {
		c.observed.Workloads[name] = &fidelity.Workload{Replicas: n, MinReady: c.ready[name]}
	}
	c.started = true
}

func (c *tally) note(at time.Duration, event, app, object, node string) {
	if c.started {
		c.timeline = append(c.timeline, Event{T: *tenths(at), Event: event, App: app, Object: object, Node: node})
	}
}

// pod sees a pod as it is now. One whose node is gone is not ready, whatever it
// says until it is collected as garbage: no endpoint has it.
//
// Source: Reconciler.reconcileByAddressType in k8s.io/endpointslice/reconciler.go.
func (c *tally) pod(at time.Duration, p pod) {
	old, known := c.pods[p.name]
	if there, seen := c.nodes[p.node]; seen && !there {
		p.ready = false
	}
	c.pods[p.name] = p
	if p.leaving && !(known && old.leaving) {
		c.note(at, "pod-terminating", p.app, p.name, p.node)
	}
	c.count(at, p.workload, boolean(p.ready && !p.leaving)-boolean(known && old.ready && !old.leaving))
}

// podGone sees that a pod is no more.
func (c *tally) podGone(at time.Duration, name string) {
	p := c.pods[name]
	delete(c.pods, name)
	c.count(at, p.workload, -boolean(p.ready && !p.leaving))
}

func (c *tally) count(at time.Duration, workload string, more int) {
	c.ready[workload] += more
	w := c.observed.Workloads[workload]
	if n := c.ready[workload]; c.started && w != nil && n < w.MinReady {
		w.MinReady, w.MinReadyAtSeconds = n, tenths(at)
	}
}

// claim sees a claim being deleted.
func (c *tally) claim(at time.Duration, name, node string) {
	if c.claims[name] {
		return
	}
	c.claims[name] = true
	c.note(at, "claim-deleting", "", name, node)
	if !c.started || node == "" {
		return
	}
	n := &c.observed.Nodes
	n.Drained++
	c.draining[node] = true
	n.MaxConcurrentlyDraining = max(n.MaxConcurrentlyDraining, len(c.draining))
	if n.FirstDrainAtSeconds == nil {
		n.FirstDrainAtSeconds = tenths(at)
	}
}

// node sees a node.
func (c *tally) node(at time.Duration, name string) {
	if _, seen := c.nodes[name]; !seen {
		c.nodes[name] = true
		c.note(at, "node-added", "", name, "")
	}
}

// nodeGone sees that a node is no more.
func (c *tally) nodeGone(at time.Duration, name string) {
	c.nodes[name] = false
	for _, p := range c.pods {
		if p.node == name {
			c.pod(at, p)
		}
	}
	delete(c.draining, name)
	c.note(at, "node-deleted", "", name, "")
	if c.started {
		c.observed.Nodes.Gone++
		c.observed.Nodes.LastGoneAtSeconds = tenths(at)
	}
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

func tenths(d time.Duration) *float64 { return new(math.Round(d.Seconds()*10) / 10) }
