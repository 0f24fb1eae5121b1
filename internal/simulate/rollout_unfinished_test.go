package simulate

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/locate"
)

// Of a pod that has not been tried again it is not said what keeps nodes from it, as nothing
// does.
func TestRolloutOfPodsThatAreToBeTriedAgain(t *testing.T) {
	for name, test := range map[string]struct {
		cordoned bool
		want     string
	}{
		"a node has room": {false, "the rollout of default/web is not through at the end of the run that is told"},
		"none has": {true, "the rollout of default/web is not through at the end of the run that is told: " +
			"no node takes pod web-0: 1 cordoned"},
	} {
		c := clusterOf(1)
		c.Nodes[0].Cordoned = test.cordoned
		c.with("Deployment", "web", 0)
		c.Pods[0].Node, c.Pods[0].Ready = "", false
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		e := newEngine(w, &Scenario{Start: noon, Horizon: time.Hour, Runs: 1}, 1, true)
		e.workloads[0].rollout = &rollout{}
		if said := strings.Join(e.rollouts.unfinished(), "; "); said != test.want {
			t.Errorf("%s: %q", name, said)
		}
	}
}

// A rollout whose new pods find no node takes none of the old ones, so that no service is
// down: that it is not through is said.
func TestRolloutThatIsNotThrough(t *testing.T) {
	for name, test := range map[string]struct {
		apart   bool
		horizon time.Duration
		want    string
	}{
		"its pods may stand beside each other": {false, time.Hour, ""},
		"they may not": {true, time.Hour,
			"the rollout of default/web is not through at the end of the run that is told: no node takes pod"},
		"there is no time": {false, time.Second, "the rollout of default/web is not through at the end of the run that is told"},
	} {
		c := clusterOf(2)
		c.Pools = nil
		for i := range c.Nodes {
			c.Nodes[i].Labels = map[string]string{zone: "zone-0", hostname: c.Nodes[i].Name}
		}
		c.with("Deployment", "web", 0, 1)
		if x := &c.Workloads[0].Template; test.apart {
			terms := []corev1.PodAffinityTerm{{TopologyKey: hostname, LabelSelector: &metav1.LabelSelector{MatchLabels: x.Labels}}}
			x.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{RequiredDuringSchedulingIgnoredDuringExecution: terms}}
		}
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("kops"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		sim, err := Play(t.Context(), w, Scenario{
			Start: noon, Horizon: test.horizon, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: Rollout, Workload: c.Workloads[0].Ref}},
			Timings: Timings{NodeReady: time.Minute, PodReady: 15 * time.Second, PodStop: 5 * time.Second},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if said := strings.Join(sim.Notes, "; "); !strings.Contains(said, test.want) || test.want == "" && strings.Contains(said, "rollout") {
			t.Errorf("%s: %q", name, said)
		}
	}
}
