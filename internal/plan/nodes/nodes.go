// Package nodes plans how nodes of a cluster are replaced: which go, in which order and at how
// many at a time, what guards each step, and what the simulator says will come of it.
package nodes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/basis"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// Asked is what a plan is asked for, and of what.
type Asked struct {
	Estate *kubernetes.Estate
	Places locate.Places
	// Unreadable is what of the input could not be read; Estate says which kinds.
	Unreadable []origin.Fault

	Target  Target
	Replace Replace
	AtOnce  Amount            // how many nodes of the plan go at a time
	Window  disruption.Window // the zero value is always open
	Soak    time.Duration     // after each wave
	Surge   bool              // restart Deployments that an eviction would take below their floors before
	Approve bool              // each wave but the first waits for somebody's approval
	// Escalate is for how long all others of a workload have to be Ready before a pod of it that a PDB holds
	// may be deleted once the drain is stuck; 0 where none may be.
	Escalate time.Duration
	Drain    time.Duration // how long a drain may take; 0 for half an hour and the longest grace of a pod

	Start time.Time // the clock at the beginning
	Made  time.Time
	By    string
	Name  string // of the cluster; empty where it has none
	// Cluster is how its provider calls it; empty for what nodes and contexts say.
	Cluster string
	Runs    int // 0 for as many as it takes
	// Progress is told what is being played; nil for nobody.
	Progress func(what string)
}

// UnreadError says that something could not be read without which nothing can be planned.
type UnreadError struct{ Unread []origin.Unread }

func (e *UnreadError) Error() string {
	return "nothing is planned without them: " + origin.Plurals(e.Unread) + " could not be read"
}

// planner is one plan in the making.
type planner struct {
	*Asked
	on      map[string][]int // pods by node, without those that have ended
	world   *simulate.World
	base    simulate.Scenario
	watched map[string]simulate.Watched // workloads whose ready pods are counted, by name
	known   map[string]bool             // of these, those that can be looked at again
	nodes   []node                      // those that go
	// restarts are Deployments that are restarted before a node with a pod of theirs is drained.
	restarts []string
	pools    []*pool             // those that their provider replaces
	tight    map[string][]string // by node: what it may not share with another of its wave
	left     []plan.Left
	notes    []string
}

// node is one that goes.
type node struct {
	index int // in the estate
	name  string
	zone  string
	pods  int // that are evicted
	way   way
}

// Make plans. It fails with NoneError where the target picks no node, with UnreadError, or
// with the context's error.
func Make(ctx context.Context, asked *Asked) (*plan.Plan, error) {
	p := &planner{Asked: asked, on: map[string][]int{}, watched: map[string]simulate.Watched{}, known: map[string]bool{}}
	if unread := simulate.Lacks(p.Estate); len(unread) > 0 {
		return nil, &UnreadError{unread}
	}
	for i := range p.Estate.Pods {
		if x := &p.Estate.Pods[i]; x.Node != "" && x.Workload >= 0 && !x.Finished() {
			p.on[x.Node] = append(p.on[x.Node], i)
		}
	}
	if err := p.pick(); err != nil {
		return nil, err
	}
	if len(p.nodes)+len(p.pools) == 0 {
		return p.plan(nil), nil
	}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	p.leaveThoseBelow()
	p.findRestarts()
	p.findTight()
	chosen, err := p.settleOn(ctx)
	if err != nil {
		return nil, err
	}
	after := time.Duration(0)
	if chosen != nil {
		after = middle(chosen.durations())
	}
	if err := (byCall{p}).play(ctx, after); err != nil {
		return nil, err
	}
	return p.plan(chosen), nil
}

// pick finds the nodes that go, and those that are left at once.
func (p *planner) pick() error {
	named := p.Target.Kind == ByName
	if named {
		for _, name := range p.Target.names {
			if !slices.ContainsFunc(p.Estate.Nodes, func(n kubernetes.Node) bool { return n.Name == name }) {
				return p.noNode(name)
			}
		}
	}
	picked := 0
	for i := range p.Estate.Nodes {
		n := &p.Estate.Nodes[i]
		goes, unknown := p.Target.picks(n, p.Start)
		if unknown != "" {
			p.leave(n.Name, unknown, "name it: --target nodes="+n.Name)
		}
		if !goes {
			continue
		}
		picked++
		p.take(i, named)
	}
	if picked == 0 {
		return p.Target.none(p.Estate, p.Start)
	}
	slices.SortFunc(p.nodes, func(a, b node) int { return strings.Compare(a.name, b.name) })
	return nil
}

// take has a node go, or leaves it with the reason.
func (p *planner) take(i int, named bool) {
	n := &p.Estate.Nodes[i]
	w := p.wayOf(i)
	switch {
	case n.ControlPlane() && !named:
		p.leave(n.Name, "it is of the control plane, which is never taken unless it is named", "--target nodes="+n.Name)
		return
	case !n.Deleted.IsZero():
		p.leave(n.Name, "it is on its way out already", "")
		return
	case w.none != "":
		p.leave(n.Name, w.none, w.out)
		return
	case w.by != nil:
		byCall{p}.join(node{index: i, name: n.Name, way: w}, w.by, w.call)
		return
	}
	if why, of := p.kept(n); why != "" && !named {
		l := plan.Left{Group: n.Name, Why: why + ": nobody is to disrupt it",
			Fix:        "take the annotation off once its work is done, or name the node: --target nodes=" + n.Name,
			Obligation: "replacement-finishes"}
		if of != nil {
			l.Subject = of.Ref.String()
		}
		p.left = append(p.left, l)
		return
	}
	if l, is := p.bareOn(n.Name); is {
		p.left = append(p.left, l)
		return
	}
	x := node{index: i, name: n.Name, zone: n.Labels["topology.kubernetes.io/zone"], way: w}
	for _, k := range p.on[n.Name] {
		x.pods += count(p.Estate.Workloads[p.Estate.Pods[k].Workload].Evictable)
	}
	p.nodes = append(p.nodes, x)
}

