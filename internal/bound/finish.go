package bound

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/words"
)

// Finish is whether the provider can be done with a pool, and when.
type Finish struct {
	Pool  string
	Nodes int // that are to go
	// Never are the nodes that no drain empties, or that are never chosen.
	Never []Held
	// Forced is how many of these go all the same, with the pods left on them.
	Forced int
	// Unpatched is how many nodes stay as they are in the best order, AtWorst in
	// the worst.
	Unpatched, AtWorst int
	// Takes is the least time until all that can go are gone. Where Done is
	// false they are not within the time looked at, and Gone of them can be.
	Takes time.Duration
	Done  bool
	Gone  int
	// Outlast are the workloads whose pods may take longer to stop than their drain may.
	Outlast []Outlast
	// RefusedBy are webhooks that may refuse to let pods of its nodes go, which no run
	// plays.
	RefusedBy []string
	// Late: it takes longer than there is time.
	Late    bool
	Because []string
}

// Held is a node that no drain empties, and why.
type Held struct {
	Node    int32
	Because string
	due     time.Duration // until a deadline that forces takes what holds it
}

// Outlast is a workload whose pods may take so long to stop that a deadline comes first
// which gives their node up.
type Outlast struct {
	Workload int
	Stop     time.Duration
	Deadline disruption.Deadline
}

// Finishes finds for each pool what is left of it when the provider has done
// what it can, if things take the time that Timings say. Within is the time
// there is, counted from the model's start: that of a rollback, or until the
// nodes expire; 0 for no end but the model's.
func Finishes(m *Model, within time.Duration) []Finish {
	s := look(m)
	held := s.heldNodes()
	rolls, goes := make([]roll, len(m.Pools)), make([]bool, len(m.Nodes))
	for i := range m.Nodes {
		if m.Nodes[i].Group != Stays {
			goes[i] = s.enlist(&rolls[s.Groups[m.Nodes[i].Group].Pool], int32(i), held)
		}
	}
	s.evictions(rolls, goes)
	s.halts(rolls)
	all := make([]Finish, len(m.Pools))
	for p := range all {
		all[p] = s.finish(p, &rolls[p], within)
	}
	return all
}

// roll is the nodes of a pool by what becomes of them.
type roll struct {
	nodes  int
	never  []Held
	halts  string // what may hold a drain up, though not in every order
	unsure []Held // nobody says for how long their drains wait
	slow   []Outlast
	by     []string // who may refuse to let pods go, which no run plays
	forced int
	forces int // of the forced ones, that are not begun yet
	// Of nodes that no drain empties those that are not chosen, are given up,
	// are drained for ever, and make the operation fail.
	unchosen, skipped, endless, fails int

	stuck  int // of the endless ones, that are begun already
	going  int // not begun yet, but will be gone
	full   int // of these, that have pods to evict
	before bool
	due    time.Duration // the least until a drain that is forced is done
	// evicting is what evictions by leave of one budget take, and why.
	evicting time.Duration
	why      string
}

// heldNodes says of nodes that no drain empties what holds them.
func (s *survey) heldNodes() map[int32]Held {
	held := map[int32]Held{}
	s.eachHit(func(l int, p *Pods, m *Disruption) {
		w := &s.Workloads[l]
		skipped := m.SkipBlocked && s.bars(l, p) && !s.Nodes[p.Node].Begun
		if !skipped && !s.holds(l, p, m.style()&^byForce) {
			return
		}
		h, known := held[p.Node]
		if !known {
			h = Held{Node: p.Node, Because: w.Name + ": " + s.own(l, s.poolAt(p.Node), m)}
		}
		if m.surely() {
			due := w.due(m.Deadline)
			if w.Mounts {
				due += m.Detach
			}
			h.due = max(h.due, due)
		}
		held[p.Node] = h
	})
	return held
}

