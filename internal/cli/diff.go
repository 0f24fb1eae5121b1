package cli

import (
	"context"
	"slices"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/support"
)

func (s *session) diffCommand() *cobra.Command {
	var x checking
	var l live
	cmd := &cobra.Command{
		Use:   "diff FROM TO [PATH...|-]",
		Short: "What moves between two offerings, and what it breaks of an estate",
		Long: `diff says what changes for you from one offering to another: which layers move,
what becomes yours because they do, what you no longer have to or can do, and
what the provider may now do to you.

With a PATH, or --context, it says what that means for this estate: what does not work on
the first day, by the provider's own lists, what breaks at the first replacement of nodes,
today and after, and the edits that mend both. What was not read is unknown, and said.

Exit status: 0 printed, and nothing of the estate breaks under TO; 1 something does, 2 bad
usage or bad input, 3 could not finish, 4 a fault of onus itself.`,
		Example: `  onus diff eks-standard eks-auto-mode
  onus diff eks-managed-nodegroup eks-auto-mode ./manifests
  onus diff karpenter eks-auto-mode --context prod -o markdown
  onus diff mongodb-community mongodb-atlas
  onus diff gke-standard gke-autopilot -o json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) < 2 {
				return usage("onus diff eks-standard eks-auto-mode", "diff wants two offerings, FROM and TO, and got %d", len(args))
			}
			return nil
		},
		ValidArgsFunction: s.completeThenFiles(2, func(c *responsibility.Catalog) []named { return offeringNames(c.Offerings) }),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 && !l.asked(cmd) {
				if flag := l.unused(cmd); flag != "" {
					return usage("onus diff "+args[0]+" "+args[1]+" ./manifests",
						"--%s is about what is read, and there is no PATH and no --context", flag)
				}
				return s.diff(args[0], args[1], x.output)
			}
			if err := checkFormat(x.output, published.Diff{}); err != nil {
				return err
			}
			var err error
			if x.from, err = s.source(cmd, &l, args[2:], args[0]+" "+args[1]+" ./manifests"); err != nil {
				return err
			}
			return s.diffEstate(cmd.Context(), args[0], args[1], &x)
		},
	}
	outputFlag(cmd, &x.output, published.Diff{})
	namespaceFlag(cmd, &x.namespaces)
	l.flags(cmd)
	l.inputFlags(cmd)
	return cmd
}

// asked reports whether a flag names a cluster to read.
func (l *live) asked(cmd *cobra.Command) bool {
	return cmd.Flags().Changed("context") || cmd.Flags().Changed("kubeconfig")
}

// unused is the first of the flags that are given and say how to read an input; empty for
// none.
func (l *live) unused(cmd *cobra.Command) string {
	var own live
	reading := &cobra.Command{}
	own.flags(reading)
	own.inputFlags(reading)
	var namespaces []string
	namespaceFlag(reading, &namespaces)
	first := ""
	cmd.Flags().Visit(func(f *pflag.Flag) {
		if first == "" && reading.Flags().Lookup(f.Name) != nil {
			first = f.Name
		}
	})
	return first
}

func (s *session) diff(from, to, output string) error {
	c, screen, err := s.printing(output, published.Diff{})
	if err != nil {
		return err
	}
	d, err := difference(c, from, to)
	if err != nil {
		return err
	}
	return s.show(s.out, output, publish.Diff(c, d), screen)
}

// difference is what changes between two offerings, by their names.
func difference(c *responsibility.Catalog, from, to string) (responsibility.Difference, error) {
	a, err := offering(c, from)
	if err != nil {
		return responsibility.Difference{}, err
	}
	b, err := offering(c, to)
	if err != nil {
		return responsibility.Difference{}, err
	}
	d, err := responsibility.Compare(c, a, b)
	if err != nil {
		return d, usage("offerings can be compared where both have a line on an axis", "%w", err)
	}
	return d, nil
}

// diffEstate says what a change of offering means for what is read.
func (s *session) diffEstate(ctx context.Context, from, to string, x *checking) error {
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	c, err := s.load()
	if err != nil {
		return err
	}
	d, err := difference(c, from, to)
	if err != nil {
		return err
	}
	if !slices.Contains(d.Axes, compute.Axis) {
		return usage("without a PATH onus diff compares them", "workloads do not run on %s", d.To.ID)
	}
	for _, o := range []*responsibility.Offering{d.From, d.To} {
		if o.Orchestrator != "" {
			return notKubernetes("", "without a PATH onus diff compares them", o)
		}
	}
	x.as = from
	screen, l, looked, err := s.looked(ctx, x, going)
	if err != nil {
		return err
	}
	leaveDayOne(looked.Results)
	before := publish.Judged{Looked: looked, Support: x.inNamespaces(support.Look(c, l.asked, supported(looked.Units)))}
	going.Begin("checking under " + d.To.Title)
	l.asked = d.To
	if looked, err = l.look(ctx, looked.Whole); err != nil {
		return unchecked(err)
	}
	leaveDayOne(looked.Results)
	looked.Config = before.Looked.Config
	after := publish.Judged{Looked: looked, Support: x.inNamespaces(support.Look(c, d.To, supported(looked.Units)))}
	v := publish.DiffWith(c, d, before, after)
	done()
	if err := s.show(s.out, x.output, v, screen); err != nil {
		return err
	}
	if len(v.Estate.DayOne) > 0 || v.Estate.FirstRoll.After.Broken > 0 {
		return &exitError{status: exitBroken}
	}
	return nil
}

// inNamespaces are those things that do not work in the namespaces that are asked for; what is
// of the whole cluster is of each.
func (x *choices) inNamespaces(found support.Found) support.Found {
	if len(x.namespaces) == 0 {
		return found
	}
	elsewhere := func(s finding.Subject) bool { return s.Namespace != "" && !slices.Contains(x.namespaces, s.Namespace) }
	found.Hits = slices.DeleteFunc(found.Hits, func(h support.Hit) bool { return elsewhere(h.Subject) })
	found.Unknown = slices.DeleteFunc(found.Unknown, func(u support.Unknown) bool {
		return len(u.On) > 0 && !slices.ContainsFunc(u.On, func(s finding.Subject) bool { return !elsewhere(s) })
	})
	return found
}

// leaveDayOne leaves out what does not start at all: that is told for the first day, by the
// same lists.
func leaveDayOne(results []check.Result) {
	for i := range results {
		results[i].Findings = slices.DeleteFunc(results[i].Findings, func(f finding.Finding) bool {
			return f.Obligation == compute.PlatformAdmits.ID
		})
	}
}

// supported are units as support looks at them.
func supported(units []*estate.Unit) []support.Unit {
	all := make([]support.Unit, len(units))
	for i, u := range units {
		all[i] = support.Unit{Name: u.Name, Estate: u.Kubernetes}
	}
	return all
}
