package cli

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/apply/command"
	"github.com/onus-project/onus/internal/plan/fleet"
	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/release"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// planningFleet is what onus plan fleet is asked for.
type planningFleet struct {
	rolling
	commands fleet.Commands
	rolled   rolledOut
	announce string
	reason   string
	within   string
	approve  bool
	file     string
}

func planFleetCommand(s *session) *cobra.Command {
	var x planningFleet
	cmd := &cobra.Command{
		Use:   "fleet PATH...",
		Short: "Databases patched wave by wave, in their windows, one member at a time",
		Long: `Fleet plans how a fix reaches the databases of an inventory that are yours: which are patched
in which wave, member by member, what guards each, and how long it takes. It is the rollout
that onus simulate fleet plays. What a provider patches is left to it.

How an instance is patched is yours: --exec names a command that onus apply runs on the machine
that it runs on, without a shell, with INSTANCE, DEPLOYMENT, ROLE, ACCOUNT, REGION, VERSION and
FIX set. --verify says whether one has the fix and has caught up, --quorum whether its set may
lose a member now, --health whether a deployment is well while its wave bakes, and --rollback
takes back the patch of one that failed, or is not well.

Where deployments are StatefulSets, or custom resources of an operator, --statefulset or --resource
has their controller patch them: one field is set, its status is waited for, and it is set back
where that does not come about. Deployments of the inventory are called NAMESPACE/NAME then.

Exit status: 0 planned, 1 some of it is left or has a risk to be accepted, 2 bad usage or bad
input, 3 could not finish, 4 a fault of onus itself.`,
		Example: `  onus plan fleet fleet.csv --flaw CVE-2025-14847 --exec ./patch.sh --verify ./has-fix.sh -f plan.json
  onus plan fleet fleet.csv --strategy bottlerocket-accelerated --exec ./patch.sh --quorum ./may-lose.sh
  onus plan fleet fleet.csv --statefulset db=postgres:18.2 --context prod -f plan.json
  onus plan fleet fleet.csv --exec ./patch.sh --override --reason "used in the wild" --announce https://example.com/hook`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := checkFormat(x.output, published.Plan{}); err != nil {
				return err
			}
			if len(paths) == 0 {
				return usage(cmd.CommandPath()+" fleet.csv --exec ./patch.sh", "fleet wants an inventory of databases")
			}
			if err := x.check(); err != nil {
				return err
			}
			x.from.paths = paths
			return s.planFleet(cmd.Context(), &x)
		},
	}
	x.rolling.flags(s, cmd)
	x.planFlags(cmd)
	outputFlag(cmd, &x.output, published.Plan{})
	return cmd
}

func (x *planningFleet) planFlags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&x.commands.Patch, "exec", "", "the `COMMAND` that patches one instance")
	f.StringVar(&x.commands.Verify, "verify", "", "a `COMMAND` that ends well where an instance has the fix and has caught up")
	f.StringVar(&x.commands.Rollback, "rollback", "", "a `COMMAND` that takes the patch of one instance back")
	f.StringVar(&x.commands.Quorum, "quorum", "", "a `COMMAND` that ends well where a deployment may lose a member now")
	f.StringVar(&x.commands.Health, "health", "", "a `COMMAND` that ends well where a deployment is well, asked while its wave bakes")
	x.rolled.flags(f)
	x.rolled.live.flags(cmd)
	cmd.Flags().Lookup("context").Usage = "the cluster of this `CONTEXT` of the kubeconfig, for --statefulset and --resource"
	f.StringVar(&x.announce, "announce", "", "the `URL` that is told of each wave before it begins, and waited for")
	f.StringVar(&x.reason, "reason", "", "`WHY` windows are overridden, for the record")
	f.StringVar(&x.within, "within", "1h", "`DURATION` that one instance may take at the most, its --verify included")
	f.BoolVar(&x.approve, "approval", false, "have each wave but the first wait until somebody approves it, by onus apply --approve")
	f.StringVarP(&x.file, "file", "f", "", "`FILE` to write the plan to, for onus apply")
	_ = cmd.MarkFlagFilename("file", "json")
	for _, free := range []string{"announce", "reason", "within", "statefulset", "resource", "field", "well"} {
		_ = cmd.RegisterFlagCompletionFunc(free, cobra.NoFileCompletions)
	}
}

// check looks at what was typed.
func (x *planningFleet) check() error {
	if err := x.rolled.check(&x.commands); err != nil {
		return err
	}
	if x.commands.Patch == "" && !x.rolled.asked() {
		return usage("--exec ./patch.sh, which is run for each instance", "how is an instance patched? --exec says it")
	}
	for _, c := range []struct{ flag, text string }{{"exec", x.commands.Patch}, {"verify", x.commands.Verify},
		{"rollback", x.commands.Rollback}, {"quorum", x.commands.Quorum}, {"health", x.commands.Health}} {
		if c.text == "" {
			continue
		}
		if _, err := command.Words(c.text); err != nil {
			return usage("", "--%s %w", c.flag, err)
		}
	}
	if x.override && strings.TrimSpace(x.reason) == "" {
		return usage(`--reason "used in the wild" says it to who accepts that`, "--override wants a --reason")
	}
	if !x.override && x.reason != "" {
		return usage("", "--reason is that of --override")
	}
	if x.announce != "" {
		if err := steps.CheckURL(x.announce); err != nil {
			return usage("", "--announce %w", err)
		}
	}
	return nil
}

func (s *session) planFleet(ctx context.Context, x *planningFleet) error {
	c, screen, err := s.printing(x.output, published.Plan{})
	if err != nil {
		return err
	}
	x.horizon = "90d"
	if err := x.settings(c, s.now()); err != nil {
		return err
	}
	within, err := words.ParseDuration(x.within)
	if err != nil || within < time.Second || within > mostRest {
		return usage("", "--within is %q, wants a time between 1s and 7d", x.within)
	}
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	if err := s.readFleet(ctx, &x.rolling, c, going); err != nil {
		return err
	}
	going.Begin("playing the rollout")
	played, err := x.scenario.Play(ctx, &x.fleet.Fleet)
	done()
	if err != nil {
		return unplayed("the rollout", err)
	}
	asked := &fleet.Asked{Fleet: x.fleet, Played: played.Mine, Flaws: x.named, Made: s.now().UTC().Truncate(time.Second),
		By: release.Version(), Name: nameOf(x.from.paths), Commands: x.commands, Announce: x.announce, Reason: x.reason, Within: within,
		Approve: x.approve, Unreadable: x.unreadable}
	if x.rolled.asked() {
		if err := x.rolled.read(ctx, asked); err != nil {
			return err
		}
	}
	made, err := fleet.Make(asked)
	switch {
	case errors.Is(err, fleet.ErrProviders), errors.Is(err, fleet.ErrNothing):
		return usage("", "%s: %w", nameOf(x.from.paths), err)
	case err != nil:
		return fmt.Errorf("making the plan: %w", err)
	}
	s.warnOfUnread(made)
	if x.file != "" {
		if err := writePlan(x.file, made); err != nil {
			return err
		}
	}
	return s.showPlan(x.output, made, screen)
}

// nameOf is how people call a fleet: by the files that it was read from.
func nameOf(paths []string) string {
	all := make([]string, len(paths))
	for i, p := range paths {
		all[i] = filepath.Base(p)
	}
	return words.Few(all)
}
