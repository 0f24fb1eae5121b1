package simulate_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fidelity"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
)

// knowledge is the built-in catalog.
func knowledge(t testing.TB) *responsibility.Catalog {
	t.Helper()
	return simulate.Knowledge(t)
}

// cluster is a small estate that stories are told about: nodes of 4 CPUs in
// one Karpenter pool, unless a story changes that.
type cluster struct {
	*kubernetes.Estate
}

func newCluster(nodes int, budgets ...disruption.NodeBudget) *cluster {
	c := &cluster{&kubernetes.Estate{Live: true, Newest: clusterCreated}}
	c.Pools = []kubernetes.Pool{{API: "karpenter.sh/NodePool", Name: "default", NodeClass: "karpenter.k8s.aws/EC2NodeClass"}}
	if budgets != nil {
		c.Pools[0].Budgets = budgetsOf(budgets...)
	}
	for i := range nodes {
		c.Nodes = append(c.Nodes, kubernetes.Node{Name: fmt.Sprint("node-", i), Created: clusterCreated,
			Labels:      map[string]string{"karpenter.sh/nodepool": "default", "topology.kubernetes.io/zone": fmt.Sprint("zone-", i%2)},
			Allocatable: kubernetes.Resources{CPU: 4000, Memory: 16 << 30, Pods: 20}})
	}
	return c
}

// budgetsOf are what a pool says of its budgets.
func budgetsOf(written ...disruption.NodeBudget) *disruption.NodeBudgets {
	b := disruption.ParseNodeBudgets(written)
	return &b
}

// claims gives every node a NodeClaim.
func (c *cluster) claims(claim kubernetes.NodeClaim) *cluster {
	for i := range c.Nodes {
		x := claim
		x.Name, x.Node = fmt.Sprint("claim-", i), c.Nodes[i].Name
		if x.Created.IsZero() {
			x.Created = clusterCreated
		}
		c.NodeClaims = append(c.NodeClaims, x)
	}
	for i := range c.Nodes {
		c.Nodes[i].NodeClaim = &c.NodeClaims[i]
	}
	return c
}

// runs adds a workload with one pod on each of the nodes named by number, and
// returns it to be changed.
func (c *cluster) runs(kind, name string, nodes ...int) *kubernetes.Workload {
	w := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "default", Kind: kind, Name: name}, Replicas: len(nodes), ReplicasSet: true,
		Scaled:    kind == "Deployment" || kind == "StatefulSet",
		Evictable: kind != "DaemonSet", Lasting: kind != "Job", Bare: kind == "Pod",
		Template: kubernetes.PodTemplate{Labels: map[string]string{"app": name},
			Requests: kubernetes.Resources{CPU: 1000, Memory: 1 << 30, Pods: 1}, Grace: 30 * time.Second}}
	for i, n := range nodes {
		w.Pods = append(w.Pods, len(c.Pods))
		c.Pods = append(c.Pods, kubernetes.Pod{Namespace: "default", Name: fmt.Sprintf("%s-%d", name, i),
			UID: fmt.Sprintf("%08x", 7919*len(c.Pods)), Labels: w.Template.Labels, Phase: "Running",
			Node: fmt.Sprint("node-", n), Ready: true, Created: clusterCreated.Add(-time.Hour), Started: clusterCreated.Add(-time.Hour),
			Workload: len(c.Workloads)})
	}
	c.Workloads = append(c.Workloads, w)
	return &c.Workloads[len(c.Workloads)-1]
}

// guard adds a budget over a workload: "min 2", "max 50%".
func (c *cluster) pdb(name, side, number string) *kubernetes.Budget {
	v := intstr.Parse(number)
	app := map[string]string{"app": name}
	b := kubernetes.Budget{Namespace: "default", Name: fmt.Sprint(name, "-", len(c.Budgets)), Selector: labels.SelectorFromSet(app),
		LabelSelector: &metav1.LabelSelector{MatchLabels: app}}
	if side == "min" {
		b.MinAvailable = &v
	} else {
		b.MaxUnavailable = &v
	}
	c.Budgets = append(c.Budgets, b)
	return &c.Budgets[len(c.Budgets)-1]
}

func apart(name string) *corev1.Affinity {
	return &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
		{LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}, TopologyKey: "kubernetes.io/hostname"}}}}
}

var quick = simulate.Timings{NodeReady: 2 * time.Second, PodReady: 15 * time.Second, PodStop: 5 * time.Second}

func drift(horizon time.Duration) simulate.Scenario {
	return simulate.Scenario{Start: clusterCreated, Horizon: horizon, Runs: 10, Seed: 1, Timings: quick,
		Triggers: []simulate.Trigger{{Kind: contract.Drift}}}
}

