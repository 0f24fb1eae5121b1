package cluster

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/randfill"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/source/cluster/clustertest"
)

// reordered is a List with its items in the order of a snapshot, and without
// what kubectl applied, so that the estates made of both can be compared.
func reordered(t *testing.T, data []byte) string {
	t.Helper()
	var all struct{ Items []json.RawMessage }
	err := json.Unmarshal(data, &all)
	if err != nil {
		t.Fatal(err)
	}
	place := func(item json.RawMessage) int {
		var of metav1.TypeMeta
		if err := json.Unmarshal(item, &of); err != nil {
			t.Fatal(err)
		}
		return slices.IndexFunc(kinds(), func(k kind) bool { return k.Group == of.GroupVersionKind().Group && k.Name == of.Kind })
	}
	all.Items = slices.DeleteFunc(all.Items, func(item json.RawMessage) bool { return place(item) < 0 })
	slices.SortStableFunc(all.Items, func(a, b json.RawMessage) int { return place(a) - place(b) })
	for i, item := range all.Items {
		var o unstructured.Unstructured
		if err := json.Unmarshal(item, &o.Object); err != nil {
			t.Fatal(err)
		}
		annotations := o.GetAnnotations()
		if delete(annotations, corev1.LastAppliedConfigAnnotation); len(annotations) == 0 {
			annotations = nil
		}
		o.SetAnnotations(annotations)
		if all.Items[i], err = json.Marshal(o.Object); err != nil {
			t.Fatal(err)
		}
	}
	out, err := json.Marshal(map[string]any{"apiVersion": "v1", "kind": "List", "items": all.Items})
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// A snapshot tells of a container that it elects a leader, and that it is told not to, though
// not in which words.
func TestKeepElections(t *testing.T) {
	k := kinds()[slices.IndexFunc(kinds(), func(k kind) bool { return k.Name == "Job" })]
	for _, x := range []struct {
		c      corev1.Container
		elects bool
		not    string
	}{
		{corev1.Container{}, false, ""},
		{corev1.Container{Args: []string{"--leader-elect"}}, true, ""},
		{corev1.Container{Args: []string{"--leader-elect=false"}}, false, "--leader-elect=false"},
		{corev1.Container{Args: []string{"--enable-leader-election=false", "--leader-election-id=a"}}, false, "--leader-elect=false"},
		{corev1.Container{Env: []corev1.EnvVar{{Name: "LEADER_ELECT", Value: "false"}}}, false, "--leader-elect=false"},
	} {
		var o batchv1.Job
		x.c.Name = "a"
		o.Spec.Template.Spec.Containers = []corev1.Container{x.c}
		o.APIVersion, o.Kind, o.Name, o.Namespace = "batch/v1", "Job", "j", "ns"
		kept, err := keep(k, o.DeepCopy())
		if err != nil {
			t.Fatal(err)
		}
		if got := read(t, listOf(t, kept)).Workloads[0].Template; got.Elects != x.elects || got.ElectsNot != x.not {
			t.Errorf("%+v: %t, %q, want %t, %q", x.c, got.Elects, got.ElectsNot, x.elects, x.not)
		}
	}
}

// A snapshot tells whether who drains nodes is told to take pods past their PDBs.
func TestKeepDrainers(t *testing.T) {
	const image = "ghcr.io/kubereboot/kured:1.21.0"
	for _, x := range []struct {
		c     corev1.Container
		image string
		want  []string
	}{
		{corev1.Container{Image: image}, "kured", nil},
		{corev1.Container{Image: image, Args: []string{"--force-reboot=true", "--drain-timeout=10m"}}, "kured", []string{"--force-reboot"}},
		{corev1.Container{Image: image, Command: []string{"/usr/bin/kured", "--force-reboot"}}, "kured", []string{"--force-reboot"}},
		{corev1.Container{Image: image, Args: []string{"--force-reboot", "--force-reboot=false"}}, "kured", nil},
		{corev1.Container{Image: image, Env: []corev1.EnvVar{{Name: "KURED_FORCE_REBOOT", Value: "true"}}}, "kured", []string{"--force-reboot"}},
		{corev1.Container{Image: image, Env: []corev1.EnvVar{{Name: "KURED_FORCE_REBOOT", Value: "no"}}}, "kured", nil},
		{corev1.Container{Image: "web", Args: []string{"--force-reboot"}}, "", nil},
	} {
		kept := keepContainers([]corev1.Container{x.c})
		if kept[0].Image != x.image || !slices.Equal(kept[0].Command, x.want) {
			t.Errorf("%+v: %+v", x.c, kept[0])
		}
	}
}

// A snapshot tells what the cluster autoscaler is told, and which volumes lie on a node.
func TestKeepAutoscalers(t *testing.T) {
	k := kinds()[slices.IndexFunc(kinds(), func(k kind) bool { return k.Name == "Job" })]
	const image = "registry.k8s.io/autoscaling/cluster-autoscaler:v1.35.0"
	for _, x := range []struct {
		c    corev1.Container
		want *kubernetes.Autoscaler
	}{
		{corev1.Container{Image: "web"}, nil},
		{corev1.Container{Image: image}, &kubernetes.Autoscaler{LocalStorage: true, SystemPods: true}},
		{corev1.Container{Image: image, Command: []string{"./cluster-autoscaler", "--skip-nodes-with-local-storage=false", "--leader-elect"}},
			&kubernetes.Autoscaler{SystemPods: true}},
		{corev1.Container{Image: image, Args: []string{"--skip-nodes-with-system-pods=false"}}, &kubernetes.Autoscaler{LocalStorage: true}},
		{corev1.Container{Image: image, Args: []string{"-skip-nodes-with-system-pods=F"}}, &kubernetes.Autoscaler{LocalStorage: true}},
		{corev1.Container{Image: image, Args: []string{"--skip-nodes-with-system-pods=false", "--skip-nodes-with-system-pods"}},
			&kubernetes.Autoscaler{LocalStorage: true, SystemPods: true}},
		{corev1.Container{Image: image, Args: []string{"--skip-nodes-with-system-pods=True"}},
			&kubernetes.Autoscaler{LocalStorage: true, SystemPods: true}},
	} {
		var o batchv1.Job
		o.APIVersion, o.Kind, o.Name, o.Namespace = "batch/v1", "Job", "d", "ns"
		x.c.Name = "a"
		o.Spec.Template.Spec = corev1.PodSpec{Containers: []corev1.Container{x.c}, Volumes: []corev1.Volume{
			{Name: "disk", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{}}},
			{Name: "memory", VolumeSource: corev1.VolumeSource{EmptyDir: &corev1.EmptyDirVolumeSource{Medium: corev1.StorageMediumMemory}}},
			{Name: "host", VolumeSource: corev1.VolumeSource{HostPath: &corev1.HostPathVolumeSource{Path: "/data"}}},
			{Name: "map", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{}}},
		}}
		kept, err := keep(k, o.DeepCopy())
		if err != nil {
			t.Fatal(err)
		}
		got := read(t, listOf(t, kept)).Workloads[0].Template
		if !reflect.DeepEqual(got.Autoscaler, x.want) || !slices.Equal(got.Local, []string{"disk", "host"}) {
			t.Errorf("%+v: %+v, %q", x.c, got.Autoscaler, got.Local)
		}
	}
}

