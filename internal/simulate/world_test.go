package simulate

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A taint is tolerated by key, value and effect, each of which may be left out.
func TestTolerations(t *testing.T) {
	taint := []kubernetes.Taint{{Key: "team", Value: "pay", Effect: "NoSchedule"}}
	for _, x := range []struct {
		tolerations []corev1.Toleration
		want        bool
	}{
		{nil, false},
		{[]corev1.Toleration{{Operator: "Exists"}}, true},
		{[]corev1.Toleration{{Key: "team", Operator: "Exists"}}, true},
		{[]corev1.Toleration{{Key: "team", Operator: "Exists", Value: "other"}}, true},
		{[]corev1.Toleration{{Key: "team", Operator: "Equal", Value: "pay"}}, true},
		{[]corev1.Toleration{{Key: "team", Value: "pay"}}, true},
		{[]corev1.Toleration{{Key: "team", Value: "other"}}, false},
		{[]corev1.Toleration{{Key: "other", Operator: "Exists"}}, false},
		{[]corev1.Toleration{{Key: "team", Operator: "Exists", Effect: "NoExecute"}}, false},
		{[]corev1.Toleration{{Key: "team", Operator: "Exists", Effect: "NoSchedule"}}, true},
		{[]corev1.Toleration{{Key: "team", Operator: "Lt", Value: "pay"}}, false},
		{[]corev1.Toleration{{Key: "other", Value: "x"}, {Key: "team", Value: "pay"}}, true},
	} {
		wants(t, fmt.Sprint(x.tolerations), tolerates(x.tolerations, taint), x.want)
	}
	wants(t, "a preference binds nobody", tolerates(nil, []kubernetes.Taint{{Key: "a", Effect: "PreferNoSchedule"}}), true)
	wants(t, "each taint counts", tolerates([]corev1.Toleration{{Key: "a", Operator: "Exists"}}, []kubernetes.Taint{
		{Key: "a", Effect: "NoSchedule"},
		{Key: "b", Effect: "NoSchedule"},
	}), false)
}

// What could not be read of nodes is taken as plenty, and that is said.
func TestNodesOfUnknownSize(t *testing.T) {
	for name, x := range map[string]struct {
		size    kubernetes.Resources
		unknown bool
	}{
		"nothing":      {kubernetes.Resources{}, true},
		"CPU alone":    {kubernetes.Resources{CPU: 4000}, false},
		"memory alone": {kubernetes.Resources{Memory: 1 << 30}, false},
	} {
		c := clusterOf(1)
		c.Nodes[0].Allocatable = x.size
		c.with("Deployment", "web", 0)
		e := c.engine(t)
		said := strings.Contains(strings.Join(e.notes, ";"), "what nodes have to give was not read for node-0")
		wants(t, name, said, x.unknown)
		wants(t, name+": memory", e.shapes[0].capacity[memory] == unlimited[memory], x.unknown)
	}
}

// Pods that fail time and again, or that have been unready for long, are not
// expected to get ready; one that is on its way up is.
func TestPodsThatStayDown(t *testing.T) {
	for name, x := range map[string]struct {
		change func(p *kubernetes.Pod)
		want   bool
	}{
		"crash loop":    {func(p *kubernetes.Pod) { p.Waiting = "CrashLoopBackOff" }, true},
		"no image":      {func(p *kubernetes.Pod) { p.Waiting = "ImagePullBackOff" }, true},
		"starting":      {func(p *kubernetes.Pod) { p.Waiting = "ContainerCreating" }, false},
		"down for long": {func(p *kubernetes.Pod) { p.Changed = noon.Add(-longUnready - time.Second) }, true},
		"down since":    {func(p *kubernetes.Pod) { p.Changed = noon.Add(-longUnready) }, false},
	} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0, 0)
		c.Pods[0].Ready, c.Pods[0].Changed = false, noon
		x.change(&c.Pods[0])
		wants(t, name, c.engine(t).World.pods[0].stuck, x.want)
	}
}