// tell plays a scenario on the cluster, as if it stood on an offering.
func (c *cluster) tell(t *testing.T, offering string, s simulate.Scenario) *simulate.Simulation {
	t.Helper()
	sim, err := simulate.Play(t.Context(), mustPrepare(t, c, offering), s, nil)
	if err != nil {
		t.Fatal(err)
	}
	return sim
}

// mustPrepare is the cluster as it is played, as if it stood on an offering.
func mustPrepare(t *testing.T, c *cluster, offering string) *simulate.World {
	t.Helper()
	k := knowledge(t)
	w, err := simulate.Prepare(c.Estate, locate.Locate(k, c.Estate, k.Offering(offering), nil), false)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// every checks all runs.
func every(t *testing.T, sim *simulate.Simulation, what string, ok func(r *simulate.Run) bool) {
	t.Helper()
	for i := range sim.Runs {
		if !ok(&sim.Runs[i]) {
			t.Errorf("seed %d: not so: %s: %+v", sim.Runs[i].Seed, what, sim.Runs[i])
			return
		}
	}
}

// events are those of a kind in the story.
func events(sim *simulate.Simulation, kind simulate.EventKind) []simulate.Event {
	var all []simulate.Event
	for _, e := range sim.Story.Events {
		if e.Kind == kind {
			all = append(all, e)
		}
	}
	return all
}

// A pod that no budget lets go is deleted so that its grace ends with the
// deadline of its node.
func TestDeadlineForces(t *testing.T) {
	c := newCluster(3, disruption.NodeBudget{Nodes: "1"}).claims(kubernetes.NodeClaim{Grace: 10 * time.Minute,
		ExpireAfter: contract.NeverExpires})
	c.runs("Deployment", "web", 0, 1, 2).Template.Affinity = apart("web")
	c.pdb("web", "max", "0")
	sim := c.tell(t, "karpenter", drift(time.Hour))
	every(t, sim, "every node is forced, one after the other", func(r *simulate.Run) bool {
		return r.Forced == 3 && r.Gone == 3 && r.ForceDeleted == 3 && r.Evicted == 0 && r.Workloads[0].MinReady == 2
	})
	drained, killed := events(sim, simulate.DrainBegan)[0], events(sim, simulate.ForceDeleted)[0]
	if after := killed.At - drained.At; after < 9*time.Minute+29*time.Second || after > 9*time.Minute+33*time.Second {
		t.Errorf("killed %s after the drain began, wants its grace of 30 s before the 10 min are over", after)
	}
}

// A drain that was under way when a run began is at it beside those that begin, and
// is none of them.
func TestDrainsUnderWayDoNotBegin(t *testing.T) {
	for name, test := range map[string]struct {
		deleted       []int
		drift         bool
		drained, gone int
		atOnce        int
	}{
		"one, and nothing happens":    {[]int{0}, false, 0, 1, 1},
		"two, and nothing happens":    {[]int{0, 2}, false, 0, 2, 2},
		"one, and the others drift":   {[]int{1}, true, 2, 3, 1},
		"none, and all of them drift": {nil, true, 3, 3, 1},
	} {
		c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
		for _, n := range test.deleted {
			c.Nodes[n].Deleted = clusterCreated
		}
		c.runs("Deployment", "web", 0, 1, 2)
		s := drift(30 * time.Minute)
		if !test.drift {
			s.Triggers = []simulate.Trigger{{Kind: contract.Drift, Pool: "default", At: s.Horizon}}
		}
		every(t, c.tell(t, "karpenter", s), name, func(r *simulate.Run) bool {
			return r.Drained == test.drained && r.Gone == test.gone && r.Draining == test.atOnce &&
				(r.FirstDrain == simulate.None) == (test.drained == 0)
		})
	}
}

// kubectl drain cordons its nodes, empties one after the other, and leaves them. What a
// PDB holds stays, and says why; the node behind it has to wait.
func TestDrainsByHand(t *testing.T) {
	for name, test := range map[string]struct {
		pdb           string // of web
		nodes         []string
		drained       int
		left, refused bool
		stays         int
	}{
		"all of them":          {"1", nil, 3, false, true, 0},
		"some of them":         {"1", []string{"node-0", "node-1"}, 2, false, true, 0},
		"one that a PDB holds": {"0", []string{"node-0"}, 1, true, true, 1},
		"and those behind it":  {"0", nil, 3, true, true, 3},
	} {
		c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
		c.runs("Deployment", "web", 0, 0, 1)
		c.runs("Deployment", "api", 1, 2)
		c.pdb("web", "max", test.pdb)
		s := drift(time.Hour)
		s.Triggers = []simulate.Trigger{{Kind: simulate.Drain, Nodes: test.nodes}}
		sim := c.tell(t, "karpenter", s)
		every(t, sim, name, func(r *simulate.Run) bool {
			return r.Drained == test.drained && r.Draining == test.drained && r.Gone == 0 && r.Asked == test.drained && r.Unreplaced == test.stays &&
				(r.Refused > 0) == test.refused && r.ForceDeleted == 0 && len(r.Stays) == test.stays
		})
		if test.stays > 0 {
			stay := sim.Runs[0].Stays[0]
			if !stay.Stuck || stay.Why != "PDB web-0 allows no eviction of pod web-0: 3 of 3 pods are healthy, and 3 must be" {
				t.Errorf("%s: stays because %q", name, stay.Why)
			}
		}
		taken := map[int32]bool{}
		for _, e := range events(sim, simulate.PodBound) {
			if n := sim.Story.Names.Nodes[e.Node]; test.nodes == nil && !strings.Contains(n, "-new-") {
				taken[e.Node] = true
			}
		}
		if len(taken) > 0 {
			t.Errorf("%s: nodes that are cordoned take pods", name)
		}
		_, err := mustPrepare(t, c, "karpenter").Model(&s)
		if err == nil || !strings.Contains(err.Error(), "drain by hand") {
			t.Errorf("%s: a bound of it: %v", name, err)
		}
	}
}

// A drain by hand asks no contract: there is none here.
func TestDrainsByHandOfAnyNode(t *testing.T) {
	c := newCluster(2)
	c.Pools, c.Nodes[0].Labels, c.Nodes[1].Labels = nil, nil, nil
	c.runs("Deployment", "web", 0, 1)
	s := drift(time.Hour)
	s.Triggers = []simulate.Trigger{{Kind: simulate.Drain}}
	every(t, c.tell(t, "", s), "both are emptied", func(r *simulate.Run) bool { return r.Drained == 2 && r.Evicted == 2 && r.Pending == 2 })
}

// Without a deadline a budget that lets nothing go keeps its nodes from being
// chosen: nothing happens, and every node is left.
func TestBlockedNodesAreNotChosen(t *testing.T) {
	c := newCluster(3, disruption.NodeBudget{Nodes: "100%"})
	c.runs("Deployment", "web", 0, 1, 2)
	c.pdb("web", "min", "100%")
	sim := c.tell(t, "karpenter", drift(time.Hour))
	every(t, sim, "nothing is drained", func(r *simulate.Run) bool { return r.Drained == 0 && r.Unreplaced == 3 && r.Asked == 3 })
	if len(events(sim, simulate.PassedOver)) != 3 {
		t.Error("the story does not say that the nodes were passed over")
	}
}

// A do-not-disrupt for a time keeps nodes from being chosen until it ends, and
// then no longer, though nothing else happens at that time.
func TestProtectionEnds(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
	// they run for an hour already
	c.runs("Deployment", "web", 0, 1).Template.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "65m"}
	sim := c.tell(t, "karpenter", drift(2*time.Hour)) // the second has the pods of the first, for an hour
	every(t, sim, "the first goes after 5 minutes, then the other", func(r *simulate.Run) bool {
		return r.FirstDrain > 5*time.Minute && r.FirstDrain < 5*time.Minute+15*time.Second && r.Gone == 2
	})
}

