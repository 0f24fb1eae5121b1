package simulate

import (
	"maps"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// loseOrAnnotate has nodes of some estates not report, and of some annotated.
func loseOrAnnotate(t *rapid.T, e *kubernetes.Estate) {
	if chance(t, 4, "lost nodes") {
		loseSome(t, e)
	}
	if chance(t, 4, "annotated") {
		annotateSome(t, e)
	}
	if chance(t, 8, "devices") {
		for i := range e.Workloads {
			e.Workloads[i].Template.Devices = chance(t, 3, "claims devices")
		}
	}
	if chance(t, 12, "attached") && len(e.Nodes) > 0 {
		e.Attachments = []kubernetes.Attachment{{Name: "csi-1", Node: e.Nodes[0].Name, Volume: "gone"}}
	}
}

// annotateSome has somebody annotate some nodes and pods of a random estate, or take the
// annotation from pods whose template has it.
func annotateSome(t *rapid.T, e *kubernetes.Estate) {
	for i := range e.Nodes {
		if chance(t, 6, "kept") {
			e.Nodes[i].Annotations = map[string]string{disruption.DoNotDisrupt: "true"}
		}
		if chance(t, 12, "never initialized") {
			e.Nodes[i].Labels = maps.Clone(e.Nodes[i].Labels)
			if e.Nodes[i].Labels == nil {
				e.Nodes[i].Labels = map[string]string{}
			}
			e.Nodes[i].Labels["karpenter.sh/registered"] = "true"
		}
	}
	for i := range e.Pods {
		if chance(t, 8, "annotated pod") {
			e.Pods[i].Annotated = &map[string]string{disruption.DoNotDisrupt: rapid.SampledFrom([]string{"true", "", "5m"}).Draw(t, "as")}
		}
	}
}

// What somebody has annotated do-not-disrupt, a node or a pod of any kind, keeps Karpenter
// from choosing the node. Expiry takes the node all the same, and waits for the pod.
func TestWhatIsAnnotated(t *testing.T) {
	keep := map[string]string{disruption.DoNotDisrupt: "true"}
	pod := func(kind string) func(c *ruleCluster) {
		return func(c *ruleCluster) {
			c.with(kind, "agent", 0)
			c.Pods[len(c.Pods)-1].Annotated = &keep
		}
	}
	node := func(c *ruleCluster) { c.Nodes[0].Annotations = keep }
	unready := func(created time.Time, init string) func(c *ruleCluster) {
		return func(c *ruleCluster) {
			n := &c.Nodes[0]
			n.Labels = maps.Clone(n.Labels)
			n.Labels["karpenter.sh/registered"], n.Labels["karpenter.sh/initialized"] = "true", init
			n.Created, c.Newest = created, noon
		}
	}
	hour := func(c *ruleCluster) { c.Nodes[0].Annotations = map[string]string{disruption.DoNotDisrupt: "1h"} }
	for name, test := range map[string]struct {
		change func(c *ruleCluster)
		grace  time.Duration
		kind   string
		stays  bool
		cause  Cause
	}{
		"a node, drift":                                {node, 0, contract.Drift, true, ByNodeAnnotation},
		"a node, drift, with a grace":                  {node, time.Hour, contract.Drift, true, ByNodeAnnotation},
		"a node, expiry":                               {node, 0, contract.Expiry, false, ""},
		"a node, deleted":                              {node, 0, contract.Delete, false, ""},
		"a node, for a time":                           {hour, 0, contract.Drift, false, ""},
		"a node that is not initialized, drift":        {unready(noon.Add(-time.Hour), ""), 0, contract.Drift, true, ByUninitialized},
		"a node that is not initialized, with a grace": {unready(noon.Add(-time.Hour), ""), time.Hour, contract.Drift, true, ByUninitialized},
		"a node that is not initialized, expiry":       {unready(noon.Add(-time.Hour), ""), 0, contract.Expiry, false, ""},
		"a node that is not initialized, deleted":      {unready(noon.Add(-time.Hour), ""), 0, contract.Delete, false, ""},
		"a node that is initialized":                   {unready(noon.Add(-time.Hour), "true"), 0, contract.Drift, false, ""},
		"a node that was made a minute ago":            {unready(noon.Add(-time.Minute), ""), 0, contract.Drift, false, ""},
		"a pod, drift":                                 {pod("Deployment"), 0, contract.Drift, true, ByAnnotation},
		"a pod, expiry":                                {pod("Deployment"), 0, contract.Expiry, true, ByAnnotation},
		"a pod, drift, with a grace":                   {pod("Deployment"), time.Hour, contract.Drift, false, ""},
		"a DaemonSet's, drift":                         {pod("DaemonSet"), 0, contract.Drift, true, ByAnnotation},
		"a static pod's":                               {pod("static"), 0, contract.Drift, true, ByAnnotation},
		"a pod of which it was removed": {func(c *ruleCluster) {
			c.with("Deployment", "agent", 0).Template.Annotations = keep
			c.Pods[len(c.Pods)-1].Annotated = &map[string]string{}
		}, 0, contract.Drift, false, ""},
	} {
		c := clusterOf(2)
		c.Pools[0].Grace = test.grace
		for i := range c.Nodes {
			c.Nodes[i].NodeClaim = &kubernetes.NodeClaim{Node: c.Nodes[i].Name, Created: noon, Grace: test.grace}
		}
		c.with("Deployment", "web", 1)
		test.change(c)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: 6 * time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: test.kind, Nodes: []string{"node-0"}}},
			Timings: Timings{NodeReady: 10 * time.Second, PodReady: 15 * time.Second, PodStop: 25 * time.Second}}
		run := RunWithEvents(w, s, 1)
		if stays := run.Unreplaced > 0; stays != test.stays {
			t.Errorf("%s: it stays: %v, want %v: %+v", name, stays, test.stays, run.Stays)
			continue
		}
		if test.stays && (run.Stays[0].Cause != test.cause || !run.Stays[0].Stuck ||
			!strings.Contains(run.Stays[0].Why, disruption.DoNotDisrupt) && test.cause != ByUninitialized) {
			t.Errorf("%s: it stays, as %+v", name, run.Stays)
		}
		m, err := w.Model(&s)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range bound.Finishes(m, 0) {
			if test.stays && f.AtWorst == 0 || f.Unpatched > run.Unreplaced {
				t.Errorf("%s: %d of pool %s stay at the least and %d at worst, and %d did", name, f.Unpatched, f.Pool, f.AtWorst, run.Unreplaced)
			}
		}
	}
}

// A pool puts the annotations of its template on each node that it starts.
func TestAnnotatedPool(t *testing.T) {
	c := clusterOf(1)
	c.Pools[0].NodeAnnotations = map[string]string{disruption.DoNotDisrupt: "true"}
	c.with("Deployment", "web", 0)
	e := c.engine(t)
	e.nodeLifecycle.ready(e.nodeLifecycle.launch(0, 0, -1))
	if kept := []bool{e.nodes[0].kept, e.nodes[1].kept}; kept[0] || !kept[1] {
		t.Errorf("what was there is kept, and what is new: %v", kept)
	}
}
