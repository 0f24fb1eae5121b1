package compute

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// ReplacementFinishes looks for what keeps nodes of a cluster from being replaced:
// pods that no drain gets rid of, and pools whose limit allows no replacement. It
// is said of the nodes that were read; on made-up ones nothing is held that
// anybody has.
var ReplacementFinishes = check.Check{
	ID: "replacement-finishes", Axis: Axis, Subjects: workloads, Outcome: true, ByContract: true,
	Needs: check.Needs{Broken: []check.Need{everythingPlayed, place}},
	Run: func(p *check.Pass) {
		primariesRefuse(p)
		neverTaken(p)
		o := outcomesOf(p)
		if o.why != "" {
			return
		}
		var told []kubernetes.Ref
		for _, h := range o.outlook.Holds() {
			ref := h.Holder
			if ref.Name == "" {
				ref = refOfPool(p.Estate.Kubernetes, h.Pool)
			}
			if slices.Contains(told, ref) {
				continue // said of the first disruption that it holds up
			}
			told = append(told, ref)
			o.holds(p, ref, &h)
		}
		o.stopsLate(p, told)
		o.refusers(p)
		o.waits(p, told)
		o.sparePools(p, told)
	},
}

// stopsLate says of workloads that their pods may take longer to stop than a drain may
// take that gives their node up. That they do is not known, and so it is a risk.
func (o *outcomes) stopsLate(p *check.Pass, told []kubernetes.Ref) {
	for _, x := range o.outlook.Outlasts() {
		i := slices.IndexFunc(o.estate.Workloads, func(w kubernetes.Workload) bool { return w.Ref == x.Workload })
		if i < 0 || slices.Contains(told, x.Workload) {
			continue
		}
		w := &o.estate.Workloads[i]
		becomes := "the operation fails"
		if x.Deadline.Then == disruption.Skip {
			becomes = "the node is given up"
		}
		j := check.Judgement{Verdict: finding.Broken, Assumed: true, Index: i, Subject: subject(w.Ref), Place: p.Places.Workloads[i],
			Position: w.Position, Fix: &finding.Fix{Summary: "have its pods stop sooner, or give drains more time than their grace period"}}
		j.Message = fmt.Sprintf("may keep its nodes from being replaced under %s: its pods may take %s to stop, and %s after %s",
			words.And(x.Titles()), words.Duration(x.Stop), becomes, words.Duration(x.Deadline.After))
		report(p, j)
	}
}

// sparePools says of pools with a fixed number of nodes whether their limit allows
// a replacement, where no node was seen to lack it.
func (o *outcomes) sparePools(p *check.Pass, told []kubernetes.Ref) {
	for i := range o.estate.Pools {
		x := &o.estate.Pools[i]
		ref := kubernetes.Ref{Kind: "NodePool", Name: x.Name}
		limit := x.Limits.Other["nodes"]
		if !x.Static || o.outlook.Stage.MadeUp() > 0 || slices.Contains(told, ref) || limit > 0 && limit <= int64(x.Replicas) {
			continue
		}
		j := check.Judgement{Verdict: finding.Held, Subject: subject(ref), Position: x.Position}
		j.Place = placeOr(p.Places.Pools[i], p.Places.Fallback)
		j.Message = fmt.Sprintf("may have a replacement beside its %s: no limit keeps it away", words.Count(x.Replicas, "node"))
		report(p, j)
	}
}