// Pods that crash by themselves are counted out while they are down, and their
// budget keeps those beside them as long.
func TestCrashes(t *testing.T) {
	c := newCluster(3, disruption.NodeBudget{Nodes: "3"})
	ref := c.runs("Deployment", "web", 0, 1, 2).Ref
	for i := range c.Pods {
		c.Pods[i].Changed = clusterCreated.Add(-time.Duration(i) * 20 * time.Second)
	}
	s := drift(10 * time.Minute)
	s.Triggers = []simulate.Trigger{{Kind: simulate.Scale, Workload: ref, Replicas: 3}}
	s.Crashes = map[string]simulate.Crashes{"default/web": {After: 50 * time.Second, For: 10 * time.Second}}
	every(t, c.tell(t, "karpenter", s), "one after the other is down", func(r *simulate.Run) bool {
		return r.Workloads[0].MinReady == 2 && r.Workloads[0].MinAt > 9*time.Second && r.Workloads[0].MinAt < 11*time.Second
	})
	c.pdb("web", "max", "1")
	s.Triggers = []simulate.Trigger{{Kind: contract.Delete}}
	every(t, c.tell(t, "karpenter", s), "all go in the gaps", func(r *simulate.Run) bool { return r.Gone == 3 && r.Refused > 0 })
	s.Crashes["default/web"] = simulate.Crashes{After: time.Second, For: time.Hour}
	every(t, c.tell(t, "karpenter", s), "with all down none may be evicted", func(r *simulate.Run) bool { return r.Gone == 0 })
	c.Budgets[0].Unhealthy = "AlwaysAllow"
	every(t, c.tell(t, "karpenter", s), "and then each may", func(r *simulate.Run) bool { return r.Gone == 3 })
	w, err := simulate.Prepare(c.Estate, locate.Locate(knowledge(t), c.Estate, knowledge(t).Offering("karpenter"), nil), false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Model(&s); err == nil || err.Error() != "pods of default/web crash by themselves, which no bound looks at" {
		t.Error(err)
	}
}

// What follows the deadline is the contract's.
func TestDeadlinesEndAsTheContractSays(t *testing.T) {
	for _, x := range []struct {
		offering, kind string
		what           string
		ok             func(r *simulate.Run) bool
	}{
		{"eks-managed-nodegroup", contract.Upgrade, "the upgrade stops at the first node", func(r *simulate.Run) bool {
			return r.Drained == 1 && r.Gone == 0 && r.Unreplaced == 3 && r.ForceDeleted == 0
		}},
		{"gke-standard", contract.Upgrade, "each is forced after an hour", func(r *simulate.Run) bool {
			return r.Gone == 3 && r.Forced == 3 && r.LastGone > 3*time.Hour && r.Workloads[0].MinReady == 2
		}},
		{"sagemaker-hyperpod-eks", contract.Drift, "each is given up and left as it was", func(r *simulate.Run) bool {
			return r.Drained == 3 && r.Gone == 0 && r.Unreplaced == 3 && r.ForceDeleted == 0
		}},
		{"openshift", contract.Upgrade, "the first is waited for without end", func(r *simulate.Run) bool {
			return r.Drained == 1 && r.Gone == 0 && r.Forced == 0
		}},
		{"sagemaker-hyperpod-eks", contract.Upgrade, "no budget is asked at all", func(r *simulate.Run) bool {
			return r.Gone == 3 && r.ForceDeleted == 3 && r.Workloads[0].MinReady == 0 && r.Unreplaced == 0
		}},
	} {
		t.Run(x.offering+"/"+x.kind, func(t *testing.T) {
			c := newCluster(3)
			c.Pools = nil
			c.runs("Deployment", "web", 0, 1, 2).Template.Affinity = apart("web")
			c.pdb("web", "max", "0")
			s := drift(20 * time.Hour)
			s.Triggers[0].Kind = x.kind
			every(t, c.tell(t, x.offering, s), x.what, x.ok)
		})
	}
}

// Pods that tolerate everything are not evicted; they go with their node,
// whatever their budget says.
func TestDodgersVanish(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "100%"})
	c.runs("Deployment", "web", 0, 1).Template.Tolerations = []kubernetes.Toleration{{Operator: "Exists"}}
	c.pdb("web", "max", "1")
	sim := c.tell(t, "karpenter", drift(10*time.Minute))
	every(t, sim, "both pods vanish with their nodes", func(r *simulate.Run) bool {
		return r.Gone == 2 && r.Evicted == 0 && r.ForceDeleted >= 2
	})
}