// Pods on nodes that were not read are left out, and that is said.
func TestPodsOnUnknownNodes(t *testing.T) {
	c := clusterOf(1)
	c.with("Deployment", "web", 0, 0, 7)
	e := c.engine(t)
	wants(t, "pods", len(e.World.pods), 2)
	if notes := strings.Join(e.notes, ";"); !strings.Contains(notes, "1 pods run on nodes that were not read") {
		t.Errorf("the notes are %q", notes)
	}
}

// Nodes reach their age one after the other; of each workload those count that
// its pods run on.
func TestNodesDue(t *testing.T) {
	c := clusterOf(3)
	c.Pools[0].ExpireAfter = contract.ExpiresAfter(24 * time.Hour)
	c.Nodes[0].Created = noon.Add(-2 * time.Hour)
	c.Nodes[1].Created = noon.Add(-3 * time.Hour)
	c.with("Deployment", "web", 0, 0, 1)
	dues := c.engine(t).Dues()[0]
	if len(dues) != 2 || dues[0].Node != "node-1" || !dues[0].At.Equal(noon.Add(21*time.Hour)) || dues[1].Node != "node-0" {
		t.Errorf("due are %v", dues)
	}
}

// Of many nodes that drifted, those that may not be chosen now are passed over,
// and the rest goes on, so many at a time as the budget says.
func TestDriftOfManyNodes(t *testing.T) {
	c := clusterOf(140)
	c.Pools[0].Budgets = budgetsOf(disruption.NodeBudget{Nodes: "2"})
	kept, all := make([]int, 20), make([]int, 140)
	for i := range all {
		all[i] = i
	}
	for i := range kept {
		kept[i] = i
	}
	c.with("Deployment", "kept", kept...)
	c.pdb("kept", "0")
	c.with("Deployment", "web", all...)
	e := c.engine(t)
	e.at(0, doTrigger, 0, 0, 0)
	e.scenario.Triggers = []Trigger{{Kind: contract.Drift}}
	e.runUntil(4 * time.Minute)
	wants(t, "most at once", e.run.Draining, 2)
	if e.run.Drained < 6 {
		t.Errorf("%d nodes were drained", e.run.Drained)
	}
	for n := range kept {
		wants(t, "a node that may not be chosen", e.nodes[n].state, nodeActive)
	}
	wants(t, "ready", e.run.Workloads[0].MinReady, 20)
	if e.run.Unreplaced != 140-e.run.Gone {
		t.Errorf("%d are unreplaced, %d are gone", e.run.Unreplaced, e.run.Gone)
	}
}

// Of many nodes that drifted those are empty that have no pods to see to: one whose pods
// may not be moved now is not, be it for an annotation or for a PDB. It is empty when
// they are gone.
func TestEmptyOfManyNodes(t *testing.T) {
	all := make([]int, mostSingly+2)
	for i := range all {
		all[i] = i
	}
	for name, mark := range map[string]func(*ruleCluster){
		"do-not-disrupt": func(c *ruleCluster) {
			c.Workloads[0].Template.Annotations = map[string]string{disruption.DoNotDisrupt: "true"}
		},
		"a PDB": func(c *ruleCluster) { c.pdb("kept", "0") },
	} {
		c := clusterOf(len(all) + 1)
		c.with("Deployment", "kept", 0)
		mark(c)
		c.with("Deployment", "web", all[1:]...)
		e := c.engine(t)
		for n := range e.nodes {
			e.drift.want(int32(n))
		}
		e.drift.groups.begin(e)
		empty := func() (of []int32) {
			for _, x := range e.drift.groups.groups[0].members {
				of = append(of, x.node)
			}
			return of
		}
		if got := empty(); !slices.Equal(got, []int32{int32(len(all))}) {
			t.Errorf("%s: nodes %v are empty", name, got)
		}
		e.kubelet.terminate(0, 0, -1)
		if got := empty(); len(got) != 2 || !slices.Contains(got, 0) {
			t.Errorf("%s, gone: nodes %v are empty", name, got)
		}
		e.kubelet.bind(e.controllers.create(0, e.World.workloads[0].class, -1, -1), int32(len(all)))
		if got := empty(); !slices.Equal(got, []int32{0}) {
			t.Errorf("%s, come to another: nodes %v are empty", name, got)
		}
	}
}

