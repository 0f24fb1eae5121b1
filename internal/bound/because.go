package bound

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/words"
)

// explanation says why a workload comes down to so many ready pods.
type explanation struct{ *evictionTimes }

// because says in words why a workload comes down to so many.
func (s explanation) because(l int, a *account, least int) []string {
	w := &s.Workloads[l]
	switch {
	case a.ready == 0:
		return []string{"none of its pods is ready at the start"}
	case !s.touched(w):
		return []string{"none of its pods runs on a node that is replaced"}
	}
	all := reasons{}
	if a.asking > 0 && (a.unasked == 0 || a.keep < none && least == a.keep-a.unbudgetedLoss) {
		all.add(s.budgeted(l, a))
	}
	if s.evictedInTime(l, a) {
		all.add(s.beforeDeadline(l))
	}
	for v := freely; v <= deleted; v++ {
		if a.by[v] {
			all.add(s.unbudgeted(l, v)...)
		}
	}
	switch {
	case s.backInTime(a, least):
		all.add(s.recovers(l))
	case a.unasked > 1 && least < a.ready:
		all.add(s.together(l, a))
	}
	if a.asking > 0 && a.unbudgetedLoss == none && !a.paced && least < a.keep {
		if w.ToleratesCordon {
			all.add("its pods tolerate the taint of a cordon: they may be bound to a node that is drained, and go with it without a PDB check")
		} else {
			all.add("replacements may be bound to nodes from which pods go without a PDB check")
		}
	}
	s.anchors(l, a, &all)
	return all
}

// reasons are said once each.
type reasons []string

func (r *reasons) add(words ...string) {
	for _, x := range words {
		if x != "" && !slices.Contains(*r, x) {
			*r = append(*r, x)
		}
	}
}

// budgeted: a PDB is asked for each of its pods.
func (s explanation) budgeted(l int, a *account) string {
	b := s.Workloads[l].Budgets[0]
	r, name := &s.budgets[b], s.Model.Budgets[b].Name
	others := min(r.most-s.totals[l].most, r.desired)
	switch {
	case r.moved:
		return s.moves(b)
	case r.desired <= 0:
		return fmt.Sprintf("PDB %s may allow all of its pods to be evicted at once", name)
	case others == r.desired:
		return fmt.Sprintf("PDB %s keeps %d of %d ready, which may all be pods of other workloads", name, r.desired, r.most)
	case others > 0:
		return fmt.Sprintf("PDB %s keeps %d of %d ready, of which %d may be pods of other workloads", name, r.desired, r.most, others)
	}
	if a.unasked == 0 && !s.returns(&s.Workloads[l]) {
		return fmt.Sprintf("PDB %s keeps %d of %d ready, and its pods leave only by eviction", name, r.desired, r.most)
	}
	return fmt.Sprintf("PDB %s keeps %d of %d ready during evictions", name, r.desired, r.most)
}

// moves: a PDB never lets pods go by itself.
func (s *survey) moves(b int32) string {
	return fmt.Sprintf("PDB %s never allows an eviction, and the operator of its pods may move them, or take it away, which is not simulated",
		s.Model.Budgets[b].Name)
}

// beforeDeadline: evictions are done before the deadline.
func (s explanation) beforeDeadline(l int) string {
	w := &s.Workloads[l]
	evictions := 0
	for _, x := range s.budgets[w.Budgets[0]].workloads {
		evictions += s.moving(int(x))
	}
	verb := "take"
	if evictions == 1 {
		verb = "takes"
	}
	said := fmt.Sprintf("%s %s at most %s, before the deadline after %s",
		words.Count(evictions, "eviction"), verb, words.Duration(s.takes[l]), words.Duration(s.soonest(w)))
	return said + s.assuming(w)
}

// assuming says what something rests on where nobody said how long pods of a workload
// take to get ready.
func (s explanation) assuming(w *Workload) string {
	if !w.ReadyAssumed {
		return ""
	}
	return fmt.Sprintf(", if its pods get ready within %s, which is assumed", words.Duration(s.timings(w).PodReady))
}

