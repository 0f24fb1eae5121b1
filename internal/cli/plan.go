package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/nodes"
	"github.com/onus-project/onus/internal/release"
	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/words"
)

func (s *session) planCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "plan",
		Short: "What is to be done to a cluster or a fleet, shown before it is done",
		Long: `Plan makes plans: steps that wait for each other, what guards each, how it is undone, and
what the simulator says will come of it. It changes nothing; onus apply carries them out.`,
		Example: `  onus plan nodes --context prod --target version=1.36 -f plan.json
  onus plan fleet fleet.csv --flaw CVE-2025-14847 --exec ./patch.sh -f plan.json
  onus plan show plan.json
  onus plan diff old.json new.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			return usage("onus plan nodes and onus plan fleet make one, onus plan show and onus plan diff read them",
				"there is no plan of %q", args[0])
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(planNodesCommand(s), planFleetCommand(s), planShowCommand(s), planDiffCommand(s))
	return cmd
}

// planning is what onus plan nodes is asked for.
type planning struct {
	from                                                input
	target, replace, atOnce, window, soak, drain, start string
	escalate                                            string
	output, file                                        string
	runs                                                int
	asked                                               nodes.Asked
}

func planNodesCommand(s *session) *cobra.Command {
	var x planning
	var l live
	cmd := &cobra.Command{
		Use:   "nodes [PATH...|-]",
		Short: "Nodes replaced wave by wave, under budgets, floors and a window",
		Long: `Nodes plans how nodes of a cluster are replaced: which go, in which order and waves, what
guards each step, how long it takes, how few of each service are ready meanwhile, and which
nodes never drain and why. Several orders are simulated, and the best is taken: no floor
broken, then the fewest evictions, then the shortest time.

How a node is replaced is read from it: Karpenter deletes its NodeClaim, the Cluster API its
Machine, and a managed node group of EKS is updated by one call, whose drains are EKS's own. Of
others --replace says what comes after the drain. Nodes that another cloud replaces are left,
with its own command; so are those of the control plane that are not named, and nodes that
never drain.

PATH is a snapshot or another dump of a cluster; - is standard input. With --context or
--kubeconfig a live cluster is read. Without any of these it is kubectl's current cluster.

