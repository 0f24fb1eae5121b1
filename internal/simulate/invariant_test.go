package simulate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// offerings that the random clusters stand on: each way of replacing nodes,
// and each way a deadline ends.
var offerings = []string{"karpenter", "eks-auto-mode", "eks-managed-nodegroup", "gke-standard", "gke-autopilot", "aks",
	"sagemaker-hyperpod-eks", "openshift", "cluster-api", "kops", "rosa-classic"}

// budgetsOf are what a pool says of its budgets.
func budgetsOf(written ...disruption.NodeBudget) *disruption.NodeBudgets {
	b := disruption.ParseNodeBudgets(written)
	return &b
}

// randomEstate is a small cluster with a bit of everything.
func randomEstate(t *rapid.T) *kubernetes.Estate {
	e := &kubernetes.Estate{Live: true, Newest: noon}
	randomPools(t, e)
	randomNodes(t, e)
	free := make([]int64, len(e.Nodes))
	for i := range free {
		free[i] = 4000
	}
	for k := range rapid.IntRange(1, 4).Draw(t, "workloads") {
		w := randomWorkload(t, fmt.Sprint("app-", k))
		randomPods(t, e, &w, free)
		e.Workloads = append(e.Workloads, w)
		for range rapid.IntRange(0, 2).Draw(t, "budgets") {
			e.Budgets = append(e.Budgets, randomBudget(t, fmt.Sprint(w.Name, "-", len(e.Budgets)), w.Template.Labels))
		}
	}
	return e
}

// randomPools are one or two pools of nodes, each with a budget.
func randomPools(t *rapid.T, e *kubernetes.Estate) {
	pools := rapid.IntRange(1, 2).Draw(t, "pools")
	nodeBudgets := []string{"1", "2", "50%", "10%", "100%", "0"}
	for p := range pools {
		pool := kubernetes.Pool{API: "karpenter.sh/NodePool", Name: fmt.Sprint("pool-", p), NodeClass: "karpenter.k8s.aws/EC2NodeClass"}
		pool.Budgets = budgetsOf(disruption.NodeBudget{Nodes: rapid.SampledFrom(nodeBudgets).Draw(t, "budget")})
		if rapid.Bool().Draw(t, "grace") {
			pool.Grace = rapid.SampledFrom([]time.Duration{20 * time.Second, 90 * time.Second, 10 * time.Minute}).Draw(t, "grace")
		}
		pool.ConsolidateAfter = rapid.SampledFrom([]time.Duration{0, 30 * time.Second, kubernetes.Never}).Draw(t, "after")
		e.Pools = append(e.Pools, pool)
	}
}

// randomNodes are some nodes of the pools, with their claims.
func randomNodes(t *rapid.T, e *kubernetes.Estate) {
	pools := len(e.Pools)
	n := rapid.IntRange(2, 6).Draw(t, "nodes")
	for i := range n {
		p := i % pools
		e.Nodes = append(e.Nodes,
			kubernetes.Node{Name: fmt.Sprint("node-", i), Created: noon.Add(-time.Duration(rapid.IntRange(0, 100).Draw(t, "age")) * time.Minute),
				Labels: map[string]string{
					"karpenter.sh/nodepool": fmt.Sprint("pool-", p),
					zone:                    fmt.Sprint("zone-", rapid.IntRange(0, 1).Draw(t, "zone")),
				},
				Allocatable: kubernetes.Resources{CPU: 4000, Memory: 8 << 30, Pods: 20}, NotReady: rapid.IntRange(1, 12).Draw(t, "unready") == 1})
	}
	for i := range n {
		claim := kubernetes.NodeClaim{Name: fmt.Sprint("claim-", i), Node: e.Nodes[i].Name, Created: e.Nodes[i].Created,
			ExpireAfter: contract.ExpiresAfter(110 * time.Minute)}
		claim.Grace = e.Pools[i%pools].Grace
		if rapid.IntRange(1, 4).Draw(t, "other") == 1 { // it was made before its pool was changed
			claim.Grace = 5 * time.Minute
		}
		if rapid.IntRange(1, 10).Draw(t, "deleted") == 1 {
			e.Nodes[i].Deleted = noon.Add(-time.Minute)
		}
		e.NodeClaims = append(e.NodeClaims, claim)
	}
	for i := range n {
		e.Nodes[i].NodeClaim = &e.NodeClaims[i]
	}
}

