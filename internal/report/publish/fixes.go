package publish

import (
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/aymanbagabas/go-udiff"

	"github.com/onus-project/onus/internal/filter"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/mend"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// Fixes is a plan of edits as it is published, of findings that were chosen. Diffs name files
// as they stand below a directory, where they do.
func Fixes(p *mend.Plan, chosen *filter.Filter, dir string) published.Fixes {
	v := published.Fixes{
		Head: published.Head{Schema: published.FixesSchema}, Tool: tool(), Filter: filterOf(chosen),
		Summary: published.FixesSummary{Edits: len(p.Edits), Files: len(p.Files), Cured: len(p.Cured), Left: len(p.Left), Below: p.Lighter,
			BelowAfter: p.LighterAfter},
		Files: []published.FixedFile{}, Edits: []published.FileEdit{}, Commands: append([]string{}, p.Commands...),
		Comments: []published.Comment{}, Cured: []published.Cured{},
		Left: []published.LeftBroken{}, Unreadable: append([]origin.Fault{}, p.Faults...),
	}
	for _, f := range p.Files {
		name := patched(dir, f.Name)
		diff := udiff.Unified("a/"+name, "b/"+name, string(f.Before), string(f.After))
		v.Files = append(v.Files, published.FixedFile{File: f.Name, Diff: diff})
		v.Comments = append(v.Comments, comments(f.Name, diff)...)
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
		left := published.LeftBroken{Cured: cured(&l.Finding), Why: l.Why, New: l.New}
		if l.New {
			v.Summary.New++
		}
		v.Left = append(v.Left, left)
	}
	return v
}

// hunk is the head of one in a unified diff, with the line at which it begins before.
var hunk = regexp.MustCompile(`^@@ -(\d+)`)

// comments are those that stand beside lines which a diff changes, on them or directly above:
// they may speak of what was there.
func comments(file, diff string) []published.Comment {
	var all, above []published.Comment
	line := 0
	for text := range strings.Lines(diff) {
		if m := hunk.FindStringSubmatch(text); m != nil {
			line, _ = strconv.Atoi(m[1])
			above = nil
			continue
		}
		if line == 0 || text[0] == '+' {
			continue
		}
		code, said, found := strings.Cut(strings.TrimSpace(text[1:]), "#")
		comment := published.Comment{Text: strings.TrimSpace(said), Position: origin.Position{File: file, Line: line}}
		switch said = comment.Text; {
		case text[0] == '-' && code != "":
			if all = append(all, above...); found && said != "" && strings.HasSuffix(code, " ") {
				all = append(all, comment)
			}
			above = nil
		case text[0] == ' ' && found && code == "" && said != "":
			above = append(above, comment)
		default:
			above = nil
		}
		line++
	}
	return all
}

// patched is the name of a file as git apply and patch take it: below the directory in which
// they run, with slashes; and with a tab behind it, where a space is part of it.
func patched(dir, file string) string {
	name := filepath.ToSlash(filepath.Clean(file))
	if filepath.IsAbs(file) {
		if below, err := filepath.Rel(dir, file); err == nil && dir != "" && filepath.IsLocal(below) {
			name = filepath.ToSlash(below)
		}
	}
	if name = strings.TrimPrefix(name, "/"); strings.Contains(name, " ") {
		name += "\t"
	}
	return name
}

func cured(f *finding.Finding) published.Cured {
	c := published.Cured{
		Obligation: f.Obligation, Severity: f.Severity, Subject: f.Subject, Message: f.Message, Fingerprint: f.Fingerprint, Position: f.Position,
	}
	if f.Fix != nil {
		c.Fix = f.Fix.Summary
	}
	return c
}
