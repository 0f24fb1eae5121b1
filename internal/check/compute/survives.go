package compute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// survives looks at whether a workload stays at its floor under every move by
// which its nodes go, but for expiry.
func (a *auditor) survives(i int) {
	a.foretell("survives-replacement", i, func(c *forecast.Case) bool { return !c.Expires() })
}

// expiryCohort looks at expiry alone: it has timers in place of a pace. A single
// pod has no company to go with; what becomes of it is said of every move.
func (a *auditor) expiryCohort(i int) {
	at := a.places.Workloads[i]
	if at.Offering == nil || at.Offering.Contract == nil || a.estate.Workloads[i].AtLeast() < 2 {
		return
	}
	if m, ok := at.Offering.Contract.First(contract.Expiry); ok && m.Cadence.Kind == contract.ByTimer {
		a.foretell("expiry-cohort", i, (*forecast.Case).Expires)
	}
}

// foretell finds what the moves in question do to a workload.
func (a *auditor) foretell(obligation string, i int, wanted func(*forecast.Case) bool) {
	w := &a.estate.Workloads[i]
	at := a.places.Workloads[i]
	if at.Offering == nil || at.Offering.Contract == nil || a.catalog.Obligation(obligation) == nil {
		return // who moves nodes there, and how, is not written down
	}
	j := judgement{verdict: finding.Unknown, position: w.Position}
	if lacks := a.unplayable(i); len(lacks) > 0 && !w.ScalesToZero() {
		a.unplayed(obligation, i, j, lacks)
		return
	}
	f := a.foresee()
	fates, ok := []forecast.Judged(nil), false
	if f.why == "" {
		fates, ok = f.Of(w.Ref, wanted)
	}
	switch {
	case w.ScalesToZero():
		j.verdict, j.message = finding.Held, "scales to zero, so its owner accepts that no pod is ready"
	case f.why != "":
		j.message = "nothing could be played: " + f.why
	case obligation == "expiry-cohort" && a.ageless(i):
		j.message = "how old its nodes may get is not known"
	case !ok:
		j.message = "its pods fit on no node of those that were read, so nothing could be played"
	case len(fates) == 0 && f.NotPlayed() != "":
		j.message = "nothing could be played: " + f.NotPlayed()
	case len(fates) == 0:
		j.verdict, j.message = finding.Held, "no move takes its nodes"
		if obligation == "expiry-cohort" {
			j.message = "its nodes do not expire"
		}
	default:
		a.judge(&j, obligation, i, fates)
	}
	a.onWorkload(obligation, i, a.sure(j, i, a.covered[i]))
}

// unplayable is what could not be read and all that is played rests on.
func (a *auditor) unplayable(i int) []origin.Unread {
	x := about{workload: i, budget: -1}
	return append(a.lacks(onPlay, x, a.places.Workloads[i]), a.lacks(onPlace, x, a.places.Workloads[i])...)
}

// unplayed says that a workload was not played. That none of its pods is ready
// needs no play.
func (a *auditor) unplayed(obligation string, i int, j judgement, lacks []origin.Unread) {
	w := &a.estate.Workloads[i]
	if obligation == "survives-replacement" && a.noneReady(w) {
		j.verdict = finding.Broken
		below(&j, 0, len(w.Pods), 1)
		j.evidence = a.guarding(i)
		a.find(obligation, w.Ref, a.places.Workloads[i], doubt(j, a.lacksSize(i)))
		return
	}
	j.message = "nothing was played, since " + origin.Plurals(lacks) + " could not be read"
	j.evidence = unreadEvidence(lacks)
	a.find(obligation, w.Ref, a.places.Workloads[i], j)
}

// noneReady reports whether all pods of a workload were read, with their nodes,
// and none is ready.
func (a *auditor) noneReady(w *kubernetes.Workload) bool {
	return len(a.estate.Lacks(kubernetes.PodKinds)) == 0 && len(w.Pods) > 0 && !slices.ContainsFunc(w.Pods, func(p int) bool {
		pod := &a.estate.Pods[p]
		_, stands := a.nodes[pod.Node]
		return pod.Ready && pod.Deleted.IsZero() || !stands
	})
}