// randomWorkload is one of any kind, with or without a wish where its pods run.
func randomWorkload(t *rapid.T, name string) kubernetes.Workload {
	app := map[string]string{"app": name}
	kind := rapid.SampledFrom([]string{"Deployment", "Deployment", "StatefulSet", "Job", "Pod", "DaemonSet"}).Draw(t, "kind")
	w := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "default", Kind: kind, Name: name},
		Replicas: rapid.IntRange(1, 5).Draw(t, "replicas"), ReplicasSet: true,
		Scaled: kind == "Deployment" || kind == "StatefulSet", Evictable: kind != "DaemonSet", Lasting: kind != "Job", Bare: kind == "Pod",
		Template: kubernetes.PodTemplate{Labels: app, Requests: kubernetes.Resources{CPU: int64(rapid.IntRange(1, 4).Draw(t, "cpu")) * 400,
			Memory: 256 << 20, Pods: 1},
			Grace: time.Duration(rapid.IntRange(1, 60).Draw(t, "grace")) * time.Second, Preempts: rapid.Bool().Draw(t, "preempts")}}
	if kind == "Pod" {
		w.Replicas = 1
	}
	selector := &metav1.LabelSelector{MatchLabels: app}
	switch rapid.IntRange(0, 5).Draw(t, "constraint") {
	case 0:
		w.Template.Affinity = &corev1.Affinity{
			PodAntiAffinity: &corev1.PodAntiAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{LabelSelector: selector, TopologyKey: hostname}},
			},
		}
	case 1:
		w.Template.Spread = []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: zone, WhenUnsatisfiable: corev1.DoNotSchedule,
			LabelSelector: selector}}
	case 2:
		w.Template.Affinity = &corev1.Affinity{
			PodAffinity: &corev1.PodAffinity{
				RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{LabelSelector: selector, TopologyKey: zone}},
			},
		}
	case 3:
		w.Template.Tolerations = []kubernetes.Toleration{{Operator: "Exists"}}
	case 4:
		w.Template.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": rapid.SampledFrom([]string{"true", "2m"}).Draw(t,
			"annotation")}
	}
	return w
}

// randomPods are the pods of a workload, on nodes with free capacity.
func randomPods(t *rapid.T, e *kubernetes.Estate, w *kubernetes.Workload, free []int64) {
	n := len(e.Nodes)
	priority := int32(rapid.SampledFrom([]int{0, 0, 1000}).Draw(t, "priority"))
	index := len(e.Workloads)
	for o := range w.Replicas {
		p := kubernetes.Pod{Namespace: "default", Name: fmt.Sprintf("%s-%d", w.Name, o), UID: fmt.Sprintf("%08x", rapid.Uint32().Draw(t, "uid")),
			Labels: w.Template.Labels, Phase: "Running", Created: noon.Add(-time.Hour),
			Started: noon.Add(-time.Hour), Changed: noon.Add(-time.Hour), Workload: index, Priority: priority,
			Ready: rapid.IntRange(1, 8).Draw(t, "ready") > 1}
		at := rapid.IntRange(0, n-1).Draw(t, "node")
		taken := func(at int) bool { // a DaemonSet has one pod a node
			return w.Kind == "DaemonSet" && slices.ContainsFunc(w.Pods, func(i int) bool { return e.Pods[i].Node == e.Nodes[at].Name })
		}
		for range n {
			if free[at] >= w.Template.Requests.CPU && !taken(at) {
				break
			}
			at = (at + 1) % n
		}
		if free[at] < w.Template.Requests.CPU || taken(at) {
			p.Phase, p.Ready = "Pending", false
		} else {
			p.Node = e.Nodes[at].Name
			free[at] -= w.Template.Requests.CPU
		}
		w.Pods = append(w.Pods, len(e.Pods))
		e.Pods = append(e.Pods, p)
	}
}