// Every recorded cluster gives the same estate, read from what kubectl wrote
// down and from a snapshot.
func TestKeepRuns(t *testing.T) {
	dumps, err := filepath.Glob("../../../testdata/runs/*/estate.json")
	if err != nil || len(dumps) == 0 {
		t.Fatal(dumps, err)
	}
	for _, path := range dumps {
		t.Run(filepath.Base(filepath.Dir(path)), func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			text, unread := save(t, clustertest.Start(t, data))
			if len(unread) > 0 {
				t.Fatal(unread)
			}
			got, want := read(t, text), read(t, reordered(t, data))
			if want.Newest.After(got.Newest) {
				t.Errorf("newest is %v, and was %v", got.Newest, want.Newest)
			}
			got.Newest, got.Unread, got.Contexts, got.Servers, want.Newest = time.Time{}, nil, nil, nil, time.Time{} // a dump has none of these
			same(t, got, want)
		})
	}
}

// same holds two estates against each other, a field and then an element at a
// time. Images, commands, arguments and variables are left out of what is kept on
// purpose, with what they tell of a program and its role: they may be private. Nor are
// ConfigMaps and roles read, and so not the names of those, and of the ServiceAccounts,
// that pods are given. A snapshot has autoscalers in one version, as the API server gives them.
func same(t *testing.T, got, want *kubernetes.Estate) {
	t.Helper()
	for _, e := range []*kubernetes.Estate{got, want} {
		for i := range e.Workloads {
			w := &e.Workloads[i]
			w.Template.LostData, w.Template.ConfigMaps, w.Template.ServiceAccount = "", nil, ""
			if w.Scaler != nil {
				w.Scaler.API = ""
			}
			for k := range e.Workloads[i].Template.Containers {
				c := &e.Workloads[i].Template.Containers[k]
				*c = kubernetes.Container{Ports: c.Ports}
			}
		}
	}
	for _, e := range []*kubernetes.Estate{got, want} {
		for i := range e.Scalers {
			e.Scalers[i].API = ""
		}
	}
	if reflect.DeepEqual(got, want) {
		return
	}
	g, w := reflect.ValueOf(*got), reflect.ValueOf(*want)
	for i := range g.NumField() {
		a, b, name := g.Field(i), w.Field(i), g.Type().Field(i).Name
		if reflect.DeepEqual(a.Interface(), b.Interface()) {
			continue
		}
		if a.Kind() != reflect.Slice || a.Len() != b.Len() {
			t.Errorf("%s: %s from what is kept, %s from the whole", name, printed(a), printed(b))
			continue
		}
		for n := range a.Len() {
			if x, y := a.Index(n), b.Index(n); !reflect.DeepEqual(x.Interface(), y.Interface()) {
				t.Errorf("%s[%d] differs: what the reader in manifest looks at has to be kept, in keep.go or custom.go\nkept  %s\nwhole %s", name, n,
					printed(x), printed(y))
				break
			}
		}
	}
}