// What goes with its node is replaced when it is collected as garbage, and
// until then it is taken for what it was: a budget lets others go.
func TestOrphansAreReplacedLate(t *testing.T) {
	for _, kind := range []string{"Deployment", "StatefulSet"} {
		c := newCluster(3, disruption.NodeBudget{Nodes: "1"})
		w := c.runs(kind, "web", 0, 1, 2)
		w.Template.Tolerations = []kubernetes.Toleration{{Operator: "Exists"}}
		w.Template.Affinity = apart("web")
		c.pdb("web", "max", "1")
		s := drift(5 * time.Minute)
		s.Triggers = []simulate.Trigger{{Kind: contract.Delete, Nodes: []string{"node-0"}}}
		sim := c.tell(t, "karpenter", s)
		every(t, sim, "one is missed, which the API server counts for 40 s at least", func(r *simulate.Run) bool {
			w := r.Workloads[0]
			return w.MinReady == 2 && w.MinCounted == 2 && w.CountedAt-w.MinAt >= 40*time.Second && w.CountedAt-w.MinAt <= 61*time.Second &&
				r.ForceDeleted == 1
		})
		killed, made := events(sim, simulate.ForceDeleted), events(sim, simulate.PodCreated)
		if len(killed) != 1 || len(made) != 1 {
			t.Fatalf("%s: %d are killed and %d made", kind, len(killed), len(made))
		}
		if after := made[0].At - killed[0].At; after < 40*time.Second || after > 61*time.Second {
			t.Errorf("%s: another is made after %s", kind, after)
		}
	}
}

