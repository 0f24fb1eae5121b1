package kubernetes

import (
	"testing"

	"github.com/onus-project/onus/internal/origin"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Whatever stands twice is told to be replaced, kind by kind, and what only
// shares its name with something else is not.
func TestReplacedOfEveryKind(t *testing.T) {
	for _, c := range []struct {
		name           string
		raw            Raw
		left, replaced int
	}{
		{"services", Raw{Services: []Service{
			{Namespace: "ns", Name: "a"},
			{Namespace: "ns", Name: "a"},
			{Namespace: "ns", Name: "b"},
			{Namespace: "other", Name: "a"},
		}}, 3, 1},
		{"pools", Raw{Pools: []Pool{
			{API: KarpenterPool, Name: "a"},
			{API: KarpenterPool, Name: "a"},
			{API: "hypershift.openshift.io/NodePool", Name: "a"},
			{API: KarpenterPool, Name: "b"},
		}}, 3, 1},
		{"budgets", Raw{Budgets: []Budget{{Namespace: "ns", Name: "a"}, {Namespace: "ns", Name: "a"}, {Namespace: "other", Name: "a"}}}, 2, 1},
		{"workloads", Raw{
			Workloads: []RawWorkload{workload("Deployment", "a", 1), workload("Deployment", "a", 1), workload("StatefulSet", "a", 1)},
		}, 2, 1},
		{"scalers", Raw{Scalers: []Scaler{hpa("h", "Deployment", "a", 1), hpa("h", "Deployment", "a", 1), hpa("i", "Deployment", "a", 1)}}, 2, 1},
		{"pods", Raw{Pods: []RawPod{pod("a", "", ""), pod("a", "", ""), pod("b", "", "")}}, 2, 1},
		{"nodes", Raw{Nodes: []Node{{Name: "a"}, {Name: "a"}, {Name: "b"}}}, 2, 1},
		{"claims of nodes", Raw{NodeClaims: []NodeClaim{{Name: "a"}, {Name: "a"}, {Name: "b"}}}, 2, 1},
		{"claims of volumes", Raw{VolumeClaims: []VolumeClaim{
			{Namespace: "ns", Name: "a"},
			{Namespace: "ns", Name: "a"},
			{Namespace: "other", Name: "a"},
		}}, 2, 1},
		{"volumes", Raw{Volumes: []Volume{{Name: "a", ClaimName: "c"}, {Name: "a", ClaimName: "c"}, {Name: "b", ClaimName: "d"}}}, 2, 1},
		{"names yet to be made", Raw{
			Workloads: []RawWorkload{
				{Workload: Workload{Ref: Ref{Namespace: "ns", Kind: "Job", Name: "a-"}, Generated: true}},
				{Workload: Workload{Ref: Ref{Namespace: "ns", Kind: "Job", Name: "a-"}, Generated: true}},
			},
		}, 2, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := Link(&c.raw)
			left := len(e.Services) + len(e.Pools) + len(e.Budgets) + len(e.Workloads) + len(e.Scalers) + len(e.Nodes) + len(e.NodeClaims) + len(
				e.VolumeClaims)
			if c.raw.Pods != nil {
				left = len(e.Pods)
			}
			if left != c.left || e.Seen.Replaced != c.replaced {
				t.Errorf("%d left, %d replaced; want %d and %d", left, e.Seen.Replaced, c.left, c.replaced)
			}
		})
	}
}

