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
	ready, leaving, daemon    bool
}

// tally counts what happens from the start on.
type tally struct {
	timeline []Event
	observed fidelity.Observed

	started  bool
	pods     map[string]pod
	nodes    map[string]bool // whether they are there still
	draining map[string]bool // by node
	cordoned map[string]bool // by node
	claims   map[string]bool // those being deleted
}

func newTally() *tally {
	return &tally{
		timeline: []Event{}, observed: fidelity.Observed{Workloads: map[string]*fidelity.Workload{}},
		pods: map[string]pod{}, nodes: map[string]bool{}, draining: map[string]bool{}, cordoned: map[string]bool{}, claims: map[string]bool{},
	}
}

// start has what was seen until now be how things stand at 0s.
func (c *tally) start(replicas map[string]int) {
	for name, n := range replicas {
		ready, serving := c.ready(name)
		c.observed.Workloads[name] = &fidelity.Workload{Replicas: n, MinReady: ready, Serving: &fidelity.Serving{Min: serving}}
	}
	c.observed.Nodes.MaxConcurrentlyDraining = len(c.draining)
	c.started = true
}

func (c *tally) note(at time.Duration, event, app, object, node string) {
	if c.started {
		c.timeline = append(c.timeline, Event{T: *tenths(at), Event: event, App: app, Object: object, Node: node})
	}
}

// pod sees a pod as it is now.
func (c *tally) pod(at time.Duration, p pod) {
	old, known := c.pods[p.name]
	c.pods[p.name] = p
	if p.leaving && !(known && old.leaving) {
		c.note(at, "pod-terminating", p.app, p.name, p.node)
	}
	c.count(at, p.workload)
}

// podGone sees that a pod is no more.
func (c *tally) podGone(at time.Duration, name string) {
	p := c.pods[name]
	delete(c.pods, name)
	c.count(at, p.workload)
	if c.cordoned[p.node] && !c.occupied(p.node) {
		delete(c.draining, p.node)
	}
}

// count sees how many pods of a workload are ready.
func (c *tally) count(at time.Duration, workload string) {
	w := c.observed.Workloads[workload]
	if !c.started || w == nil {
		return
	}
	ready, serving := c.ready(workload)
	if ready < w.MinReady {
		w.MinReady, w.MinReadyAtSeconds = ready, tenths(at)
	}
	if serving < w.Serving.Min {
		w.Serving.Min, w.Serving.MinAtSeconds = serving, tenths(at)
	}
}

// ready is how many pods of a workload are ready, and how many of them are on
// nodes that are not gone.
func (c *tally) ready(workload string) (ready, serving int) {
	for _, p := range c.pods {
		if p.workload != workload || !p.ready || p.leaving {
			continue
		}
		ready++
		if there, seen := c.nodes[p.node]; there || !seen {
			serving++
		}
	}
	return ready, serving
}

// result is what was observed. What served is told apart where it differs.
func (c *tally) result() fidelity.Observed {
	for _, w := range c.observed.Workloads {
		if s := w.Serving; s != nil && s.Min == w.MinReady && (s.MinAtSeconds == nil || *s.MinAtSeconds == *w.MinReadyAtSeconds) {
			w.Serving = nil
		}
	}
	return c.observed
}

// claim sees a claim being deleted.
func (c *tally) claim(at time.Duration, name, node string) {
	if c.claims[name] {
		return
	}
	c.claims[name] = true
	c.note(at, "claim-deleting", "", name, node)
	if node == "" {
		return
	}
	c.draining[node] = true
	if !c.started {
		return
	}
	c.drain(at)
}

// drain counts a drain that begins.
func (c *tally) drain(at time.Duration) {
	n := &c.observed.Nodes
	n.Drained++
	n.MaxConcurrentlyDraining = max(n.MaxConcurrentlyDraining, len(c.draining))
	if n.FirstDrainAtSeconds == nil {
		n.FirstDrainAtSeconds = tenths(at)
	}
}

// cordon sees that somebody begins to drain a node by hand, which goes on until no
// more pods are on it.
func (c *tally) cordon(at time.Duration, name string) {
	if c.cordoned[name] {
		return
	}
	c.cordoned[name] = true
	c.note(at, "node-cordoned", "", name, "")
	if !c.started || c.draining[name] {
		return
	}
	if c.occupied(name) {
		c.draining[name] = true
	}
	c.drain(at)
}

// occupied reports whether a node has pods that a drain sees to.
func (c *tally) occupied(node string) bool {
	for _, p := range c.pods {
		if p.node == node && !p.daemon {
			return true
		}
	}
	return false
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
			c.count(at, p.workload)
		}
	}
	delete(c.draining, name)
	c.note(at, "node-deleted", "", name, "")
	if c.started {
		c.observed.Nodes.Gone++
		c.observed.Nodes.LastGoneAtSeconds = tenths(at)
	}
}

func tenths(d time.Duration) *float64 { return new(math.Round(d.Seconds()*10) / 10) }