// Pods of DaemonSets come with a new node, and go with an old one.
func TestDaemonsFollowTheirNodes(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
	c.runs("DaemonSet", "agent", 0, 1).Template.Tolerations = []kubernetes.Toleration{{Operator: "Exists"}}
	c.runs("Deployment", "web", 0, 1).Template.Affinity = apart("web")
	sim := c.tell(t, "karpenter", drift(10*time.Minute))
	every(t, sim, "both nodes are replaced, and no daemon counts as killed", func(r *simulate.Run) bool {
		return r.Gone == 2 && r.ForceDeleted == 0 && r.Pending == 0
	})
}

// A bare pod never comes back.
func TestBarePodsAreLost(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "1"})
	c.runs("Pod", "alone", 0)
	sim := c.tell(t, "karpenter", drift(10*time.Minute))
	every(t, sim, "it is down to the end", func(r *simulate.Run) bool {
		return r.Workloads[0].MinReady == 0 && r.Workloads[0].BelowFloor > 9*time.Minute
	})
}

// A window keeps a roll from beginning outside of it.
func TestWindowsHoldRollsBack(t *testing.T) {
	c := newCluster(2)
	c.Pools, c.Nodes[0].Labels, c.Nodes[1].Labels = nil, nil, nil
	c.runs("Deployment", "web", 0, 1)
	s := drift(24 * time.Hour)
	s.Triggers[0].Kind = contract.Upgrade
	s.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 22 * time.Hour, Length: 4 * time.Hour} // it is 06:00
	sim := c.tell(t, "gke-standard", s)
	every(t, sim, "the first drain begins when it opens", func(r *simulate.Run) bool {
		return r.FirstDrain > 16*time.Hour && r.FirstDrain < 16*time.Hour+10*time.Minute
	})
	s.Triggers[0].Kind = contract.UrgentPatch
	every(t, c.tell(t, "gke-standard", s), "what is urgent does not wait for it", func(r *simulate.Run) bool {
		return r.FirstDrain < 10*time.Minute
	})
}

// A node budget that opens by its schedule lets drift begin then; closed it
// lets nothing go.
func TestBudgetsOpenMidRun(t *testing.T) {
	closed := disruption.NodeBudget{Nodes: "0", Schedule: "0 0 * * *", Duration: 8 * time.Hour}
	c := newCluster(3, closed, disruption.NodeBudget{Nodes: "1"})
	c.runs("Deployment", "web", 0, 1, 2)
	sim := c.tell(t, "karpenter", drift(4*time.Hour)) // it is 06:00
	every(t, sim, "the first goes after 08:00", func(r *simulate.Run) bool {
		return r.FirstDrain > 2*time.Hour && r.FirstDrain < 2*time.Hour+30*time.Second && r.Gone == 3 && r.Draining == 1
	})
}

// Within one window the nodes of a pool go one after the other, as each leaves
// an allowance in the budget for the next: the loop polls every 10 s, whatever the time
// of the schedule's next change. A budget whose duration fills its period is
// always active: one at a time, and not one a period.
//
// Source: Controller.Reconcile in pkg/controllers/disruption/controller.go and
// Budget.IsActive in pkg/apis/v1/nodepool.go of Karpenter 1.14.
func TestManyNodesGoInOneWindow(t *testing.T) {
	closed := disruption.NodeBudget{Nodes: "0", Schedule: "0 10 * * *", Duration: 22 * time.Hour} // open 08:00 to 10:00
	for name, x := range map[string]struct {
		budgets     []disruption.NodeBudget
		from, until time.Duration
		draining    int
	}{
		"one at a time, in a window":   {[]disruption.NodeBudget{closed, {Nodes: "1"}}, 2 * time.Hour, 4 * time.Hour, 1},
		"three at a time, in a window": {[]disruption.NodeBudget{closed, {Nodes: "3"}}, 2 * time.Hour, 4 * time.Hour, 3},
		"one at a time, every hour":    {[]disruption.NodeBudget{{Nodes: "1", Schedule: "@hourly", Duration: time.Hour}}, 0, time.Hour, 1},
		"one at a time, every day":     {[]disruption.NodeBudget{{Nodes: "1", Schedule: "0 0 * * *", Duration: 24 * time.Hour}}, 0, time.Hour, 1},
	} {
		c := newCluster(24, x.budgets...)
		for i := range 24 {
			c.runs("Deployment", fmt.Sprint("web-", i), i)
		}
		every(t, c.tell(t, "karpenter", drift(24*time.Hour)), name, func(r *simulate.Run) bool { // it is 06:00
			return r.Gone == 24 && r.Unreplaced == 0 && r.FirstDrain > x.from && r.LastGone < x.until && r.Draining <= x.draining
		})
	}
}