Exit status: 0 planned, 1 some of it is left or has a risk to be accepted, 2 bad usage or bad
input, 3 could not finish, 4 a fault of onus itself.`,
		Example: `  onus plan nodes --context prod --target version=1.36 -f plan.json
  onus plan nodes cluster.json --target older-than=14d --max-unavailable 10%
  onus plan nodes --target drifted --window "Sat,Sun 02:00+4h Europe/Berlin"
  onus plan nodes cluster.json --target nodes=a,b --replace=exec:./patch.sh -o markdown`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := x.check(); err != nil {
				return err
			}
			var err error
			if x.from, err = s.source(cmd, &l, paths, "cluster.json"); err != nil {
				return err
			}
			return s.planNodes(cmd.Context(), &x)
		},
	}
	l.flags(cmd)
	l.inputFlags(cmd)
	x.flags(cmd)
	return cmd
}

func (x *planning) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&x.target, "target", "", "which nodes go: `TARGET` is version=1.36, image=IMAGE, older-than=14d, drifted or nodes=a,b")
	f.StringVar(&x.replace, "replace", "", "what comes after a drain, whatever the nodes say: none or exec:`COMMAND`, run for each node")
	f.StringVar(&x.atOnce, "max-unavailable", "1", "how many nodes go at a time: a `NUMBER`, or a percentage of those of the plan")
	f.StringVar(&x.window, "window", "", "begin nothing outside of this `WINDOW`: \"Sat,Sun 02:00+4h Europe/Berlin\"")
	f.StringVar(&x.soak, "soak", "", "rest for this `DURATION` after each wave")
	f.StringVar(&x.drain, "drain-timeout", "",
		"a node that is not empty after this `DURATION` is stuck (default: 30m and the longest grace of a pod on it)")
	f.StringVar(&x.escalate, "escalate", "",
		"let onus apply --on-stuck=escalate delete a pod that a PDB holds, while its others have been Ready for this `DURATION`")
	f.StringVar(&x.start, "start", "", "`TIME` on the clock at the start (default: the newest in the input, else now)")
	f.BoolVar(&x.asked.Surge, "surge", false,
		"restart Deployments that have no pod to spare before their node is drained, so that another pod is Ready first")
	f.BoolVar(&x.asked.Approve, "approval", false, "have each wave but the first wait until somebody approves it, by onus apply --approve")
	f.StringVar(&x.asked.Cluster, "cluster", "",
		"`NAME` of the cluster at the cloud that replaces a node pool (default: as nodes or the context say)")
	f.IntVar(&x.runs, "runs", scenario.DefaultRuns, "number of simulated runs of the plan")
	f.StringVarP(&x.file, "file", "f", "", "`FILE` to write the plan to, for onus apply")
	outputFlag(cmd, &x.output, published.Plan{})
	_ = cmd.MarkFlagFilename("file", "json")
	_ = cmd.RegisterFlagCompletionFunc("target", cobra.FixedCompletions(
		[]string{"version=", "image=", "older-than=", nodes.ByDrift, "nodes="},
		cobra.ShellCompDirectiveNoFileComp|cobra.ShellCompDirectiveNoSpace))
	_ = cmd.RegisterFlagCompletionFunc("replace", cobra.FixedCompletions([]string{"none", "exec:"}, cobra.ShellCompDirectiveNoFileComp))
	for _, free := range []string{"max-unavailable", "window", "soak", "drain-timeout", "escalate", "start", "cluster", "runs"} {
		_ = cmd.RegisterFlagCompletionFunc(free, cobra.NoFileCompletions)
	}
}

// check looks at what was typed.
func (x *planning) check() error {
	if err := checkFormat(x.output, published.Plan{}); err != nil {
		return err
	}
	if x.target == "" {
		return usage("--target version=1.36, image=IMAGE, older-than=14d, drifted or nodes=a,b", "which nodes go? --target says it")
	}
	a := &x.asked
	var err error
	for _, flag := range []struct {
		name, text string
		read       func(text string) error
	}{
		{"target", x.target, func(text string) error { a.Target, err = nodes.ParseTarget(text); return err }},
		{"replace", x.replace, func(text string) error { a.Replace, err = nodes.ParseReplace(text); return err }},
		{"max-unavailable", x.atOnce, func(text string) error { a.AtOnce, err = nodes.ParseAmount(text); return err }},
		{"window", x.window, func(text string) error { a.Window, err = disruption.ParseWindow(text); return err }},
		{"soak", x.soak, func(text string) error { return duration(text, 0, &a.Soak) }},
		{"drain-timeout", x.drain, func(text string) error { return duration(text, time.Second, &a.Drain) }},
		{"escalate", x.escalate, func(text string) error { return duration(text, time.Second, &a.Escalate) }},
		{"start", x.start, func(text string) error { a.Start, err = scenario.ParseStart(text); return err }},
	} {
		if flag.text == "" {
			continue
		}
		if err := flag.read(flag.text); err != nil {
			return usage("", "--%s %w", flag.name, err)
		}
	}
	if err := scenario.CheckRuns(x.runs); err != nil {
		return usage("", "--runs %w", err)
	}
	return nil
}

// mostRest is the longest soak or drain of a plan.
const mostRest = 7 * 24 * time.Hour

// duration reads one of some length at the least.
func duration(text string, least time.Duration, into *time.Duration) error {
	d, err := words.ParseDuration(text)
	switch {
	case err != nil:
		return err
	case d < least || d > mostRest:
		return fmt.Errorf("is %q, wants a time between %s and 7d", text, least)
	}
	*into = d
	return nil
}

func (s *session) planNodes(ctx context.Context, x *planning) error {
	c, screen, err := s.printing(x.output, published.Plan{})
	if err != nil {
		return err
	}
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	read, e, places, err := s.simulated(ctx, x.from, c, nil, going)
	if err != nil {
		return err
	}
	x.about(s.now(), e, places)
	x.asked.Unreadable = read.Unreadable
	x.asked.Progress = going.Begin
	made, err := nodes.Make(ctx, &x.asked)
	done()
	if err != nil {
		return unplanned(err)
	}
	s.warnOfUnread(made)
	if x.file != "" {
		if err := writePlan(x.file, made); err != nil {
			return err
		}
	}
	return s.showPlan(x.output, made, screen)
}

// about fills in what a plan is about: a cluster, and the time.
func (x *planning) about(now time.Time, e *kubernetes.Estate, places locate.Places) {
	a := &x.asked
	a.Estate, a.Places, a.Made, a.By = e, places, now.UTC().Truncate(time.Second), release.Version()
	if a.Start.IsZero() {
		a.Start = e.Newest
	}
	if a.Start.IsZero() {
		a.Start = a.Made
	}
	if x.runs != scenario.DefaultRuns {
		a.Runs = x.runs
	}
	switch {
	case x.from.cluster != nil:
		a.Name = clusterName(x.from.cluster)
	case len(e.Contexts) == 1:
		a.Name = e.Contexts[0]
	}
}

// unplanned is why there is no plan.
func unplanned(err error) error {
	var none *nodes.NoneError
	var unread *nodes.UnreadError
	switch {
	case errors.As(err, &none):
		return usage(none.There, "%w", err)
	case errors.As(err, &unread):
		return &exitError{status: exitUnfinished, err: err, hint: "docs/rbac.yaml has all that is needed"}
	}
	return unplayed("the plan", err)
}

// mostWarned is how much of the input that could not be read is told one by one.
const mostWarned = 5

// warnOfUnread says what of the input could not be read: the plan knows nothing of it.
func (s *session) warnOfUnread(p *plan.Plan) {
	all := p.NotRead()
	for i, said := range all {
		if i == mostWarned {
			s.warn(fmt.Sprintf("and %s of the input could not be read: --strict-input makes no plan then", words.Count(len(all)-i, "more piece")))
			return
		}
		s.warn("could not read " + said)
	}
}

// showPlan prints a plan; it is not held where some of it is left or has to be accepted.
func (s *session) showPlan(format string, p *plan.Plan, screen report.Screen) error {
	if err := s.show(s.out, format, published.Plan{Plan: *p}, screen); err != nil {
		return err
	}
	if len(p.Left)+len(p.RisksOf(p.Forces())) > 0 {
		return &exitError{status: exitBroken}
	}
	return nil
}

// writePlan writes a plan to a file, whole or not at all.
func writePlan(file string, p *plan.Plan) error {
	failed := func(err error) error {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("%s: the plan is not written: %w", file, reason(err))}
	}
	out, err := newPart(file)
	if err != nil {
		return failed(err)
	}
	defer out.remove()
	if err := report.Write(out, "json", published.Plan{Plan: *p}, report.Screen{}); err != nil {
		return failed(err)
	}
	if err := out.commit(); err != nil {
		return failed(err)
	}
	return nil
}

func planShowCommand(s *session) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "show FILE",
		Short: "Print a plan that was saved",
		Long: `Show prints a plan as onus plan nodes does, such as for the ticket of a change.

