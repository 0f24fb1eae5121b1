package cli

import (
	"slices"

	"github.com/spf13/cobra"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/config"
	"github.com/onus-project/onus/internal/filter"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/subject"
	"github.com/onus-project/onus/internal/words"
)

// failNever is the value of --fail-on with which nothing that is found fails a run.
const failNever = "never"

// choices are the flags by which findings are chosen.
type choices struct {
	only, skip, namespaces, workloads []string
	minSeverity, selector, failOn     string
}

func (s *console) choiceFlags(cmd *cobra.Command, x *choices) {
	f := cmd.Flags()
	f.StringSliceVar(&x.only, "only", nil, "tell only findings of this `OBLIGATION` (repeatable, or a,b)")
	f.StringSliceVar(&x.skip, "skip", nil, "leave out findings of this `OBLIGATION` (repeatable, or a,b)")
	f.StringVar(&x.minSeverity, "min-severity", "", "leave out what is below this `SEVERITY`: high, medium or low")
	namespaceFlag(cmd, &x.namespaces)
	f.StringSliceVar(&x.workloads, "workload", nil,
		"tell only of this workload and its PDBs: `NAME`, KIND/NAME or NAMESPACE/NAME (repeatable, or a,b)")
	f.StringVarP(&x.selector, "selector", "l", "", "tell only of workloads with these labels, and their PDBs: `app=web,tier!=test`")
	f.StringVar(&x.failOn, "fail-on", "", "exit 1 only for what is broken at this `SEVERITY` or above; never for no finding at all")
	for _, flag := range []string{"only", "skip"} {
		_ = cmd.RegisterFlagCompletionFunc(flag, s.completeList(checkedNames))
	}
	_ = cmd.RegisterFlagCompletionFunc("min-severity", cobra.FixedCompletions(finding.Severities, cobra.ShellCompDirectiveNoFileComp))
	_ = cmd.RegisterFlagCompletionFunc("fail-on", cobra.FixedCompletions(append(slices.Clone(finding.Severities), failNever),
		cobra.ShellCompDirectiveNoFileComp))
	for _, free := range []string{"workload", "selector"} {
		_ = cmd.RegisterFlagCompletionFunc(free, cobra.NoFileCompletions)
	}
}

// namespaceFlag is the flag by which is told only what is in some namespaces.
func namespaceFlag(cmd *cobra.Command, into *[]string) {
	cmd.Flags().StringSliceVarP(into, "namespace", "n", nil, "tell only what is in this `NAMESPACE` (repeatable, or a,b)")
	_ = cmd.RegisterFlagCompletionFunc("namespace", cobra.NoFileCompletions)
}

// checkedNames are the obligations that checks are for.
func checkedNames(c *responsibility.Catalog) []named {
	var names []named
	for _, o := range c.Obligations {
		if o.Checked {
			names = append(names, named{o.ID, o.Title})
		}
	}
	return names
}

// filter is what the flags ask for.
func (x *choices) filter(c *responsibility.Catalog, own *config.Config) (*filter.Filter, error) {
	f := &filter.Filter{Only: x.only, Skip: x.skip, MinSeverity: x.minSeverity, Namespaces: x.namespaces}
	for _, of := range []struct {
		flag string
		ids  []string
	}{{"only", x.only}, {"skip", x.skip}} {
		for _, id := range of.ids {
			if slices.Contains(ownNames(own), id) {
				continue
			}
			if err := checkedObligation(c, "--"+of.flag+": ", id); err != nil {
				return nil, err
			}
		}
	}
	if err := x.severityKnown(); err != nil {
		return nil, err
	}
	if x.failOn != "" && x.failOn != failNever && !slices.Contains(finding.Severities, x.failOn) {
		return nil, usage("", "--fail-on is %q, wants %s", x.failOn, words.Or(append(slices.Clone(finding.Severities), failNever)))
	}
	for _, n := range x.workloads {
		if !subject.Name(n).Valid() {
			return nil, usage("", "--workload is %q, wants NAME, KIND/NAME, NAMESPACE/NAME or NAMESPACE/KIND/NAME", n)
		}
		f.Workloads = append(f.Workloads, subject.Name(n))
	}
	if slices.Contains(x.namespaces, "") {
		return nil, usage("", "--namespace is empty")
	}
	if x.selector != "" {
		selector, err := labels.Parse(x.selector)
		if err != nil {
			return nil, usage("such as app=web, tier!=test or 'env in (prod,stage)'", "--selector %q: %w", x.selector, err)
		}
		f.Selector = selector
	}
	return f, nil
}

// severityKnown reports a severity that there is none of.
func (x *choices) severityKnown() error {
	if x.minSeverity != "" && !slices.Contains(finding.Severities, x.minSeverity) {
		return usage("", "--min-severity is %q, wants %s", x.minSeverity, words.Or(finding.Severities))
	}
	return nil
}

// ownNames are the ids of the obligations of the team's own.
func ownNames(of *config.Config) []string {
	var all []string
	for _, o := range of.Own() {
		all = append(all, o.ID)
	}
	return all
}

// checkedObligation checks that there is an obligation of a name, and a check for it.
func checkedObligation(c *responsibility.Catalog, where, id string) error {
	names := ids(checkedNames(c))
	if slices.Contains(names, id) {
		return nil
	}
	if c.Obligation(id) != nil {
		return usage("onus explain "+id+" says what it asks of you", "%sno check looks at %s", where, id)
	}
	hint := "onus explain lists the obligations"
	if near := responsibility.Nearest(id, names); len(near) > 0 {
		hint = "did you mean " + words.Or(near) + "?"
	}
	return usage(hint, "%sthere is no obligation %q", where, id)
}

// nothingOf says that nothing was read of what was asked for.
func nothingOf(m *filter.Missing) error {
	if m.Flag == "selector" {
		return usage("", "--selector: no workload that was read has the labels %s", m.Name)
	}
	hint := ""
	if near := responsibility.Nearest(m.Name, m.Names); len(near) > 0 {
		hint = "did you mean " + words.Or(near) + "?"
	} else if len(m.Names) > 0 {
		hint = "there is " + words.First(m.Names, mostNamed)
	}
	return usage(hint, "--%s: nothing that was read is %s", m.Flag, map[string]string{
		"namespace": "in the namespace " + m.Name, "workload": "called " + m.Name,
	}[m.Flag])
}

// fails reports whether a result fails the run: what is broken does, and where it
// is asked for what is unknown, from a severity on.
func (x *checking) fails(f *published.Findings) bool {
	return x.failOn != failNever && slices.ContainsFunc(f.Findings, func(y finding.Finding) bool {
		return (y.Verdict == finding.Broken || x.strict && y.Verdict == finding.Unknown) && filter.AtLeast(y.Severity, x.failOn)
	})
}