// randomBudget is one over pods with some labels, or over all of them.
func randomBudget(t *rapid.T, name string, app map[string]string) kubernetes.Budget {
	b := kubernetes.Budget{Namespace: "default", Name: name, Selector: labels.SelectorFromSet(app),
		LabelSelector: &metav1.LabelSelector{MatchLabels: app}}
	if rapid.IntRange(0, 3).Draw(t, "shared") == 0 {
		b.Selector, b.LabelSelector = labels.Everything(), &metav1.LabelSelector{}
	}
	number := rapid.SampledFrom([]string{"0", "1", "2", "50%", "100%"}).Draw(t, "number")
	v := intstr.Parse(number)
	if rapid.Bool().Draw(t, "min") {
		b.MinAvailable = &v
	} else {
		b.MaxUnavailable = &v
	}
	if rapid.Bool().Draw(t, "always") {
		b.Unhealthy = "AlwaysAllow"
	}
	return b
}

func randomScenario(t *rapid.T, w *World, o *responsibility.Offering) Scenario {
	s := Scenario{Start: noon, Horizon: 30 * time.Minute, Runs: 1, Seed: 1, Begins: true, // refused, nothing would be played
		Timings: Timings{NodeReady: time.Duration(rapid.IntRange(1, 90).Draw(t, "nodeReady")) * time.Second,
			PodReady: time.Duration(rapid.IntRange(1, 60).Draw(t, "podReady")) * time.Second,
			PodStop:  time.Duration(rapid.IntRange(1, 30).Draw(t, "podStop")) * time.Second},
		Fault: Fault{OneDown: rapid.IntRange(1, 5).Draw(t, "down") == 1, NoCapacity: rapid.IntRange(1, 6).Draw(t, "capacity") == 1,
			ExtraDrain: rapid.IntRange(1, 5).Draw(t, "twice") == 1}}
	var kinds []string
	for _, k := range Kinds {
		if k == Rollout || k == Scale || len(o.Contract.For(k)) > 0 {
			kinds = append(kinds, k)
		}
	}
	for range rapid.IntRange(1, 3).Draw(t, "triggers") {
		x := Trigger{At: time.Duration(rapid.IntRange(0, 300).Draw(t, "at")) * time.Second, Kind: rapid.SampledFrom(kinds).Draw(t, "kind")}
		if x.Kind == Rollout || x.Kind == Scale {
			x.Workload, x.Replicas = w.workloads[rapid.IntRange(0, len(w.workloads)-1).Draw(t, "workload")].Ref,
				rapid.IntRange(0, 6).Draw(t, "replicas")
		}
		s.Triggers = append(s.Triggers, x)
	}
	return s
}

// After every step all that the engine counts as it goes is what counting
// anew gives, no eviction has broken a budget, and no pod is where it does not
// fit.
func TestStepsKeepTheBooks(t *testing.T) {
	c := Knowledge(t)
	played, steps, drained := 0, 0, 0
	defer func() { t.Logf("%d scenarios, %d steps, %d drains", played, steps, drained) }()
	rapid.Check(t, func(t *rapid.T) {
		estate := randomEstate(t)
		if rapid.Bool().Draw(t, "varied") {
			vary(t, estate)
		}
		slot(t, estate)
		guard(t, estate)
		if chance(t, 3, "lost nodes") {
			loseSome(t, estate)
		}
		o := c.Offering(rapid.SampledFrom(offerings).Draw(t, "offering"))
		w, err := Prepare(estate, locate.Locate(c, estate, o, nil), false)
		if err != nil {
			return // nothing to watch
		}
		s := randomScenario(t, w, o)
		if chance(t, 3, "by hand") {
			s.Triggers = append(s.Triggers, Trigger{At: time.Duration(rapid.IntRange(0, 300).Draw(t, "by hand at")) * time.Second, Kind: Drain})
		}
		if chance(t, 4, "as planned") {
			s.Triggers = append(s.Triggers, randomWaves(t, w))
		}
		if err := w.Check(&s); err != nil {
			return
		}
		e := newEngine(w, &s, int64(rapid.IntRange(0, 1000).Draw(t, "seed")), rapid.Bool().Draw(t, "recording"))
		e.books(t)
		for steps := 0; len(e.steps.heap) > 0; steps++ {
			if steps > 200000 {
				t.Fatalf("no end in sight at %s", time.Duration(e.now))
			}
			before := len(e.run.Events)
			e.step()
			e.books(t)
			e.rules(t, before)
		}
		e.finish()
		e.outcome(t, &s)
		played, steps, drained = played+1, steps+e.run.Steps, drained+e.run.Drained
		for _, ev := range e.run.Events {
			if ev.Cause >= int32(len(e.run.Events)) || ev.Kind != Triggered && ev.Cause < -1 {
				t.Fatalf("an event has no such cause: %+v", ev)
			}
		}
	})
}

