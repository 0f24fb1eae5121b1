package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
)

// PDBNeverAllows looks for budgets that never allow an eviction. What their
// arithmetic rests on is part of the judgement: it differs by budget.
var PDBNeverAllows = check.Check{
	ID: "pdb-never-allows", Axis: Axis, Subjects: budgets,
	Needs: check.Needs{Held: []check.Need{secondBudgets}},
	Run:   underBudgets,
}

// neverAllows looks at the arithmetic of each budget over a workload. Where
// there are several, any one that never allows is enough.
func neverAllows(p *check.Pass, i int) {
	if dodges(p, i) {
		return
	}
	e := p.Estate.Kubernetes
	coverage, strictness := coverageOf(p), strictnessOf(p)
	budgets, overlapping := coverage.covered[i], len(coverage.together(i)) > 0
	w := &e.Workloads[i]
	worst := budgets[0]
	for _, b := range budgets {
		if rank(strictness.of(b).Verdict) < rank(strictness.of(worst).Verdict) {
			worst = b
		}
	}
	j := *strictness.of(worst)
	if j.Verdict == finding.Held && overlapping {
		return // each allows, but together they never do: that is for pdb-overlap
	}
	if !w.Lasting && slices.ContainsFunc(coverage.covers[worst], func(r match) bool { return e.Workloads[r.workload].Lasting }) {
		return // said of the workload that lasts
	}
	if e.Budgets[worst].Unserved {
		return // it stands in no cluster; pdb-missing says so
	}
	switch {
	case j.Verdict == finding.Broken && guardsRuns(e, &e.Budgets[worst], coverage.covers[worst]):
		j.Consequence = "While a run is on, a drain of its node waits for its end, or for the deadline that the platform has."
	case j.Verdict == finding.Broken:
		j.Consequence = consequencesOf(p).of(i).blocked(w.AtLeast())
		refused := refusedUpgrade(p.Places.Workloads[i].Offering, formOf(&e.Budgets[worst], arithmeticOf(p).counts[worst]))
		j.Consequence = strings.TrimSpace(j.Consequence + " " + refused)
	}
	ofWorkload(p, i, sure(p, j, i, budgets))
}

// rank orders verdicts, the worst first.
func rank(v finding.Verdict) int {
	return slices.Index([]finding.Verdict{finding.Broken, finding.Unknown, finding.Held}, v)
}

// underBudgets looks at each workload under budgets: those that drains evict, and those that
// some drains do.
func underBudgets(p *check.Pass) {
	eachCovered(neverAllows)(p)
	for i := range p.Estate.Kubernetes.Budgets {
		if !p.Estate.Unlisted && orphansOf(p).closedOverUnread(i) {
			closed(p, i)
		}
	}
	for i := range p.Estate.Kubernetes.Workloads {
		if w := &p.Estate.Kubernetes.Workloads[i]; w.ElsewhereDaemon() && w.Lasting {
			uncounted(p, i)
		}
	}
}

// uncounted tells of budgets that cannot be counted over a DaemonSet which is none of apps.
// What holds its nodes depends on the drain: kubectl asks apps for the DaemonSet, finds none,
// and with --force asks for the eviction, which the budget refuses; others look at the kind
// alone, and pass its pods over.
//
// Sources: daemonSetFilter in staging/src/k8s.io/kubectl/pkg/drain/filters.go of Kubernetes
// 1.36; apis/apps/v1alpha1/daemonset_types.go of OpenKruise 1.8 (no scale subresource).
func uncounted(p *check.Pass, i int) {
	e := p.Estate.Kubernetes
	w := &e.Workloads[i]
	for _, b := range coverageOf(p).covered[i] {
		if e.Budgets[b].Unserved || arithmeticOf(p).counts[b].Reason != disruption.NoScale {
			continue
		}
		if slices.ContainsFunc(coverageOf(p).covers[b], func(r match) bool { return e.Workloads[r.workload].Evictable }) {
			continue // it is told of what every drain evicts
		}
		ofWorkload(p, i, check.Judgement{
			Verdict: finding.Unknown, Position: e.Budgets[b].Spec, Evidence: strictnessOf(p).evidence(b),
			Message: fmt.Sprintf("PDB %s needs a scale, which DaemonSet %s of %s has not, so it allows no eviction: kubectl drain --force "+
				"waits for it, and drains that pass over all DaemonSets do not", e.Budgets[b].Name, w.Name, w.Group),
			Fix: &finding.Fix{
				Summary: "delete the PDB, or have it count by a number (minAvailable), which needs no scale: its pods are one on each node",
			},
		})
		return
	}
}
