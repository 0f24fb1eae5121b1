package bound

import (
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/words"
)

// evictions finds for each pool how many nodes have pods to evict and how soon they are
// empty, and the budget that holds it up the most: so many of its pods may be away at once,
// and each is until another is ready.
func (s drainEnds) evictions(rolls []roll, goes []bool) {
	type at struct{ budget, pool int }
	pods, each := map[at]int{}, map[at]time.Duration{}
	full, stops := make([]bool, len(s.Nodes)), make([]time.Duration, len(s.Nodes))
	s.eachHit(func(l int, p *Pods, m *Disruption) {
		v := s.on(l, p.Node)
		if !goes[p.Node] || p.Ready == 0 || v != asking && v != freely {
			return
		}
		w := &s.Workloads[l]
		full[p.Node] = !s.Nodes[p.Node].Begun
		stops[p.Node] = max(stops[p.Node], s.stopsSoonest(w, &s.Nodes[p.Node], m))
		if v == freely || s.Timings == nil || !w.leavesByDrain() {
			return
		}
		k := at{int(w.Budgets[0]), s.poolAt(p.Node)}
		away := s.timings(w).PodReady
		if n := pods[k]; n > 0 {
			away = min(away, each[k])
		}
		pods[k], each[k] = pods[k]+p.Ready, away
	})
	for v := range full {
		if !full[v] {
			continue
		}
		r := &rolls[s.poolAt(int32(v))]
		if r.full++; r.full == 1 || stops[v] < r.stop {
			r.stop = stops[v]
		}
	}
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

// leavesByDrain reports whether pods of a workload are gone from where they are by nothing
// but a drain: none that ends by itself, that its controller takes, or others evict.
func (w *Workload) leavesByDrain() bool {
	return !w.goesByItself() && !w.Operated && w.EvictedBy == ""
}

// stopsSoonest is how long pods of a workload keep a node at the least once it is drained; 0
// where nothing is known, as of those that may be on their way before, by other hands.
func (s drainEnds) stopsSoonest(w *Workload, n *Node, m *Disruption) time.Duration {
	if s.Timings == nil || n.Closed || !w.leavesByDrain() {
		return 0
	}
	stop := w.Timings.PodStop
	if stop == 0 {
		stop = s.Timings.PodStop
	}
	stop = min(stop, w.grace())
	if m.forces() { // the deadline may leave less
		stop = min(stop, m.Deadline.After)
	}
	if limit := m.Deadline.GraceCap; limit > 0 {
		stop = min(stop, limit)
	}
	return stop
}

// longest is for how long windows are looked at for drains that are forced.
const longest = 366 * 24 * time.Hour

// clock finds the least time that it takes.
func (s drainEnds) clock(f *Finish, p int, r *roll, within time.Duration, because *reasons) {
	until := s.until()
	if within > 0 {
		until = s.Start.Add(within)
	}
	pool, limit := &s.Pools[p], s.pools[p].limit
	takes, gone, done := pool.play(s.Start, until, r.going, 0, r.before)
	for _, some := range s.slower(r) {
		longer, of, all := pool.play(s.Start, until, some.nodes, some.each, r.before)
		takes, gone, done = max(takes, longer), min(gone, r.going-some.nodes+of), done && all
	}
	f.Takes, f.Done, f.Gone = takes, done, r.nodes-f.Unpatched-r.going+gone
	pace := "all at once"
	switch {
	case pool.shareGrows(s.Start):
		pace = "a share at a time of a pool that may grow for pods that wait"
	case limit < r.nodes:
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
		takes, _, done := pool.play(s.Start, s.Start.Add(longest), r.forces, r.due, r.before)
		if done && takes > f.Takes {
			f.Takes = takes
			because.add(fmt.Sprintf("%s to the deadline: at least %s", words.Count(r.forces, "drain"), words.Duration(takes)))
		}
	}
	if within > 0 && (!done || f.Takes > within) {
		f.Late = true
		because.add(fmt.Sprintf("time available: %s", words.Duration(within)))
	}
}

// some are nodes of a pool, and how long each of them takes at the least.
type some struct {
	nodes int
	each  time.Duration
}

// slower are those nodes that take time: which have pods on them, which wait for another
// node, and which do both. Nobody says which of them go first.
func (s drainEnds) slower(r *roll) []some {
	if s.Timings == nil {
		return nil
	}
	renewed := min(r.going, max(r.renewed, number(r.together)))
	ready := s.Timings.soonest()
	var all []some
	for _, x := range []some{{r.full, r.stop}, {renewed, ready}, {r.full + renewed - r.going, r.stop + ready}} {
		if x.nodes > 0 && x.each > 0 {
			all = append(all, x)
		}
	}
	return all
}

func number(b bool) int {
	if b {
		return 1
	}
	return 0
}
