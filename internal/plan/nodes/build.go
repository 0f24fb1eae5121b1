package nodes

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/basis"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// Kind is the kind of these plans.
const Kind = "nodes"

// plan makes the plan of an order; nil where no node goes.
func (p *planner) plan(x *played) *plan.Plan {
	slices.SortStableFunc(p.left, func(a, b plan.Left) int { return strings.Compare(a.Group, b.Group) })
	out := &plan.Plan{
		Schema: plan.Schema, Kind: Kind, Made: p.Made.UTC(), By: p.By, Target: plan.Target{Kind: step.TargetCluster, Name: p.Name,
			UID: p.Estate.UID()},
		Title: "no node can be replaced", Facts: []plan.Fact{}, Steps: []plan.Step{}, Waves: []plan.Wave{}, Risks: []plan.Risk{},
		Left: append([]plan.Left{}, p.left...), Prediction: plan.Prediction{Lowest: []plan.Lowest{}, Assumes: []string{}},
		// Without the other kinds nothing is planned.
		Unread: p.Estate.Lacks(kubernetes.ScalerKinds), Unreadable: p.Unreadable,
	}
	if x == nil && len(p.pools) == 0 {
		out.ID = p.id(out)
		return out
	}
	names := p.going()
	out.Title = fmt.Sprintf("replace %s %s", words.Count(len(names), "node"), p.Target.String())
	if p.Replace.Asked && p.Replace.Command == "" {
		out.Title = fmt.Sprintf("drain %s %s", words.Count(len(names), "node"), p.Target.String())
	}
	out.Facts = Facts(p.Estate, names)
	out.Risks = outcome{p}.risks(x)
	out.Prediction = outcome{p}.prediction(x)
	out.Waves = p.wavesOf(x)
	b := &builder{planner: p, x: x, plan: out}
	b.steps()
	out.ID = p.id(out)
	return out
}

// going are the names of the nodes that go.
func (p *planner) going() []string {
	var names []string
	for _, n := range p.nodes {
		names = append(names, n.name)
	}
	for _, x := range p.pools {
		for _, n := range x.nodes {
			names = append(names, n.name)
		}
	}
	return names
}

// id tells a plan from others: by what it is about and when it was made.
func (p *planner) id(of *plan.Plan) string {
	sum := sha256.Sum256([]byte(strings.Join([]string{of.Target.UID, plan.Fingerprint(of.Facts), of.Title,
		of.Made.Format(time.RFC3339Nano)}, "\n")))
	return Kind + "-" + of.Made.Format("20060102-1504") + "-" + hex.EncodeToString(sum[:3])
}

// wavesOf are the waves with when they are expected, in the middle of the runs.
func (p *planner) wavesOf(x *played) []plan.Wave {
	var all []plan.Wave
	if x == nil {
		return byCall{p}.waves(all)
	}
	for i, wave := range x.waves {
		w := plan.Wave{Number: i + 1}
		for _, k := range wave {
			w.Groups = append(w.Groups, p.nodes[k].name)
		}
		var began, took []time.Duration
		for r := range x.Runs {
			if i < len(x.Runs[r].Waves) {
				began = append(began, x.Runs[r].Waves[i].Began)
				if done := x.Runs[r].Waves[i].Done; done != simulate.None {
					took = append(took, done-x.Runs[r].Waves[i].Began)
				}
			}
		}
		w.StartSeconds, w.Seconds = spread(began).MedianSeconds, spread(took).MedianSeconds
		all = append(all, w)
	}
	return byCall{p}.waves(all)
}

// waves adds the pools, each of which is a wave of its own.
func (p byCall) waves(all []plan.Wave) []plan.Wave {
	for _, x := range p.pools {
		all = append(all, plan.Wave{Number: len(all) + 1, Groups: []string{x.group()}, StartSeconds: seconds(x.begins),
			Seconds: seconds(middle(x.durations()))})
	}
	return all
}

// builder makes the steps.
type builder struct {
	*planner
	x    *played
	plan *plan.Plan
}

func (b *builder) steps() {
	var before []string // the ends of the wave before
	if b.x != nil {
		before = b.nodeSteps()
	}
	for i, x := range b.pools {
		before = []string{b.poolSteps(x, b.plan.Waves[len(b.plan.Waves)-len(b.pools)+i].Number, before)}
	}
}

