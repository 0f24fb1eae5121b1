package story

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// Link is a part of a chain.
type Link struct {
	At   time.Duration
	Text string
	Part Part
}

// Part is where in a chain a link belongs.
type Part uint8

// The parts.
const (
	Began Part = iota // what led to it
	Left              // how pods went
	Least             // the worst moment
	Back              // how it came back
)

// Chain tells how a workload got to its worst moment, and how it came back.
func (s *Story) Chain(f Fall) []Link {
	story := s.run
	x := f.losses(story.Events)
	open := x.open
	// Pods that came before others went, as in a rollout, fill places that
	// nobody had lost yet: of what is left over the last losses count.
	if most := max(1, s.workloads[f.Workload].Replicas-f.Ready); len(open) > most {
		open = open[len(open)-most:]
	}
	links := s.began(f, open)
	links = append(links, s.left(f, open)...)
	notMade, after := s.notMade(f)
	if !after {
		links = append(links, notMade)
	}
	links = slices.DeleteFunc(links, func(l Link) bool { return l.Text == "" })
	slices.SortStableFunc(links, func(a, b Link) int { return cmp.Compare(a.At, b.At) })
	links = append(links, s.least(f, x.waiting, x.starting, len(open)))
	if after {
		links = append(links, notMade)
	}
	if x.bound >= 0 && x.waiting > 0 {
		if l, ok := s.placed(x.bound); ok {
			links = append(links, l)
		}
	}
	return append(links, s.back(f)...)
}

// began are the triggers and drains that a loss goes back to.
func (s *Story) began(f Fall, open []loss) []Link {
	events := s.run.Events
	var links []Link
	seen := map[int32]bool{}
	drains := map[string][]int32{} // by why
	var whys []string
	var late []int32 // deadlines that passed
	for _, l := range open {
		for e := events[l.event].Cause; e >= 0 && !seen[e]; e = events[e].Cause {
			seen[e] = true
			switch ev := &events[e]; ev.Kind {
			case simulate.Triggered:
				links = append(links, Link{ev.At, s.triggered(ev), Began})
			case simulate.DrainBegan:
				why := s.why(ev)
				if drains[why] == nil {
					whys = append(whys, why)
				}
				drains[why] = append(drains[why], e)
			case simulate.DeadlinePassed:
				late = append(late, e)
			case simulate.RolledOut:
				links = append(links, Link{ev.At, "its pods are replaced by those of a new revision", Began})
			case simulate.Scaled:
				links = append(links, Link{ev.At, fmt.Sprintf("it is scaled to %d", ev.Number), Began})
			}
		}
	}
	if len(late) > 0 {
		links = append(links, s.overdue(late), s.refused(f, open))
	}
	for _, why := range whys {
		at := drains[why]
		slices.Sort(at)
		names := s.nodesIn(at)
		said := "the drain of node " + names[0] + " begins"
		if len(names) > 1 {
			took := within(events[at[0]].At, events[at[len(at)-1]].At)
			said = fmt.Sprintf("the drains of %d nodes begin%s (%s)", len(names), took, words.Few(names))
		}
		links = append(links, Link{events[at[0]].At, said + ": " + why, Began})
	}
	return links
}

// overdue tells of deadlines that passed with pods left.
func (s *Story) overdue(at []int32) Link {
	slices.Sort(at)
	events := s.run.Events
	pods := 0
	for _, e := range at {
		pods += int(events[e].Number)
	}
	first, last := events[at[0]].At, events[at[len(at)-1]].At
	names := s.nodesIn(at)
	if len(names) == 1 {
		return Link{first, fmt.Sprintf("the deadline of node %s passes with %s left on it", names[0], words.Count(pods, "pod")), Began}
	}
	return Link{first, fmt.Sprintf("the deadlines of %d nodes pass%s with %s left on them (%s)",
		len(names), within(first, last), words.Count(pods, "pod"), words.Few(names)), Began}
}

// refused tells since when the evictions of those pods were refused that were
// lost to a deadline.
func (s *Story) refused(f Fall, open []loss) Link {
	events := s.run.Events
	lost := map[int32]bool{}
	for _, l := range open {
		if ev := &events[l.event]; ev.Kind == simulate.ForceDeleted {
			lost[ev.Pod] = true
		}
	}
	var first *simulate.Event
	pods := map[int32]bool{}
	for _, e := range f.Events {
		if ev := &events[e]; ev.Kind == simulate.Refused && lost[ev.Pod] {
			if first == nil {
				first = ev
			}
			pods[ev.Pod] = true
		}
	}
	if first == nil {
		return Link{}
	}
	said := fmt.Sprintf("the eviction of %s is refused repeatedly: %s", words.Count(len(pods), "pod"), first.Detail)
	return Link{first.At, said, Began}
}

