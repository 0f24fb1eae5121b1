package simulate

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

const variedRuns = "testdata/varied.golden"

// variedScenarios is how many of them are kept, and variedPerLine of how many a
// line of the file is a digest.
const variedScenarios, variedPerLine = 1500, 25

// chance draws true in one of so many cases.
func chance(t *rapid.T, of int, what string) bool { return rapid.IntRange(1, of).Draw(t, what) == 1 }

// vary adds to a random estate what only a few clusters have, each of it rarely:
// pools of fixed size, racks, volumes, priorities, extended resources, PDBs over
// single members of a StatefulSet, pods that fail or have finished.
func vary(t *rapid.T, e *kubernetes.Estate) {
	if chance(t, 60, "large") {
		enlarge(t, e)
	}
	for i := range e.Pools {
		varyPool(t, e, &e.Pools[i])
	}
	for i := range e.Nodes {
		varyNode(t, i, &e.Nodes[i])
	}
	for i := range e.Workloads {
		varyWorkload(t, e, i)
	}
	for i := range e.Pods {
		varyPod(t, &e.Pods[i])
	}
}

// enlarge makes a cluster of so many nodes that the disruption loop looks at
// drifted ones by groups, with a pod on each of most of them.
func enlarge(t *rapid.T, e *kubernetes.Estate) {
	w := &e.Workloads[0]
	w.Template.Requests.CPU = rapid.Int64Range(1, 3).Draw(t, "cpus") * 1000
	for i := range rapid.IntRange(mostSingly, mostSingly+20).Draw(t, "more nodes") {
		n := e.Nodes[i%2]
		n.NodeClaim, n.NotReady, n.Deleted = nil, false, time.Time{}
		n.Name = fmt.Sprint("more-", i)
		n.Labels = map[string]string{"karpenter.sh/nodepool": n.Labels["karpenter.sh/nodepool"], zone: fmt.Sprint("zone-", i%3)}
		e.Nodes = append(e.Nodes, n)
		if chance(t, 4, "empty") {
			continue
		}
		w.Pods = append(w.Pods, len(e.Pods))
		e.Pods = append(e.Pods, kubernetes.Pod{
			Namespace: w.Namespace, Name: fmt.Sprint(w.Name, "-", 100+i), UID: fmt.Sprintf("%08x", 7919*i), Labels: w.Template.Labels,
			Phase:   "Running",
			Created: noon.Add(-time.Hour), Started: noon.Add(-time.Hour), Changed: noon.Add(-time.Hour), Ready: true, Node: n.Name,
		})
		w.Replicas = len(w.Pods)
	}
}

func varyPool(t *rapid.T, e *kubernetes.Estate, p *kubernetes.Pool) {
	if chance(t, 4, "empty nodes only") {
		p.WhenEmpty = true
	}
	if chance(t, 6, "expires") {
		p.ExpireAfter = rapid.SampledFrom([]contract.ExpireAfter{contract.ExpiresAfter(2 * time.Hour), contract.ExpiresAfter(130 * time.Minute),
			contract.NeverExpires}).Draw(t, "expireAfter")
	}
	if chance(t, 6, "drain timeout") {
		p.DrainTimeout = 12 * time.Minute
	}
	if chance(t, 12, "closed") {
		p.Closed = true
	}
	if chance(t, 8, "static") {
		p.Static, p.Replicas = true, len(e.Nodes)/len(e.Pools)+rapid.IntRange(0, 1).Draw(t, "more replicas")
		p.Limits.Other = map[string]int64{"nodes": int64(p.Replicas + rapid.IntRange(0, 2).Draw(t, "more nodes"))}
	}
	if chance(t, 10, "tainted pool") {
		p.Taints = []kubernetes.Taint{{Key: "team", Value: "pay",
			Effect: rapid.SampledFrom([]string{"NoSchedule", "PreferNoSchedule"}).Draw(t, "effect")}}
	}
	if chance(t, 4, "zones of the pool") {
		p.Requirements = append(p.Requirements, corev1.NodeSelectorRequirement{
			Key: zone, Operator: rapid.SampledFrom([]corev1.NodeSelectorOperator{"In", "NotIn"}).Draw(t, "operator"),
			Values: []string{"zone-1", "zone-2"},
		})
	}
	if chance(t, 4, "one type") {
		p.Requirements = append(p.Requirements, corev1.NodeSelectorRequirement{
			Key: corev1.LabelInstanceTypeStable, Operator: "In", Values: []string{"m7g.large", "m7g.xlarge"}[:rapid.IntRange(1, 2).Draw(t, "types")],
		})
	}
	if chance(t, 5, "disks") {
		p.NodeLabels = map[string]string{"disk": "ssd", "rack": "r0"}
	}
}

