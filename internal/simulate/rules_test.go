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

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// ruleCluster is an estate that a rule is tried on: nodes of 4 CPUs in one
// Karpenter pool, in two zones.
type ruleCluster struct{ kubernetes.Estate }

func clusterOf(nodes int) *ruleCluster {
	c := &ruleCluster{kubernetes.Estate{Live: true, Newest: noon}}
	c.Pools = []kubernetes.Pool{{API: "karpenter.sh/NodePool", Name: "default", NodeClass: "karpenter.k8s.aws/EC2NodeClass"}}
	for i := range nodes {
		c.Nodes = append(c.Nodes, kubernetes.Node{
			Name: fmt.Sprint("node-", i), Created: noon,
			Labels:      map[string]string{"karpenter.sh/nodepool": "default", zone: fmt.Sprint("zone-", i%2)},
			Allocatable: kubernetes.Resources{CPU: 4000, Memory: 16 << 30, Pods: 20},
		})
	}
	return c
}

// with adds a workload of 1-CPU pods, one on each of the nodes named by number;
// -1 for one that waits.
func (c *ruleCluster) with(kind, name string, nodes ...int) *kubernetes.Workload {
	app := map[string]string{"app": name}
	w := kubernetes.Workload{
		Ref: kubernetes.Ref{Namespace: "default", Kind: kind, Name: name}, Replicas: len(nodes), ReplicasSet: true,
		Scaled: kind == "Deployment" || kind == "StatefulSet", Evictable: kind != "DaemonSet", Lasting: kind != "Job", Bare: kind == "Pod",
		Template: kubernetes.PodTemplate{
			Labels: app, Requests: kubernetes.Resources{CPU: 1000, Memory: 1 << 30, Pods: 1}, Grace: 30 * time.Second,
		},
	}
	for i, n := range nodes {
		p := kubernetes.Pod{
			Namespace: "default", Name: fmt.Sprintf("%s-%d", name, i), UID: fmt.Sprintf("%08x", 7919*len(c.Pods)), Labels: app, Phase: "Running",
			Ready: true, Created: noon.Add(-time.Hour), Started: noon.Add(-time.Hour), Workload: len(c.Workloads),
		}
		if p.Node = fmt.Sprint("node-", n); n < 0 {
			p.Node, p.Phase, p.Ready = "", "Pending", false
		}
		w.Pods = append(w.Pods, len(c.Pods))
		c.Pods = append(c.Pods, p)
	}
	c.Workloads = append(c.Workloads, w)
	return &c.Workloads[len(c.Workloads)-1]
}

// priority is that of all pods of the last workload.
func (c *ruleCluster) priority(p int32) *ruleCluster {
	for _, i := range c.Workloads[len(c.Workloads)-1].Pods {
		c.Pods[i].Priority = p
	}
	return c
}

func (c *ruleCluster) pdb(app, maxUnavailable string) *kubernetes.Budget {
	v := intstr.Parse(maxUnavailable)
	match := map[string]string{"app": app}
	c.Budgets = append(c.Budgets, kubernetes.Budget{
		Namespace: "default", Name: fmt.Sprint(app, "-", len(c.Budgets)), MaxUnavailable: &v,
		Selector: labels.SelectorFromSet(match), LabelSelector: &metav1.LabelSelector{MatchLabels: match},
	})
	return &c.Budgets[len(c.Budgets)-1]
}

// engine is a run at its start, under Karpenter's contract.
func (c *ruleCluster) engine(t testing.TB) *engine {
	t.Helper()
	k := Knowledge(t)
	w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil), false)
	if err != nil {
		t.Fatal(err)
	}
	return newEngine(w, &Scenario{
		Start: noon, Horizon: time.Hour, Runs: 1, Seed: 1,
		Timings: Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 5 * time.Second},
	}, 1, true)
}

// runUntil plays on until some time.
func (e *engine) runUntil(at time.Duration) {
	for len(e.steps.heap) > 0 && e.steps.heap[0].at <= int64(at) {
		e.step()
	}
	e.now = int64(at)
}

func wants[T comparable](t *testing.T, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: %v, wants %v", what, got, want)
	}
}

// Moving a pod costs 1, more with its priority: 0 to 10. Pods of DaemonSets and
// such as are leaving cost nothing, but for those of a StatefulSet.
func TestDisruptionCost(t *testing.T) {
	for priority, cost := range map[int32]float64{0: 1, 1 << 25: 2, -(1 << 26): 0, 1 << 24: 1.5, 2_000_000_000: 10} {
		c := clusterOf(2)
		c.with("Deployment", "web", 0, 0)
		c.priority(priority)
		c.with("DaemonSet", "agent", 0, 1)
		e := c.engine(t)
		wants(t, fmt.Sprint("two pods of priority ", priority), e.consolidation.disruptionCost(0), 2*cost)
		wants(t, "a node with none", e.consolidation.disruptionCost(1), 0)
		e.kubelet.terminate(0, time.Minute, -1)
		wants(t, "one leaves", e.consolidation.disruptionCost(0), cost)
	}
	c := clusterOf(2)
	c.with("StatefulSet", "db", 0)
	e := c.engine(t)
	e.kubelet.terminate(0, time.Minute, -1)
	wants(t, "a member leaves", e.consolidation.disruptionCost(0), 1)
}

