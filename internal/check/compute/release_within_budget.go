package compute

import (
	"fmt"
	"slices"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// ReleaseWithinBudget looks for workloads whose own rolling update takes more pods at
// once than their PDB lets go. Nothing is said of the default, which nobody chose.
var ReleaseWithinBudget = check.Check{
	ID: "release-within-budget", Axis: Axis,
	Needs: check.Needs{
		Held:   []check.Need{ownObject, ownSize, secondBudgets, podLabels},
		Broken: []check.Need{ownObject, ownSize, secondBudgets, podLabels, ownVolumes},
	},
	Run: func(p *check.Pass) {
		eachCovered(releaseWithinBudget)(p)
		for i := range p.Estate.Kubernetes.Workloads {
			if len(coverageOf(p).covered[i]) == 0 && servingOf(p).drained(i) {
				setsReplicas(p, i)
			}
		}
	},
}

func releaseWithinBudget(p *check.Pass, i int) {
	if setsReplicas(p, i) {
		return
	}
	w := &p.Estate.Kubernetes.Workloads[i]
	n := w.AtLeast()
	takes, how := releaseTakes(w, n)
	if takes == 0 || n < 2 || !servingOf(p).serves(i) || sharesOneVolume(p.Estate.Kubernetes, w) {
		return
	}
	b, lets := strictestOver(p, i, takes == n)
	if b < 0 {
		return
	}
	name := p.Estate.Kubernetes.Budgets[b].Name
	j := check.Judgement{Verdict: finding.Held, Position: w.Position, Lacks: lacksOf(p).under(b)}
	j.Message = fmt.Sprintf("each release takes at most %d of its %d pods at once, and PDB %s lets %d go", takes, n, name, lets)
	j.Evidence = append([]finding.Evidence{{Text: how, Position: w.Position}}, strictnessOf(p).evidence(b)...)
	if takes > lets {
		looser(&j, w, takes, n, lets, name)
	}
	ofWorkload(p, i, sure(p, j, i, []int{b}))
}

// looser says that a release takes more pods than the PDB of that name lets go.
func looser(j *check.Judgement, w *kubernetes.Workload, takes, n, lets int, pdb string) {
	j.Verdict, j.Severity = finding.Broken, "medium"
	j.Message = fmt.Sprintf("each release may take %d of its %d pods at once, where PDB %s lets %s go",
		takes, n, pdb, words.Count(lets, "pod"))
	j.Consequence = "Rolling updates ask no PDB: no pod is left while others start, at each release."
	if takes < n {
		j.Severity, j.Because = "low", "some of its pods stay"
		j.Consequence = "Rolling updates ask no PDB: so many pods are gone while others start, at each release."
	}
	j.Fix = &finding.Fix{Summary: fmt.Sprintf("set maxUnavailable of its rolling update to %d, with a maxSurge of 1 or more", lets)}
	if w.Rollout.Strategy == "Recreate" {
		j.Fix.Summary = fmt.Sprintf("use the strategy RollingUpdate, with maxUnavailable %d, where two revisions may run side by side", lets)
	}
}

// strictestOver is the PDB that lets the fewest pods of a workload go, of those that have
// it alone, and how many; -1 for none. One that lets none go is told of by itself, and
// counts where all are taken.
func strictestOver(p *check.Pass, i int, all bool) (budget, lets int) {
	a, budget := arithmeticOf(p), -1
	for _, b := range a.coverage.covered[i] {
		allowed := max(a.counts[b].Allowed, 0)
		if p.Estate.Kubernetes.Budgets[b].Unserved || !a.coverage.owns(i, b) || allowed == 0 && !all {
			continue
		}
		if budget < 0 || allowed < lets {
			budget, lets = b, allowed
		}
	}
	return budget, lets
}

// defaultUnavailable is what a rolling update has that says nothing about it.
const defaultUnavailable = "25%"

// releaseTakes is how many of n pods the rolling update of a workload takes at once, as
// somebody wrote it, and where that stands; 0 where nobody did.
//
// Source: ResolveFenceposts in pkg/controller/deployment/util/deployment_util.go of
// Kubernetes 1.36: what may be missing is rounded down.
func releaseTakes(w *kubernetes.Workload, n int) (int, string) {
	r := &w.Rollout
	switch {
	case w.Kind != "Deployment" || w.Bare:
		return 0, ""
	case r.Strategy == "Recreate":
		return n, "its strategy is Recreate: all its pods stop before new ones start"
	case r.MaxUnavailable == nil || r.MaxUnavailable.String() == defaultUnavailable: // which the API server fills in
		return 0, ""
	}
	takes, err := intstr.GetScaledValueFromIntOrPercent(r.MaxUnavailable, n, false)
	if err != nil || takes <= 0 {
		return 0, ""
	}
	return min(takes, n), fmt.Sprintf("its rolling update has maxUnavailable %s", r.MaxUnavailable)
}

// sharesOneVolume reports whether the pods of a workload mount a volume that one node, or
// one pod, at a time can have: then the old ones have to go first.
func sharesOneVolume(e *kubernetes.Estate, w *kubernetes.Workload) bool {
	return slices.ContainsFunc(e.VolumeClaims, func(c kubernetes.VolumeClaim) bool {
		return (c.Once || c.OncePod) && c.Namespace == w.Namespace && slices.Contains(w.Template.VolumeClaims, c.Name)
	})
}