// randomWaves are some of the nodes, in waves of any size.
func randomWaves(t *rapid.T, w *World) Trigger {
	plan := &Waves{Soak: time.Duration(rapid.IntRange(0, 60).Draw(t, "soak")) * time.Second, Settle: 10 * time.Minute,
		CordonFirst: rapid.Bool().Draw(t, "cordon first"), Floors: map[string]int{}}
	for i := range w.workloads {
		if rapid.Bool().Draw(t, "floor") {
			plan.Floors[w.workloads[i].Ref.String()] = rapid.IntRange(0, 3).Draw(t, "least")
		}
	}
	if rapid.Bool().Draw(t, "window") {
		plan.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 11 * time.Hour,
			Length: time.Hour + time.Duration(rapid.IntRange(0, 20).Draw(t, "open"))*time.Minute}
	}
	for _, name := range rapid.Permutation(w.Nodes()).Draw(t, "order") {
		g := Going{Node: name, Then: Then(rapid.IntRange(0, 3).Draw(t, "then")),
			Timeout: time.Duration(rapid.IntRange(1, 15).Draw(t, "timeout")) * time.Minute}
		if chance(t, 3, "escalates") {
			g.Escalation = &Escalation{Healthy: time.Duration(rapid.IntRange(1, 300).Draw(t, "healthy")) * time.Second, Interval: time.Minute,
				Timeout: 20 * time.Minute}
			for i := range w.workloads {
				g.Escalation.Workloads = append(g.Escalation.Workloads, w.workloads[i].Ref)
			}
		}
		switch rapid.IntRange(0, 3).Draw(t, "wave") {
		case 0: // it stays
		case 1:
			if k := len(plan.Nodes); k > 0 {
				plan.Nodes[k-1] = append(plan.Nodes[k-1], g)
				continue
			}
			fallthrough
		default:
			plan.Nodes = append(plan.Nodes, []Going{g})
		}
	}
	return Trigger{At: time.Duration(rapid.IntRange(0, 300).Draw(t, "planned at")) * time.Second, Kind: Planned, Waves: plan}
}

// rules holds what has just happened against what may.
func (e *engine) rules(t *rapid.T, from int) {
	for _, ev := range e.run.Events[from:] {
		if ev.Kind != Chosen || !strings.HasPrefix(ev.Detail, "the node budgets") {
			continue
		}
		for p := range e.pools {
			if !strings.Contains(ev.Detail, " "+e.World.pools[p].name+" ") {
				continue
			}
			if allowed := e.World.pools[p].budgets.Allowed(e.timeOfDay(), e.pools[p].total, disruption.Drifted); e.pools[p].going > allowed &&
				e.pools[p].going > 1 && e.consolidation.policy == nil && len(e.upgrader.upgrades) == 0 && e.expirer.trigger == nil {
				t.Fatalf("at %s %d nodes are on their way out, budgets allow %d", time.Duration(e.now), e.pools[p].going, allowed)
			}
		}
	}
	unused := 0
	for n := range e.nodes {
		x := &e.nodes[n]
		unused += boolean(x.state == nodeActive && !x.unready && len(x.pods) == 0 && !e.World.pools[x.pool].static)
	}
	if most := len(e.World.nodes) + 3*len(e.pods) + 10; unused > most {
		t.Fatalf("at %s there are %d nodes without a pod: no more than %d can have been made for pods", time.Duration(e.now), unused, most)
	}
	for l := range e.workloads {
		if e.World.workloads[l].kind != ordered {
			continue
		}
		seen := map[int32]bool{}
		for _, p := range e.workloads[l].pods {
			if o := e.pods[p].ordinal; seen[o] {
				t.Fatalf("at %s there are two pods number %d", time.Duration(e.now), o)
			} else {
				seen[o] = true
			}
		}
	}
}

