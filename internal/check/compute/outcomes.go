package compute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// outcomes are what the disruptions that contracts have for the estate do to workloads.
type outcomes struct {
	estate       *kubernetes.Estate
	places       locate.Places
	coverage     *coverage
	arithmetic   *arithmetic
	strictness   *strictness
	lacks        *lacks
	fixes        *fixes
	consequences *consequences

	outlook *forecast.Outlook
	why     string // there is no outlook
	traced  int    // findings that tell step by step what led to them
}

// outcomesOf are those of the estate that a pass is over.
func outcomesOf(p *check.Pass) *outcomes {
	return check.Shared(p, func(p *check.Pass) *outcomes {
		o := &outcomes{
			estate: p.Estate.Kubernetes, places: p.Places, coverage: coverageOf(p), arithmetic: arithmeticOf(p), strictness: strictnessOf(p),
			lacks: lacksOf(p), fixes: fixesOf(p), consequences: consequencesOf(p),
		}
		serving := servingOf(p)
		var err error
		o.outlook, err = forecast.Look(p, o.estate, o.places, scheduleEpoch, func(i int) bool { return serving.drained(i) && serving.serves(i) })
		if err != nil {
			o.why = err.Error()
		}
		return o
	})
}

// foretell finds what the moves in question do to a workload.
func (o *outcomes) foretell(p *check.Pass, i int, wanted func(*forecast.Case) bool) {
	w := &o.estate.Workloads[i]
	at := o.places.Workloads[i]
	if at.Offering == nil || at.Offering.Contract == nil {
		return // who moves nodes there, and how, is not written down
	}
	if w.Move != nil && w.Move.Cannot == "" {
		return // nobody misses what is moved while it runs: SingleReplica says so, or why it may not be
	}
	j := check.Judgement{Verdict: finding.Unknown, Position: w.Position}
	if lacks := o.unplayable(p, i); len(lacks) > 0 && !w.ScalesToZero() {
		o.unplayed(p, i, j, lacks)
		return
	}
	fates, ok := []forecast.Judged(nil), false
	if o.why == "" {
		fates, ok = o.outlook.Of(w.Ref, wanted)
	}
	switch {
	case w.ScalesToZero():
		j.Verdict, j.Message = finding.Held, "scales to zero, so having no ready pod is accepted"
	case o.why != "":
		j.Message = "nothing could be simulated: " + o.why
	case p.ID() == ExpiryCohortID && o.consequences.ageless(i):
		j.Message = "the maximum age of its nodes is not known"
	case !ok:
		j.Message = "its pods fit on no node of those that were read, so nothing could be simulated"
	case len(fates) == 0 && o.outlook.NotPlayed() != "":
		j.Message = "nothing could be simulated: " + o.outlook.NotPlayed()
	case len(fates) == 0:
		j.Verdict, j.Message = finding.Held, "nothing takes its nodes away"
		if p.ID() == ExpiryCohortID {
			j.Message = "its nodes do not expire"
		}
	default:
		o.judge(p, &j, i, fates)
	}
	if b, ok := o.coverage.unserved(i); ok && j.Verdict == finding.Held && !w.ScalesToZero() {
		j.Verdict, j.Causes = finding.Unknown, o.causes(p, i)
		j.DoubtedBy(isOld(o.estate.Budgets[b].Name))
	}
	ofWorkload(p, i, sure(p, j, i, o.coverage.covered[i]))
}

// unplayable is what could not be read and all that is played rests on.
func (o *outcomes) unplayable(p *check.Pass, i int) []origin.Unread {
	j := check.Judgement{Index: i, Place: o.places.Workloads[i]}
	return append(everythingPlayed(p, &j), place(p, &j)...)
}

// unplayed says that a workload was not played. That none of its pods is ready
// needs no play.
func (o *outcomes) unplayed(p *check.Pass, i int, j check.Judgement, lacks []origin.Unread) {
	w := &o.estate.Workloads[i]
	if p.ID() == SurvivesReplacementID && o.noneReady(w) {
		below(&j, 0, len(w.Pods), 1)
		j.Evidence = o.guarding(i)
		j.Settled = true
		ofWorkload(p, i, j.WithDoubt(o.lacks.size(i)))
		return
	}
	j.Message = "nothing was simulated: " + origin.Plurals(lacks) + " could not be read"
	j.Evidence = check.Unread(lacks)
	j.Settled = true
	ofWorkload(p, i, j)
}

