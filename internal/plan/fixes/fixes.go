// Package fixes plans how the fixes of findings are made in a live cluster: one object at a time, each as it was read, and set
// back where it does not come about.
package fixes

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/mend"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/basis"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// Kind is the kind of these plans.
const Kind = "fixes"

// Within is how long one change may take until its controller has seen it and its pods are ready.
const Within = 15 * time.Minute

// Asked is what a plan is made for.
type Asked struct {
	Fixes  *mend.Plan
	Estate *kubernetes.Estate // nil where none was read
	Target plan.Target
	Made   time.Time
	By     string
	// Look reads an object as the cluster has it now, in the group of an apiVersion where one is named, and the resource that it is
	// of; the object is nil where there is none.
	Look func(ctx context.Context, api string, o finding.Object) (resource string, is map[string]any, err error)
}

// change is one object that is changed, made or deleted.
type change struct {
	mend.Edit
	object   string // PodDisruptionBudget shop/web
	resource string
	is       map[string]any // as it is; nil where there is none
	of       string         // what it is a part of with others
}

// planner makes a plan.
type planner struct {
	*Asked
	plan    *plan.Plan
	changes []*change
	seen    map[[2]string]bool // the facts that are there
}

// Make makes the plan. What is not as it was when it was checked is left.
func Make(ctx context.Context, a *Asked) (*plan.Plan, error) {
	p := &planner{Asked: a, seen: map[[2]string]bool{}, plan: &plan.Plan{Schema: plan.Schema, Kind: Kind, Made: a.Made.UTC(), By: a.By,
		Target: a.Target, Facts: []plan.Fact{}, Steps: []plan.Step{}, Waves: []plan.Wave{}, Risks: []plan.Risk{}, Left: []plan.Left{},
		Prediction: plan.Prediction{Lowest: []plan.Lowest{}, Assumes: []string{}}, Unreadable: a.Fixes.Faults}}
	if a.Estate != nil {
		p.plan.Unread = a.Estate.Unread
	}
	for i := range a.Fixes.Left {
		l := &a.Fixes.Left[i]
		p.leave(&l.Finding, l.Why)
	}
	if err := p.gather(ctx); err != nil {
		return nil, err
	}
	p.steps()
	cured := 0
	for i := range a.Fixes.Cured {
		f := &a.Fixes.Cured[i]
		if slices.ContainsFunc(p.changes, func(c *change) bool { return slices.Contains(c.Cures, f.Fingerprint) }) {
			cured++
			p.restsOn(f)
		}
	}
	p.plan.Title = fmt.Sprintf("make %s for %s", words.Count(len(p.changes), "change"), words.Count(cured, "finding"))
	if len(p.changes) == 0 {
		p.plan.Title = "nothing to change"
	}
	sum := sha256.Sum256([]byte(strings.Join([]string{p.plan.Target.UID, p.plan.Title, p.plan.Made.Format(time.RFC3339Nano)}, "\n")))
	p.plan.ID = Kind + "-" + p.plan.Made.Format("20060102-1504") + "-" + hex.EncodeToString(sum[:3])
	return p.plan, nil
}

func (p *planner) leave(f *finding.Finding, why string) {
	l := plan.Left{Group: f.Subject.Words(), Why: why, Obligation: f.Obligation, Subject: f.Subject.Words()}
	if f.Fix != nil {
		l.Fix = f.Fix.Summary
	}
	p.plan.Left = append(p.plan.Left, l)
}

// gather reads each object once, and orders the changes: what makes pods first, so that no PDB over one pod is there before the
// second, and then what is deleted before what is made in its place.
func (p *planner) gather(ctx context.Context) error {
	for i := range p.Fixes.Changes {
		e := p.Fixes.Changes[i]
		c := &change{Edit: e, object: e.Object.Kind + " " + strings.TrimPrefix(e.Object.Namespace+"/"+e.Object.Name, "/")}
		if k := slices.IndexFunc(p.changes, func(o *change) bool { return o.object == c.object }); k >= 0 {
			p.changes[k].join(&e)
			continue
		}
		p.changes = append(p.changes, c)
	}
	var kept []*change
	for _, c := range p.changes {
		why, err := p.look(ctx, c)
		if err != nil {
			return err
		}
		if why == "" {
			kept = append(kept, c)
			continue
		}
		for i := range p.Fixes.Cured {
			if f := &p.Fixes.Cured[i]; slices.Contains(c.Cures, f.Fingerprint) {
				p.leave(f, why)
			}
		}
	}
	p.changes = p.whole(kept)
	slices.SortStableFunc(p.changes, func(a, b *change) int { return cmp.Compare(a.rank(), b.rank()) })
	return nil
}

