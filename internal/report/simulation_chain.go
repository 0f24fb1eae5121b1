package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/simulate"
)

// simulatedFall is the worst moment of a workload in the story: the fewest of
// its pods were ready.
type simulatedFall struct {
	workload int
	at       time.Duration
	ready    int
	events   []int32 // of the workload, in their order
}

// falls finds the worst moments of those workloads that lost pods at all.
func (v *Simulation) falls() map[int]simulatedFall {
	story := &v.played.Story
	own := make([][]int32, len(v.played.Workloads))
	for i := range story.Events {
		if w := story.Events[i].Workload; w >= 0 {
			own[w] = append(own[w], int32(i))
		}
	}
	all := map[int]simulatedFall{}
	for i, w := range story.Workloads {
		if w.MinAt != simulate.None {
			all[i] = simulatedFall{workload: i, at: w.MinAt, ready: w.MinReady, events: own[i]}
		}
	}
	return all
}

// loss is a pod that was ready and is no more.
type loss struct {
	event int32
	back  time.Duration // when one in its place was ready; simulate.None for never
}

// losses are those pods whose places were empty at the worst moment, and what
// of the pods in their place was there by then.
func (f simulatedFall) losses(events []simulate.Event) (open []loss, waiting, starting int, bound int32) {
	made, ready := map[int32]bool{}, map[int32]bool{}
	phase := map[int32]simulate.EventKind{} // of pods that are not ready yet
	all, of := []loss{}, map[int32]int{}    // of: by event, which loss it goes back to
	var missing []int
	bound = -1
	found := func(i int) bool { return slices.Contains(missing, i) }
	for _, e := range f.events {
		ev := &events[e]
		now := ev.At <= f.at
		if k, ok := of[ev.Cause]; ok {
			of[e] = k
		}
		switch ev.Kind {
		case simulate.Evicted, simulate.Killed, simulate.PodUnready, simulate.PodGone:
			lost := (!made[ev.Pod] || ready[ev.Pod]) && (ev.Kind != simulate.PodGone || !removed(events, ev.Cause))
			delete(phase, ev.Pod)
			if lost {
				delete(ready, ev.Pod)
				made[ev.Pod] = true // it counts once
				of[e] = len(all)
				if now {
					missing = append(missing, len(all))
				}
				all = append(all, loss{e, simulate.None})
			}
		case simulate.PodMade:
			made[ev.Pod] = true
			if now {
				phase[ev.Pod] = simulate.PodMade
			}
		case simulate.PodBound:
			if _, waits := phase[ev.Pod]; waits && now {
				phase[ev.Pod] = simulate.PodBound
			} else if waits && bound < 0 {
				bound = e
			}
		case simulate.PodReady:
			ready[ev.Pod] = true
			if now {
				delete(phase, ev.Pod)
			}
			if len(missing) == 0 {
				continue
			}
			k, ok := of[e]
			if !ok || !found(k) {
				k = missing[0]
			}
			missing = slices.DeleteFunc(missing, func(i int) bool { return i == k })
			all[k].back = ev.At
		}
	}
	for _, l := range all {
		if events[l.event].At <= f.at && (l.back == simulate.None || l.back > f.at) {
			open = append(open, l)
		}
	}
	for _, p := range phase {
		if p == simulate.PodMade {
			waiting++
		} else {
			starting++
		}
	}
	return open, waiting, starting, bound
}

// removed reports whether a pod that is gone had been lost by an event of its
// own before.
func removed(events []simulate.Event, cause int32) bool {
	if cause < 0 {
		return false
	}
	k := events[cause].Kind
	return k == simulate.Evicted || k == simulate.Killed || k == simulate.PodUnready
}

// link is a part of a chain on its way to be published.
type link struct {
	at   time.Duration
	text string
	part part
}

// part is where in a chain a link belongs.
type part uint8

const (
	partBegan part = iota // what led to it
	partLeft              // how pods went
	partLeast             // the worst moment
	partBack              // how it came back
)

// chain tells how a workload got to its worst moment, and how it came back.
func (f simulatedFall) chain(v *Simulation) []SimulatedLink {
	story := &v.played.Story
	open, waiting, starting, bound := f.losses(story.Events)
	// Pods that came before others went, as in a rollout, fill places that
	// nobody had lost yet: of what is left over the last losses count.
	if most := max(1, v.played.Workloads[f.workload].Replicas-f.ready); len(open) > most {
		open = open[len(open)-most:]
	}
	links := f.began(v, open)
	links = append(links, f.left(v, open)...)
	links = slices.DeleteFunc(links, func(l link) bool { return l.text == "" })
	slices.SortStableFunc(links, func(a, b link) int { return cmp.Compare(a.at, b.at) })
	links = append(links, f.least(v, waiting, starting, len(open)))
	if bound >= 0 && waiting > 0 {
		if l, ok := f.room(v, bound); ok {
			links = append(links, l)
		}
	}
	links = append(links, f.back(v)...)
	chain := make([]SimulatedLink, len(links))
	for i, l := range links {
		chain[i] = SimulatedLink{seconds(l.at), v.clock(l.at), l.text, l.at, l.part}
	}
	return chain
}