// Consolidation begins with the node that saves the most for the pods that have
// to move, and with no more of them than the budgets let go.
func TestConsolidationOrder(t *testing.T) {
	c := clusterOf(4)
	c.Pools[0].Budgets = budgetsOf(disruption.NodeBudget{Nodes: "100%"})
	c.with("Deployment", "web", 0, 0, 0, 1, 2, 2)
	c.with("Deployment", "api", 3)
	c.priority(1 << 25)
	e := c.engine(t)
	e.consolidation.enabled = []bool{true}
	if got := e.consolidation.inOrder(single, []int{9}); !slices.Equal(got, []int32{1, 3, 2, 0}) && !slices.Equal(got, []int32{1, 2, 3, 0}) {
		t.Errorf("the order is %v", got)
	}
	wants(t, "as many as are left", len(e.consolidation.inOrder(single, []int{2})), 2)
	e.nodes[1].nominated = 1
	wants(t, "a node that is kept for a pod", e.consolidation.unneeded(1, single), false)
	e.now = 1
	wants(t, "until that is over", e.consolidation.unneeded(1, single), true)
	wants(t, "a node with pods is not empty", e.consolidation.unneeded(1, emptyOnes), false)
}

// What pods of the same or a higher priority have freed is theirs.
func TestNominatedPodsKeepTheirCapacity(t *testing.T) {
	for priority, free := range map[int32]int64{5: 3000, 10: 3000, 11: 4000} {
		c := clusterOf(1)
		c.with("Deployment", "first", -1)
		c.priority(10)
		c.with("Deployment", "second", -1)
		c.priority(priority)
		e := c.engine(t)
		e.nodes[0].nominatedPods = []int32{0}
		got := e.scheduler.freeFor(0, 1, &e.classes[e.pods[1].class])
		wants(t, fmt.Sprintf("free for priority %d beside one of 10", priority), got[cpu], free)
		own := e.scheduler.freeFor(0, 0, &e.classes[e.pods[0].class])
		wants(t, "free for the nominated pod itself", own[cpu], 4000)
	}
}

// A pod has stopped after the time it takes, or its grace where that is shorter.
func TestPodsStopWithinTheirGrace(t *testing.T) {
	for grace, stop := range map[time.Duration]time.Duration{2 * time.Second: 2 * time.Second, time.Minute: 5 * time.Second, 0: 0} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0)
		e := c.engine(t)
		e.kubelet.terminate(0, grace, -1)
		if took := time.Duration(e.pods[0].leaves); took < stop || took >= stop+kubeletStops.to {
			t.Errorf("with a grace of %s it is gone after %s, wants %s", grace, took, stop)
		}
		wants(t, "ready", e.pods[0].ready, false)
	}
}

// A node that was passed over is passed over anew once its drain has begun: its contract
// may give it back.
func TestDrainedNodesMayBePassedOverAnew(t *testing.T) {
	c := clusterOf(1)
	c.with("Deployment", "web", 0)
	e := c.engine(t)
	e.nodes[0].passedOver = true
	e.drainer.begin(0, -1)
	wants(t, "it was said of it", e.nodes[0].passedOver, false)
}

// A node goes by force only where its deadline has passed.
func TestForcedOnlyWhenLate(t *testing.T) {
	for deadline, forced := range map[time.Duration]int{time.Hour: 0, time.Minute: 1} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0)
		e := c.engine(t)
		e.nodes[0].policy = &contract.Policy{Deadline: disruption.Deadline{After: deadline, Then: disruption.Force}}
		e.drainer.begin(0, -1)
		e.now = int64(10 * time.Minute)
		e.drainer.end(0)
		wants(t, fmt.Sprint("deadline after ", deadline, ": nodes gone"), e.run.Gone, 1)
		wants(t, fmt.Sprint("deadline after ", deadline, ": by force"), e.run.Forced, forced)
	}
}

// Of a node that drifted and is not chosen it is said that a pod on it has no other place,
// where Karpenter looks for one: not in a pool of a fixed number of nodes.
func TestTurnsOfNodesWithoutAPlaceForTheirPods(t *testing.T) {
	for name, x := range map[string]struct {
		host   string
		static bool
		want   string
	}{
		"a pod that may go anywhere": {"", false, "its turn has not come"},
		"a volume of this node": {"node-0", false,
			"it is not selected: the volume of pod web-0 lies on it, so that no other node takes that pod"},
		"in a static pool": {"node-0", true, "its turn has not come"},
	} {
		c := clusterOf(2)
		web := c.with("Deployment", "web", 0)
		if x.host != "" {
			web.Template.VolumeClaims, c.Pods[0].VolumeClaims = []string{"data"}, []string{"data"}
			c.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data", Host: x.host}}
		}
		c.Pools[0].Static, c.Pools[0].Replicas = x.static, 2
		e := c.engine(t)
		e.nodes[0].policy = e.triggers.policy(&Trigger{Kind: contract.Drift}, 0)
		e.drift.want(0)
		wants(t, name, (whyStays{e}).turn(0).Why, x.want)
	}
}