// noneReady reports whether all pods of a workload were read, with their nodes,
// and none is ready.
func (o *outcomes) noneReady(w *kubernetes.Workload) bool {
	return len(o.estate.Lacks(kubernetes.PodKinds)) == 0 && len(w.Pods) > 0 && !slices.ContainsFunc(w.Pods, func(p int) bool {
		pod := &o.estate.Pods[p]
		_, stands := o.consequences.nodes[pod.Node]
		return pod.Ready && pod.Deleted.IsZero() || !stands
	})
}

// astray reports whether a pod of a workload is ready on a node that was not read.
func (o *outcomes) astray(w *kubernetes.Workload) bool {
	return slices.ContainsFunc(w.Pods, func(p int) bool {
		pod := &o.estate.Pods[p]
		_, stands := o.consequences.nodes[pod.Node]
		return pod.Ready && pod.Deleted.IsZero() && pod.Node != "" && !stands
	})
}

// below says that a workload is below its floor as it is.
func below(j *check.Judgement, ready, replicas, floor int) {
	j.Verdict = finding.Broken
	j.Message = fmt.Sprintf("is down already: %d of %d pods are ready, and it needs at least %d", ready, replicas, floor)
	j.Consequence = "In this state no node replacement can be survived."
	j.Fix = &finding.Fix{Summary: "get its pods ready"}
}

// judge puts the fates of a workload in words, of which the first is the worst.
func (o *outcomes) judge(p *check.Pass, j *check.Judgement, i int, fates []forecast.Judged) {
	x := &fates[0]
	w := &x.Workload
	switch {
	case x.Unseen():
		j.Message = "its pods were not read, so nothing could be simulated; read pods as well"
		return
	case len(x.Unrecognised) > 0:
		j.Message = fmt.Sprintf("it is on %s, which nothing in the catalog recognises, so how its nodes are replaced is not known",
			words.Few(x.Unrecognised))
		j.Fix = &finding.Fix{Summary: "say on which platform they are with --as OFFERING"}
		return
	case x.BelowAtStart() && o.astray(&o.estate.Workloads[i]):
		j.Message = "its pods are ready on nodes that were not read, so nothing could be simulated; read nodes as well"
	case x.BelowAtStart():
		below(j, w.Ready, w.Replicas, w.Floor)
	case x.Verdict() == finding.Broken:
		j.Assumed = o.assumed(p, x, i)
		o.refuted(j, fates)
		if names, _ := claimsOf(p).onDisks(&o.estate.Workloads[i]); len(names) > 0 && diskGoes(p, i) {
			j.Consequence = fmt.Sprintf("Down until somebody gives it another volume, in %s. %s", often(x.Played), x.About)
		}
		j.Causes = o.causes(p, i)
	case x.Verdict() == finding.Unknown:
		j.Causes = o.causes(p, i)
		j.Message = fmt.Sprintf("not proven safe under %s: %s", words.And(x.Titles()), x.Words)
		j.Fix = o.fixOpen(i)
	case undrained(fates) != nil:
		x = undrained(fates)
		j.Causes = o.causes(p, i)
		j.Message = fmt.Sprintf("stays up under %s only as long as its nodes are not replaced; what it takes to replace them was not simulated",
			words.And(x.Titles()))
	default:
		j.Verdict = finding.Held
		j.Message = fmt.Sprintf("%s ready in every order of events, under %s", atLeast(leastOf(fates), w.Replicas), titled(fates))
	}
	if j.Fix == nil && j.Verdict == finding.Broken {
		j.Fix = o.fix(i, p.Obligation().Fix)
	}
	j.Evidence = append(j.Evidence, bounded(x)...)
	if p.ID() == ExpiryCohortID {
		j.Evidence = append(j.Evidence, due(x)...)
	}
	j.Evidence = append(j.Evidence, o.guarding(i)...)
	j.Evidence = append(j.Evidence, o.placed(x)...)
	if p.ID() == SurvivesReplacementID && j.Verdict == finding.Held {
		o.frozen(j, i)
	}
}

// undrained is the first fate that is held because drains never get done: once one is forced, the
// pods that held it up go; nil where there is none.
func undrained(fates []forecast.Judged) *forecast.Judged {
	k := slices.IndexFunc(fates, func(f forecast.Judged) bool {
		return f.Bound != nil && f.Bound.Least-f.Bound.Undrained < f.Workload.Floor && f.Bound.Undrained > 0
	})
	if k < 0 {
		return nil
	}
	return &fates[k]
}