// outcome holds a run against what a budget promises: where nothing is killed
// and nobody changes the workload, the pods that it wants stay ready.
func (e *engine) outcome(t *rapid.T, s *Scenario) {
	if e.run.ForceDeleted > 0 {
		return
	}
	for _, x := range s.Triggers {
		if x.Kind == Rollout || x.Kind == Scale {
			return
		}
	}
	for l := range e.workloads {
		x, w := &e.workloads[l], &e.World.workloads[l]
		if x.watched >= 0 {
			if r := e.run.Workloads[x.watched]; r.MinCounted < r.MinReady {
				t.Fatalf("%s: the API server counts %d ready, and %d are", w.Ref, r.MinCounted, r.MinReady)
			}
		}
		if x.watched < 0 || len(w.pdbs) != 1 || len(e.World.pdbs[w.pdbs[0]].workloads) != 1 {
			continue
		}
		if slices.ContainsFunc(e.World.pods, func(p pod) bool { c := &e.classes[p.class]; return int(c.workload) == l && len(c.pdbs) == 0 }) {
			continue // the PDB selects some of its pods only
		}
		start := newEngine(e.World, s, e.run.Seed, false)
		g := &start.pdbs[w.pdbs[0]]
		if least := min(int(start.workloads[l].ready), g.Desired); g.Observed && e.run.Workloads[x.watched].MinReady < least {
			t.Fatalf("%s fell to %d ready, but its budget keeps %d", w.Ref, e.run.Workloads[x.watched].MinReady, least)
		}
	}
}

// A run never falls below the bound: what happens to one cluster under one
// trigger is one of the orders that the contract allows.
func TestRunsStayAboveTheirBound(t *testing.T) {
	c := Knowledge(t)
	compared, reached, left, done := 0, 0, 0, 0
	defer func() {
		t.Logf("%d workloads in runs, %d of them came down to their bound; %d nodes stayed, %d pools were done", compared, reached, left, done)
	}()
	rapid.Check(t, func(t *rapid.T) {
		estate := randomEstate(t)
		if rapid.Bool().Draw(t, "varied") {
			vary(t, estate)
		}
		slot(t, estate)
		guard(t, estate)
		preferring(t, estate)
		loseOrAnnotate(t, estate)
		o := c.Offering(rapid.SampledFrom(provedOfferings).Draw(t, "offering"))
		if rapid.Bool().Draw(t, "machines") {
			machined(t, estate)
		}
		w, err := Prepare(estate, locate.Locate(c, estate, o, nil), false)
		if err != nil {
			return
		}
		s := randomScenario(t, w, o)
		s.Fault = Fault{}
		if !chance(t, 4, "several triggers") {
			onlyTrigger(t, &s, o)
		}
		randomTerms(t, w, &s)
		if w.Check(&s) != nil {
			s.Terms = nil // they may be of no use here
		}
		if w.Check(&s) != nil {
			return
		}
		m, bounds, finishes := boundedBefore(t, w, &s)
		if m == nil {
			return
		}
		e := newEngine(w, &s, int64(rapid.IntRange(0, 1000).Draw(t, "seed")), true)
		e.play()
		left += e.leavesNoMore(t, m, finishes)
		done += e.endsNoSooner(t, m, finishes)
		for k, l := range w.At() {
			compared++
			if e.run.Workloads[k].MinReady < bounds[l].Least {
				for _, ev := range e.run.Events {
					t.Logf("%8.2f %s node %d pod %d workload %d ready %d %s", ev.At.Seconds(), ev.Kind, ev.Node, ev.Pod, ev.Workload, ev.Ready, ev.Detail)
				}
				t.Fatalf("%s, %s: %s had %d ready, its bound is %d: %v", o.ID, s.Triggers[0].Kind, w.workloads[l].Ref, e.run.Workloads[k].MinReady,
					bounds[l].Least, bounds[l].Because)
			}
			if e.run.Workloads[k].MinReady == bounds[l].Least {
				reached++
			}
		}
	})
}

// inTree is what the tree has at a position; it grows when a node there opens.
func (e *engine) inTree(pos int32) branch {
	if int(pos) >= e.firstFit.size {
		return branch{}
	}
	return e.firstFit.most[e.firstFit.size+int(pos)]
}

// books is everything that the engine counts, counted anew.
type books struct {
	free          []amount // by node
	blocks        []int32
	ready, active []int32 // by workload
	fresh         []groupCount
	healthy, down [][]int // by budget and group
}

