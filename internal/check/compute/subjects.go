package compute

import (
	"path"
	"path/filepath"
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
)

// budgets are the subjects of checks on PodDisruptionBudgets.
var budgets = check.Subjects{Unread: func(p *check.Pass) []origin.Unread { return p.Estate.Kubernetes.Lacks(kubernetes.BudgetKinds) }}

// workloads are the subjects of checks on what serves. They are inferred from
// their pods where those were read; bare ones, and those of operators, are
// known from pods alone.
var workloads = check.Subjects{Unread: func(p *check.Pass) []origin.Unread {
	e := p.Estate.Kubernetes
	pods := e.Lacks(kubernetes.PodKinds)
	if len(pods) == 0 {
		return nil
	}
	return append(pods, e.Lacks(origin.Kinds{
		"Deployment", "StatefulSet", "ReplicaSet", "ReplicationController", "Rollout", "DeploymentConfig", "CloneSet",
	})...)
}}

// pools are the subjects of checks on Karpenter's node pools.
var pools = check.Subjects{
	There: func(p *check.Pass) bool {
		e := p.Estate.Kubernetes
		return len(e.Lacks(kubernetes.KarpenterPools)) > 0 || // there are findings on those
			slices.ContainsFunc(e.Pools, func(pool kubernetes.Pool) bool { return p.Catalog.HasNodeBudgets(pool.API) })
	},
	Unread: func(p *check.Pass) []origin.Unread { return p.Estate.Kubernetes.Lacks(kubernetes.KarpenterPools) },
}

// eachCovered calls a judge for each drained workload that budgets cover.
func eachCovered(judge func(p *check.Pass, i int)) func(*check.Pass) {
	return func(p *check.Pass) {
		coverage, serving := coverageOf(p), servingOf(p)
		for i := range p.Estate.Kubernetes.Workloads {
			if serving.drained(i) && len(coverage.covered[i]) > 0 {
				judge(p, i)
			}
		}
	}
}

// eachServing calls a judge for each drained workload that serves. Of a bare pod it
// may not be known whether it does: which do is for Services to tell. With bare
// set that is said of it.
func eachServing(bare bool, judge func(p *check.Pass, i int)) func(*check.Pass) {
	return func(p *check.Pass) {
		serving := servingOf(p)
		for i := range p.Estate.Kubernetes.Workloads {
			switch {
			case p.Err() != nil:
				return
			case !serving.drained(i) || bootstrapped(p, i):
			case serving.serves(i):
				judge(p, i)
			case bare:
				mayServe(p, i)
			}
		}
	}
}

// bootstrapped reports whether a workload is one of Flux itself, as flux bootstrap wrote it into a
// folder that shows how something is done: neither is what anybody runs there theirs to change, nor
// does it belong to what is shown.
//
// Source: fluxcd.io/flux/installation/bootstrap.
func bootstrapped(p *check.Pass, i int) bool {
	file := filepath.ToSlash(p.Estate.Kubernetes.Workloads[i].Position.File)
	of, _ := p.Estate.Folders.Of(file)
	return path.Base(file) == "gotk-components.yaml" && of != purpose.Deployed
}

// mayServe says of a bare pod that whether it serves is not known, where
// Services could not be read.
func mayServe(p *check.Pass, i int) {
	e := p.Estate.Kubernetes
	lacks := e.Lacks(kubernetes.ServiceKinds)
	w, at := &e.Workloads[i], p.Places.Workloads[i]
	if len(lacks) == 0 || !w.Bare || p.ByContract() && (at.Offering == nil || at.Offering.Contract == nil) {
		return
	}
	p.Report(check.Judgement{
		Subject: subject(w.Ref), Place: at, Verdict: finding.Unknown, Position: w.Position, Settled: true,
		Message: "Services could not be read, so whether one routes to this pod is not known", Evidence: check.Unread(lacks),
	})
}

// eachPool calls a judge for each Karpenter pool whose budgets can be evaluated.
func eachPool(judge func(p *check.Pass, x paced)) func(*check.Pass) {
	return func(p *check.Pass) {
		for _, x := range poolsOf(p) {
			if p.Err() == nil && x.budgets.Err() == nil {
				judge(p, x)
			}
		}
	}
}

// subject is an object of the estate as findings name it.
func subject(r kubernetes.Ref) finding.Subject {
	return finding.Subject{Namespace: r.Namespace, Kind: r.Kind, Name: r.Name}
}

