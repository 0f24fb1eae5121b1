package kubernetes

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"strings"
	"testing"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/fake"
	kubetesting "k8s.io/client-go/testing"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// rollBench is a cluster with one object, and its controller: with each moment that passes it takes one step.
type rollBench struct {
	t       *testing.T
	client  *fake.FakeDynamicClient
	of      schema.GroupVersionResource
	now     time.Time
	patches int
	deleted int
	control func(b *rollBench, o *unstructured.Unstructured) // what the controller does in a moment
	after   func(b *rollBench)                               // something else that happens after each
	with    map[string]string
}

var statefulsets = schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "statefulsets"}

func newRollBench(t *testing.T, of schema.GroupVersionResource, list, object string, with map[string]string) *rollBench {
	t.Helper()
	o := &unstructured.Unstructured{}
	data, err := yaml.YAMLToJSON([]byte(object))
	if err == nil {
		err = o.UnmarshalJSON(data)
	}
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[schema.GroupVersionResource]string{of: list, pods: "PodList"}
	b := &rollBench{t: t, of: of, now: time.Date(2026, time.November, 28, 12, 0, 0, 0, time.UTC),
		client: fake.NewSimpleDynamicClientWithCustomListKinds(runtime.NewScheme(), kinds, o)}
	b.client.PrependReactor("patch", of.Resource, func(a kubetesting.Action) (bool, runtime.Object, error) {
		b.patches++
		handled, got, err := kubetesting.ObjectReaction(b.client.Tracker())(a)
		if err == nil {
			got.(*unstructured.Unstructured).SetGeneration(got.(*unstructured.Unstructured).GetGeneration() + 1)
			err = b.client.Tracker().Update(of, got, "shop")
		}
		return handled, got, err
	})
	b.client.PrependReactor("delete", "pods", func(kubetesting.Action) (bool, runtime.Object, error) {
		b.deleted++
		return false, nil, nil
	})
	b.with = map[string]string{step.Namespace: "shop", step.Name: "db", step.ObjectUID: "u", step.Within: "10m", step.Deployment: "shop/db"}
	maps.Copy(b.with, with)
	return b
}

func (b *rollBench) object() *unstructured.Unstructured {
	o, err := b.client.Resource(b.of).Namespace("shop").Get(context.Background(), "db", metav1.GetOptions{})
	if err != nil {
		b.t.Fatal(err)
	}
	return o
}

func (b *rollBench) update(o *unstructured.Unstructured) {
	if err := b.client.Tracker().Update(b.of, o, "shop"); err != nil {
		b.t.Fatal(err)
	}
}

func (b *rollBench) Now() time.Time { return b.now }

func (b *rollBench) Sleep(_ context.Context, d time.Duration) {
	b.now = b.now.Add(d)
	o := b.object()
	b.control(b, o)
	b.update(o)
	if b.after != nil {
		b.after(b)
	}
}

type heldByUs struct{}

func (heldByUs) Hold(context.Context) error { return nil }

// run carries a plan of one step out.
func (b *rollBench) run() (apply.Status, *apply.Engine) {
	b.t.Helper()
	p := &plan.Plan{Schema: plan.Schema, ID: "p", Kind: "fleet", Steps: []plan.Step{{ID: "patch/shop/db", Group: "shop/db", Wave: 1,
		TimeoutSeconds: 7200, Attempts: 1, Needs: []string{}, Action: plan.Action{Kind: step.Roll, With: b.with},
		Undo: &plan.Action{Kind: step.Unroll, With: b.with}}}}
	file := filepath.Join(b.t.TempDir(), "j")
	j, err := journal.Open(b.t.Context(), file, journal.Head{Hash: "h", ID: "p", Format: plan.Schema}, b.now)
	if err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(func() { j.Close() })
	if err := j.Hold(b.t.Context(), 1, "test", b.now); err != nil {
		b.t.Fatal(err)
	}
	rolls := Rolls(&Client{dynamic: b.client, timeout: time.Second})
	e, err := apply.New(apply.Settings{Plan: p, Journal: j, Lease: heldByUs{}, Clock: b, Runners: rolls.Runners(),
		Guards: map[string]apply.Guard{}, OnStuck: apply.PauseOnStuck, Files: file}, 1)
	if err != nil {
		b.t.Fatal(err)
	}
	status, err := e.Run(b.t.Context(), false)
	if err != nil {
		b.t.Error(err)
	}
	return status, e
}

