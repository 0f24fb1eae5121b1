package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// githubOf writes findings as workflow commands of GitHub Actions, which make
// annotations of them: one line each, the gravest first, for GitHub shows the
// first of a step only. Then one line with the numbers.
func githubOf(v published.Value) writer {
	f, ok := v.(published.Findings)
	if !ok {
		return nil
	}
	return func(w io.Writer, _ Screen) error {
		if _, err := io.WriteString(w, strings.Join(githubLines(&f), "\n")+"\n"); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		return nil
	}
}

var githubCommands = map[string]string{"high": "error", "medium": "warning", "low": "notice"}

func githubLines(f *published.Findings) []string {
	var lines []string
	for _, x := range gravestFirst(f.Findings, finding.Broken) {
		title := x.Obligation + " (" + x.Severity + "): " + named(x.Subject)
		lines = append(lines, githubLine(githubCommands[x.Severity], x.Position, title, paragraphs(x)))
	}
	for _, u := range f.Unreadable {
		said := []string{sentence(u.Reason)}
		if u.Hint != "" {
			said = append(said, "Hint: "+u.Hint) // which may be a command, as it is typed
		}
		lines = append(lines, githubLine("notice", origin.Position{File: u.File, Line: u.Line}, "could not be read", said))
	}
	for _, u := range f.Unread {
		lines = append(lines, githubLine("notice", origin.Position{}, "could not be read", []string{sentence(u.Words())}))
	}
	for i := range f.Ignored {
		x := &f.Ignored[i]
		lines = append(lines, githubLine("warning", x.Position, "does not count", []string{sentence(ignoredWords(x))}))
	}
	for _, x := range gravestFirst(f.Findings, finding.Unknown) {
		lines = append(lines, githubLine("notice", x.Position, x.Obligation+" (unknown): "+named(x.Subject), paragraphs(x)))
	}
	return append(append(lines, headline(f)), limits(f)...)
}

// gravestFirst are the findings of one verdict, by weight.
func gravestFirst(all []finding.Finding, verdict finding.Verdict) []*finding.Finding {
	var some []*finding.Finding
	for i := range all {
		if all[i].Verdict == verdict {
			some = append(some, &all[i])
		}
	}
	slices.SortStableFunc(some, func(a, b *finding.Finding) int {
		return slices.Index(finding.Severities, a.Severity) - slices.Index(finding.Severities, b.Severity)
	})
	return some
}

// headline is how many findings there are, or why there is none.
func headline(f *published.Findings) string {
	if f.Nothing == "" {
		return countsOf(f.Summary)
	}
	said := f.Nothing
	if n := f.Summary.Unreadable; n > 0 {
		said += fmt.Sprintf(" %d could not be read.", n)
	}
	return said
}

// severityWords count those that are broken by severity; empty where none is.
func severityWords(n finding.Summary) string {
	var all []string
	for _, of := range []struct {
		n    int
		said string
	}{{n.BySeverity.High, "high"}, {n.BySeverity.Medium, "medium"}, {n.BySeverity.Low, "low"}} {
		if of.n > 0 {
			all = append(all, fmt.Sprintf("%d %s", of.n, of.said))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return " (" + strings.Join(all, ", ") + ")"
}

// countsOf are the numbers of findings, in words.
func countsOf(n finding.Summary) string {
	said := fmt.Sprintf("%d broken%s, %d unknown, %d held", n.Broken, severityWords(n), n.Unknown, n.Held)
	if n.Waived > 0 {
		said += fmt.Sprintf(", %d waived", n.Waived)
	}
	if n.Known > 0 {
		said += fmt.Sprintf(", %d known", n.Known)
	}
	if n.Unreadable > 0 {
		said += fmt.Sprintf(", %d could not be read", n.Unreadable)
	}
	return said
}

// githubLine is one command. What stands in no file has none.
func githubLine(command string, at origin.Position, title string, said []string) string {
	properties := []string{"title=" + githubProperty(inOneLine(title))}
	if at.File != "" {
		place := []string{"file=" + githubProperty(inOneLine(at.File))}
		if at.Line > 0 {
			place = append(place, fmt.Sprintf("line=%d", at.Line))
		}
		properties = append(place, properties...)
	}
	for i := range said {
		said[i] = inOneLine(said[i])
	}
	return "::" + command + " " + strings.Join(properties, ",") + "::" + githubData(strings.Join(said, "\n"))
}

// githubData and githubProperty escape as the runner unescapes.
func githubData(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

func githubProperty(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A", ":", "%3A", ",", "%2C").Replace(s)
}