func varyNode(t *rapid.T, i int, n *kubernetes.Node) {
	if chance(t, 3, "rack") {
		n.Labels["rack"] = fmt.Sprint("r", i%3)
	}
	if chance(t, 12, "transient taint") {
		n.Taints = append(n.Taints,
			kubernetes.Taint{Key: rapid.SampledFrom([]string{"node.kubernetes.io/unreachable", "karpenter.sh/disrupted"}).Draw(t, "taint"),
				Effect: "NoSchedule"})
	}
	if chance(t, 12, "cordoned") {
		n.Cordoned = true
	}
	if chance(t, 4, "capacity") {
		n.Capacity = kubernetes.Resources{CPU: n.Allocatable.CPU + 100, Memory: n.Allocatable.Memory + 1<<28}
	}
	if chance(t, 4, "GPUs") {
		n.Allocatable.Other = map[string]int64{"nvidia.com/gpu": 2}
	}
	if chance(t, 30, "not read") {
		n.Allocatable = kubernetes.Resources{}
	}
	if n.NodeClaim != nil && chance(t, 3, "last pod event") {
		n.NodeClaim.LastPodEvent = noon.Add(-time.Duration(rapid.IntRange(0, 40).Draw(t, "ago")) * time.Second)
	}
}

func varyWorkload(t *rapid.T, e *kubernetes.Estate, i int) {
	w := &e.Workloads[i]
	p := &w.Template
	match := &metav1.LabelSelector{MatchLabels: p.Labels}
	switch rapid.IntRange(0, 15).Draw(t, "rare") {
	case 0:
		p.VolumeClaims = []string{fmt.Sprint("shared-", i)}
		e.VolumeClaims = append(e.VolumeClaims, kubernetes.VolumeClaim{Namespace: w.Namespace, Name: p.VolumeClaims[0],
			Zones: []string{"zone-1", "zone-0"}[:rapid.IntRange(1, 2).Draw(t, "zones")]})
	case 1:
		p.VolumeClaims = []string{fmt.Sprint("local-", i), fmt.Sprint("zonal-", i)}
		e.VolumeClaims = append(e.VolumeClaims,
			kubernetes.VolumeClaim{Namespace: w.Namespace, Name: p.VolumeClaims[0],
				Host:   rapid.SampledFrom([]string{"node-0", "node-1", "elsewhere"}).Draw(t, "host"),
				OnDisk: rapid.Bool().Draw(t, "disk")},
			kubernetes.VolumeClaim{Namespace: w.Namespace, Name: p.VolumeClaims[1], Zones: []string{"zone-0"}})
	case 2:
		p.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
			NodeSelectorTerms: []corev1.NodeSelectorTerm{{MatchFields: []corev1.NodeSelectorRequirement{{Key: "metadata.name", Operator: "In",
				Values: []string{"node-0", "node-2"}}}}},
		}}}
	case 3:
		p.Affinity = &corev1.Affinity{PodAntiAffinity: &corev1.PodAntiAffinity{
			RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{{
				LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "app-0"}},
				TopologyKey:   rapid.SampledFrom([]string{hostname, "rack", zone}).Draw(t, "key"), NamespaceSelector: &metav1.LabelSelector{},
			}},
		}}
	case 4:
		p.Affinity = &corev1.Affinity{PodAffinity: &corev1.PodAffinity{RequiredDuringSchedulingIgnoredDuringExecution: []corev1.PodAffinityTerm{
			{LabelSelector: &metav1.LabelSelector{MatchLabels: map[string]string{"app": "app-0"}},
				TopologyKey: rapid.SampledFrom([]string{hostname, "rack"}).Draw(t, "key"), Namespaces: []string{"default", "other"}},
		}}}
	case 5:
		p.Spread = []corev1.TopologySpreadConstraint{{MaxSkew: 1, TopologyKey: "rack", WhenUnsatisfiable: corev1.DoNotSchedule,
			LabelSelector: match}}
	case 6:
		p.Requests.Other = map[string]int64{"nvidia.com/gpu": 1}
	case 7:
		p.PriorityClass = "system-cluster-critical"
	case 8:
		p.Requests.CPU = 0
	case 9:
		w.Rollout.Strategy = rapid.SampledFrom([]string{"Recreate", "OnDelete"}).Draw(t, "strategy")
	case 10:
		w.Rollout.Parallel, w.Rollout.Partition = rapid.Bool().Draw(t, "parallel"), 1
	case 11:
		w.Scaler = &kubernetes.Scaler{Min: 1, Max: 9}
	}
	if chance(t, 4, "priority of the template") {
		n := int32(rapid.IntRange(0, 3).Draw(t, "class")) * 1000
		p.Priority = &n
	}
	if w.Kind == "StatefulSet" && chance(t, 3, "volumes of its own") {
		w.VolumeClaimTemplates = []string{"data"}
		for o := range w.Replicas {
			e.VolumeClaims = append(e.VolumeClaims, kubernetes.VolumeClaim{Namespace: w.Namespace, Name: fmt.Sprintf("data-%s-%d", w.Name, o),
				Zones: []string{fmt.Sprint("zone-", o%2)}})
		}
	}
	if w.Kind == "StatefulSet" && chance(t, 3, "a PDB over one member") {
		app := map[string]string{"app": w.Name, podIndex: "0"}
		for k, n := range w.Pods {
			e.Pods[n].Labels = map[string]string{"app": w.Name, podIndex: fmt.Sprint(k)}
		}
		none := intstr.FromInt32(0)
		e.Budgets = append(e.Budgets, kubernetes.Budget{
			Namespace: w.Namespace, Name: "first-" + w.Name, Selector: labels.SelectorFromSet(app),
			LabelSelector: &metav1.LabelSelector{MatchLabels: app}, MaxUnavailable: &none,
		})
	}
}

