package audit

import (
	"fmt"
	"strings"

	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate"
)

// workload looks at the obligations on one workload.
func (a *auditor) workload(i int) {
	w := &a.estate.Workloads[i]
	if !w.Evictable || podsAtFloor(w) == 0 {
		return // no drain evicts its pods, or there are none
	}
	budgets := a.covered[i]
	if len(budgets) > 0 {
		a.overlap(i, budgets)
		a.neverAllows(i, budgets)
	}
	if !a.serves(i) {
		return
	}
	a.missing(i, budgets)
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
		return Evidence{Text: fmt.Sprintf("%s %s keeps it between %d and %d replicas", w.Scaler.Kind, w.Scaler.Name, w.Scaler.Min, w.Scaler.Max), Position: w.Scaler.Position}
	case w.Bare:
		return Evidence{Text: "a pod without a controller", Position: w.Position}
	case w.Inferred && w.UID == "":
		return Evidence{Text: fmt.Sprintf("%s of it were read, and not the %s itself", count(len(w.Pods), "pod"), w.Kind), Position: w.Position}
	case !w.Own && w.Scaled:
		return Evidence{Text: "replicas is not set, which means 1, and no autoscaler was read", Position: w.Position}
	}
	return Evidence{Text: fmt.Sprintf("replicas: %d", w.Replicas), Position: w.Position}
}

// guessed reports whether a workload's size is known from its pods alone.
func guessed(w *estate.Workload) bool { return w.Inferred && w.UID == "" }

