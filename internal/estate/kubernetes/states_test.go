package kubernetes

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/origin"
)

// What decides verdicts is known by its kind, namespace and name, wherever it
// stands; what has no name yet, or is owned by something else, is not among it.
func TestStates(t *testing.T) {
	at := origin.Position{File: "a.yaml", Line: 3}
	of := func(kind, name string) RawWorkload {
		return RawWorkload{Workload: Workload{Ref: Ref{"ns", kind, name}, Group: "apps", Position: at}}
	}
	generated := of("Job", "once-")
	generated.Generated = true
	raw := &Raw{
		Workloads: []RawWorkload{of("Deployment", "web"), generated, of("Job", "")},
		Pods: []RawPod{
			{Pod: Pod{Namespace: "ns", Name: "bare", Position: at}},
			{Pod: Pod{Namespace: "ns", Name: "owned"}, Owner: &Owner{Kind: "ReplicaSet", Name: "r"}},
			{Pod: Pod{Namespace: "ns", Name: "gen-", Generated: true}}, {Pod: Pod{Namespace: "ns"}},
		},
		Budgets:         []Budget{{Namespace: "ns", Name: "b", Position: at, Spec: at}},
		Scalers:         []Scaler{{Ref: Ref{"ns", "HorizontalPodAutoscaler", "h"}, Position: at}},
		Services:        []Service{{Namespace: "ns", Name: "s", Position: at}},
		Pools:           []Pool{{API: KarpenterPool, Name: "p", Position: at, BudgetsAt: []origin.Position{at}}},
		CustomResources: []CustomResource{{API: "example.com/Database", Namespace: "ns", Name: "d", Object: []byte("{}"), Position: at}},
	}
	moved := func() *Raw {
		other := *raw
		other.Workloads, other.Pods, other.Budgets = slices.Clone(raw.Workloads), slices.Clone(raw.Pods), slices.Clone(raw.Budgets)
		other.Scalers, other.Services, other.Pools = slices.Clone(raw.Scalers), slices.Clone(raw.Services), slices.Clone(raw.Pools)
		other.CustomResources = slices.Clone(raw.CustomResources)
		at := origin.Position{File: "b.yaml", Line: 7}
		other.Workloads[0].Position, other.Pods[0].Position, other.Budgets[0].Position, other.Budgets[0].Spec = at, at, at, at
		other.Scalers[0].Position, other.Services[0].Position, other.Pools[0].Position, other.Pools[0].BudgetsAt = at, at, at, nil
		other.CustomResources[0].Position = at
		return &other
	}()
	states := raw.States()
	var got []string
	for _, s := range states {
		line := s.Key
		if s.Builtin {
			line += " builtin"
		}
		if s.Judged != nil {
			line += " judged"
		}
		if s.Custom != "" {
			line += " custom " + s.Custom
		}
		got = append(got, line+" "+s.Rival)
		if s.Rests() == nil {
			t.Errorf("%s rests on nothing", s.Key)
		}
	}
	want := []string{
		"apps/ns/Deployment/web builtin ", "Pod/ns/bare builtin ", "ns/PodDisruptionBudget/b builtin ", "ns/HorizontalPodAutoscaler/h builtin ",
		"Service/ns/s builtin ", "karpenter.sh/NodePool//p judged ", "example.com/Database/ns/d judged custom example.com/Database ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if !reflect.DeepEqual(states, moved.States()) {
		t.Errorf("elsewhere, they are\n%+v, and not\n%+v", moved.States(), states)
	}
	raw.Live = true
	if got := raw.States(); got != nil {
		t.Errorf("of a cluster: %+v", got)
	}
}

// Of controllers that run something, what verdicts rest on is compared; a patch
// states nothing that runs, and what a cluster holds is there once.
func TestJudgedStates(t *testing.T) {
	of := func(lasting bool, labels map[string]string, containers ...Container) *Raw {
		return &Raw{Workloads: []RawWorkload{{Workload: Workload{Ref: Ref{"ns", "Deployment", "web"}, Lasting: lasting,
			Template: PodTemplate{Labels: labels, Containers: containers, Requests: Resources{CPU: 1}}}}}}
	}
	dumped := of(true, map[string]string{"app": "web"}, Container{})
	dumped.Newest = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)
	dumped.Pools = []Pool{{API: KarpenterPool, Name: "p"}}
	for _, c := range []struct {
		name   string
		raw    *Raw
		judged bool
		rival  string
	}{
		{"a patch", of(true, map[string]string{"app": "web"}), false, ""},
		{"a controller", of(true, map[string]string{"app": "web"}, Container{}), true, "controller/ns/web/app=web"},
		{"without labels", of(true, nil, Container{}), true, ""},
		{"that runs out", of(false, map[string]string{"app": "web"}, Container{}), true, ""},
		{"of a dump", dumped, false, ""},
	} {
		for i, s := range c.raw.States() {
			if (s.Judged != nil) != c.judged || i == 0 && s.Rival != c.rival {
				t.Errorf("%s: %s judged %v, rival %q", c.name, s.Key, s.Judged, s.Rival)
			}
			if w, ok := s.Rests().(RawWorkload); ok && (w.Template.Requests.CPU == 0) != c.judged {
				t.Errorf("%s: rests on requests of %d", c.name, w.Template.Requests.CPU)
			}
		}
	}
}

// Verdicts rest neither on where a workload stands, nor on what it asks of a
// node, nor on annotations but those that autoscalers of nodes go by.
func TestJudged(t *testing.T) {
	w := RawWorkload{Workload: Workload{Ref: Ref{"ns", "Deployment", "web"}, Replicas: 3, Position: origin.Position{File: "a"},
		Template: PodTemplate{
			Requests: Resources{CPU: 1}, Limits: Resources{CPU: 1}, Unstated: Stated{CPU: 1}, Unlimited: Stated{CPU: 1},
			Containers: make([]Container, 1), ConfigMaps: []string{"c"},
			Annotations: map[string]string{
				"karpenter.sh/do-not-disrupt":                    "true",
				"cluster-autoscaler.kubernetes.io/safe-to-evict": "false",
				"checksum/config":                                "x",
				"karpenter.sh.example.com/a":                     "b",
				"note":                                           "karpenter.sh",
			},
			Labels: map[string]string{"app": "web"},
		}}}
	w.judged()
	want := RawWorkload{Workload: Workload{Ref: w.Ref, Replicas: 3, Template: PodTemplate{Labels: map[string]string{"app": "web"},
		Annotations: map[string]string{"karpenter.sh/do-not-disrupt": "true", "cluster-autoscaler.kubernetes.io/safe-to-evict": "false"}}}}
	if !reflect.DeepEqual(w, want) {
		t.Errorf("%+v, want %+v", w, want)
	}
	if got := obeyed(map[string]string{"note": "x"}); got != nil {
		t.Errorf("obeyed %v", got)
	}
}