Exit status: as of onus plan nodes.`,
		Example: `  onus plan show plan.json
  onus plan show plan.json -o markdown`,
		Args: onePlan,
		RunE: func(_ *cobra.Command, args []string) error {
			_, screen, err := s.printing(output, published.Plan{})
			if err != nil {
				return err
			}
			p, err := readPlan(args[0])
			if err != nil {
				return err
			}
			return s.showPlan(output, p, screen)
		},
		ValidArgsFunction: savedFiles,
	}
	outputFlag(cmd, &output, published.Plan{})
	return cmd
}

func planDiffCommand(s *session) *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "diff OLD NEW",
		Short: "How one plan differs from another",
		Long: `Diff shows how one plan differs from another: facts that moved on, steps, risks, what is
left, and what is expected.

Exit status: 0 they say the same, 1 they differ, 2 bad usage or bad input, 3 could not
finish, 4 a fault of onus itself.`,
		Example: `  onus plan diff old.json new.json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("onus plan diff old.json new.json", "diff wants two plans, OLD and NEW, and got %d", len(args))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			_, screen, err := s.printing(output, published.PlanDiff{})
			if err != nil {
				return err
			}
			var both [2]*plan.Plan
			for i, file := range args {
				if both[i], err = readPlan(file); err != nil {
					return err
				}
			}
			v := published.PlanDiff{Head: published.Head{Schema: published.PlanDiffSchema}, Old: both[0].ID, New: both[1].ID,
				Changes: plan.Diff(both[0], both[1])}
			if err := s.show(s.out, output, v, screen); err != nil {
				return err
			}
			if !v.None() {
				return &exitError{status: exitBroken}
			}
			return nil
		},
		ValidArgsFunction: savedFiles,
	}
	outputFlag(cmd, &output, published.PlanDiff{})
	return cmd
}

func readPlan(file string) (*plan.Plan, error) {
	data, err := document.ReadFile(file, mostSaved)
	if err != nil {
		return nil, usage("", "%w", err)
	}
	p, err := plan.Read(file, data)
	if err != nil {
		return nil, badInput(err)
	}
	return p, nil
}
