package bound

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
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
	s.eachHit(func(l int, p *Pods, m *Move) {
		w := &s.Workloads[l]
		skipped := m.SkipBlocked && s.bars(l, p) && !s.Nodes[p.Node].Begun
		if m.Ruthless || !skipped && !s.holds(l, p, m.style()&^byForce) {
			return
		}
		h, known := held[p.Node]
		if !known {
			h = Held{Node: p.Node, Because: w.Name + ": " + s.own(l, m)}
		}
		if m.forces() {
			h.due = max(h.due, w.due(m.Deadline))
		}
		held[p.Node] = h
	})
	return held
}

// enlist counts a node, and reports whether it will be gone.
func (s *survey) enlist(r *roll, v int32, held map[int32]Held) bool {
	n := &s.Nodes[v]
	m := &s.Groups[n.Group].Move
	r.nodes++
	r.before = r.before || m.Before
	h, stuck := held[v]
	if stuck {
		r.never = append(r.never, h)
	}
	switch {
	case !s.nodes[v].begins:
		r.unchosen++
		return false
	case !stuck:
	case m.forces():
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
	s.eachHit(func(l int, p *Pods, m *Move) {
		v := s.on(l, p.Node)
		pool := s.Groups[s.Nodes[p.Node].Group].Pool
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
		r, spare := &rolls[k.pool], s.budgets[k.budget].spare()
		takes := time.Duration((n-1)/spare) * each[k]
		if takes < r.evicting || takes == 0 {
			continue
		}
		why := fmt.Sprintf("budget %s lets no more than %s of %d go at a time, and another takes %s to get ready",
			s.Model.Budgets[k.budget].Name, amount(spare, "pod"), n, short(each[k]))
		if takes > r.evicting || why < r.why {
			r.evicting, r.why = takes, why
		}
	}
}

func (s *survey) finish(p int, r *roll, within time.Duration) Finish {
	x := &s.pools[p]
	f := Finish{Pool: s.Pools[p].Name, Nodes: r.nodes, Never: r.never, Forced: r.forced}
	f.Unpatched = r.unchosen + r.skipped + r.endless + r.fails
	f.AtWorst = f.Unpatched
	words := reasons{}
	words.add(s.fares(r.never)...)
	switch {
	case r.nodes == 0:
		f.Done = true
		return f
	case x.limit == 0 && r.unchosen > 0:
		words.add(fmt.Sprintf("pool %s lets no node go", f.Pool))
	case r.stuck >= x.limit && r.going > 0:
		f.Unpatched += r.going
		f.AtWorst = f.Unpatched
		r.going, r.full, r.evicting = 0, 0, 0
		words.add(fmt.Sprintf("%s at a time: drains under way that never end keep all others from being begun", amount(x.limit, "node")))
	case r.fails > 0:
		f.AtWorst = r.nodes
		words.add("the operation stops at the first node that is not empty by its deadline: those not begun by then stay as they are")
	case r.endless >= x.limit && r.endless < r.nodes:
		f.AtWorst = r.nodes
		words.add(fmt.Sprintf("%s at a time: drains that never end may keep all others from being begun", amount(x.limit, "node")))
	}
	s.clock(&f, p, r, within, &words)
	f.Because = words
	return f
}

// fares says of nodes that no drain empties what becomes of them, those that
// fare alike together.
func (s *survey) fares(nodes []Held) []string {
	n := map[string]int{}
	var order []string
	for _, h := range nodes {
		words := s.fare(h.Node) + " (" + h.Because + ")"
		if n[words] == 0 {
			order = append(order, words)
		}
		n[words]++
	}
	slices.SortStableFunc(order, func(a, b string) int { return n[b] - n[a] })
	for i, words := range order {
		order[i] = amount(n[words], "node") + " " + words
	}
	return order
}

func (s *survey) fare(v int32) string {
	n := &s.Nodes[v]
	d := s.Groups[n.Group].Move.Deadline
	switch {
	case !s.nodes[v].begins:
		return "never chosen"
	case !d.Binds():
		return "drained without end"
	case d.Then == disruption.Force:
		return "forced after " + short(d.After)
	case d.Then == disruption.Skip:
		return "given up after " + short(d.After)
	}
	return "not drained after " + short(d.After) + ", which fails the operation"
}

// clock finds the least time that it takes.
func (s *survey) clock(f *Finish, p int, r *roll, within time.Duration, words *reasons) {
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
		pace = fmt.Sprintf("%d at a time at most", limit)
	}
	switch {
	case r.going == 0:
	case done:
		words.add(fmt.Sprintf("%s, %s: %s at least", amount(r.going, "node"), pace, short(takes)))
	default:
		words.add(fmt.Sprintf("%s, %s: no more than %d can be gone by %s", amount(r.going, "node"), pace, gone, until.UTC().Format("2006-01-02 15:04")))
	}
	if r.evicting > f.Takes && done {
		f.Takes = r.evicting
		words.add(fmt.Sprintf("%s: %s at least", r.why, short(f.Takes)))
	}
	if r.forces > 0 && limit > 0 && done {
		takes := time.Duration((r.forces+limit-1)/limit) * r.due
		if takes > f.Takes {
			f.Takes = takes
			words.add(fmt.Sprintf("%s to a deadline: %s at least", amount(r.forces, "drain"), short(takes)))
		}
	}
	if within > 0 && (!done || f.Takes > within) {
		f.Late = true
		words.add(fmt.Sprintf("there is time for %s", short(within)))
	}
}
