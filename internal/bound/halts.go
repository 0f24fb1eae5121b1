package bound

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/words"
)

// drainHalts finds what may hold a drain up, though not in every order of events.
type drainHalts struct{ *evictionTimes }

// halts finds for each pool what may hold its drains up: pods of a Job that do
// not end, budgets that may come to let nothing go, what takes longer than a
// deadline that gives a node up, and pods that are yet to come.
func (s drainHalts) halts(rolls []roll) {
	s.eachHit(func(l int, p *Pods, m *Disruption) {
		r, by := &rolls[s.poolAt(p.Node)], m.style()
		if m.surely() || by&byDeletion != 0 || s.Workloads[l].leaves(by) {
			return
		}
		r.takesLong(Outlast{l, s.stops(&s.Workloads[l]), m.Deadline})
		if s.nodes[p.Node].begins {
			r.back = r.back || s.Workloads[l].comesBack(by) || s.Workloads[l].Unplaced != ""
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
	if x.Deadline.Binds() && !x.Deadline.Evictions && x.Stop >= x.Deadline.After && !slices.ContainsFunc(r.slow, known) {
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

// stopping notes that pods on a node do not stop, because it does not report, or as
// somebody keeps one, or that those which are being deleted may not be gone by a deadline that gives the node up.
func (s drainHalts) stopping(n *Node, rolls []roll) {
	g := &s.Groups[n.Group]
	r, m := &rolls[g.Pool], &g.Disruption
	if m.Shrinks && r.halts == "" {
		r.halts = "an autoscaler keeps nodes whose pods have no place on those that stay"
	}
	if n.Hooked != "" {
		r.waits = append(r.waits, n.Hooked)
	}
	switch {
	case r.halts == "" && n.Hooked != "":
		r.halts = n.Hooked
	case r.halts != "" || m.surely() || m.IgnoresPDBs:
	case n.Unreachable:
		r.halts = fmt.Sprintf("node %s does not report, so that no pod on it stops", n.Name)
	case n.Awaits != "":
		r.halts = n.Awaits
	case n.Stopping > 0 && m.Deadline.Binds() && n.Stopping+pollInterval >= m.Deadline.After:
		r.halts = fmt.Sprintf("pods on node %s that are being deleted may take %s, and the deadline comes after %s",
			n.Name, words.Duration(n.Stopping), words.Duration(m.Deadline.After))
	}
}

// haltedBy says how pods of a workload on nodes of a pool may hold drains up. Held says
// that they surely do, by their budgets, which is told of each node.
func (s drainHalts) haltedBy(l, pool int, m *Disruption, begins, held bool) string {
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
	case w.comesBack(by) && begins && !held:
		return "pods of " + w.Name + " tolerate the taint of a cordon, and may come back to the node that they are evicted from"
	case len(w.Budgets) == 0 || held:
	case w.Kind == Job && (len(w.Budgets) > 1 || s.budgets[w.Budgets[0]].never):
		return "pods of " + w.Name + " that do not end, under a PDB that never allows their eviction"
	case len(w.Budgets) > 1:
		return fmt.Sprintf("%s overlap, and the API server never evicts a pod that several PDBs select", s.named(w.Budgets))
	case s.budgets[w.Budgets[0]].never:
		return s.refuses(w.Budgets[0])
	case s.budgets[w.Budgets[0]].moved:
		return s.moves(w.Budgets[0])
	case !s.budgets[w.Budgets[0]].lively:
		return fmt.Sprintf("PDB %s may come to allow no eviction", s.Model.Budgets[w.Budgets[0]].Name)
	}
	return ""
}

// comes reports whether pods of a workload may come to stand where none do now: some
// wait for a node, some are yet to be made, and some leave theirs, as those that are
// not ready may where none that is does.
func (s drainHalts) comes(l int) bool {
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
func (s drainHalts) eachGoing(l int, visit func(pool int, m *Disruption)) {
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
func (s drainHalts) haltedByNew(l, pool int, m *Disruption) string {
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
func (s drainHalts) outlasts(l int, d disruption.Deadline) string {
	w := &s.Workloads[l]
	stop := s.stops(w)
	if d.Evictions { // who stops by then is waited for
		stop = 0
	}
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
func (s *evictionTimes) stops(w *Workload) time.Duration {
	if s.Timings == nil {
		return w.grace()
	}
	return s.timings(w).PodStop
}