// enlist counts a node, and reports whether it will be gone.
func (s *survey) enlist(r *roll, v int32, held map[int32]Held) bool {
	n := &s.Nodes[v]
	m := &s.Groups[n.Group].Disruption
	r.nodes++
	r.before = r.before || m.Before
	h, stuck := held[v]
	switch unsure := stuck && m.Unstated && s.nodes[v].begins; {
	case unsure:
		r.unsure = append(r.unsure, h)
		stuck = false // in the best order it goes all the same
	case stuck:
		r.never = append(r.never, h)
	}
	switch {
	case !s.nodes[v].begins:
		r.unchosen++
		return false
	case !stuck:
	case m.surely():
		r.forced++
		if n.Begun {
			break
		}
		r.forces++
		if r.due == 0 || h.due < r.due {
			r.due = h.due
		}
	case m.passes():
		r.skipped++
		return false
	case m.Deadline.Binds():
		r.fails++
		return false
	default:
		r.endless++
		if n.Begun {
			r.stuck++
		}
		return false
	}
	if !n.Begun {
		r.going++
	}
	return true
}

// evictions finds for each pool how many nodes have pods to evict, and the
// budget that holds it up the most: so many of its pods may be away at once,
// and each is until another is ready.
func (s *survey) evictions(rolls []roll, goes []bool) {
	type at struct{ budget, pool int }
	pods, each := map[at]int{}, map[at]time.Duration{}
	full := make([]bool, len(s.Nodes))
	s.eachHit(func(l int, p *Pods, m *Disruption) {
		v := s.on(l, p.Node)
		pool := s.poolAt(p.Node)
		if !goes[p.Node] || p.Ready == 0 || v != asking && v != freely {
			return
		}
		if !full[p.Node] && !s.Nodes[p.Node].Begun {
			full[p.Node] = true
			rolls[pool].full++
		}
		if v == freely || s.Timings == nil {
			return
		}
		w := &s.Workloads[l]
		k := at{int(w.Budgets[0]), pool}
		away := s.timings(w).PodReady
		if n := pods[k]; n > 0 {
			away = min(away, each[k])
		}
		pods[k], each[k] = pods[k]+p.Ready, away
	})
	for k, n := range pods {
		r, spare := &rolls[k.pool], s.budgets[k.budget].slack()
		takes := time.Duration((n-1)/spare) * each[k]
		if takes < r.evicting {
			continue
		}
		why := fmt.Sprintf("PDB %s allows %s of %d to be evicted at a time, and a replacement takes %s to get ready",
			s.Model.Budgets[k.budget].Name, words.Count(spare, "pod"), n, words.Duration(each[k]))
		if takes > r.evicting || why < r.why {
			r.evicting, r.why = takes, why
		}
	}
}

// halts finds for each pool what may hold its drains up: pods of a Job that do
// not end, budgets that may come to let nothing go, what takes longer than a
// deadline that gives a node up, and pods that are yet to come.
func (s *survey) halts(rolls []roll) {
	s.eachHit(func(l int, p *Pods, m *Disruption) {
		r, by := &rolls[s.poolAt(p.Node)], m.style()
		if m.surely() || by&byDeletion != 0 || s.Workloads[l].leaves(by) {
			return
		}
		r.takesLong(Outlast{l, s.stops(&s.Workloads[l]), m.Deadline})
		if s.nodes[p.Node].begins {
			r.refusedBy(s.Workloads[l].RefusedBy)
		}
		if r.halts != "" {
			return
		}
		begins, held := s.nodes[p.Node].begins, s.holds(l, p, by)
		r.halts = s.haltedBy(l, s.poolAt(p.Node), m, begins, held)
		if r.halts == "" && m.Deadline.Binds() && begins && !held {
			r.halts = s.outlasts(l, m.Deadline)
		}
	})
	for i := range s.Nodes {
		if n := &s.Nodes[i]; n.Group != Stays {
			s.stopping(n, rolls)
		}
	}
	for l := range s.Workloads {
		if s.comes(l) {
			s.eachGoing(l, func(pool int, m *Disruption) {
				if r := &rolls[pool]; r.halts == "" {
					r.halts = s.haltedByNew(l, pool, m)
				}
			})
		}
	}
}