// nodeSteps are those of nodes that go one by one, and the ends of their last wave.
func (b *builder) nodeSteps() (before []string) {
	if b.x.cordonFirst {
		for i, wave := range b.x.waves {
			for _, k := range wave {
				s := b.cordon(k, i)
				s.Wave = 1
				b.add(s)
			}
		}
	}
	for i, wave := range b.x.waves {
		var ends []string
		for _, k := range wave {
			ends = append(ends, b.node(k, i, before))
		}
		before = ends
	}
	return before
}

func (b *builder) add(s plan.Step) string {
	if s.Needs == nil {
		s.Needs = []string{}
	}
	if s.Guards == nil {
		s.Guards = []plan.Guard{}
	}
	b.plan.Steps = append(b.plan.Steps, s)
	return s.ID
}

// node adds the steps of a node of a wave, and returns the last one.
func (b *builder) node(k, wave int, before []string) string {
	n := &b.nodes[k]
	last, from := step.Cordon+"/"+n.name, len(b.plan.Steps)
	needs := append([]string{last}, before...)
	if !b.x.cordonFirst {
		s := b.cordon(k, wave)
		s.Needs = before
		needs = []string{b.add(s)}
	}
	if s, is := b.restart(k, wave); is {
		s.Needs = needs
		needs = []string{b.add(s)}
	}
	drain := b.drain(k, wave)
	drain.Needs = needs
	last = b.add(drain)
	b.soaked(from, before)
	b.approval(from, wave+1)
	if n.way.action != nil {
		s := b.step("replace", n.way.says, n, wave, n.way.action.Kind, n.way.action.With)
		s.Guards = b.window()
		s.Needs, s.TimeoutSeconds, s.Attempts = []string{last}, int64((3*b.base.Timings.NodeReady + 10*time.Minute).Seconds()), 2
		s.Predicted = b.predicted(n.name, func(g *simulate.GoingRun) (from, to time.Duration) { return g.Drained, g.Replaced })
		last = b.add(s)
	}
	if n.way.then == simulate.Returns {
		s := b.step(step.Uncordon, "let "+n.name+" take pods again", n, wave, step.Uncordon, nil)
		s.Needs, s.TimeoutSeconds, s.Attempts = []string{last}, 60, 3
		last = b.add(s)
	}
	return b.add(b.settle(k, wave, last))
}

// step is one of a node, without what it needs.
func (b *builder) step(id, title string, n *node, wave int, kind string, with map[string]string) plan.Step {
	with = maps.Clone(with)
	if with == nil {
		with = map[string]string{}
	}
	with[step.Node], with[step.NodeUID] = n.name, b.Estate.Nodes[n.index].UID
	if b.Target.Kind == ByName {
		with[step.Named] = "true"
	}
	return plan.Step{ID: id + "/" + n.name, Title: title, Wave: wave + 1, Group: n.name, Action: plan.Action{Kind: kind, With: with}}
}

func (b *builder) window() []plan.Guard {
	if g, ok := step.GuardOf(&b.Window); ok {
		return []plan.Guard{g}
	}
	return nil
}

// cordon keeps new pods off a node. What was cordoned before by somebody else stays so.
func (b *builder) cordon(k, wave int) plan.Step {
	n := &b.nodes[k]
	s := b.step(step.Cordon, "cordon "+n.name, n, wave, step.Cordon, nil)
	s.Guards, s.TimeoutSeconds, s.Attempts = b.window(), 60, 3
	s.Undo = &plan.Action{Kind: step.Uncordon, With: maps.Clone(s.Action.With)}
	return s
}

// drain evicts the pods of a node, as the window, floors and PDBs allow.
func (b *builder) drain(k, wave int) plan.Step {
	n := &b.nodes[k]
	title := "evict " + words.Count(n.pods, "pod")
	if left := b.notRestarted(n.name); left == 0 && n.pods > 0 {
		title = "evict what is left"
	} else if left < n.pods {
		title = "evict " + words.Count(left, "pod")
	}
	s := b.step(step.Drain, title, n, wave, step.Drain, nil)
	s.TimeoutSeconds, s.Attempts = int64(b.timeout(n.name).Seconds()), 1
	s.Guards = b.window()
	guards, free := b.floors(n.name)
	s.Guards = append(s.Guards, guards...)
	if len(free) > 0 {
		s.Action.With[step.Free] = strings.Join(free, ",")
	}
	s.Guards = append(s.Guards, b.budgets(n)...)
	s.Escalation = b.escalation(n, &s)
	s.Predicted = b.predicted(n.name, func(g *simulate.GoingRun) (from, to time.Duration) { return g.Restarted, g.Drained })
	return s
}

