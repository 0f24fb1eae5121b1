package compute

import (
	"encoding/json"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// checked leaves the changes out of a fix that would not mend what it is for:
// each budget that it writes is counted over what it then selects, at the sizes
// that the fix sets, and has to let a pod go without another budget beside it.
func checked(p *check.Pass, fix *finding.Fix) *finding.Fix {
	if fix == nil {
		return nil
	}
	var touched []finding.Object
	for _, c := range fix.Changes {
		touched = append(touched, c.Object)
	}
	for _, c := range fix.Changes {
		if c.Object.Kind == "PodDisruptionBudget" && c.Action != finding.Delete && !mends(p, c, touched) {
			return &finding.Fix{Summary: fix.Summary}
		}
	}
	if frees(p, touched) {
		return &finding.Fix{Summary: fix.Summary}
	}
	return fix
}

// frees reports whether taking budgets off pods that are under two leaves some of them to one
// over several workloads that may take all pods of one: by those two none of them goes.
func frees(p *check.Pass, budgets []finding.Object) bool {
	e, coverage := p.Estate.Kubernetes, coverageOf(p)
	freed, off := map[int]bool{}, map[int]int{} // budgets; and by workload how many of those come off
	for i := range e.Budgets {
		if slices.Contains(budgets, objectOf(e.Budgets[i].Ref())) {
			freed[i] = true
			for _, r := range coverage.covers[i] {
				off[r.workload] += min(r.pods, 1)
			}
		}
	}
	for w, n := range off {
		if len(coverage.covered[w])-n != 1 || len(coverage.together(w)) == 0 {
			continue
		}
		left := slices.IndexFunc(coverage.covered[w], func(b int) bool { return !freed[b] })
		if takesAll(p, coverage.covered[w][left]) {
			return true
		}
	}
	return false
}

// takesAll reports whether a budget over several workloads may take all pods of one of them.
func takesAll(p *check.Pass, budget int) bool {
	covers, b := coverageOf(p).covers[budget], &p.Estate.Kubernetes.Budgets[budget]
	if len(covers)+len(b.Beyond) < 2 {
		return false
	}
	return slices.ContainsFunc(arithmeticOf(p).falls(b, covers)[:len(covers)], func(f fall) bool { return f.all })
}

// freesAll reports whether a budget, as a fix writes it over several workloads, may take all
// pods of one of them that is under two now.
func freesAll(p *check.Pass, b *kubernetes.Budget, over []match) bool {
	for k, f := range arithmeticOf(p).falls(b, over) {
		if len(over) > 1 && f.all && len(coverageOf(p).together(over[k].workload)) > 0 {
			return true
		}
	}
	return false
}

// mends reports whether a budget as a fix writes it lets a pod go, and is the
// only one over its pods once all that the fix touches is changed.
func mends(p *check.Pass, c finding.Change, touched []finding.Object) bool {
	var written pdb
	if json.Unmarshal(c.Value, &written) != nil {
		return false
	}
	selector, err := metav1.LabelSelectorAsSelector(written.Spec.Selector)
	if err != nil {
		return false
	}
	e, coverage := p.Estate.Kubernetes, coverageOf(p)
	over := coverage.matcher.match(c.Object.Namespace, selector)
	if len(over) == 0 {
		return false
	}
	changed := func(r kubernetes.Ref) bool { return slices.Contains(touched, objectOf(r)) }
	sized := func(w *kubernetes.Workload) int {
		if w.AtLeast() < 2 && (changed(w.Ref) || w.Scaler != nil && changed(w.Scaler.Ref) || w.Missed != nil && changed(w.Missed.Ref)) {
			return 2
		}
		return w.AtLeast()
	}
	budget := &kubernetes.Budget{MinAvailable: written.Spec.MinAvailable, MaxUnavailable: written.Spec.MaxUnavailable}
	count := arithmeticOf(p).count(budget, over, sized)
	if count.Allowed == 0 && count.Reason != disruption.NoPods {
		return false
	}
	if freesAll(p, budget, over) {
		return false
	}
	return p.ID() == PDBOverlapID || !slices.ContainsFunc(over, func(r match) bool {
		return r.pods > 0 && slices.ContainsFunc(coverage.covered[r.workload], func(b int) bool {
			return !changed(e.Budgets[b].Ref()) && overlaps(coverage.matcher, &e.Workloads[r.workload], &e.Budgets[b], selector)
		})
	})
}