// A pod that would rather stand apart is not passed over because a node that is being
// started has free capacity for it: Karpenter makes another for it first.
func TestForecastTriesWhatPodsPrefer(t *testing.T) {
	for name, preferring := range map[string]bool{"no preference": false, "apart": true} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0, 0, 0, 0)
		if preferring {
			c.Workloads[0].Template.Affinity = ratherApart(map[string]string{"app": "web"})
		}
		e := c.engine(t)
		e.nodeLifecycle.launch(0, e.World.pools[0].shapes[0], -1)
		e.solver.launchForecast.begin(e, nil)
		wants(t, name+": by its group", int(e.solver.launchForecast.turnOf(e, e.kindOf(0))) > 0, !preferring)
		wants(t, name+": by itself", e.solver.launchForecast.blocks(e, 0), !preferring)
	}
}

// Of many nodes none is drained for drift whose pods would land on one that is being
// started.
func TestDriftOfManyWaitsForWhatStarts(t *testing.T) {
	for name, starting := range map[string]bool{"none": false, "one": true} {
		c := clusterOf(2)
		c.with("Deployment", "web", 0, 0, 0, 0, 1, 1, 1, 1) // which are full
		e := c.engine(t)
		for n := range e.nodes {
			e.drift.want(int32(n))
		}
		e.drift.groups.begin(e)
		if starting {
			e.nodeLifecycle.launch(0, e.World.pools[0].shapes[0], -1)
		}
		e.solver.launchForecast.begin(e, nil)
		wants(t, name+" is started: a node is replaced", e.drift.replaceOneOfMany([]int{2}), !starting)
	}
}

// A node that is being started is waited for by pods that may run there, and not by those
// whose volume lies in another zone.
func TestForecastLooksAtVolumes(t *testing.T) {
	for z, waits := range map[string]bool{"zone-0": true, "zone-1": false} {
		c := clusterOf(1) // in zone-0
		c.with("Deployment", "web", 0, 0, 0, 0).Template.VolumeClaims = []string{"data"}
		c.Pods[0].VolumeClaims = []string{"data"}
		c.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data", Zones: []string{z}}}
		e := c.engine(t)
		e.nodeLifecycle.launch(0, e.World.pools[0].shapes[0], -1)
		e.solver.launchForecast.begin(e, nil)
		wants(t, "of a volume in "+z+": it waits for the node in zone-0", e.solver.launchForecast.blocks(e, 0), waits)
	}
}

// An eviction that is refused says by which budget.
func TestRefusalsNameTheBudget(t *testing.T) {
	c := clusterOf(1)
	c.with("Deployment", "web", 0)
	c.pdb("web", "0")
	e := c.engine(t)
	e.evictor.ask(0, asksEviction)
	e.runUntil(time.Minute)
	k := slices.IndexFunc(e.run.Events, func(ev Event) bool { return ev.Kind == Refused })
	if k < 0 || e.run.Events[k].Detail != "PDB web-0 allows no eviction now" {
		t.Errorf("the events are %v", e.run.Events)
	}
	c.pdb("web", "1")
	if got := c.engine(t).evictor.refusal(0); !strings.HasPrefix(got, "several PDBs select it") {
		t.Errorf("two PDBs: %q", got)
	}
}

// A pod that cannot get ready is made anew as one that cannot, where it has its
// name and volume again.
func TestMembersThatFailGoOnFailing(t *testing.T) {
	c := clusterOf(2)
	c.with("StatefulSet", "db", 0, 1).Rollout.Parallel = true
	c.Pods[1].Ready, c.Pods[1].Waiting = false, "CrashLoopBackOff"
	e := c.engine(t)
	e.kubelet.terminate(1, 0, -1)
	e.runUntil(5 * time.Minute)
	wants(t, "pods", len(e.workloads[0].pods), 2)
	wants(t, "ready", e.workloads[0].ready, 1)
}
