package report

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
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
			f.line("      --set " + v)
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
	switch c.Action {
	case finding.Delete:
		command := "kubectl delete " + strings.ToLower(c.Object.Kind) + " " + c.Object.Name
		if c.Object.Namespace != "" {
			command += " -n " + c.Object.Namespace
		}
		f.remark("delete "+c.Object.Kind+" "+c.Object.Name, c.Position)
		f.remark(command, nil)
		return
	case finding.Patch:
		f.remark("merge into "+c.Object.Kind+" "+c.Object.Name, c.Position)
	case finding.Replace:
		f.remark("in place of "+c.Object.Kind+" "+c.Object.Name, c.Position)
	case finding.Create:
		f.remark("new", nil)
	}
	for line := range strings.Lines(c.Manifest()) {
		f.b.WriteString("      " + line)
	}
}

// remark writes a YAML comment, with the position it is about on a line of its
// own: paths do not wrap.
func (f *findingsWriter) remark(words string, p *origin.Position) {
	f.line("      " + f.s.paint(faint, "# "+words))
	if p != nil && p.File != "" {
		f.line("      " + f.s.paint(faint, "# "+p.String()))
	}
}