func printed(v reflect.Value) string {
	data, err := json.Marshal(v.Interface())
	if err != nil {
		return fmt.Sprintf("%+v", v.Interface())
	}
	return string(data)
}

// Whatever fields an object has: what is kept of it gives the same estate as
// all of it. Fields that the reader in manifest comes to read have to be kept.
func TestKeepLosesNothing(t *testing.T) {
	scheme := builtin()
	for seed := range int64(20) {
		for _, k := range kinds() {
			fill := filler(seed)
			gvk := k.groupVersion().WithKind(k.Name)
			whole, kept := any(nil), any(nil)
			if k.Builtin() {
				o, err := scheme.New(gvk)
				if err != nil {
					t.Fatal(err)
				}
				fill.Fill(o)
				sound(o)
				o.GetObjectKind().SetGroupVersionKind(gvk)
				whole = o.DeepCopyObject()
				if kept, err = keep(k, o); err != nil {
					t.Fatal(err)
				}
			} else {
				o := custom(fill, k)
				whole = o.DeepCopy().Object
				var err error
				if kept, err = keep(k, o); err != nil {
					t.Fatal(err)
				}
			}
			got, want := read(t, listOf(t, kept)), read(t, listOf(t, whole))
			same(t, got, want)
			if t.Failed() {
				t.Fatalf("seed %d, %s", seed, k.GroupResource())
			}
		}
	}
}

// A Job that is done, or suspended, is read from a snapshot as from the cluster.
func TestKeepJobs(t *testing.T) {
	k := kinds()[slices.IndexFunc(kinds(), func(k kind) bool { return k.Name == "Job" })]
	for text, replicas := range map[string]int{
		`{"spec":{"completions":3,"parallelism":2}}`: 2, `{"spec":{"suspend":true}}`: 0, `{"spec":{}}`: 1,
		`{"spec":{},"status":{"conditions":[{"type":"Complete","status":"True"}]}}`:                                         0,
		`{"spec":{},"status":{"conditions":[{"type":"Suspended","status":"False"},{"type":"Failed","status":"True"}]}}`:     0,
		`{"spec":{},"status":{"conditions":[{"type":"Suspended","status":"True"},{"type":"Complete","status":"Unknown"}]}}`: 1,
	} {
		var o batchv1.Job
		o.Spec.Template.Spec.Containers = []corev1.Container{{Name: "a"}}
		if err := json.Unmarshal([]byte(text), &o); err != nil {
			t.Fatal(err)
		}
		o.APIVersion, o.Kind, o.Name, o.Namespace = "batch/v1", "Job", "j", "ns"
		kept, err := keep(k, o.DeepCopy())
		if err != nil {
			t.Fatal(err)
		}
		got := read(t, listOf(t, kept))
		if same(t, got, read(t, listOf(t, &o))); len(got.Workloads) != 1 || got.Workloads[0].Replicas != replicas {
			t.Errorf("%s: %+v, want %d pods", text, got.Workloads, replicas)
		}
	}
}

