package nodes

import (
	"testing"
	"time"
)

// A drain that only an escalation gets through is planned with it, and what is forced is told and counted; without one, or
// where that does not get through either, the node is left with the finding that has the fix.
func TestPlansWhatIsForced(t *testing.T) {
	held := func(escalate time.Duration, change func(c *cluster)) *Asked {
		c := clusterOf(4)
		c.with("Deployment", "web", 0, 1, 2)
		c.pdb("web", "0")
		if change != nil {
			change(c)
		}
		a := asked(c, "nodes=node-00")
		a.Escalate = escalate
		return a
	}
	p := made(t, held(time.Hour, nil))
	x := p.Prediction
	if x.Forced != 1 || len(x.ForcedPods) != 1 || !p.Forces() || x.Evictions != 0 || len(p.Left) > 0 {
		t.Fatalf("%+v, left %+v", x, p.Left)
	}
	if f := x.ForcedPods[0]; f.Pod != "web-0" || f.Group != "node-00" || f.Past != "PDB default/web" || f.At.MedianSeconds < 1800 ||
		f.At.MedianSeconds > 2000 {
		t.Errorf("%+v", f)
	}
	if s := stepOf(t, p, "drain/node-00"); s.Predicted == nil || s.Predicted.MedianSeconds < 1800 || s.Escalation == nil {
		t.Errorf("%+v", s)
	}
	for name, a := range map[string]*Asked{
		"none is asked for": held(0, nil),
		"its floor is kept": held(time.Hour, func(c *cluster) {
			floor := 3
			c.Workloads[0].Floor = &floor
			c.with("Deployment", "api", 0)
			c.Budgets[0].Unhealthy = "AlwaysAllow"
			c.Pods[c.Workloads[0].Pods[1]].Ready = false // below it already
		}),
		"another is not ready": held(time.Hour, func(c *cluster) {
			c.Workloads[0].Replicas = 9
			c.Pods[c.Workloads[0].Pods[1]].Phase, c.Pods[c.Workloads[0].Pods[1]].Ready = "Pending", false
			for i := range c.Nodes {
				c.Nodes[i].Allocatable.CPU = 600
			}
			c.Pools = nil
			for i := range c.Nodes {
				c.Nodes[i].NodeClaim = nil
			}
		}),
	} {
		if name == "another is not ready" {
			a.Replace.Asked = true
		}
		p := made(t, a)
		if len(p.Left) != 1 || p.Forces() || p.Prediction.Forced != 0 {
			t.Errorf("%s: left %+v, %+v", name, p.Left, p.Prediction)
		}
	}
}