// The grace of an evicted pod is its own, cut to what the deadline allows.
func TestGraceOfPods(t *testing.T) {
	c := clusterOf(1)
	c.with("Deployment", "web", 0).Template.Grace = 90 * time.Second
	e := c.engine(t)
	wants(t, "grace", e.evictor.graceOf(0, 0), 90*time.Second)
	e.nodes[0].policy = e.triggers.policy(&Trigger{Kind: contract.Drift}, 0)
	e.nodes[0].policy.Deadline.GraceCap = time.Minute
	wants(t, "grace under a cap", e.evictor.graceOf(0, 0), time.Minute)
	e.nodes[0].policy.Deadline.GraceCap = 2 * time.Minute
	wants(t, "grace under a cap that is longer", e.evictor.graceOf(0, 0), 90*time.Second)
}

// A Job makes up for evicted pods until as many run as it wants; a bare pod is
// made up for by nobody, and pods that have finished are not played.
func TestJobsMakeUpForTheirPods(t *testing.T) {
	c := clusterOf(2)
	c.with("Deployment", "web", 0)
	c.with("Job", "batch", 0, 0, 1)
	c.Pods[len(c.Pods)-1].Phase = "Succeeded"
	c.Workloads[1].Replicas = 2
	c.with("Pod", "alone", 0)
	e := c.engine(t)
	wants(t, "pods of the job that run", len(e.workloads[1].pods), 2)
	e.kubelet.terminate(e.workloads[1].pods[0], 0, -1)
	e.kubelet.terminate(e.workloads[2].pods[0], 0, -1)
	e.runUntil(10 * time.Second)
	wants(t, "pods of the job again", len(e.workloads[1].pods), 2)
	wants(t, "active ones", e.workloads[1].active, 2)
	wants(t, "bare pods", len(e.workloads[2].pods), 0)
}

// A percentage of a rolling update rounds up for the surge and down for what
// may be missing; a quarter where nothing is said.
func TestShares(t *testing.T) {
	for _, x := range []struct {
		setting  string
		replicas int32
		up, down int32
	}{{"", 10, 3, 2}, {"25%", 4, 1, 1}, {"10%", 3, 1, 0}, {"50%", 5, 3, 2}, {"3", 10, 3, 3}, {"100%", 7, 7, 7}, {"x", 7, 0, 0}} {
		var setting *intstr.IntOrString
		if x.setting != "" {
			v := intstr.Parse(x.setting)
			setting = &v
		}
		wants(t, fmt.Sprint(x, " up"), share(setting, x.replicas, true), x.up)
		wants(t, fmt.Sprint(x, " down"), share(setting, x.replicas, false), x.down)
	}
}

// A rolling update never has more pods than its surge allows, nor fewer ready
// than its strategy keeps.
func TestRollingUpdateKeepsItsPace(t *testing.T) {
	for _, x := range []struct {
		surge, unavailable, strategy string
		least, most                  int
	}{
		{"1", "0", "", 4, 5 + 1},
		{"0", "1", "", 3, 4 + 1},
		{"0", "50%", "", 2, 4 + 2},
		{"50%", "0", "", 4, 6 + 2},
		{"0", "0", "", 3, 4 + 1},
		{"1", "1", "Recreate", 0, 4},
	} {
		c := clusterOf(3)
		w := c.with("Deployment", "web", 0, 0, 1, 2)
		surge, unavailable := intstr.Parse(x.surge), intstr.Parse(x.unavailable)
		w.Rollout = kubernetes.Rollout{MaxSurge: &surge, MaxUnavailable: &unavailable, Strategy: x.strategy}
		e := c.engine(t)
		e.rollouts.begin(0, -1)
		e.runUntil(5 * time.Minute)
		wants(t, fmt.Sprint(x, " fewest ready"), e.run.Workloads[0].MinReady, x.least)
		if e.run.Workloads[0].Surge > x.most {
			t.Errorf("%v: %d pods at once", x, e.run.Workloads[0].Surge)
		}
		wants(t, fmt.Sprint(x, " pods in the end"), len(e.workloads[0].pods), 4)
		wants(t, fmt.Sprint(x, " still on its way"), e.workloads[0].rollout != nil, false)
		for _, p := range e.workloads[0].pods {
			wants(t, "its revision", e.pods[p].revision, true)
		}
	}
}

// Surplus pods go in the order of Kubernetes: without a node, not ready, on the
// fullest node, the youngest.
func TestScaleDownOrder(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 1, 2, -1, 2)
	c.Pods[3].Ready, c.Pods[3].Changed = false, noon
	c.Pods[2].Created = noon.Add(-time.Minute)
	e := c.engine(t)
	e.steps.heap = e.steps.heap[:0]
	for k, want := range []int32{4, 3, 2} {
		wants(t, fmt.Sprint("surplus of ", 1), e.workloads[0].active, int32(6-k))
		e.controllers.scaleDown(0, 1)
		if p := &e.pods[want]; p.state == podRunning || p.state == podPending {
			t.Errorf("pod %d is still there after %d went", want, k+1)
		}
	}
}

