package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// size says how many pods a workload has at the least, and what decides that.
func size(w *kubernetes.Workload) finding.Evidence {
	switch {
	case w.Scaler != nil:
		said := fmt.Sprintf("%s %s keeps it between %d and %d replicas", w.Scaler.Kind, w.Scaler.Name, w.Scaler.Min, w.Scaler.Max)
		if w.Scaler.Paused {
			said = fmt.Sprintf("%s %s is paused at %d (%s), whatever its minimum is", w.Scaler.Kind, w.Scaler.Name, w.Scaler.Min,
				kubernetes.PausedReplicas)
		} else if w.Scaler.ToZero {
			said = fmt.Sprintf("%s %s keeps it at 0, or between %d and %d replicas", w.Scaler.Kind, w.Scaler.Name, w.Scaler.Min, w.Scaler.Max)
		}
		return finding.Evidence{Text: said, Position: w.Scaler.Position}
	case w.Kind == "DaemonSet":
		return finding.Evidence{Text: "one pod on every node it fits", Position: w.Position}
	case w.Bare:
		return finding.Evidence{Text: "a pod without a controller", Position: w.Position}
	case guessed(w):
		n := len(w.Pods)
		said := fmt.Sprintf("%s of it %s read, and not the %s itself", words.Count(n, "pod"), words.Agree(n, "was", "were"), w.Kind)
		return finding.Evidence{Text: said, Position: w.Position}
	case w.MadeBy != nil:
		if w.MadeBy.Each && w.Replicas > 1 {
			said := fmt.Sprintf("%d %ss of one pod each, as %s makes them of %s %s",
				w.Replicas, w.Kind, w.MadeBy.Operator, w.MadeBy.Kind, w.MadeBy.Name)
			return finding.Evidence{Text: said, Position: w.Position}
		}
		said := fmt.Sprintf("replicas: %d, as %s makes it of %s %s", w.Replicas, w.MadeBy.Operator, w.MadeBy.Kind, w.MadeBy.Name)
		return finding.Evidence{Text: said, Position: w.Position}
	case w.Kind == "Job":
		return finding.Evidence{Text: fmt.Sprintf("runs %d at a time", w.Replicas), Position: w.Position}
	case !w.ReplicasSet && w.Scaled:
		return finding.Evidence{Text: "replicas is not set, which means 1, and no autoscaler of it was read", Position: w.Position}
	}
	return finding.Evidence{Text: fmt.Sprintf("replicas: %d", w.Replicas), Position: w.Position}
}

// missed says that an autoscaler which seems to be written for a workload is for what is not
// there.
func missed(w *kubernetes.Workload) finding.Evidence {
	s := w.Missed
	said := fmt.Sprintf("%s %s is for %s %s", s.Kind, s.Name, s.Target.Kind, s.Target.Name)
	if s.Namespace != w.Namespace {
		said += " in namespace " + s.Namespace
	}
	return finding.Evidence{Text: said + ", which was not read: it scales nothing that was", Position: s.Position}
}

// guessed reports whether a workload's size is known from its pods alone.
func guessed(w *kubernetes.Workload) bool { return w.Inferred && w.UID == "" }

// sure turns what looks held into unknown where an object it rests on stands
// twice and says different things.
func sure(p *check.Pass, j check.Judgement, i int, budgets []int) check.Judgement {
	if j.Verdict != finding.Held {
		return j
	}
	doubt := func(what string, at origin.Position, twice *origin.Position) {
		if twice != nil && j.Verdict == finding.Held {
			j.Verdict = finding.Unknown
			j.DoubtedBy(what + " is defined in two places that differ, and only one can be applied")
			j.Evidence = append(j.Evidence,
				finding.Evidence{Text: what + ", which was used", Position: at},
				finding.Evidence{Text: what + ", which was not used", Position: *twice})
		}
	}
	w := &p.Estate.Kubernetes.Workloads[i]
	doubt(w.Kind+" "+w.Name, w.Position, w.ConflictsAt)
	if w.Scaler != nil {
		doubt(w.Scaler.Kind+" "+w.Scaler.Name, w.Scaler.Position, w.Scaler.ConflictsAt)
	}
	for _, b := range budgets {
		budget := &p.Estate.Kubernetes.Budgets[b]
		doubt("PodDisruptionBudget "+budget.Name, budget.Position, budget.ConflictsAt)
	}
	return j
}