// nodesIn are the names of the nodes that events are about.
func (s *Story) nodesIn(events []int32) []string {
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = s.Node(s.run.Events[e].Node)
	}
	return names
}

// triggered is what the scenario did.
func (s *Story) triggered(ev *simulate.Event) string {
	if i := int(ev.Number); i >= 0 && i < len(s.scenario.Triggers) {
		return Trigger(s.scenario.Triggers[i])
	}
	return ev.Detail
}

// why says what let the drain of a node begin.
func (s *Story) why(drain *simulate.Event) string {
	if drain.Cause >= 0 {
		switch ev := &s.run.Events[drain.Cause]; ev.Kind {
		case simulate.Chosen:
			return ev.Detail
		case simulate.Triggered:
			return s.unasked(drain, ev)
		}
	}
	return "it was under way"
}

// unasked says why a node goes without a node budget being asked, and which
// one was not.
func (s *Story) unasked(drain, asked *simulate.Event) string {
	what, kind := asked.Detail, ""
	if i := int(asked.Number); i >= 0 && i < len(s.scenario.Triggers) {
		kind = s.scenario.Triggers[i].Kind
	}
	switch kind {
	case contract.Expiry:
		what = "the node reached its maximum age"
	case contract.Delete:
		what = "the node is deleted by hand"
	case simulate.Drain:
		what = "the node is drained by hand"
	}
	name := s.pools.of[s.Node(drain.Node)]
	switch budgets := s.pools.budgets[name]; len(budgets) {
	case 0:
		return what + "; no node budget applies"
	case 1:
		return fmt.Sprintf("%s; the node budget of pool %s (%s at once) does not apply", what, name, budgets[0])
	}
	return fmt.Sprintf("%s; the node budgets of pool %s do not apply", what, name)
}

// notMade tells why the API server makes no pod in place of those that went, and
// whether it is after the worst moment that it first refuses to.
func (s *Story) notMade(f Fall) (said Link, after bool) {
	for _, e := range f.Events {
		ev := &s.run.Events[e]
		if ev.At > f.At && (said.Text != "" || ev.Kind == simulate.PodCreated) {
			break
		}
		switch ev.Kind {
		case simulate.NotCreated:
			said, after = Link{ev.At, "the API server refuses to create its pods: " + ev.Detail, Left}, ev.At > f.At
		case simulate.PodCreated:
			said = Link{}
		}
	}
	if after {
		said.Part = Least
	}
	return said, after
}

// lossGroup is pods that went in the same way.
type lossGroup struct {
	kind   simulate.EventKind
	detail string
	at     []int32 // the events
}

// left is how the pods went.
func (s *Story) left(f Fall, open []loss) []Link {
	events := s.run.Events
	var groups []*lossGroup
	for _, l := range open {
		ev := &events[l.event]
		k := slices.IndexFunc(groups, func(g *lossGroup) bool { return g.kind == ev.Kind && g.detail == ev.Detail })
		if k < 0 {
			k = len(groups)
			groups = append(groups, &lossGroup{kind: ev.Kind, detail: ev.Detail})
		}
		groups[k].at = append(groups[k].at, l.event)
	}
	var links []Link
	for _, g := range groups {
		first, last := events[g.at[0]].At, events[g.at[len(g.at)-1]].At
		said := g.went() + s.where(g) + within(first, last)
		if g.kind == simulate.ForceDeleted {
			said += ", bypassing PDBs"
		}
		switch {
		case g.kind == simulate.Evicted:
			said += ": " + s.allowedBy(f, len(g.at)) + s.tries(g.at)
		case g.detail != "":
			said += ": " + g.detail
		}
		links = append(links, Link{first, said, Left})
	}
	return links
}

// went says what became of the pods.
func (g *lossGroup) went() string {
	said := "1 pod is "
	if len(g.at) > 1 {
		said = fmt.Sprintf("%d pods are ", len(g.at))
	}
	switch g.kind {
	case simulate.Evicted:
		said += "evicted"
	case simulate.ForceDeleted:
		said += "force-deleted"
	case simulate.PodUnready:
		said += "no longer ready"
	case simulate.PodGone, simulate.Deleted:
		said += "deleted by the controller"
	}
	return said
}