// ofWorkload reports a judgement on a workload, with the severity of what is lost with it;
// one that the judgement has already is the most that it may be.
func ofWorkload(p *check.Pass, i int, j check.Judgement) {
	j.Subject, j.Index, j.Place = subject(p.Estate.Kubernetes.Workloads[i].Ref), i, p.Places.Workloads[i]
	if most := j.Severity; j.Verdict != finding.Held {
		w, at := &p.Estate.Kubernetes.Workloads[i], stakesOf(p).of(i)
		own := j.Because
		j.Severity, j.Because = at.severity, at.Text
		if j.Fix != nil && j.Fix.AcceptOnly {
			j.Severity, j.Because = "low", finding.NothingEnds
			if why := pausesForRollouts(w); why != "" {
				j.Because = why
				j.Evidence = append(slices.Clone(j.Evidence), finding.Evidence{Text: why, Position: w.Position})
			}
		}
		if at.uncalled && !holdsUp(p, i) {
			j.Severity, at.Text = "low", at.Text+", and nothing that was read is told to call it"
			j.Because = at.Text
		}
		guarded := j.Fix != nil && j.Fix.AcceptOnly && !w.Lasting
		if holdsUp(p, i) && stakesOf(p).trial(i) == "" && !guarded {
			j.Severity = shifted(j.Severity, 1)
		}
		if most != "" {
			if least(j.Severity, most) != j.Severity {
				j.Severity, j.Because = most, own
			}
		}
		if j.Verdict == finding.Broken && !slices.Contains(j.Evidence, at.Evidence) {
			j.Evidence = append(slices.Clone(j.Evidence), at.Evidence)
		}
	}
	report(p, j)
}

// holdsUp reports whether budgets over a workload keep it from being evicted,
// which holds up the drain of whatever else is on its nodes.
func holdsUp(p *check.Pass, i int) bool {
	if dodges(p, i) {
		return false
	}
	coverage := coverageOf(p)
	return len(coverage.together(i)) > 0 || slices.ContainsFunc(coverage.covered[i], func(b int) bool {
		return !p.Estate.Kubernetes.Budgets[b].Unserved && strictnessOf(p).of(b).Verdict == finding.Broken
	})
}

// ofBudget reports a judgement on a budget.
func ofBudget(p *check.Pass, i int, at locate.Place, j check.Judgement) {
	j.Subject, j.Index, j.Place = subject(p.Estate.Kubernetes.Budgets[i].Ref()), i, at
	report(p, j)
}

// report reports a judgement with what holds for all that is said of a cluster.
func report(p *check.Pass, j check.Judgement) {
	e := p.Estate.Kubernetes
	if why := stakesOf(p).setAside(j.Position.File); why != "" && j.Verdict != finding.Held && j.Severity != "low" {
		j.Severity, j.Because, j.Evidence = "low", why, append(slices.Clone(j.Evidence), finding.Evidence{Text: why})
	}
	j.Fix = harmless(e, checked(p, j.Fix))
	lacks := e.Lacks(kubernetes.NodeClaimKinds, kubernetes.KarpenterPools)
	if j.Verdict == finding.Broken && j.Consequence != "" && j.Place.Basis != locate.Asked && len(lacks) > 0 && len(p.Lacks(&j)) == 0 {
		j.Evidence = append(slices.Clone(j.Evidence), finding.Evidence{
			Text: origin.Plurals(lacks) + " could not be read: " +
				"deadlines, ages and budgets that nodes have of their own would count in place of the contract's",
		})
	}
	p.Report(j)
}

// harmless leaves out of a fix the budgets it would create, where others over
// the same pods may be there unread: two over one pod let no eviction through.
func harmless(e *kubernetes.Estate, fix *finding.Fix) *finding.Fix {
	if fix == nil || len(e.Lacks(kubernetes.BudgetKinds)) == 0 {
		return fix
	}
	creates := func(c finding.Change) bool {
		return c.Action == finding.Create && c.Object.Kind == "PodDisruptionBudget"
	}
	if !slices.ContainsFunc(fix.Changes, creates) {
		return fix
	}
	const first = "; not all PDBs could be read, so see first whether one covers its pods already"
	some := fix.Said(first)
	some.Changes = slices.DeleteFunc(slices.Clone(fix.Changes), creates)
	if slices.ContainsFunc(some.Changes, func(c finding.Change) bool { return c.Object.Kind == "PodDisruptionBudget" }) {
		some.Changes = nil // they are in place of those
	}
	return some
}
