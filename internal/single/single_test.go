package single

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

// of is a cluster of so many nodes of Karpenter with a Deployment db of one pod on the first.
func of(nodes int) *kubernetes.Estate {
	e := &kubernetes.Estate{Live: true, Newest: noon}
	e.Pools = []kubernetes.Pool{{API: "karpenter.sh/NodePool", Name: "default"}}
	for i := range nodes {
		name := fmt.Sprintf("node-%d", i)
		e.NodeClaims = append(e.NodeClaims, kubernetes.NodeClaim{Name: name, Node: name})
		e.Nodes = append(e.Nodes, kubernetes.Node{Name: name, Created: noon.Add(-time.Hour), Labels: map[string]string{
			"karpenter.sh/nodepool": "default", "kubernetes.io/hostname": name},
			Allocatable: kubernetes.Resources{CPU: 1000, Memory: 4 << 30, Pods: 20}})
	}
	for i := range e.Nodes {
		e.Nodes[i].NodeClaim = &e.NodeClaims[i]
	}
	app := map[string]string{"app": "db"}
	e.Workloads = []kubernetes.Workload{{Ref: ref, Group: "apps", Replicas: 1, ReplicasSet: true, Scaled: true, Evictable: true, Lasting: true,
		Pods: []int{0}, Template: kubernetes.PodTemplate{Labels: app, Requests: kubernetes.Resources{CPU: 800, Memory: 1 << 29, Pods: 1}}}}
	e.Pods = []kubernetes.Pod{{Namespace: "shop", Name: "db-0", Labels: app, Phase: "Running", Ready: true, Created: noon.Add(-time.Hour),
		Started: noon.Add(-time.Hour), Node: "node-0"}}
	return e
}

var ref = kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "db"}

// compared are the ways in short: how few pods were ready, for how long none was, and in how many runs the node went.
func compared(t *testing.T, e *kubernetes.Estate, q Question) string {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	q.Of = ref
	x, why, err := On(e, locate.Locate(c, e, nil, nil).Decided(), noon).Compare(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	if why != "" {
		return why
	}
	var all []string
	for _, w := range x.Ways {
		if w.Why != "" {
			all = append(all, string(w.Way)+" not: "+w.Why)
			continue
		}
		down := "down"
		if w.Most == 0 {
			down = "up"
		} else if w.Least > 40*time.Second {
			down = "down for long"
		}
		all = append(all, fmt.Sprintf("%s %s, %d ready, %d of %d", w.Way, down, w.Lowest, w.Done, w.Runs))
	}
	return strings.Join(all, "; ")
}

// What is played says what each way is good for: another node shortens the absence, a restart and a second replica avoid it.
func TestCompare(t *testing.T) {
	app := metav1.LabelSelector{MatchLabels: map[string]string{"app": "db"}}
	for name, x := range map[string]struct {
		build func(e *kubernetes.Estate)
		nodes int
		no    string
		want  string
	}{
		"room elsewhere": {nil, 2, "", "as it is down, 0 ready, 5 of 5; another node first down, 0 ready, 5 of 5; " +
			"restart before up, 1 ready, 5 of 5; second replica up, 1 ready, 5 of 5"},
		"recreated, and keeps data": {func(e *kubernetes.Estate) { e.Workloads[0].Rollout.Strategy = "Recreate" }, 2, "it keeps data",
			"as it is down, 0 ready, 5 of 5; another node first down, 0 ready, 5 of 5; " +
				"restart before not: its strategy Recreate takes its pods down first; second replica not: it keeps data"},
		"not ready": {func(e *kubernetes.Estate) { e.Pods[0].Ready = false }, 2, "", "its pod is not ready as it is"},
		"no node": {func(e *kubernetes.Estate) { e.Nodes = nil }, 1, "",
			"no node was read that its pod is on: a live cluster, or a snapshot, has it"},
		"unread": {func(e *kubernetes.Estate) { e.Workloads[0].Replicas = 3 }, 1, "", "it has no single pod that is there to stay"},
	} {
		e := of(x.nodes)
		if x.build != nil {
			x.build(e)
		}
		if is := compared(t, e, Question{NoSecond: x.no}); is != x.want {
			t.Errorf("%s: %s\nwant %s", name, is, x.want)
		}
	}
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	e := of(1) // there is no room for it elsewhere until a node comes
	x, _, err := On(e, locate.Locate(c, e, nil, nil).Decided(), noon).Compare(t.Context(), Question{Of: ref})
	slower := x.Ways[0].Middle - x.Ways[1].Middle
	if err != nil || slower < 5*time.Second || x.Ways[1].Middle == 0 || x.Ways[2].Most != 0 || len(x.Assumes) != 1 {
		t.Errorf("%+v, %v", x, err)
	}
	e = of(2)
	selector, err := metav1.LabelSelectorAsSelector(&app)
	if err != nil {
		t.Fatal(err)
	}
	e.Budgets = []kubernetes.Budget{{Namespace: "shop", Name: "db", LabelSelector: &app, Selector: selector,
		MaxUnavailable: new(intstr.FromInt32(0))}}
	if is := compared(t, e, Question{}); !strings.HasPrefix(is, "as it is up, 1 ready, 0 of 5; another node first up, 1 ready, 0 of 5; "+
		"restart before up, 1 ready, 5 of 5") {
		t.Error("a PDB that allows nothing:", is)
	}
}