// Expiry asks no budget and waits for no replacement: nodes born together go
// together, one a second.
func TestExpiryTakesCohorts(t *testing.T) {
	c := newCluster(5, disruption.NodeBudget{Nodes: "1"}).claims(kubernetes.NodeClaim{ExpireAfter: contract.ExpiresAfter(10 * time.Minute)})
	c.runs("Deployment", "web", 0, 1, 2, 3, 4)
	s := drift(20 * time.Minute)
	s.Triggers[0].Kind = contract.Expiry
	sim := c.tell(t, "karpenter", s)
	every(t, sim, "all drain at once, and none is ready", func(r *simulate.Run) bool {
		return r.Draining == 5 && r.Workloads[0].MinReady == 0 && r.FirstDrain > 10*time.Minute && r.FirstDrain < 10*time.Minute+2*time.Second
	})
	began := events(sim, simulate.DrainBegan)
	if took := began[4].At - began[0].At; took < 4*time.Second || took > 5*time.Second {
		t.Errorf("five nodes expire within %s, wants a second between each", took)
	}
}

// Where no node can be started a move that needs one first does not begin.
func TestNoCapacityHoldsDriftBack(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "100%"})
	c.runs("Deployment", "web", 0, 1).Template.Requests.CPU = 3000
	s := drift(time.Hour)
	s.Fault.NoCapacity = true
	every(t, c.tell(t, "karpenter", s), "nothing is drained", func(r *simulate.Run) bool { return r.Drained == 0 && r.Unreplaced == 2 })
	s.Triggers[0].Kind = contract.Delete
	every(t, c.tell(t, "karpenter", s), "what is deleted is gone for good", func(r *simulate.Run) bool {
		return r.Gone == 2 && r.Pending == 2 && r.Workloads[0].MinReady == 0
	})
}

// A rolling update keeps what its strategy says, and a drain in its midst
// takes what it may on top.
func TestRolloutDuringADrain(t *testing.T) {
	c := newCluster(4, disruption.NodeBudget{Nodes: "1"})
	one := intstr.FromInt32(1)
	zero := intstr.FromInt32(0)
	w := c.runs("Deployment", "web", 0, 1, 2, 3)
	w.Rollout = kubernetes.Rollout{MaxUnavailable: &one, MaxSurge: &zero}
	ref := w.Ref
	s := drift(10 * time.Minute)
	s.Triggers = []simulate.Trigger{{Kind: simulate.Rollout, Workload: ref}}
	sim := c.tell(t, "karpenter", s)
	every(t, sim, "the update alone takes one at a time", func(r *simulate.Run) bool {
		return r.Workloads[0].MinReady == 3 && r.Workloads[0].Surge == 4+1
	})
	if n := len(events(sim, simulate.PodCreated)); n != 4 {
		t.Errorf("%d pods were made, wants each of the 4 anew", n)
	}
	s.Triggers = append(s.Triggers, simulate.Trigger{Kind: contract.Drift})
	both := c.tell(t, "karpenter", s)
	less := false
	for i := range both.Runs {
		less = less || both.Runs[i].Workloads[0].MinReady < 3
	}
	if !less {
		t.Error("no run has fewer ready when nodes drain during the update")
	}
}

// A pod counts for a rollout, and for the next of a StatefulSet, once it has
// been ready for minReadySeconds; for a budget from the first moment.
func TestMinReadySeconds(t *testing.T) {
	one, zero := intstr.FromInt32(1), intstr.FromInt32(0)
	for _, wait := range []time.Duration{0, time.Minute} {
		c := newCluster(3, disruption.NodeBudget{Nodes: "3"})
		w := c.runs("Deployment", "web", 0, 1, 2)
		w.Rollout = kubernetes.Rollout{MaxSurge: &one, MaxUnavailable: &zero, MinReady: wait}
		ref := w.Ref
		c.runs("StatefulSet", "db", 0, 1, 2).Rollout.MinReady = wait
		s := drift(10 * time.Minute)
		s.Triggers = []simulate.Trigger{{Kind: simulate.Rollout, Workload: ref}}
		made := events(c.tell(t, "karpenter", s), simulate.PodCreated)
		if len(made) != 3 {
			t.Fatalf("%d pods were made", len(made))
		}
		if took := made[2].At - made[0].At; took < 2*(15*time.Second+wait) || took > 2*(17*time.Second+wait) {
			t.Errorf("with %s to wait the last is made %s after the first", wait, took)
		}
		s.Triggers[0].Workload.Kind, s.Triggers[0].Workload.Name = "StatefulSet", "db"
		made = events(c.tell(t, "karpenter", s), simulate.PodCreated)
		if took := made[2].At - made[0].At; took < 2*(20*time.Second+wait) || took > 2*(22*time.Second+wait) {
			t.Errorf("with %s to wait the last member is made %s after the first", wait, took)
		}
		c.pdb("web", "max", "1")
		s.Triggers = []simulate.Trigger{{Kind: contract.Delete}}
		s.Horizon = 90 * time.Second
		every(t, c.tell(t, "karpenter", s), "the budget does not wait", func(r *simulate.Run) bool { return r.Gone == 3 })
	}
}

