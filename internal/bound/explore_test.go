package bound

import (
	"slices"
	"strconv"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// explorer goes through every state that a tiny cluster can come to. It knows
// nothing of how bounds are found: evictions, counts and drains are those of
// the package disruption.
type explorer struct {
	*Model
	limits []int
	slots  []slot
	of     [][]int // slots, by workload
	// late says by workload whether pods of it can be left at a deadline, and
	// paced that what a deadline killed is ready before the next one is due.
	late, paced []bool
	lag         bool   // the disruption controller counts whenever it likes
	pulling     bool   // pods that are not ready at the start do not run yet either
	selected    []bool // by slot: where budgets do not select all pods of a workload
	clock       time.Time
}

// slot is one pod of a workload and those made in its place.
type slot struct{ load, ordinal int }

const (
	mostNodes   = 4
	mostSlots   = 7
	mostBudgets = 2
	elsewhere   = mostNodes // a node that nobody takes
)

type nodePhase uint8

const (
	inUse nodePhase = iota
	draining
	left
	givenBack
	stopped // its deadline passed, and it stays cordoned
)

type podPhase uint8

const (
	absent podPhase = iota
	pending
	starting // bound, and its containers are not running yet
	unready
	ready
	leaving // where no other is made before it is gone
)

type podAt struct {
	phase podPhase
	node  uint8
	stuck bool
	debt  uint8 // nodes whose deadline comes after it is ready
}

// state is comparable.
type state struct {
	nodes   [mostNodes]nodePhase
	stopped [mostNodes]bool // by pool: no further node is begun
	pods    [mostSlots]podAt
	leaving [mostNodes][disruption.Groups]uint8 // pods in whose place others are made already
	counts  [mostBudgets]count
}

type count struct {
	healthy, desired, allowed int8
	observed                  bool
}

func newExplorer(m *Model, lag, pulling bool, selected func(ordinal int) bool) *explorer {
	e := &explorer{Model: m, lag: lag, pulling: pulling, late: make([]bool, len(m.Workloads)), paced: make([]bool, len(m.Workloads)),
		clock: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	s := leastOf(m)
	for i := range m.Pools {
		e.limits = append(e.limits, s.pools[i].limit)
	}
	for l := range m.Workloads {
		e.late[l] = !s.exempt[l] || mayWaitFor(m, l)
		a := s.account(l)
		e.paced[l] = a.paced && len(m.Workloads[l].NotCreatedBy) == 0
		var own []int
		for i := range s.totals[l].pods {
			own = append(own, len(e.slots))
			e.slots = append(e.slots, slot{l, i})
			e.selected = append(e.selected, !m.Workloads[l].Partly || selected(i))
		}
		e.of = append(e.of, own)
	}
	return e
}

// mayWaitFor reports whether evictions of a workload may wait without end for pods
// that nobody makes, or that nobody evicts: of those under its budgets, or of the
// waves before, which Karpenter's drains have alone: kubectl asks for all evictions at once.
func mayWaitFor(m *Model, l int) bool {
	w := &m.Workloads[l]
	waves := slices.ContainsFunc(m.Groups, func(g Group) bool { return g.Disruption.Karpenter })
	return slices.ContainsFunc(m.Workloads, func(x Workload) bool {
		shares := slices.ContainsFunc(x.Budgets, func(b int32) bool { return slices.Contains(w.Budgets, b) })
		refused := len(x.NotEvictedBy) > 0 || len(x.NotCreatedBy) > 0 && len(x.Budgets) > 0
		return refused && totalOf(&x).there > 0 && x.Kind.lasts() && (shares || waves && x.Wave < w.Wave)
	})
}

// start is the state that the model describes.
func (e *explorer) start() state {
	var s state
	for i := range e.Nodes {
		if e.Nodes[i].Begun {
			s.nodes[i] = draining
		}
	}
	for l := range e.Workloads {
		w := &e.Workloads[l]
		own := e.of[l]
		put := func(n int, p podAt) {
			for range n {
				s.pods[own[0]] = p
				own = own[1:]
			}
		}
		for _, p := range w.Pods {
			if p.Node == Unbound {
				put(p.Ready+p.Unready, podAt{phase: pending})
				put(p.Stuck, podAt{phase: pending, stuck: true})
				continue
			}
			at := uint8(p.Node)
			put(p.Ready, podAt{phase: ready, node: at})
			if e.pulling {
				put(p.Unready, podAt{phase: starting, node: at})
			} else {
				put(p.Unready, podAt{phase: unready, node: at})
			}
			put(p.Stuck, podAt{phase: unready, node: at, stuck: true})
		}
		if w.Kind == Replicated && len(w.NotCreatedBy) == 0 {
			put(len(own), podAt{phase: pending})
		}
	}
	e.settle(&s)
	for b := range e.Budgets {
		e.count(&s, b)
	}
	return s
}

// settle makes what controllers make at once, and puts pods that are alike in
// order.
func (e *explorer) settle(s *state) {
	for l := range e.Workloads {
		switch w := &e.Workloads[l]; {
		case w.Kind == Ordered:
			for _, i := range e.of[l] {
				p := &s.pods[i]
				if p.phase == absent && len(w.NotCreatedBy) == 0 {
					p.phase = pending
				}
				if p.phase != ready {
					break
				}
			}
		case !w.Partly && len(e.of[l]) > 0:
			own := e.of[l]
			slices.SortFunc(s.pods[own[0]:own[len(own)-1]+1], func(a, b podAt) int { return a.key() - b.key() })
		}
	}
	if !e.lag {
		for b := range e.Budgets {
			e.count(s, b)
		}
	}
}

func (p podAt) key() int {
	k := int(p.phase)<<16 | int(p.node)<<9 | int(p.debt)
	if p.stuck {
		k |= 1 << 8
	}
	return k
}

// count is the disruption controller's.
func (e *explorer) count(s *state, b int) {
	var groups []disruption.Group
	var pods []disruption.PodState
	for l := range e.Workloads {
		w := &e.Workloads[l]
		if !slices.Contains(w.Budgets, int32(b)) {
			continue
		}
		g := disruption.Group{Scale: w.Replicas, Scaled: w.Scaled, Bare: w.Kind == Bare}
		for _, i := range e.of[l] {
			if s.pods[i].phase == absent || !e.selected[i] {
				continue
			}
			p := e.podState(s, i)
			if p.Ready {
				g.Pods++
			} else {
				g.Down++
			}
			pods = append(pods, p)
		}
		groups = append(groups, g)
	}
	before := e.status(s, b)
	after, err := disruption.Status(e.Budgets[b].Budget, groups, pods, before.BudgetStatus, e.clock)
	s.counts[b] = count{int8(after.Healthy), int8(after.Desired), int8(after.Allowed), after.Observed && err == nil}
}

func (e *explorer) status(s *state, b int) disruption.BudgetState {
	c := s.counts[b]
	return disruption.BudgetState{AlwaysAllow: e.Budgets[b].AlwaysAllow, BudgetStatus: disruption.BudgetStatus{
		Healthy: int(c.healthy), Desired: int(c.desired), Allowed: int(c.allowed), Observed: c.observed,
	}}
}

func (e *explorer) podState(s *state, i int) disruption.PodState {
	p := s.pods[i]
	x := disruption.PodState{Name: strconv.Itoa(i), Phase: "Running", Ready: p.phase == ready, Terminating: p.phase == leaving}
	if p.phase == pending || p.phase == starting {
		x.Phase = "Pending"
	}
	return x
}

func (e *explorer) drainPod(w *Workload, phase podPhase) disruption.DrainPod {
	p := disruption.DrainPod{Phase: "Running", DaemonSet: w.Kind == Daemon || w.Wave%2 == 1, Static: w.Kind == Static, Bare: w.Kind == Bare,
		Critical: w.Wave >= 2}
	if phase == starting {
		p.Phase = "Pending"
	}
	if phase == leaving {
		p.Deleted = e.clock
	}
	if w.ToleratesDrainTaint {
		p.Tolerations = []disruption.Toleration{{Operator: "Exists"}}
	}
	if w.Protected {
		p.DoNotDisrupt = "true"
	}
	return p
}

// budgetsOver are those that select the pod.
func (e *explorer) budgetsOver(s *state, i int) []disruption.BudgetState {
	if !e.selected[i] {
		return nil
	}
	var all []disruption.BudgetState
	for _, b := range e.Workloads[e.slots[i].load].Budgets {
		all = append(all, e.status(s, int(b)))
	}
	return all
}

// on are the pods on a node, but for those in whose place others are made.
func (e *explorer) on(s *state, node int) []int {
	var all []int
	for i := range e.slots {
		if p := s.pods[i]; p.phase >= starting && int(p.node) == node {
			all = append(all, i)
		}
	}
	return all
}

// next calls visit with each state that may follow.
func (e *explorer) next(s state, visit func(state)) {
	after := func(change func(*state)) {
		n := s
		change(&n)
		e.settle(&n)
		visit(n)
	}
	for v := range e.Nodes {
		if e.Nodes[v].Group == Stays {
			continue
		}
		how := &e.Groups[e.Nodes[v].Group].Disruption
		switch s.nodes[v] {
		case inUse:
			if e.may(&s, v) {
				after(func(n *state) { e.begin(n, v) })
			}
		case draining:
			if how.IgnoresPDBs { // begun before the start
				after(func(n *state) { e.end(n, v, false) })
				break
			}
			e.drain(&s, v, after)
			if how.Unstated {
				after(func(n *state) { e.end(n, v, true) })
			}
			if how.Deadline.Binds() && e.due(&s, v) {
				after(func(n *state) { e.deadline(n, v) })
			}
		}
		for wave, left := range s.leaving[v] {
			if left > 0 {
				after(func(n *state) { n.leaving[v][wave]-- })
			}
		}
	}
	for i := range e.slots {
		e.nextOf(&s, i, after)
	}
	for b := range e.Budgets {
		if e.lag {
			after(func(n *state) { e.count(n, b) })
		}
	}
}

// nextOf is what one pod may do by itself.
func (e *explorer) nextOf(s *state, i int, after func(func(*state))) {
	w := &e.Workloads[e.slots[i].load]
	p := s.pods[i]
	switch p.phase {
	case absent:
		if len(w.NotCreatedBy) > 0 && e.inTurn(s, i) {
			after(func(n *state) { n.pods[i].phase = pending })
		}
		if w.Kind == Daemon { // on a node that comes anew
			after(func(n *state) { n.pods[i] = podAt{phase: ready, node: elsewhere} })
		}
	case pending:
		for node := range len(e.Nodes) {
			if e.takes(s, node, e.slots[i].load) {
				after(func(n *state) { n.pods[i].bind(node) })
			}
		}
		after(func(n *state) { n.pods[i].bind(elsewhere) })
		e.preempts(s, e.slots[i].load, after)
	case starting, unready:
		if !p.stuck {
			after(func(n *state) { n.pods[i].phase, n.pods[i].debt = ready, 0 })
		}
	case leaving:
		after(func(n *state) { e.gone(n, i) })
	}
	if w.Kind == Job && p.phase >= starting {
		after(func(n *state) { n.pods[i] = podAt{} })
	}
}

// inTurn reports whether a controller asks for a pod that is not there.
func (e *explorer) inTurn(s *state, i int) bool {
	load := e.slots[i].load
	switch w := &e.Workloads[load]; w.Kind {
	case Replicated:
		there := 0
		for _, k := range e.of[load] {
			there += map[bool]int{true: 1}[s.pods[k].phase != absent]
		}
		return there < max(w.Replicas, len(e.of[load]))
	case Ordered:
		for _, k := range e.of[load] {
			if k == i {
				return true
			}
			if s.pods[k].phase != ready {
				return false
			}
		}
	}
	return false
}

// preempts has a pod of a workload that waits push out one of those that it may.
func (e *explorer) preempts(s *state, load int, after func(func(*state))) {
	for k, x := range e.slots {
		if !slices.Contains(e.Workloads[x.load].PreemptedBy, int32(load)) || s.pods[k].phase < starting || s.pods[k].phase == leaving {
			continue
		}
		after(func(n *state) {
			if e.Workloads[x.load].Kind == Replicated {
				e.gone(n, k)
			} else {
				n.pods[k].phase = leaving
			}
		})
	}
}

func (p *podAt) bind(node int) {
	p.phase, p.node = starting, uint8(node)
	if p.stuck {
		p.phase = unready
	}
}

// takes reports whether new pods of a workload may be bound to a node.
func (e *explorer) takes(s *state, node, load int) bool {
	w, n := &e.Workloads[load], &e.Nodes[node]
	if n.Closed || s.nodes[node] == left || s.nodes[node] == stopped {
		return false
	}
	if n.Group != Stays && w.SchedulablePools != nil && !slices.Contains(w.SchedulablePools, int32(e.Groups[n.Group].Pool)) {
		return false
	}
	if s.nodes[node] == draining && !(w.ToleratesDrainTaint && e.Groups[n.Group].Disruption.Karpenter) {
		return false
	}
	there := 0
	for _, i := range e.of[load] {
		if p := s.pods[i]; p.phase >= starting && int(p.node) == node {
			there++
		}
	}
	return w.PerNode == 0 || there < w.PerNode
}

// may reports whether a node may be begun.
func (e *explorer) may(s *state, v int) bool {
	g := &e.Groups[e.Nodes[v].Group]
	going := 0
	for i := range e.Nodes {
		if n := &e.Nodes[i]; n.Group != Stays && e.Groups[n.Group].Pool == g.Pool && s.nodes[i] == draining {
			going++
		}
	}
	if going >= e.limits[g.Pool] || s.stopped[g.Pool] {
		return false
	}
	if !g.Disruption.SkipBlocked {
		return true
	}
	for _, i := range e.on(s, v) {
		p := e.drainPod(&e.Workloads[e.slots[i].load], s.pods[i].phase)
		if !p.Disruptable(e.clock) {
			return false
		}
		over := e.budgetsOver(s, i)
		if p.Karpenter(e.clock) != disruption.Evict || len(over) == 0 {
			continue
		}
		if len(over) > 1 || over[0].Allowed == 0 && !(over[0].AlwaysAllow && s.pods[i].phase != ready) {
			return false
		}
	}
	return true
}

func (e *explorer) begin(s *state, v int) {
	s.nodes[v] = draining
	for i := range e.slots {
		if s.pods[i].debt > 0 {
			s.pods[i].debt |= 1 << v
		}
	}
	if e.Groups[e.Nodes[v].Group].Disruption.IgnoresPDBs {
		e.end(s, v, false)
	}
}

// drain evicts one pod, or finds the node empty.
func (e *explorer) drain(s *state, v int, after func(func(*state))) {
	how := &e.Groups[e.Nodes[v].Group].Disruption
	here := e.on(s, v)
	drained := make([]disruption.DrainPod, 0, len(here))
	for _, i := range here {
		drained = append(drained, e.drainPod(&e.Workloads[e.slots[i].load], s.pods[i].phase))
	}
	for wave, n := range s.leaving[v] {
		for range n {
			drained = append(drained, e.drainPod(&Workload{Wave: wave}, leaving))
		}
	}
	var evict []int
	waiting := 0
	if how.Karpenter {
		evict, waiting = disruption.Wave(drained, e.clock)
	} else {
		for k := range drained {
			// What is on its way out is deleted by then and only waited for; its
			// DaemonSet is known by its wave here, which is Karpenter's.
			p := &drained[k]
			p.DaemonSet = k < len(here) && e.Workloads[e.slots[here[k]].load].Kind == Daemon
			if p.Kubectl(disruption.EveryFlag, e.clock) != disruption.Evict {
				continue
			}
			waiting++
			if p.Deleted.IsZero() {
				evict = append(evict, k)
			}
		}
	}
	if waiting == 0 {
		after(func(n *state) { e.end(n, v, false) })
	}
	for _, k := range evict {
		i := here[k]
		over := e.budgetsOver(s, i)
		d := disruption.Decide(e.podState(s, i), over)
		if !d.Evicts() {
			continue
		}
		after(func(n *state) {
			if d == disruption.Granted && len(over) == 1 {
				n.counts[e.Workloads[e.slots[i].load].Budgets[0]].allowed--
			}
			e.evict(n, i, v)
		})
	}
}

// evict makes a pod leave.
func (e *explorer) evict(s *state, i, v int) {
	p := &s.pods[i]
	w := &e.Workloads[e.slots[i].load]
	if w.Kind != Replicated {
		p.phase = leaving
		return
	}
	s.leaving[v][w.Wave]++
	*p = podAt{phase: w.anew(), stuck: p.stuck, debt: p.debt}
}

// gone is what comes after a pod.
func (e *explorer) gone(s *state, i int) {
	p := &s.pods[i]
	switch w := &e.Workloads[e.slots[i].load]; w.Kind {
	case Replicated, Job:
		*p = podAt{phase: w.anew(), stuck: p.stuck, debt: p.debt}
	case Ordered:
		*p = podAt{phase: absent, stuck: p.stuck, debt: p.debt}
	default:
		*p = podAt{}
	}
}

// anew is what is there at once in place of a pod that is gone.
func (w *Workload) anew() podPhase {
	if len(w.NotCreatedBy) > 0 {
		return absent
	}
	return pending
}

// due reports whether the deadline of a node may pass.
func (e *explorer) due(s *state, v int) bool {
	if e.Groups[e.Nodes[v].Group].Disruption.Deadline.Then != disruption.Force {
		return true
	}
	for i, x := range e.slots {
		p := s.pods[i]
		if !e.late[x.load] && p.phase >= starting && p.phase < leaving && int(p.node) == v || p.debt>>v&1 == 1 {
			return false
		}
	}
	return true
}

func (e *explorer) deadline(s *state, v int) {
	g := &e.Groups[e.Nodes[v].Group]
	out, _ := g.Disruption.Deadline.Outcome()
	switch {
	case out.PodsForceDeleted:
		e.end(s, v, true)
	case out.InUse:
		s.nodes[v] = givenBack
	default:
		s.nodes[v] = stopped
	}
	s.stopped[g.Pool] = s.stopped[g.Pool] || out.Stops
}

// end takes a node with all that is left on it.
func (e *explorer) end(s *state, v int, killed bool) {
	s.nodes[v] = left
	s.leaving[v] = [disruption.Groups]uint8{}
	for i, x := range e.slots {
		p := s.pods[i]
		if p.phase < starting || int(p.node) != v {
			continue
		}
		e.gone(s, i)
		if killed && e.paced[x.load] && p.phase != leaving {
			// Every drain begun from now on waits for it with its deadline.
			s.pods[i].debt |= 1 << 7
		}
	}
}

// reach visits all states, or reports false where there are too many.
func (e *explorer) reach(most int, visit func(*state)) bool {
	first := e.start()
	seen := map[state]bool{first: true}
	todo := []state{first}
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		visit(&s)
		if len(seen) > most {
			return false
		}
		e.next(s, func(n state) {
			if !seen[n] {
				seen[n] = true
				todo = append(todo, n)
			}
		})
	}
	return true
}

// fewest are the fewest ready pods of each workload in any state.
func (e *explorer) fewest(most int) (least []int, all bool) {
	least = make([]int, len(e.Workloads))
	for l := range least {
		least[l] = none
	}
	all = e.reach(most, func(s *state) {
		for l := range least {
			least[l] = min(least[l], e.ready(s, l))
		}
	})
	return least, all
}

// ready is how many pods of a workload are.
func (e *explorer) ready(s *state, l int) int {
	n := 0
	for _, i := range e.of[l] {
		if s.pods[i].phase == ready {
			n++
		}
	}
	return n
}
