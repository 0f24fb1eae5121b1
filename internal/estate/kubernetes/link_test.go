package kubernetes

import (
	"fmt"
	"reflect"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

func workload(kind, name string, replicas int) RawWorkload {
	return RawWorkload{Workload: Workload{
		Ref: Ref{Namespace: "ns", Kind: kind, Name: name}, Group: "apps", Replicas: replicas,
		Scaled: kind != "Job", Evictable: true, Lasting: kind != "Job" && kind != "CronJob",
	}}
}

// owned is a workload that a cluster made for another.
func owned(w RawWorkload, api, kind, name string) RawWorkload {
	w.UID = "u-" + w.Name
	w.Owner = &Owner{API: api, Kind: kind, Name: name}
	return w
}

func pod(name, kind, owner string, labels ...string) RawPod {
	p := RawPod{Pod: Pod{Namespace: "ns", Name: name, Phase: "Running", Workload: -1, Labels: map[string]string{}}, Template: &PodTemplate{}}
	if kind != "" {
		p.Owner = &Owner{Kind: kind, Name: owner}
	}
	for _, l := range labels {
		key, value, _ := strings.Cut(l, "=")
		p.Labels[key] = value
	}
	return p
}

func phase(p RawPod, phase string) RawPod {
	p.Phase = phase
	return p
}

func hpa(name, kind, target string, minimum int) Scaler {
	return Scaler{Ref: Ref{"ns", "HorizontalPodAutoscaler", name}, Target: Ref{"ns", kind, target}, Min: minimum, Max: 9}
}

func toZero(s Scaler) Scaler {
	s.ToZero = true
	return s
}

// shown is each workload with its floor, pods and what sets it apart.
func shown(e *Estate) string {
	var all []string
	for i, w := range e.Workloads {
		s := fmt.Sprintf("%s/%s floor %d", w.Kind, w.Name, w.AtLeast())
		for _, p := range w.Pods {
			s += " " + e.Pods[p].Name
			if e.Pods[p].Workload != i {
				s += "!"
			}
		}
		for _, mark := range []struct {
			is   bool
			name string
		}{
			{len(w.Finished) > 0, fmt.Sprint(len(w.Finished), " finished")},
			{!w.Evictable, "stays"},
			{w.ScalesToZero(), "idles"},
			{w.Inferred, "inferred"},
			{w.Bare, "bare"},
			{!w.Lasting, "runs"},
		} {
			if mark.is {
				s += " " + mark.name
			}
		}
		all = append(all, s)
	}
	return strings.Join(all, "\n")
}

func TestLink(t *testing.T) {
	for _, c := range []struct {
		name string
		in   Raw
		want string
	}{
		{"a pod through its ReplicaSet", Raw{
			Workloads: []RawWorkload{workload("Deployment", "a", 3), owned(workload("ReplicaSet", "a-1", 3), "apps/v1", "Deployment", "a"),
				owned(workload("ReplicaSet", "a-0", 0), "apps/v1", "Deployment", "a")},
			Pods: []RawPod{pod("a-1-x", "ReplicaSet", "a-1"), pod("a-1-y", "ReplicaSet", "a-1")},
		}, "Deployment/a floor 3 a-1-x a-1-y"},
		{"a pod through its Job", Raw{
			Workloads: []RawWorkload{workload("CronJob", "c", 1), owned(workload("Job", "c-1", 1), "batch/v1", "CronJob", "c")},
			Pods:      []RawPod{pod("c-1-x", "Job", "c-1")},
		}, "CronJob/c floor 1 c-1-x runs"},
		{"a Rollout's ReplicaSets", Raw{
			Workloads: []RawWorkload{workload("Rollout", "r", 2), owned(workload("ReplicaSet", "r-1", 2), "argoproj.io/v1alpha1", "Rollout", "r")},
			Pods:      []RawPod{pod("r-1-x", "ReplicaSet", "r-1")},
		}, "Rollout/r floor 2 r-1-x"},
		{"a pod by its name and hash, no ReplicaSet read", Raw{
			Workloads: []RawWorkload{workload("Deployment", "a", 3)},
			Pods:      []RawPod{pod("a-1-x", "ReplicaSet", "a-1", "pod-template-hash=1")},
		}, "Deployment/a floor 3 a-1-x"},
		{"a Rollout's pod by its name and hash", Raw{
			Workloads: []RawWorkload{workload("Rollout", "r", 3)},
			Pods:      []RawPod{pod("r-1-x", "ReplicaSet", "r-1", "rollouts-pod-template-hash=1")},
		}, "Rollout/r floor 3 r-1-x"},
		{"a ReplicaSet of its own with a hash in its pods", Raw{
			Workloads: []RawWorkload{workload("ReplicaSet", "a-1", 3)},
			Pods:      []RawPod{pod("a-1-x", "ReplicaSet", "a-1", "pod-template-hash=1")},
		}, "ReplicaSet/a-1 floor 3 a-1-x"},
		{"pods alone", Raw{
			Pods: []RawPod{pod("a-1-x", "ReplicaSet", "a-1", "pod-template-hash=1"), pod("a-1-y", "ReplicaSet", "a-1", "pod-template-hash=1"),
				pod("s-0", "StatefulSet", "s"), pod("j-x", "Job", "j"), pod("b", "", "")},
		}, "Deployment/a floor 2 a-1-x a-1-y inferred\nPod/b floor 1 b bare\nJob/j floor 1 j-x inferred runs\n" +
			"StatefulSet/s floor 1 s-0 inferred"},
		{"an autoscaler of what is inferred", Raw{
			Pods:    []RawPod{pod("a-1-x", "ReplicaSet", "a-1", "pod-template-hash=1")},
			Scalers: []Scaler{hpa("h", "Deployment", "a", 5)},
		}, "Deployment/a floor 5 a-1-x inferred"},
		{"of two autoscalers the lowest", Raw{
			Workloads: []RawWorkload{workload("Deployment", "a", 3)},
			Scalers:   []Scaler{hpa("h", "Deployment", "a", 5), hpa("k", "Deployment", "a", 0), hpa("l", "Deployment", "a", 7)},
		}, "Deployment/a floor 0"},
		{"an autoscaler of what cannot be scaled", Raw{
			Workloads: []RawWorkload{workload("Job", "a", 1)},
			Scalers:   []Scaler{hpa("h", "Job", "a", 5)},
		}, "Job/a floor 1 runs"},
		{"KEDA's object and the autoscaler it keeps", Raw{
			Workloads: []RawWorkload{workload("Deployment", "a", 3)},
			Scalers:   []Scaler{hpa("keda-hpa-a", "Deployment", "a", 1), toZero(hpa("a", "Deployment", "a", 1))},
		}, "Deployment/a floor 1 idles"},
		{"mirror pods stay, finished pods count no more", Raw{
			Workloads: []RawWorkload{workload("Job", "j", 1)},
			Pods: []RawPod{pod("kube-proxy-n", "Node", "n"), phase(pod("j-x", "Job", "j"), "Succeeded"),
				phase(pod("j-y", "Job", "j"), "Failed"), phase(pod("b", "", ""), "Succeeded")},
		}, "Job/j floor 1 2 finished runs\nNode/n floor 1 kube-proxy-n stays inferred"},
		{"ReplicaSets without their Deployment stand for it, in a rollout together", Raw{
			Workloads: []RawWorkload{owned(workload("ReplicaSet", "a-0", 0), "apps/v1", "Deployment", "a"), owned(workload("ReplicaSet", "a-1", 2),
				"apps/v1", "Deployment", "a"), owned(workload("ReplicaSet", "a-2", 1), "apps/v1", "Deployment", "a")},
			Pods: []RawPod{pod("a-1-x", "ReplicaSet", "a-1"), pod("a-2-x", "ReplicaSet", "a-2")},
		}, "Deployment/a floor 3 a-1-x a-2-x inferred"},
		{"Jobs without their CronJob", Raw{
			Workloads: []RawWorkload{owned(workload("Job", "c-1", 1), "batch/v1", "CronJob", "c"),
				owned(workload("Job", "c-2", 1), "batch/v1", "CronJob", "c")},
			Pods: []RawPod{pod("c-2-x", "Job", "c-2")},
		}, "CronJob/c floor 1 c-2-x inferred runs"},
		{"a suspended Job without its CronJob", Raw{
			Workloads: []RawWorkload{owned(workload("Job", "c-1", 0), "batch/v1", "CronJob", "c")},
		}, "CronJob/c floor 0 inferred runs"},
		{"ReplicationControllers without their DeploymentConfig", Raw{
			Workloads: []RawWorkload{owned(workload("ReplicationController", "d-1", 2), "apps.openshift.io/v1", "DeploymentConfig", "d")},
			Pods:      []RawPod{pod("d-1-x", "ReplicationController", "d-1")},
		}, "DeploymentConfig/d floor 2 d-1-x inferred"},
		{"pods of a ReplicaSet whose name does not end in their hash", Raw{
			Pods: []RawPod{pod("x", "ReplicaSet", "other", "pod-template-hash=1"), pod("y", "ReplicaSet", "bare")},
		}, "ReplicaSet/other floor 1 x inferred\nReplicaSet/bare floor 1 y inferred"},
		{"a pod of another kind with a hash", Raw{
			Pods: []RawPod{pod("x", "CloneSet", "a-1", "pod-template-hash=1")},
		}, "CloneSet/a-1 floor 1 x inferred"},
		{"Jobs of something unknown still run out", Raw{
			Workloads: []RawWorkload{owned(workload("Job", "c-1", 1), "jobset.x-k8s.io/v1alpha2", "JobSet", "c")},
			Pods:      []RawPod{pod("c-1-x", "Job", "c-1")},
		}, "JobSet/c floor 1 c-1-x inferred runs"},
		{"what an operator owns is a workload, each", Raw{
			Workloads: []RawWorkload{owned(workload("StatefulSet", "prometheus-k8s", 2), "monitoring.coreos.com/v1", "Prometheus", "k8s"),
				owned(workload("Deployment", "a", 1), "o.io/v1", "Operator", "o"), owned(workload("Deployment", "b", 0), "o.io/v1", "Operator", "o")},
			Pods: []RawPod{pod("prometheus-k8s-0", "StatefulSet", "prometheus-k8s")},
		}, "Deployment/a floor 1\nDeployment/b floor 0\nStatefulSet/prometheus-k8s floor 2 prometheus-k8s-0"},
		{"duplicates are the last", Raw{
			Workloads: []RawWorkload{workload("Deployment", "a", 3), workload("Deployment", "b", 1), workload("Deployment", "a", 5)},
			Pods:      []RawPod{pod("x", "", ""), pod("x", "Deployment", "a")},
			Scalers:   []Scaler{hpa("h", "Deployment", "b", 4), hpa("h", "Deployment", "b", 2)},
		}, "Deployment/a floor 5 x\nDeployment/b floor 2"},
		{"other namespaces are others", Raw{
			Workloads: []RawWorkload{workload("StatefulSet", "s", 1),
				{Workload: Workload{Ref: Ref{"other", "StatefulSet", "s"}, Lasting: true, Evictable: true}}},
			Pods: []RawPod{pod("s-0", "StatefulSet", "s")},
		}, "StatefulSet/s floor 1 s-0\nStatefulSet/s floor 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := shown(Link(&c.in)); got != c.want {
				t.Errorf("got:\n%s\nwant:\n%s", got, c.want)
			}
		})
	}
}

