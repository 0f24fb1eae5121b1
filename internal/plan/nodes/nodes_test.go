package nodes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/responsibility"
)

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// cluster is an estate in the making: nodes of Karpenter in two zones.
type cluster struct{ kubernetes.Estate }

func clusterOf(nodes int) *cluster {
	c := &cluster{kubernetes.Estate{Live: true, Newest: noon, Namespaces: []kubernetes.Namespace{{Name: "kube-system", UID: "c1"}}}}
	c.Pools = []kubernetes.Pool{{API: "karpenter.sh/NodePool", Name: "default", NodeClass: "karpenter.k8s.aws/EC2NodeClass"}}
	for i := range nodes {
		name := fmt.Sprintf("node-%02d", i)
		c.NodeClaims = append(c.NodeClaims, kubernetes.NodeClaim{Name: "claim-" + name, UID: "claim-" + name, Node: name, Drifted: i%2 == 0})
		c.Nodes = append(c.Nodes, kubernetes.Node{Name: name, UID: "uid-" + name, Created: noon.Add(-time.Duration(i+1) * 24 * time.Hour),
			KubeletVersion: "v1.35.2", OSImage: "Ubuntu 24.04",
			Labels:      map[string]string{"karpenter.sh/nodepool": "default", "topology.kubernetes.io/zone": fmt.Sprint("zone-", i%2)},
			Allocatable: kubernetes.Resources{CPU: 4000, Memory: 16 << 30, Pods: 20}})
	}
	for i := range c.Nodes {
		c.Nodes[i].NodeClaim = &c.NodeClaims[i]
	}
	return c
}

// with adds a workload with a pod on each of the nodes named by number.
func (c *cluster) with(kind, name string, on ...int) *kubernetes.Workload {
	app := map[string]string{"app": name}
	w := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "default", Kind: kind, Name: name}, Group: "apps", Replicas: len(on),
		ReplicasSet: true,
		Scaled:      kind == "Deployment" || kind == "StatefulSet", Evictable: kind != "DaemonSet", Lasting: kind != "Job",
		Bare: kind == "Pod",
		Template: kubernetes.PodTemplate{Labels: app, Requests: kubernetes.Resources{CPU: 500, Memory: 1 << 29, Pods: 1},
			Grace: 30 * time.Second}}
	for i, n := range on {
		w.Pods = append(w.Pods, len(c.Pods))
		c.Pods = append(c.Pods, kubernetes.Pod{Namespace: "default", Name: fmt.Sprintf("%s-%d", name, i), UID: fmt.Sprintf("%08x",
			7919*len(c.Pods)),
			Labels: app, Phase: "Running", Ready: true, Created: noon.Add(-time.Hour), Started: noon.Add(-time.Hour), Workload: len(c.Workloads),
			Node: fmt.Sprintf("node-%02d", n)})
	}
	c.Workloads = append(c.Workloads, w)
	return &c.Workloads[len(c.Workloads)-1]
}

// pdb adds one over a workload.
func (c *cluster) pdb(name, maxUnavailable string) {
	v, app := intstr.Parse(maxUnavailable), map[string]string{"app": name}
	c.Budgets = append(c.Budgets, kubernetes.Budget{Namespace: "default", Name: name, UID: "pdb-" + name,
		Selector:      labels.SelectorFromSet(app),
		LabelSelector: &metav1.LabelSelector{MatchLabels: app}, MaxUnavailable: &v})
}

var knowledge = func() *responsibility.Catalog {
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		panic(err)
	}
	return c
}()

// asked is what is asked of a cluster where nothing else is said: all nodes, one at a time.
func asked(c *cluster, target string) *Asked {
	a := &Asked{Estate: &c.Estate, Start: noon, Made: noon, By: "test", Name: "prod", Runs: 2}
	a.Places = locate.Locate(knowledge, &c.Estate, nil, nil).Decided()
	var err error
	if a.Target, err = ParseTarget(target); err != nil {
		panic(err)
	}
	return a
}

func made(t testing.TB, a *Asked) *plan.Plan {
	t.Helper()
	p, err := Make(context.Background(), a)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Validate(); err != nil {
		t.Fatal(err)
	}
	return p
}