// A patch of a PodDisruptionBudget has no selector. It neither stands in for the
// budget that it patches, nor counts as a second one of its name.
func TestPatchesOfBudgets(t *testing.T) {
	whole := func(name string) Budget {
		return Budget{Namespace: "ns", Name: name, LabelSelector: &metav1.LabelSelector{}, Position: origin.Position{File: name}}
	}
	patch := func(name string) Budget {
		return Budget{Namespace: "ns", Name: name, Unhealthy: "AlwaysAllow", Position: origin.Position{File: "patch"}}
	}
	e := Link(&Raw{Budgets: []Budget{whole("a"), patch("a"), patch("b"), patch("c"), whole("c"), whole("d")}})
	got := ""
	for _, b := range e.Budgets {
		got += b.Name + " of " + b.Position.File + ", "
		if b.ConflictsAt != nil {
			t.Errorf("%s conflicts with %s", b.Name, b.ConflictsAt)
		}
	}
	if want := "a of a, b of patch, c of c, d of d, "; got != want || e.Seen.Unrelated != 2 || e.Seen.Replaced != 0 {
		t.Errorf("%s of no matter %d, replaced %d", got, e.Seen.Unrelated, e.Seen.Replaced)
	}
}

// Budgets and scalers of one name that differ conflict, and not those that stand
// in two places and say the same.
func TestConflictsOfBudgetsAndScalers(t *testing.T) {
	at := func(line int) origin.Position { return origin.Position{File: "a.yaml", Line: line} }
	for _, same := range []bool{true, false} {
		b, s := Budget{Namespace: "ns", Name: "b", Position: at(1), Spec: at(2)}, hpa("h", "Deployment", "a", 1)
		s.Position = at(1)
		other, scaler := b, s
		other.Position, other.Spec, scaler.Position = at(11), at(12), at(11)
		if !same {
			other.Unhealthy, scaler.Min = "AlwaysAllow", 2
		}
		e := Link(&Raw{Budgets: []Budget{b, other}, Scalers: []Scaler{s, scaler}, Workloads: []RawWorkload{workload("Deployment", "a", 1)}})
		for name, conflict := range map[string]*origin.Position{"the budget": e.Budgets[0].ConflictsAt, "the scaler": e.Scalers[0].ConflictsAt} {
			if (conflict == nil) != same || !same && *conflict != at(1) {
				t.Errorf("%s, the same %t: conflicts at %v", name, same, conflict)
			}
		}
	}
}

// A scaler whose target was not read scales nothing else.
func TestScalersOfWhatWasNotRead(t *testing.T) {
	e := Link(&Raw{Workloads: []RawWorkload{workload("Deployment", "a", 3)}, Scalers: []Scaler{hpa("h", "Deployment", "b", 7)}})
	if s := e.Workloads[0].Scaler; s != nil {
		t.Errorf("scaled by %+v", s)
	}
}

// A Rollout that refers to a Deployment runs its template, under its selector.
func TestTemplateOfAnother(t *testing.T) {
	deployment, rollout, lost := workload("Deployment", "a", 3), workload("Rollout", "r", 2), workload("Rollout", "l", 1)
	deployment.Template = PodTemplate{PriorityClass: "high"}
	deployment.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{"app": "a"}}
	rollout.TemplateOf, lost.TemplateOf = &Ref{"ns", "Deployment", "a"}, &Ref{"ns", "Deployment", "not-read"}
	if w := Link(&Raw{Workloads: []RawWorkload{lost}}).Workloads; len(w) != 1 || w[0].Selector != nil {
		t.Errorf("alone: %+v", w)
	}
	self := rollout // which refers to one that refers to it
	self.Name, self.TemplateOf = "self", &Ref{"ns", "Rollout", "other"}
	other := self
	other.Name, other.TemplateOf, other.Template = "other", &Ref{"ns", "Rollout", "self"}, PodTemplate{PriorityClass: "low"}
	if w := Link(&Raw{Workloads: []RawWorkload{self, other}}).Workloads; w[0].Template.PriorityClass != "low" {
		t.Errorf("where all refer to others: %+v", w)
	}
	for _, order := range [][]RawWorkload{{deployment, rollout, lost}, {lost, rollout, deployment}, {rollout, lost, deployment}} {
		for _, w := range Link(&Raw{Workloads: order}).Workloads {
			lent := w.Template.PriorityClass == "high" && w.Selector != nil && w.Selector.MatchLabels["app"] == "a"
			if lent != (w.Name != "l") {
				t.Errorf("%s: template %+v, selector %v", w.Name, w.Template, w.Selector)
			}
		}
	}
}