// unbudgeted: pods go without a PDB check.
func (s explanation) unbudgeted(l int, v way) []string {
	w := &s.Workloads[l]
	how := s.disruptedBy(l, v)
	switch v {
	case freely:
		if w.Partly {
			return []string{"its PDBs do not select all of its pods"}
		}
		return []string{"no PDB covers its pods"}
	case vanishes:
		if w.ToleratesDrainTaint {
			return []string{"its pods tolerate Karpenter's drain taint: they are not evicted, and go with the node without a PDB check"}
		}
		return []string{"its pods are not evicted: they go with the node"}
	case deleted:
		return []string{how.Title + " deletes pods together with their node, without a PDB check"}
	}
	if how.Unstated {
		return []string{"nobody says how long a drain by " + how.Title + " waits: " +
			"pods left on the node may be deleted at any time, bypassing the PDB"}
	}
	if due := w.due(how.Deadline); due <= 0 && how.Deadline.Early {
		return []string{"its pods ask for as long to stop as the termination grace period of their nodes, or longer: " +
			"they are deleted as soon as the drain begins, bypassing the PDB"}
	}
	return []string{fmt.Sprintf("pods left after %s are force-deleted, bypassing the PDB", words.Duration(w.due(how.Deadline))), s.late(l)}
}

// preempted: pods of others push its pods out.
func (s explanation) preempted(by []int32) string {
	names := make([]string, len(by))
	for i, l := range by {
		names[i] = s.Workloads[l].Name
	}
	return fmt.Sprintf("pods of %s have a higher priority: where they fit on no node, the scheduler deletes its pods so that they do, "+
		"and prefers not to break a PDB but does", words.And(names))
}

// refused: others are not made in place of its pods, or it is not evicted in time.
func (w *Workload) refused() []string {
	var all reasons
	for _, by := range w.NotCreatedBy {
		all.add(fmt.Sprintf("%s may keep the API server from making its pods anew", by))
	}
	if w.Unplaced != "" {
		all.add(w.Unplaced)
	}
	for _, by := range w.NotEvictedBy {
		all.add(fmt.Sprintf("%s may keep the API server from evicting its pods", by))
	}
	return all
}

// late: why pods may be left at the deadline.
func (s explanation) late(l int) string {
	w := &s.Workloads[l]
	switch {
	case w.Protected:
		return "do-not-disrupt blocks their eviction until then"
	case len(w.Budgets) == 0:
		return ""
	case len(w.Budgets) > 1:
		return fmt.Sprintf("%s overlap, and the API server never evicts a pod that several PDBs select", s.named(w.Budgets))
	}
	b := w.Budgets[0]
	r := &s.budgets[b]
	switch {
	case r.never:
		return s.refuses(b)
	case s.Timings == nil:
		return "how long evictions take is unknown"
	case !r.lively && len(w.refused()) > 0:
		return "" // which is said for itself
	case r.moved:
		return s.moves(b)
	case !r.lively:
		return fmt.Sprintf("PDB %s may come to allow no eviction", s.Model.Budgets[b].Name)
	}
	for _, x := range r.workloads {
		if other := &s.Workloads[x]; int(x) != l && (len(other.Budgets) > 1 || other.Protected || other.ToleratesDrainTaint) {
			return fmt.Sprintf("PDB %s depends on pods of %s, which do not leave by eviction", s.Model.Budgets[b].Name, other.Name)
		}
	}
	pods, each := 0, time.Duration(0)
	for _, x := range r.workloads {
		pods += s.moving(int(x))
		each = max(each, s.replacementTime(&s.Workloads[x])+s.retry)
	}
	if rounds := (pods + r.slack() - 1) / r.slack(); time.Duration(rounds)*each >= s.soonest(w) {
		return fmt.Sprintf("evictions may take that long: %s of %s", words.Count(rounds, "round"), words.Duration(each))
	}
	return "its evictions may wait that long for others"
}