// where says which nodes the pods were on.
func (s *Story) where(g *lossGroup) string {
	var nodes []string
	for _, e := range g.at {
		if name := s.Node(s.run.Events[e].Node); name != "" && !slices.Contains(nodes, name) {
			nodes = append(nodes, name)
		}
	}
	from := "from"
	if g.kind == simulate.PodUnready {
		from = "on" // it stays there
	}
	switch {
	case len(nodes) == 1 && len(g.at) > 1:
		return ", all " + from + " node " + nodes[0]
	case len(nodes) == 1:
		return " " + from + " node " + nodes[0]
	case len(nodes) > 1:
		return fmt.Sprintf(" %s %d nodes", from, len(nodes))
	}
	return ""
}

// tries says that evictions were refused before.
func (s *Story) tries(evictions []int32) string {
	most := int32(0)
	for _, e := range evictions {
		most = max(most, s.run.Events[e].Number)
	}
	if most < 2 {
		return ""
	}
	return fmt.Sprintf(", after up to %s were refused", words.Count(int(most)-1, "try"))
}

// allowedBy says which budget let pods of the workload go.
func (s *Story) allowedBy(f Fall, pods int) string {
	names := s.pdbs.over(s.workloads[f.Workload].Ref)
	switch len(names) {
	case 0:
		none := "no PodDisruptionBudget"
		if s.pdbs.partly {
			none += " that was read"
		}
		if pods == 1 {
			return none + " covers it"
		}
		return none + " covers them"
	case 1:
		return "PodDisruptionBudget " + names[0] + " allows it"
	}
	return "PodDisruptionBudgets " + words.And(names) + " allow it"
}

// least is the moment itself.
func (s *Story) least(f Fall, waiting, starting, open int) Link {
	w := &s.workloads[f.Workload]
	words := fmt.Sprintf("%d of %d ready", f.Ready, w.Replicas)
	if f.Ready < w.Floor {
		words += fmt.Sprintf(", below the floor of %d", w.Floor)
	}
	var instead []string
	if unmade := open - waiting - starting; unmade > 0 && waiting+starting < open {
		instead = append(instead, fmt.Sprintf("%d not created yet", unmade))
	}
	if waiting > 0 {
		instead = append(instead, fmt.Sprintf("%d without a node", waiting))
	}
	if starting > 0 {
		instead = append(instead, fmt.Sprintf("%d starting", starting))
	}
	if len(instead) > 0 {
		words += "; replacements: " + strings.Join(instead, ", ")
	}
	return Link{f.At, words, Least}
}

// placed says where the first of the pods that waited found a place.
func (s *Story) placed(bound int32) (Link, bool) {
	events := s.run.Events
	ev := &events[bound]
	if ev.Node < 0 {
		return Link{}, false
	}
	words := "the first waiting pod is placed on node " + s.Node(ev.Node)
	for e := bound; e >= 0; e-- {
		if x := &events[e]; x.Kind == simulate.NodeReady && x.Node == ev.Node {
			words += ", Ready since " + s.Clock(x.At)
			if x.Cause >= 0 && events[x.Cause].Kind == simulate.NodeRequested {
				words += " and requested at " + s.Clock(events[x.Cause].At)
			}
			break
		}
	}
	return Link{ev.At, words, Least}, true
}

// back is when it was above the floor again, and whole.
func (s *Story) back(f Fall) []Link {
	w := &s.workloads[f.Workload]
	var links []Link
	below := f.Ready < w.Floor
	whole := false
	for _, e := range f.Events {
		ev := &s.run.Events[e]
		if ev.At <= f.At || ev.Kind != simulate.PodReady {
			continue
		}
		if below && int(ev.Ready) >= w.Floor {
			below = false
			if int(ev.Ready) < w.Replicas {
				links = append(links, Link{ev.At, fmt.Sprintf("%d ready: at the floor again", ev.Ready), Back})
			}
		}
		if int(ev.Ready) >= w.Replicas {
			links = append(links, Link{ev.At, wholeAgain(w.Replicas), Back})
			whole = true
			break
		}
	}
	if !whole {
		words := "not all ready again by the end of the simulation"
		if below {
			words = "still below the floor at the end of the simulation"
		}
		links = append(links, Link{s.scenario.Horizon, words, Back})
	}
	return links
}

func wholeAgain(replicas int) string {
	if replicas == 1 {
		return "ready again"
	}
	return fmt.Sprintf("all %d ready again", replicas)
}

// Node is the name of a node of the run; empty for none.
func (s *Story) Node(i int32) string {
	if i < 0 || int(i) >= len(s.run.Names.Nodes) {
		return ""
	}
	return s.run.Names.Nodes[i]
}
