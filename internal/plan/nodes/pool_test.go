package nodes

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// managed has the nodes named by number be of a managed node group of EKS.
func (c *cluster) managed(group string, nodes ...int) {
	for _, i := range nodes {
		n := &c.Nodes[i]
		n.NodeClaim, n.Labels = nil, map[string]string{"eks.amazonaws.com/nodegroup": group, "alpha.eksctl.io/cluster-name": "shop",
			"topology.kubernetes.io/region": "eu-central-1", "topology.kubernetes.io/zone": fmt.Sprint("zone-", i%2)}
	}
}

func group(c *cluster, name string) {
	all := make([]int, len(c.Nodes))
	for i := range all {
		all[i] = i
	}
	c.Pools = nil
	c.managed(name, all...)
}

// A managed node group goes by one call, which nobody cordons or drains for.
func TestPoolByCall(t *testing.T) {
	c := clusterOf(3)
	c.with("Deployment", "web", 0, 1, 2)
	c.pdb("web", "1")
	group(c, "blue")
	a := asked(c, "version=1.36")
	a.AtOnce, a.Soak = Amount{Number: 2}, 2*time.Minute
	p := made(t, a)
	if len(p.Steps) != 2 || len(p.Left) > 0 || len(p.Risks) > 0 {
		t.Fatalf("steps %+v, left %+v, risks %+v", p.Steps, p.Left, p.Risks)
	}
	call, settle := p.Steps[0], p.Steps[1]
	for field, want := range map[string]string{step.Cluster: "shop", step.Region: "eu-central-1", step.Version: "1.36", step.Pool: "blue",
		step.PoolKey: "eks.amazonaws.com/nodegroup", step.AtOnce: "2", step.Nodes: "node-00,node-01,node-02",
		step.NodeUIDs: "uid-node-00,uid-node-01,uid-node-02", step.Strategy: ""} {
		if got := call.Action.With[field]; got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	if call.Action.Kind != step.ByEKS || call.Undo != nil || call.Attempts != 1 || call.Predicted.MedianSeconds <= 0 {
		t.Errorf("the call is %+v", call)
	}
	var guards []string
	for _, g := range call.Guards {
		guards = append(guards, g.Kind+" "+g.With[step.Name]+" "+g.With[step.Least])
	}
	if !slices.Equal(guards, []string{"floor web 1", "budget web "}) {
		t.Errorf("guards are %q", guards)
	}
	if settle.Action.With[step.Workloads] != "default/Deployment/web" || !slices.Equal(settle.Needs, []string{call.ID}) ||
		settle.Action.With[step.Soak] != "2m0s" {
		t.Errorf("settle is %+v", settle)
	}
	if x := p.Prediction; x.Evictions < 3 || x.Lowest[0].Ready != 2 || x.Took.MedianSeconds != call.Predicted.MedianSeconds+120 {
		t.Errorf("the prediction is %+v", x)
	}
	if got := groups(p); len(got) != 1 || !slices.Equal(got[0], []string{"pool/blue"}) {
		t.Errorf("waves are %v", got)
	}
	if f := p.Facts[0]; f.Object != "Node node-00" || f.Value != "uid-node-00" {
		t.Errorf("facts are %+v", p.Facts)
	}
}

// Fewer at a time take longer.
func TestPoolAtOnce(t *testing.T) {
	took := func(atOnce int) float64 {
		c := clusterOf(4)
		c.with("Deployment", "web", 0, 1, 2, 3)
		group(c, "blue")
		a := asked(c, "older-than=1h")
		a.AtOnce = Amount{Number: atOnce}
		p := made(t, a)
		if v := p.Steps[0].Action.With[step.Version]; v != "1.35" {
			t.Errorf("the version is %q: without one nodes would go to that of the control plane", v)
		}
		return p.Prediction.Took.MedianSeconds
	}
	if one, four := took(1), took(4); one < 2*four {
		t.Errorf("one at a time takes %v s, four %v s", one, four)
	}
}

// What a call is not about, or cannot be made for, is left, and what it would break is said.
func TestPoolsThatAreLeft(t *testing.T) {
	for name, x := range map[string]struct {
		build  func(c *cluster, a *Asked)
		target string
		left   string // why
		fix    string
		risks  string
	}{
		"by name":  {func(*cluster, *Asked) {}, "nodes=node-00", "AWS replaces the nodes of pool blue once it is asked to", "eksctl upgrade", ""},
		"by image": {func(*cluster, *Asked) {}, "image=another", "AWS replaces the nodes of pool blue once it is asked to", "eksctl upgrade", ""},
		"a cluster without a name": {func(c *cluster, _ *Asked) {
			for i := range c.Nodes {
				delete(c.Nodes[i].Labels, "alpha.eksctl.io/cluster-name")
			}
		}, "version=1.36", "nothing that was read says how it calls the cluster", "--cluster NAME says it", ""},
		"a PDB that never allows": {func(c *cluster, _ *Asked) { c.with("Deployment", "db", 0); c.pdb("db", "0") }, "version=1.36",
			"AWS gives the replacement of pool blue up", "", ""},
		"a short window": {func(_ *cluster, a *Asked) {
			a.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 14 * time.Hour, Length: time.Minute}
		}, "version=1.36", "the window is never open for so long", "a longer window", ""},
		"below its floor": {func(c *cluster, _ *Asked) {
			floor := 3
			c.with("Deployment", "db", 0, 0).Floor = &floor
		}, "version=1.36", "below its floor already", "get its pods ready", ""},
		"a single pod": {func(c *cluster, _ *Asked) { c.with("Deployment", "db", 0) }, "version=1.36", "", "",
			"single-replica/default/Deployment/db"},
		"a bare pod": {func(c *cluster, _ *Asked) { c.with("Pod", "db", 0) }, "version=1.36", "", "", "bare-pod/default/Pod/db"},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", 0, 1, 2)
		group(c, "blue")
		a := asked(c, x.target)
		x.build(c, a)
		p := made(t, a)
		l := left(p)["node-00"]
		if x.left == "" && len(p.Left) > 0 || !strings.Contains(l.Why, x.left) || !strings.Contains(l.Fix, x.fix) {
			t.Errorf("%s: left %+v", name, p.Left)
		}
		if (len(p.Steps) > 0) != (x.left == "") {
			t.Errorf("%s: steps %+v", name, p.Steps)
		}
		var risks []string
		for i := range p.Risks {
			risks = append(risks, p.Risks[i].Name())
		}
		if got := strings.Join(risks, " "); x.risks != "" && !strings.Contains(got, x.risks) || x.risks == "" && got != "" {
			t.Errorf("%s: risks %q", name, got)
		}
	}
}