// began are the triggers and drains that a loss goes back to.
func (f simulatedFall) began(v *Simulation, open []loss) []link {
	events := v.played.Story.Events
	var links []link
	seen := map[int32]bool{}
	drains := map[string][]int32{} // by why
	var whys []string
	var late []int32 // deadlines that passed
	for _, l := range open {
		for e := events[l.event].Cause; e >= 0 && !seen[e]; e = events[e].Cause {
			seen[e] = true
			switch ev := &events[e]; ev.Kind {
			case simulate.Triggered:
				links = append(links, link{ev.At, v.triggered(ev), partBegan})
			case simulate.DrainBegan:
				why := v.why(ev)
				if drains[why] == nil {
					whys = append(whys, why)
				}
				drains[why] = append(drains[why], e)
			case simulate.DeadlinePassed:
				late = append(late, e)
			case simulate.RolledOut:
				links = append(links, link{ev.At, "its pods are replaced by those of a new revision", partBegan})
			case simulate.Scaled:
				links = append(links, link{ev.At, fmt.Sprintf("it is scaled to %d", ev.Number), partBegan})
			}
		}
	}
	if len(late) > 0 {
		links = append(links, v.overdue(late), f.refused(v, open))
	}
	for _, why := range whys {
		at := drains[why]
		slices.Sort(at)
		names := v.nodesIn(at)
		words := "the drain of node " + names[0] + " begins"
		if len(names) > 1 {
			words = fmt.Sprintf("the drains of %d nodes begin%s (%s)", len(names), within(events[at[0]].At, events[at[len(at)-1]].At), few(names))
		}
		links = append(links, link{events[at[0]].At, words + ": " + why, partBegan})
	}
	return links
}

// overdue tells of deadlines that passed with pods left.
func (v *Simulation) overdue(at []int32) link {
	slices.Sort(at)
	events := v.played.Story.Events
	pods := 0
	for _, e := range at {
		pods += int(events[e].Number)
	}
	first, last := events[at[0]].At, events[at[len(at)-1]].At
	names := v.nodesIn(at)
	if len(names) == 1 {
		return link{first, fmt.Sprintf("the deadline of node %s passes with %s left on it", names[0], plural(pods, "pod")), partBegan}
	}
	return link{first, fmt.Sprintf("the deadlines of %d nodes pass%s with %s left on them (%s)", len(names), within(first, last), plural(pods, "pod"), few(names)), partBegan}
}

// refused tells since when the evictions of those pods were refused that were
// lost to a deadline.
func (f simulatedFall) refused(v *Simulation, open []loss) link {
	events := v.played.Story.Events
	lost := map[int32]bool{}
	for _, l := range open {
		if ev := &events[l.event]; ev.Kind == simulate.Killed {
			lost[ev.Pod] = true
		}
	}
	var first *simulate.Event
	pods := map[int32]bool{}
	for _, e := range f.events {
		if ev := &events[e]; ev.Kind == simulate.Refused && lost[ev.Pod] {
			if first == nil {
				first = ev
			}
			pods[ev.Pod] = true
		}
	}
	if first == nil {
		return link{}
	}
	return link{first.At, fmt.Sprintf("the eviction of %s is refused, again and again: %s", plural(len(pods), "pod"), first.Detail), partBegan}
}

// nodesIn are the names of the nodes that events are about.
func (v *Simulation) nodesIn(events []int32) []string {
	names := make([]string, len(events))
	for i, e := range events {
		names[i] = v.node(v.played.Story.Events[e].Node)
	}
	return names
}

// triggered is what the scenario did.
func (v *Simulation) triggered(ev *simulate.Event) string {
	if i := int(ev.Number); i >= 0 && i < len(v.Triggers) {
		return v.Triggers[i].Words
	}
	return ev.Detail
}

// why says what let the drain of a node begin.
func (v *Simulation) why(drain *simulate.Event) string {
	if drain.Cause >= 0 {
		switch ev := &v.played.Story.Events[drain.Cause]; ev.Kind {
		case simulate.Chosen:
			return ev.Detail
		case simulate.Triggered:
			return v.unasked(drain, ev.Detail)
		}
	}
	return "it was under way"
}

