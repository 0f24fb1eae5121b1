package report

import (
	"fmt"
	"html"
	"io"
	"regexp"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// mostInComment is how many bytes a comment may have. GitHub takes 65,536
// characters; what else is in the comment of a pipeline has room in the rest.
const mostInComment = 60_000

// How much of it the table takes, how many subjects one row names and one part
// lists, and how much is left for saying what is left out.
const (
	mostInTable   = 20_000
	mostInRow     = 3
	mostInPart    = 30
	roomForTheCut = 400
)

// commentMark begins a comment, for a pipeline to find the one of the last run.
const commentMark = "<!-- onus check -->"

// findingsMarkdown writes findings as a comment of a pull request: the numbers, a
// table of what is broken and unknown by what cures it, as the text has it, and
// the details folded away. What does not fit is counted.
func findingsMarkdown(w io.Writer, f *published.Findings) error {
	told, also := withoutCopies(f.Findings)
	all := troubles(told)
	c := comment{also: also}
	c.add(commentMark + "\n### onus: " + headline(f) + "\n")
	c.add("\n" + quotedProse(aboutFindings(f)) + "\n")
	for _, said := range limits(f) {
		c.add("\n" + quotedProse(said) + "\n")
	}
	rows := c.table(all)
	left := c.details(all)
	c.b.WriteString(leftOut(len(all)-rows, left))
	c.notChecked(f)
	if _, err := io.WriteString(w, c.b.String()); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// comment is one on its way.
type comment struct {
	b    strings.Builder
	also map[string]int // by fingerprint, how many more units have it
}

// add adds a part, unless it does not fit.
func (c *comment) add(part string) bool {
	fits := c.b.Len()+len(part) <= mostInComment-roomForTheCut
	if fits {
		c.b.WriteString(part)
	}
	return fits
}

// aboutFindings says what was read, and on which offerings it runs.
func aboutFindings(f *published.Findings) string {
	read := amounts{{f.Read.Workloads, "workload"}, {f.Read.Budgets, "PDB"}, {f.Read.Nodes, "node"}, {f.Read.Pools, "node pool"},
		{f.Read.Instances, "database instance"}}.words()
	if read == "" {
		read = "nothing that is checked"
	}
	said := "Read " + read + " from " + readFrom(f.Read) + "."
	for _, l := range f.Lines {
		said += " " + l.Title + ": " + l.Evidence + "."
	}
	return said
}

// table has a row for each kind of trouble, and says for how many there was room.
func (c *comment) table(all []trouble) int {
	if len(all) == 0 {
		return 0
	}
	c.add("\n| | obligation | on | what to do |\n| --- | --- | --- | --- |\n")
	for i, k := range all {
		if c.b.Len() > mostInTable || !c.add(troubleRow(k)) {
			return i
		}
	}
	return len(all)
}

// troubleRow is one kind of trouble as a row.
func troubleRow(k trouble) string {
	folded := variants(k.findings)
	var on []string
	for _, of := range folded[:min(len(folded), mostInRow)] {
		on = append(on, cell(subjectCode(of[0].Subject)))
	}
	if more := len(folded) - mostInRow; more > 0 {
		on = append(on, fmt.Sprintf("%d more", more))
	}
	cure := ""
	for _, x := range k.findings {
		if x.Fix != nil {
			cure = x.Fix.Summary
			break
		}
	}
	if k.fix == "" && len(k.findings) > 1 && cure != "" {
		cure = "each its own, below"
	}
	return "| " + strings.Join([]string{rankOf(k), cell(code(k.obligation)), words.And(on), quotedProse(cure)}, " | ") + " |\n"
}

// rankOf is the severity of what is broken, and else the verdict.
func rankOf(k trouble) string {
	if k.verdict == finding.Unknown {
		return string(k.verdict)
	}
	return k.severity
}

// details has a folded part for each kind of trouble, and says how many findings
// are in no part.
func (c *comment) details(all []trouble) (left int) {
	for _, k := range all {
		shown := k.findings[:min(len(k.findings), mostInPart)]
		if !c.add(c.troubleDetails(k, shown)) {
			shown = nil
		}
		left += len(k.findings) - len(shown)
	}
	return left
}

func (c *comment) troubleDetails(k trouble, shown []finding.Finding) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n<details><summary>%s <code>%s</code> on %s</summary>\n", rankOf(k), html.EscapeString(inOneLine(k.obligation)),
		counted(variants(k.findings)))
	for i := range shown {
		x := &shown[i]
		fmt.Fprintf(&b, "\n- %s", subjectCode(x.Subject))
		if x.Subject.Unit != "" {
			fmt.Fprintf(&b, " in %s", code(x.Subject.Unit))
		}
		if more := c.also[x.Fingerprint]; more > 0 {
			b.WriteString(" and " + words.Count(more, "more unit"))
		}
		if x.Position.File != "" {
			fmt.Fprintf(&b, ", %s", code(x.Position.String()))
		}
		b.WriteString("\n")
		for _, p := range paragraphs(x) {
			fmt.Fprintf(&b, "\n  %s\n", quotedProse(p))
		}
	}
	toPaste(&b, k, shown)
	b.WriteString("\n</details>\n")
	return b.String()
}