// groups are the nodes of a plan, wave by wave.
func groups(p *plan.Plan) [][]string {
	var all [][]string
	for _, w := range p.Waves {
		all = append(all, w.Groups)
	}
	return all
}

func left(p *plan.Plan) map[string]plan.Left {
	all := map[string]plan.Left{}
	for _, l := range p.Left {
		all[l.Group] = l
	}
	return all
}

// The steps of a node follow one another, and those of a wave the wave before.
func TestStepsOfANode(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 2)
	c.pdb("web", "1")
	c.with("DaemonSet", "agent", 0, 1, 2)
	a := asked(c, "nodes=node-00,node-01")
	a.Soak = 2 * time.Minute
	p := made(t, a)
	if p.Target != (plan.Target{Kind: "cluster", Name: "prod", UID: "c1"}) || p.Kind != Kind || !strings.HasPrefix(p.ID,
		"nodes-20261122-1200-") {
		t.Errorf("the plan is %+v of %s", p.Target, p.ID)
	}
	var ids []string
	for _, s := range p.Steps {
		if s.Action.With[step.Node] != s.Group || s.Action.With[step.NodeUID] != "uid-"+s.Group {
			t.Errorf("%s is of %v", s.ID, s.Action.With)
		}
		ids = append(ids, s.ID)
	}
	want := []string{"cordon/node-00", "drain/node-00", "replace/node-00", "settle/node-00",
		"cordon/node-01", "drain/node-01", "replace/node-01", "settle/node-01"}
	if !slices.Equal(ids, want) {
		t.Fatalf("steps are %v", ids)
	}
	if !slices.Equal(p.Steps[4].Needs, []string{"settle/node-00"}) || !slices.Equal(p.Steps[3].Needs, []string{"replace/node-00"}) {
		t.Errorf("needs are %v and %v", p.Steps[4].Needs, p.Steps[3].Needs)
	}
	if g := p.Steps[4].Guards; len(p.Steps[0].Guards) > 0 || len(g) != 1 || g[0].Kind != step.Soaked || g[0].With[step.Soak] != "2m0s" ||
		g[0].With[step.Workloads] != "default/Deployment/web" {
		t.Errorf("the second wave begins while %v", g)
	}
	cordon, drain, replace, settle := p.Steps[0], p.Steps[1], p.Steps[2], p.Steps[3]
	if cordon.Undo == nil || cordon.Undo.Kind != step.Uncordon || drain.Undo != nil {
		t.Error("a cordon is undone by an uncordon, and a drain by nothing")
	}
	var guards []string
	for _, g := range drain.Guards {
		guards = append(guards, g.Kind+" "+g.With[step.Name]+" "+g.With[step.Least])
	}
	if !slices.Equal(guards, []string{"floor web 1", "budget web "}) {
		t.Errorf("the guards of a drain are %q", guards)
	}
	if drain.TimeoutSeconds != 1830 || replace.Action.Kind != step.ByKarpenter || replace.Action.With[step.NodeClaimUID] != "claim-node-00" {
		t.Errorf("drain %d s, replace %+v", drain.TimeoutSeconds, replace.Action)
	}
	if settle.Action.With[step.Workloads] != "default/Deployment/web" || settle.Action.With[step.Soak] != "2m0s" {
		t.Errorf("settle %v", settle.Action.With)
	}
	if p.Prediction.Took.MedianSeconds < 120 || p.Prediction.Lowest[0].Ready != 2 || p.Prediction.Forced != 0 || drain.Predicted == nil {
		t.Errorf("the prediction is %+v", p.Prediction)
	}
}

