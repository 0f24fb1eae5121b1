package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

// csvHead names the columns. Columns may be added, at the end.
var csvHead = []string{"verdict", "severity", "obligation", "unit", "namespace", "kind", "name", "offering", "layer", "party",
	"file", "line", "message", "fix", "waiver", "owner"}

// csvOf writes findings as comma-separated values (RFC 4180), one line a finding;
// and one, with nothing but its file and why, for what could not be read.
func csvOf(v published.Value) writer {
	if m, ok := v.(published.Matrix); ok {
		return func(w io.Writer, _ Screen) error { return matrixCSV(w, &m) }
	}
	f, ok := v.(published.Findings)
	if !ok {
		return nil
	}
	return func(w io.Writer, _ Screen) error {
		out := csv.NewWriter(w)
		out.UseCRLF = true
		_ = out.Write(csvHead) // an error stays for the end
		for i := range f.Findings {
			x := &f.Findings[i]
			fix := ""
			if x.Fix != nil {
				fix = x.Fix.Summary + fixAt(x.Fix)
			}
			s, waiver := x.Subject, ""
			if x.Verdict == finding.Waived {
				waiver = waiverWords(x.Waiver)
			}
			_ = out.Write(cells(string(x.Verdict), x.Severity, x.Obligation, s.Unit, s.Namespace, s.Kind, s.Name, x.Offering, x.Layer, x.Party,
				x.Position.File, lineNumber(x.Position.Line), x.Message, fix, waiver, x.Owner))
		}
		for _, u := range f.Unreadable {
			_ = out.Write(cells("unreadable", "", "", u.Unit, "", "", "", "", "", "", u.File, lineNumber(u.Line), u.Reason, u.Hint, "", ""))
		}
		for _, u := range f.Unread {
			_ = out.Write(cells("unread", "", "", "", "", u.Kind, "", "", "", "", "", "", u.Words(), "", "", ""))
		}
		for i := range f.Ignored {
			x := &f.Ignored[i]
			_ = out.Write(cells("ignored", "", "", "", "", "", "", "", "", "", x.File, lineNumber(x.Line), ignoredWords(x), "", "", ""))
		}
		for _, said := range limits(&f) {
			_ = out.Write(cells("left out", "", "", "", "", "", "", "", "", "", "", "", said, "", "", ""))
		}
		out.Flush()
		if err := out.Error(); err != nil {
			return fmt.Errorf("writing: %w", err)
		}
		return nil
	}
}

// lineNumber is empty where something concerns all of a file.
func lineNumber(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// cells are values each on one line, and none of them a formula: spreadsheets run
// what begins with one of these signs, unless an apostrophe stands before it.
func cells(values ...string) []string {
	for i, v := range values {
		v = inOneLine(v)
		if strings.IndexAny(v, "=+-@＝＋－＠") == 0 {
			v = "'" + v
		}
		values[i] = v
	}
	return values
}
