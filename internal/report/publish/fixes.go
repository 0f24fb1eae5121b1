package publish

import (
	"github.com/aymanbagabas/go-udiff"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/mend"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// Fixes is a plan of edits as it is published. Below are findings that were not asked for.
func Fixes(p *mend.Plan, below int, unreadable []origin.Fault) published.Fixes {
	v := published.Fixes{
		Head: published.Head{Schema: published.FixesSchema}, Tool: tool(),
		Summary: published.FixesSummary{Edits: len(p.Edits), Files: len(p.Files), Cured: len(p.Cured), Left: len(p.Left), Below: below},
		Files:   []published.FixedFile{}, Edits: []published.FileEdit{}, Commands: append([]string{}, p.Commands...),
		Cured: []published.Cured{}, Left: []published.LeftBroken{}, Unreadable: append([]origin.Fault{}, unreadable...),
	}
	for _, f := range p.Files {
		diff := udiff.Unified("a/"+f.Name, "b/"+f.Name, string(f.Before), string(f.After))
		v.Files = append(v.Files, published.FixedFile{File: f.Name, Diff: diff})
	}
	for i := range p.Edits {
		e := &p.Edits[i]
		edit := published.FileEdit{Action: e.Action, Fields: e.Fields, Value: e.Value, For: e.Cures, Position: e.Position}
		if e.Object.Kind != "" {
			edit.Object = &e.Object
		}
		v.Edits = append(v.Edits, edit)
	}
	for i := range p.Cured {
		v.Cured = append(v.Cured, cured(&p.Cured[i]))
	}
	for i := range p.Left {
		l := &p.Left[i]
		left := published.LeftBroken{Cured: cured(&l.Finding), Why: l.Why, New: l.New, Position: l.Position}
		if l.Fix != nil {
			left.Fix = l.Fix.Summary
		}
		if l.New {
			v.Summary.New++
		}
		v.Left = append(v.Left, left)
	}
	return v
}

func cured(f *finding.Finding) published.Cured {
	return published.Cured{Obligation: f.Obligation, Severity: f.Severity, Subject: f.Subject, Message: f.Message, Fingerprint: f.Fingerprint}
}
