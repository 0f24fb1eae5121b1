package compute

import (
	"fmt"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// serves reports whether a workload is meant to be there all the time: it
// runs under a controller that keeps its pods, or a Service routes to it.
func (a *facts) serves(i int) bool {
	w := &a.estate.Workloads[i]
	return w.Lasting && (!w.Bare || len(a.served[i]) > 0)
}

// routed is the evidence that something depends on a workload.
func (a *facts) routed(i int) (finding.Evidence, bool) {
	w := &a.estate.Workloads[i]
	if len(a.served[i]) > 0 {
		s := &a.estate.Services[a.served[i][0]]
		return finding.Evidence{Text: "Service " + s.Name + " routes to it", Position: s.Position}, true
	}
	switch {
	case w.ServiceName != "":
		return finding.Evidence{Text: "it names the Service " + w.ServiceName + " as its own", Position: w.Position}, true
	case w.Template.Ports:
		return finding.Evidence{Text: "its containers declare ports", Position: w.Position}, true
	case w.Template.Readiness:
		return finding.Evidence{Text: "its containers have readiness probes", Position: w.Position}, true
	}
	if lacks := a.estate.Lacks(kubernetes.ServiceKinds); len(lacks) > 0 {
		return finding.Evidence{Text: lacks[0].Words() + ", so whether one routes to it is not known"}, true
	}
	return finding.Evidence{Text: "no Service that was read routes to it; it may work a queue or watch something", Position: w.Position}, false
}

// size says how many pods a workload has at the least, and what decides that.
func size(w *kubernetes.Workload) finding.Evidence {
	switch {
	case w.Scaler != nil:
		said := fmt.Sprintf("%s %s keeps it between %d and %d replicas", w.Scaler.Kind, w.Scaler.Name, w.Scaler.Min, w.Scaler.Max)
		if w.Scaler.ToZero {
			said = fmt.Sprintf("%s %s keeps it at 0, or between %d and %d replicas", w.Scaler.Kind, w.Scaler.Name, w.Scaler.Min, w.Scaler.Max)
		}
		return finding.Evidence{Text: said, Position: w.Scaler.Position}
	case w.Kind == "DaemonSet":
		return finding.Evidence{Text: "one pod on every node it fits", Position: w.Position}
	case w.Bare:
		return finding.Evidence{Text: "a pod without a controller", Position: w.Position}
	case guessed(w):
		return finding.Evidence{Text: fmt.Sprintf("%s of it were read, and not the %s itself", words.Count(len(w.Pods), "pod"), w.Kind), Position: w.Position}
	case w.Kind == "Job":
		return finding.Evidence{Text: fmt.Sprintf("runs %d at a time", w.Replicas), Position: w.Position}
	case !w.ReplicasSet && w.Scaled:
		return finding.Evidence{Text: "replicas is not set, which means 1, and no autoscaler was read", Position: w.Position}
	}
	return finding.Evidence{Text: fmt.Sprintf("replicas: %d", w.Replicas), Position: w.Position}
}

// guessed reports whether a workload's size is known from its pods alone.
func guessed(w *kubernetes.Workload) bool { return w.Inferred && w.UID == "" }

// sure turns what looks held into unknown where an object it rests on stands
// twice and says different things.
func (a *facts) sure(j check.Judgement, i int, budgets []int) check.Judgement {
	if j.Verdict != finding.Held {
		return j
	}
	doubt := func(what string, at origin.Position, twice *origin.Position) {
		if twice != nil && j.Verdict == finding.Held {
			j.Verdict = finding.Unknown
			j.Message += fmt.Sprintf("; but %s is defined in two places that differ, and only one can be applied", what)
			j.Evidence = append(j.Evidence, finding.Evidence{Text: what + ", which was used", Position: at}, finding.Evidence{Text: what + ", which was not used", Position: *twice})
		}
	}
	w := &a.estate.Workloads[i]
	doubt(w.Kind+" "+w.Name, w.Position, w.ConflictsAt)
	if w.Scaler != nil {
		doubt(w.Scaler.Kind+" "+w.Scaler.Name, w.Scaler.Position, w.Scaler.ConflictsAt)
	}
	for _, b := range budgets {
		budget := &a.estate.Budgets[b]
		doubt("PodDisruptionBudget "+budget.Name, budget.Position, budget.ConflictsAt)
	}
	return j
}
