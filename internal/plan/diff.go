package plan

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/words"
)

// Changes are how one plan differs from another.
type Changes struct {
	Facts []Moved  `json:"facts"`
	Lines []Change `json:"changes"` // of its steps, risks, what is left, and its prediction
}

// Change is one way in which it does.
type Change struct {
	What string `json:"what"` // step, risk, left, prediction, target, unread
	Name string `json:"name"`
	Was  string `json:"was"` // empty where there was none
	Is   string `json:"is"`  // empty where there is none any more
}

// Diff is how a plan differs from one before it. When they were made, and by which build, is
// no difference.
func Diff(old, now *Plan) Changes {
	c := Changes{Facts: append([]Moved{}, old.Stale(now.Facts)...), Lines: []Change{}}
	c.between("target", targetOf(old), targetOf(now))
	c.betweenSteps(old, now)
	c.between("risk", risksOf(old), risksOf(now))
	c.between("left", leftOf(old), leftOf(now))
	c.between("prediction", predictionOf(&old.Prediction), predictionOf(&now.Prediction))
	c.between("unread", unreadOf(old), unreadOf(now))
	return c
}

// None reports whether the two are the same.
func (c *Changes) None() bool { return len(c.Facts)+len(c.Lines) == 0 }

func (c *Changes) between(what string, was, is map[string]string) {
	names := slices.Collect(maps.Keys(was))
	for name := range is {
		if _, both := was[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		if was[name] != is[name] {
			c.Lines = append(c.Lines, Change{what, name, was[name], is[name]})
		}
	}
}

func targetOf(p *Plan) map[string]string {
	return map[string]string{p.Target.Kind: strings.TrimSpace(p.Target.Name + " " + p.Target.UID)}
}

// betweenSteps names steps that came or went, and of others what is another.
func (c *Changes) betweenSteps(old, now *Plan) {
	was, is := map[string]string{}, map[string]string{}
	before := map[string]*Step{}
	for i := range old.Steps {
		before[old.Steps[i].ID] = &old.Steps[i]
		was[old.Steps[i].ID] = old.Steps[i].short()
	}
	for i := range now.Steps {
		s := &now.Steps[i]
		b, both := before[s.ID]
		if !both {
			is[s.ID] = s.short()
			continue
		}
		delete(was, s.ID)
		from, to := b.parts(), s.parts()
		for part, v := range to {
			name := s.ID + " " + part
			switch {
			case from[part] == v, part == "needs" && s.Wave != b.Wave: // which follows from it
				continue
			case part == "wave": // of all steps of a node it is one
				name = cmp.Or(s.Group, s.ID) + " " + part
			}
			was[name], is[name] = cmp.Or(from[part], "none"), cmp.Or(v, "none")
		}
	}
	c.between("step", was, is)
}

// short is a step in a few words.
func (s *Step) short() string { return fmt.Sprintf("%s, in wave %d", s.Title, s.Wave) }

// parts are all that decides how a step is done.
func (s *Step) parts() map[string]string {
	var guards []string
	for _, g := range s.Guards {
		guards = append(guards, cmp.Or(g.Says, g.Kind))
	}
	all := map[string]string{
		"wave": fmt.Sprint(s.Wave), "title": s.Title, "needs": strings.Join(s.Needs, ", "), "guards": strings.Join(guards, "; "),
		"timeout": words.Duration(time.Duration(s.TimeoutSeconds) * time.Second), "attempts": fmt.Sprint(s.Attempts), "action": s.Action.said(),
	}
	if all["undo"] = ""; s.Undo != nil {
		all["undo"] = s.Undo.said()
	}
	if all["escalation"] = ""; s.Escalation != nil {
		all["escalation"] = s.Escalation.Action.said() + ", for " + words.Duration(time.Duration(s.Escalation.TimeoutSeconds)*time.Second)
	}
	return all
}

// said is an action with its fields, in their order.
func (a *Action) said() string {
	all := []string{a.Kind}
	for _, k := range slices.Sorted(maps.Keys(a.With)) {
		all = append(all, k+" "+a.With[k])
	}
	return strings.Join(all, ", ")
}

func risksOf(p *Plan) map[string]string {
	all := map[string]string{}
	for i := range p.Risks {
		all[p.Risks[i].Name()] = p.Risks[i].Says
	}
	return all
}

func leftOf(p *Plan) map[string]string {
	all := map[string]string{}
	for _, l := range p.Left {
		all[l.Group] = l.Why
	}
	return all
}

func unreadOf(p *Plan) map[string]string {
	all := map[string]string{}
	for i := range p.Unread {
		all[p.Unread[i].Plural()] = p.Unread[i].Reason
	}
	for i := range p.Unreadable {
		all[p.Unreadable[i].At()] = p.Unreadable[i].Reason
	}
	return all
}

func predictionOf(p *Prediction) map[string]string {
	all := map[string]string{"took": words.Seconds(p.Took.MedianSeconds), "evictions": fmt.Sprint(p.Evictions), "forced": fmt.Sprint(p.Forced),
		"order": p.Order}
	for _, l := range p.Lowest {
		all[l.Service] = fmt.Sprintf("%d of %d ready, floor %d", l.Ready, l.Of, l.Floor)
	}
	return all
}