// assumed reports whether what a run shows rests on what nobody saw: nodes that
// were made up, ages that are taken as equal, or a platform that nothing tells.
func (o *outcomes) assumed(p *check.Pass, x *forecast.Judged, i int) bool {
	return x.MadeUp() > 0 || o.places.Workloads[i].Basis == locate.Assumed || p.ID() == ExpiryCohortID && len(x.Dues()) == 0
}

// causes are the findings that explain why a workload falls, the nearest first:
// those on itself, on budgets over it, and on the pools that it may run on.
func (o *outcomes) causes(p *check.Pass, i int) []check.Cause {
	w := &o.estate.Workloads[i]
	var all []check.Cause
	if names, _ := claimsOf(p).onDisks(w); len(names) > 0 {
		all = append(all, check.Cause{Obligation: DataOutlastsNode.ID, Subject: subject(w.Ref)})
	}
	if graceVoidsBudget(p, i) {
		all = append(all, check.Cause{Obligation: GraceWithinDeadline.ID, Subject: subject(w.Ref)})
	}
	for _, id := range []string{PDBNeverAllows.ID, PDBOverlap.ID, SingleReplica.ID, PDBMissing.ID, DrainDodger.ID} {
		says := id == SingleReplica.ID && p.ID() == SurvivesReplacementID // that its only pod goes
		all = append(all, check.Cause{Obligation: id, Subject: subject(w.Ref), Says: says})
	}
	budgets := o.coverage.covered[i]
	overlaps := len(o.coverage.together(i)) > 0
	if overlaps { // that is named already, and comes before what is wrong with the budgets
		budgets = budgets[:min(len(budgets), mostOverlapped)]
	}
	for _, b := range budgets {
		all = append(all, check.Cause{Obligation: PDBShared.ID, Subject: subject(o.estate.Budgets[b].Ref())})
		if overlaps {
			continue
		}
		for _, r := range o.coverage.overlapped(b) { // what cannot be evicted there uses up the budget
			all = append(all, check.Cause{Obligation: PDBOverlap.ID, Subject: subject(o.estate.Workloads[r].Ref)})
		}
	}
	under := consequence{offering: o.places.Workloads[i].Offering}
	for _, pool := range under.hosts(o.estate, &o.places, w) {
		for _, id := range []string{BudgetClosed.ID, BudgetGap.ID} {
			all = append(all, check.Cause{Obligation: id, Subject: subject(poolRef(pool))})
		}
	}
	return all
}

// mostTraces is how many findings tell step by step what led to them. Whoever
// has more has a pattern to mend, and reads the first of them.
const mostTraces = 100

// refuted: a run comes below the floor, and here it is.
func (o *outcomes) refuted(j *check.Judgement, fates []forecast.Judged) {
	x := &fates[0]
	w := &x.Workload
	j.Verdict = finding.Broken
	pods := fmt.Sprintf("leaves %d of %d pods ready, %s", x.Played.Worst.MinReady, w.Replicas, x.When())
	switch {
	case w.Replicas == 1 && j.Assumed:
		pods = "may take down its only pod"
	case w.Replicas == 1:
		pods = "takes down its only pod, " + x.When()
	case j.Assumed:
		pods = fmt.Sprintf("may leave %d of %d pods ready", x.Played.Worst.MinReady, w.Replicas)
	}
	j.Message = fmt.Sprintf("%s %s; the service needs at least %d", x.Title(), pods, w.Floor)
	j.Consequence = fmt.Sprintf("Down for up to %s, in %s. %s", words.Duration(x.Played.Longest), often(x.Played), x.About)
	shown := fmt.Sprintf("shown by: %s, seed %d: %d of %d ready %s",
		x.Name, x.Played.Seed, x.Played.Worst.MinReady, w.Replicas, x.When())
	j.Evidence = append(j.Evidence, finding.Evidence{Text: shown})
	if o.traced < mostTraces {
		o.traced++
		j.Evidence = append(j.Evidence, trace(x.Steps())...)
	} else {
		rest := fmt.Sprintf("only the first %d findings show their trace; onus simulate shows every one", mostTraces)
		j.Evidence = append(j.Evidence, finding.Evidence{Text: rest})
	}
	var others []string
	for k := range fates[1:] {
		if o := &fates[k+1]; o.Verdict() == finding.Broken {
			others = append(others, fmt.Sprintf("%s (%d of %d)", strings.Join(o.Titles(), ", "), o.Played.Worst.MinReady, w.Replicas))
		}
	}
	others = append(slices.Clone(x.Same), others...)
	if len(others) > 0 {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "also under " + words.And(others)})
	}
}