// Preemption spares PDBs first, then prefers victims of low priority, then few.
func TestPreemptionChoosesItsVictims(t *testing.T) {
	for name, x := range map[string]struct {
		build func(c *ruleCluster)
		node  int32
	}{
		"a PDB is spared": {func(c *ruleCluster) {
			c.with("Deployment", "kept", 0).Template.Requests.CPU = 4000
			c.pdb("kept", "0")
			c.with("Deployment", "free", 1).Template.Requests.CPU = 4000
			c.priority(5)
		}, 1},
		"the lower priority goes": {func(c *ruleCluster) {
			c.with("Deployment", "high", 0).Template.Requests.CPU = 4000
			c.priority(7)
			c.with("Deployment", "low", 1, 1, 1, 1)
			c.priority(5)
		}, 1},
		"the fewer go": {func(c *ruleCluster) {
			c.with("Deployment", "small", 0, 0, 0, 0)
			c.with("Deployment", "large", 1).Template.Requests.CPU = 4000
		}, 1},
		"the lower sum goes": {func(c *ruleCluster) {
			c.with("Deployment", "both", 0, 0).Template.Requests.CPU = 2000
			c.priority(5)
			c.with("Deployment", "one", 1).Template.Requests.CPU = 2000
			c.priority(5)
			c.with("Deployment", "less", 1).Template.Requests.CPU = 2000
			c.priority(-5)
		}, 1},
		"those who came later go": {func(c *ruleCluster) {
			c.with("Deployment", "old", 0).Template.Requests.CPU = 4000
			c.with("Deployment", "new", 1).Template.Requests.CPU = 4000
			c.Pods[1].Started = noon.Add(-time.Minute)
		}, 1},
		"what stands in its way goes": {func(c *ruleCluster) {
			c.with("Deployment", "full", 0).Template.Requests.CPU = 4000
			c.priority(10)
			c.with("Deployment", "other", 1).Template.HostPorts = []string{"TCP/80"}
		}, 1},
		"none is pushed out by its equal": {func(c *ruleCluster) {
			c.with("Deployment", "equal", 0, 1).Template.Requests.CPU = 4000
			c.priority(10)
		}, -1},
	} {
		c := clusterOf(2)
		x.build(c)
		w := c.with("Deployment", "pay", -1)
		w.Template.Requests.CPU, w.Template.Preempts = 3500, true
		if strings.HasPrefix(name, "what stands") {
			w.Template.Requests.CPU, w.Template.HostPorts = 100, []string{"TCP/80"}
		}
		c.priority(10)
		e := c.engine(t)
		p := int32(len(e.pods) - 1)
		did := e.scheduler.preempt(p)
		wants(t, name+": preempts", did, x.node >= 0)
		wants(t, name+": node", e.pods[p].nominatedTo-1, x.node)
		if did && e.pods[p].preemptsUntil < int64(preemptorWaits) {
			t.Errorf("%s: it waits until %d", name, e.pods[p].preemptsUntil)
		}
	}
}

// Karpenter passes a node over for pods that no PDB lets go, or of which two
// PDBs select one; not for those that it would not evict, nor for one that is
// down and may go by AlwaysAllow.
func TestPodsThatBlockTheirNode(t *testing.T) {
	for name, x := range map[string]struct {
		build func(c *ruleCluster, w *kubernetes.Workload)
		want  int32
	}{
		"no PDB":      {func(*ruleCluster, *kubernetes.Workload) {}, 0},
		"one allowed": {func(c *ruleCluster, _ *kubernetes.Workload) { c.pdb("web", "1") }, 0},
		"none":        {func(c *ruleCluster, _ *kubernetes.Workload) { c.pdb("web", "0") }, 1},
		"two PDBs":    {func(c *ruleCluster, _ *kubernetes.Workload) { c.pdb("web", "1"); c.pdb("web", "1") }, 1},
		"tolerates the taint": {func(c *ruleCluster, w *kubernetes.Workload) {
			c.pdb("web", "0")
			w.Template.Tolerations = []kubernetes.Toleration{{Operator: "Exists"}}
		}, 0},
		"do-not-disrupt": {func(_ *ruleCluster, w *kubernetes.Workload) {
			w.Template.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "true"}
		}, 1},
		"one is down, IfHealthyBudget": {func(c *ruleCluster, _ *kubernetes.Workload) {
			c.pdb("web", "0")
			c.Pods[0].Ready, c.Pods[0].Changed = false, noon
		}, 1},
		"one is down, AlwaysAllow": {func(c *ruleCluster, _ *kubernetes.Workload) {
			c.pdb("web", "0").Unhealthy = "AlwaysAllow"
			c.Pods[0].Ready, c.Pods[0].Changed = false, noon
		}, 0},
	} {
		c := clusterOf(2)
		x.build(c, c.with("Deployment", "web", 0, 1))
		wants(t, name, c.engine(t).nodes[0].blocks, x.want)
	}
}