// takesLong notes a workload that takes no less to stop than there is time.
func (r *roll) takesLong(x Outlast) {
	known := func(y Outlast) bool { return y.Workload == x.Workload }
	if x.Deadline.Binds() && x.Stop >= x.Deadline.After && !slices.ContainsFunc(r.slow, known) {
		r.slow = append(r.slow, x)
	}
}

// refusedBy notes who may refuse to let pods go.
func (r *roll) refusedBy(names []string) {
	for _, name := range names {
		if !slices.Contains(r.by, name) {
			r.by = append(r.by, name)
		}
	}
}

// stopping notes that pods on a node do not stop, because it does not report, or that
// those which are being deleted may not be gone by a deadline that gives the node up.
func (s *survey) stopping(n *Node, rolls []roll) {
	g := &s.Groups[n.Group]
	r, m := &rolls[g.Pool], &g.Disruption
	switch {
	case r.halts != "" || m.surely() || m.IgnoresPDBs:
	case n.Unreachable:
		r.halts = fmt.Sprintf("node %s does not report, so that no pod on it stops", n.Name)
	case n.Stopping > 0 && m.Deadline.Binds() && n.Stopping+pollInterval >= m.Deadline.After:
		r.halts = fmt.Sprintf("pods on node %s that are being deleted may take %s, and the deadline comes after %s",
			n.Name, words.Duration(n.Stopping), words.Duration(m.Deadline.After))
	}
}

// haltedBy says how pods of a workload on nodes of a pool may hold drains up. Held says
// that they surely do, by their budgets, which is told of each node.
func (s *survey) haltedBy(l, pool int, m *Disruption, begins, held bool) string {
	w, by := &s.Workloads[l], m.style()
	switch rule := w.treatment(pool, by); {
	case rule.Awaited:
		return rule.By + " has drains wait until pods of " + w.Name + " end by themselves"
	case rule.Unsure:
		return rule.By + " may have drains wait for pods of " + w.Name
	case len(w.NotEvictedBy) > 0 && begins:
		return w.NotEvictedBy[0] + " may keep the API server from evicting pods of " + w.Name
	case w.Kind == Job && w.keeps(by):
		return "pods of " + w.Name + " that do not end"
	case len(w.Budgets) == 0 || held:
	case w.Kind == Job && (len(w.Budgets) > 1 || s.budgets[w.Budgets[0]].never):
		return "pods of " + w.Name + " that do not end, under a PDB that never allows their eviction"
	case len(w.Budgets) > 1:
		return fmt.Sprintf("%s overlap, and the API server never evicts a pod that several PDBs select", s.named(w.Budgets))
	case s.budgets[w.Budgets[0]].never:
		return s.refuses(w.Budgets[0])
	case !s.budgets[w.Budgets[0]].lively:
		return fmt.Sprintf("PDB %s may come to allow no eviction", s.Model.Budgets[w.Budgets[0]].Name)
	}
	return ""
}

// comes reports whether pods of a workload may come to stand where none do now: some
// wait for a node, some are yet to be made, and some leave theirs, as those that are
// not ready may where none that is does.
func (s *survey) comes(l int) bool {
	w := &s.Workloads[l]
	if w.Kind == Static || w.Kind == Bare && !slices.ContainsFunc(w.Pods, func(p Pods) bool { return p.Node == Unbound }) {
		return false
	}
	if s.skippedBy(l) != "" || len(w.PreemptedBy) > 0 {
		return true
	}
	return s.totals[l].there < w.Replicas || slices.ContainsFunc(w.Pods, func(p Pods) bool {
		return p.Node == Unbound || s.Nodes[p.Node].Group != Stays && (p.Unready+p.Stuck > 0 || s.on(l, p.Node) != stays)
	})
}

// eachGoing visits the disruptions of nodes that go without force, where new pods of a
// workload may be bound to them.
func (s *survey) eachGoing(l int, visit func(pool int, m *Disruption)) {
	w := &s.Workloads[l]
	for g := range s.Groups {
		m, pool := &s.Groups[g].Disruption, s.Groups[g].Pool
		if m.surely() || m.IgnoresPDBs || w.leaves(m.style()) || s.pools[pool].meant == 0 {
			continue
		}
		if w.SchedulablePools == nil || slices.Contains(w.SchedulablePools, int32(pool)) {
			visit(pool, m)
		}
	}
}

