package simulate

import (
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/locate"
)

// How long evictions take is known only where each pod finds room on a node like its
// own, which one that was placed before a rule of its template came does not.
func TestOldPlacementsAreNoRoom(t *testing.T) {
	match := &metav1.LabelSelector{MatchLabels: map[string]string{"app": "web"}}
	apart := func(key string) *corev1.Affinity {
		return &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{LabelSelector: match, TopologyKey: key}},
		}}
	}
	spread := func(c *ruleCluster, minDomains int32) {
		c.Workloads[0].Template.Spread = []corev1.TopologySpreadConstraint{{
			MaxSkew: 1, TopologyKey: zone, WhenUnsatisfiable: corev1.DoNotSchedule, LabelSelector: match, MinDomains: &minDomains,
		}}
	}
	for name, x := range map[string]struct {
		nodes []int // even ones lie in one zone, odd ones in another
		build func(c *ruleCluster)
		room  bool
	}{
		"nothing asked":          {[]int{0, 0, 0}, func(*ruleCluster) {}, true},
		"apart by node, and so":  {[]int{0, 1, 2}, func(c *ruleCluster) { c.Workloads[0].Template.Affinity = apart(hostname) }, true},
		"apart by node, and not": {[]int{0, 0, 1}, func(c *ruleCluster) { c.Workloads[0].Template.Affinity = apart(hostname) }, false},
		"zones apart, and so":    {[]int{0, 1}, func(c *ruleCluster) { c.Workloads[0].Template.Affinity = apart(zone) }, true},
		"zones apart, and not":   {[]int{0, 2}, func(c *ruleCluster) { c.Workloads[0].Template.Affinity = apart(zone) }, false},
		"zones spread, and so":   {[]int{0, 1, 2}, func(c *ruleCluster) { spread(c, 1) }, true},
		"zones spread, and not":  {[]int{0, 0, 2, 1}, func(c *ruleCluster) { spread(c, 1) }, false},
		"zones too few":          {[]int{0, 1, 2, 3}, func(c *ruleCluster) { spread(c, 3) }, false},
		"a selector, and not": {[]int{0, 1}, func(c *ruleCluster) {
			c.Workloads[0].Template.NodeSelector = map[string]string{"team": "a"}
		}, false},
		"more than its node has":  {[]int{0, 0}, func(c *ruleCluster) { c.Workloads[0].Template.Requests.CPU = 2500 }, false},
		"as much as its node has": {[]int{0, 0}, func(c *ruleCluster) { c.Workloads[0].Template.Requests.CPU = 2000 }, true},
	} {
		c := clusterOf(4)
		c.with("Deployment", "web", x.nodes...)
		c.pdb("web", "1")
		x.build(c)
		k := Knowledge(t)
		offering := "cluster-api"
		if strings.HasPrefix(name, "zones") {
			offering = "karpenter" // nodes come where pods ask for them
		}
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering(offering), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		m, err := w.Model(&Scenario{Start: noon, Horizon: time.Hour, Triggers: []Trigger{{Kind: contract.Drift}},
			Timings: Timings{NodeReady: time.Minute, PodReady: 10 * time.Second, PodStop: 5 * time.Second}})
		if err != nil {
			t.Fatal(err)
		}
		if room := m.Timings != nil; room != x.room {
			t.Errorf("%s: sure of room: %v", name, room)
		}
	}
}