// A StatefulSet whose first pod is down does not begin with its new revision:
// its controller waits for it first, unless pods are managed in parallel.
func TestRolloutWaitsForTheFirst(t *testing.T) {
	for _, parallel := range []bool{false, true} {
		c := newCluster(3)
		w := c.runs("StatefulSet", "db", 0, 1, 2)
		w.Rollout.Parallel = parallel
		c.Pods[0].Ready, c.Pods[0].Waiting = false, "CrashLoopBackOff"
		s := drift(10 * time.Minute)
		s.Triggers = []simulate.Trigger{{Kind: simulate.Rollout, Workload: w.Ref}}
		least := 2
		if parallel {
			least = 1
		}
		every(t, c.tell(t, "karpenter", s), fmt.Sprint("parallel: ", parallel), func(r *simulate.Run) bool {
			return r.Workloads[0].MinReady == least
		})
	}
}

// An autoscaler's step makes pods, or takes them.
func TestScaling(t *testing.T) {
	c := newCluster(3)
	ref := c.runs("Deployment", "web", 0, 1, 2).Ref
	s := drift(5 * time.Minute)
	s.Triggers = []simulate.Trigger{{Kind: simulate.Scale, Workload: ref, Replicas: 1}}
	every(t, c.tell(t, "karpenter", s), "two go", func(r *simulate.Run) bool { return r.Workloads[0].MinReady == 1 })
	s.Triggers[0].Replicas = 20
	sim := c.tell(t, "karpenter", s)
	every(t, sim, "17 come, on new nodes too", func(r *simulate.Run) bool { return r.Workloads[0].MinReady == 3 && r.Pending == 0 })
	if len(events(sim, simulate.NodeRequested)) < 2 {
		t.Error("no nodes were asked for")
	}
}

// An autoscaler does so at its next look, any time within 15 s.
func TestScalingByAnAutoscaler(t *testing.T) {
	c := newCluster(3)
	w := c.runs("Deployment", "web", 0, 1, 2)
	w.Scaler = &kubernetes.Scaler{Min: 1, Max: 9}
	s := drift(5 * time.Minute)
	s.Runs = 50
	s.Triggers = []simulate.Trigger{{Kind: simulate.Scale, Workload: w.Ref, Replicas: 1}}
	sim := c.tell(t, "karpenter", s)
	early, late := time.Hour, time.Duration(0)
	for i := range sim.Runs {
		at := sim.Runs[i].Workloads[0].MinAt
		early, late = min(early, at), max(late, at)
	}
	if early > 5*time.Second || late < 10*time.Second || late > 16*time.Second {
		t.Errorf("the pods go between %s and %s", early, late)
	}
}

// The pods of a StatefulSet go where their volumes are, and wait for a node there.
func TestVolumesBindToZones(t *testing.T) {
	c := newCluster(2, disruption.NodeBudget{Nodes: "100%"})
	w := c.runs("StatefulSet", "db", 0, 1)
	w.VolumeClaimTemplates = []string{"data"}
	w.Template.Requests.CPU = 3500
	for i := range 2 {
		c.VolumeClaims = append(c.VolumeClaims, kubernetes.VolumeClaim{Namespace: "default", Name: fmt.Sprint("data-db-", i),
			Zones: []string{fmt.Sprint("zone-", i)}})
	}
	s := drift(10 * time.Minute)
	s.Triggers = []simulate.Trigger{{Kind: contract.Delete, Nodes: []string{"node-0"}}}
	sim := c.tell(t, "karpenter", s)
	every(t, sim, "it comes back on a new node", func(r *simulate.Run) bool {
		return r.Pending == 0 && r.Workloads[0].MinReady == 1 && r.Workloads[0].BelowFloor == 0
	})
	c.Nodes[1].Allocatable.CPU = 8000 // there is free capacity, but in the other zone
	sim = c.tell(t, "karpenter", s)
	if len(events(sim, simulate.NodeRequested)) == 0 {
		t.Error("a pod was put into a zone where its volume is not")
	}
}

// The same seed gives the same run; with its events, too.
func TestSeedsRepeat(t *testing.T) {
	r, err := fidelity.Load("../../testdata/runs/drift-ndb2", knowledge(t))
	if err != nil {
		t.Fatal(err)
	}
	a, err := simulate.Play(t.Context(), r.World, r.Scenario, nil)
	if err != nil {
		t.Fatal(err)
	}
	b, err := simulate.Play(t.Context(), r.World, r.Scenario, nil)
	if err != nil {
		t.Fatal(err)
	}
	if fmt.Sprint(a.Runs) != fmt.Sprint(b.Runs) || fmt.Sprint(a.Story.Events) != fmt.Sprint(b.Story.Events) {
		t.Error("two plays of the same seeds differ")
	}
	for i := range a.Runs {
		if a.Runs[i].Seed == a.Story.Seed && (a.Runs[i].Drained != a.Story.Drained || a.Runs[i].LastGone != a.Story.LastGone ||
			a.Runs[i].Steps != a.Story.Steps) {
			t.Errorf("the story of seed %d is not its run", a.Story.Seed)
		}
	}
}