// unasked says why a node goes without a node budget being asked, and which
// one was not.
func (v *Simulation) unasked(drain *simulate.Event, move string) string {
	what := move
	switch kind, _, _ := strings.Cut(move, " "); kind {
	case simulate.Expiry:
		what = "its time has come (expiry)"
	case simulate.Delete:
		what = "somebody deletes it"
	}
	name := v.pools.of[v.node(drain.Node)]
	switch budgets := v.pools.budgets[name]; len(budgets) {
	case 0:
		return what + ", and no node budget applies"
	case 1:
		return fmt.Sprintf("%s, to which the node budget of pool %s (%s at once) does not apply", what, name, budgets[0])
	}
	return fmt.Sprintf("%s, to which the node budgets of pool %s do not apply", what, name)
}

// nodePools are the Karpenter pools of nodes that were read, and what their
// budgets say.
type nodePools struct {
	of      map[string]string   // the pool of a node
	budgets map[string][]string // of a pool, as written
}

func newNodePools(e *estate.Estate) nodePools {
	p := nodePools{map[string]string{}, map[string][]string{}}
	for i := range e.Nodes {
		if name := e.Nodes[i].Labels["karpenter.sh/nodepool"]; name != "" {
			p.of[e.Nodes[i].Name] = name
		}
	}
	for i := range e.Pools {
		pool := &e.Pools[i]
		if pool.API != "karpenter.sh/NodePool" {
			continue
		}
		if pool.Budgets == nil {
			p.budgets[pool.Name] = []string{disruption.DefaultNodeBudgets[0].Nodes}
		}
		for _, b := range pool.Budgets {
			p.budgets[pool.Name] = append(p.budgets[pool.Name], b.Nodes)
		}
	}
	return p
}

// left is how the pods went.
func (f simulatedFall) left(v *Simulation, open []loss) []link {
	events := v.played.Story.Events
	type group struct {
		kind   simulate.EventKind
		detail string
		at     []int32
	}
	var groups []*group
	for _, l := range open {
		ev := &events[l.event]
		k := slices.IndexFunc(groups, func(g *group) bool { return g.kind == ev.Kind && g.detail == ev.Detail })
		if k < 0 {
			k = len(groups)
			groups = append(groups, &group{kind: ev.Kind, detail: ev.Detail})
		}
		groups[k].at = append(groups[k].at, l.event)
	}
	var links []link
	for _, g := range groups {
		var nodes []string
		for _, e := range g.at {
			if name := v.node(events[e].Node); name != "" && !slices.Contains(nodes, name) {
				nodes = append(nodes, name)
			}
		}
		words := "1 pod is "
		if len(g.at) > 1 {
			words = fmt.Sprintf("%d pods are ", len(g.at))
		}
		switch g.kind {
		case simulate.Evicted:
			words += "evicted"
		case simulate.Killed:
			words += "deleted whatever budgets say"
		case simulate.PodUnready:
			words += "no more ready"
		case simulate.PodGone:
			words += "taken down by the controller"
		}
		switch {
		case len(nodes) == 1 && len(g.at) > 1:
			words += ", all from node " + nodes[0]
		case len(nodes) == 1:
			words += " from node " + nodes[0]
		case len(nodes) > 1:
			words += fmt.Sprintf(" from %d nodes", len(nodes))
		}
		first, last := events[g.at[0]].At, events[g.at[len(g.at)-1]].At
		words += within(first, last)
		switch {
		case g.kind == simulate.Evicted:
			words += ": " + f.guarded(v, len(g.at)) + v.tries(g.at)
		case g.detail != "":
			words += ": " + g.detail
		}
		links = append(links, link{first, words, partLeft})
	}
	return links
}

// tries says that evictions were refused before.
func (v *Simulation) tries(evictions []int32) string {
	most := int32(0)
	for _, e := range evictions {
		most = max(most, v.played.Story.Events[e].Number)
	}
	if most < 2 {
		return ""
	}
	return fmt.Sprintf(", after up to %s were refused", plural(int(most)-1, "try", "tries"))
}

// guarded says which budget let pods of the workload go.
func (f simulatedFall) guarded(v *Simulation, pods int) string {
	names := v.guards.over(v.played.Workloads[f.workload].Ref)
	switch len(names) {
	case 0:
		if pods == 1 {
			return "no PodDisruptionBudget guards it"
		}
		return "no PodDisruptionBudget guards them"
	case 1:
		return "PodDisruptionBudget " + names[0] + " allows it"
	}
	return "PodDisruptionBudgets " + strings.Join(names, " and ") + " allow it"
}

// least is the moment itself.
func (f simulatedFall) least(v *Simulation, waiting, starting, open int) link {
	w := &v.played.Workloads[f.workload]
	words := fmt.Sprintf("%d of %d ready", f.ready, w.Replicas)
	if f.ready < w.Floor {
		words += fmt.Sprintf(", below the floor of %d", w.Floor)
	}
	var instead []string
	if unmade := open - waiting - starting; unmade > 0 && waiting+starting < open {
		instead = append(instead, fmt.Sprintf("%d not made yet", unmade))
	}
	if waiting > 0 {
		instead = append(instead, fmt.Sprintf("%d without a node", waiting))
	}
	if starting > 0 {
		instead = append(instead, fmt.Sprintf("%d starting", starting))
	}
	if len(instead) > 0 {
		words += "; of the pods in their place: " + strings.Join(instead, ", ")
	}
	return link{f.at, words, partLeast}
}

