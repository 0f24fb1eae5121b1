package simulate

import (
	"errors"
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Model is the world as a bound sees it when the triggers of a scenario take
// its nodes. It fails, with the reason, where they do more than a bound looks
// at: change a workload, say, or take the nodes of one pool in two ways.
//
// The workloads of the model are those of the world in their order; At finds
// the watched ones among them.
func (w *World) Model(s *Scenario) (*bound.Model, error) { return boundModel{w}.model(s) }

// boundModel makes of a world what bounds look at.
type boundModel struct{ *World }

func (w boundModel) model(s *Scenario) (*bound.Model, error) {
	end := s.Start.Add(s.Horizon)
	m := &bound.Model{Start: end, Until: end, Pools: make([]bound.Pool, len(w.pools)), Nodes: make([]bound.Node, len(w.nodes))}
	for p := range m.Pools {
		m.Pools[p].Name = w.pools[p].name
	}
	for i := range w.nodes {
		n := &w.nodes[i]
		m.Pools[w.shapes[n.shape].pool].Nodes++
		m.Nodes[i] = bound.Node{Name: n.name, Group: bound.Stays, Begun: n.deleted, Closed: n.cordoned || !n.ready}
	}
	if err := s.unbounded(); err != nil {
		return nil, err
	}
	taken := make([]string, len(w.pools))
	for i := range s.Triggers {
		t := &s.Triggers[i]
		if start := s.Start.Add(t.At); start.Before(m.Start) {
			m.Start = start
		}
		if (takenNodes{w.World}).meetsNew(s, t) {
			return nil, fmt.Errorf("nodes that are started meanwhile may be taken by the %s, too, which no bound looks at", t.Kind)
		}
		if by, held := w.heldByExtended(s, t); held {
			return nil, fmt.Errorf("pods annotated %s keep their nodes for days, which no bound looks at", by)
		}
		if err := w.modelTrigger(m, s, t, taken); err != nil {
			return nil, err
		}
	}
	if err := w.modelGoing(m, s); err != nil {
		return nil, err
	}
	m.Budgets, m.Workloads = slices.Grow(m.Budgets, len(w.pdbs)), make([]bound.Workload, 0, len(w.workloads))
	for i := range w.pdbs {
		g := &w.pdbs[i]
		m.Budgets = append(m.Budgets, bound.Budget{Name: g.Name, Budget: g.spec, AlwaysAllow: g.alwaysAllow})
	}
	lands := w.modelSchedulable(m)
	for i := range w.workloads {
		m.Workloads = append(m.Workloads, w.modelWorkload(int32(i), s, lands))
	}
	w.modelPods(m)
	preempted := false
	for l, by := range (preemptionProof{w.World}).preemptable(m, s) {
		m.Workloads[l].PreemptedBy = by
		preempted = preempted || len(by) > 0
	}
	w.modelLost(m)
	renewalProof{w.World}.of(m)
	ruled := w.modelDrainRules(m)
	w.modelRefusals(m)
	lost := slices.ContainsFunc(m.Workloads, func(x bound.Workload) bool { return x.Lost })
	if !preempted && !ruled && !lost && (capacityProof{w.World}).alwaysPlaced(m, s) {
		m.Timings = w.modelTimings(s)
	}
	return m, nil
}

// unbounded is what of a scenario no bound looks at.
func (s *Scenario) unbounded() error {
	if s.Fault.OneDown || s.Fault.ExtraDrain {
		return errors.New("what goes wrong besides is nothing that a bound looks at")
	}
	for name := range s.Crashes {
		return fmt.Errorf("pods of %s crash by themselves, which no bound looks at", name)
	}
	for i := range s.Triggers {
		switch t := &s.Triggers[i]; t.Kind {
		case Rollout, Scale:
			return fmt.Errorf("a %s changes a workload, which no bound looks at", t.Kind)
		case Drain:
			return errors.New("a drain by hand leaves its nodes, which no bound looks at")
		case Planned:
			return errors.New("waves go by what was planned, which no bound looks at")
		}
	}
	return nil
}

// modelTimings are how long things take at most, by the scenario. Nobody is known to
// stop sooner than it has to but those of whom that is said.
func (w boundModel) modelTimings(s *Scenario) *bound.Timings {
	t := bound.Timings{
		NodeReady: nodeReadies.latest(s.Timings.NodeReady), NodeSoonest: nodeReadies.soonest(s.Timings.NodeReady),
		PodReady: s.slowed(s.Timings.PodReady),
	}
	if !s.Assumed.PodStop {
		t.PodStop = s.Timings.PodStop
	}
	return &t
}

// zonal reports whether it matters to some pod in which zone a node of a pool is.
func (w *World) zonal(pool int) bool {
	shapes := w.pools[pool].shapes
	for i := range w.classes {
		c := &w.classes[i]
		if places := func(t int32) bool { return t != untied && w.ties[t].places() }; places(c.tie) ||
			slices.ContainsFunc(w.workloads[c.workload].ties, places) {
			return true
		}
		if slices.ContainsFunc(shapes, func(s int32) bool { return w.fits[c.constraint][s] != w.fits[c.constraint][shapes[0]] }) {
			return true
		}
		for _, g := range slices.Concat(c.anti, c.near) {
			if w.groups[g].key != 0 {
				return true
			}
		}
		for _, x := range c.spread {
			if w.groups[x.group].key != 0 {
				return true
			}
		}
	}
	return false
}

// At are the workloads of a model that are watched, in the order of Watched.
func (w *World) At() []int32 { return w.watchlist() }

// WorkloadAt names the workload that a model has at an index.
func (w *World) WorkloadAt(k int) kubernetes.Ref { return w.workloads[k].Ref }

// modelSchedulable says by constraint in which pools pods may be bound to nodes that
// go.
func (w boundModel) modelSchedulable(m *bound.Model) [][]int32 {
	shapes := make([]bool, len(w.shapes))
	for i := range m.Nodes {
		if m.Nodes[i].Group != bound.Stays {
			shapes[w.nodes[i].shape] = true
		}
	}
	lands := make([][]int32, len(w.fits))
	for c := range w.fits {
		lands[c] = []int32{}
		for s, going := range shapes {
			if p := w.shapes[s].pool; going && w.fits[c][s] && !slices.Contains(lands[c], p) {
				lands[c] = append(lands[c], p)
			}
		}
	}
	return lands
}

func (w boundModel) modelWorkload(i int32, s *Scenario, lands [][]int32) bound.Workload {
	l := &w.workloads[i]
	c := &w.classes[l.class]
	own := s.timingsOf(l)
	if s.Assumed.PodStop { // else as long as its grace, whatever its hook takes
		own.PodStop = s.ownTimings(l).PodStop
	}
	x := bound.Workload{
		Name: l.Name, Kind: boundKinds[l.kind], Replicas: l.replicas, Scaled: w.scaled(i),
		ToleratesDrainTaint: c.toleratesDrain, ToleratesCordon: c.toleratesCordon, Protected: c.drain.DoNotDisrupt == "true",
		Mounts: c.mounts, Wave: c.drain.Group(), Grace: c.grace, SchedulablePools: lands[c.constraint], Budgets: slices.Clone(l.pdbs),
		Operated: w.operated[l.Ref] != "", Unplaced: w.unplaced(c, l.Ref),
		Shares: l.shares, Lost: l.shares != "" || l.contends != "", Reattach: l.reattaches(),
		Timings:      bound.Timings{NodeReady: nodeReadies.latest(own.NodeReady), PodReady: s.slowed(own.PodReady), PodStop: own.PodStop},
		ReadyAssumed: !s.readySaid(l),
	}
	by := w.evictedBy[i]
	if !c.ofNode {
		by.or(w.drainer)
	}
	if !c.ofNode && !c.drain.Critical && l.kind != bare { // by default it leaves these
		by.or(w.evictor)
	}
	x.EvictedBy, x.EvictedPast = by.name, by.past
	if l.kind == ordered {
		x.MinReady = l.rollout.MinReady
	}
	if l.kind == ordered && l.parallel {
		x.Kind = bound.Replicated
	}
	for _, g := range c.anti {
		if w.groups[g].key == 0 && slices.Contains(c.member, g) {
			x.PerNode = 1
		}
	}
	return x
}

// unplaced is why pods of a workload that are made anew may get no node, which is not played.
func (w boundModel) unplaced(c *class, of kubernetes.Ref) string {
	switch gate := w.gatedBy[of]; {
	case c.ofNode:
	case c.devices:
		return "its pods ask for devices by resource claims, and which nodes have some was not read: none may take another one"
	case gate.who != "":
		return "its pods wait for " + gate.who + " before they " + gate.before + ", which may never come"
	}
	return ""
}

var boundKinds = [...]bound.Kind{
	replicated: bound.Replicated, ordered: bound.Ordered, daemon: bound.Daemon, job: bound.Job, bare: bound.Bare, static: bound.Static,
}

// scaled reports whether a workload has a scale that budgets can count over.
func (w *World) scaled(i int32) bool {
	for _, g := range w.workloads[i].pdbs {
		if k := slices.Index(w.pdbs[g].workloads, i); k >= 0 {
			return w.pdbs[g].groups[k].Scaled
		}
	}
	return w.workloads[i].kind == replicated || w.workloads[i].kind == ordered
}
