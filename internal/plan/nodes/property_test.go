package nodes

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/basis"
	"github.com/onus-project/onus/internal/plan/step"
)

// randomCluster has nodes, workloads, PDBs and floors of all sorts.
func randomCluster(t *rapid.T) *cluster {
	n := rapid.IntRange(1, 8).Draw(t, "nodes")
	c := clusterOf(n)
	for k := range rapid.IntRange(1, 5).Draw(t, "workloads") {
		name := fmt.Sprint("app-", k)
		on := rapid.SliceOfN(rapid.IntRange(0, n-1), 1, 5).Draw(t, "on")
		w := c.with(rapid.SampledFrom([]string{"Deployment", "Deployment", "StatefulSet", "DaemonSet", "Pod"}).Draw(t, "kind"), name, on...)
		switch rapid.IntRange(0, 5).Draw(t, "more") {
		case 0:
			c.Pods[w.Pods[0]].Ready = false
		case 1:
			floor := rapid.IntRange(0, 5).Draw(t, "floor")
			w.Floor = &floor
		case 2:
			w.Template.Annotations = map[string]string{"karpenter.sh/do-not-disrupt": "true"}
		}
		for range rapid.IntRange(0, 2).Draw(t, "pdbs") {
			c.pdb(name, rapid.SampledFrom([]string{"0", "1", "2", "34%"}).Draw(t, "pdb"))
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "control plane") == 0 {
		c.Nodes[0].Labels["node-role.kubernetes.io/control-plane"] = ""
	}
	return c
}

// Every node that is picked is in one wave or left; no wave is larger than was asked for, or
// holds two nodes that share what is tight; no floor that is promised breaks in any run; what
// is written is read again, and can be carried out.
func TestPlansHold(t *testing.T) {
	planned, waves := 0, 0
	defer func() { t.Logf("%d nodes in %d waves", planned, waves) }()
	rapid.Check(t, func(t *rapid.T) {
		c := randomCluster(t)
		a := asked(c, rapid.SampledFrom([]string{"version=1.36", "drifted", "older-than=36h"}).Draw(t, "target"))
		a.AtOnce, _ = ParseAmount(rapid.SampledFrom([]string{"1", "2", "50%", "8"}).Draw(t, "at once"))
		a.Replace, _ = ParseReplace(rapid.SampledFrom([]string{"", "", "none", "exec:true"}).Draw(t, "replace"))
		if rapid.Bool().Draw(t, "window") {
			a.Window, _ = disruption.ParseWindow("11:00+2h")
		}
		p, err := Make(t.Context(), a)
		if err != nil {
			var picked bool
			for i := range c.Nodes {
				goes, _ := a.Target.picks(&c.Nodes[i], a.Start)
				picked = picked || goes
			}
			if picked {
				t.Fatal(err)
			}
			return
		}
		holds(t, c, a, p)
		planned, waves = planned+len(slices.Concat(groups(p)...)), waves+len(p.Waves)
	})
}

func holds(t *rapid.T, c *cluster, a *Asked, p *plan.Plan) {
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := plan.Read("plan.json", data); err != nil { // among others, that no steps need each other in a circle
		t.Fatal(err)
	}
	in, out := map[string]int{}, left(p)
	if len(out) != len(p.Left) {
		t.Fatalf("a node is left twice: %+v", p.Left)
	}
	for _, w := range p.Waves {
		if most := a.AtOnce.of(len(c.Nodes)); len(w.Groups) == 0 || len(w.Groups) > most {
			t.Fatalf("wave %d has %d nodes, of %d at the most", w.Number, len(w.Groups), most)
		}
		for _, g := range w.Groups {
			in[g]++
		}
		oneEach(t, c, w.Groups)
	}
	for i := range c.Nodes {
		name := c.Nodes[i].Name
		goes, _ := a.Target.picks(&c.Nodes[i], a.Start)
		_, isLeft := out[name]
		if want := boolean(goes); in[name]+boolean(isLeft) != want {
			t.Fatalf("%s is in %d waves, left %t, picked %t", name, in[name], isLeft, goes)
		}
	}
	for _, s := range p.Steps {
		if in[s.Group] != 1 {
			t.Fatalf("%s is of a node in no wave", s.ID)
		}
		for _, g := range s.Guards {
			if g.Kind != step.Floor {
				continue
			}
			ref := g.With[step.Namespace] + "/" + g.With[step.Kind] + "/" + g.With[step.Name]
			for _, l := range p.Prediction.Lowest {
				if broken := l.Service == ref && fmt.Sprint(l.Ready) < g.With[step.Least]; broken && !accepted(p, ref) {
					t.Fatalf("%s falls to %d: %+v", ref, l.Ready, g)
				}
			}
		}
	}
}

func accepted(p *plan.Plan, ref string) bool {
	return slices.ContainsFunc(p.Risks, func(r plan.Risk) bool { return strings.HasSuffix(r.Name(), "/"+ref) })
}

func boolean(b bool) int {
	if b {
		return 1
	}
	return 0
}

// oneEach holds that no two nodes of a wave have pods of one StatefulSet, or under one PDB that
// lets one go.
func oneEach(t *rapid.T, c *cluster, groups []string) {
	on := map[string]string{}
	for i := range c.Pods {
		pod := &c.Pods[i]
		if !slices.Contains(groups, pod.Node) {
			continue
		}
		w := &c.Workloads[pod.Workload]
		var tight []string
		if w.Kind == "StatefulSet" {
			tight = append(tight, w.Name)
		}
		for k := range c.Budgets {
			if b := &c.Budgets[k]; basis.Selects(b, pod) && b.MaxUnavailable.String() == "1" {
				tight = append(tight, "PDB "+b.Name)
			}
		}
		for _, x := range tight {
			if other, ok := on[x]; ok && other != pod.Node {
				t.Fatalf("%s and %s of one wave share %s", other, pod.Node, x)
			}
			on[x] = pod.Node
		}
	}
}
