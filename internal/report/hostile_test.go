package report

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
)

// hostile are names as no API server takes them and a file may hold them.
var hostile = rapid.Custom(func(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.SampledFrom([]string{
		"web", "a-b", " ", "\n", "\r\n", "\r", "\t", "\x00", "\x1b[31m", "\x9b", "\u202e", "\u2066", "\u2028", "\ufffe", "\xff",
		"::", "::error::", "%0A", "%",
		"|", "\\|", "\\", "`", "``", "```", "~~~", ",", ";", "\"", "'", "=", "=1+1", "+", "-", "@", "@team", "#12", "!3", "&1", "&amp;", "<b>",
		"</details>", "<!--", "-->", "]]>", "[x](1)", "{0}", "*", "_", "ü", "日本", "${{ x }}", "##[error]", "://", "C:\\x", "/", "../",
	}), 0, 6).Draw(t, "parts")
	return strings.Join(parts, "")
})

var hostileFindings = rapid.Custom(func(t *rapid.T) published.Findings {
	f := someFindings()
	drawn := func(s *string) { *s = hostile.Draw(t, "name") }
	at := func(p *origin.Position) { drawn(&p.File) }
	for i := range f.Findings {
		x := &f.Findings[i]
		s := &x.Subject
		for _, of := range []*string{&s.Namespace, &s.Kind, &s.Name, &s.Unit, &x.Offering, &x.Message, &x.Consequence, &x.SeverityBecause} {
			drawn(of)
		}
		at(&x.Position)
		for k := range x.Evidence {
			drawn(&x.Evidence[k].Text)
			at(&x.Evidence[k].Position)
		}
		for k := range x.LeadsTo {
			drawn(&x.LeadsTo[k].Message)
			drawn(&x.LeadsTo[k].Subject.Name)
		}
		drawn(&x.Owner)
		if x.Waiver != nil {
			drawn(&x.Waiver.Reason)
			drawn(&x.Waiver.By)
		}
		if x.Fix == nil {
			continue
		}
		drawn(&x.Fix.Summary)
		at(x.Fix.At)
		for k := range x.Fix.Values {
			drawn(&x.Fix.Values[k])
		}
		for k := range x.Fix.Changes {
			drawn(&x.Fix.Changes[k].Object.Name)
			x.Fix.Changes[k].Value = finding.DataOf(map[string]any{"kind": x.Subject.Kind, "name": x.Subject.Name})
		}
	}
	for i := range f.Unreadable {
		u := &f.Unreadable[i]
		for _, s := range []*string{&u.File, &u.Reason, &u.Hint, &u.Unit} {
			drawn(s)
		}
	}
	drawn(&f.Unread[0].Reason)
	drawn(&f.Unread[0].Resource)
	f.Ignored = []published.Ignored{{Text: hostile.Draw(t, "text"), Reason: hostile.Draw(t, "reason"), By: hostile.Draw(t, "by"),
		Position: origin.Position{File: hostile.Draw(t, "file"), Line: 7}}}
	f.Filter, f.Summary.LeftOut = &published.Filter{Namespaces: []string{hostile.Draw(t, "namespace") + "x"}}, &finding.Tally{Broken: 1}
	f.Units[0].Name = f.Findings[0].Subject.Unit
	f.Read.Contexts, f.Read.Files = []string{hostile.Draw(t, "context")}, 1
	f.Lines = []published.Line{{Title: "EKS", Evidence: hostile.Draw(t, "evidence")}}
	return f
})

// Whatever names a file holds, each format stays what it is: a finding is one
// result, test, line or row, and nothing of a name is taken for anything else.
func TestHostileNames(t *testing.T) {
	schema := schemaOfSARIF(t)
	rapid.Check(t, func(r *rapid.T) {
		f := hostileFindings.Draw(r, "findings")
		all := map[string]string{}
		for _, format := range []string{"json", "sarif", "junit", "github", "gitlab", "csv", "markdown"} {
			all[format] = writtenBy(t, r, f, format)
		}
		if log := sarifIn(t, schema, all["sarif"]); len(log.Runs[0].Results) != 4 || len(log.Runs[0].Invocations[0].Notifications) != 6 {
			r.Fatalf("SARIF has %d results\n%s", len(log.Runs[0].Results), all["sarif"])
		}
		if report := junitIn(t, all["junit"]); report.Tests != 11 || report.Failures != 3 || report.Skipped != 7 {
			r.Fatalf("JUnit has %+v\n%s", report, all["junit"])
		}
		githubIsWellFormed(r, all["github"])
		var issues []gitlabIssue
		if err := json.Unmarshal([]byte(all["gitlab"]), &issues); err != nil || len(issues) != 9 {
			r.Fatalf("GitLab has %d issues: %v\n%s", len(issues), err, all["gitlab"])
		}
		for _, issue := range issues {
			if !plainLine(issue.Description) || !plainLine(issue.Location.Path) {
				r.Fatalf("GitLab has %+v", issue)
			}
		}
		csvIsWellFormed(r, all["csv"])
		markdownIsWellFormed(r, all["markdown"])
	})
}

