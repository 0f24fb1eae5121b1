package report

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/finding"
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
	v.Files, v.Commands = nil, append([]string(nil), v.Commands...)
	v = legible(v)
	head := "cured"
	switch {
	case len(v.Commands) > 0:
		head = "what the commands are for"
	case !v.Written:
		head = "would be cured"
	}
	p = append(p, prose(fixesSummary(&v)))
	if v.Plan != "" {
		file := words.InShell(v.Plan)
		p = append(p, steps{"onus plan show " + file, "onus apply " + file})
	}
	return append(p,
		section{head, []block{curedList(v.Cured)}},
		section{"single pods: what came of each way, played", []block{singlePods(v.Singles)}},
		section{"comments beside what is changed: do they still hold?", []block{bullets(remarksBeside(v.Comments))}},
		section{"taken out of files", []block{bullets(deleted(&v))}},
		section{"left for you", []block{leftBroken(&v)}})
}

// fixesSummary counts edits, and what became of the findings.
func fixesSummary(v *published.Fixes) string {
	n := v.Summary
	var all []string
	switch {
	case len(v.Commands) > 0:
		said := fmt.Sprintf("%s for %s. Nothing was run; what they do together is seen by onus check afterwards.",
			words.Count(len(v.Commands), "command"), words.Count(n.Cured, "finding"))
		if v.Plan != "" {
			said += " The plan " + v.Plan + " makes the same changes."
		}
		all = append(all, said)
	case n.Edits == 0 && n.Cured+n.Left == 0:
		all = append(all, "Nothing to fix.")
	case n.Edits == 0:
		all = append(all, "No edit mends what is left.")
	case v.Written:
		all = append(all, fmt.Sprintf("Written: %s in %s cured %s.",
			words.Count(n.Edits, "edit"), words.Count(n.Files, "file"), words.Count(n.Cured, "finding")))
	default:
		again := "everything was checked again with all of them"
		if v.Filter != nil {
			again = "what was asked for was checked again with all of them"
		}
		all = append(all, fmt.Sprintf("%s in %s would cure %s; "+again+". --write makes them.",
			words.Count(n.Edits, "edit"), words.Count(n.Files, "file"), words.Count(n.Cured, "finding")))
	}
	if n.Below > 0 {
		all = append(all, fmt.Sprintf("Not asked for: %s of lower severity; see --min-severity.", words.Count(n.Below, "finding")))
	}
	if more := n.BelowAfter - n.Below; more > 0 && n.Edits > 0 {
		all = append(all, fmt.Sprintf("The edits bring %s of lower severity.", words.Count(more, "finding")))
	}
	if len(v.Unreadable) > 0 {
		all = append(all, fmt.Sprintf("%s of the input could not be read and is not looked at: onus check lists it.",
			words.Count(len(v.Unreadable), "part")))
	}
	return strings.Join(all, " ")
}

// curedList lists what the edits are for.
func curedList(all []published.Cured) block {
	var list entries
	shown := few(all, func(c published.Cured) string { return c.Obligation })
	for _, c := range shown {
		e := entry{name: c.Obligation, beside: c.Severity + "  " + named(c.Subject), under: []string{sentence(c.Message)}}
		if c.File != "" {
			e.under = append(e.under, c.Position.String())
		}
		list = append(list, e)
	}
	return list.andMore(len(all) - len(shown))
}

// mostListed is how many findings and comments are listed of each kind: beside a diff a longer list is not read.
const mostListed = 6

// few are so many of a list, one of each kind first, in their order.
func few[T any](all []T, kind func(T) string) []T {
	if len(all) <= mostListed+1 { // one alone takes no less room than to say so
		return all
	}
	taken, kinds := make([]bool, len(all)), map[string]bool{}
	left := mostListed
	for _, first := range []bool{true, false} {
		for i := range all {
			if left > 0 && !taken[i] && !(first && kinds[kind(all[i])]) {
				taken[i], kinds[kind(all[i])] = true, true
				left--
			}
		}
	}
	var some []T
	for i := range all {
		if taken[i] {
			some = append(some, all[i])
		}
	}
	return some
}