// The status of a PDB follows its pods: what is not ready is not healthy.
func TestPDBStatusFollowsItsPods(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 2)
	c.pdb("web", "2")
	e := c.engine(t)
	wants(t, "allowed", e.pdbs[0].Allowed, 2)
	e.kubelet.setReady(0, false, -1)
	wants(t, "allowed with one down", e.pdbs[0].Allowed, 1)
	e.kubelet.terminate(1, time.Second, -1)
	wants(t, "allowed with one more leaving", e.pdbs[0].Allowed, 0)
	wants(t, "node 2 is blocked", e.nodes[2].blocks, 1)
	e.runUntil(2 * time.Minute)
	wants(t, "allowed with two back of three", e.pdbs[0].Allowed, 1)
	wants(t, "node 2 is blocked", e.nodes[2].blocks, 0)
}

// An eviction that is refused is tried again after Karpenter's back-off.
func TestEvictionsBackOff(t *testing.T) {
	c := clusterOf(1)
	c.with("Deployment", "web", 0)
	c.pdb("web", "0")
	e := c.engine(t)
	e.evictor.ask(0, asksEviction)
	e.runUntil(time.Second)
	wants(t, "evicted", e.run.Evicted, 0)
	if x := &e.pods[0]; !x.waiting || x.tries < 1 || x.next <= 0 {
		t.Errorf("it waits %v after %d tries, until %d", x.waiting, x.tries, x.next)
	}
	e.evictor.countRetries(0, int64(time.Hour))
	if n := e.run.Refused; n < 300 || n > 420 { // 10 s apart once the back-off has grown
		t.Errorf("%d tries in an hour", n)
	}
}

// Pods of nodes that are gone are collected 40 to 60 s later, on a grid of 20 s.
func TestOrphansAreCollectedOnAGrid(t *testing.T) {
	c := clusterOf(1)
	c.with("Deployment", "web", 0)
	e := c.engine(t)
	first := e.collector.collectedAt()
	for range 50 {
		e.now += int64(1300 * time.Millisecond)
		at := e.collector.collectedAt()
		if after := time.Duration(at - e.now); after < quarantine || after > quarantine+collectorInterval+collectorDeletes.to {
			t.Fatalf("collected after %s", after)
		}
		off := time.Duration(at-first) % collectorInterval
		if off = min(off, collectorInterval-off); off > collectorDeletes.to {
			t.Fatalf("%s off the grid", off)
		}
	}
}

// A pod is available once it has been ready for minReadySeconds, to the moment.
func TestAvailability(t *testing.T) {
	c := clusterOf(1)
	c.with("Deployment", "web", 0, 0).Rollout.MinReady = 10 * time.Second
	e := c.engine(t)
	wants(t, "long ready", e.availableOf(0), 2)
	e.pods[0].since = 0
	e.now = int64(10*time.Second) - 1
	wants(t, "a moment before", e.available(0), false)
	wants(t, "of the workload", e.availableOf(0), 1)
	e.now++
	wants(t, "at 10 s", e.available(0), true)
}

// Affinity, anti-affinity and spread by zone and node, and volumes, decide where
// a pod may go.
func TestWherePodsSuit(t *testing.T) {
	selector := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	term := func(key string) []corev1.PodAffinityTerm {
		return []corev1.PodAffinityTerm{{LabelSelector: selector, TopologyKey: key}}
	}
	for name, x := range map[string]struct {
		change func(t *kubernetes.PodTemplate)
		want   []bool // by node: 0 and 2 lie in zone-0, 1 and 3 in zone-1; one pod runs on node 0
	}{
		"anything": {func(*kubernetes.PodTemplate) {}, []bool{true, true, true, true}},
		"apart by node": {func(t *kubernetes.PodTemplate) {
			t.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: term(hostname)}}
		}, []bool{false, true, true, true}},
		"apart by zone": {func(t *kubernetes.PodTemplate) {
			t.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: term(zone)}}
		}, []bool{false, true, false, true}},
		"together by node": {func(t *kubernetes.PodTemplate) {
			t.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: term(hostname)}}
		}, []bool{true, false, false, false}},
		"together by zone": {func(t *kubernetes.PodTemplate) {
			t.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: term(zone)}}
		}, []bool{true, false, true, false}},
		"spread by zone": {func(t *kubernetes.PodTemplate) {
			t.Spread = []corev1.TopologySpreadConstraint{
				{MaxSkew: 1, TopologyKey: zone, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: selector},
			}
		}, []bool{false, true, false, true}},
		"spread by 2": {func(t *kubernetes.PodTemplate) {
			t.Spread = []corev1.TopologySpreadConstraint{
				{MaxSkew: 2, TopologyKey: zone, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: selector},
			}
		}, []bool{true, true, true, true}},
		"spread by node": {func(t *kubernetes.PodTemplate) {
			t.Spread = []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: hostname, WhenUnsatisfiable: corev1.DoNotSchedule,
				LabelSelector: selector}}
		}, []bool{false, true, true, true}},
		"preferred only": {func(t *kubernetes.PodTemplate) {
			t.Spread = []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: zone, WhenUnsatisfiable: corev1.ScheduleAnyway,
				LabelSelector: selector}}
		}, []bool{true, true, true, true}},
		"one zone alone": {func(t *kubernetes.PodTemplate) { t.NodeSelector = map[string]string{zone: "zone-1"} },
			[]bool{false, true, false, true}},
	} {
		c := clusterOf(4)
		x.change(&c.with("Deployment", "web", 0, -1).Template)
		e := c.engine(t)
		for n, want := range x.want {
			wants(t, fmt.Sprintf("%s, node %d", name, n), e.suits(&e.classes[e.pods[1].class], untied, int32(n), false), want)
		}
		e.ties = []tie{{zones: []int32{77}, host: anyHost, seen: anyHost}, {}, {host: noHost, seen: noHost}}
		for tied := range e.ties {
			wants(t, fmt.Sprint(name, ", a volume elsewhere ", tied), e.suits(&e.classes[e.pods[1].class], int32(tied), 1, false), false)
			wants(t, fmt.Sprint(name, ", a new node ", tied), e.tiedToNew(int32(tied), 0), false)
		}
		wants(t, name+", its own disk", e.suits(&e.classes[e.pods[1].class], 1, 0, false), x.want[0])
	}
}