// books counts everything anew, and holds the engine against it.
func (e *engine) books(t *rapid.T) {
	b := e.emptyBooks()
	for p := range e.pods {
		if e.pods[p].state != podNone {
			b.enter(t, e, int32(p))
		}
	}
	b.ofNodes(t, e)
	b.ofPools(t, e)
	b.ofWorkloads(t, e)
	b.ofBudgets(t, e)
}

// emptyBooks are those of a cluster without pods.
func (e *engine) emptyBooks() *books {
	b := &books{
		free: make([]amount, len(e.nodes)), blocks: make([]int32, len(e.nodes)),
		ready: make([]int32, len(e.workloads)), active: make([]int32, len(e.workloads)), fresh: make([]groupCount, len(e.groups)),
		healthy: make([][]int, len(e.pdbs)), down: make([][]int, len(e.pdbs)),
	}
	for g := range b.fresh {
		if e.counts[g].nodeAll != nil {
			b.fresh[g] = groupCount{nodeLive: map[int32]int32{}, nodeAll: map[int32]int32{}}
		} else {
			b.fresh[g] = groupCount{live: make([]int32, len(e.counts[g].live)), all: make([]int32, len(e.counts[g].all))}
		}
	}
	for g := range e.pdbs {
		b.healthy[g], b.down[g] = make([]int, len(e.pdbs[g].groups)), make([]int, len(e.pdbs[g].groups))
	}
	for n := range e.nodes {
		if x := &e.nodes[n]; x.state != nodeNone && x.state != nodeGone {
			b.free[n] = e.shapes[x.shape].capacity
		}
	}
	return b
}

// enter counts a pod.
func (b *books) enter(t *rapid.T, e *engine, p int32) {
	x := &e.pods[p]
	c := &e.classes[x.class]
	if x.ready && x.state != podRunning {
		t.Fatalf("at %s a pod is ready that does not run", time.Duration(e.now))
	}
	if x.ready {
		b.ready[c.workload]++
	}
	if x.state != podLeaving {
		b.active[c.workload]++
	}
	for _, at := range c.pdbs {
		if x.ready {
			b.healthy[at.pdb][at.group]++
		} else {
			b.down[at.pdb][at.group]++
		}
	}
	if x.node < 0 {
		if x.state != podPending {
			t.Fatalf("a pod runs nowhere")
		}
		return
	}
	if e.nodes[x.node].pods[x.onNode] != p || e.nodes[x.node].workloads[x.onNode] != c.workload {
		t.Fatalf("a node does not know its pod")
	}
	if s := e.nodes[x.node].state; s == nodeGone || s == nodeNone {
		t.Fatalf("at %s a pod is on a node that is gone", time.Duration(e.now))
	}
	b.free[x.node].sub(&c.asks)
	for _, g := range c.member {
		if d, byNode := e.domainOf(g, x.node); d >= 0 {
			b.fresh[g].count(d, int32(boolean(x.state == podRunning)), 1, byNode)
		}
	}
	if x.state == podRunning && e.pdbController.blocks(p) && x.blocks {
		b.blocks[x.node]++
	} else if x.blocks && c.protected {
		b.blocks[x.node]++ // its time may be up without anybody having looked
	} else if x.blocks {
		t.Fatalf("at %s a pod blocks that does not", time.Duration(e.now))
	}
}

