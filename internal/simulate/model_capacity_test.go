package simulate

import (
	"fmt"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// How long evictions take is known only where each pod fits on a node like its
// own, which one that was placed before a rule of its template came does not.
func TestOldPlacementsMayNotFitAgain(t *testing.T) {
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
		fits  bool
	}{
		"nothing asked":          {[]int{0, 0, 0}, func(*ruleCluster) {}, true},
		"apart by node, and so":  {[]int{0, 1, 2}, func(c *ruleCluster) { c.Workloads[0].Template.Affinity = apart(hostname) }, true},
		"apart by node, and not": {[]int{0, 0, 1}, func(c *ruleCluster) { c.Workloads[0].Template.Affinity = apart(hostname) }, false},
		"apart by node, but for one that stops": {[]int{0, 0, 1}, func(c *ruleCluster) {
			c.Workloads[0].Template.Affinity, c.Workloads[0].Replicas, c.Pods[1].Deleted = apart(hostname), 2, noon
		}, true},
		"zones apart, and so":   {[]int{0, 1}, func(c *ruleCluster) { c.Workloads[0].Template.Affinity = apart(zone) }, true},
		"zones apart, and not":  {[]int{0, 2}, func(c *ruleCluster) { c.Workloads[0].Template.Affinity = apart(zone) }, false},
		"zones spread, and so":  {[]int{0, 1, 2}, func(c *ruleCluster) { spread(c, 1) }, true},
		"zones spread, and not": {[]int{0, 0, 2, 1}, func(c *ruleCluster) { spread(c, 1) }, false},
		"zones too few":         {[]int{0, 1, 2, 3}, func(c *ruleCluster) { spread(c, 3) }, false},
		"a selector, and not": {[]int{0, 1}, func(c *ruleCluster) {
			c.Workloads[0].Template.NodeSelector = map[string]string{"team": "a"}
		}, false},
		"more than its node has": {[]int{0, 0}, func(c *ruleCluster) { c.Workloads[0].Template.Requests.CPU = 2500 }, false},
		"more with one that stops": {[]int{0, 0}, func(c *ruleCluster) {
			c.Workloads[0].Template.Requests.CPU, c.Workloads[0].Replicas, c.Pods[1].Deleted = 2500, 1, noon
		}, true},
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
		if fits := m.Timings != nil; fits != x.fits {
			t.Errorf("%s: sure to fit: %v", name, fits)
		}
	}
}

// That no two of its pods stand on one node is a rule that counts for a workload where it
// is so already.
func TestRulesThatWereThereBefore(t *testing.T) {
	for name, x := range map[string]struct {
		nodes []int
		want  int
	}{"each on its own": {[]int{0, 1, 2}, 1}, "two on one": {[]int{0, 0, 1}, 0}, "two on the last": {[]int{0, 1, 1}, 0}} {
		c := clusterOf(3)
		w := c.with("Deployment", "web", x.nodes...)
		w.Template.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
				LabelSelector: &metav1.LabelSelector{MatchLabels: w.Template.Labels}, TopologyKey: hostname}},
		}}
		m, err := c.engine(t).World.Model(&Scenario{Start: noon, Horizon: time.Hour, Triggers: []Trigger{{Kind: contract.Drift}}})
		if err != nil {
			t.Fatal(err)
		}
		wants(t, name+": pods on a node", m.Workloads[0].PerNode, x.want)
	}
}

// A pod always fits somewhere where the others cannot fill all nodes that it may run on, in
// any resource, be it the number of pods; where its volume ties it to some, or is for one pod
// at a time, that is open.
func TestPodsThatAlwaysFit(t *testing.T) {
	type claim = kubernetes.VolumeClaim
	for name, x := range map[string]struct {
		others int // of which 19 fill a node beside it
		volume *claim
		want   bool
	}{
		"few others":                      {40, nil, true},
		"as many as nodes take":           {60, nil, false},
		"a volume of a zone":              {1, &claim{Zones: []string{"zone-0"}}, false},
		"a volume for one pod at a time":  {1, &claim{Once: true, OncePod: true}, false},
		"a volume for one node at a time": {1, &claim{Storage: []string{ebs}, Once: true}, true},
	} {
		c := clusterOf(4)
		web := c.with("Deployment", "web", 0)
		if x.volume != nil {
			web.Template.VolumeClaims = []string{"data"}
			x.volume.Namespace, x.volume.Name = "default", "data"
			c.VolumeClaims = []claim{*x.volume}
		}
		others := c.with("Deployment", "others", 1)
		others.Replicas, others.Template.Requests = x.others, kubernetes.Resources{CPU: 2, Memory: 2, Pods: 1}
		w := c.engine(t).World
		s := &Scenario{Start: noon, Horizon: time.Hour, Triggers: []Trigger{{Kind: contract.Delete, Nodes: []string{"node-3"}}}}
		m, err := w.Model(s)
		if err != nil {
			t.Fatal(err)
		}
		wants(t, name+": it always fits", (preemptionProof{w}).alwaysFits(m, s, 0), x.want)
	}
}

// A workload whose pods leave no free capacity for those of DaemonSets fits on no node of those
// that are made up.
func TestDaemonSetsTakeTheirShareOfNodes(t *testing.T) {
	for asks, fits := range map[int64]bool{2900: true, 2901: false} {
		c := clusterOf(2)
		c.with("DaemonSet", "agent", 0, 1)
		c.Live, c.Nodes = false, nil
		c.with("Deployment", "small").Replicas = 1
		w := c.with("Deployment", "large")
		w.Replicas, w.Template.Requests.CPU = 1, asks
		k := Knowledge(t)
		made, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil), true)
		if err != nil {
			t.Fatal(err)
		}
		left := strings.Contains(strings.Join(made.notes, "\n"), "default/Deployment/large fits on no node of the pools that were read")
		if left == fits {
			t.Errorf("of %d m CPU: left out %v: %q", asks, left, made.notes)
		}
	}
}

// A pool is one of those whose nodes take a pod once, of however many zones these are: what a
// bound sums over the pools has each node once.
func TestPoolsOfSeveralZones(t *testing.T) {
	for zones, nodes := range map[int]int{1: 1, 2: 3} {
		c := clusterOf(nodes)
		c.with("Deployment", "web", 0)
		m, err := c.engine(t).World.Model(&Scenario{Start: noon, Horizon: time.Hour, Triggers: []Trigger{{Kind: contract.Drift}}})
		if err != nil {
			t.Fatal(err)
		}
		wants(t, fmt.Sprint("pools whose nodes lie in so many zones: ", zones), len(m.Workloads[0].SchedulablePools), 1)
	}
}
