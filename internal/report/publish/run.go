package publish

import (
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/report/published"
)

// Run is how a plan stands. Of one without a journal nothing was begun.
func Run(p *plan.Plan, hash string, r *journal.Record, status apply.Status, why string) published.Run {
	v := published.Run{Head: published.Head{Schema: published.RunSchema}, Tool: tool(), Plan: p.ID, Title: p.Title, Hash: hash,
		Target: p.Target.Name, Status: string(status), Why: why, Groups: []published.RunGroup{}, Holders: []published.RunHolder{},
		Marked: []published.MarkedNode{}, Next: []string{}}
	v.Summary.PredictedSeconds = p.Prediction.Took.MedianSeconds
	if r == nil {
		r = &journal.Record{}
	}
	s := apply.Fold(p, r.Entries)
	v.Begun, v.Last, v.Seconds = instant(s.Begun), instant(s.Last), s.Last.Sub(s.Begun).Seconds()
	for _, h := range r.Holders {
		v.Holders = append(v.Holders, published.RunHolder{Fence: h.Fence, Who: h.Who, Since: instant(h.Since)})
	}
	at := map[string]int{}
	for i := range p.Steps {
		st := &p.Steps[i]
		name := st.Group
		if name == "" {
			name = st.ID
		}
		k, known := at[name]
		if !known {
			k = len(v.Groups)
			at[name] = k
			v.Groups = append(v.Groups, published.RunGroup{Name: name, Wave: st.Wave, Steps: []published.RunStep{}})
		}
		step := runStep(st, s.Steps[st.ID])
		v.Groups[k].Steps = append(v.Groups[k].Steps, step)
		v.Summary.Changes += step.Changes
	}
	count(&v)
	return v
}

func count(v *published.Run) {
	v.Summary.Groups = len(v.Groups)
	for _, g := range v.Groups {
		done := 0
		for i := range g.Steps {
			if g.Steps[i].Status == string(apply.StepFinished) {
				done++
			}
		}
		v.Summary.Steps += len(g.Steps)
		v.Summary.StepsDone += done
		if done == len(g.Steps) {
			v.Summary.GroupsDone++
		}
	}
}

func runStep(s *plan.Step, st *apply.StepState) published.RunStep {
	x := published.RunStep{ID: s.ID, Title: s.Title, Status: string(st.Status), Why: st.Why, Open: st.Open, Attempts: st.Attempt,
		Changes: st.Changed, Begun: instant(st.Begun), Escalated: instant(st.Escalated())}
	if st.Ended.After(st.Begun) {
		x.Ended, x.Seconds = instant(st.Ended), st.Ended.Sub(st.Begun).Seconds()
	}
	if p := s.Predicted; p != nil {
		x.Predicted, x.Most = p.MedianSeconds, p.MaxSeconds
	}
	return x
}

// instant is a time as it is published; empty where there is none.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// Standing is how a plan stands by its journal alone: that a process carries it out now is
// said by its lease.
func Standing(s *apply.State, alive bool) (apply.Status, string) {
	switch {
	case s.Begun.IsZero():
		return apply.NotBegun, ""
	case s.Finished == journal.Done:
		return apply.Finished, ""
	case s.Finished == journal.Aborted:
		return apply.Aborted, ""
	case s.Finished == journal.Left:
		return apply.Left, ""
	case alive:
		return apply.Running, ""
	case s.Paused:
		return apply.Paused, s.Why
	}
	return apply.Interrupted, "the process that carried it out is gone"
}