// room says where the first of the pods that waited found a place.
func (f simulatedFall) room(v *Simulation, bound int32) (link, bool) {
	events := v.played.Story.Events
	ev := &events[bound]
	if ev.Node < 0 {
		return link{}, false
	}
	words := "the first of the pods that waited gets node " + v.node(ev.Node)
	for e := bound; e >= 0; e-- {
		if x := &events[e]; x.Kind == simulate.NodeReady && x.Node == ev.Node {
			words += ", Ready since " + v.spoken(x.At)
			if x.Cause >= 0 && events[x.Cause].Kind == simulate.NodeAsked {
				words += " and asked for at " + v.spoken(events[x.Cause].At)
			}
			break
		}
	}
	return link{ev.At, words, partLeast}, true
}

// back is when it was above the floor again, and whole.
func (f simulatedFall) back(v *Simulation) []link {
	w := &v.played.Workloads[f.workload]
	var links []link
	below := f.ready < w.Floor
	whole := false
	for _, e := range f.events {
		ev := &v.played.Story.Events[e]
		if ev.At <= f.at || ev.Kind != simulate.PodReady {
			continue
		}
		if below && int(ev.Ready) >= w.Floor {
			below = false
			if int(ev.Ready) < w.Replicas {
				links = append(links, link{ev.At, fmt.Sprintf("%d ready: at the floor again", ev.Ready), partBack})
			}
		}
		if int(ev.Ready) >= w.Replicas {
			links = append(links, link{ev.At, wholeAgain(w.Replicas), partBack})
			whole = true
			break
		}
	}
	if !whole {
		words := "not all ready again by the end of the simulation"
		if below {
			words = "still below the floor at the end of the simulation"
		}
		links = append(links, link{v.played.Simulation.Scenario.Horizon, words, partBack})
	}
	return links
}

func wholeAgain(replicas int) string {
	if replicas == 1 {
		return "ready again"
	}
	return fmt.Sprintf("all %d ready again", replicas)
}

// node is the name of a node of the story.
func (v *Simulation) node(i int32) string {
	if i < 0 || int(i) >= len(v.played.Story.Names.Nodes) {
		return ""
	}
	return v.played.Story.Names.Nodes[i]
}

// within is for how long something went on, where it took time.
func within(first, last time.Duration) string {
	if last-first < time.Second {
		return ""
	}
	return " within " + roughly((last - first).Seconds())
}

// few names some of many.
func few(names []string) string {
	const shown = 3
	if len(names) <= shown+1 {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:shown], ", "), len(names)-shown)
}

// guards are the PodDisruptionBudgets of an estate and the labels that they
// look at, each found by where it stands.
type guards struct {
	budgets map[string][]*estate.Budget // by namespace
	labels  map[estate.Ref]labels.Set
}

func newGuards(e *estate.Estate) guards {
	g := guards{map[string][]*estate.Budget{}, map[estate.Ref]labels.Set{}}
	for i := range e.Budgets {
		b := &e.Budgets[i]
		g.budgets[b.Namespace] = append(g.budgets[b.Namespace], b)
	}
	for i := range e.Workloads {
		g.labels[e.Workloads[i].Ref] = e.Workloads[i].Template.Labels
	}
	return g
}

// over are the names of those that select the pods of a workload.
func (g guards) over(ref estate.Ref) []string {
	var names []string
	for _, b := range g.budgets[ref.Namespace] {
		if b.Selector != nil && b.Selector.Matches(g.labels[ref]) {
			names = append(names, b.Name)
		}
	}
	return names
}

// triggerInWords is one thing that a scenario does.
func triggerInWords(t simulate.Trigger) string {
	name := t.Kind
	if t.Move != "" {
		name += " (" + t.Move + ")"
	}
	which := "every node"
	if t.Pool != "" {
		which = "every node of pool " + t.Pool
	}
	if t.Nodes != nil {
		which = "node " + strings.Join(t.Nodes, "")
		if len(t.Nodes) > 1 {
			which = "nodes " + few(t.Nodes)
		}
	}
	switch t.Kind {
	case simulate.Rollout:
		return "rollout: " + t.Workload.String() + " gets a new revision"
	case simulate.Scale:
		return fmt.Sprintf("scale: %s goes to %d replicas", t.Workload, t.Replicas)
	case simulate.Expiry:
		if t.Nodes == nil {
			return name + ": " + which + ", as its age comes"
		}
	}
	return name + ": " + which
}