// below says that a workload is below its floor as it is.
func below(j *judgement, ready, replicas, floor int) {
	j.verdict = finding.Broken
	j.message = fmt.Sprintf("is below its floor before any node goes: %d of %d ready, and the floor is %d", ready, replicas, floor)
	j.consequence = "No move can be survived like that."
	j.fix = &finding.Fix{Summary: "get its pods ready"}
}

// judge puts the fates of a workload in words, of which the first is the worst.
func (a *auditor) judge(j *judgement, obligation string, i int, fates []forecast.Judged) {
	x := &fates[0]
	w := &x.Workload
	switch {
	case x.Unseen():
		j.message = "its pods were not read, so nothing could be played; read pods as well"
		return
	case x.BelowAtStart():
		below(j, w.Ready, w.Replicas, w.Floor)
	case x.Verdict() == finding.Broken:
		a.refuted(j, i, fates)
	case x.Verdict() == finding.Unknown:
		j.message = fmt.Sprintf("%s: it stayed up in what was played, and nothing proves that it always does: %s", words.And(x.Titles()), x.Words)
		j.fix = a.fixOpen(i)
	default:
		j.verdict = finding.Held
		j.message = fmt.Sprintf("%s ready in any order of events, under %s", atLeast(leastOf(fates), w.Replicas), titled(fates))
	}
	if j.fix == nil && j.verdict == finding.Broken {
		j.fix = a.fixFall(i, obligation)
	}
	j.evidence = append(j.evidence, bounded(x)...)
	if obligation == "expiry-cohort" {
		j.evidence = append(j.evidence, due(x)...)
	}
	j.evidence = append(j.evidence, a.guarding(i)...)
	j.evidence = append(j.evidence, a.placed(x)...)
	if obligation == "survives-replacement" && j.verdict == finding.Held {
		a.frozen(j, i)
	}
}

// mostTraces is how many findings tell step by step what led to them. Whoever
// has more has a pattern to mend, and reads the first of them.
const mostTraces = 100

// refuted: a run comes below the floor, and here it is.
func (a *auditor) refuted(j *judgement, i int, fates []forecast.Judged) {
	x := &fates[0]
	w := &x.Workload
	j.verdict = finding.Broken
	pods := fmt.Sprintf("takes it down to %d of %d ready pods", x.Played.Worst.MinReady, w.Replicas)
	if w.Replicas == 1 {
		pods = "takes its only pod down"
	}
	j.message = fmt.Sprintf("%s %s, %s; its floor is %d", x.Title(), pods, x.When(), w.Floor)
	j.consequence = fmt.Sprintf("It is below its floor for up to %s, in %s. %s", words.Duration(x.Played.Longest), often(x.Played), x.About)
	j.evidence = append(j.evidence, finding.Evidence{Text: fmt.Sprintf("witness: %s, seed %d: %d of %d ready %s", x.Name, x.Played.Seed, x.Played.Worst.MinReady, w.Replicas, x.When())})
	if a.traced < mostTraces {
		a.traced++
		j.evidence = append(j.evidence, trace(x)...)
	} else {
		j.evidence = append(j.evidence, finding.Evidence{Text: fmt.Sprintf("what led to it is told of the first %d; onus simulate tells of each", mostTraces)})
	}
	var others []string
	for k := range fates[1:] {
		if o := &fates[k+1]; o.Verdict() == finding.Broken {
			others = append(others, fmt.Sprintf("%s (%d of %d)", strings.Join(o.Titles(), ", "), o.Played.Worst.MinReady, w.Replicas))
		}
	}
	others = append(slices.Clone(x.Same), others...)
	if len(others) > 0 {
		j.evidence = append(j.evidence, finding.Evidence{Text: "so does " + words.And(others)})
	}
}

// often says in how many runs.
func often(p *forecast.Played) string {
	if p.Runs == 1 {
		return "the one run that was played"
	}
	if p.Below == p.Runs {
		return fmt.Sprintf("each of %d runs", p.Runs)
	}
	return fmt.Sprintf("%d of %d runs", p.Below, p.Runs)
}

// mostLinks is how many lines of a chain a finding has.
const mostLinks = 9

