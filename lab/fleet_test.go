package lab

import (
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"

	"github.com/onus-project/onus/lab/cluster"
)

// sets are so many StatefulSets of three in three namespaces, which stand for regions.
const sets = 60

// rolledFleet is a fleet of StatefulSets, and what somebody sees of it who shares nothing with onus.
type rolledFleet struct {
	*carrier
	mu    sync.Mutex
	least map[string]int       // of ready pods, by set
	begun map[string]time.Time // when a pod with another image than before was seen first
	image map[string]string    // that all pods of a set had last
	looks int
}

func namespaceOf(set int) string { return []string{"eu", "us", "ap"}[set%3] }

// A fleet of StatefulSets is patched wave by wave by the real controllers, a bad image is stopped within the canary and set back,
// and a process that is killed is gone on with. No set has fewer than two of its three pods ready at any time.
func TestFleet(t *testing.T) {
	c := Start(t, cluster.Options{PodReady: 2 * time.Second, PodStop: time.Second})
	x := &rolledFleet{carrier: &carrier{c: c, kubectl: talk(t, c), dir: t.TempDir()}}
	config, err := clientcmd.BuildConfigFromFlags("", c.Kubeconfig)
	if err == nil {
		config.QPS = -1
		x.client, err = kubernetes.NewForConfig(config)
	}
	if err != nil {
		t.Fatal(err)
	}
	calm := strings.Replace(fakeNodes, "  template:", "  disruption: {consolidationPolicy: WhenEmpty, consolidateAfter: 600s}\n  template:", 1)
	x.kubectl(calm+x.manifest(), "apply", "--filename=-")
	for _, file := range []string{"rbac-apply.yaml", "rbac-fleet.yaml"} {
		x.kubectl("", "apply", "--filename=../docs/"+file)
	}
	x.witness = before(t, x.kubectl("", "config", "view", "--minify", "--output=jsonpath={.clusters[0].cluster.server}"), "500")
	x.config = x.witness.kubeconfig(t, x.kubectl("", "create", "token", "onus-apply", "--namespace=onus"))
	x.program = filepath.Join(t.TempDir(), "onus")
	if out, err := exec.Command("go", "build", "-o", x.program, "github.com/onus-project/onus/cmd/onus").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	x.ready(t)
	go x.look(t)
	t.Run("patched", x.patched)
	t.Run("a bad image", x.badImage)
	t.Run("killed", x.killedAndResumed)
	if err := c.Err(); err != nil {
		t.Error(err)
	}
}

func (x *rolledFleet) manifest() string {
	var b strings.Builder
	for _, ns := range []string{"eu", "us", "ap"} {
		fmt.Fprintf(&b, "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: %s}\n", ns)
	}
	for i := range sets {
		fmt.Fprintf(&b, `---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db-%[1]d, namespace: %[2]s}
spec:
  replicas: 3
  serviceName: db
  selector: {matchLabels: {app: db-%[1]d}}
  template:
    metadata: {labels: {app: db-%[1]d}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - {name: db, image: "registry.k8s.io/pause:3.9", resources: {requests: {cpu: 20m}}}
`, i, namespaceOf(i))
	}
	return b.String()
}

// ready waits until all pods of all sets are.
func (x *rolledFleet) ready(t *testing.T) {
	t.Helper()
	for end := time.Now().Add(4 * time.Minute); ; time.Sleep(2 * time.Second) {
		list, err := x.client.AppsV1().StatefulSets("").List(t.Context(), metav1.ListOptions{})
		n := 0
		for i := range list.Items {
			if s := &list.Items[i].Status; s.ReadyReplicas == 3 && s.UpdatedReplicas == 3 && s.CurrentRevision == s.UpdateRevision {
				n++
			}
		}
		if err == nil && n == sets {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d of %d sets are ready, %v", n, sets, err)
		}
	}
}

// fresh forgets what was seen.
func (x *rolledFleet) fresh() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.least, x.begun, x.image, x.looks = map[string]int{}, map[string]time.Time{}, map[string]string{}, 0
}