// Pools go after the nodes that are replaced one by one, each when the one before has settled; and
// in a window only where it stays open for as long as the call takes.
func TestPoolsAfterNodes(t *testing.T) {
	c := clusterOf(6)
	c.with("Deployment", "web", 0, 1, 2, 3, 4, 5)
	c.managed("green", 2, 3)
	c.managed("blue", 4, 5)
	a := asked(c, "version=1.36")
	a.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 13 * time.Hour, Length: 2 * time.Hour}
	p := made(t, a)
	got := groups(p)
	if len(got) < 4 || !slices.Equal(slices.Concat(got[len(got)-2:]...), []string{"pool/blue", "pool/green"}) {
		t.Fatalf("waves are %v, left %+v", got, p.Left)
	}
	for i, w := range p.Waves {
		if w.Number != i+1 || i > 0 && w.StartSeconds <= p.Waves[i-1].StartSeconds {
			t.Errorf("wave %d is %+v", i+1, w)
		}
	}
	steps := map[string]plan.Step{}
	for _, s := range p.Steps {
		steps[s.ID] = s
	}
	blue, green := steps["replace/pool/blue"], steps["replace/pool/green"]
	if !slices.Equal(green.Needs, []string{"settle/pool/blue"}) || len(blue.Needs) == 0 || !strings.HasPrefix(blue.Needs[0], "settle/node-") {
		t.Errorf("blue needs %v, green %v", blue.Needs, green.Needs)
	}
	if g := blue.Guards[0]; g.Kind != step.Window || g.With[step.Room] == "" {
		t.Errorf("the window of a call is %+v", g)
	}
	if g := steps["drain/node-00"].Guards[0]; g.With[step.Room] != "" {
		t.Errorf("the window of a drain is %+v", g)
	}
	if x := p.Prediction.Took; x.MinSeconds > x.MedianSeconds || x.MedianSeconds > x.MaxSeconds || x.MinSeconds <= 3600 {
		t.Errorf("took %+v", x)
	}
}