// Node budgets count ready nodes, and what is on its way out or not ready
// against them.
func TestNodeBudgetsCount(t *testing.T) {
	c := clusterOf(5)
	c.Pools[0].Budgets = budgetsOf(disruption.NodeBudget{Nodes: "3"})
	c.Nodes[4].NotReady = true
	c.with("Deployment", "web", 0, 1, 2)
	e := c.engine(t)
	e.loop.concern(0)
	left, any := e.loop.remaining("Drifted")
	wants(t, "left with one node not ready", left[0], 2)
	wants(t, "any", any, true)
	e.nodeLifecycle.mark(0)
	e.nodeLifecycle.mark(0) // once
	e.nodeLifecycle.mark(4) // counted already
	left, _ = e.loop.remaining("Drifted")
	wants(t, "left with one on its way out", left[0], 1)
	e.nodeLifecycle.unmark(0)
	left, _ = e.loop.remaining("Drifted")
	wants(t, "left when it is back", left[0], 2)
	e.nodeLifecycle.mark(1)
	e.nodeLifecycle.mark(2)
	_, any = e.loop.remaining("Drifted")
	wants(t, "any at the limit", any, false)
}

// A node may be added while its pool stays at or under its limits; nodes on
// their way out do not count.
func TestPoolLimits(t *testing.T) {
	for limit, options := range map[int64]int{12000: 1, 11999: 0, 8000: 0, 0: 1} {
		c := clusterOf(2)
		c.Pools[0].Limits.CPU = limit
		c.with("Deployment", "web", 0)
		e := c.engine(t)
		wants(t, fmt.Sprintf("with %d of 8000 used", limit), min(1, len(e.nodeClaims.withinLimits(0, nil))), options)
		wants(t, fmt.Sprintf("over %d", limit), e.nodeClaims.overLimits()[0], false)
		e.nodeLifecycle.mark(1)
		wants(t, fmt.Sprintf("%d, one on its way out", limit), min(1, len(e.nodeClaims.withinLimits(0, nil))),
			boolean(limit != 0 && limit >= 8000 || limit == 0))
	}
}

// Karpenter evicts no pod of a later group before those of the earlier ones are
// gone: first what is not critical, then DaemonSets, then the critical.
func TestDrainsGoByGroups(t *testing.T) {
	c := clusterOf(2)
	c.Pools[0].Closed = true
	c.with("Deployment", "dns", 0).Template.PriorityClass = "system-cluster-critical"
	c.with("Deployment", "web", 0)
	e := c.engine(t)
	e.nodes[0].policy = e.triggers.policy(&Trigger{Kind: contract.Drift}, 0)
	e.drainer.begin(0, -1)
	e.runUntil(3 * time.Second)
	wants(t, "evicted at first", e.run.Evicted, 1)
	wants(t, "the critical pod runs on", e.pods[0].state, podRunning)
	e.runUntil(time.Minute)
	wants(t, "evicted in all", e.run.Evicted, 2)
	wants(t, "gone", e.run.Gone, 1)
	if e.run.LastGone < minDrain {
		t.Errorf("the node is gone after %s", e.run.LastGone)
	}
}

// A rolling upgrade has no more nodes on their way out than its pace.
func TestRollingUpgradePace(t *testing.T) {
	c := clusterOf(5)
	c.with("Deployment", "web", 0, 1, 2, 3, 4)
	e := c.engine(t)
	policy := *e.triggers.policy(&Trigger{Kind: contract.Delete}, 0)
	policy.Budgeted, policy.Karpenter, policy.Before, policy.After = false, false, false, false
	for n := range e.nodes {
		e.triggers.ask(int32(n), &policy, -1)
	}
	e.upgrader.upgrades = []*rollingUpgrade{{policy: &policy, todo: []int32{0, 1, 2, 3, 4}, limit: 2, replaces: map[int32]int32{}}}
	e.upgrader.upgrades[0].soon(e)
	e.runUntil(10 * time.Minute)
	wants(t, "draining at once", e.run.Draining, 2)
	wants(t, "gone", e.run.Gone, 5)
}