// What comes after a drain is read from the node, unless somebody says it.
func TestWaysToReplace(t *testing.T) {
	machine := func(c *cluster) {
		c.Nodes[0].NodeClaim, c.Pools = nil, nil
		c.Nodes[0].Annotations = map[string]string{"cluster.x-k8s.io/machine": "m1", "cluster.x-k8s.io/cluster-namespace": "infra"}
		c.Machines = []kubernetes.Machine{{API: "cluster.x-k8s.io/Machine", Namespace: "infra", Name: "m1", UID: "machine-1"}}
	}
	bare := func(labels map[string]string) func(c *cluster) {
		return func(c *cluster) { c.Nodes[0].NodeClaim, c.Pools, c.Nodes[0].Labels = nil, nil, labels }
	}
	for name, x := range map[string]struct {
		build   func(c *cluster)
		replace string
		kinds   string // of the steps
		left    string
	}{
		"karpenter":                 {func(*cluster) {}, "", "cordon drain replace/karpenter settle", ""},
		"machine":                   {machine, "", "cordon drain replace/cluster-api settle", ""},
		"a claim that was not read": {func(c *cluster) { c.Nodes[0].NodeClaim = nil }, "", "", "read nodeclaims too"},
		"a machine elsewhere":       {func(c *cluster) { machine(c); c.Machines, c.Nodes[0].Labels = nil, nil }, "", "", "delete it there"},
		"a machine of OpenShift": {func(c *cluster) {
			c.Nodes[0].NodeClaim, c.Nodes[0].Labels = nil, nil
			c.Nodes[0].Annotations = map[string]string{"machine.openshift.io/machine": "openshift-machine-api/worker-a"}
		}, "", "", "read machines too"},
		"drained alone": {func(*cluster) {}, "none", "cordon drain settle", ""},
		"a command":     {bare(nil), "exec:./patch.sh --now", "cordon drain replace/exec uncordon settle", ""},
		"nothing known": {bare(nil), "", "", "--replace=none drains it"},
		"a node group": {bare(map[string]string{"eks.amazonaws.com/nodegroup": "blue"}), "", "",
			"eksctl upgrade nodegroup --cluster=CLUSTER --name=blue"},
		"a pool of GKE": {bare(map[string]string{"cloud.google.com/gke-nodepool": "p1"}), "", "",
			"gcloud container clusters upgrade CLUSTER --node-pool p1"},
		"a pool of AKS": {bare(map[string]string{"kubernetes.azure.com/agentpool": "sys", "kubernetes.azure.com/cluster": "x"}), "", "",
			"az aks nodepool upgrade --cluster-name CLUSTER --name sys"},
		"a group anyhow": {bare(map[string]string{"eks.amazonaws.com/nodegroup": "blue"}), "none", "cordon drain settle", ""},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 1, 2)
		x.build(c)
		a := asked(c, "nodes=node-00")
		var err error
		if a.Replace, err = ParseReplace(x.replace); err != nil {
			t.Fatal(err)
		}
		p := made(t, a)
		var kinds []string
		for _, s := range p.Steps {
			kinds = append(kinds, s.Action.Kind)
		}
		if got := strings.Join(kinds, " "); got != x.kinds {
			t.Errorf("%s: steps %q, want %q", name, got, x.kinds)
		}
		if l := left(p)["node-00"]; x.left != "" && !strings.Contains(l.Fix, x.left) || x.left == "" && l.Why != "" {
			t.Errorf("%s: left %+v, want %q", name, l, x.left)
		}
	}
}