func varyPod(t *rapid.T, p *kubernetes.Pod) {
	switch rapid.IntRange(0, 40).Draw(t, "pod") {
	case 0:
		p.Phase, p.Ready = "Succeeded", false
	case 1, 2:
		p.Ready, p.Waiting = false, "CrashLoopBackOff"
	case 3:
		p.Deleted, p.Ready = noon.Add(20*time.Second), false
	case 4:
		p.Node = "unknown"
	case 5, 6:
		p.Requests = &kubernetes.Resources{CPU: 700, Memory: 128 << 20, Pods: 1}
	case 7:
		p.Started, p.Changed = noon.Add(-10*time.Second), noon.Add(-10*time.Second)
		p.Ready = false
	}
}

// varyScenario adds what only some scenarios have.
func varyScenario(t *rapid.T, w *World, s *Scenario) {
	for i := range s.Triggers {
		x := &s.Triggers[i]
		if x.Kind == Rollout || x.Kind == Scale {
			continue
		}
		if chance(t, 4, "of one pool") {
			x.Pool = w.Pools()[0]
		}
		if chance(t, 4, "some nodes") {
			x.Nodes = w.Nodes()[:1+rapid.IntRange(0, len(w.Nodes())-1).Draw(t, "so many")]
		}
	}
	if chance(t, 4, "a window") {
		s.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 12*time.Hour + 5*time.Minute, Length: time.Hour}
	}
	if chance(t, 4, "slow") {
		s.Fault.Slow = 2
	}
	if chance(t, 3, "floors") {
		l := w.workloads[0]
		s.Floors = map[string]int{l.Namespace + "/" + l.Kind + "/" + l.Name: 2}
	}
	if chance(t, 4, "long") {
		s.Horizon = 3 * time.Hour
	}
}

// Runs of clusters with something out of the ordinary stay as they were, too.
func TestVariedRunsStayAsTheyWere(t *testing.T) {
	c := Knowledge(t)
	sameAs(t, variedRuns, variedScenarios, variedPerLine, rapid.Custom(func(t *rapid.T) *played {
		estate := randomEstate(t)
		vary(t, estate)
		constrain(t, estate)
		o := c.Offering(rapid.SampledFrom(offerings).Draw(t, "offering"))
		w, err := Prepare(estate, locate.Locate(c, estate, o, nil), rapid.Bool().Draw(t, "as"))
		if err != nil {
			return nil // nothing to watch
		}
		s := randomScenario(t, w, o)
		varyScenario(t, w, &s)
		return &played{w, s}
	}))
}