// look looks twice a second, for as long as the test runs.
func (x *rolledFleet) look(t *testing.T) {
	for ; t.Context().Err() == nil; time.Sleep(500 * time.Millisecond) {
		list, err := x.client.CoreV1().Pods("").List(t.Context(), metav1.ListOptions{LabelSelector: "app"})
		if err != nil {
			continue
		}
		ready, images := map[string]int{}, map[string]map[string]bool{}
		for i := range sets {
			ready[fmt.Sprintf("%s/db-%d", namespaceOf(i), i)] = 0
		}
		for i := range list.Items {
			p := &list.Items[i]
			set := p.Namespace + "/" + p.Labels["app"]
			if images[set] == nil {
				images[set] = map[string]bool{}
			}
			images[set][p.Spec.Containers[0].Image] = true
			for _, c := range p.Status.Conditions {
				if c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue && p.DeletionTimestamp == nil {
					ready[set]++
				}
			}
		}
		x.mu.Lock()
		if x.least != nil {
			x.looks++
			for set, n := range ready {
				if was, ok := x.least[set]; !ok || n < was {
					x.least[set] = n
				}
				all := fmt.Sprint(images[set])
				if was := x.image[set]; was != "" && was != all && x.begun[set].IsZero() {
					x.begun[set] = time.Now()
				}
				x.image[set] = all
			}
		}
		x.mu.Unlock()
	}
}

// holds says what has to hold whatever happens: two of three are ready in each look. It returns how many sets were touched.
func (x *rolledFleet) holds(t *testing.T) int {
	t.Helper()
	x.ready(t)
	time.Sleep(time.Second)
	x.mu.Lock()
	defer x.mu.Unlock()
	if len(x.least) != sets {
		t.Errorf("%d sets were seen", len(x.least))
	}
	for set, n := range x.least {
		if n < 2 {
			t.Errorf("%s had %d of 3 pods ready", set, n)
		}
	}
	t.Logf("%d looks at %d sets, %d of which were touched; none had fewer than 2 of 3 pods ready", x.looks, sets, len(x.begun))
	return len(x.begun)
}

// images are how many sets have each image.
func (x *rolledFleet) images(t *testing.T) map[string]int {
	t.Helper()
	var list *appsv1.StatefulSetList
	list, err := x.client.AppsV1().StatefulSets("").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n := map[string]int{}
	for i := range list.Items {
		n[list.Items[i].Spec.Template.Spec.Containers[0].Image]++
	}
	return n
}

const byRegion = `id: by-region
title: One set, its region, then the others
by: region
tolerates: 0
concurrency: 10
waves:
  - {groups: 1, bake: 3s, canary: {percent: 5, bake: 5s}}
  - {each: 1, bake: 3s}
`