// ofNodes holds each node against what is on it.
func (b *books) ofNodes(t *rapid.T, e *engine) {
	for n := range e.nodes {
		x := &e.nodes[n]
		if x.state == nodeNone || x.state == nodeGone {
			continue
		}
		if b.free[n] != x.free {
			t.Fatalf("at %s node %d has %v free, wants %v", time.Duration(e.now), n, x.free, b.free[n])
		}
		if x.blocks != b.blocks[n] {
			t.Fatalf("at %s node %d is blocked by %d, wants %d", time.Duration(e.now), n, x.blocks, b.blocks[n])
		}
		if open := x.state == nodeActive && !x.unready && !x.cordoned; open != (x.freeBucket >= 0) {
			t.Fatalf("at %s node %d: open %v, indexed by free capacity %v", time.Duration(e.now), n, open, x.freeBucket >= 0)
		} else if at := e.inTree(x.pos); open && at != branchOf(&x.free, e.kindOfShape[x.shape]) || !open && at != (branch{}) {
			t.Fatalf("at %s node %d stands in the tree with %v", time.Duration(e.now), n, at)
		}
		if x.group > 0 && e.drift.groups.groups[x.group-1].members[x.inGroup].node != int32(n) {
			t.Fatalf("at %s node %d is not where it stands among the drifted", time.Duration(e.now), n)
		}
		if x.group > 0 && !slices.ContainsFunc(x.pods, func(p int32) bool { return e.classes[e.pods[p].class].protected }) {
			moves := e.solver.movable(int32(n), nil)
			slices.SortFunc(moves, e.solver.before)
			if !slices.Equal(moves, x.moves) {
				t.Fatalf("at %s node %d would move %v, wants %v", time.Duration(e.now), n, x.moves, moves)
			}
		}
	}
}

// ofPools holds pools, and what is drained, against their nodes.
func (b *books) ofPools(t *rapid.T, e *engine) {
	going, total, draining, byHand := make([]int, len(e.pools)), make([]int, len(e.pools)), 0, 0
	for n := range e.nodes {
		x := &e.nodes[n]
		byHand += boolean(x.byHand)
		if x.state == nodeNone || x.state == nodeGone {
			continue
		}
		if x.state != nodeLaunching {
			total[x.pool]++
			going[x.pool] += boolean(x.unready || x.state != nodeActive)
		}
		draining += boolean(x.state == nodeDraining)
	}
	if byHand != e.handDrains.open {
		t.Fatalf("at %s %d nodes are drained by hand, counted %d", time.Duration(e.now), byHand, e.handDrains.open)
	}
	if draining != e.drainer.draining {
		t.Fatalf("at %s %d nodes drain, counted %d", time.Duration(e.now), draining, e.drainer.draining)
	}
	for p := range e.pools {
		if e.pools[p].total != total[p] || e.pools[p].going != going[p] {
			t.Fatalf("at %s pool %d has %+v, wants total %d going %d", time.Duration(e.now), p, e.pools[p], total[p], going[p])
		}
	}
}

// ofWorkloads holds workloads, and the groups that keep pods together or apart, against
// their pods.
func (b *books) ofWorkloads(t *rapid.T, e *engine) {
	for l := range e.workloads {
		if x := &e.workloads[l]; x.ready != b.ready[l] || x.active != b.active[l] {
			t.Fatalf("at %s workload %d has %d ready and %d active, wants %d and %d", time.Duration(e.now), l, x.ready, x.active,
				b.ready[l], b.active[l])
		}
	}
	for g := range e.groups {
		if fmt.Sprint(b.fresh[g]) != fmt.Sprint(e.counts[g]) {
			t.Fatalf("at %s group %d counts %v, wants %v", time.Duration(e.now), g, e.counts[g], b.fresh[g])
		}
	}
}

// ofBudgets holds budgets against the pods under them, those of nodes that are gone as well.
func (b *books) ofBudgets(t *rapid.T, e *engine) {
	for i := range e.collector.orphans {
		o := &e.collector.orphans[i]
		if o.gone {
			continue
		}
		for _, at := range e.classes[o.class].pdbs {
			b.healthy[at.pdb][at.group] += boolean(o.ready)
			b.down[at.pdb][at.group] += 1 - boolean(o.ready)
		}
	}
	for g := range e.pdbs {
		x := &e.pdbs[g]
		for k := range x.groups {
			if x.groups[k].Pods != b.healthy[g][k] || x.groups[k].Down != b.down[g][k] {
				t.Fatalf("at %s budget %d counts %+v, wants %d and %d", time.Duration(e.now), g, x.groups[k], b.healthy[g][k], b.down[g][k])
			}
		}
		if x.stale && !e.World.pdbs[g].decides { // it is counted when it is asked for
			continue
		}
		if a, err := disruption.Allow(e.World.pdbs[g].spec, x.groups); err == nil && a.Reason != disruption.NoScale &&
			(a.Allowed != x.Allowed || a.Healthy != x.Healthy) {
			t.Fatalf("at %s budget %d allows %d, wants %d", time.Duration(e.now), g, x.Allowed, a.Allowed)
		}
	}
}
