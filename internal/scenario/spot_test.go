package scenario

import (
	"fmt"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// Spot capacity is taken back one node after the other, with the notice that the
// contract has; of many nodes several at a time, so that each of them goes once.
func TestSpotCapacityIsTakenBack(t *testing.T) {
	for _, x := range []struct {
		offering    string
		spot, nodes int
		triggers    int
		deadline    string
	}{
		{"karpenter", 0, 3, 0, ""}, {"karpenter", 2, 3, 2, "2m0s"}, {"karpenter", 250, 300, 84, "2m0s"},
		{"eks-auto-mode", 1, 1, 1, "2m0s"}, {"eks-managed-nodegroup", 3, 3, 3, "2m0s"},
		{"gke-standard", 3, 3, 3, "0s"}, {"gke-autopilot", 1, 2, 1, "0s"}, {"aks", 2, 2, 2, "30s"}, {"aks-automatic", 2, 2, 2, "30s"},
		{"cluster-api", 2, 2, 0, ""},
	} {
		c := builtin(t)
		o := c.Offering(x.offering)
		k := known(t, x.offering)
		k.Nodes, k.Ages = nil, nil
		for i := range x.nodes {
			name := fmt.Sprint("n", i)
			k.Nodes = append(k.Nodes, name)
			k.Ages = append(k.Ages, simulate.NodeAge{Node: name, Life: contract.Forever, On: o, Spot: i < x.spot})
		}
		e := &kubernetes.Estate{}
		places := locate.Locate(c, e, nil, o)
		found := 0
		for _, d := range Defaults(k, e, &places, Given{Start: now, Timings: Timings(k.Offerings, e.Timings)}) {
			if d.Name != "spot capacity: interruption (spot)" {
				continue
			}
			taken := map[string]bool{}
			for i, tr := range d.Triggers {
				found++
				if tr.At != time.Duration(i)*time.Hour || tr.At >= d.Horizon || tr.Kind != contract.Interruption {
					t.Errorf("%s: %+v", x.offering, tr)
				}
				for _, n := range tr.Nodes {
					taken[n] = true
				}
				m := o.Contract.For(contract.Interruption)
				for _, terms := range m {
					if after, ok := terms.Deadline.Duration(); terms.Name == tr.Move && (!ok || after.String() != x.deadline) {
						t.Errorf("%s: the deadline is %s (%t), wants %s", x.offering, after, ok, x.deadline)
					}
				}
			}
			if len(taken) != x.spot {
				t.Errorf("%s: %d of %d spot nodes are taken", x.offering, len(taken), x.spot)
			}
		}
		if found != x.triggers {
			t.Errorf("%s with %d spot nodes: %d interruptions, wants %d", x.offering, x.spot, found, x.triggers)
		}
	}
}
