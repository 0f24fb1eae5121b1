package audit

import (
	"fmt"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate"
)

// workload looks at the obligations on one workload.
func (a *auditor) workload(i int) {
	w := &a.estate.Workloads[i]
	if !w.Evictable || w.Transient || w.AtLeast() == 0 {
		return // no drain evicts its pods, or there are none for long
	}
	budgets := a.covered[i]
	if len(budgets) > 0 {
		together := a.together(i)
		a.overlap(i, budgets, together)
		a.neverAllows(i, budgets, len(together) > 0)
	}
	if !a.serves(i) {
		return
	}
	a.missing(i, budgets)
	a.allowsAll(i, budgets)
	a.singleReplica(i)
	a.drainDodger(i)
}

// serves reports whether a workload is meant to be there all the time: it
// runs under a controller that keeps its pods, or a Service routes to it.
func (a *auditor) serves(i int) bool {
	w := &a.estate.Workloads[i]
	return w.Lasting && (!w.Bare || len(a.served[i]) > 0)
}

// routed is the evidence that something depends on a workload.
func (a *auditor) routed(i int) (Evidence, bool) {
	w := &a.estate.Workloads[i]
	if len(a.served[i]) > 0 {
		s := &a.estate.Services[a.served[i][0]]
		return Evidence{Text: "Service " + s.Name + " routes to it", Position: s.Position}, true
	}
	switch {
	case w.ServiceName != "":
		return Evidence{Text: "it names the Service " + w.ServiceName + " as its own", Position: w.Position}, true
	case w.Template.Ports:
		return Evidence{Text: "its containers declare ports", Position: w.Position}, true
	case w.Template.Readiness:
		return Evidence{Text: "its containers have readiness probes", Position: w.Position}, true
	}
	return Evidence{Text: "no Service that was read routes to it; it may work a queue or watch something", Position: w.Position}, false
}

// size says how many pods a workload has at the least, and what decides that.
func size(w *estate.Workload) Evidence {
	switch {
	case w.Scaler != nil:
		words := fmt.Sprintf("%s %s keeps it between %d and %d replicas", w.Scaler.Kind, w.Scaler.Name, w.Scaler.Min, w.Scaler.Max)
		if w.Scaler.ToZero {
			words = fmt.Sprintf("%s %s keeps it at 0, or between %d and %d replicas", w.Scaler.Kind, w.Scaler.Name, w.Scaler.Min, w.Scaler.Max)
		}
		return Evidence{Text: words, Position: w.Scaler.Position}
	case w.Kind == "DaemonSet":
		return Evidence{Text: "one pod on every node it fits", Position: w.Position}
	case w.Bare:
		return Evidence{Text: "a pod without a controller", Position: w.Position}
	case guessed(w):
		return Evidence{Text: fmt.Sprintf("%s of it were read, and not the %s itself", count(len(w.Pods), "pod"), w.Kind), Position: w.Position}
	case w.Kind == "Job":
		return Evidence{Text: fmt.Sprintf("runs %d at a time", w.Replicas), Position: w.Position}
	case !w.Own && w.Scaled:
		return Evidence{Text: "replicas is not set, which means 1, and no autoscaler was read", Position: w.Position}
	}
	return Evidence{Text: fmt.Sprintf("replicas: %d", w.Replicas), Position: w.Position}
}

// guessed reports whether a workload's size is known from its pods alone.
func guessed(w *estate.Workload) bool { return w.Inferred && w.UID == "" }

func (a *auditor) missing(i int, budgets []int) {
	w := &a.estate.Workloads[i]
	n := w.AtLeast()
	if n < 2 || w.Bare {
		return // a budget could only forbid or do nothing
	}
	bare := a.matcher.uncovered(w, budgets)
	if len(budgets) > 0 && bare < 2 {
		j := judgement{verdict: Held, message: "a budget covers its pods", position: w.Position}
		if bare > 0 {
			j.message = fmt.Sprintf("budgets cover %d of its %d pods", n-bare, n)
		}
		for _, b := range budgets[:min(len(budgets), 4)] {
			budget := &a.estate.Budgets[b]
			j.evidence = append(j.evidence, Evidence{Text: "PodDisruptionBudget " + budget.Name, Position: budget.Position})
		}
		a.find("pdb-missing", w.Ref, a.places.Workloads[i], a.sure(j, i, budgets))
		return
	}
	if len(budgets) > 0 {
		a.find("pdb-missing", w.Ref, a.places.Workloads[i], judgement{
			verdict: Broken, message: fmt.Sprintf("no PodDisruptionBudget covers %d of its %d pods", bare, n),
			consequence: a.consequence(i).unprotected(bare), position: w.Position, evidence: []Evidence{size(w)},
			fix: &Fix{Summary: "select all its pods with one budget"},
		})
		return
	}
	j := judgement{
		verdict: Broken, message: fmt.Sprintf("no PodDisruptionBudget covers its %d pods", n),
		consequence: a.consequence(i).unprotected(n), position: w.Position, evidence: []Evidence{size(w)},
	}
	routed, ok := a.routed(i)
	j.evidence = append(j.evidence, routed)
	if !ok {
		j.severity = "medium"
	}
	if len(a.estate.Budgets) == 0 {
		j.evidence = append(j.evidence, Evidence{Text: "no PodDisruptionBudget was read at all; if the dump did not ask for them, add pdb to it"})
	}
	j.fix = a.fixMissing(i)
	a.find("pdb-missing", w.Ref, a.places.Workloads[i], j)
}

