package lab

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/lab/cluster"
)

// record is what somebody saw of a cluster who knows nothing of plans: it looks ten times a second.
type record struct {
	mu       sync.Mutex
	least    map[string]int // ready pods, by the label app
	cordoned int            // the most nodes that were at a time
	looks    int
}

func (x *carrier) record(t *testing.T, apps ...string) *record {
	t.Helper()
	r := &record{least: map[string]int{}}
	for _, app := range apps {
		r.least[app] = 1 << 20
	}
	go func() {
		for t.Context().Err() == nil {
			r.look(t.Context(), x)
			time.Sleep(100 * time.Millisecond)
		}
	}()
	return r
}

func (r *record) look(ctx context.Context, x *carrier) {
	pods, err := x.client.CoreV1().Pods("default").List(ctx, metav1.ListOptions{})
	if err != nil {
		return
	}
	nodes, err := x.client.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return
	}
	ready, cordoned := map[string]int{}, 0
	for i := range pods.Items {
		p := &pods.Items[i]
		for _, c := range p.Status.Conditions {
			if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue && p.DeletionTimestamp == nil {
				ready[p.Labels["app"]]++
			}
		}
	}
	for i := range nodes.Items {
		if nodes.Items[i].Spec.Unschedulable {
			cordoned++
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.looks++
	r.cordoned = max(r.cordoned, cordoned)
	for app := range r.least {
		r.least[app] = min(r.least[app], ready[app])
	}
}

// planned is a plan of onus's own.
func (x *carrier) plannedBy(t *testing.T, file string, args ...string) *plan.Plan {
	t.Helper()
	out, said := x.onus(t, []int{0}, append([]string{"plan", "nodes", "--kubeconfig", x.c.Kubeconfig, "-f", file}, args...)...)
	t.Log(out, said)
	return readPlan(t, file)
}

func readPlan(t *testing.T, file string) *plan.Plan {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Read(file, data)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// A pool of 12 nodes is replaced by the Job that docs have, two at a time, under a budget, in a window that closes half way: the plan waits
// and goes on in the next. Nobody sees fewer ready pods than the floor or more nodes cordoned than two, and the time
// that it is at work is what was predicted.
func TestReplacesAPool(t *testing.T) {
	webs12 := strings.NewReplacer("replicas: 4", "replicas: 12", "minAvailable: 3", "minAvailable: 10").Replace(webs)
	x := carrierWith(t, webs12+solo, cluster.Options{PodReady: 2 * time.Second, PodStop: time.Second, Audit: true,
		AuditedReads: []string{account}})
	x.kubectl("", "wait", "--for=condition=Available", "deployment/solo", "--timeout=120s")
	config := filepath.Join(x.dir, ".onus.yaml")
	said := "timings: {nodeReady: 2s, podReady: 2s, podStop: 1s}\nfloors:\n  - {workloads: [default/web], floor: 10}\n"
	if err := os.WriteFile(config, []byte(said), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Run("in two windows", func(t *testing.T) { x.inTwoWindows(t, config) })
	t.Run("with another pod before", func(t *testing.T) { x.surges(t, config) })
	t.Run("past a budget", func(t *testing.T) { x.escalates(t, config) })
	t.Run("with no right too many", func(t *testing.T) { x.needsItsRights(t, config) })
	if err := x.c.Err(); err != nil {
		t.Error(err)
	}
}

// solo has one pod, a budget that allows nothing, and a node of its own.
const solo = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: solo}
spec:
  replicas: 1
  selector: {matchLabels: {app: solo}}
  template:
    metadata: {labels: {app: solo}}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - {topologyKey: kubernetes.io/hostname, labelSelector: {matchExpressions: [{key: app, operator: In, values: [solo, web]}]}}
      containers:
      - {name: c, image: registry.k8s.io/pause:3.10, resources: {requests: {cpu: 100m}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: solo}
spec:
  minAvailable: 1
  selector: {matchLabels: {app: solo}}
`

func (x *carrier) inTwoWindows(t *testing.T, config string) {
	nodes, zone := x.nodes(), newZone(t, x)
	start := time.Now().UTC().Truncate(24 * time.Hour).Add(11*time.Hour + time.Minute)
	file := filepath.Join(x.dir, "pool.json")
	p := x.plannedBy(t, file, "--config", config, "--target", "nodes="+strings.Join(nodes, ","), "--soak", "1s",
		"--max-unavailable", "2", "--window", "11:00+61m "+zone.name, "--start", start.Format(time.RFC3339))
	if len(nodes) != 12 || len(p.Waves) != 6 {
		t.Fatalf("%d nodes in %d waves", len(nodes), len(p.Waves))
	}
	predicted := 0.0
	for _, w := range p.Waves {
		predicted += w.Seconds
	}
	x.fresh()
	seen := x.record(t, "web", "solo")
	const closed = 15 * time.Second
	half := time.Duration(predicted / 2 * float64(time.Second)) // fits into the first window
	zone.closes(t, time.Now().Add(2*time.Second+half), closed)
	var begun, waits, on, ended time.Time
	for line := range x.job(t, file, 0) {
		switch now := time.Now(); {
		case line.Msg == apply.PlanBegun:
			begun = now
		case line.Msg == apply.StepWaits && strings.HasPrefix(line.Says, "the window opens at") && waits.IsZero():
			waits = now
		case line.Msg == apply.StepBegun && !waits.IsZero() && on.IsZero():
			on = now
		case line.Msg == apply.PlanEnded:
			ended = now
		}
	}
	waited := on.Sub(waits)
	took := (ended.Sub(begun) - waited).Seconds()
	if begun.IsZero() || ended.IsZero() || waits.IsZero() || waited < closed/2 || waited > 3*closed {
		t.Errorf("begun %s, it waits for the window from %s to %s, ended %s", begun, waits, on, ended)
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if seen.least["web"] < 10 || seen.least["solo"] < 1 || seen.cordoned > 2 || seen.looks < 200 {
		t.Errorf("least ready %v, %d nodes cordoned at a time, in %d looks", seen.least, seen.cordoned, seen.looks)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.evicted) != 12 || len(x.deleted) != 12 || sum(x.evicted) != 12 || sum(x.deleted) != 12 {
		t.Errorf("evicted %v, deleted %v", x.evicted, x.deleted)
	}
	t.Logf("at work for %.0f s, and %.0f s predicted, beside %.0f s in which the window was closed; least ready %v, %d nodes cordoned at the "+
		"most, in %d looks", took, predicted, waited.Seconds(), seen.least, seen.cordoned, seen.looks)
	if math.Abs(took-predicted) > 0.2*predicted {
		t.Errorf("at work for %.0f s, and %.0f s were predicted", took, predicted)
	}
}

// surges replaces the node of a pod that its budget never lets go: another one is ready before.
func (x *carrier) surges(t *testing.T, config string) {
	node := x.kubectl("", "get", "pods", "--selector=app=solo", "--output=jsonpath={.items[0].spec.nodeName}")
	file := filepath.Join(x.dir, "surge.json")
	p := x.plannedBy(t, file, "--config", config, "--target", "nodes="+node, "--surge")
	x.fresh()
	seen := x.record(t, "solo")
	out, said := x.onus(t, []int{0}, "apply", file, "--kubeconfig", x.config)
	t.Log(out, said)
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if seen.least["solo"] < 1 || len(p.Risks) > 0 || sum(x.evicted) > 0 || sum(x.deleted) != 1 {
		t.Errorf("least ready %v, %d evictions, %d NodeClaims deleted, risks %v", seen.least, sum(x.evicted), sum(x.deleted), p.Risks)
	}
	if is := x.kubectl("", "get", "pods", "--selector=app=solo", "--output=jsonpath={.items[*].spec.nodeName}"); is == node || is == "" {
		t.Error(fmt.Sprintf("it is on %q, and was on %s", is, node))
	}
}

// escalates has a budget come, after the plan was made, that has the API server evict no pod at all: the drain is stuck.
// With the rights for it, and the risk accepted, the pod is deleted past it, and its floor is kept.
func (x *carrier) escalates(t *testing.T, config string) {
	node := x.nodes()[0]
	file := filepath.Join(x.dir, "escalate.json")
	p := x.plannedBy(t, file, "--config", config, "--target", "nodes="+node, "--escalate", "5s", "--drain-timeout", "5s")
	if len(p.RisksOf(false)) > 0 || len(p.RisksOfEscalations()) != 1 {
		t.Fatalf("%+v", p.Risks)
	}
	budget := solo[strings.LastIndex(solo, "---"):]
	x.kubectl(strings.NewReplacer("name: solo", "name: web-too", "app: solo", "app: web").Replace(budget), "apply", "--filename=-")
	x.fresh()
	seen := x.record(t, "web")
	out, said := x.onus(t, []int{1}, "apply", file, "--kubeconfig", x.config)
	if !strings.Contains(out, "pdb-overlap") || sum(x.evicted)+sum(x.deleted) > 0 {
		t.Error(out, said)
	}
	args := []string{"apply", file, "--kubeconfig", x.config, "--resume", "--on-stuck=escalate"}
	if _, said := x.onus(t, []int{2}, args...); !strings.Contains(said, "risks that are not accepted: escalate/default/Deployment/web") {
		t.Error(said)
	}
	args = append(args, "--accept-risk", "escalate/default/Deployment/web")
	if _, said := x.onus(t, []int{2}, args...); !strings.Contains(said,
		"onus may not delete pods, for --on-stuck=escalate (docs/rbac-escalate.yaml)") {
		t.Error(said)
	}
	x.kubectl("", "apply", "--filename=../docs/rbac-escalate.yaml")
	told := filepath.Join(x.dir, "audit.log")
	out, said = x.onus(t, []int{0}, append(args, "--audit", told)...)
	t.Log(out, said)
	data, err := os.ReadFile(told)
	if err != nil || strings.Count(string(data), `"forced":"true"`) != 1 {
		t.Error(err, string(data))
	}
	seen.mu.Lock()
	defer seen.mu.Unlock()
	if seen.least["web"] < 11 || sum(x.evicted) > 0 || len(x.deleted) != 2 || seen.cordoned != 1 { // the pod and the NodeClaim
		t.Errorf("least ready %v, %d evictions, deleted %v", seen.least, sum(x.evicted), x.deleted)
	}
}