// recovers: deadlines take nodes so slowly that pods are ready again meanwhile.
func (s explanation) recovers(l int) string {
	w := &s.Workloads[l]
	nodes, each := s.atDeadlines(l)
	said := fmt.Sprintf("at most %s at a time can reach the deadline, each with at most %s of it, "+
		"and replacements are ready %s later, before the next deadline",
		words.Count(nodes, "node"), words.Count(each, "pod"), words.Duration(s.backFrom(w)))
	return said + s.assuming(w)
}

// together: what is taken without asking may all be down at once.
func (s explanation) together(l int, a *account) string {
	limited, grows := false, false
	title := ""
	for i := range s.Workloads[l].Pods {
		p := &s.Workloads[l].Pods[i]
		if p.Node == Unbound || p.Ready == 0 || s.Nodes[p.Node].Group == Stays || !s.on(l, p.Node).unasked() {
			continue
		}
		g := &s.Groups[s.Nodes[p.Node].Group]
		title = g.Disruption.Title
		x := &s.pools[g.Pool]
		limited = limited || x.limit < x.meant
		grows = grows || s.Pools[g.Pool].shareGrows(s.Start)
	}
	if grows {
		return title + "'s node budget is a share of a pool that may grow for pods that wait: no number at once is sure"
	}
	if limited {
		return fmt.Sprintf("draining can outrun restarting: all %d may be down at once", a.unasked)
	}
	return fmt.Sprintf("%s drains all nodes at once, with no limit on their number", title)
}

// disruptedBy is the disruption by which some ready pods of the workload leave that way.
func (s explanation) disruptedBy(l int, v way) *Disruption {
	for i := range s.Workloads[l].Pods {
		p := &s.Workloads[l].Pods[i]
		if p.Node != Unbound && p.Ready > 0 && s.Nodes[p.Node].Group != Stays && s.on(l, p.Node) == v {
			return &s.Groups[s.Nodes[p.Node].Group].Disruption
		}
	}
	return &Disruption{}
}

// anchors: why pods on nodes that go stay where they are.
func (s explanation) anchors(l int, a *account, all *reasons) {
	w := &s.Workloads[l]
	still := 0
	for i := range w.Pods {
		p := &w.Pods[i]
		if p.Node == Unbound || p.Ready == 0 {
			continue
		}
		n := &s.Nodes[p.Node]
		if n.Group == Stays {
			still += p.Ready
			continue
		}
		if s.on(l, p.Node) == stays {
			all.add(s.anchor(l, n, &s.nodes[p.Node]))
		}
	}
	if a.stalled > 0 {
		all.add(fmt.Sprintf("drains that cannot finish keep other nodes from starting: %s on those", run(a.stalled)))
	}
	if still > 0 {
		all.add(fmt.Sprintf("%s on nodes that are not replaced", run(still)))
	}
}

func (s explanation) anchor(l int, n *Node, f *nodeFacts) string {
	w := &s.Workloads[l]
	g := &s.Groups[n.Group]
	own := s.own(l, g.Pool, &g.Disruption)
	switch {
	case f.begins && s.way(l, g.Disruption.style()) != stays:
		return fmt.Sprintf("the drain of %s never reaches its pods: another pod on it cannot be evicted", n.Name)
	case f.begins:
		return own
	case n.Kept != "":
		return fmt.Sprintf("%s is never selected, as it is %s", n.Name, n.Kept)
	case s.Pools[g.Pool].Full:
		return fmt.Sprintf("the limit of node pool %s allows no replacement, so none of its nodes is replaced", s.Pools[g.Pool].Name)
	case s.pools[g.Pool].limit == 0:
		if why := s.Pools[g.Pool].Refused; why != "" {
			return why
		}
		return fmt.Sprintf("node pool %s never allows a node to be replaced", s.Pools[g.Pool].Name)
	case own != "" && !w.leaves(byKarpenter):
		return own + ", so its nodes are never selected"
	}
	return fmt.Sprintf("%s is never selected, because of another pod on it", n.Name)
}

func run(n int) string {
	if n == 1 {
		return "1 pod runs"
	}
	return fmt.Sprintf("%d pods run", n)
}