// haltedByNew says how pods that come to nodes of a pool may hold their drains up.
func (s *survey) haltedByNew(l, pool int, m *Disruption) string {
	w, by := &s.Workloads[l], m.style()
	if w.keeps(by) {
		return fmt.Sprintf("pods of %s that are yet to come: %s", w.Name, s.own(l, pool, m))
	}
	if said := s.haltedBy(l, pool, m, true, false); said != "" {
		return fmt.Sprintf("pods of %s that are yet to come: %s", w.Name, said)
	}
	if m.Deadline.Binds() {
		return s.outlasts(l, m.Deadline)
	}
	return ""
}

// outlasts says that pods of a workload may not be gone when a deadline comes that
// gives their node up: they may stop that slowly, or wait that long for their
// evictions. It is empty where they surely are.
func (s *survey) outlasts(l int, d disruption.Deadline) string {
	w := &s.Workloads[l]
	stop := s.stops(w)
	if stop+pollInterval >= d.After {
		return fmt.Sprintf("pods of %s may take %s to stop, and the deadline comes after %s",
			w.Name, words.Duration(stop), words.Duration(d.After))
	}
	if !slices.ContainsFunc(w.Budgets, func(b int32) bool { return s.budgets[b].desired > 0 || !s.Model.Budgets[b].AlwaysAllow }) {
		return "" // none ever has it wait: one that wants no pod still does until a pod is ready
	}
	name := s.named(w.Budgets)
	switch takes := s.takes[l]; {
	case takes == endless:
		return fmt.Sprintf("nothing limits how long evictions by leave of %s take, and the deadline comes after %s",
			name, words.Duration(d.After))
	case takes+stop+pollInterval >= d.After:
		return fmt.Sprintf("evictions by leave of %s may take %s, and the deadline comes after %s",
			name, words.Duration(takes+stop+pollInterval), words.Duration(d.After))
	}
	return ""
}

// stops is how long a pod of a workload that is evicted takes at most to be gone.
func (s *survey) stops(w *Workload) time.Duration {
	if s.Timings == nil {
		return w.grace()
	}
	return s.timings(w).PodStop
}

func (s *survey) finish(p int, r *roll, within time.Duration) Finish {
	x := &s.pools[p]
	f := Finish{Pool: s.Pools[p].Name, Nodes: r.nodes, Never: r.never, Forced: r.forced, Outlast: r.slow, RefusedBy: r.by}
	f.Unpatched = r.unchosen + r.skipped + r.endless + r.fails
	f.AtWorst = f.Unpatched
	because := reasons{}
	because.add(s.outcomes(r.never)...)
	switch {
	case r.nodes == 0:
		f.Done = true
		return f
	case s.Pools[p].Full && r.unchosen > 0:
		because.add(fmt.Sprintf("the limit of node pool %s leaves no room for a replacement, which comes before a node goes", f.Pool))
	case s.Pools[p].Paused && r.unchosen > 0:
		because.add(fmt.Sprintf("node pool %s is paused", f.Pool))
	case x.limit == 0 && r.unchosen > 0:
		because.add(fmt.Sprintf("node pool %s never allows a node to be replaced", f.Pool))
	case r.stuck >= x.limit && r.going > 0:
		f.Unpatched += r.going
		f.AtWorst = f.Unpatched
		r.going, r.full, r.evicting = 0, 0, 0
		because.add(fmt.Sprintf("drains under way that never finish use up the limit of %s at a time", words.Count(x.limit, "node")))
	case s.usedUp(&s.Pools[p]):
		f.AtWorst = r.nodes
		because.add(fmt.Sprintf("%s of node pool %s may stay not ready, and use up its node budgets while these let no more go",
			words.Count(s.Pools[p].Down, "node"), f.Pool))
	case len(r.unsure) > 0:
		f.AtWorst = r.nodes
		because.add(s.outcomes(r.unsure)...)
	case r.halts != "":
		f.AtWorst = r.nodes
		because.add("a drain may be held up, and others behind it: " + r.halts)
	case r.fails > 0:
		f.AtWorst = r.nodes
		because.add("the operation stops at the first node not drained by its deadline: nodes not started by then stay as they are")
	case r.endless >= x.limit && r.going > 0: // what is under way already waits for none of them
		f.AtWorst = r.nodes
		because.add(fmt.Sprintf("drains that never finish may use up the limit of %s at a time", words.Count(x.limit, "node")))
	}
	s.clock(&f, p, r, within, &because)
	f.Because = because
	return f
}