// floors are those that guard the drain of a node: of the workloads with pods on it, and of those
// whose pods the other drains may move onto it before. Free are those that have none.
func (b *builder) floors(node string) (guards []plan.Guard, free []string) {
	own := b.moved(node)
	var others []string
	for i := range b.nodes {
		others = append(others, b.moved(b.nodes[i].name)...)
	}
	slices.Sort(others)
	others = slices.DeleteFunc(slices.Compact(others), func(ref string) bool { return slices.Contains(own, ref) })
	for i, ref := range slices.Concat(own, others) {
		floor, _ := b.floorOf(ref)
		if floor <= 0 {
			free = append(free, ref)
			continue
		}
		g := b.floor(ref, floor)
		if i >= len(own) {
			g.With[step.Arrives] = "true"
		}
		guards = append(guards, g)
	}
	return guards, free
}

// floor is the guard that a floor is.
func (b *builder) floor(ref string, floor int) plan.Guard {
	w := b.watched[ref]
	return plan.Guard{Kind: step.Floor, Says: fmt.Sprintf("%s keeps %d of %d pods ready", ref, floor, w.Replicas),
		With: map[string]string{step.Namespace: w.Namespace, step.Kind: w.Kind, step.Name: w.Name, step.Least: strconv.Itoa(floor)}}
}

// budgets are the PDBs over the pods of a node, which the eviction API asks.
func (b *builder) budgets(n *node) []plan.Guard {
	var all []plan.Guard
	for i := range b.Estate.Budgets {
		x := &b.Estate.Budgets[i]
		if !slices.ContainsFunc(b.on[n.name], func(k int) bool {
			return basis.Selects(x, &b.Estate.Pods[k]) && b.Estate.Workloads[b.Estate.Pods[k].Workload].Evictable
		}) {
			continue
		}
		all = append(all, plan.Guard{Kind: step.Budget, Says: "PDB " + x.Namespace + "/" + x.Name + " allows each eviction",
			With: map[string]string{step.Namespace: x.Namespace, step.Name: x.Name}})
	}
	return all
}

// settle waits until the workloads whose pods were moved are ready again.
func (b *builder) settle(k, wave int, last string) plan.Step {
	n := &b.nodes[k]
	with, title := b.settling(b.moved(n.name))
	s := b.step(step.Settle, title, n, wave, step.Settle, with)
	s.Needs, s.TimeoutSeconds, s.Attempts = []string{last}, int64((settles + b.Soak).Seconds()), 1
	s.Predicted = b.predicted(n.name, func(g *simulate.GoingRun) (from, to time.Duration) { return g.Replaced, g.Settled })
	if n.way.action == nil {
		s.Predicted = b.predicted(n.name, func(g *simulate.GoingRun) (from, to time.Duration) { return g.Drained, g.Settled })
	}
	if s.Predicted != nil { // the soak is of each node, and not of what was played after the wave
		for _, v := range []*float64{&s.Predicted.MinSeconds, &s.Predicted.MedianSeconds, &s.Predicted.MaxSeconds} {
			*v += b.Soak.Seconds()
		}
	}
	return s
}

// settling is what is waited for, of workloads whose pods were moved.
func (b *builder) settling(moved []string) (with map[string]string, title string) {
	var refs []string
	for _, ref := range moved {
		if w, ok := b.watched[ref]; ok && b.known[ref] && w.Ready >= w.Replicas {
			refs = append(refs, ref)
		}
	}
	with = map[string]string{step.Workloads: strings.Join(refs, ",")}
	title = "wait until its pods are Ready elsewhere"
	if b.Soak > 0 {
		with[step.Soak] = b.Soak.String()
		title += ", and " + words.Duration(b.Soak) + " more"
	}
	return with, title
}

// predicted is how long something of a node takes over the runs; nil where it did in none.
func (b *builder) predicted(name string, of func(*simulate.GoingRun) (from, to time.Duration)) *plan.Predicted {
	var all []time.Duration
	for i := range b.x.Runs {
		for _, w := range b.x.Runs[i].Waves {
			for k := range w.Nodes {
				g := &w.Nodes[k]
				if g.Node != name {
					continue
				}
				from, to := of(g)
				if from == 0 {
					from = w.Began
				}
				if from != simulate.None && to != simulate.None {
					all = append(all, to-from)
				}
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	return new(spread(all))
}