func writtenBy(t *testing.T, r *rapid.T, f published.Findings, format string) string {
	text := written(t, f, format, Screen{})
	if strings.ContainsFunc(text, func(c rune) bool { return c != '\n' && c != '\r' && obeyed(c) }) {
		r.Fatalf("%s moves the cursor or turns writing around:\n%q", format, text)
	}
	return text
}

// plainLine reports whether a text is one line that shows as it reads.
func plainLine(s string) bool {
	return !strings.ContainsFunc(s, func(c rune) bool { return unicode.IsControl(c) || unicode.Is(unicode.Bidi_Control, c) || c == '\u2028' })
}

var githubForm = regexp.MustCompile(`^::(error|warning|notice) (?:file=([^:,]*),)?(?:line=(\d+),)?title=([^:,]*)::(.*)$`)

func githubIsWellFormed(r *rapid.T, text string) {
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	if len(lines) != 10 || !strings.HasPrefix(lines[9], "Left out by --namespace ") || !plainLine(lines[9]) ||
		lines[8] != "3 broken (1 high, 1 medium, 1 low), 1 unknown, 1 held, 1 waived, 2 could not be read" {
		r.Fatalf("GitHub has %d lines:\n%s", len(lines), text)
	}
	for _, line := range lines[:8] {
		if !githubForm.MatchString(line) || !plainLine(line) {
			r.Fatalf("GitHub would not read %q", line)
		}
	}
}

func csvIsWellFormed(r *rapid.T, text string) {
	if n := strings.Count(text, "\n"); n != 12 || strings.Count(text, "\r\n") != n {
		r.Fatalf("CSV has %d lines\n%q", n, text)
	}
	rows, err := csv.NewReader(strings.NewReader(text)).ReadAll() // every row has as many cells as the first
	if err != nil {
		r.Fatalf("%v\n%s", err, text)
	}
	for _, row := range rows {
		for _, cell := range row {
			if strings.IndexAny(cell, "=+-@") == 0 || !plainLine(cell) {
				r.Fatalf("a spreadsheet would run %q", cell)
			}
		}
	}
}

var ownTags = regexp.MustCompile(`^(<!-- onus check -->|</details>|<details><summary>\w+ <code>[a-z-]+</code> on [^<]*</summary>)$`)

// markdownIsWellFormed reads Markdown as GitHub does, as far as it takes to see
// that rows have four cells, and that no name calls anybody or opens a tag.
func markdownIsWellFormed(r *rapid.T, text string) {
	if len(text) > mostInComment {
		r.Fatalf("a comment of %d bytes", len(text))
	}
	fence, rows, opened := "", 0, 0
	for _, line := range strings.Split(text, "\n") {
		switch {
		case fence != "":
			if line == fence {
				fence = ""
			}
			continue
		case strings.HasPrefix(line, "```"):
			fence = strings.TrimSuffix(line, "yaml")
			continue
		case strings.HasPrefix(line, "|"):
			rows++
			if n := len(regexp.MustCompile(`(^|[^\\])\|`).FindAllString(line, -1)); n != 5 {
				r.Fatalf("a row with %d pipes: %q", n, line)
			}
		case ownTags.MatchString(line):
			opened += strings.Count(line, "<details>") - strings.Count(line, "</details>")
			continue
		}
		prose := strings.NewReplacer(`\\`, " ", "&#8203;", " ").Replace(withoutCode(line))
		if m := regexp.MustCompile(`[@#!][\pL\pN]|(^|[^\\])[<\x60*_[]`).FindString(prose); m != "" {
			r.Fatalf("%q in %q calls somebody or is Markdown", m, line)
		}
	}
	if fence != "" || opened != 0 || rows < 2 {
		r.Fatalf("%d rows, %d open parts, fence %q:\n%s", rows, opened, fence, text)
	}
}

// withoutCode takes code spans out of a line: what stands between two runs of as
// many backticks (CommonMark 6.1). Escaped backticks open none.
func withoutCode(line string) string {
	var b strings.Builder
	for i := 0; i < len(line); {
		if line[i] == '\\' && i+1 < len(line) {
			b.WriteString(line[i : i+2])
			i += 2
			continue
		}
		if line[i] != '`' {
			b.WriteByte(line[i])
			i++
			continue
		}
		n := len(line[i:]) - len(strings.TrimLeft(line[i:], "`"))
		end := regexp.MustCompile(fmt.Sprintf("(?:^|[^`])(`{%d})(?:[^`]|$)", n)).FindStringSubmatchIndex(line[i+n:])
		if end == nil {
			b.WriteString(line[i : i+n])
			i += n
			continue
		}
		i += n + end[3]
	}
	return b.String()
}