// What never drains, or is not to be disrupted, is left with the reason and the way out, and
// the others go.
func TestWhatIsLeft(t *testing.T) {
	for name, x := range map[string]struct {
		build      func(c *cluster)
		target     string
		obligation string
		why        string
		subject    string
	}{
		"a strict PDB": {func(c *cluster) { c.with("Deployment", "db", 0); c.pdb("db", "0") }, "version=1.36", "pdb-never-allows",
			"PDB db allows no",
			"default/Deployment/db"},
		"two PDBs": {func(c *cluster) { c.with("Deployment", "db", 0, 0); c.pdb("db", "1"); c.pdb("db", "50%") }, "version=1.36",
			"pdb-overlap",
			"several PDBs select it", "default/Deployment/db"},
		"the control plane": {func(c *cluster) { c.Nodes[0].Labels["node-role.kubernetes.io/control-plane"] = "" }, "version=1.36", "",
			"of the control plane", ""},
		"do not disrupt": {func(c *cluster) {
			c.with("Deployment", "job", 0).Template.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "true"}
		}, "version=1.36", "replacement-finishes", "karpenter.sh/do-not-disrupt", "default/Deployment/job"},
		"do not disrupt for a while": {func(c *cluster) {
			c.with("Deployment", "job", 0).Template.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "8h"}
		}, "version=1.36", "replacement-finishes", "karpenter.sh/do-not-disrupt", "default/Deployment/job"},
		"a node that is kept": {func(c *cluster) { c.Nodes[0].Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "true"} },
			"version=1.36",
			"replacement-finishes", "it is annotated", ""},
		"not to be evicted": {func(c *cluster) {
			c.with("Deployment", "job", 0).Template.Annotations = map[string]string{"cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}
		}, "version=1.36", "replacement-finishes", "safe-to-evict", "default/Deployment/job"},
		"below its floor": {func(c *cluster) {
			floor := 3
			c.with("Deployment", "db", 0, 0).Floor = &floor
		}, "version=1.36", "survives-replacement", "below its floor already", "default/Deployment/db"},
		"a bare pod": {func(c *cluster) { c.with("Pod", "db", 0) }, "version=1.36", "bare-pod", "no controller makes pod default/db anew",
			"default/Pod/db"},
		"no version":    {func(c *cluster) { c.Nodes[0].KubeletVersion = "" }, "version=1.36", "", "its version was not read", ""},
		"on its way":    {func(c *cluster) { c.Nodes[0].Deleted = noon }, "version=1.36", "", "on its way out", ""},
		"one that runs": {func(*cluster) {}, "version=1.36", "", "", ""},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 1, 2)
		x.build(c)
		p := made(t, asked(c, x.target))
		l, is := left(p)["node-00"]
		if is != (x.why != "") || l.Obligation != x.obligation || !strings.Contains(l.Why, x.why) || l.Subject != x.subject {
			t.Errorf("%s: left %+v", name, p.Left)
		}
		if nodes := slices.Concat(groups(p)...); !slices.Contains(nodes, "node-01") || slices.Contains(nodes, "node-00") == is {
			t.Errorf("%s: the plan has %v", name, nodes)
		}
	}
}

// What a plan does that nobody may do unasked is a risk by name, and the guard is as low as it
// has to be.
func TestRisks(t *testing.T) {
	for name, x := range map[string]struct {
		build func(c *cluster)
		want  string
	}{
		"none":         {func(*cluster) {}, ""},
		"a single pod": {func(c *cluster) { c.with("Deployment", "db", 0) }, "single-replica/default/Deployment/db"},
		"all are wanted": {func(c *cluster) {
			floor := 2
			c.with("Deployment", "db", 0, 1).Floor = &floor
		}, "survives-replacement/default/Deployment/db"},
		"nobody minds": {func(c *cluster) {
			floor := 0
			c.with("Deployment", "db", 0).Floor = &floor
		}, ""},
		"a local disk": {func(c *cluster) {
			w := c.with("StatefulSet", "db", 0, 1)
			c.Pods[w.Pods[0]].VolumeClaims = []string{"data-db-0"}
			c.VolumeClaims = []kubernetes.VolumeClaim{{Namespace: "default", Name: "data-db-0", Volume: "v", Local: true}}
		}, "data-outlasts-node/default/StatefulSet/db"},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 1, 2)
		x.build(c)
		p := made(t, asked(c, "nodes=node-00"))
		var names []string
		for i := range p.Risks {
			names = append(names, p.Risks[i].Name())
		}
		if got := strings.Join(names, " "); got != x.want {
			t.Errorf("%s: risks %q (left %+v), want %q", name, got, p.Left, x.want)
		}
	}
}

