package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// fixesPage is the diff of the files, which git apply and patch take as it is, and under
// it what that cures and what it does not.
func fixesPage(v published.Fixes) page {
	var p page
	for _, f := range v.Files {
		p = append(p, patch(shownLines(f.Diff)))
	}
	for _, c := range v.Commands {
		p = append(p, verbatim(shownLines(c)))
	}
	v.Files, v.Commands = nil, slices.Clone(v.Commands)
	v = legible(v)
	return append(p, prose(fixesSummary(&v)), section{"left for you", []block{leftBroken(&v)}})
}

// fixesSummary counts edits, and what became of the findings.
func fixesSummary(v *published.Fixes) string {
	n := v.Summary
	var all []string
	switch {
	case len(v.Commands) > 0:
		all = append(all, fmt.Sprintf("%s for %s. Nothing was run; what they do together is seen by onus check afterwards.",
			words.Count(len(v.Commands), "command"), words.Count(n.Cured, "finding")))
	case n.Edits == 0 && n.Cured+n.Left == 0:
		all = append(all, "Nothing to fix.")
	case n.Edits == 0:
		all = append(all, "No edit mends what is left.")
	default:
		verb := "would cure"
		if v.Written {
			verb = "cured"
		}
		all = append(all, fmt.Sprintf("%s in %s %s %s, checked with all of them made.",
			words.Count(n.Edits, "edit"), words.Count(n.Files, "file"), verb, words.Count(n.Cured, "finding")))
	}
	switch {
	case v.Written:
		all = append(all, "Written.")
	case n.Edits > 0:
		all = append(all, "Nothing was written; --write does.")
	}
	if n.Below > 0 {
		all = append(all, fmt.Sprintf("%s not asked for; --min-severity low asks for all.", words.Count(n.Below, "broken one")))
	}
	if len(v.Unreadable) > 0 {
		all = append(all, fmt.Sprintf("%s could not be read: onus check names them.", words.Count(len(v.Unreadable), "thing")))
	}
	return strings.Join(all, " ")
}

// leftBroken lists what no edit mends, and why.
func leftBroken(v *published.Fixes) block {
	var list entries
	for _, l := range v.Left {
		e := entry{name: l.Obligation, beside: l.Severity + "  " + named(l.Subject)}
		if l.New {
			e.beside += "  comes with the edits"
		}
		e.under = append(e.under, sentence(l.Message), "Not edited: "+sentence(l.Why))
		if l.Fix != "" {
			e.under = append(e.under, "Fix: "+sentence(l.Fix))
		}
		if l.Position.File != "" {
			e.under = append(e.under, l.Position.String())
		}
		list = append(list, e)
	}
	return list
}

// shownLines are the lines of a text, each without what a terminal would obey.
func shownLines(of string) []string {
	lines := strings.Split(strings.TrimSuffix(of, "\n"), "\n")
	for i, line := range lines {
		if strings.ContainsFunc(line, obeyed) {
			lines[i] = visible(line)
		}
	}
	return lines
}

// patch is a unified diff, line by line.
type patch []string

func (d patch) terminal(s Screen, _ int) string {
	lines := make([]string, len(d))
	for i, line := range d {
		lines[i] = s.paint(map[byte]text.Colors{'+': good, '-': bad, '@': faint}[cmp.Or(line, " ")[0]], line)
	}
	return strings.Join(lines, "\n")
}

func (d patch) markdown() string { return strings.TrimSuffix(fenced("diff", d), "\n") }

// verbatim are lines that are not wrapped, such as those of a command.
type verbatim []string

func (v verbatim) terminal(Screen, int) string { return strings.Join(v, "\n") }
func (v verbatim) markdown() string            { return strings.TrimSuffix(fenced("sh", v), "\n") }
