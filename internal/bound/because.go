package bound

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// because says in words why a workload comes down to so many.
func (s *survey) because(l int, a *account, least int) []string {
	w := &s.Workloads[l]
	switch {
	case a.ready == 0:
		return []string{"none of its pods is ready to begin with"}
	case !s.touched(w):
		return []string{"none of its pods is on a node that goes"}
	}
	words := reasons{}
	if a.asking > 0 && (a.unasked == 0 || a.keep < none && least == a.keep-a.grabs) {
		words.add(s.guarded(l, a))
	}
	if a.asking > 0 && s.exempt[l] && s.forcing(w) {
		words.add(s.intime(l))
	}
	for v := freely; v <= deleted; v++ {
		if a.by[v] {
			words.add(s.unguarded(l, v)...)
		}
	}
	switch {
	case a.paced && least > a.anchored:
		words.add(s.recovers(l))
	case a.unasked > 1 && least < a.ready:
		words.add(s.together(l, a))
	}
	if a.asking > 0 && a.grabs == none && !a.paced && least < a.keep {
		words.add("new pods may be bound to nodes from which pods are taken without asking a budget")
	}
	s.anchors(l, a, &words)
	return words
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

// touched reports whether ready pods of a workload are where nodes go.
func (s *survey) touched(w *Workload) bool {
	return slices.ContainsFunc(w.Pods, func(p Pods) bool {
		return p.Node != Unbound && p.Ready > 0 && s.Nodes[p.Node].Group != Stays
	})
}

// forcing reports whether a deadline forces where the workload's pods are.
func (s *survey) forcing(w *Workload) bool {
	there := false
	s.stands(w, func(p *poolFacts) { there = there || len(p.forces) > 0 })
	return there
}

// guarded: the budget is asked for each of its pods.
func (s *survey) guarded(l int, a *account) string {
	b := s.Workloads[l].Budgets[0]
	r, name := &s.budgets[b], s.Model.Budgets[b].Name
	others := min(r.most-s.totals[l].most, r.desired)
	switch {
	case r.desired <= 0:
		return fmt.Sprintf("budget %s may let all of its pods go at once", name)
	case others == r.desired:
		return fmt.Sprintf("budget %s keeps %d of %d ready, and these may all be pods of other workloads", name, r.desired, r.most)
	case others > 0:
		return fmt.Sprintf("budget %s keeps %d of %d ready, and %d of these may be pods of other workloads", name, r.desired, r.most, others)
	}
	says := fmt.Sprintf("budget %s keeps %d of %d ready: each eviction asks it", name, r.desired, r.most)
	if a.unasked == 0 {
		says += ", and none of its pods can be evicted otherwise"
	}
	return says
}

// intime: no pod is left at the deadline.
func (s *survey) intime(l int) string {
	w := &s.Workloads[l]
	r := &s.budgets[w.Budgets[0]]
	pods, each := 0, time.Duration(0)
	for _, x := range r.loads {
		pods += s.moving(int(x))
		each = max(each, s.renews(&s.Workloads[x])+s.retry)
	}
	return fmt.Sprintf("the deadline forces after %s, and evictions cannot be stuck that long: %s × %s", short(s.soonest(w)), amount(pods, "pod"), short(each))
}

// unguarded: pods go in a way that asks no budget.
func (s *survey) unguarded(l int, v way) []string {
	w := &s.Workloads[l]
	move := s.moveBy(l, v)
	switch v {
	case freely:
		if w.Partly {
			return []string{"its budgets do not select all of its pods"}
		}
		return []string{"no budget covers its pods"}
	case vanishes:
		if w.Dodges {
			return []string{"its pods tolerate the taint of nodes that are about to go: they vanish with the node, and no budget is asked"}
		}
		return []string{"its pods are not evicted: they vanish with the node"}
	case deleted:
		return []string{move.Title + " takes pods with their node at once, and asks no budget"}
	}
	return []string{fmt.Sprintf("pods left after %s are killed, whatever a budget says", short(w.due(move.Deadline))), s.late(l)}
}

// late: why pods may be left at the deadline.
func (s *survey) late(l int) string {
	w := &s.Workloads[l]
	switch {
	case w.Protected:
		return "do-not-disrupt keeps its pods from eviction until then"
	case len(w.Budgets) == 0:
		return ""
	case len(w.Budgets) > 1:
		return fmt.Sprintf("%s select its pods, and the API server evicts none that several select", s.named(w.Budgets))
	}
	b := w.Budgets[0]
	r := &s.budgets[b]
	switch {
	case r.never:
		return s.refuses(b)
	case s.Timings == nil:
		return "nothing says how long evictions can take"
	case !r.lively:
		return fmt.Sprintf("budget %s may come to let none go", s.Model.Budgets[b].Name)
	}
	for _, x := range r.loads {
		if other := &s.Workloads[x]; int(x) != l && (len(other.Budgets) > 1 || other.Protected || other.Dodges) {
			return fmt.Sprintf("budget %s waits for pods of %s, which do not leave by eviction", s.Model.Budgets[b].Name, other.Name)
		}
	}
	pods, each := 0, time.Duration(0)
	for _, x := range r.loads {
		pods += s.moving(int(x))
		each = max(each, s.renews(&s.Workloads[x])+s.retry)
	}
	if rounds := (pods + r.spare() - 1) / r.spare(); time.Duration(rounds)*each >= s.soonest(w) {
		return fmt.Sprintf("evictions may take that long: %d one after the other × %s", rounds, short(each))
	}
	return "its evictions may have to wait for others that take that long"
}

// refuses: a budget lets nothing go.
func (s *survey) refuses(b int32) string {
	r := &s.budgets[b]
	name := s.Model.Budgets[b].Name
	switch {
	case r.reason == disruption.NoScale:
		return fmt.Sprintf("budget %s lets no pod go: it counts through a scale, and a controller of its pods has none", name)
	case r.reason == disruption.Empty:
		return fmt.Sprintf("budget %s lets no pod go: it says neither minAvailable nor maxUnavailable", name)
	case r.most <= r.desired && r.desired > 0:
		return fmt.Sprintf("budget %s lets no pod go: it wants %d ready, and no more than %d can be", name, r.desired, r.most)
	}
	return fmt.Sprintf("budget %s lets no pod go", name)
}

// recovers: deadlines take nodes so slowly that pods are ready again meanwhile.
func (s *survey) recovers(l int) string {
	nodes, each := s.atDeadlines(l)
	return fmt.Sprintf("%s at a time may come to a deadline, with at most %s of it on each, and pods are ready again %s later, before the next deadline",
		amount(nodes, "node"), amount(each, "pod"), short(s.renews(&s.Workloads[l])))
}

// together: what is taken without asking may all be down at once.
func (s *survey) together(l int, a *account) string {
	limited := false
	title := ""
	for i := range s.Workloads[l].Pods {
		p := &s.Workloads[l].Pods[i]
		if p.Node == Unbound || p.Ready == 0 || s.Nodes[p.Node].Group == Stays || !s.on(l, p.Node).unasked() {
			continue
		}
		g := &s.Groups[s.Nodes[p.Node].Group]
		title = g.Move.Title
		x := &s.pools[g.Pool]
		limited = limited || x.limit < x.meant
	}
	if limited {
		return fmt.Sprintf("nothing makes the provider wait for pods to be ready again: node by node all %d may be down at once", a.unasked)
	}
	return fmt.Sprintf("%s takes all nodes at once; no node budget applies", title)
}

// moveBy is the move by which some ready pods of the workload leave that way.
func (s *survey) moveBy(l int, v way) *Move {
	for i := range s.Workloads[l].Pods {
		p := &s.Workloads[l].Pods[i]
		if p.Node != Unbound && p.Ready > 0 && s.Nodes[p.Node].Group != Stays && s.on(l, p.Node) == v {
			return &s.Groups[s.Nodes[p.Node].Group].Move
		}
	}
	return &Move{}
}

// anchors: why pods on nodes that go stay where they are.
func (s *survey) anchors(l int, a *account, words *reasons) {
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
			words.add(s.anchor(l, n, &s.nodes[p.Node]))
		}
	}
	if a.jams > 0 {
		words.add(fmt.Sprintf("nodes on which pods cannot be evicted never get done, and keep others from being begun: %s there", stand(a.jams)))
	}
	if still > 0 {
		words.add(fmt.Sprintf("%s on nodes that stay", stand(still)))
	}
}