// planned plans to have a tag of the image rolled out.
func (x *rolledFleet) planned(t *testing.T, tag, within string) string {
	t.Helper()
	x.plans++
	rows := "name,product,version,deployment,role,offering,region\n"
	for i := range sets {
		for k := range 3 {
			rows += fmt.Sprintf("%[1]s/db-%[2]d-%[3]d,postgresql,16.4,%[1]s/db-%[2]d,,self-hosted,%[1]s\n", namespaceOf(i), i, k)
		}
	}
	for name, text := range map[string]string{"fleet.csv": rows, "by-region.yaml": byRegion} {
		if err := os.WriteFile(filepath.Join(x.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(x.dir, fmt.Sprintf("plan-%d.json", x.plans))
	out, said := onus(t, []int{0}, "plan", "fleet", filepath.Join(x.dir, "fleet.csv"), "--strategy", filepath.Join(x.dir, "by-region.yaml"),
		"--statefulset", "db=registry.k8s.io/pause:"+tag, "--within", within, "--kubeconfig", x.config, "-f", file)
	if !strings.Contains(out, "The controller of each set replaces") || !strings.Contains(out, "180 instances of 60 deployments") {
		t.Error(out, said)
	}
	x.fresh()
	time.Sleep(time.Second)
	return file
}

func (x *rolledFleet) patched(t *testing.T) {
	out, _ := onus(t, []int{0}, "apply", x.planned(t, "3.10", "5m"), "--kubeconfig", x.config)
	x.holds(t)
	x.inWaves(t)
	if n := x.images(t); n["registry.k8s.io/pause:3.10"] != sets {
		t.Error(n, out)
	}
}

// inWaves: one set first, and one region after the other.
func (x *rolledFleet) inWaves(t *testing.T) {
	t.Helper()
	x.mu.Lock()
	defer x.mu.Unlock()
	first, last := map[string]time.Time{}, map[string]time.Time{}
	for set, at := range x.begun {
		region, _, _ := strings.Cut(set, "/")
		if f := first[region]; f.IsZero() || at.Before(f) {
			first[region] = at
		}
		if at.After(last[region]) {
			last[region] = at
		}
	}
	for a := range first {
		for b := range first {
			if a != b && first[a].Before(first[b]) && !last[a].Before(first[b]) {
				t.Errorf("%s was begun while %s was: %s, %s", b, a, first[b], last[a])
			}
		}
		n := 0 // begun within 5 s of the first of the region
		for set, at := range x.begun {
			if strings.HasPrefix(set, a+"/") && at.Sub(first[a]) < 5*time.Second {
				n++
			}
		}
		if n != 1 && !slices.ContainsFunc(slices.Collect(maps.Values(first)), first[a].After) {
			t.Errorf("the canary is one set, and %s was begun with %d", a, n)
		}
		t.Logf("%s was begun at %s with %d sets, the last at %s", a, first[a].Format(time.TimeOnly), n, last[a].Format(time.TimeOnly))
	}
	if len(x.begun) != sets {
		t.Errorf("%d of %d sets were seen to begin", len(x.begun), sets)
	}
}

func (x *rolledFleet) badImage(t *testing.T) {
	x.witness.all() // those of before are forgotten
	out, _ := onus(t, []int{1}, "apply", x.planned(t, "never-ready", "20s"), "--kubeconfig", x.config)
	if !strings.Contains(out, "it is not rolled out within 20 s") {
		t.Error(out)
	}
	if n := x.holds(t); n != 1 {
		t.Errorf("%d sets were touched, and only the canary was to be", n)
	}
	if n := x.images(t); n["registry.k8s.io/pause:3.10"] != sets {
		t.Error(n)
	}
	asked := 0 // by onus, to delete the pod that its controller would wait for
	for _, a := range x.witness.all() {
		if a.method == http.MethodDelete {
			asked++
		}
	}
	if asked != 1 {
		t.Errorf("%d pods were deleted by onus", asked)
	}
}

func (x *rolledFleet) killedAndResumed(t *testing.T) {
	file := x.planned(t, "3.11", "5m")
	args := []string{"apply", file, "--kubeconfig", x.config}
	for _, at := range []string{"is to be rolled out", "1 of 3 pods are new", "gate/wave-3 done"} {
		cmd, lines := x.start(t, args...)
		until(t, lines, at)
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = cmd.Wait()
		args = []string{"apply", file, "--kubeconfig", x.config, "--resume"}
	}
	out, _ := onus(t, []int{0}, args...)
	x.holds(t)
	x.inWaves(t)
	if n := x.images(t); n["registry.k8s.io/pause:3.11"] != sets {
		t.Error(n, out)
	}
	list, err := x.client.AppsV1().StatefulSets("").List(t.Context(), metav1.ListOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for i := range list.Items {
		o := &list.Items[i]
		want := int64(3) // made, and patched twice
		if o.Generation != want && o.Generation != want+2 {
			t.Errorf("%s/%s was changed %d times", o.Namespace, o.Name, o.Generation-1)
		}
	}
}