// The expiry controller takes one node after another, a second apart, at their age.
func TestExpiryAtTheAge(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 2)
	e := c.engine(t)
	for n := range e.nodes {
		e.nodes[n].expires = int64(time.Minute)
		e.expirer.setTimer(&Trigger{Kind: contract.Expiry}, int32(n), e.triggers.policy(&Trigger{Kind: contract.Expiry}, int32(n)), -1)
	}
	e.runUntil(time.Minute)
	wants(t, "drains before", e.run.Drained, 0)
	e.runUntil(time.Minute + driftNoticed.to + 500*time.Millisecond)
	wants(t, "drains in the first second", e.run.Drained, 1)
	e.runUntil(time.Minute + 4*time.Second)
	wants(t, "drains in all", e.run.Drained, 3)
	e.expirer.setTimer(&Trigger{Kind: contract.Expiry}, 0, nil, -1)
}

// Members of a StatefulSet are made in order, each when those before are ready.
func TestStatefulSetsStartInOrder(t *testing.T) {
	for _, parallel := range []bool{false, true} {
		c := clusterOf(3)
		c.with("StatefulSet", "db", 0, 1, 2).Rollout.Parallel = parallel
		e := c.engine(t)
		for p := range int32(3) {
			e.kubelet.terminate(p, 0, -1)
		}
		e.runUntil(10 * time.Second)
		want := 1
		if parallel {
			want = 3
		}
		wants(t, fmt.Sprint("members after 10 s, parallel: ", parallel), len(e.workloads[0].pods), want)
		e.runUntil(2 * time.Minute)
		wants(t, "ready in the end", e.workloads[0].ready, 3)
	}
}

// Which nodes count as domains of a spread: by default tainted and cordoned ones
// do, and those to which the pod's node affinity does not let it go do not; each
// policy turns that round. With fewer domains than minDomains none has fewer.
//
// Source: matchNodeInclusionPolicies and minMatchNum of the plugin
// PodTopologySpread of Kubernetes 1.36.
func TestSpreadDomains(t *testing.T) {
	honor, ignore := corev1.NodeInclusionPolicyHonor, corev1.NodeInclusionPolicyIgnore
	match := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	tainted := func(c *ruleCluster) {
		c.Nodes[3].Taints = []kubernetes.Taint{{Key: "control-plane", Effect: "NoSchedule"}}
	}
	cordoned := func(c *ruleCluster) { c.Nodes[3].Cordoned = true }
	labelled := func(c *ruleCluster) {
		for i := range 3 {
			c.Nodes[i].Labels["team"] = "a"
		}
		c.Workloads[0].Template.NodeSelector = map[string]string{"team": "a"}
	}
	for name, x := range map[string]struct {
		build func(c *ruleCluster)
		set   func(s *corev1.TopologySpreadConstraint)
		fits  bool // on node 0, beside one pod there and on nodes 1 and 2; node 3 has none
	}{
		"a node without any":                    {func(*ruleCluster) {}, nil, false},
		"which is tainted":                      {tainted, nil, false},
		"and taints are honoured":               {tainted, func(s *corev1.TopologySpreadConstraint) { s.NodeTaintsPolicy = &honor }, true},
		"which is cordoned":                     {cordoned, nil, false},
		"and that is a taint":                   {cordoned, func(s *corev1.TopologySpreadConstraint) { s.NodeTaintsPolicy = &honor }, true},
		"where its selector does not let it go": {labelled, nil, true},
		"and its affinity is ignored":           {labelled, func(s *corev1.TopologySpreadConstraint) { s.NodeAffinityPolicy = &ignore }, false},
		"which leaves fewer than there must be": {labelled, func(s *corev1.TopologySpreadConstraint) {
			n := int32(4)
			s.MinDomains = &n
		}, false},
		"which leaves as many as there must be": {labelled, func(s *corev1.TopologySpreadConstraint) { n := int32(3); s.MinDomains = &n }, true},
		"of which another revision has the pods": {func(*ruleCluster) {}, func(s *corev1.TopologySpreadConstraint) {
			s.MatchLabelKeys = []string{"version"}
		}, true},
		"no selector selects nothing": {func(*ruleCluster) {}, func(s *corev1.TopologySpreadConstraint) { s.LabelSelector = nil }, true},
	} {
		c := clusterOf(4)
		w := c.with("Deployment", "web", 0, 1, 2, -1)
		s := corev1.TopologySpreadConstraint{MaxSkew: 1, TopologyKey: hostname, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: match}
		if x.set != nil {
			x.set(&s)
		}
		w.Template.Spread = []corev1.TopologySpreadConstraint{s}
		if s.MatchLabelKeys != nil { // the pods that run are of another workload's
			w.Template.Labels = map[string]string{"app": "web", "version": "2"}
			w.Pods = w.Pods[3:]
			v := *w
			v.Name, v.Pods, v.Template.Labels = "web-1", []int{0, 1, 2}, map[string]string{"app": "web", "version": "1"}
			c.Workloads = append(c.Workloads, v)
			for i := range 3 {
				c.Pods[i].Workload = 1
			}
		}
		x.build(c)
		e := c.engine(t)
		wants(t, name, e.suits(&e.classes[e.pods[3].class], untied, 0, false), x.fits)
	}
}

