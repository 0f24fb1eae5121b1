package compute

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// A parameter of a Template that has no value fills labels in when that is processed. The same
// parameter is the same text wherever it stands; whether two differ that have others, or one
// and none, is not known before.

// parameterPlace is where one fills a text in.
var parameterPlace = regexp.MustCompile(`\$\{(\w+)\}`)

// openBudget is a budget that may cover a workload by the value of a parameter, with that one;
// of those which do not cover it by what was read.
func openBudget(p *check.Pass, i int) (budget int, parameter string) {
	e := p.Estate.Kubernetes
	w := &e.Workloads[i]
	for b := range e.Budgets {
		if parameter := mayCover(&e.Budgets[b], w); parameter != "" {
			return b, parameter
		}
	}
	return -1, ""
}

// mayBeCovered says of a workload that no budget covers by what was read that one may, and
// reports whether one does.
func mayBeCovered(p *check.Pass, i int) bool {
	b, parameter := openBudget(p, i)
	if b < 0 {
		return false
	}
	w := &p.Estate.Kubernetes.Workloads[i]
	ofWorkload(p, i, check.Judgement{
		Verdict: finding.Unknown, Position: w.Position, Evidence: []finding.Evidence{size(w)},
		Message: fmt.Sprintf("PDB %s may cover its pods: %s", p.Estate.Kubernetes.Budgets[b].Name, byParameter(parameter)),
	})
	return true
}

// openWorkload is a workload that a budget which selects none may cover so.
func openWorkload(e *kubernetes.Estate, b *kubernetes.Budget) (w *kubernetes.Workload, parameter string) {
	for i := range e.Workloads {
		if parameter := mayCover(b, &e.Workloads[i]); parameter != "" {
			return &e.Workloads[i], parameter
		}
	}
	return nil, ""
}

// mayCover is the parameter by whose value a budget selects the pods of a workload; empty
// where no value decides it.
func mayCover(b *kubernetes.Budget, w *kubernetes.Workload) (parameter string) {
	if b.Namespace != w.Namespace || len(b.Open)+len(w.Template.Open) == 0 || b.LabelSelector == nil {
		return ""
	}
	requirements, _ := b.Selector.Requirements()
	has := w.PodLabels()
	for _, r := range requirements {
		if r.Matches(has) {
			continue
		}
		value, ok := has[r.Key()]
		if !ok || r.Values().Len() != 1 {
			return ""
		}
		asked := r.Values().UnsortedList()[0]
		if written, open := w.Template.Open[r.Key()]; open {
			value = written
		}
		if written, open := b.Open[r.Key()]; open {
			asked = written
		}
		if parameter = mayBeSame(asked, value); parameter == "" {
			return ""
		}
	}
	return parameter
}

// mayBeSame is the parameter by whose value two texts are the same; empty where none makes
// them so.
func mayBeSame(a, b string) (parameter string) {
	inA, inB := parametersOf(a), parametersOf(b)
	switch {
	case slices.Equal(inA, inB):
		return ""
	case len(inA) == 0:
		return cutBy(b, inB, a)
	case len(inB) == 0:
		return cutBy(a, inA, b)
	}
	return append(slices.DeleteFunc(inA, func(name string) bool { return slices.Contains(inB, name) }), inB...)[0]
}

// cutBy is the first parameter of a text that some values make another one, which has none.
func cutBy(text string, parameters []string, other string) string {
	var expression strings.Builder
	at := 0
	for _, m := range parameterPlace.FindAllStringIndex(text, -1) {
		expression.WriteString(regexp.QuoteMeta(text[at:m[0]]) + ".*")
		at = m[1]
	}
	expression.WriteString(regexp.QuoteMeta(text[at:]))
	if !regexp.MustCompile("^" + expression.String() + "$").MatchString(other) {
		return ""
	}
	return parameters[0]
}

// parametersOf are those of a text, sorted.
func parametersOf(text string) (names []string) {
	for _, m := range parameterPlace.FindAllStringSubmatch(text, -1) {
		names = append(names, m[1])
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// byParameter says what the value of a parameter decides.
func byParameter(parameter string) string {
	return fmt.Sprintf("the parameter %s of the Template, which has no value, decides it", parameter)
}

// missingInTemplate is the fix of a workload without a budget whose labels a Template fills
// in: only there, beside it, does a budget get the same.
func missingInTemplate(w *kubernetes.Workload, selector *metav1.LabelSelector) *finding.Fix {
	var asks []string
	labels := selector.MatchLabels
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		asks = append(asks, key+": "+cmp.Or(w.Template.Open[key], labels[key]))
	}
	said := "add to its Template a PodDisruptionBudget with maxUnavailable 1 and the selector "
	return &finding.Fix{Summary: said + strings.Join(asks, ", ")}
}