// trace tells how the workload came to its worst moment, in lines.
func trace(x *forecast.Judged) []finding.Evidence {
	var lines []finding.Evidence
	steps := x.Steps()
	for k, step := range steps {
		switch skipped := len(steps) - mostLinks; {
		case skipped > 0 && k == mostLinks/2:
			lines = append(lines, finding.Evidence{Text: words.Count(skipped+1, "step") + " more"})
		case skipped > 0 && k > mostLinks/2 && k <= mostLinks/2+skipped:
		default:
			lines = append(lines, finding.Evidence{Text: step.At + "  " + step.Text})
		}
	}
	return lines
}

// atLeast is how many pods are ready at worst.
func atLeast(least, of int) string {
	if least == of {
		return fmt.Sprintf("keeps all %d pods", of)
	}
	return fmt.Sprintf("keeps at least %d of %d pods", least, of)
}

// titled names all moves that were looked at.
func titled(fates []forecast.Judged) string {
	var all []string
	for i := range fates {
		all = append(all, fates[i].Titles()...)
	}
	return words.And(all)
}

func leastOf(fates []forecast.Judged) int {
	least := fates[0].Bound.Least
	for i := range fates {
		least = min(least, fates[i].Bound.Least)
	}
	return least
}

// mostReasons is how many reasons of a bound a finding has.
const mostReasons = 3

// bounded is what holds in any order of events, and why.
func bounded(x *forecast.Judged) []finding.Evidence {
	if x.Bound == nil {
		return []finding.Evidence{{Text: x.Title() + " is not bounded: " + x.NotBounded}}
	}
	text := fmt.Sprintf("%s, in any order of events: %d of %d at the least", x.Title(), x.Bound.Least, x.Bound.Of)
	if because := x.Bound.Because; len(because) > 0 {
		text += ", for " + strings.Join(because[:min(len(because), mostReasons)], "; ")
	}
	return []finding.Evidence{{Text: text}}
}

