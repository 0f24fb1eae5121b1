package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// runPage is how a plan stands: in a sentence, group by group, and what leads on.
func runPage(v published.Run) page {
	v = legible(v)
	return page{prose(runSummary(&v)), runGroups(&v), section{"not done", []block{unfinished(&v)}},
		section{"cordoned, and nobody is at it", []block{marked(&v)}}, steps(v.Next)}
}

func runSummary(v *published.Run) string {
	n := v.Summary
	all := []string{"Plan " + v.Plan + ": " + v.Status + "."}
	if v.Title != "" {
		all[0] = "Plan " + v.Plan + " (" + v.Title + "): " + v.Status + "."
	}
	if v.Why != "" {
		all = append(all, sentence(v.Why))
	}
	if v.Begun == "" {
		return strings.Join(append(all, fmt.Sprintf("%s in %s.", words.Count(n.Steps, "step"), words.Count(n.Groups, "group"))), " ")
	}
	took := words.Seconds(v.Seconds)
	if n.PredictedSeconds > 0 {
		took += ", and " + words.Seconds(n.PredictedSeconds) + " was predicted"
	}
	return strings.Join(append(all, fmt.Sprintf("%d of %s and %d of %s are done, with %s, in %s.", n.GroupsDone,
		words.Count(n.Groups, "group"), n.StepsDone, words.Count(n.Steps, "step"), words.Count(n.Changes, "change"), took)), " ")
}

// runGroups has a row a group, with how long its steps took beside what was predicted.
func runGroups(v *published.Run) block {
	if len(v.Groups) > mostGroups {
		return runWaves(v)
	}
	g := grid{head: []string{"group", "wave", "done", "took", "predicted", "changes"}}
	for _, x := range v.Groups {
		done, took, predicted, changes := 0, 0.0, 0.0, 0
		for i := range x.Steps {
			s := &x.Steps[i]
			if s.Status == "done" {
				done++
			}
			took, predicted, changes = took+s.Seconds, predicted+s.Predicted, changes+s.Changes
		}
		row := []string{x.Name, fmt.Sprint(x.Wave), fmt.Sprintf("%d of %d", done, len(x.Steps)), "–", "–", fmt.Sprint(changes)}
		if took > 0 {
			row[3] = words.Seconds(took)
		}
		if predicted > 0 {
			row[4] = words.Seconds(predicted)
		}
		g.rows = append(g.rows, row)
	}
	return g
}

// mostGroups is how many groups have a row each: of more the waves do.
const mostGroups = 60

// runWaves has a row a wave.
func runWaves(v *published.Run) block {
	type wave struct{ groups, groupsDone, steps, stepsDone, changes int }
	waves, of := []int{}, map[int]*wave{}
	for i := range v.Groups {
		x := &v.Groups[i]
		w := of[x.Wave]
		if w == nil {
			w = &wave{}
			of[x.Wave] = w
			waves = append(waves, x.Wave)
		}
		done := 0
		for k := range x.Steps {
			if x.Steps[k].Status == "done" {
				done++
			}
			w.changes += x.Steps[k].Changes
		}
		w.groups, w.steps, w.stepsDone = w.groups+1, w.steps+len(x.Steps), w.stepsDone+done
		if done == len(x.Steps) {
			w.groupsDone++
		}
	}
	slices.Sort(waves)
	g := grid{head: []string{"wave", "groups done", "steps done", "changes"}}
	for _, k := range waves {
		w := of[k]
		g.rows = append(g.rows, []string{fmt.Sprint(k), fmt.Sprintf("%d of %d", w.groupsDone, w.groups),
			fmt.Sprintf("%d of %d", w.stepsDone, w.steps), fmt.Sprint(w.changes)})
	}
	return g
}

// unfinished are steps of which something is to be said.
func unfinished(v *published.Run) block {
	var list entries
	for _, g := range v.Groups {
		for i := range g.Steps {
			s := &g.Steps[i]
			if s.Status == "done" || s.Status == "pending" && s.Why == "" {
				continue
			}
			e := entry{name: s.ID, beside: s.Status}
			if s.Why != "" {
				e.under = append(e.under, sentence(s.Why))
			}
			if s.Escalated != "" {
				e.under = append(e.under, "It is escalated since "+s.Escalated+".")
			}
			if s.Open != "" {
				e.under = append(e.under, fmt.Sprintf("it cannot be told whether %s was done: --answer %s=done says that it was, "+
					"--answer %s=not-begun that it was not", s.Open, s.ID, s.ID))
			}
			list = append(list, e)
		}
	}
	return list
}

func marked(v *published.Run) block {
	var all bullets
	for _, m := range v.Marked {
		all = append(all, fmt.Sprintf("%s, by plan %s since %s: kubectl uncordon %s", m.Node, m.Plan, m.Since, m.Node))
	}
	return all
}