// outcomes says of nodes that no drain empties what becomes of them, grouped.
func (s *survey) outcomes(nodes []Held) []string {
	n := map[string]int{}
	var order []string
	for _, h := range nodes {
		fate := s.outcome(h.Node) + " (" + h.Because + ")"
		if n[fate] == 0 {
			order = append(order, fate)
		}
		n[fate]++
	}
	slices.SortStableFunc(order, func(a, b string) int { return n[b] - n[a] })
	for i, fate := range order {
		order[i] = words.Count(n[fate], "node") + ": " + fate
	}
	return order
}

func (s *survey) outcome(v int32) string {
	n := &s.Nodes[v]
	d := s.Groups[n.Group].Disruption.Deadline
	switch {
	case !s.nodes[v].begins:
		return "never selected"
	case s.Groups[n.Group].Disruption.Unstated:
		return "how long the drain waits is not published"
	case !d.Binds():
		return "the drain never finishes"
	case d.Then == disruption.Force:
		return "forced after " + words.Duration(d.After)
	case d.Then == disruption.Skip:
		return "skipped after " + words.Duration(d.After)
	}
	return "not drained after " + words.Duration(d.After) + ", which fails the operation"
}

// clock finds the least time that it takes.
func (s *survey) clock(f *Finish, p int, r *roll, within time.Duration, because *reasons) {
	until := s.until()
	if within > 0 {
		until = s.Start.Add(within)
	}
	var node, stop time.Duration
	if s.Timings != nil {
		stop = s.Timings.PodStop
		if r.before {
			node = s.Timings.NodeReady
		}
	}
	pool, limit := &s.Pools[p], s.pools[p].limit
	takes, gone, done := pool.play(s.Start, until, r.going, node, r.before)
	// Those with pods on them take longer.
	longer, emptied, all := pool.play(s.Start, until, r.full, node+stop, r.before)
	takes, gone, done = max(takes, longer), min(gone, r.going-r.full+emptied), done && all
	f.Takes, f.Done, f.Gone = takes, done, r.nodes-f.Unpatched-r.going+gone
	pace := "all at once"
	if limit < r.nodes {
		pace = fmt.Sprintf("at most %d at a time", limit)
	}
	switch {
	case r.going == 0:
	case done:
		because.add(fmt.Sprintf("%s, %s: at least %s", words.Count(r.going, "node"), pace, words.Duration(takes)))
	default:
		because.add(fmt.Sprintf("%s, %s: at most %d can be replaced by %s",
			words.Count(r.going, "node"), pace, gone, until.UTC().Format("2006-01-02 15:04")))
	}
	if r.evicting > f.Takes && done {
		f.Takes = r.evicting
		because.add(fmt.Sprintf("%s: at least %s", r.why, words.Duration(f.Takes)))
	}
	if r.forces > 0 && limit > 0 && done {
		takes := time.Duration((r.forces+limit-1)/limit) * r.due
		if takes > f.Takes {
			f.Takes = takes
			because.add(fmt.Sprintf("%s to the deadline: at least %s", words.Count(r.forces, "drain"), words.Duration(takes)))
		}
	}
	if within > 0 && (!done || f.Takes > within) {
		f.Late = true
		because.add(fmt.Sprintf("time available: %s", words.Duration(within)))
	}
}