func listOf(t *testing.T, object any) string {
	t.Helper()
	data, err := json.Marshal(object)
	if err != nil {
		t.Fatal(err)
	}
	return `{"apiVersion":"v1","kind":"List","items":[` + string(data) + `]}`
}

// filler fills every field with something that the API server would take.
func filler(seed int64) *randfill.Filler {
	n := 0
	next := func() int { n++; return n }
	return randfill.NewWithSeed(seed).NilChance(0.1).NumElements(1, 2).MaxDepth(12).Funcs(
		func(s *string, c randfill.Continue) { *s = fmt.Sprintf("s%d", next()) },
		func(i *int32, c randfill.Continue) { *i = 1 + c.Int31n(99) },
		func(i *int64, c randfill.Continue) { *i = c.Int63n(100) },
		func(q *resource.Quantity, c randfill.Continue) { *q = resource.MustParse(fmt.Sprint(c.Int31n(1000))) },
		func(m *metav1.Time, c randfill.Continue) {
			*m = metav1.NewTime(time.Unix(1_700_000_000+c.Int63n(1_000_000), 0).UTC())
		},
		func(m *metav1.MicroTime, c randfill.Continue) {},
		func(f *metav1.FieldsV1, c randfill.Continue) { f.SetRawString(`{"f:a":{}}`) },
		func(v *intstr.IntOrString, c randfill.Continue) { *v = intstr.FromInt32(1 + c.Int31n(9)) },
		func(m *metav1.LabelSelector, c randfill.Continue) {
			m.MatchLabels = map[string]string{"app": "a"}
		},
		func(r *runtime.RawExtension, c randfill.Continue) {},
		func(p *corev1.PullPolicy, c randfill.Continue) {
			*p = []corev1.PullPolicy{corev1.PullNever, corev1.PullAlways}[c.Intn(2)]
		},
		func(o *metav1.OwnerReference, c randfill.Continue) {
			*o = metav1.OwnerReference{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: "rs", UID: "u", Controller: new(c.Bool())}
		},
		func(l *corev1.ResourceList, c randfill.Continue) {
			*l = corev1.ResourceList{"cpu": resource.MustParse(fmt.Sprint(c.Int31n(9))), "memory": resource.MustParse(fmt.Sprint(c.Int31n(9000))),
				"example.com/a": resource.MustParse("1")}
		},
	)
}

// sound makes of a random object one that the API server would take: what
// excludes each other, and words from a fixed list.
func sound(o runtime.Object) {
	v := reflect.ValueOf(o).Elem()
	spec := v.FieldByName("Spec")
	if !spec.IsValid() {
		return
	}
	if f := spec.FieldByName("MaxReplicas"); f.IsValid() {
		f.SetInt(f.Int() + 100) // no less than the least
	}
	for _, name := range []string{"Strategy", "UpdateStrategy"} {
		if f := spec.FieldByName(name); f.IsValid() {
			f.SetZero()
		}
	}
	if f := spec.FieldByName("PodManagementPolicy"); f.IsValid() {
		f.SetString("Parallel")
	}
	if f := spec.FieldByName("UnhealthyPodEvictionPolicy"); f.IsValid() && !f.IsNil() {
		f.Elem().SetString("AlwaysAllow")
	}
	if f := spec.FieldByName("MinAvailable"); f.IsValid() && !f.IsNil() {
		spec.FieldByName("MaxUnavailable").SetZero()
	}
}

