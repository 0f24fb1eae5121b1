package compute

import (
	"fmt"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/responsibility"
)

// refusedUpgrade says that the provider begins no upgrade while there is a PDB of some form;
// empty where it does not look at that, or on some of the offerings that it may be.
func refusedUpgrade(on *responsibility.Offering, form contract.Preflight) string {
	if on == nil || form == "" {
		return ""
	}
	all, by := []*responsibility.Offering{on}, ""
	if on.Undecided() {
		all = on.Candidates
	}
	for _, o := range all {
		if o.Contract == nil {
			return ""
		}
		switch stated, reported := o.Contract.Refuses(form); {
		case stated:
		case reported:
			by = ", as users report"
		default:
			return ""
		}
	}
	return fmt.Sprintf("%s looks at all PDBs before an upgrade, and refuses it while one never allows an eviction%s: "+
		"no node of any pool is begun, unless the upgrade is forced.", all[0].Provider, by)
}

// formOf is the form of a budget by whose number a provider may refuse an upgrade: no pod may be
// missing, or as many must stay as there are; empty for none.
func formOf(b *kubernetes.Budget, c disruption.Arithmetic) contract.Preflight {
	switch {
	case b.MaxUnavailable != nil && b.MaxUnavailable.Type == intstr.Int && b.MaxUnavailable.IntVal == 0:
		return contract.NoneUnavailable
	case b.MaxUnavailable == nil && b.MinAvailable != nil && b.MinAvailable.Type == intstr.Int &&
		c.Reason == disruption.TooStrict && c.Desired >= c.Expected:
		return contract.AllAvailable
	}
	return ""
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
		refused := refusedUpgrade(p.Places.Workloads[i].Offering, contract.AllAvailable)
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