func (a *auditor) missing(i int, budgets []int) {
	w := &a.estate.Workloads[i]
	n := podsAtFloor(w)
	if n < 2 || w.Bare {
		return // a budget could only forbid or do nothing
	}
	if len(budgets) > 0 {
		b := &a.estate.Budgets[budgets[0]]
		a.find("pdb-missing", w.Ref, a.places.Workloads[i], judgement{
			verdict: Held, message: "budget " + b.Name + " covers its pods",
			evidence: []Evidence{{Text: "PodDisruptionBudget " + b.Name, Position: b.Position}}, position: w.Position,
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

func (a *auditor) singleReplica(i int) {
	w := &a.estate.Workloads[i]
	n := podsAtFloor(w)
	j := judgement{verdict: Held, position: w.Position, evidence: []Evidence{size(w)}}
	switch {
	case w.Scaler != nil && w.Scaler.Min == 0:
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
	a.find("single-replica", w.Ref, a.places.Workloads[i], j)
}

func (a *auditor) overlap(i int, budgets []int) {
	w := &a.estate.Workloads[i]
	j := judgement{verdict: Held, message: "one budget covers its pods", position: w.Position}
	for _, b := range budgets {
		budget := &a.estate.Budgets[b]
		j.evidence = append(j.evidence, Evidence{Text: fmt.Sprintf("PodDisruptionBudget %s selects %s", budget.Name, selected(budget)), Position: budget.Position})
	}
	if len(budgets) > 1 {
		names := make([]string, len(budgets))
		for k, b := range budgets {
			names[k] = a.estate.Budgets[b].Name
		}
		j.verdict = Broken
		j.message = fmt.Sprintf("%d budgets (%s) cover its pods, and the eviction API answers 500 where there is more than one", len(budgets), strings.Join(names, ", "))
		j.consequence = a.consequence(i).blocked()
		keep := a.keeper(budgets)
		for _, b := range budgets {
			if b != keep {
				j.position = a.estate.Budgets[b].Position
				break
			}
		}
		j.fix = a.fixOverlap(i, budgets, keep)
	}
	a.find("pdb-overlap", w.Ref, a.places.Workloads[i], j)
}

// selected says what a budget's selector is, for people.
func selected(b *estate.Budget) string {
	if s := b.Selector.String(); s != "" {
		return s
	}
	return "every pod of the namespace"
}

// neverAllows looks at the arithmetic of each budget over a workload. Where
// there are several, any one that never allows is enough.
func (a *auditor) neverAllows(i int, budgets []int) {
	w := &a.estate.Workloads[i]
	worst := budgets[0]
	for _, b := range budgets {
		if a.counts[b].Allowed == 0 && a.counts[worst].Allowed > 0 {
			worst = b
		}
	}
	b, count := &a.estate.Budgets[worst], a.counts[worst]
	j := judgement{verdict: Held, position: b.Spec, evidence: a.counting(worst)}
	switch {
	case b.Status != nil && b.Status.SyncFailed != "":
		j.verdict = Broken
		j.message = fmt.Sprintf("the disruption controller cannot count budget %s, so it never allows an eviction: %s", b.Name, b.Status.SyncFailed)
	case a.uncertain(worst):
		j.verdict = Unknown
		j.message = fmt.Sprintf("budget %s counts through the scale of controllers that were not read; read them as well", b.Name)
	case count.Reason == disruption.Allows:
		j.message = fmt.Sprintf("budget %s allows %d of %s to go at a time", b.Name, count.Allowed, countPods(count.Healthy))
	default:
		j.verdict = Broken
		j.message = strict(b, count)
	}
	if j.verdict == Broken {
		j.consequence = a.consequence(i).blocked()
		j.fix = a.fixNeverAllows(worst)
	}
	a.find("pdb-never-allows", w.Ref, a.places.Workloads[i], j)
}

// uncertain reports whether a budget's arithmetic rests on a size that is
// known from pods alone. The cluster's own count settles it.
func (a *auditor) uncertain(budget int) bool {
	b := &a.estate.Budgets[budget]
	if b.Status != nil && b.Status.Allowed > 0 {
		return false
	}
	for _, r := range a.covers[budget] {
		if guessed(&a.estate.Workloads[r.workload]) {
			return true
		}
	}
	return false
}

// strict says in one sentence why a budget never allows an eviction.
func strict(b *estate.Budget, c disruption.Arithmetic) string {
	switch c.Reason {
	case disruption.NoScale:
		return fmt.Sprintf("budget %s counts through a scale, and a controller under it has none, so it never allows an eviction", b.Name)
	case disruption.Unmanaged:
		return fmt.Sprintf("budget %s counts through the scale of a controller, and its pods have no controller, so it never allows an eviction", b.Name)
	case disruption.Empty:
		return fmt.Sprintf("budget %s sets neither minAvailable nor maxUnavailable; the disruption controller then expects no pods and never allows an eviction", b.Name)
	}
	switch {
	case b.MaxUnavailable != nil:
		return fmt.Sprintf("budget %s has maxUnavailable %s, so it never allows an eviction", b.Name, b.MaxUnavailable.String())
	case b.MinAvailable.Type == intstr.String:
		return fmt.Sprintf("minAvailable %s of %s is rounded up to %d, so budget %s never allows an eviction", b.MinAvailable.String(), countPods(c.Expected), c.Desired, b.Name)
	}
	return fmt.Sprintf("budget %s wants %d of %s available, so it never allows an eviction", b.Name, c.Desired, countPods(c.Healthy))
}

// counting is the evidence behind a budget's arithmetic.
func (a *auditor) counting(budget int) []Evidence {
	b, c := &a.estate.Budgets[budget], a.counts[budget]
	var evidence []Evidence
	switch {
	case b.MaxUnavailable != nil:
		evidence = append(evidence, Evidence{Text: fmt.Sprintf("maxUnavailable %s: %d expected, %d must stay, %d may go", b.MaxUnavailable.String(), c.Expected, c.Desired, c.Allowed), Position: b.Spec})
	case b.MinAvailable != nil:
		evidence = append(evidence, Evidence{Text: fmt.Sprintf("minAvailable %s: %d expected, %d must stay, %d may go", b.MinAvailable.String(), c.Expected, c.Desired, c.Allowed), Position: b.Spec})
	default:
		evidence = append(evidence, Evidence{Text: "neither minAvailable nor maxUnavailable is set", Position: b.Spec})
	}
	for k, r := range a.covers[budget] {
		if k == 4 {
			evidence = append(evidence, Evidence{Text: fmt.Sprintf("and %d workloads more under the budget", len(a.covers[budget])-k)})
			break
		}
		w := &a.estate.Workloads[r.workload]
		s := size(w)
		if w.Scaler != nil && w.Scaler.Min == 0 {
			s.Text += "; counted with 1, since at 0 there is nothing to evict"
		}
		s.Text = w.Kind + " " + w.Name + ": " + s.Text
		evidence = append(evidence, s)
	}
	if s := b.Status; s != nil {
		evidence = append(evidence, Evidence{Text: fmt.Sprintf("the cluster counts %d expected, %d healthy, %d must stay, %d may go now", s.Expected, s.Healthy, s.Desired, s.Allowed), Position: b.Position})
	}
	return evidence
}

// drainDodger looks for pods that tolerate whatever a drain taints a node with.
func (a *auditor) drainDodger(i int) {
	w := &a.estate.Workloads[i]
	j := judgement{verdict: Held, message: "tolerates only taints it names", position: w.Position}
	for _, t := range w.Template.Tolerations {
		if t.Key == "" && (t.Effect == "" || t.Effect == "NoSchedule") {
			j.verdict = Broken
			j.message = "tolerates every taint, so drains do not evict its pods"
			j.consequence = a.consequence(i).gone()
			j.evidence = []Evidence{{Text: "a toleration without a key", Position: w.Position}}
			j.fix = &Fix{Summary: "name the taints it has to tolerate by key, in place of the toleration without one"}
			break
		}
	}
	a.find("drain-dodger", w.Ref, a.places.Workloads[i], j)
}

func countPods(n int) string { return count(n, "pod") }

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
