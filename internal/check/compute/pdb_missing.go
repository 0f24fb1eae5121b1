package compute

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// PDBMissing looks for workloads whose pods no budget protects.
var PDBMissing = check.Check{
	ID: "pdb-missing", Axis: Axis, Subjects: workloads,
	Needs: check.Needs{
		Held:   []check.Need{ordinals, podLabels, sizeThatIsKept, quorumThatIsKept},
		Broken: []check.Need{budgetsBeside, ownObject, ownSize, podLabels, onlyUnderVoid, apartByVolume, quorumThatIsKept},
	},
	Run: eachServing(false, missing),
}

// missing looks for a workload whose pods no budget covers, or one that lets
// all of them go at once.
func missing(p *check.Pass, i int) {
	e := p.Estate.Kubernetes
	consequences, coverage := consequencesOf(p), coverageOf(p)
	budgets := coverage.covered[i]
	w := &e.Workloads[i]
	n := w.AtLeast()
	if w.Bare || n < 2 && len(lacksOf(p).size(i)) == 0 {
		if len(stakesOf(p).siblings(i)) > 0 {
			missingBesideSiblings(p, i)
			return
		}
		missingTogether(p, i) // a budget for it alone could only forbid or do nothing
		return
	}
	if fixesOf(p).sharedVolume(i) != nil {
		return // the same, for all of them: single-replica tells of it
	}
	bare := coverage.matcher.uncovered(w, budgets)
	if n < 2 && bare > 0 {
		said := "no PodDisruptionBudget covers it, and whether it may have more than one pod is not known"
		ofWorkload(p, i, check.Judgement{
			Verdict: finding.Unknown, Message: said, Evidence: []finding.Evidence{size(w)}, Position: w.Position,
		})
		return
	}
	if b, ok := arithmeticOf(p).void(i); ok {
		budget := &e.Budgets[b]
		ofWorkload(p, i, check.Judgement{
			Verdict: finding.Broken, Message: fmt.Sprintf("PDB %s allows all %d pods to be evicted at once, so it protects nothing", budget.Name, n),
			Consequence: consequences.of(i).unprotected(n), Position: budget.Spec, Evidence: []finding.Evidence{size(w)}, Fix: fixesOf(p).void(b),
		})
		return
	}
	if b, ok := coverage.unserved(i); ok {
		unserved(p, i, b)
		return
	}
	if b, allowed, ok := quorumGoes(p, i); ok {
		quorumLost(p, i, b, allowed)
		return
	}
	if len(budgets) > 0 && bare < 2 {
		j := check.Judgement{Verdict: finding.Held, Message: "a PDB covers its pods", Position: w.Position}
		if bare > 0 {
			j.Message = fmt.Sprintf("PDBs cover %d of its %d pods", n-bare, n)
		}
		for _, b := range budgets[:min(len(budgets), 4)] {
			budget := &e.Budgets[b]
			said := "PodDisruptionBudget " + budget.Name + ofUnit(budget.Unit)
			j.Evidence = append(j.Evidence, finding.Evidence{Text: said, Position: budget.Position})
		}
		ofWorkload(p, i, sure(p, j, i, budgets))
		return
	}
	if !mayBeCovered(p, i) {
		uncovered(p, i, bare)
	}
}

// unserved says that the budget over a workload is one which no API server takes, but those
// of an old cluster.
func unserved(p *check.Pass, i, b int) {
	w, budget := &p.Estate.Kubernetes.Workloads[i], &p.Estate.Kubernetes.Budgets[b]
	n := w.AtLeast()
	j := check.Judgement{
		Verdict:     finding.Broken,
		Message:     fmt.Sprintf("%s, so nothing protects its %d pods", isOld(budget.Name), n),
		Consequence: consequencesOf(p).of(i).unprotected(n), Position: budget.Position, Evidence: []finding.Evidence{size(w)},
		Fix: fixesOf(p).served(b),
	}
	if p.Estate.Older != "" {
		j.Severity, j.Because = "low", p.Estate.Older // at most
		j.Evidence = append(j.Evidence, finding.Evidence{Text: p.Estate.Older})
	}
	ofWorkload(p, i, j)
}

// manyPods is how many pods a workload has of which it takes several drains at once to evict
// all, where nothing keeps them together: the scheduler prefers to spread them over nodes
// (the default constraints of PodTopologySpread).
const manyPods = 6

