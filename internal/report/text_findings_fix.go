package report

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// fix shows what to do. Changes that are shown already are not shown again:
// what is wrong with a budget is behind several findings.
func (f *findingsWriter) fix(fix *finding.Fix) {
	if fix == nil {
		return
	}
	summary := f.s.paint(good, "fix:") + " " + fix.Summary + fixAt(fix)
	key := changesKey(fix)
	if f.shown[key] {
		f.line(f.s.wrap(4, summary+" (as above)"))
		return
	}
	f.shown[key] = key != ""
	f.line(f.s.wrap(4, summary))
	if len(fix.Values) > 0 {
		f.line("      " + f.s.paint(faint, "# values of the chart"))
		for _, v := range fix.Values {
			f.line("      " + ofSet(v))
		}
	}
	for _, c := range fix.Changes {
		f.change(c)
	}
}

// changesKey tells the changes of one fix from those of another; it is empty
// where it has none.
func changesKey(fix *finding.Fix) string {
	var key strings.Builder
	fmt.Fprint(&key, strings.Join(fix.Values, "\n"))
	for _, c := range fix.Changes {
		fmt.Fprintln(&key, c.Action, c.Object, c.Manifest())
	}
	return key.String()
}

// change shows what to paste. Manifests are not wrapped: they are YAML.
func (f *findingsWriter) change(c finding.Change) {
	f.line("      ---")
	for _, remark := range remarks(c) {
		f.line("      " + f.s.paint(faint, "# "+remark))
	}
	for line := range strings.Lines(c.Manifest()) {
		f.b.WriteString("      " + line)
	}
}

// remarks say what a change does with which object, and where that stands.
func remarks(c finding.Change) []string {
	object := c.Object.Kind + " " + c.Object.Name
	all := []string{map[finding.Action]string{
		finding.Delete: "delete " + object, finding.Patch: "merge into " + object, finding.Replace: "in place of " + object,
		finding.Create: "new",
	}[c.Action]}
	if c.Action != finding.Create && c.Position != nil && c.Position.File != "" {
		all = append(all, c.Position.String())
	}
	if command := c.Object.Kubectl("delete"); c.Action == finding.Delete && command != "" {
		all = append(all, command)
	}
	return all
}

// ofSet is a value of a chart as Helm's flag in a shell.
func ofSet(value string) string { return "--set " + words.InShell(value) }

// pasted are the changes of a fix as lines of YAML.
func pasted(fix *finding.Fix) []string {
	if fix == nil {
		return nil
	}
	var lines []string
	for _, c := range fix.Changes {
		lines = append(lines, "---")
		for _, remark := range remarks(c) {
			lines = append(lines, "# "+inOneLine(remark))
		}
		for line := range strings.Lines(c.Manifest()) {
			lines = append(lines, visible(strings.TrimSuffix(line, "\n")))
		}
	}
	return lines
}