// often says in how many runs.
func often(p *forecast.Played) string {
	if p.Runs == 1 {
		return "1 of 1 runs"
	}
	if p.Below == p.Runs {
		return fmt.Sprintf("%d of %d runs", p.Runs, p.Runs)
	}
	return fmt.Sprintf("%d of %d runs", p.Below, p.Runs)
}

// mostLinks is how many lines of a chain a finding has.
const mostLinks = 9

// trace tells how the workload came to its worst moment, in lines: of many steps the
// first and the last.
func trace(steps []forecast.Step) []finding.Evidence {
	var lines []finding.Evidence
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
		return []finding.Evidence{{Text: x.Title() + " has no bound: " + x.NotBounded}}
	}
	text := fmt.Sprintf("%s, in every order of events: at least %d of %d ready", x.Title(), x.Bound.Least, x.Bound.Of)
	if because := x.Bound.Because; len(because) > 0 {
		text += ", because " + strings.Join(because[:min(len(because), mostReasons)], "; ")
	}
	return []finding.Evidence{{Text: text}}
}

// due says when the nodes under the workload match their age.
func due(x *forecast.Judged) []finding.Evidence {
	dues := x.Dues()
	switch {
	case len(dues) == 0:
		return []finding.Evidence{{Text: "the ages of its nodes are unknown: assumed that they expire together"}}
	case len(dues) == 1:
		return []finding.Evidence{{Text: fmt.Sprintf("its only node that expires: %s, at %s", dues[0].Node, instant(dues[0].At))}}
	}
	names := make([]string, len(dues))
	for i := range dues {
		names[i] = dues[i].Node
	}
	first, last := dues[0].At, dues[len(dues)-1].At
	if last.Sub(first) < time.Second {
		return []finding.Evidence{{Text: fmt.Sprintf("its %d nodes expire together, at %s: %s", len(dues), instant(first), words.Few(names))}}
	}
	return []finding.Evidence{{Text: fmt.Sprintf("its %d nodes expire within %s of each other, from %s to %s: %s",
		len(dues), words.Duration(last.Sub(first)), instant(first), instant(last), words.Few(names))}}
}

func instant(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }

// placed says where nobody saw the pods run.
func (o *outcomes) placed(x *forecast.Judged) []finding.Evidence {
	made := x.MadeUp()
	if made == 0 {
		return nil
	}
	text := fmt.Sprintf("no nodes in the input: assumed %s (use a snapshot for the real ones)", words.Count(made, "node"))
	if s := o.outlook.Stage; s.Undated && s.Scheduled() {
		text += "; the simulation begins on a Monday at 00:00 UTC"
	}
	return []finding.Evidence{{Text: text}}
}

// guarding is what is wrong with the budgets over a workload, as far as no other
// obligation is about it: one of its own that lets all pods go at once, and one
// that is used up at this moment.
func (o *outcomes) guarding(i int) []finding.Evidence {
	var all []finding.Evidence
	if b, ok := o.arithmetic.void(i); ok {
		budget := &o.estate.Budgets[b]
		said := fmt.Sprintf("PDB %s allows all %d pods to be evicted at once, so it protects nothing",
			budget.Name, o.estate.Workloads[i].AtLeast())
		all = append(all, finding.Evidence{Text: said, Position: budget.Spec})
	}
	if b, ok := o.strictness.usedUp(i); ok {
		budget := &o.estate.Budgets[b]
		s := budget.Status
		said := fmt.Sprintf("the cluster allows no eviction under PDB %s now: %d of %s are healthy, and %d must stay healthy",
			budget.Name, s.Healthy, words.Count(s.Expected, "pod"), s.Desired)
		all = append(all, finding.Evidence{Text: said, Position: budget.Position})
	}
	return all
}

// frozen: the workload stays up because its nodes cannot go at this moment.
func (o *outcomes) frozen(j *check.Judgement, i int) {
	b, ok := o.strictness.usedUp(i)
	if !ok {
		return
	}
	budget := &o.estate.Budgets[b]
	j.Verdict, j.Position = finding.Unknown, budget.Position
	j.Message = fmt.Sprintf("stays up, and blocks its nodes: %d of %s under PDB %s are healthy, so the cluster allows no eviction now. "+
		"What happens once they are healthy is not known",
		budget.Status.Healthy, words.Count(budget.Status.Expected, "pod"), budget.Name)
	j.Fix = o.fixes.usedUp(b)
}