const aStatefulSet = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db, namespace: shop, uid: u, generation: 1}
spec:
  replicas: 3
  template: {spec: {containers: [{name: log, image: log:1}, {name: db, image: db:1}]}}
status:
  {observedGeneration: 1, replicas: 3, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 3, currentRevision: db-1,
    updateRevision: db-1}
`

// rollStatefulSet does what the controller of StatefulSets does: one pod at a time, and the next one once it is ready, which no pod
// of db:bad gets.
func rollStatefulSet(b *rollBench, o *unstructured.Unstructured) {
	status := o.Object["status"].(map[string]any)
	_, rest, _ := strings.Cut(fmt.Sprint(o.Object["spec"]), "image:db:")
	image := strings.FieldsFunc(rest, func(r rune) bool { return r == ' ' || r == ']' })[0]
	revision := "db-" + image
	if status["updateRevision"] != revision {
		status["updateRevision"], status["observedGeneration"] = revision, o.GetGeneration()
		status["updatedReplicas"] = int64(0)
		if status["currentRevision"] == revision { // those that were not reached yet have it
			status["updatedReplicas"] = int64(2)
		}
		return
	}
	status["observedGeneration"] = o.GetGeneration()
	held, err := b.client.Resource(pods).Namespace("shop").List(context.Background(), metav1.ListOptions{})
	if err != nil {
		b.t.Fatal(err)
	}
	n := status["updatedReplicas"].(int64)
	switch {
	case len(held.Items) == 3: // it waits for the last one
	case image == "bad":
		b.pod("db-0", "db-1", true)
		b.pod("db-1", "db-1", true)
		b.pod("db-2", revision, false)
		status["updatedReplicas"], status["readyReplicas"], status["availableReplicas"] = int64(1), int64(2), int64(2)
	case n < 3:
		status["updatedReplicas"] = n + 1
	default:
		status["readyReplicas"], status["availableReplicas"], status["currentRevision"] = int64(3), int64(3), revision
	}
}

// pod adds a pod of the set.
func (b *rollBench) pod(name, revision string, ready bool) {
	conditions := []any{map[string]any{"type": "Ready", "status": map[bool]string{true: "True", false: "False"}[ready]}}
	p := &unstructured.Unstructured{Object: map[string]any{"apiVersion": "v1", "kind": "Pod", "metadata": map[string]any{
		"name": name, "namespace": "shop", "uid": "of-" + name, "labels": map[string]any{appsv1.ControllerRevisionHashLabelKey: revision},
		"ownerReferences": []any{map[string]any{"apiVersion": "apps/v1", "kind": "StatefulSet", "name": "db", "uid": "u",
			"controller": true}}}, "status": map[string]any{"phase": "Running", "conditions": conditions}}}
	if err := b.client.Tracker().Create(pods, p, "shop"); err != nil {
		b.t.Fatal(err)
	}
}

func stateful(t *testing.T, object, to string) *rollBench {
	b := newRollBench(t, statefulsets, "StatefulSetList", object, map[string]string{step.Resource: step.StatefulSets, step.Container: "db",
		step.Before: "db:1", step.To: to})
	b.control = rollStatefulSet
	return b
}

// The image of one container is set, and the step is done once all pods have it and are ready.
func TestRollsStatefulSet(t *testing.T) {
	b := stateful(t, aStatefulSet, "db:2")
	status, _ := b.run()
	o := b.object()
	if status != apply.Finished || b.patches != 1 || fmt.Sprint(o.Object["status"].(map[string]any)["currentRevision"]) != "db-2" {
		t.Error(status, b.patches, o.Object["status"])
	}
	if spec := fmt.Sprint(o.Object["spec"]); !strings.Contains(spec, "log:1") || !strings.Contains(spec, "db:2") {
		t.Error(spec)
	}
}

// What does not get ready in time is set back, and the pod that its controller waits for is deleted.
func TestRollsBack(t *testing.T) {
	b := stateful(t, aStatefulSet, "db:bad")
	status, e := b.run()
	o := b.object()
	if status != apply.Paused || b.patches != 2 || b.deleted != 1 {
		t.Error(status, b.patches, b.deleted)
	}
	if s := o.Object["status"].(map[string]any); s["currentRevision"] != "db-1" || s["readyReplicas"] != int64(3) {
		t.Error(s)
	}
	if why := e.State().Why; !strings.Contains(why, "it is not rolled out within 10 min: 1 of 3 pods are new, 2 are ready") {
		t.Error(why)
	}
}

// updated is a StatefulSet with an update strategy.
func updated(by string) string {
	return strings.Replace(aStatefulSet, "replicas: 3\n", "replicas: 3\n  updateStrategy: "+by+"\n", 1)
}

// Whatever is not as it was planned is left as it is.
func TestRollsNothingElse(t *testing.T) {
	for name, c := range map[string]struct {
		object, says string
		after        func(*rollBench)
		patches      int
	}{
		"another value":  {strings.Replace(aStatefulSet, "db:1", "db:9", 1), `has "db:9" by now`, nil, 0},
		"another object": {strings.Replace(aStatefulSet, "uid: u", "uid: v", 1), "another one than was planned for", nil, 0},
		"no container":   {strings.Replace(aStatefulSet, "name: db, image", "name: pg, image", 1), "has no container db", nil, 0},
		"nobody rolls":   {updated("{type: OnDelete}"), "OnDelete", nil, 0},
		"two at a time":  {updated("{rollingUpdate: {maxUnavailable: 2}}"), "maxUnavailable 2", nil, 0},
		"half at a time": {updated("{rollingUpdate: {maxUnavailable: 50%}}"), "maxUnavailable 50%", nil, 0},
		"from ordinal 2": {updated("{rollingUpdate: {partition: 2}}"), "partition 2", nil, 0},
		"kept elsewhere": {aStatefulSet, "somebody else has set it back", func(b *rollBench) {
			o := b.object()
			o.Object["spec"] = map[string]any{"replicas": int64(3), "template": map[string]any{"spec": map[string]any{"containers": []any{
				map[string]any{"name": "db", "image": "db:1"}}}}}
			b.update(o)
		}, 1},
	} {
		b := stateful(t, c.object, "db:2")
		b.after = c.after
		status, e := b.run()
		if why := e.State().Why; status != apply.Paused || !strings.Contains(why, c.says) || b.patches != c.patches {
			t.Errorf("%s: %s: %s, %d patches", name, status, why, b.patches)
		}
	}
}

const aCustomResource = `
apiVersion: psmdb.percona.com/v1
kind: PerconaServerMongoDB
metadata: {name: db, namespace: shop, uid: u, generation: 1}
spec: {image: 'mongo:1'}
status: {state: ready}
`

// An operator's status counts once it can be that of the change, and is what was asked for.
func TestRollsCustomResource(t *testing.T) {
	begun := time.Time{}
	b := newRollBench(t, schema.GroupVersionResource{Group: "psmdb.percona.com", Version: "v1", Resource: "perconaservermongodbs"},
		"PerconaServerMongoDBList", aCustomResource, map[string]string{step.Resource: "perconaservermongodbs.v1.psmdb.percona.com",
			step.Path: "spec.image", step.Before: "mongo:1", step.To: "mongo:2", step.Well: "status.state=ready"})
	b.control = func(b *rollBench, o *unstructured.Unstructured) { // it is slow to notice
		if begun.IsZero() {
			begun = b.now
		}
		state := "ready"
		if since := b.now.Sub(begun); since > 20*time.Second && since < 5*time.Minute {
			state = "initializing"
		}
		o.Object["status"] = map[string]any{"state": state}
	}
	status, _ := b.run()
	if took := b.now.Sub(begun); status != apply.Finished || b.patches != 1 || took < 5*time.Minute {
		t.Error(status, b.patches, took)
	}
	if image, _, _ := unstructured.NestedString(b.object().Object, "spec", "image"); image != "mongo:2" {
		t.Error(image)
	}
}

// A field that is not there is added with what is missing above it, and removed where it is taken back.
func TestRollsWhatIsNotThere(t *testing.T) {
	b := newRollBench(t, schema.GroupVersionResource{Group: "x.example", Version: "v1", Resource: "things"}, "ThingList",
		strings.NewReplacer("psmdb.percona.com", "x.example", "PerconaServerMongoDB", "Thing").Replace(aCustomResource),
		map[string]string{step.Resource: "things.v1.x.example", step.Path: `spec.pods.annotations.a\.b/c`, step.To: "yes",
			step.Well: "status.state=good"})
	b.control = func(b *rollBench, o *unstructured.Unstructured) {
		state := "good" // of what was before
		if _, there, _ := unstructured.NestedMap(o.Object, "spec", "pods"); there && b.patches == 1 {
			state = "bad"
		}
		o.Object["status"] = map[string]any{"state": state, "observedGeneration": o.GetGeneration()}
	}
	seen := ""
	b.after = func(b *rollBench) { seen += fmt.Sprint(b.object().Object["spec"]) }
	status, _ := b.run()
	if status != apply.Paused || b.patches != 2 || !strings.Contains(seen, "pods:map[annotations:map[a.b/c:yes]]") {
		t.Error(status, b.patches, seen)
	}
	if text := fmt.Sprint(b.object().Object["spec"]); strings.Contains(text, "yes") {
		t.Error(text)
	}
}

// What somebody else has set is no change of this plan, and is not taken back; also where it does not get well.
func TestRollsNothingThatIsSo(t *testing.T) {
	b := stateful(t, strings.Replace(aStatefulSet, "db:1", "db:2", 1), "db:2")
	b.control = func(*rollBench, *unstructured.Unstructured) {}
	if status, e := b.run(); status != apply.Finished || b.patches != 0 {
		t.Error(status, b.patches, e.State().Why)
	}
	b = stateful(t, strings.NewReplacer("db:1", "db:2", "readyReplicas: 3", "readyReplicas: 2").Replace(aStatefulSet), "db:2")
	b.control = func(*rollBench, *unstructured.Unstructured) {}
	if status, e := b.run(); status != apply.Paused || b.patches != 0 || !strings.Contains(fmt.Sprint(b.object().Object["spec"]), "db:2") {
		t.Error(status, b.patches, e.State().Why)
	}
}

// A roll begins once no member is down.
func TestRollsOnceWell(t *testing.T) {
	b := stateful(t, strings.Replace(aStatefulSet, "readyReplicas: 3", "readyReplicas: 2", 1), "db:2")
	begun, early := b.now, 0
	b.control = func(b *rollBench, o *unstructured.Unstructured) {
		if b.now.Sub(begun) < time.Minute {
			early = b.patches
			return
		}
		if b.patches == 0 {
			o.Object["status"].(map[string]any)["readyReplicas"] = int64(3)
			return
		}
		rollStatefulSet(b, o)
	}
	if status, e := b.run(); status != apply.Finished || b.patches != 1 || early != 0 {
		t.Error(status, b.patches, early, e.State().Why)
	}
}

// Of a set that is taken back one pod is deleted at a time: that which its controller waits for, while all others are up.
func TestReleasesOnePod(t *testing.T) {
	type pod struct {
		name, revision string
		ready          bool
	}
	for name, c := range map[string]struct {
		pods []pod
		held string
	}{
		"the first":      {[]pod{{"db-0", "db-1", true}, {"db-1", "db-bad", false}, {"db-2", "db-bad", false}}, "db-1"},
		"one comes up":   {[]pod{{"db-0", "db-bad", false}, {"db-1", "db-bad", false}, {"db-2", "db-1", false}}, ""},
		"one is missing": {[]pod{{"db-0", "db-1", true}, {"db-2", "db-bad", false}}, ""},
		"that is last":   {[]pod{{"db-0", "db-1", true}, {"db-1", "db-bad", false}}, "db-1"},
		"none":           {[]pod{{"db-0", "db-1", true}, {"db-1", "db-bad", true}}, ""},
	} {
		b := stateful(t, aStatefulSet, "db:bad")
		for _, p := range c.pods {
			b.pod(p.name, p.revision, p.ready)
		}
		x, err := RolledOf(b.with)
		if err != nil {
			t.Fatal(err)
		}
		p, err := Rolls(&Client{dynamic: b.client, timeout: time.Second}).held(t.Context(), x, "db-1", 0)
		held := ""
		if p != nil {
			held = p.GetName()
		}
		if err != nil || held != c.held {
			t.Errorf("%s: %q, %v", name, held, err)
		}
	}
}

// thing is a custom resource with an operator, which does not say which generation its status is of.
func thing(t *testing.T, spec string, with map[string]string) *rollBench {
	all := map[string]string{step.Resource: "things.v1.x.example", step.Path: "spec.image", step.To: "mongo:2",
		step.Well: "status.state=ready"}
	maps.Copy(all, with)
	object := strings.NewReplacer("psmdb.percona.com", "x.example", "PerconaServerMongoDB", "Thing", "{image: 'mongo:1'}", spec).
		Replace(aCustomResource)
	b := newRollBench(t, schema.GroupVersionResource{Group: "x.example", Version: "v1", Resource: "things"}, "ThingList", object, all)
	b.control = func(*rollBench, *unstructured.Unstructured) {}
	return b
}

// A status that says all the time what it said before the change is none of it, however long that goes on.
func TestRollsNothingThatNobodyNotices(t *testing.T) {
	b := thing(t, "{image: 'mongo:1'}", map[string]string{step.Before: "mongo:1"})
	status, e := b.run()
	if why := e.State().Why; status != apply.Paused || b.patches != 2 || !strings.Contains(why, "as before the change") {
		t.Error(status, b.patches, why)
	}
	if image, _, _ := unstructured.NestedString(b.object().Object, "spec", "image"); image != "mongo:1" {
		t.Error(image)
	}
}

// A field that is there and empty is not one that is not there: it is so again where it is taken back.
func TestRollsWhatIsEmpty(t *testing.T) {
	b := thing(t, "{image: ''}", nil)
	if why, err := Rolls(&Client{dynamic: b.client, timeout: time.Second}).Describe(t.Context(), b.with); why != "" || err != nil {
		t.Fatal(why, err)
	}
	status, e := b.run()
	if status != apply.Paused || b.patches != 2 {
		t.Error(status, b.patches, e.State().Why)
	}
	if image, there, _ := unstructured.NestedString(b.object().Object, "spec", "image"); image != "" || !there {
		t.Error(image, there)
	}
}

// A field is added to the object that was read, and to no later one: that is looked at again.
func TestAddsToWhatWasRead(t *testing.T) {
	b := thing(t, "{}", map[string]string{step.Before: ""})
	o := b.object()
	o.SetResourceVersion("1")
	b.update(o)
	o.SetResourceVersion("0")
	x, err := RolledOf(b.with)
	if err != nil {
		t.Fatal(err)
	}
	r := Rolls(&Client{dynamic: b.client, timeout: time.Second})
	if err := r.set(t.Context(), x, o, "", "mongo:2"); err == nil {
		t.Error("it is added to an object that was changed meanwhile")
	}
	o.SetResourceVersion("1")
	if err := r.set(t.Context(), x, o, "", "mongo:2"); err != nil {
		t.Error(err)
	}
}