// due says when the nodes under the workload reach their age.
func due(x *forecast.Judged) []finding.Evidence {
	dues := x.Dues()
	switch {
	case len(dues) == 0:
		return []finding.Evidence{{Text: "when its nodes were made was not read: taken as born together, they expire together"}}
	case len(dues) == 1:
		return []finding.Evidence{{Text: fmt.Sprintf("all its nodes that expire: %s, at %s", dues[0].Node, instant(dues[0].At))}}
	}
	names := make([]string, len(dues))
	for i := range dues {
		names[i] = dues[i].Node
	}
	first, last := dues[0].At, dues[len(dues)-1].At
	if last.Sub(first) < time.Second {
		return []finding.Evidence{{Text: fmt.Sprintf("its %d nodes expire together, at %s: %s", len(dues), instant(first), words.Few(names))}}
	}
	return []finding.Evidence{{Text: fmt.Sprintf("its %d nodes expire within %s of each other, from %s to %s: %s", len(dues), words.Duration(last.Sub(first)), instant(first), instant(last), words.Few(names))}}
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// placed says where nobody saw the pods run.
func (a *auditor) placed(x *forecast.Judged) []finding.Evidence {
	made := x.MadeUp()
	if made == 0 {
		return nil
	}
	text := fmt.Sprintf("no nodes were read: its pods were placed on %s made up for that", words.Count(made, "node"))
	if s := a.foresee().Stage; s.Undated && s.Scheduled() {
		text += ", and what is played begins on a Monday at 00:00 UTC"
	}
	return []finding.Evidence{{Text: text}}
}

// guarding is what is wrong with the budgets over a workload, as far as no other
// obligation is about it: one of its own that lets all pods go at once, and one
// that is used up at this moment.
func (a *auditor) guarding(i int) []finding.Evidence {
	var all []finding.Evidence
	if b, ok := a.void(i); ok {
		budget := &a.estate.Budgets[b]
		all = append(all, finding.Evidence{Text: fmt.Sprintf("budget %s lets all %d pods go at once, and so protects nothing", budget.Name, a.estate.Workloads[i].AtLeast()), Position: budget.Spec})
	}
	if b, ok := a.usedUp(i); ok {
		budget := &a.estate.Budgets[b]
		s := budget.Status
		all = append(all, finding.Evidence{Text: fmt.Sprintf("the cluster allows no eviction under budget %s now: %d of %s are healthy, and %d must stay", budget.Name, s.Healthy, words.Count(s.Expected, "pod"), s.Desired), Position: budget.Position})
	}
	return all
}

// void finds a budget over this workload alone that lets all of its pods go.
func (a *auditor) void(i int) (budget int, ok bool) {
	n := a.estate.Workloads[i].AtLeast()
	k := slices.IndexFunc(a.covered[i], func(b int) bool { return n > 1 && a.owns(i, b) && a.counts[b].Allowed >= n })
	if k < 0 {
		return 0, false
	}
	return a.covered[i][k], true
}

// usedUp finds a budget that would let pods go, if those it has were healthy.
func (a *auditor) usedUp(i int) (budget int, ok bool) {
	k := slices.IndexFunc(a.covered[i], func(b int) bool {
		s := a.estate.Budgets[b].Status
		return s != nil && s.Expected > 0 && s.Allowed == 0 && s.Healthy < s.Expected && a.strict(b).verdict == finding.Held
	})
	if k < 0 {
		return 0, false
	}
	return a.covered[i][k], true
}

// frozen: the workload stays up because its nodes cannot go at this moment.
func (a *auditor) frozen(j *judgement, i int) {
	b, ok := a.usedUp(i)
	if !ok {
		return
	}
	budget := &a.estate.Budgets[b]
	j.verdict, j.position = finding.Unknown, budget.Position
	j.message = fmt.Sprintf("stays up, and keeps its nodes from going: %d of %s under budget %s are healthy, so the cluster allows no eviction now. What follows once that has changed is not known",
		budget.Status.Healthy, words.Count(budget.Status.Expected, "pod"), budget.Name)
	j.fix = a.fixUsedUp(b)
}

// fixUsedUp lets drains go on although pods are not healthy.
func (a *auditor) fixUsedUp(budget int) *finding.Fix {
	b := &a.estate.Budgets[budget]
	if b.Unhealthy == "AlwaysAllow" {
		return &finding.Fix{Summary: "get its pods healthy"}
	}
	fixed := rewritten(b)
	fixed.Spec.Unhealthy = "AlwaysAllow"
	return &finding.Fix{Summary: "let pods be evicted that are not ready anyway, so that they do not freeze drains; and get them healthy", Changes: []finding.Change{fixed.replace(b)}}
}

// owns reports whether a budget covers all pods of one workload and no others.
func (a *auditor) owns(i, budget int) bool {
	for _, r := range a.covers[budget] {
		if r.pods > 0 && r.workload != i || r.partly {
			return false
		}
	}
	return true
}

// fixFall is what keeps a workload up: the fix of what is wrong with it, or
// else what the obligation says.
func (a *auditor) fixFall(i int, obligation string) *finding.Fix {
	if a.estate.Workloads[i].AtLeast() < 2 {
		return a.fixSingle(i)
	}
	if fix := a.fixOpen(i); fix != nil {
		return fix
	}
	return &finding.Fix{Summary: lower(strings.TrimSuffix(a.catalog.Obligation(obligation).Fix, "."))}
}

// fixOpen is the fix of what is wrong with a workload's budgets, nil where
// nothing is.
func (a *auditor) fixOpen(i int) *finding.Fix {
	w := &a.estate.Workloads[i]
	budgets := a.covered[i]
	if len(budgets) == 0 {
		if w.AtLeast() < 2 || w.Bare {
			return nil
		}
		return a.fixMissing(i)
	}
	if together := a.together(i); len(together) > 0 {
		keep := a.keeper(together)
		if n := a.counts[keep].Allowed; a.owns(i, keep) && n > 0 && n < w.AtLeast() {
			return a.fixOverlap(together, keep)
		}
		return &finding.Fix{Summary: "leave it one budget that lets one pod go at a time"}
	}
	for _, b := range budgets {
		if j := a.strict(b); j.verdict == finding.Broken {
			return j.fix
		}
	}
	if b, ok := a.void(i); ok {
		budget := &a.estate.Budgets[b]
		return &finding.Fix{Summary: "let one pod go at a time", Changes: []finding.Change{oneOf(budget).replace(budget)}}
	}
	if b, ok := a.usedUp(i); ok {
		return a.fixUsedUp(b)
	}
	return nil
}

func lower(s string) string { return strings.ToLower(s[:1]) + s[1:] }