// andMore says that there are more than are listed.
func (e entries) andMore(more int) entries {
	if more == 0 {
		return e
	}
	return append(e, entry{name: "and " + strconv.Itoa(more) + " more", beside: "-o json has each"})
}

// remarksBeside are comments that say something, with where they stand.
func remarksBeside(all []published.Comment) []string {
	var lines []string
	for _, c := range all {
		if strings.Trim(c.Text, "#- ") != "" {
			lines = append(lines, c.Position.String()+": "+c.Text)
		}
	}
	if more := len(lines) - mostListed; more > 1 {
		lines = append(lines[:mostListed], fmt.Sprintf("and %d more; -o json has each", more))
	}
	return lines
}

// deleted says what of a file's deletion is left to do in a cluster: what is gone from a
// file stays there, unless who applies it prunes.
func deleted(v *published.Fixes) []string {
	var all []string
	for _, e := range v.Edits {
		if e.Action == finding.Delete && e.Object != nil {
			said := "where what applies it does not prune, it stays in the cluster"
			if command := e.Object.Kubectl("delete"); command != "" {
				said += ": " + command
			}
			all = append(all, e.Object.Kind+" "+e.Object.Name+"; "+said)
		}
	}
	return all
}

// leftBroken lists what no edit mends, and why.
func leftBroken(v *published.Fixes) block {
	var list entries
	shown := few(v.Left, func(l published.LeftBroken) string { return l.Obligation + l.Why })
	for _, l := range shown {
		e := entry{name: l.Obligation, beside: l.Severity + "  " + named(l.Subject)}
		if l.New {
			e.beside += "  comes with the edits"
		}
		e.under = append(e.under, sentence(l.Message), sentence("not edited: "+l.Why))
		if l.Fix != "" {
			e.under = append(e.under, sentence("fix: "+l.Fix))
		}
		if l.File != "" {
			e.under = append(e.under, l.Position.String())
		}
		list = append(list, e)
	}
	return list.andMore(len(v.Left) - len(shown))
}

// shownLines are the lines of a text, each without what a terminal would obey but tabs, and
// the carriage returns at the ends of lines.
func shownLines(of string) []string {
	lines := strings.Split(strings.TrimSuffix(of, "\n"), "\n")
	for i, line := range lines {
		if strings.ContainsFunc(strings.TrimSuffix(line, "\r"), func(r rune) bool { return obeyed(r) && r != '\t' }) {
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

// singlePods says of each what came of each way, and promises nothing: what was not played is said as such.
func singlePods(all []published.SinglePod) block {
	var list entries
	shown := few(all, func(s published.SinglePod) string { return s.Why })
	for i := range shown {
		s := &shown[i]
		e := entry{name: named(s.Subject)}
		if s.Why != "" {
			e.under = []string{"not played: " + s.Why}
			list = append(list, e)
			continue
		}
		e.beside = "when " + s.Node + " goes"
		for k := range s.Ways {
			e.under = append(e.under, s.Ways[k].Way+": "+wayOut(&s.Ways[k]))
		}
		for _, a := range s.Assumes {
			e.under = append(e.under, "assumed: "+a)
		}
		list = append(list, e)
	}
	return list.andMore(len(all) - len(shown))
}

// wayOut is what came of a way, in words.
func wayOut(w *published.SingleWay) string {
	if w.Why != "" {
		return "not played: " + w.Why
	}
	runs := words.Count(w.Runs, "run")
	var said string
	switch u := w.Unready; {
	case u.Max == 0:
		said = fmt.Sprintf("%s ready at any time in %s", words.Count(*w.Lowest, "pod"), runs)
	default:
		said = "no pod ready for " + words.Seconds(u.Min)
		if least, most := words.Seconds(u.Min), words.Seconds(u.Max); least != most {
			said += " to " + most
		}
		said += " in " + runs
	}
	switch {
	case w.Done == 0:
		said += "; the node is not emptied in any of them: " + w.Held
	case w.Done < w.Runs:
		said += fmt.Sprintf("; in %d of them the node is not emptied: %s", w.Runs-w.Done, w.Held)
	}
	return said
}
