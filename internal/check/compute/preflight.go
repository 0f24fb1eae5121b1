package compute

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

// refusedUpgrade says that the provider begins no upgrade while some PDB never allows an
// eviction; empty where it does not look, or on some of the offerings that it may be. Of
// maxUnavailable 0 the provider says so itself, of the others users report it.
func refusedUpgrade(on *responsibility.Offering, documented bool) string {
	if on == nil {
		return ""
	}
	all := []*responsibility.Offering{on}
	if on.Undecided() {
		all = on.Candidates
	}
	if slices.ContainsFunc(all, func(o *responsibility.Offering) bool { return o.Contract == nil || len(o.Contract.Preflights()) == 0 }) {
		return ""
	}
	by := ""
	if !documented {
		by = ", as users report"
	}
	return fmt.Sprintf("%s looks at all PDBs before an upgrade, and refuses it while one never allows an eviction%s: "+
		"no node of any pool is begun, unless the upgrade is forced.", all[0].Provider, by)
}

// byNumber reports whether a budget is of the form by whose number a provider refuses: no
// pod may be missing, or as many must stay as there are.
func byNumber(b *kubernetes.Budget, c disruption.Arithmetic) bool {
	if b.MaxUnavailable != nil {
		return b.MaxUnavailable.Type == intstr.Int && b.MaxUnavailable.IntVal == 0
	}
	return b.MinAvailable != nil && b.MinAvailable.Type == intstr.Int && c.Reason == disruption.TooStrict && c.Desired >= c.Expected
}

// primariesRefuse says of budgets that allow an eviction that the one which an operator
// makes for its primary alone has an upgrade refused all the same. The operator would move
// the primary for a drain, which the provider does not wait for.
func primariesRefuse(p *check.Pass) {
	e := p.Estate.Kubernetes
	for k := range e.Budgets {
		b := &e.Budgets[k]
		over := coverageOf(p).covers[k]
		if b.Primary == "" || len(over) == 0 || strictnessOf(p).of(k).Verdict != finding.Held {
			continue
		}
		i := over[0].workload
		refused := refusedUpgrade(p.Places.Workloads[i].Offering, false)
		if refused == "" {
			continue
		}
		j := check.Judgement{Verdict: finding.Broken, Index: i, Subject: subject(e.Workloads[i].Ref), Place: p.Places.Workloads[i],
			Position: b.Spec, Severity: "medium", Consequence: refused + " A drain would go on, as the operator has another pod take over first."}
		j.Message = fmt.Sprintf("keeps nodes from being upgraded: PDB %s needs 1 of 1 pod, the primary's, so by its numbers it never allows "+
			"an eviction", b.Primary)
		j.Fix = &finding.Fix{Summary: "force the upgrade past it: the drain goes on"}
		if change := made(b); change != nil {
			j.Fix.Summary += "; or " + change.Summary
		}
		report(p, j)
	}
}