// toPaste writes the fix of each that has its own, and of those that are alike
// the first.
func toPaste(b *strings.Builder, k trouble, shown []finding.Finding) {
	for i := range shown {
		lines := pasted(shown[i].Fix)
		if len(lines) == 0 {
			continue
		}
		fmt.Fprintf(b, "\nFor %s:\n\n%s", subjectCode(shown[i].Subject), fenced("yaml", lines))
		if k.fix != "" && len(shown) > 1 {
			b.WriteString("\nThe others alike; `onus check -v` has each.\n")
			return
		}
	}
}

// notChecked says what could not be read, and of what nothing was checked.
func (c *comment) notChecked(f *published.Findings) {
	if n := len(f.Unreadable); n > 0 {
		said := "\nCould not read " + words.Count(n, "file or object", "files or objects") + " of the input"
		first := ", the first " + code(f.Unreadable[0].At()) + ": " + quotedProse(words.OneLine(f.Unreadable[0].Reason))
		if !c.add(said + first + ".\n") {
			c.b.WriteString(said + ".\n")
		}
	}
	if said := notReadWords(f.Summary, f.Read.Workloads); said != "" {
		c.add("\n" + quotedProse(said) + "\n")
	}
	for i := range f.Ignored {
		x := &f.Ignored[i]
		c.add("\n" + quotedProse(sentence(ignoredWords(x))) + " " + code(x.Position.String()) + "\n")
	}
	if len(f.Unread) > 0 {
		c.add("\nNot read: " + quotedProse(origin.ByCause(f.Unread, origin.Plurals)) + ". Verdicts that need these kinds are unknown.\n")
	}
	if len(f.NotLookedAt) > 0 {
		c.add("\nNot checked; verify by hand: " + code(strings.Join(f.NotLookedAt, ", ")) + ".\n")
	}
}

// leftOut counts what did not fit.
func leftOut(rows, findings int) string {
	var all []string
	if rows > 0 {
		all = append(all, words.Count(rows, "row of the table", "rows of the table"))
	}
	if findings > 0 {
		all = append(all, words.Count(findings, "finding in detail", "findings in detail"))
	}
	if len(all) == 0 {
		return ""
	}
	return "\nLeft out for length: " + words.And(all) + "; `onus check -v` has everything.\n"
}

// subjectCode is a subject, its name quoted.
func subjectCode(s finding.Subject) string {
	if s.Name == "" {
		return "every " + code(s.Kind)
	}
	name := s.Name
	if s.Namespace != "" {
		name = s.Namespace + "/" + name
	}
	return code(name) + " " + quotedProse(s.Kind)
}

// cell is what stands in a table, where a pipe ends a cell even in code.
func cell(markdown string) string { return strings.ReplaceAll(markdown, "|", `\|`) }

// code is a name as it stands, in one line and not too long.
func code(name string) string {
	name = visible(words.OneLine(name))
	if name == "" {
		return ""
	}
	mark := strings.Repeat("`", longestRun(name)+1)
	if strings.HasPrefix(name, "`") || strings.HasSuffix(name, "`") {
		name = " " + name + " "
	}
	return mark + name + mark
}

// longestRun is how many backticks stand together in a text at most.
func longestRun(s string) int {
	most, run := 0, 0
	for _, r := range s {
		if run++; r != '`' {
			run = 0
		}
		most = max(most, run)
	}
	return most
}

// calls are what GitHub and GitLab make links of that tell somebody: @team, #12, !3.
var calls = regexp.MustCompile(`([@#!&%$~])([\pL\pN_])`)

// quotedProse is prose that shows as it reads and calls nobody: a space of no
// width stands behind each sign that would.
func quotedProse(said string) string {
	said = calls.ReplaceAllString(inOneLine(said), "$1\u200b$2")
	said = escapeMarkdown(strings.NewReplacer("&", "&amp;").Replace(said))
	return strings.NewReplacer("~", `\~`, "\u200b", "&#8203;").Replace(said)
}

// fenced is a block of a language, in a fence that nothing in it closes.
func fenced(language string, lines []string) string {
	body := strings.Join(lines, "\n")
	fence := strings.Repeat("`", max(3, longestRun(body)+1))
	return fence + language + "\n" + body + "\n" + fence + "\n"
}