// sure turns what looks held into unknown where an object it rests on stands
// twice and says different things.
func (a *auditor) sure(j judgement, i int, budgets []int) judgement {
	if j.verdict != Held {
		return j
	}
	doubt := func(what string, at estate.Position, twice *estate.Position) {
		if twice != nil && j.verdict == Held {
			j.verdict = Unknown
			j.message += fmt.Sprintf("; but %s stands in two places that differ, and only one can be applied", what)
			j.evidence = append(j.evidence, Evidence{Text: what + ", which was looked at", Position: at}, Evidence{Text: what + ", which was not", Position: *twice})
		}
	}
	w := &a.estate.Workloads[i]
	doubt(w.Kind+" "+w.Name, w.Position, w.Twice)
	if w.Scaler != nil {
		doubt(w.Scaler.Kind+" "+w.Scaler.Name, w.Scaler.Position, w.Scaler.Twice)
	}
	for _, b := range budgets {
		budget := &a.estate.Budgets[b]
		doubt("PodDisruptionBudget "+budget.Name, budget.Position, budget.Twice)
	}
	return j
}

// allowsAll looks for a budget of a workload's own that lets every pod of it
// go at once. A budget over several workloads is for pdb-shared.
func (a *auditor) allowsAll(i int, budgets []int) {
	w := &a.estate.Workloads[i]
	n := w.AtLeast()
	own := slices.DeleteFunc(slices.Clone(budgets), func(b int) bool { return !a.owns(i, b) })
	if len(own) == 0 || n < 2 {
		return
	}
	void := max(0, slices.IndexFunc(own, func(b int) bool { return a.counts[b].Allowed >= n }))
	b, count := &a.estate.Budgets[own[void]], a.counts[own[void]]
	j := judgement{verdict: Held, message: fmt.Sprintf("budget %s keeps %d of %s", b.Name, max(0, n-count.Allowed), countPods(n)), position: b.Spec, evidence: a.counting(own[void])}
	switch {
	case count.Allowed < n:
	case w.IdlesAt0():
		j.message = "scales to zero, so its owner accepts that no pod is ready"
	default:
		j.verdict = Broken
		j.message = fmt.Sprintf("budget %s lets all %d pods go at once, and so protects nothing", b.Name, n)
		j.consequence = a.consequence(i).unprotected(n)
		j.fix = &Fix{Summary: "let one pod go at a time", Changes: []Change{oneOf(b).change(Replace, b.Namespace, at(b.Position))}}
	}
	a.find("pdb-allows-all", w.Ref, a.places.Workloads[i], a.sure(j, i, budgets))
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

func (a *auditor) singleReplica(i int) {
	w := &a.estate.Workloads[i]
	n := w.AtLeast()
	j := judgement{verdict: Held, position: w.Position, evidence: []Evidence{size(w)}}
	switch {
	case w.IdlesAt0():
		j.message = "scales to zero, so its owner accepts that no pod is ready"
	case n >= 2:
		j.message = fmt.Sprintf("runs with %d pods at the least", n)
	case guessed(w):
		j.verdict = Unknown
		j.message = fmt.Sprintf("one pod of it was read; how many it should have was not: read %ss as well", w.Kind)
	default:
		j.verdict = Broken
		j.message = "stands on a single pod"
		if w.Scaler != nil {
			j.message = fmt.Sprintf("stands on a single pod when %s %s is at its minimum", w.Scaler.Kind, w.Scaler.Name)
			j.position = w.Scaler.Position
		}
		j.consequence = a.consequence(i).alone()
		routed, ok := a.routed(i)
		j.evidence = append(j.evidence, routed)
		if !ok {
			j.severity = "low"
			j.consequence = strings.Replace(j.consequence, "is an outage,", "stops it,", 1)
		}
		j.fix = a.fixSingle(i)
	}
	a.find("single-replica", w.Ref, a.places.Workloads[i], a.sure(j, i, nil))
}

// overlap looks for pods under more than one budget. Several budgets over
// different pods of one workload are fine, as operators of databases set them.
func (a *auditor) overlap(i int, budgets, together []int) {
	w := &a.estate.Workloads[i]
	j := judgement{verdict: Held, message: "no pod of it is under two budgets", position: w.Position}
	list := budgets
	if len(together) > 0 {
		list = together
		names := make([]string, 0, 4)
		for _, b := range together[:min(len(together), 4)] {
			names = append(names, a.estate.Budgets[b].Name)
		}
		if more := len(together) - len(names); more > 0 {
			names = append(names, fmt.Sprintf("%d more", more))
		}
		j.verdict = Broken
		j.message = fmt.Sprintf("%d budgets (%s) cover its pods, and the eviction API answers 500 where there is more than one", len(together), strings.Join(names, ", "))
		j.consequence = a.consequence(i).blocked()
		keep := a.keeper(together)
		for _, b := range together {
			if b != keep {
				j.position = a.estate.Budgets[b].Position
				break
			}
		}
		j.fix = a.fixOverlap(together, keep)
	}
	for _, b := range list[:min(len(list), 4)] {
		budget := &a.estate.Budgets[b]
		j.evidence = append(j.evidence, Evidence{Text: fmt.Sprintf("PodDisruptionBudget %s selects %s", budget.Name, selected(budget)), Position: budget.Position})
	}
	if !w.Lasting {
		j.severity = "low"
	}
	a.find("pdb-overlap", w.Ref, a.places.Workloads[i], a.sure(j, i, budgets))
}

// selected says what a budget's selector is, for people.
func selected(b *estate.Budget) string {
	if _, selectable := b.Selector.Requirements(); !selectable {
		return "no pod (in policy/v1beta1 an empty selector means none)"
	}
	if s := b.Selector.String(); s != "" {
		return s
	}
	return "every pod of the namespace"
}

// neverAllows looks at the arithmetic of each budget over a workload. Where
// there are several, any one that never allows is enough.
func (a *auditor) neverAllows(i int, budgets []int, overlapping bool) {
	w := &a.estate.Workloads[i]
	worst := budgets[0]
	for _, b := range budgets {
		if rank(a.strict(b).verdict) < rank(a.strict(worst).verdict) {
			worst = b
		}
	}
	j := *a.strict(worst)
	if j.verdict == Held && overlapping {
		return // each allows, but together they never do: that is for pdb-overlap
	}
	if !w.Lasting {
		if slices.ContainsFunc(a.covers[worst], func(r reach) bool { return a.estate.Workloads[r.workload].Lasting }) {
			return // said of the workload that lasts
		}
		j.severity = "low"
	}
	if j.verdict == Broken {
		j.consequence = a.consequence(i).blocked()
	}
	a.find("pdb-never-allows", w.Ref, a.places.Workloads[i], a.sure(j, i, budgets))
	if j.verdict == Held && w.Lasting {
		a.blockedNow(i, worst)
	}
}

// rank orders verdicts, the worst first.
func rank(v Verdict) int { return slices.Index([]Verdict{Broken, Unknown, Held}, v) }

// strict judges whether a budget ever allows an eviction, at the floors of
// everything under it. It is the same for each workload under the budget.
func (a *auditor) strict(budget int) *judgement {
	if a.strictness[budget] != nil {
		return a.strictness[budget]
	}
	b, count := &a.estate.Budgets[budget], a.counts[budget]
	j := &judgement{verdict: Held, position: b.Spec, evidence: a.counting(budget)}
	a.strictness[budget] = j
	switch why, uncertain := a.uncertain(budget); {
	case b.Status != nil && b.Status.SyncFailed != "":
		j.verdict = Broken
		j.message = fmt.Sprintf("the disruption controller cannot count budget %s, so it never allows an eviction: %s", b.Name, b.Status.SyncFailed)
	case b.Status != nil && b.Status.Allowed > 0 && (count.Reason == disruption.NoScale || count.Reason == disruption.Unmanaged):
		// Pods that what was read would have may be gone: the cluster knows.
		j.message = fmt.Sprintf("the cluster lets %s under budget %s go", countPods(b.Status.Allowed), b.Name)
	case uncertain:
		j.verdict = Unknown
		j.message = fmt.Sprintf("budget %s %s", b.Name, why)
	case count.Reason == disruption.Allows:
		j.message = fmt.Sprintf("budget %s allows %d of %s to go at a time", b.Name, count.Allowed, countPods(count.Healthy))
	default:
		j.verdict = Broken
		why, what := tooStrict(b, count)
		j.message = why + ", so " + what + " " + a.until(budget)
	}
	if j.verdict == Broken {
		j.fix = a.fixNeverAllows(budget)
	}
	return j
}

// until says when a strict budget is so: always, or while autoscalers are at
// their minimum.
func (a *auditor) until(budget int) string {
	if a.counts[budget].Reason == disruption.TooStrict && a.count(&a.estate.Budgets[budget], a.covers[budget], (*estate.Workload).AtMost).Allowed > 0 {
		for _, r := range a.covers[budget] {
			if s := a.estate.Workloads[r.workload].Scaler; s != nil {
				return fmt.Sprintf("allows no eviction while %s %s is at its minimum", s.Kind, s.Name)
			}
		}
	}
	return "never allows an eviction"
}

// uncertain reports whether a budget's arithmetic rests on a size that is
// known from pods alone, and what would settle it. The cluster's own count does.
func (a *auditor) uncertain(budget int) (string, bool) {
	b := &a.estate.Budgets[budget]
	if b.Status != nil && b.Status.Allowed > 0 {
		return "", false
	}
	for _, r := range a.covers[budget] {
		w := &a.estate.Workloads[r.workload]
		if !guessed(w) || !w.Lasting || w.Kind == estate.Static {
			continue
		}
		if foreign(w) {
			return fmt.Sprintf("is over pods that an operator runs for %s %s; whether it lets them go when their node drains is the operator's to know", w.Kind, w.Name), true
		}
		return fmt.Sprintf("counts through the scale of %s %s, which was not read; read it as well", w.Kind, w.Name), true
	}
	return "", false
}

// foreign reports whether a workload is of a kind that is known from its pods
// alone: a custom resource of some operator.
func foreign(w *estate.Workload) bool {
	switch w.Kind {
	case "Deployment", "StatefulSet", "ReplicaSet", "DaemonSet", "ReplicationController", "Job", "CronJob", "Pod", "Rollout", "DeploymentConfig":
		return false
	}
	return w.Inferred
}

// blockedNow looks at what the cluster counts at this moment, where it says.
func (a *auditor) blockedNow(i, budget int) {
	b := &a.estate.Budgets[budget]
	s := b.Status
	if s == nil || s.Expected == 0 {
		return
	}
	w := &a.estate.Workloads[i]
	j := judgement{verdict: Held, message: fmt.Sprintf("the cluster lets %s under budget %s go now", countPods(s.Allowed), b.Name), position: b.Position, evidence: a.counting(budget)}
	switch {
	case s.Allowed > 0:
	case s.Healthy >= s.Expected:
		j.verdict = Unknown
		j.message = fmt.Sprintf("the cluster allows no eviction under budget %s now although all of %s are healthy: its count may be behind, or evictions are under way; look again", b.Name, countPods(s.Expected))
	default:
		j.verdict = Broken
		j.message = fmt.Sprintf("only %d of %s under budget %s are healthy, so the cluster allows no eviction now", s.Healthy, countPods(s.Expected), b.Name)
		j.consequence = a.consequence(i).blockedWhileUnhealthy()
		j.fix = &Fix{Summary: "get its pods healthy"}
		if b.Unhealthy != "AlwaysAllow" {
			fixed := rewritten(b)
			fixed.Spec.Unhealthy = "AlwaysAllow"
			j.fix = &Fix{Summary: "let pods be evicted that are not ready anyway, so that they do not freeze drains; and get them healthy", Changes: []Change{fixed.change(Replace, b.Namespace, at(b.Position))}}
		}
	}
	a.find("pdb-blocked-now", w.Ref, a.places.Workloads[i], j)
}

// tooStrict says why a budget allows nothing, and how to speak of it after that.
func tooStrict(b *estate.Budget, c disruption.Arithmetic) (why, what string) {
	if c.Reason == disruption.TooStrict && c.Healthy >= c.Expected && b.MinAvailable != nil && b.MinAvailable.Type == intstr.String && b.MinAvailable.StrVal != "100%" {
		return fmt.Sprintf("minAvailable %s of %s is rounded up to %d", b.MinAvailable.String(), countPods(c.Expected), c.Desired), "budget " + b.Name
	}
	return strictness(b, c), "it"
}

func strictness(b *estate.Budget, c disruption.Arithmetic) string {
	switch c.Reason {
	case disruption.NoScale:
		return fmt.Sprintf("budget %s counts through the scale of controllers, and one under it has none", b.Name)
	case disruption.Unmanaged:
		return fmt.Sprintf("budget %s counts through the scale of a controller, and its pods have no controller", b.Name)
	case disruption.Empty:
		return fmt.Sprintf("budget %s sets neither minAvailable nor maxUnavailable; the disruption controller then expects no pods", b.Name)
	}
	switch {
	case c.Healthy < c.Expected:
		return fmt.Sprintf("budget %s covers %d of the %s that it counts and wants %d of them to stay", b.Name, c.Healthy, countPods(c.Expected), c.Desired)
	case b.MaxUnavailable != nil:
		return fmt.Sprintf("budget %s has maxUnavailable %s", b.Name, b.MaxUnavailable.String())
	case b.MinAvailable.Type == intstr.String:
		return fmt.Sprintf("budget %s wants all of %s available", b.Name, countPods(c.Expected))
	}
	return fmt.Sprintf("budget %s wants %d of %s available", b.Name, c.Desired, countPods(c.Healthy))
}

// counting is the evidence behind a budget's arithmetic.
func (a *auditor) counting(budget int) []Evidence {
	b, c := &a.estate.Budgets[budget], a.counts[budget]
	var evidence []Evidence
	number := ""
	switch {
	case b.MaxUnavailable != nil:
		number = "maxUnavailable " + b.MaxUnavailable.String()
	case b.MinAvailable != nil:
		number = "minAvailable " + b.MinAvailable.String()
	}
	switch c.Reason {
	case disruption.Empty:
		evidence = append(evidence, Evidence{Text: "neither minAvailable nor maxUnavailable is set", Position: b.Spec})
	case disruption.NoScale, disruption.Unmanaged:
		evidence = append(evidence, Evidence{Text: number + ": cannot be counted", Position: b.Spec})
	default:
		evidence = append(evidence, Evidence{Text: fmt.Sprintf("%s: %d expected, %d must stay, %d may go", number, c.Expected, c.Desired, c.Allowed), Position: b.Spec})
	}
	for k, r := range a.covers[budget] {
		if k == 4 {
			evidence = append(evidence, Evidence{Text: fmt.Sprintf("and %d workloads more under the budget", len(a.covers[budget])-k)})
			break
		}
		w := &a.estate.Workloads[r.workload]
		s := size(w)
		s.Text = w.Kind + " " + w.Name + ": " + s.Text
		if w.Kind == estate.Static {
			s.Text = "a static pod on node " + w.Name
		}
		if r.down > 0 {
			s.Text += fmt.Sprintf("; %s of it have finished and still count", countPods(r.down))
		}
		evidence = append(evidence, s)
	}
	if s := b.Status; s != nil {
		evidence = append(evidence, Evidence{Text: fmt.Sprintf("the cluster counts %d expected, %d healthy, %d must stay, %d may go now", s.Expected, s.Healthy, s.Desired, s.Allowed), Position: b.Position})
	}
	return evidence
}

// drainDodger looks for pods that tolerate what a drain taints their node with.
func (a *auditor) drainDodger(i int) {
	w := &a.estate.Workloads[i]
	j := judgement{verdict: Held, message: "does not tolerate the taint of nodes that are about to go", position: w.Position}
	for _, t := range w.Template.Tolerations {
		pod := disruption.DrainPod{Tolerations: []disruption.Toleration{{Key: t.Key, Operator: t.Operator, Value: t.Value, Effect: t.Effect}}}
		if !pod.Dodges() {
			continue
		}
		j.verdict = Broken
		j.message = "tolerates the taint of nodes that are about to go, so drains do not evict its pods"
		j.consequence = a.consequence(i).gone()
		j.evidence = []Evidence{{Text: "a toleration of " + t.Key, Position: w.Position}}
		j.fix = &Fix{Summary: "leave that toleration out"}
		if t.Key == "" {
			j.evidence = []Evidence{{Text: "a toleration without a key, which tolerates every taint", Position: w.Position}}
			j.fix = &Fix{Summary: "name the taints it has to tolerate by key, in place of the toleration without one"}
		}
		break
	}
	a.find("drain-dodger", w.Ref, a.places.Workloads[i], a.sure(j, i, nil))
}

func countPods(n int) string { return count(n, "pod") }

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