func TestLinkCountsWhatItReplaced(t *testing.T) {
	e := Link(&Raw{
		Budgets: []Budget{
			{Namespace: "ns", Name: "a", Unhealthy: "1"},
			{Namespace: "ns", Name: "b"},
			{Namespace: "ns", Name: "a", Unhealthy: "2"},
		},
		Services:   []Service{{Namespace: "ns"}, {Namespace: "ns"}}, // nameless: two patches, not one
		Nodes:      []Node{{Name: "n"}, {Name: "n", ProviderID: "last"}},
		NodeClaims: []NodeClaim{{Name: "c", Node: "n"}},
	})
	if len(e.Budgets) != 2 || e.Budgets[0].Unhealthy != "2" || e.Budgets[1].Name != "b" {
		t.Errorf("budgets: %+v", e.Budgets)
	}
	if len(e.Services) != 2 {
		t.Errorf("services: %+v", e.Services)
	}
	if len(e.Nodes) != 1 || e.Nodes[0].ProviderID != "last" || e.Nodes[0].NodeClaim != &e.NodeClaims[0] {
		t.Errorf("nodes: %+v", e.Nodes)
	}
	if e.Seen.Replaced != 2 {
		t.Errorf("%d replaced", e.Seen.Replaced)
	}
}

func TestAppend(t *testing.T) {
	e := Raw{Nodes: []Node{{Name: "a"}}, Seen: Seen{Files: 1, Objects: 2}}
	e.Append(&Raw{Nodes: []Node{{Name: "b"}}, CustomResources: []CustomResource{{Name: "c"}}, Live: true,
		Seen: Seen{Files: 1, Objects: 1, Skipped: 3, Unrelated: 4, Replaced: 5}})
	if len(e.Nodes) != 2 || len(e.CustomResources) != 1 || !e.Live ||
		e.Seen != (Seen{Files: 2, Objects: 3, Skipped: 3, Unrelated: 4, Replaced: 5}) {
		t.Errorf("%+v", e)
	}
}

