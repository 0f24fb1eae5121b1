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
	// Waits says what somebody has to let go before nodes of it do, when nobody knows.
	Waits []string
	// ComesBack: pods that are evicted may be bound to their node again, or find no place
	// elsewhere, which no run need play.
	ComesBack bool
	// Vacates: nothing comes in place of its nodes.
	Vacates bool
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
	times := look(m)
	s := drainEnds{times}
	held := s.heldNodes()
	rolls, goes := make([]roll, len(m.Pools)), make([]bool, len(m.Nodes))
	for i := range m.Nodes {
		if m.Nodes[i].Group != Stays {
			goes[i] = s.enlist(&rolls[s.Groups[m.Nodes[i].Group].Pool], int32(i), held)
		}
	}
	s.evictions(rolls, goes)
	drainHalts{times}.halts(rolls)
	all := make([]Finish, len(m.Pools))
	for p := range all {
		all[p] = s.finish(p, &rolls[p], within)
	}
	return all
}

// drainEnds finds what becomes of the nodes of a pool, and how long that takes.
type drainEnds struct{ *evictionTimes }

// roll is the nodes of a pool by what becomes of them.
type roll struct {
	nodes  int
	never  []Held
	halts  string // what may hold a drain up, though not in every order
	back   bool   // pods may come back to nodes that are drained
	unsure []Held // nobody says for how long their drains wait
	slow   []Outlast
	waits  []string // what holds nodes until somebody acts
	by     []string // who may refuse to let pods go, which no run plays
	forced int
	forces int // of the forced ones, that are not begun yet
	// Of nodes that no drain empties those that are not chosen, are given up,
	// are drained for ever, and make the operation fail.
	unchosen, skipped, endless, fails int
	kept                              []string // of those not chosen that are never, why

	stuck    int           // of the endless ones, that are begun already
	going    int           // not begun yet, but will be gone
	full     int           // of these, that have pods to evict
	stop     time.Duration // that each of the full ones takes at the least to be empty
	renewed  int           // of those that will be gone, that are sure to have to wait for another
	together bool          // some wait for another, which may be one for all of them
	before   bool
	// replaces: others come in place of some of them.
	replaces bool
	due      time.Duration // the least until a drain that is forced is done
	// evicting is what evictions by leave of one budget take, and why.
	evicting time.Duration
	why      string
}

// heldNodes says of nodes that no drain empties what holds them.
func (s drainEnds) heldNodes() map[int32]Held {
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
func (s drainEnds) enlist(r *roll, v int32, held map[int32]Held) bool {
	n := &s.Nodes[v]
	m := &s.Groups[n.Group].Disruption
	r.nodes++
	r.before, r.replaces = r.before || m.Before, r.replaces || !m.Vacates
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
		if n.Kept != "" {
			r.kept = append(r.kept, n.Kept)
		}
		return false
	case !stuck:
	case m.surely():
		r.forced++
		if n.Begun {
			break
		}
		r.forces++
		if r.forces == 1 || h.due < r.due {
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
		r.goes(n, m)
	}
	return true
}

// goes counts a node that will be gone and is not begun yet.
func (r *roll) goes(n *Node, m *Disruption) {
	r.going++
	r.renewed += number(m.Before && n.Renewal == Own)
	r.together = r.together || m.Before && n.Renewal == Common
}

func (s drainEnds) finish(p int, r *roll, within time.Duration) Finish {
	f := Finish{Pool: s.Pools[p].Name, Nodes: r.nodes, Never: r.never, Forced: r.forced, Outlast: r.slow, RefusedBy: r.by,
		ComesBack: r.back, Waits: r.waits, Vacates: !r.replaces}
	f.Unpatched = r.unchosen + r.skipped + r.endless + r.fails
	f.AtWorst = f.Unpatched
	because := reasons{}
	because.add(s.outcomes(r.never)...)
	for _, why := range slices.Compact(slices.Sorted(slices.Values(r.kept))) {
		n := len(slices.DeleteFunc(slices.Clone(r.kept), func(k string) bool { return k != why }))
		because.add(fmt.Sprintf("%s: never selected (%s)", words.Count(n, "node"), why))
	}
	if r.nodes == 0 {
		f.Done = true
		return f
	}
	kept := r.unchosen > 0 && s.keptBack(p) != ""
	if kept {
		because.add(s.keptBack(p))
	}
	if !kept || f.AtWorst < f.Nodes {
		s.atWorst(&f, p, r, &because)
	}
	s.mayRefuse(&f, p, &because)
	s.clock(&f, p, r, within, &because)
	f.Because = because
	return f
}

// keptBack says what lets no node of a pool go; empty where something does.
func (s drainEnds) keptBack(p int) string {
	x := &s.Pools[p]
	switch {
	case x.Refused != "":
		return x.Refused
	case x.Full:
		return fmt.Sprintf("the limit of node pool %s allows no replacement, which comes before a node goes", x.Name)
	case x.Paused:
		return x.paused()
	case s.pools[p].limit == 0:
		return fmt.Sprintf("node pool %s never allows a node to be replaced", x.Name)
	}
	return ""
}

// atWorst finds what may keep more nodes of a pool than those that surely stay.
func (s drainEnds) atWorst(f *Finish, p int, r *roll, because *reasons) {
	limit := s.pools[p].limit
	switch {
	case r.stuck >= limit && r.going > 0:
		f.Unpatched += r.going
		f.AtWorst = f.Unpatched
		r.going, r.full, r.evicting, r.forces = 0, 0, 0, 0
		because.add(fmt.Sprintf("drains under way that never finish use up the limit of %s at a time", words.Count(limit, "node")))
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
	case r.endless >= limit && r.going > 0: // what is under way already waits for none of them
		f.AtWorst = r.nodes
		because.add(fmt.Sprintf("drains that never finish may use up the limit of %s at a time", words.Count(limit, "node")))
	}
}

// mayRefuse says that all of a pool may be refused before anything begins.
func (s drainEnds) mayRefuse(f *Finish, p int, because *reasons) {
	if why := s.Pools[p].MayRefuse; why != "" && f.AtWorst < f.Nodes {
		f.AtWorst = f.Nodes
		because.add(why)
	}
}

// outcomes says of nodes that no drain empties what becomes of them, grouped.
func (s drainEnds) outcomes(nodes []Held) []string {
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

func (s drainEnds) outcome(v int32) string {
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