// holds reports what keeps nodes from being replaced.
func (o *outcomes) holds(p *check.Pass, ref kubernetes.Ref, h *forecast.Hold) {
	j := check.Judgement{Verdict: finding.Broken, Subject: subject(ref), Fix: &finding.Fix{Summary: FixOf(&h.Stays[0], p.Obligation().Fix)}}
	j.Message = fmt.Sprintf("keeps %s from being replaced under %s: %s", words.Count(h.Nodes, "node"), words.And(h.Titles()), h.Stays[0].Why)
	j.Consequence = fmt.Sprintf("The provider does not finish: what it brings, a patch or another version, does not reach these nodes "+
		"until you change %s, which is yours.", ref)
	j.Evidence = reasonsOf(h.Stays)
	j.Evidence = append(j.Evidence, finding.Evidence{
		Text: fmt.Sprintf("simulated: %s, in %d of %s, such as node %s", h.Name, h.In, words.Count(h.Runs(), "run"), h.Stays[0].Node),
	})
	e := p.Estate.Kubernetes
	if i := slices.IndexFunc(e.Workloads, func(w kubernetes.Workload) bool { return w.Ref == ref }); i >= 0 {
		j.Index, j.Place, j.Position = i, p.Places.Workloads[i], e.Workloads[i].Position
		if names, _ := claimsOf(p).onDisks(&e.Workloads[i]); len(names) > 0 && h.Stays[0].Cause == simulate.ByUnplaced {
			j.Fix.Summary = "Give its pods volumes that outlast their nodes. A pod whose volume went with its node starts " +
				"once its claim is deleted, and fills another one."
		}
		j.Causes = holding(p, i, h.Stays)
		if e.Workloads[i].Operated() || !slices.ContainsFunc(h.Stays, func(s simulate.Stay) bool { return !s.Unsure }) {
			j.Verdict = finding.Unknown
		}
		report(p, j)
		return
	}
	j.Settled = true
	j.Place = p.Places.Fallback
	if i := slices.IndexFunc(e.Pools, func(x kubernetes.Pool) bool { return x.Name == ref.Name }); i >= 0 {
		j.Position, j.Place = e.Pools[i].Position, placeOr(p.Places.Pools[i], p.Places.Fallback)
	}
	report(p, j)
}

// Explains are the obligations whose findings explain that a node is held, by the kind of
// thing that holds it.
func Explains(by simulate.Cause) []string {
	switch by {
	case simulate.ByStrictPDB, simulate.ByUncounted:
		return []string{PDBNeverAllows.ID, PDBOverlap.ID}
	case simulate.BySeveralPDBs:
		return []string{PDBOverlap.ID, PDBNeverAllows.ID}
	case simulate.ByUnplaced, simulate.ByTiedVolume:
		return []string{DataOutlastsNode.ID}
	}
	return nil
}

// holding are the findings that explain why a workload holds its nodes; none where they are
// held by things of several kinds, of which no finding explains all.
func holding(p *check.Pass, i int, stays []simulate.Stay) []check.Cause {
	ids := Explains(stays[0].Cause)
	for _, s := range stays[1:] {
		if !slices.Equal(Explains(s.Cause), ids) {
			return nil
		}
	}
	w := &p.Estate.Kubernetes.Workloads[i]
	var all []check.Cause
	for _, id := range ids {
		all = append(all, check.Cause{Obligation: id, Subject: subject(w.Ref)})
	}
	for _, b := range coverageOf(p).covered[i] { // what is said of a budget is said of the first workload that lasts under it
		for _, r := range coverageOf(p).covers[b] {
			for _, id := range ids {
				all = append(all, check.Cause{Obligation: id, Subject: subject(p.Estate.Kubernetes.Workloads[r.workload].Ref)})
			}
		}
	}
	return all
}

// mostReasonsHeld is how many nodes a finding tells of, each held for another
// reason.
const mostReasonsHeld = 5

// reasonsOf tells of nodes what holds them, beyond the first.
func reasonsOf(stays []simulate.Stay) []finding.Evidence {
	var all []finding.Evidence
	for k, s := range stays[:min(len(stays), mostReasonsHeld)] {
		if k > 0 {
			all = append(all, finding.Evidence{Text: fmt.Sprintf("node %s: %s", s.Node, s.Why)})
		}
		for _, text := range s.Evidence {
			all = append(all, finding.Evidence{Text: text})
		}
	}
	return all
}

// placeOr is a place, or another one where it is not known.
func placeOr(at, otherwise locate.Place) locate.Place {
	if at.Offering == nil {
		return otherwise
	}
	return at
}
