package compute

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// siblings are the workloads that do the work of one while it is away: what an operator
// makes of one custom resource, a workload of a pod for each replica, of the same images as
// far as these were read, and with pods that differ in nothing but the number of the replica.
// Of another shard is what has other data.
func (s *stakes) siblings(i int) (all []int) {
	w := &s.estate.Workloads[i]
	if w.OwnedBy == nil || !strings.Contains(w.OwnedBy.API, ".") { // what Kubernetes itself makes
		return nil
	}
	if w.AtLeast() != 1 || len(w.Template.Containers) == 0 {
		return nil
	}
	for k := range s.estate.Workloads {
		o := &s.estate.Workloads[k]
		same := k != i && o.OwnedBy != nil && *o.OwnedBy == *w.OwnedBy && o.Namespace == w.Namespace && o.Kind == w.Kind
		if same && o.AtLeast() == 1 && o.Lasting && slices.Equal(images(w), images(o)) && otherReplica(w, o) {
			all = append(all, k)
		}
	}
	return all
}

// missingBesideSiblings looks for such workloads that no budget covers together: all of
// them may then be evicted at once. It is told of the first of them.
func missingBesideSiblings(p *check.Pass, i int) {
	e, siblings := p.Estate.Kubernetes, stakesOf(p).siblings(i)
	covered := func(k int) bool {
		return len(coverageOf(p).covered[k]) > 0 || len(lacksOf(p).size(k)) > 0 || !servingOf(p).drained(k)
	}
	if siblings[0] < i || covered(i) || slices.ContainsFunc(siblings, covered) {
		return
	}
	w, group := &e.Workloads[i], append([]int{i}, siblings...)
	at := lost("medium", "each has one pod, which is one replica", w.Position)
	if why := stakesOf(p).trial(i); why != "" {
		at = lost("low", why, w.Position)
	}
	names := make([]string, len(group))
	for n, g := range group {
		names[n] = e.Workloads[g].Name
	}
	report(p, check.Judgement{
		Subject: subject(w.Ref), Index: i, Place: p.Places.Workloads[i], Verdict: finding.Broken, Severity: at.severity,
		Message: fmt.Sprintf("no PodDisruptionBudget covers the %d replicas of %s %s together, which are of %s",
			len(group), w.OwnedBy.Kind, w.OwnedBy.Name, words.Few(names)),
		Consequence: consequencesOf(p).of(i).unprotected(len(group)), Position: w.Position, Evidence: []finding.Evidence{at.Evidence},
		Fix: &finding.Fix{Summary: "let one PDB with maxUnavailable 1 cover them all, by labels that all of them have; " +
			w.OwnedBy.Kind + " may make it"},
	})
}

// otherReplica reports whether the pods of two workloads have the same labels but for
// their names and for one number, that of each where it stands in several, which is not that
// of a shard.
func otherReplica(w, o *kubernetes.Workload) bool {
	if len(w.Template.Labels) != len(o.Template.Labels) {
		return false
	}
	own, its, differ := "", "", 0
	for key, value := range w.Template.Labels {
		other, there := o.Template.Labels[key]
		a, b := strings.TrimPrefix(value, unnumbered(value)), strings.TrimPrefix(other, unnumbered(other))
		switch {
		case !there:
			return false
		case value == other || strings.Contains(value, w.Name) && strings.Contains(other, o.Name):
			continue
		case strings.Contains(strings.ToLower(key), "shard") || unnumbered(value) != unnumbered(other):
			return false
		case differ > 0 && (a != own || b != its):
			return false
		}
		own, its = a, b
		differ++
	}
	return differ > 0
}

// unnumbered is a value without the number at its end.
func unnumbered(value string) string { return strings.TrimRight(value, "0123456789") }