// uncovered says that no budget covers some of a workload's pods, or any.
func uncovered(p *check.Pass, i, bare int) {
	e, consequences := p.Estate.Kubernetes, consequencesOf(p)
	w := &e.Workloads[i]
	n := w.AtLeast()
	if len(coverageOf(p).covered[i]) > 0 {
		ofWorkload(p, i, check.Judgement{
			Verdict: finding.Broken, Message: fmt.Sprintf("no PodDisruptionBudget covers %d of its %d pods", bare, n),
			Consequence: consequences.of(i).unprotected(bare), Position: w.Position, Evidence: []finding.Evidence{size(w)},
			Fix: &finding.Fix{Summary: "select all its pods with one PDB"},
		})
		return
	}
	if w.MadeBy != nil && unwanted(p, i) {
		return
	}
	j := check.Judgement{
		Verdict: finding.Broken, Message: fmt.Sprintf("no PodDisruptionBudget covers its %d pods", n),
		Consequence: strings.TrimSpace(consequences.of(i).unprotected(n) + " " + selfBlocked(p, i)), Position: w.Position,
		Evidence: []finding.Evidence{size(w)},
	}
	if len(e.Budgets) == 0 && len(e.Lacks(kubernetes.BudgetKinds)) == 0 {
		said := "no PodDisruptionBudget was read at all"
		if p.Estate.Name != "" {
			said = "no PodDisruptionBudget was read in unit " + p.Estate.Name
		}
		if e.Live {
			said += "; if the dump left them out, add pdb to it"
		}
		j.Evidence = append(j.Evidence, finding.Evidence{Text: said})
	}
	j.Evidence = append(j.Evidence, ofTheCopied(p, i)...)
	j.Fix = fixesOf(p).missing(i)
	if names, _ := claimsOf(p).onDisks(w); len(names) > 0 && diskGoes(p, i) {
		// Alone it would have drains wait for a pod that does not come back.
		j.Fix = &finding.Fix{Summary: "give its pods volumes that outlast their nodes, and then " + j.Fix.Summary}
	}
	j = atMost(p, i, j)
	probedToo(p, i, &j)
	leftByKarpenter(p, i, &j)
	ofWorkload(p, i, j)
}

// atMost gives what is said of pods under no budget the severity that it has at most: less where
// it takes several drains for all to be gone, and where each rollout stops them all.
func atMost(p *check.Pass, i int, j check.Judgement) check.Judgement {
	e, prog := p.Estate.Kubernetes, programsOf(p).of(i)
	w := &e.Workloads[i]
	n, quorum := w.AtLeast(), prog != nil && prog.Quorum
	lighter := func(severity, said string) {
		j.Severity, j.Because, j.Evidence = severity, said, append(j.Evidence, finding.Evidence{Text: said, Position: w.Position})
	}
	if n >= 3 && apart(e, w) && !quorum {
		severity := "medium"
		if w.Kind == "Deployment" && len(e.Nodes) == 0 {
			severity = "low"
		}
		lighter(severity, fmt.Sprintf("no node carries two of its pods: all are gone together only where %d nodes are", n))
	}
	if n >= manyPods && len(e.Nodes) == 0 && !quorum {
		lighter("low", fmt.Sprintf("the scheduler spreads %d pods over nodes: that all are gone together takes as many drains", n))
	}
	if of, _ := programsOf(p).sharded(i); of != "" {
		lighter("low", of+" names each of its pods in a shard of its own: what one has is away while it is replaced, with a PDB, too")
	}
	if w.Kind == "Deployment" && w.Rollout.Strategy == "Recreate" {
		lighter("low", "its strategy Recreate stops all of its pods in each rollout")
	}
	return j
}

// unwanted says of the pods that an operator makes why it makes no budget for all of them;
// false where nothing is known of that.
func unwanted(p *check.Pass, i int) bool {
	w := &p.Estate.Kubernetes.Workloads[i]
	n := w.AtLeast()
	switch {
	case w.MadeBy.Leave != "":
		ofWorkload(p, i, check.Judgement{
			Verdict: finding.Held, Message: "no PDB covers its pods, and none is wanted: " + w.MadeBy.Leave, Position: w.Position,
		})
	case w.MadeBy.Kept != "":
		ofWorkload(p, i, check.Judgement{
			Verdict: finding.Broken, Message: fmt.Sprintf("no PodDisruptionBudget covers %d of its %d pods", n-1, n),
			Severity: "low", Because: w.MadeBy.Kept,
			Consequence: "All but one of its pods may be evicted together when their nodes drain together.", Position: w.Position,
			Evidence: []finding.Evidence{size(w), {Text: w.MadeBy.Kept, Position: w.Position}}, Fix: fixesOf(p).missing(i),
		})
	default:
		return false
	}
	return true
}

// ofUnit names the unit of something that stands in another one than what it is
// for.
func ofUnit(unit string) string {
	if unit == "" {
		return ""
	}
	return " of unit " + unit
}
