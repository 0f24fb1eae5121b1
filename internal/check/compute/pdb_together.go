package compute

import (
	"cmp"
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// missingTogether looks for workloads of one pod each that stand behind one Service:
// none of them is an outage of that alone, and nothing keeps all from being evicted
// where no budget covers them together. It is told of the first of them.
func missingTogether(p *check.Pass, i int) {
	e, s := p.Estate.Kubernetes, stakesOf(p)
	others, k := s.company(i)
	if others == 0 {
		return
	}
	group := slices.DeleteFunc(s.serving.single(p, k), func(g int) bool { return otherProgram(&e.Workloads[i], &e.Workloads[g]) })
	if len(group) < 2 || group[0] != i {
		return
	}
	service := &e.Services[k]
	names := make([]string, len(group))
	for n, g := range group {
		names[n] = e.Workloads[g].Name
	}
	at, ok := s.outside(i, []int{k})
	if !ok {
		at = lost("medium", "Service "+service.Name+" routes to them", service.Position)
	}
	if why := cmp.Or(s.trial(i), s.programs.unmissed(i)); why != "" {
		at = lost("low", why, e.Workloads[i].Position)
	}
	report(p, check.Judgement{
		Subject: subject(e.Workloads[i].Ref), Index: i, Place: p.Places.Workloads[i], Verdict: finding.Broken,
		Severity: at.severity, Because: at.Text,
		Message: fmt.Sprintf("no PodDisruptionBudget covers the %d pods behind Service %s together, which are of %s",
			len(group), service.Name, words.Few(names)),
		Consequence: consequencesOf(p).of(i).unprotected(len(group)), Position: e.Workloads[i].Position,
		Evidence: []finding.Evidence{{Text: "each has one pod", Position: e.Workloads[i].Position}, at.Evidence},
		Fix:      fixesOf(p).together(service, group),
	})
}

// single are the workloads behind a Service, where each is known to have one pod that
// drains evict and that no budget covers; none where it is otherwise with one of them.
func (s *serving) single(p *check.Pass, service int) []int {
	var group []int
	for _, i := range s.behind[service] {
		w := &s.estate.Workloads[i]
		if !w.Lasting || w.AtLeast() == 0 {
			continue
		}
		if w.AtLeast() > 1 || w.Bare || !s.drained(i) || len(coverageOf(p).covered[i]) > 0 || len(lacksOf(p).size(i)) > 0 {
			return nil
		}
		group = append(group, i)
	}
	slices.Sort(group)
	return group
}

// together has one budget cover the pods of some workloads behind a Service, by the
// selector of that, where it takes no others.
func (f *fixes) together(service *kubernetes.Service, group []int) *finding.Fix {
	fix := &finding.Fix{
		Summary: "let one PDB with maxUnavailable 1 cover them all: give their pods a label that no others of the namespace have",
	}
	for _, r := range f.coverage.matcher.match(service.Namespace, labels.SelectorFromValidatedSet(service.Selector)) {
		if !slices.Contains(group, r.workload) {
			return fix
		}
	}
	first := &f.estate.Workloads[group[0]]
	name := service.Name
	for f.budgetNames[service.Namespace+"/"+name] {
		name += "-pdb"
	}
	budget := oneAtATime(name, first)
	budget.Spec = pdbSpec{MaxUnavailable: new(intstr.FromInt32(1)), Selector: &metav1.LabelSelector{MatchLabels: service.Selector}}
	return &finding.Fix{
		Summary: "allow one eviction at a time of all pods behind Service " + service.Name,
		Changes: []finding.Change{budget.create(service.Namespace)},
	}
}
