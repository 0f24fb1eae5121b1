package lab

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/lab/cluster"
)

// carrier is a cluster in which plans are carried out, and what watches it.
type carrier struct {
	c       *cluster.Cluster
	kubectl func(input string, args ...string) string
	client  kubernetes.Interface
	witness *witness
	config  string // of onus: with its rights, and through the witness
	program string
	env     []string // of the program, beside that of the test
	dir     string
	plans   int

	mu      sync.Mutex
	least   int            // of ready pods, since it was asked last
	evicted map[string]int // how often, by UID
	deleted map[string]int
}

// webs are spread over nodes of their own, one each.
const webs = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 4
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      affinity:
        podAntiAffinity:
          requiredDuringSchedulingIgnoredDuringExecution:
          - {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {app: web}}}
      containers:
      - {name: c, image: registry.k8s.io/pause:3.10, resources: {requests: {cpu: 100m}}}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec:
  minAvailable: 3
  selector: {matchLabels: {app: web}}
`

func newCarrier(t *testing.T) *carrier { return carrierOf(t, webs) }

// carrierOf has nodes with the pods of a manifest, the Deployment web among them.
func carrierOf(t *testing.T, manifest string) *carrier {
	t.Helper()
	return carrierWith(t, manifest, cluster.Options{PodReady: 2 * time.Second, PodStop: time.Second})
}

func carrierWith(t *testing.T, manifest string, o cluster.Options) *carrier {
	t.Helper()
	c := Start(t, o)
	x := &carrier{c: c, kubectl: talk(t, c), dir: t.TempDir(), evicted: map[string]int{}, deleted: map[string]int{}}
	calm := strings.Replace(fakeNodes, "  template:", "  disruption: {consolidationPolicy: WhenEmpty, consolidateAfter: 600s}\n  template:", 1)
	x.kubectl(calm+manifest, "apply", "--filename=-")
	x.kubectl("", "wait", "--for=condition=Available", "deployment/web", "--timeout=120s")
	x.kubectl("", "apply", "--filename=../docs/rbac-apply.yaml")
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig)
	if err == nil {
		config.QPS = -1 // it looks often
		x.client, err = kubernetes.NewForConfig(config)
	}
	if err != nil {
		t.Fatal(err)
	}
	x.witness = before(t, x.kubectl("", "config", "view", "--minify", "--output=jsonpath={.clusters[0].cluster.server}"), "500")
	x.witness.spoil(x.asked, nil)
	x.config = x.witness.kubeconfig(t, x.kubectl("", "create", "token", "onus-apply", "--namespace=onus"))
	x.program = filepath.Join(x.dir, "onus")
	if out, err := exec.Command("go", "build", "-o", x.program, "github.com/onus-project/onus/cmd/onus").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	go x.watch(t)
	return x
}

// asked counts what onus asks to be evicted and deleted, by UID.
func (x *carrier) asked(r *http.Request) {
	if r.Body == nil || r.Method != http.MethodPost && r.Method != http.MethodDelete {
		return
	}
	body, err := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	if err != nil {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	i := bytes.Index(body, []byte(`"uid":"`))
	switch {
	case strings.HasSuffix(r.URL.Path, "/eviction") && i >= 0:
		x.evicted[string(body[i+7:i+43])]++
	case r.Method == http.MethodDelete && i >= 0:
		x.deleted[string(body[i+7:i+43])]++
	}
}

// watch looks how many pods are ready, for as long as the test runs.
func (x *carrier) watch(t *testing.T) {
	for t.Context().Err() == nil {
		list, err := x.client.CoreV1().Pods("default").List(t.Context(), metav1.ListOptions{LabelSelector: "app=web"})
		if err == nil {
			ready := 0
			for i := range list.Items {
				p := &list.Items[i]
				if p.DeletionTimestamp == nil && slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
					return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
				}) {
					ready++
				}
			}
			x.mu.Lock()
			x.least = min(x.least, ready)
			x.mu.Unlock()
		}
		time.Sleep(100 * time.Millisecond)
	}
}