// bareOn leaves a node with a pod that nothing makes anew: no drain of a plan evicts that.
func (p *planner) bareOn(node string) (plan.Left, bool) {
	for _, k := range p.on[node] {
		if w := &p.Estate.Workloads[p.Estate.Pods[k].Workload]; w.Bare && w.Evictable {
			return plan.Left{Group: node, Why: "no controller makes pod " + w.Namespace + "/" + w.Name + " anew, and so no drain evicts it",
				Fix: "delete the pod, or have a controller make it", Obligation: "bare-pod", Subject: w.Ref.String()}, true
		}
	}
	return plan.Left{}, false
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (p *planner) noNode(name string) error {
	var names []string
	for i := range p.Estate.Nodes {
		names = append(names, p.Estate.Nodes[i].Name)
	}
	slices.Sort(names)
	if len(names) == 0 {
		return p.Target.none(p.Estate, p.Start)
	}
	return &NoneError{fmt.Sprintf("there is no node %q", name), "there is " + words.First(names, 8)}
}

func (p *planner) leave(node, why, fix string) {
	p.left = append(p.left, plan.Left{Group: node, Why: why, Fix: fix})
}

// prepare makes what is played.
func (p *planner) prepare() error {
	if len(p.Estate.Pods) == 0 && len(p.Estate.Workloads) > 0 {
		return &NoneError{"no pods were read, so that nobody knows what runs on the nodes",
			"give a snapshot, or kubectl get pods,… -A -o json"}
	}
	var err error
	if p.world, err = simulate.Prepare(p.Estate, p.Places, false); err != nil {
		return fmt.Errorf("playing the plan: %w", err)
	}
	e := p.Estate
	p.base = simulate.Scenario{
		Name: "plan", Start: p.Start, Runs: p.Runs, Seed: scenario.DefaultSeed, Assumed: scenario.Assumed(e.Timings),
		Timings: scenario.Timings(scenario.Contracts(e, &p.Places), e.Timings), Floors: map[string]int{},
	}
	if p.base.Runs == 0 {
		p.base.Runs = scenario.RunsFor(len(e.Nodes))
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		p.known[w.Ref.String()] = basis.Knows(w)
		switch {
		case w.Floor != nil:
			p.base.Floors[w.Ref.String()] = *w.Floor
		case w.ScalesToZero():
			p.base.Floors[w.Ref.String()] = 0
		}
	}
	for _, w := range p.world.Watched(&p.base) {
		p.watched[w.Ref.String()] = w
	}
	return nil
}

// leaveThoseBelow leaves nodes with pods of a workload that is below its floor already: its
// guard would let none go. One that has no ready pod is down anyhow.
func (p *planner) leaveThoseBelow() {
	p.nodes = slices.DeleteFunc(p.nodes, func(n node) bool {
		l, below := p.below(n.name)
		if below {
			p.left = append(p.left, l)
		}
		return below
	})
	p.pools = slices.DeleteFunc(p.pools, func(x *pool) bool {
		for i := range x.nodes {
			if l, below := p.below(x.nodes[i].name); below {
				byCall{p}.leave(x, l)
				return true
			}
		}
		return false
	})
}

// below tells of a workload on a node that is below its floor.
func (p *planner) below(node string) (plan.Left, bool) {
	for _, ref := range p.moved(node) {
		if w := p.watched[ref]; w.Ready > 0 && w.Ready < w.Floor {
			return plan.Left{Group: node, Obligation: "survives-replacement", Subject: ref,
				Why: fmt.Sprintf("%s is below its floor already: %d of %d ready, floor %d", ref, w.Ready, w.Replicas, w.Floor),
				Fix: "get its pods ready, and plan again"}, true
		}
	}
	return plan.Left{}, false
}

// moved are the workloads whose pods a drain of a node evicts, by name.
func (p *planner) moved(node string) []string {
	var all []string
	for _, k := range p.on[node] {
		w := &p.Estate.Workloads[p.Estate.Pods[k].Workload]
		if w.Evictable {
			all = append(all, w.Ref.String())
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// floorOf is the floor that a workload is kept at: one pod less than are ready, where its own
// floor would let none go. Of a kind that cannot be looked at again there is none.
func (p *planner) floorOf(ref string) (floor int, relaxed bool) {
	w, ok := p.watched[ref]
	switch {
	case !ok || !p.known[ref] || w.Ready == 0 || w.Floor == 0:
		return 0, false
	case w.Ready > w.Floor || slices.Contains(p.restarts, ref):
		return w.Floor, false
	}
	return w.Ready - 1, true
}

// ended is the error of a play: that of the context, where somebody stopped it.
func ended(ctx context.Context, err error) error {
	if err == nil || errors.Is(err, ctx.Err()) {
		return err
	}
	return fmt.Errorf("playing the plan: %w", err)
}