// custom is a random object of a custom kind. Kinds that make pods have the
// template of a Deployment, and a selector in the form of their kind.
func custom(fill *randfill.Filler, k kind) *unstructured.Unstructured {
	var m metav1.ObjectMeta
	var t corev1.PodTemplateSpec
	var claim corev1.PersistentVolumeClaim
	var replicas int32
	fill.Fill(&m)
	fill.Fill(&t)
	fill.Fill(&claim)
	fill.Fill(&replicas)
	var selector any = map[string]any{"matchLabels": map[string]any{"app": "a"}}
	if k.Name == "DeploymentConfig" {
		selector = map[string]any{"app": "a"}
	}
	spec := map[string]any{
		"replicas": replicas, "selector": selector, "template": t, "serviceName": "s", "minReadySeconds": 7, "podManagementPolicy": "Parallel",
		"workloadRef": map[string]any{"kind": "Deployment", "name": "d"}, "volumeClaimTemplates": []any{claim},
		"strategy": map[string]any{"canary": "c"}, "scaleTargetRef": map[string]any{"kind": "Deployment", "name": "d"},
		"minReplicaCount": replicas + 1, "idleReplicaCount": replicas, "maxReplicaCount": 2*replicas + 2,
		"triggers":    []any{map[string]any{"type": "cron", "metadata": map[string]any{"desiredReplicas": "7", "start": "0 9 * * *"}}},
		"expireAfter": "24h", "terminationGracePeriod": "1h", "nodeClassRef": map[string]any{"kind": "C"},
	}
	if k.Name == "NodePool" && k.Group == "karpenter.sh" {
		spec = map[string]any{
			"weight": 7, "limits": map[string]any{"cpu": "9"}, "replicas": replicas, "disruption": map[string]any{
				"consolidationPolicy": "WhenEmpty", "consolidateAfter": "1m",
				"budgets": []any{map[string]any{"nodes": "3", "reasons": []any{"Drifted"}}},
			},
			"template": map[string]any{"metadata": map[string]any{"labels": map[string]any{"a": "b"}}, "spec": map[string]any{
				"nodeClassRef": map[string]any{
					"group": "g",
					"kind":  "C",
					"name":  "n",
				}, "taints": []any{map[string]any{"key": "k", "effect": "NoSchedule"}},
				"requirements": []any{map[string]any{"key": "k", "operator": "In", "values": []any{"v"}}}, "expireAfter": "24h",
				"terminationGracePeriod": "1h",
			}},
		}
	}
	version := "v1"
	data, err := json.Marshal(map[string]any{
		"apiVersion": k.Group + "/" + version, "kind": k.Name, "metadata": m, "spec": spec,
		"status": map[string]any{"nodeName": "n", "phase": "p", "lastPodEventTime": "2026-11-22T06:00:00Z"},
	})
	if err != nil {
		panic(err)
	}
	var o unstructured.Unstructured
	if err := json.Unmarshal(data, &o.Object); err != nil {
		panic(err)
	}
	return &o
}

// A property holds of nothing, too: what is filled gives estates that are not empty.
func TestFillerFills(t *testing.T) {
	fill := filler(1)
	var p corev1.Pod
	fill.Fill(&p)
	p.APIVersion, p.Kind = "v1", "Pod"
	e := read(t, strings.ReplaceAll(listOf(t, &p), "\n", ""))
	if len(e.Pods) != 1 || e.Pods[0].Node == "" || len(e.Workloads) == 0 || e.Workloads[0].Template.Affinity == nil &&
		e.Workloads[0].Template.Spread == nil {
		t.Errorf("%+v", e)
	}
}

// A webhook is read from a snapshot as from the cluster, and what it asks and its
// URL are not in it.
func TestKeepWebhooks(t *testing.T) {
	for _, name := range []string{"MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"} {
		k := kinds()[slices.IndexFunc(kinds(), func(k kind) bool { return k.Name == name })]
		o, err := builtin().New(k.groupVersion().WithKind(name))
		if err != nil {
			t.Fatal(err)
		}
		text := `{"apiVersion":"admissionregistration.k8s.io/v1","kind":"` + name + `","metadata":{"name":"gate"},"webhooks":[
			{"name":"a.example.io","clientConfig":{"service":{"namespace":"ns","name":"gate"}},"failurePolicy":"Fail",
			 "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"]}],
			 "namespaceSelector":{"matchLabels":{"gated":"yes"}},"objectSelector":{"matchLabels":{"app":"a"}},
			 "matchConditions":[{"name":"c","expression":"secret"}]},
			{"name":"b.example.io","clientConfig":{"url":"https://secret"},
			 "rules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["*"],"resources":["pods/eviction"]}]}]}`
		if err := json.Unmarshal([]byte(text), o); err != nil {
			t.Fatal(err)
		}
		kept, err := keep(k, o)
		if err != nil {
			t.Fatal(err)
		}
		list := listOf(t, kept)
		got := read(t, list)
		if same(t, got, read(t, `{"apiVersion":"v1","kind":"List","items":[`+text+`]}`)); len(got.Webhooks) != 2 ||
			strings.Contains(list, "secret") {
			t.Errorf("%s: %+v from %s", name, got.Webhooks, list)
		}
	}
}
