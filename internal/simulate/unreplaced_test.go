package simulate

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/locate"
)

// Where no node can be started, a rolling update that starts another first gets no further
// than to choose its first nodes, and no other node's turn comes.
func TestReplacementsThatCannotBeStarted(t *testing.T) {
	for name, test := range map[string]struct {
		on         string
		noCapacity bool
		horizon    time.Duration
		first      int // nodes that wait for a replacement of their own
		stuck      bool
	}{
		"none can":             {"aks", true, 6 * time.Hour, 1, true},
		"of managed groups":    {"eks-managed-nodegroup", true, 6 * time.Hour, 1, true},
		"they take their time": {"aks", false, 2 * time.Minute, 1, false},
	} {
		c := clusterOf(3)
		c.Pools = nil
		c.with("Deployment", "web", 0, 1)
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(test.on), nil), true)
		if err != nil {
			t.Fatal(err)
		}
		s := Scenario{Start: noon, Horizon: test.horizon, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.Upgrade}},
			Fault: Fault{NoCapacity: test.noCapacity}, Timings: Timings{NodeReady: 10 * time.Minute, PodReady: time.Second, PodStop: time.Second}}
		run, own, behind := One(w, &s, 1), 0, 0
		for _, x := range run.Stays {
			switch {
			case x.Cause == ByCapacity && x.Stuck, x.Why == "its replacement is not ready":
				own++
			case x.Cause == ByOthers && x.Stuck == test.stuck, !test.stuck && !x.Stuck:
				behind++
			default:
				t.Errorf("%s: %+v", name, x)
			}
		}
		if own != test.first || own+behind != 3 || run.Gone > 0 {
			t.Errorf("%s: %d of %d wait for their replacement, and %d are gone", name, own, own+behind, run.Gone)
		}
	}
}