func TestRefsAndPositionsReadAsPeopleWriteThem(t *testing.T) {
	for _, c := range []struct {
		got  fmt.Stringer
		want string
	}{
		{Ref{"ns", "Pod", "a"}, "ns/Pod/a"},
		{Ref{"", "Node", "n"}, "Node/n"},
		{origin.Position{File: "a.yaml", Line: 3}, "a.yaml:3"},
		{origin.Position{}, ""},
		{(&Budget{Namespace: "ns", Name: "b"}).Ref(), "ns/PodDisruptionBudget/b"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
	if (Ref{"a", "B", "c"}).Compare(Ref{"a", "B", "d"}) >= 0 || (Ref{"b", "A", "a"}).Compare(Ref{"a", "B", "d"}) <= 0 {
		t.Error("references are not in order")
	}
}

// Link leaves what was read as it is: linked again it gives the same.
func TestLinkIsPure(t *testing.T) {
	raw := func() *Raw {
		a := workload("Deployment", "a", 3)
		rollout := workload("Rollout", "r", 1)
		rollout.TemplateOf = &Ref{"ns", "Deployment", "a"}
		a.Template.Labels = map[string]string{"app": "a"}
		return &Raw{
			Nodes: []Node{{Name: "n"}, {Name: "n"}}, NodeClaims: []NodeClaim{{Name: "c", Node: "n"}},
			Workloads: []RawWorkload{a, workload("Deployment", "a", 5), rollout,
				owned(workload("ReplicaSet", "b-0", 2), "apps/v1", "Deployment", "b")},
			Pods:    []RawPod{pod("x", "StatefulSet", "s", "a=b", "c=d"), pod("y", "StatefulSet", "s", "a=b"), phase(pod("z", "", ""), "Failed")},
			Budgets: []Budget{{Namespace: "ns", Name: "b"}, {Namespace: "ns", Name: "b", Unhealthy: "other"}},
			Scalers: []Scaler{hpa("h", "Deployment", "a", 5), hpa("h", "Deployment", "a", 6)},
			Volumes: []Volume{{Name: "v", ClaimNamespace: "ns", ClaimName: "c"}}, VolumeClaims: []VolumeClaim{{Namespace: "ns", Name: "c"}},
		}
	}
	read := raw()
	first := Link(read)
	if !reflect.DeepEqual(read, raw()) {
		t.Errorf("what was read has changed: %+v", read)
	}
	if again := Link(read); !reflect.DeepEqual(first, again) {
		t.Errorf("first %+v\nthen %+v", first, again)
	}
}

// Of objects of one name the last counts, and is told to conflict with one that
// says otherwise, the one before the last where that does.
func TestConflicts(t *testing.T) {
	at := func(w RawWorkload, line int) RawWorkload {
		w.Position = origin.Position{File: "a.yaml", Line: line}
		return w
	}
	for _, c := range []struct {
		name     string
		replicas []int
		want     int
	}{
		{"one", []int{1}, 0},
		{"two alike", []int{1, 1}, 0},
		{"two that differ", []int{1, 2}, 1},
		{"three, the last differs", []int{1, 1, 2}, 2},
		{"three, the first differs", []int{2, 1, 1}, 1},
		{"three that differ", []int{1, 2, 3}, 2},
	} {
		var raw Raw
		for i, n := range c.replicas {
			raw.Workloads = append(raw.Workloads, at(workload("Deployment", "a", n), i+1))
		}
		e := Link(&raw)
		line := 0
		if conflict := e.Workloads[0].ConflictsAt; conflict != nil {
			line = conflict.Line
		}
		if line != c.want || len(e.Workloads) != 1 || e.Workloads[0].Position.Line != len(c.replicas) {
			t.Errorf("%s: conflicts with line %d, want %d: %+v", c.name, line, c.want, e.Workloads)
		}
	}
}

// What tells in which environment a program runs decides no verdict: one that stands twice,
// once told to run in production, is no conflict.
func TestNoConflictsOfWhatIsToldOfEnvironments(t *testing.T) {
	for name, x := range map[string]struct {
		change   func(w *RawWorkload)
		conflict bool
	}{
		"alike":             {func(*RawWorkload) {}, false},
		"of production":     {func(w *RawWorkload) { w.Template.Told.Live = "NODE_ENV=production" }, false},
		"before production": {func(w *RawWorkload) { w.Template.Told.Before = "NODE_ENV=development" }, false},
		"of another size":   {func(w *RawWorkload) { w.Replicas = 2 }, true},
	} {
		raw := Raw{Workloads: []RawWorkload{workload("Deployment", "a", 1), workload("Deployment", "a", 1)}}
		x.change(&raw.Workloads[1])
		if e := Link(&raw); len(e.Workloads) != 1 || (e.Workloads[0].ConflictsAt != nil) != x.conflict {
			t.Errorf("%s: conflicts with %v", name, e.Workloads[0].ConflictsAt)
		}
	}
}
