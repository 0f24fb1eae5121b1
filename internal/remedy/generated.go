package remedy

import (
	"regexp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// generated is how the first lines of a file say that a program wrote it, and will again.
//
// Source: golang.org/s/generatedcode, which other tools follow loosely.
var generated = regexp.MustCompile(
	`(?i)\bdo not (edit|modify)\b|\b(auto-?|automatically |code )generated\b|\bgenerated (by|from|with|using)\b`)

// headLines is how many lines of a file are looked at for that.
const headLines = 10

// written is a fix without changes of files that a program writes: it would take them
// back. The fix says where they are to be made instead.
func (x *Fitter) written(fix *finding.Fix) *finding.Fix {
	if fix == nil {
		return nil
	}
	var at *origin.Position
	said := ""
	kept := slices.DeleteFunc(slices.Clone(fix.Changes), func(c finding.Change) bool {
		if c.Position == nil {
			return false
		}
		line, words := generatedBy(x.linesOf(c.Position.File))
		if line > 0 && at == nil {
			at, said = &origin.Position{File: c.Position.File, Line: line}, words
		}
		return line > 0
	})
	if at == nil {
		return fix
	}
	return &finding.Fix{
		Summary: fix.Summary + `, in what its file is generated from: it says "` + said + `"`,
		At:      at, Changes: kept, Values: fix.Values, AcceptOnly: fix.AcceptOnly,
	}
}

// generatedBy is the comment among the first lines of a file that says so, and its line; 0
// where none does.
func generatedBy(lines []string) (line int, said string) {
	for i, text := range lines[:min(len(lines), headLines)] {
		comment, is := strings.CutPrefix(strings.TrimSpace(text), "#")
		if is && generated.MatchString(comment) {
			return i + 1, strings.TrimSpace(strings.Trim(comment, "# \t\r"))
		}
	}
	return 0, ""
}
