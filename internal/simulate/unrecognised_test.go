package simulate

import (
	"fmt"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/locate"
)

// A node that nothing recognises takes the verdict from what runs on it where a contract that
// was taken for it says how it goes: of the nodes, the pool and the kind of move that are asked
// about. What somebody does by hand goes by no contract.
func TestNodesThatNothingRecognises(t *testing.T) {
	for name, x := range map[string]struct {
		trigger Trigger
		told    bool   // on which platform node-1 stands
		nodes   string // that are unrecognised
		under   string // whether api and web are on one
	}{
		"all nodes":                       {Trigger{Kind: contract.Drift}, false, "[node-1]", "[false true]"},
		"it by name":                      {Trigger{Kind: contract.Drift, Nodes: []string{"node-1"}}, false, "[node-1]", "[false true]"},
		"another by name":                 {Trigger{Kind: contract.Drift, Nodes: []string{"node-0"}}, false, "[]", "[]"},
		"its pool":                        {Trigger{Kind: contract.Drift, Pool: "default"}, false, "[node-1]", "[false true]"},
		"another pool":                    {Trigger{Kind: contract.Drift, Pool: "other"}, false, "[]", "[]"},
		"a drain by hand":                 {Trigger{Kind: Drain, Nodes: []string{"node-1"}}, false, "[]", "[]"},
		"all nodes, which are recognised": {Trigger{Kind: contract.Drift}, true, "[]", "[]"},
	} {
		k := Knowledge(t)
		c := clusterOf(2)
		c.with("Deployment", "web", 0, 1)
		c.with("Deployment", "api", 0)
		places := locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil)
		places.Fallback.Offering = k.Offering("karpenter")
		if !x.told {
			places.Nodes[1].Offering = nil
		}
		w, err := Prepare(&c.Estate, places, false)
		if err != nil {
			t.Fatal(err)
		}
		u := w.Unrecognised(&Scenario{Start: noon, Horizon: time.Hour, Triggers: []Trigger{x.trigger}})
		wants(t, name+": nodes", fmt.Sprint(u.Nodes), x.nodes)
		wants(t, name+": under workloads", fmt.Sprint(u.Under), x.under)
	}
}