// What a pod prefers decides between nodes that suit it: away from its like, or
// near to others, and where fewer are.
func TestPreferences(t *testing.T) {
	app := func(name string) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchLabels: map[string]string{"app": name}}
	}
	term := func(name string) []corev1.WeightedPodAffinityTerm {
		return []corev1.WeightedPodAffinityTerm{
			{Weight: 100, PodAffinityTerm: corev1.PodAffinityTerm{LabelSelector: app(name), TopologyKey: zone}},
		}
	}
	for name, x := range map[string]struct {
		set  func(t *kubernetes.PodTemplate)
		zone bool // in which node 0 is
	}{
		"near": {func(t *kubernetes.PodTemplate) {
			t.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{PreferredDuringSchedulingIgnoredDuringExecution: term("db")}}
		}, true},
		"away": {func(t *kubernetes.PodTemplate) {
			t.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{PreferredDuringSchedulingIgnoredDuringExecution: term("db")}}
		}, false},
		"spread": {func(t *kubernetes.PodTemplate) {
			t.Spread = []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: zone, WhenUnsatisfiable: corev1.ScheduleAnyway,
				LabelSelector: app("db")}}
		}, false},
	} {
		c := clusterOf(4)
		c.with("Deployment", "db", 0, 0)
		c.with("Deployment", "filler", 1, 1, 3, 3, 2) // so that the zones are as full
		x.set(&c.with("Deployment", "web", -1).Template)
		e := c.engine(t)
		p := int32(len(e.pods) - 1)
		for range 10 {
			n := e.scheduler.nodeFor(p, &e.classes[e.pods[p].class], untied)
			wants(t, name, n%2 == 0, x.zone)
		}
	}
}

// A static pool replaces drifted nodes one for one, as far as its limit leaves
// free capacity for the replacement beside the node, and no pods make it start others.
//
// Source: StaticDrift.ComputeCommands and ReserveNodeCount of Karpenter 1.14.
func TestStaticPools(t *testing.T) {
	for limit, x := range map[int64]struct{ first, started int }{0: {2, 2}, 3: {0, 0}, 4: {1, 1}, 9: {2, 2}} {
		c := clusterOf(3)
		c.Pools[0].Static, c.Pools[0].Replicas, c.Pools[0].Budgets = true, 3, budgetsOf(disruption.NodeBudget{Nodes: "2"})
		if limit > 0 {
			c.Pools[0].Limits.Other = map[string]int64{"nodes": limit}
		}
		c.with("Deployment", "web", 0, 1, 2, -1)
		e := c.engine(t)
		for n := range e.nodes {
			e.drift.want(int32(n))
		}
		e.static.replaceDrifted()
		wants(t, fmt.Sprint("limit ", limit, ": chosen"), len(e.commands.list), x.first)
		wants(t, fmt.Sprint("limit ", limit, ": started"), len(e.launching), x.started)
		e.static.replaceDrifted()
		wants(t, fmt.Sprint("limit ", limit, ": no more while those are to go"), len(e.commands.list), x.first)
		claims, _ := e.solver.solve([]int32{3}, nil, false)
		wants(t, fmt.Sprint("limit ", limit, ": nodes for pods"), len(claims), 0)
	}
	c := clusterOf(3)
	c.Pools[0].Static, c.Pools[0].Replicas, c.Pools[0].Limits.Other = true, 3, map[string]int64{"nodes": 3}
	c.with("Deployment", "web", 0)
	e := c.engine(t)
	e.nodes[1].policy = &contract.Policy{}
	e.drainer.begin(1, -1)
	wants(t, "at its limit the next comes when one is gone", len(e.launching), 0)
	e.nodeLifecycle.remove(1)
	wants(t, "then it does", len(e.launching), 1)
}

// A surge node comes up in any zone that has the fewest nodes of its pool, which
// no contract promises to be that of the node it replaces.
func TestSurgeZones(t *testing.T) {
	c := clusterOf(4) // two in each zone
	c.with("Deployment", "web", 0)
	e := c.engine(t)
	zones := map[int32]bool{}
	for range 50 {
		zones[e.shapes[e.upgrader.surge(&contract.Policy{}, e.nodes[0].shape)].domains[e.zoned]] = true
	}
	wants(t, "zones", len(zones), 2)
	e.alive[e.nodes[0].shape]--
	for range 20 {
		wants(t, "where the fewest are", e.upgrader.surge(&contract.Policy{}, e.nodes[1].shape), e.nodes[0].shape)
		wants(t, "where it is promised", e.upgrader.surge(&contract.Policy{Zone: contract.SameZone}, e.nodes[1].shape), e.nodes[1].shape)
	}
}

// Pods that still stop are on their node until they are gone: a drain that runs
// into its deadline then has not finished.
func TestGraceBeyondTheDeadline(t *testing.T) {
	c := clusterOf(2)
	c.with("Deployment", "web", 0, 1).Template.Grace = time.Hour
	e := c.engine(t)
	e.nodes[0].policy = &contract.Policy{Deadline: disruption.Deadline{After: time.Minute, Then: disruption.Fail}}
	e.workloads[0].podStop = int64(time.Hour)
	e.drainer.begin(0, -1)
	e.runUntil(30 * time.Minute)
	wants(t, "the pod was evicted", e.run.Evicted, 1)
	wants(t, "its node", e.nodes[0].state, nodeMarked)
	wants(t, "nodes gone", e.run.Gone, 0)
}