// join adds the edits of another finding to those of the same object.
func (c *change) join(e *mend.Edit) {
	c.Cures = append(c.Cures, e.Cures...)
	for _, f := range e.Fields {
		if !slices.ContainsFunc(c.Fields, func(o finding.Edit) bool { return o.Path == f.Path }) {
			c.Fields = append(c.Fields, f)
		}
	}
}

func (c *change) rank() int {
	switch {
	case c.Action == finding.Delete:
		return 1
	case c.Action == finding.Create:
		return 3
	case c.Object.Kind == "PodDisruptionBudget":
		return 2
	}
	return 0
}

// whole leaves out what is of one finding with a change that is not made: half of a fix may harm.
func (p *planner) whole(kept []*change) []*change {
	left := map[string]bool{}
	for _, c := range p.changes {
		if !slices.Contains(kept, c) {
			for _, f := range c.Cures {
				left[f] = true
			}
		}
	}
	for again := true; again; {
		again = false
		kept = slices.DeleteFunc(kept, func(c *change) bool {
			if !slices.ContainsFunc(c.Cures, func(f string) bool { return left[f] }) {
				return false
			}
			for _, f := range c.Cures {
				left[f] = true
			}
			again = true
			return true
		})
	}
	return kept
}

// look reads the object of a change, and says why it cannot be made; empty where it can.
func (p *planner) look(ctx context.Context, c *change) (why string, err error) {
	var of struct {
		API string `json:"apiVersion"`
	}
	if len(c.Value) > 0 {
		if err := json.Unmarshal(c.Value, &of); err != nil {
			return "", fmt.Errorf("the fix of %s: %w", c.object, err)
		}
	}
	if c.resource, c.is, err = p.Look(ctx, of.API, c.Object); err != nil {
		return "", fmt.Errorf("reading %s as it is: %w", c.object, err)
	}
	switch {
	case c.Action == finding.Create && c.is != nil:
		return "there is a " + c.object + " already", nil
	case c.Action == finding.Create:
		return "", nil
	case c.is == nil:
		return c.object + " is gone since it was checked", nil
	}
	for i := range c.Fields {
		f := &c.Fields[i]
		if strings.HasPrefix(f.Path, "/spec/template") {
			return "it changes what pods are made from, which has all of them replaced: kubectl does, when you want that", nil
		}
		now := plan.AsFact(finding.At(c.is, f.Path))
		if was := plan.AsFact(read(f.Before)); now != was && !alike(finding.At(c.is, f.Path), read(f.Before)) {
			return fmt.Sprintf("%s has %s at %s, and had %s when it was checked", c.object, orNothing(now), f.Path, orNothing(was)), nil
		}
		f.Before = nil
		if now != "" {
			f.Before = finding.DataOf(finding.At(c.is, f.Path))
		}
	}
	return "", nil
}

// alike reports whether a value as it was read may be that of the cluster, in other words: one that a server fills in, or a list of
// as many entries.
func alike(is, was any) bool {
	a, list := is.([]any)
	b, too := was.([]any)
	return is == nil && was != nil && !too || list && too && len(a) == len(b)
}

func orNothing(text string) string { return cmp.Or(text, "nothing") }

// steps adds one a change, each after the one before.
func (p *planner) steps() {
	p.parts()
	before := []string{}
	w := plan.Wave{Number: 1, Groups: []string{}}
	for _, c := range p.changes {
		s := p.step(c)
		s.Needs = before
		before = []string{s.ID}
		p.plan.Steps = append(p.plan.Steps, s)
		w.Groups = append(w.Groups, c.object)
	}
	if len(p.changes) > 0 {
		p.plan.Waves = append(p.plan.Waves, w)
	}
}

