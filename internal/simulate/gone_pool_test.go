package simulate

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
)

// Karpenter chooses no node whose NodePool is not in the cluster, where that is known; who
// deletes it has it go all the same, and nothing comes in its pool.
func TestNodesWhosePoolIsGone(t *testing.T) {
	left := []origin.Unread{{Kind: "NodePool", Resource: "nodepools.karpenter.sh"}}
	hides := func(kind string) func(*ruleCluster) {
		return func(c *ruleCluster) {
			c.Hidden = []origin.Unread{{Of: "snapshot.json:3", Kind: kind, Cause: origin.Unreadable}}
		}
	}
	labels := func(labels map[string]string) func(*ruleCluster) {
		return func(c *ruleCluster) { c.Nodes[0].Labels, c.Nodes[1].Labels = labels, labels }
	}
	for name, test := range map[string]struct {
		change  func(*ruleCluster)
		trigger string
		as      bool
		stay    int
	}{
		"drift":                         {func(*ruleCluster) {}, contract.Drift, false, 2},
		"deleted":                       {func(*ruleCluster) {}, contract.Delete, false, 0},
		"as a question":                 {func(*ruleCluster) {}, contract.Drift, true, 0},
		"pools of manifests":            {func(c *ruleCluster) { c.Pools[0].Held = false }, contract.Drift, false, 0},
		"of manifests alone":            {func(c *ruleCluster) { c.Live = false }, contract.Drift, false, 0},
		"pools that were not read":      {func(c *ruleCluster) { c.Unread = left }, contract.Drift, false, 0},
		"one that could not be read":    {hides("NodePool"), contract.Drift, false, 0},
		"what may be one":               {hides(""), contract.Drift, false, 0},
		"what is none":                  {hides("Deployment"), contract.Drift, false, 2},
		"of a pool of others":           {labels(map[string]string{"eks.amazonaws.com/nodegroup": "old"}), contract.Drift, false, 0},
		"which is there":                {func(c *ruleCluster) { c.Pools[0].Name = "old" }, contract.Drift, false, 0},
		"where a pool of others is not": {func(c *ruleCluster) { c.Pools[0].API = "x/NodePool" }, contract.Drift, false, 0},
	} {
		c := clusterOf(2)
		c.Pools[0].Held = true
		c.Nodes[0].Labels["karpenter.sh/nodepool"], c.Nodes[1].Labels["karpenter.sh/nodepool"] = "old", "old"
		test.change(c)
		c.with("Deployment", "web", 0, 1)
		run, f, _ := c.waitsFor(t, "karpenter", test.trigger, test.as)
		if run.Unreplaced != test.stay {
			t.Errorf("%s: %d stay: %+v", name, run.Unreplaced, run.Stays)
		}
		if test.stay > 0 && (run.Stays[0].Cause != ByGonePool || !strings.Contains(run.Stays[0].Why, "NodePool old is not there")) {
			t.Errorf("%s: %+v, %+v", name, run.Stays, f)
		}
	}
}

// Nothing comes in a pool that is gone: what was on its node waits where no other pool has room.
func TestNothingComesInAPoolThatIsGone(t *testing.T) {
	c := clusterOf(2)
	c.Pools[0].Held = true
	c.Pools[0].Taints = []kubernetes.Taint{{Key: "team", Value: "ml", Effect: "NoSchedule"}}
	c.Nodes[1].Taints = c.Pools[0].Taints
	c.Nodes[0].Labels["karpenter.sh/nodepool"] = "old"
	c.with("Deployment", "web", 0)
	if run, _, _ := c.waitsFor(t, "karpenter", contract.Delete, false); len(run.Waits) == 0 {
		t.Errorf("%+v", run)
	}
}

// A node that names no pool, or that nobody recognised, is of none that could be gone.
func TestNodesOfNoPoolAreOfNoneThatIsGone(t *testing.T) {
	for name, labels := range map[string]map[string]string{
		"unrecognised":       {},
		"unrecognised, zone": {zone: "zone-0"},
		"without a pool":     {"karpenter.sh/registered": "true", "karpenter.sh/initialized": "true"},
		"of another's pool":  {"eks.amazonaws.com/nodegroup": "old"},
	} {
		c := clusterOf(2)
		c.Pools[0].Held, c.Pools[0].Name = true, "web"
		c.Nodes[0].Labels["karpenter.sh/nodepool"], c.Nodes[1].Labels = "web", labels
		c.with("Deployment", "web", 0, 1)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, nil, nil), false)
		if err != nil {
			t.Fatal(err)
		}
		for i := range w.nodes {
			if w.nodes[i].kept == poolGone {
				t.Errorf("%s: the pool of %s is gone", name, w.nodes[i].name)
			}
		}
	}
}
