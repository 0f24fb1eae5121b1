package compute

import (
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A budget that lets all pods of a workload go is one over this workload alone,
// where none over it keeps any.
func TestBudgetThatLetsAllGo(t *testing.T) {
	other := strings.ReplaceAll(twoOfWeb, "name: web", "name: other")
	second := func(terms string) string {
		return strings.ReplaceAll(pdbOver("app: web", terms), "name: pdb", "name: second")
	}
	for _, x := range []struct {
		name, docs string
		budget     int
		ok         bool
		small      bool // of two pods it would let all go
	}{
		{"one that keeps one", twoOfWeb + pdbOver("app: web", "maxUnavailable: 1"), 0, false, false},
		{"one that keeps none", twoOfWeb + pdbOver("app: web", "maxUnavailable: 2"), 0, true, true},
		{"one that keeps one of three", strings.ReplaceAll(twoOfWeb, "replicas: 2", "replicas: 3") + pdbOver("app: web", "maxUnavailable: 2"),
			0, false, true},
		{"a minimum of none", twoOfWeb + pdbOver("app: web", "minAvailable: 0"), 0, true, true},
		{"one that keeps none of a single pod", strings.ReplaceAll(twoOfWeb, "replicas: 2", "replicas: 1") +
			pdbOver("app: web", "maxUnavailable: 1"), 0, false, false},
		{"one over two workloads", twoOfWeb + other + pdbOver("app: web", "maxUnavailable: 2"), 0, false, false},
		{"two, of which one keeps one", twoOfWeb + pdbOver("app: web", "maxUnavailable: 2") + second("maxUnavailable: 1"), 0, false, false},
		{"two that keep none", twoOfWeb + pdbOver("app: web", "maxUnavailable: 2") + second("minAvailable: 0"), 0, true, true},
		{"none", twoOfWeb, 0, false, false},
	} {
		within(t, "karpenter", parse(t, x.docs), func(p *check.Pass) {
			a := arithmeticOf(p)
			if budget, ok := a.void(0); budget != x.budget || ok != x.ok {
				t.Errorf("%s: %d, %t", x.name, budget, ok)
			}
			if got := a.mayBeVoid(0); got != x.small {
				t.Errorf("%s: of two %t", x.name, got)
			}
		})
	}
}

// One that no API server takes keeps nothing and lets nothing go.
func TestBudgetThatNoServerTakesCountsForNothing(t *testing.T) {
	e := parse(t, twoOfWeb+pdbOver("app: web", "maxUnavailable: 1")+strings.ReplaceAll(pdbOver("app: web", "maxUnavailable: 2"), "name: pdb",
		"name: second"))
	for i := range e.Budgets {
		e.Budgets[i].Unserved = e.Budgets[i].Name == "pdb"
	}
	within(t, "karpenter", e, func(p *check.Pass) {
		if budget, ok := arithmeticOf(p).void(0); !ok || e.Budgets[budget].Name != "second" {
			t.Errorf("%d, %t", budget, ok)
		}
	})
}

// A workload of which nothing is under a budget, scaled or not, takes nothing from the
// others under it.
func TestOthersBesideNothing(t *testing.T) {
	e := &kubernetes.Estate{
		Workloads: []kubernetes.Workload{{Replicas: 4, Scaled: true}, {Replicas: 3, Scaled: true}}, Budgets: make([]kubernetes.Budget, 1),
	}
	a := &arithmetic{estate: e, coverage: &coverage{estate: e, covers: [][]match{{{workload: 0, pods: 4}, {workload: 1, partly: true}}}}}
	for but, want := range map[match]disruption.Group{
		{workload: 1, partly: true}: {Scaled: true, Pods: 4, Scale: 4},
		{workload: 0, pods: 4}:      {Scaled: true},
	} {
		if got := a.others(&e.Budgets[0], a.coverage.covers[0])(a.group(but, (*kubernetes.Workload).AtMost))[0]; got != want {
			t.Errorf("beside workload %d: %+v, want %+v", but.workload, got, want)
		}
	}
}

// What a budget allows over one workload while the others are as large as they may
// be is the same as counting them all.
func TestOthersUnderABudget(t *testing.T) {
	scaled := func(name string, replicas, most int) string {
		docs := strings.NewReplacer("name: web", "name: "+name, "replicas: 2", fmt.Sprintf("replicas: %d", replicas)).Replace(twoOfWeb)
		if most > 0 {
			docs += fmt.Sprintf("{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: %s}, "+
				"spec: {minReplicas: %d, maxReplicas: %d, "+
				"scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: %s}}}\n---\n", name, replicas, most, name)
		}
		return docs
	}
	pod := strings.ReplaceAll(barePod, "name: web,", "name: bare,")
	for _, docs := range []string{
		scaled("a", 2, 0) + scaled("b", 3, 9) + scaled("c", 1, 4),
		scaled("a", 2, 5) + scaled("b", 3, 0) + strings.ReplaceAll(aJob, "name: web", "name: job"),
		scaled("a", 2, 5) + pod + scaled("b", 0, 0),
		scaled("a", 2, 5) + strings.NewReplacer("name: web", "name: job", "spec: {parallelism",
			"spec: {ttlSecondsAfterFinished: 60, parallelism").
			Replace(aJob),
	} {
		for _, terms := range []string{"maxUnavailable: 1", "minAvailable: 3", "maxUnavailable: 30%", "minAvailable: 50%"} {
			e := parse(t, docs+pdbOver("app: web", terms))
			within(t, "karpenter", e, func(p *check.Pass) {
				a := arithmeticOf(p)
				rest, falls := a.others(&e.Budgets[0], a.coverage.covers[0]), a.falls(&e.Budgets[0], a.coverage.covers[0])
				for k, but := range a.coverage.covers[0] {
					want := a.count(&e.Budgets[0], a.coverage.covers[0], func(w *kubernetes.Workload) int {
						if w == &e.Workloads[but.workload] {
							return w.AtLeast()
						}
						return w.AtMost()
					})
					got := allow(&e.Budgets[0], append(rest(a.group(but, (*kubernetes.Workload).AtMost)), a.group(but, (*kubernetes.Workload).AtLeast)))
					if got.Allowed != want.Allowed || falls[k].allowed != want.Allowed || got.Expected != want.Expected || got.Healthy != want.Healthy {
						t.Errorf("%s over all, %s at its floor: %+v, want %+v", terms, e.Workloads[but.workload].Name, got, want)
					}
				}
			})
		}
	}
}