// parts has changes of one finding be parts of one thing: where one is left, so are those after it.
func (p *planner) parts() {
	for _, c := range p.changes {
		if c.of == "" {
			c.of = c.object
		}
		for _, o := range p.changes {
			if slices.ContainsFunc(o.Cures, func(f string) bool { return slices.Contains(c.Cures, f) }) && o.of != c.of {
				from := o.of
				for _, x := range p.changes {
					if x == o || from != "" && x.of == from {
						x.of = c.of
					}
				}
			}
		}
	}
}

// step is that of a change, with the facts of its object.
func (p *planner) step(c *change) plan.Step {
	with := map[string]string{step.Object: c.object, step.Resource: c.resource}
	s := plan.Step{Group: c.object, Of: c.of, Wave: 1, Guards: []plan.Guard{}, TimeoutSeconds: int64(Within.Seconds()), Attempts: 1}
	verb, undo := step.Change, step.Unchange
	switch c.Action {
	case finding.Create:
		verb, undo = step.Create, step.Uncreate
		s.Title = "create " + c.object
		with[step.Value] = inNamespace(c)
		s.Guards = append(s.Guards, uncovered(c)...)
	case finding.Delete:
		verb, undo = step.Delete, step.Undelete
		s.Title = "delete " + c.object
		with[step.Value] = plan.AsFact(asWritten(c.is))
	default:
		s.Title = "change " + c.object + ": " + p.said(c)
		with[step.Edits] = string(finding.DataOf(c.Fields))
	}
	if c.is != nil {
		with[step.ObjectUID] = plan.AsFact(finding.At(c.is, "/metadata/uid"))
		p.fact(c.object, "metadata.uid", with[step.ObjectUID])
		if mark := plan.AsFact(finding.At(c.is, "/metadata/annotations/"+strings.ReplaceAll(step.Marking, "/", "~1"))); mark != "" {
			with[step.Mark] = mark
		}
	}
	for _, f := range c.Fields {
		if c.is != nil {
			p.fact(c.object, fieldOf(f.Path), plan.AsFact(finding.At(c.is, f.Path)))
		}
	}
	s.ID = strings.TrimSuffix(verb, "kubernetes") + strings.Replace(c.object, " ", "/", 1)
	s.Action, s.Undo = plan.Action{Kind: verb, With: with}, &plan.Action{Kind: undo, With: with}
	return s
}

// said are the fields of a change, before and after.
func (p *planner) said(c *change) string {
	var all []string
	for _, f := range c.Fields {
		before, after := orNothing(plan.AsFact(read(f.Before))), orNothing(plan.AsFact(read(f.After)))
		all = append(all, fmt.Sprintf("%s %s → %s", fieldOf(f.Path), before, after))
	}
	return strings.Join(all, ", ")
}

// uncovered is the guard of a PDB that is made.
func uncovered(c *change) []plan.Guard {
	var o struct {
		Spec struct {
			Selector finding.Data `json:"selector"`
		} `json:"spec"`
	}
	if err := json.Unmarshal(c.Value, &o); err != nil || c.Object.Kind != "PodDisruptionBudget" || len(o.Spec.Selector) == 0 {
		return nil
	}
	return []plan.Guard{{Kind: step.Uncovered, Says: "no other PDB is over its pods", With: map[string]string{
		step.Namespace: c.Object.Namespace, step.Object: c.object, step.Selector: string(o.Spec.Selector)}}}
}

// restsOn adds the facts of what a finding is about: how many pods it has, and the PDBs over them.
func (p *planner) restsOn(f *finding.Finding) {
	if p.Estate == nil {
		return
	}
	for i := range p.Estate.Workloads {
		w := &p.Estate.Workloads[i]
		if w.Kind != f.Subject.Kind || w.Namespace != f.Subject.Namespace || w.Name != f.Subject.Name {
			continue
		}
		if size, known := basis.Size(w); known {
			p.fact(size.Object, size.Field, size.Value)
		}
		for _, b := range basis.Over(p.Estate, w) {
			for _, x := range basis.Budget(b) {
				p.fact(x.Object, x.Field, x.Value)
			}
		}
	}
}

func (p *planner) fact(object, field, value string) {
	if key := [2]string{object, field}; !p.seen[key] {
		p.seen[key] = true
		p.plan.Facts = append(p.plan.Facts, plan.Fact{Object: object, Field: field, Value: value})
	}
}