// A plan goes stale by what its guards read, and by nothing else.
func TestFacts(t *testing.T) {
	for name, x := range map[string]struct {
		change func(c *cluster)
		moved  string
	}{
		"nothing":          {func(*cluster) {}, ""},
		"another's node":   {func(c *cluster) { c.Nodes[2].UID = "new" }, ""},
		"a pod that moved": {func(c *cluster) { c.Pods[0].UID = "new" }, ""},
		"the node":         {func(c *cluster) { c.Nodes[0].UID = "new" }, "Node node-00 metadata.uid"},
		"its version":      {func(c *cluster) { c.Nodes[0].KubeletVersion = "v1.36.0" }, "Node node-00 status.nodeInfo.kubeletVersion"},
		"its claim":        {func(c *cluster) { c.NodeClaims[0].UID = "new" }, "NodeClaim claim-node-00 metadata.uid"},
		"the size":         {func(c *cluster) { c.Workloads[0].Replicas = 4 }, "Deployment default/web spec.replicas"},
		"a PDB": {func(c *cluster) { c.pdb("web", "2"); c.Budgets = c.Budgets[1:] },
			"PodDisruptionBudget default/web spec.maxUnavailable"},
		"an autoscaler": {func(c *cluster) {
			c.Workloads[0].Scaler = &kubernetes.Scaler{Ref: kubernetes.Ref{Kind: "HorizontalPodAutoscaler", Name: "web"}, Min: 2, Max: 5}
		}, "Deployment default/web spec.replicas"},
		"a kind that is not known": {func(c *cluster) { c.with("Cluster", "pg", 0) }, ""},
		"a PDB that is gone":       {func(c *cluster) { c.Budgets = nil }, "PodDisruptionBudget default/web metadata.uid"},
		"one more workload":        {func(c *cluster) { c.with("Deployment", "api", 0) }, "Deployment default/api spec.replicas"},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 1, 2)
		c.pdb("web", "1")
		p := made(t, asked(c, "nodes=node-00"))
		x.change(c)
		moved := p.Stale(Facts(&c.Estate, []string{"node-00"}))
		got := ""
		if len(moved) > 0 {
			got = moved[0].Object + " " + moved[0].Field
		}
		if got != x.moved {
			t.Errorf("%s: moved on %+v, want %q", name, moved, x.moved)
		}
	}
}

// In a window waves begin only while it is open, and each change is guarded by it.
func TestWindowOfAPlan(t *testing.T) {
	c := clusterOf(4)
	c.with("Deployment", "web", 0, 1, 2, 3)
	c.pdb("web", "1")
	a := asked(c, "nodes=node-00,node-01,node-02")
	a.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 14 * time.Hour, Length: time.Minute}
	p := made(t, a)
	for _, w := range p.Waves {
		at := noon.Add(time.Duration(w.StartSeconds * float64(time.Second)))
		if !a.Window.Contains(at, false) {
			t.Errorf("wave %d begins at %s", w.Number, at)
		}
	}
	if last := p.Waves[len(p.Waves)-1]; last.StartSeconds < 24*3600 {
		t.Errorf("all fits into a minute: %+v", p.Waves)
	}
	for _, s := range p.Steps {
		guarded := slices.ContainsFunc(s.Guards, func(g plan.Guard) bool { return g.Kind == step.Window && g.With[step.At] == "14:00" })
		if guarded != (s.Action.Kind != step.Settle) {
			t.Errorf("%s is guarded by the window: %t", s.ID, guarded)
		}
	}
}

// Where something could not be read, or no node is picked, there is no plan, and it says why.
func TestNoPlan(t *testing.T) {
	for name, x := range map[string]struct {
		build  func(c *cluster)
		target string
		want   string
	}{
		"no such node":   {func(*cluster) {}, "nodes=node-9", `there is no node "node-9"`},
		"none so old":    {func(*cluster) {}, "older-than=30d", "the target older-than=30d picks none of 3 nodes"},
		"none at all":    {func(c *cluster) { c.Nodes = nil }, "drifted", "no node was read"},
		"no pods":        {func(c *cluster) { c.Pods = nil; c.Workloads[0].Pods = nil }, "drifted", "no pods were read"},
		"all new enough": {func(*cluster) {}, "version=1.35", "the target version=1.35 picks none"},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 1, 2)
		x.build(c)
		_, err := Make(context.Background(), asked(c, x.target))
		var none *NoneError
		if !errors.As(err, &none) || !strings.Contains(err.Error(), x.want) || none.There == "" {
			t.Errorf("%s: %v, want %s", name, err, x.want)
		}
	}
}

// A play that somebody stops ends with that.
func TestStopped(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 2)
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := Make(ctx, asked(c, "drifted")); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}