func (s *survey) anchor(l int, n *Node, f *nodeFacts) string {
	w := &s.Workloads[l]
	g := &s.Groups[n.Group]
	own := s.own(l, &g.Move)
	switch {
	case f.begins && s.way(l, g.Move.style()) != stays:
		return fmt.Sprintf("%s never gets as far as its pods: another pod on it cannot leave", n.Name)
	case f.begins:
		return own
	case s.pools[g.Pool].limit == 0:
		return fmt.Sprintf("pool %s lets no node go", s.Pools[g.Pool].Name)
	case own != "" && !w.leaves(byKarpenter):
		return own + ", so that its nodes are not chosen"
	}
	return fmt.Sprintf("%s is not chosen, because of another pod on it", n.Name)
}

// own is what of the workload itself keeps its pods from eviction.
func (s *survey) own(l int, m *Move) string {
	w := &s.Workloads[l]
	switch {
	case w.Protected && (m.Karpenter || m.SkipBlocked):
		return "do-not-disrupt keeps its pods from eviction"
	case w.Partly || len(w.Budgets) == 0:
		return ""
	case len(w.Budgets) > 1:
		return fmt.Sprintf("%s select its pods, and the API server evicts none that several select", s.named(w.Budgets))
	case s.budgets[w.Budgets[0]].never:
		return s.refuses(w.Budgets[0])
	}
	return ""
}

// named lists budgets by name.
func (s *survey) named(budgets []int32) string {
	names := make([]string, len(budgets))
	for i, b := range budgets {
		names[i] = s.Model.Budgets[b].Name
	}
	last := len(names) - 1
	if last == 0 {
		return "budget " + names[0]
	}
	return "budgets " + strings.Join(names[:last], ", ") + " and " + names[last]
}

func stand(n int) string {
	if n == 1 {
		return "1 pod stands"
	}
	return fmt.Sprintf("%d pods stand", n)
}

func amount(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}

// short writes a duration without the units that are zero: 4h, 1h30m.
func short(d time.Duration) string {
	words := d.Round(time.Second).String()
	if strings.HasSuffix(words, "m0s") {
		words = strings.TrimSuffix(words, "0s")
	}
	if strings.HasSuffix(words, "h0m") {
		words = strings.TrimSuffix(words, "0m")
	}
	return words
}