// What a scenario gets wrong is said in one line.
func TestScenariosThatDoNotFit(t *testing.T) {
	c := newCluster(2)
	c.runs("Deployment", "web", 0, 1)
	c.Nodes[1].Labels["karpenter.sh/nodepool"] = "other"
	k := knowledge(t)
	w, err := simulate.Prepare(c.Estate, locate.Locate(k, c.Estate, k.Offering("karpenter"), nil), false)
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(s *simulate.Scenario){
		"horizon is 0s, wants a time above zero":                        func(s *simulate.Scenario) { s.Horizon = 0 },
		"runs is 0, wants 1 or more":                                    func(s *simulate.Scenario) { s.Runs = 0 },
		"triggers is empty: nothing would happen":                       func(s *simulate.Scenario) { s.Triggers = nil },
		`triggers[0]: there is no pool "web"; there are default, other`: func(s *simulate.Scenario) { s.Triggers[0].Pool = "web" },
		`triggers[0]: there is no node "node-7"`: func(s *simulate.Scenario) {
			s.Triggers[0].Nodes = []string{"node-7"}
		},
		`triggers[0]: node "node-0" is of pool "default", and not of "other"`: func(s *simulate.Scenario) {
			s.Triggers[0].Pool, s.Triggers[0].Nodes = "other", []string{"node-0"}
		},
		"triggers[0]: there is no workload default/Deployment/api": func(s *simulate.Scenario) {
			s.Triggers[0] = simulate.Trigger{Kind: simulate.Scale, Workload: kubernetes.Ref{Namespace: "default", Kind: "Deployment", Name: "api"}}
		},
		"triggers[0]: the contract of karpenter has no such move: drift (blue)": func(s *simulate.Scenario) { s.Triggers[0].Move = "blue" },
	} {
		s := drift(time.Hour)
		change(&s)
		if _, err := simulate.Play(t.Context(), w, s, nil); err == nil || err.Error() != name {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

// A node's pods do not move to where they are: with nowhere else to go they are
// evicted once another node is ready.
func TestNoNodeTakesItsOwnPods(t *testing.T) {
	c := newCluster(1, disruption.NodeBudget{Nodes: "100%"})
	c.runs("Deployment", "web", 0)
	s := drift(time.Hour)
	every(t, c.tell(t, "karpenter", s), "it waits for a node", func(r *simulate.Run) bool {
		return r.FirstDrain >= s.Timings.NodeReady/2 && r.Gone == 1
	})
}

// Of a pool that has no node yet none goes, whatever is done to it.
func TestPoolsWithoutNodes(t *testing.T) {
	c := newCluster(2)
	c.runs("Deployment", "web", 0, 1)
	c.Pools = append(c.Pools, kubernetes.Pool{API: kubernetes.KarpenterPool, Name: "spare", NodeClass: "karpenter.k8s.aws/EC2NodeClass"})
	for _, kind := range []string{contract.Drift, contract.Delete, contract.Expiry} {
		s := drift(time.Hour)
		s.Triggers[0] = simulate.Trigger{Kind: kind, Pool: "spare"}
		every(t, c.tell(t, "karpenter", s), kind+" of no node", func(r *simulate.Run) bool { return r.Drained == 0 && r.Gone == 0 })
	}
}

// Nothing to watch, and pods that fit nowhere, are answered and not played.
func TestWorldsWithNothingToPlay(t *testing.T) {
	k := knowledge(t)
	empty := &kubernetes.Estate{Live: true}
	if _, err := simulate.Prepare(empty, locate.Locate(k, empty, k.Offering("karpenter"), nil), false); err == nil {
		t.Error("an empty estate was prepared")
	}
	c := newCluster(1, disruption.NodeBudget{Nodes: "100%"})
	c.runs("Deployment", "web", 0)
	w := c.runs("Deployment", "huge", 0)
	w.Template.Requests.CPU = 64000
	c.Pods[1].Node, c.Pods[1].Phase, c.Pods[1].Ready = "", "Pending", false
	every(t, c.tell(t, "karpenter", drift(time.Hour)), "it is pending to the end, and nothing hangs on it",
		func(r *simulate.Run) bool { return r.Pending == 1 && r.Gone == 1 })
}