// nodes are the names of those with a web pod that no plan has replaced yet.
func (x *carrier) nodes() []string {
	return strings.Fields(x.kubectl("", "get", "pods", "--selector=app=web", "--output=jsonpath={.items[*].spec.nodeName}"))
}

// plan writes a plan that replaces nodes one after the other.
func (x *carrier) plan(t *testing.T, timeout int64, nodes ...string) string {
	t.Helper()
	x.plans++
	p := plan.Plan{Schema: plan.Schema, ID: fmt.Sprintf("lab-%d", x.plans), Kind: "nodes", Title: "replace nodes", Made: time.Now(),
		Target: plan.Target{Kind: "cluster", Name: "lab",
			UID: x.kubectl("", "get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}")},
		Facts: []plan.Fact{{Object: "PodDisruptionBudget default/web", Field: "spec.minAvailable",
			Value: x.kubectl("", "get", "pdb", "web", "--output=jsonpath={.spec.minAvailable}")}}}
	last := ""
	for i, n := range nodes {
		uid := x.kubectl("", "get", "node", n, "--output=jsonpath={.metadata.uid}")
		claim := strings.Fields(x.kubectl("", "get", "nodeclaims",
			`--output=jsonpath={range .items[?(@.status.nodeName=="`+n+`")]}{.metadata.name} {.metadata.uid}{end}`))
		with := map[string]string{step.Node: n, step.NodeUID: uid, step.NodeClaim: claim[0], step.NodeClaimUID: claim[1],
			step.Workloads: "default/Deployment/web", step.Soak: "1s"}
		for _, kind := range []string{step.Cordon, step.Drain, step.ByKarpenter, step.Settle} {
			s := plan.Step{ID: kind + "/" + n, Title: kind + " " + n, Group: n, Wave: i + 1, Action: plan.Action{Kind: kind, With: with},
				TimeoutSeconds: timeout, Attempts: 2, Guards: []plan.Guard{{Kind: step.Floor, Says: "web keeps 3 pods", With: map[string]string{
					step.Namespace: "default", step.Kind: "Deployment", step.Name: "web", step.Least: "3"}}}}
			if last != "" {
				s.Needs = []string{last}
			}
			if kind == step.Cordon {
				s.Undo = &plan.Action{Kind: step.Uncordon, With: with}
			}
			last = s.ID
			p.Steps = append(p.Steps, s)
		}
	}
	data, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(x.dir, p.ID+".json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// fresh forgets what was seen.
func (x *carrier) fresh() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.least = 1 << 20
	clear(x.evicted)
	clear(x.deleted)
}

// holds holds what was seen: the floor, each pod evicted and each NodeClaim deleted once, all
// nodes gone, and none cordoned.
func (x *carrier) holds(t *testing.T, gone []string) {
	t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.least < 3 {
		t.Errorf("only %d pods were ready", x.least)
	}
	for _, all := range []map[string]int{x.evicted, x.deleted} {
		if len(all) != len(gone) {
			t.Errorf("%d of %d: %v", len(all), len(gone), all)
		}
	}
	for uid, n := range x.deleted {
		if n != 1 {
			t.Errorf("%s was deleted %d times", uid, n)
		}
	}
	left := x.kubectl("", "get", "nodes", `--output=jsonpath={range .items[*]}{.metadata.name} {.spec.unschedulable}{"\n"}{end}`)
	for _, n := range gone {
		if strings.Contains(left, n+" ") {
			t.Errorf("%s is still there", n)
		}
	}
	if strings.Contains(left, "true") || strings.Contains(x.kubectl("", "get", "nodes", "--output=json"), "onus.dev/plan") {
		t.Errorf("left cordoned: %s", left)
	}
	t.Logf("at least %d pods ready, %d evictions asked for, %d NodeClaims deleted", x.least, sum(x.evicted), sum(x.deleted))
}

func sum(all map[string]int) (n int) {
	for _, k := range all {
		n += k
	}
	return n
}

// onus runs the program as people do, which has to end with one of some statuses, and gives what it printed.
func (x *carrier) onus(t *testing.T, statuses []int, args ...string) (out, said string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd := exec.Command(x.program, args...)
	cmd.Env, cmd.Dir = append(os.Environ(), x.env...), x.dir
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if got := cmd.ProcessState.ExitCode(); !slices.Contains(statuses, got) {
		t.Fatalf("onus %s: exit status %d\n%s%s", strings.Join(args, " "), got, stdout.String(), stderr.String())
	}
	return stdout.String(), stderr.String()
}

// start starts onus as a process of its own, which says on lines what it does.
func (x *carrier) start(t *testing.T, args ...string) (*exec.Cmd, *bufio.Scanner) {
	t.Helper()
	cmd := exec.Command(x.program, args...)
	cmd.Env = append(os.Environ(), x.env...)
	said, err := cmd.StderrPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, bufio.NewScanner(said)
}

// until reads lines until one has a text.
func until(t *testing.T, lines *bufio.Scanner, text string) {
	t.Helper()
	for lines.Scan() {
		if t.Log(lines.Text()); strings.Contains(lines.Text(), text) {
			return
		}
	}
	t.Fatalf("nothing says %q", text)
}

// A plan is carried out in a real cluster, with the rights that are shipped and no others.
func TestApply(t *testing.T) {
	x := newCarrier(t)
	t.Run("planned", x.planned)
	t.Run("under a budget", x.underABudget)
	t.Run("a budget of nothing", x.noBudget)
	t.Run("killed", x.killed)
	t.Run("stopped for longer than its lease", x.stopped)
	if err := x.c.Err(); err != nil {
		t.Error(err)
	}
}

// planned is a plan of onus's own, for two nodes at a time as far as the budget lets them.
func (x *carrier) planned(t *testing.T) {
	nodes := x.nodes()[:2]
	file := filepath.Join(x.dir, "planned.json")
	_, said := x.onus(t, []int{0, 1}, "plan", "nodes", "--kubeconfig", x.c.Kubeconfig, "--target", "nodes="+strings.Join(nodes, ","),
		"-f", file)
	t.Log(said)
	x.fresh()
	out, said := x.onus(t, []int{0}, "apply", file, "--kubeconfig", x.config)
	t.Log(said, out)
	x.holds(t, nodes)
	var run struct {
		Seconds float64
		Summary struct{ PredictedSeconds float64 }
	}
	out, _ = x.onus(t, []int{0}, "status", file, "--kubeconfig", x.config, "-o", "json")
	if err := json.Unmarshal([]byte(out), &run); err != nil {
		t.Fatal(err)
	}
	t.Logf("took %.0f s, and %.0f s were predicted", run.Seconds, run.Summary.PredictedSeconds)
}

func (x *carrier) underABudget(t *testing.T) {
	nodes := x.nodes()[:3]
	file := x.plan(t, 300, nodes...)
	x.fresh()
	before := x.kubectl("", "get", "nodes", "--output=jsonpath={.items[*].metadata.resourceVersion}")
	_, _ = x.onus(t, []int{0}, "apply", file, "--dry-run", "--kubeconfig", x.config)
	if after := x.kubectl("", "get", "nodes", "--output=jsonpath={.items[*].metadata.resourceVersion}"); after != before {
		t.Error("a dry run changed a node")
	}
	out, said := x.onus(t, []int{0}, "apply", file, "--kubeconfig", x.config)
	t.Log(said, out)
	x.holds(t, nodes)
	if _, said := x.onus(t, []int{2}, "apply", x.plan(t, 300)+"x", "--kubeconfig", x.config); said == "" {
		t.Error("said nothing")
	}
}

func (x *carrier) noBudget(t *testing.T) {
	node := x.nodes()[0]
	x.kubectl("", "patch", "pdb", "web", "--type=merge", "-p", `{"spec":{"minAvailable":4}}`)
	file := x.plan(t, 8, node)
	x.fresh()
	out, said := x.onus(t, []int{1}, "apply", file, "--kubeconfig", x.config)
	if !strings.Contains(out, "pdb-never-allows") || !strings.Contains(said, "uncordon") && !strings.Contains(said, "undone") {
		t.Error(out, said)
	}
	t.Log(out, said)
	if sum(x.evicted) > 0 {
		t.Error("asked for an eviction that the budget does not allow")
	}
	if is := x.kubectl("", "get", "node", node, "--output=jsonpath={.spec.unschedulable}{.metadata.annotations.onus\\.dev/plan}"); is != "" {
		t.Error("left cordoned: ", is)
	}
	x.kubectl("", "patch", "pdb", "web", "--type=merge", "-p", `{"spec":{"minAvailable":3}}`)
	_, said = x.onus(t, []int{0}, "apply", file, "--kubeconfig", x.config, "--resume")
	t.Log(said)
	x.holds(t, []string{node})
	stale := x.plan(t, 60, x.nodes()[0])
	x.kubectl("", "patch", "pdb", "web", "--type=merge", "-p", `{"spec":{"minAvailable":2}}`)
	if _, said := x.onus(t, []int{2}, "apply", stale, "--kubeconfig", x.config); !strings.Contains(said, "spec.minAvailable was 3 and is 2") {
		t.Error(said)
	}
	x.kubectl("", "patch", "pdb", "web", "--type=merge", "-p", `{"spec":{"minAvailable":3}}`)
}

// killed is a process that is killed once after each kind of change, and gone on with.
func (x *carrier) killed(t *testing.T) {
	nodes := x.nodes()[:2]
	file := x.plan(t, 600, nodes...)
	x.fresh()
	args := []string{"apply", file, "--kubeconfig", x.config}
	for _, at := range []string{"changed: cordon", "changed: evict", "changed: delete"} {
		cmd, lines := x.start(t, args...)
		until(t, lines, at)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		if len(args) == 4 { // another plan has to wait for the lease, and says so
			other := x.plan(t, 60, nodes[1])
			_, said := x.onus(t, []int{3}, "apply", other, "--kubeconfig", x.config)
			if !strings.Contains(said, "another process carries out a plan") {
				t.Error(said)
			}
			args = append(args, "--resume")
		}
	}
	out, _ := x.onus(t, []int{0, 1}, "status", file, "--kubeconfig", x.config) // its lease may not be over
	t.Log(out)
	out, said := x.onus(t, []int{0}, args...)
	t.Log(said, out)
	x.holds(t, nodes)
}

// stopped is a process that sleeps while another takes its lease: when it wakes it changes
// nothing more.
func (x *carrier) stopped(t *testing.T) {
	nodes := x.nodes()[:1]
	file := x.plan(t, 600, nodes...)
	x.fresh()
	cmd, lines := x.start(t, "apply", file, "--kubeconfig", x.config)
	until(t, lines, "changed: cordon")
	stop(t, cmd.Process, file+".journal")
	_, said := x.onus(t, []int{0}, "apply", file, "--kubeconfig", x.config, "--resume")
	t.Log(said)
	x.witness.all()
	if err := cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	for lines.Scan() {
		t.Log("woken: ", lines.Text())
	}
	err := cmd.Wait()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 3 {
		t.Error(err)
	}
	for _, a := range x.witness.all() {
		if a.method != http.MethodGet {
			t.Errorf("the one that was overtaken asked %+v", a)
		}
	}
	x.holds(t, nodes)
}

// stop stops a process at a moment at which it writes nothing into a journal: one that is stopped in the
// midst of a write holds everybody up, and is told apart by the journal's own tests.
func stop(t *testing.T, p *os.Process, file string) {
	t.Helper()
	for range 200 {
		if err := p.Signal(syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
		if _, err := syscall.Wait4(p.Pid, nil, syscall.WUNTRACED, nil); err != nil { // all of its threads are
			t.Fatal(err)
		}
		if _, locked := journal.LockedBy(file); !locked {
			return
		}
		if err := p.Signal(syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
		time.Sleep(7 * time.Millisecond)
	}
	t.Fatal("it writes all the time")
}
