package fleet

import (
	"maps"
	"strconv"
	"time"

	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/velocity"
)

// roll adds the step of one deployment that a controller patches as a whole, and returns what ends it; empty where there is
// nothing to do, or it is left.
func (w *wave) roll(i int, before []string) string {
	d, t, name := &w.Played.Fleet.Deployments[i], &w.Played.Turns[i], w.names[i]
	of := w.Rolled[d.Name]
	if of == nil || of.Left != "" {
		why := "nothing of the cluster is called so"
		if of != nil {
			why = of.Left
		}
		w.plan.Left = append(w.plan.Left, plan.Left{Group: name, Why: why, Obligation: "rollout-within-patch-target", Subject: name})
		return ""
	}
	if of.With[step.Before] == of.With[step.To] { // it is so already
		return ""
	}
	if len(d.Members) == 1 {
		w.alone = append(w.alone, name)
	} else {
		w.sets++
	}
	w.groups = append(w.groups, name)
	with := map[string]string{step.Deployment: d.Name, step.Members: strconv.Itoa(len(t.Steps)), step.Within: w.Within.String(),
		step.Lane: w.Played.Groups[t.Group]}
	maps.Copy(with, of.With)
	if with[step.Lane] == "" {
		delete(with, step.Lane)
	}
	played := velocity.Step{Member: t.Steps[0].Member, Begin: t.Begin, End: t.End}
	id := "patch/" + name
	s := plan.Step{ID: id, Group: name + "/pods", Of: name, Wave: w.number, Title: "patch " + of.Says, Needs: before,
		Guards: w.guards(i, played, with), Action: plan.Action{Kind: step.Roll, With: with}, Undo: &plan.Action{Kind: step.Unroll, With: with},
		TimeoutSeconds: int64((2*w.Within + time.Hour).Seconds()), Attempts: 1}
	if s.Needs == nil {
		s.Needs = []string{}
	}
	took := (t.End - t.Begin).Seconds()
	s.Predicted = &plan.Predicted{MinSeconds: took, MedianSeconds: took, MaxSeconds: max(took, w.Within.Seconds())}
	w.plan.Steps = append(w.plan.Steps, s)
	w.instances += len(t.Steps)
	return w.bake(i, []string{id})
}
