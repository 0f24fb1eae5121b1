package cli

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/fleet"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/source"
	"github.com/onus-project/onus/internal/velocity"
	"github.com/onus-project/onus/internal/words"
)

// usualStrategy is by which waves a fleet goes where nobody says.
const usualStrategy = "aws-regional"

// rolling is a rollout to a fleet, as it is asked for.
type rolling struct {
	from                     input
	advisories, flaws        []string
	strategy, vendor         string
	start, disclosed, notice string
	member, horizon          string
	failures, stragglers     float64
	override                 bool
	capacity, concern, runs  int
	output                   string
	unreadable               []origin.Fault
	scenario                 velocity.Scenario
	fleet                    *fleet.Fleet
	named                    []string // the flaws that are to be gone
}

func simulateFleetCommand(s *session) *cobra.Command {
	var x rolling
	cmd := &cobra.Command{
		Use:   "fleet PATH...",
		Short: "How fast a fix reaches a fleet of databases, and what holds it up",
		Long: `Fleet plays how a fix reaches the databases of an inventory, wave by wave: when how many are
patched, in which order, what the last ones wait for, and what the first wave can see of a bad
fix. Members of a set are patched one at a time, secondaries first and the primary last, and
never below a majority or below what writes wait for.

PATH is an inventory: see docs/check.md. What its provider patches and what is yours are two
rollouts. Without --advisory and --flaw the fix is one that every instance gets.

Exit status: 0 all instances are patched in the time that is played, 1 some are not, 2 bad usage
or bad input, 3 could not finish, 4 a fault of onus itself.`,
		Example: `  onus simulate fleet fleet.csv --strategy bottlerocket-accelerated
  onus simulate fleet fleet.csv --flaw CVE-2025-14847 --capacity 6
  onus simulate fleet fleet.csv --strategy ours.yaml --override -o json
  onus simulate fleet fleet.csv --start 2025-12-15T00:00:00Z --disclosed 2025-12-19T11:00:22Z --notice 4d`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := checkFormat(x.output, published.Velocity{}); err != nil {
				return err
			}
			if len(paths) == 0 {
				return usage(cmd.CommandPath()+" fleet.csv", "fleet wants an inventory of databases")
			}
			x.from.paths = paths
			return s.simulateFleet(cmd.Context(), &x)
		},
	}
	x.flags(s, cmd)
	outputFlag(cmd, &x.output, published.Velocity{})
	cmd.Flags().StringVar(&x.disclosed, "disclosed", "",
		"`TIME` at which all is public; the provider patches from the start (default: the start)")
	cmd.Flags().StringVar(&x.notice, "notice", "0s", "`DURATION` from then until you are told, and begin; negative for before")
	cmd.Flags().StringVar(&x.vendor, "vendor-strategy", "",
		"by which `STRATEGY` the provider patches what it runs (default: that of --strategy)")
	cmd.Flags().StringVar(&x.horizon, "horizon", "90d", "`DURATION` to play")
	cmd.Flags().Float64Var(&x.failures, "failure-rate", 0, "`PROBABILITY` that a member fails with the fix, such as 0.01")
	cmd.Flags().Float64Var(&x.stragglers, "stragglers", 0,
		"`SHARE` of deployments that cannot be had for a day when they have their turn, such as 0.05")
	cmd.Flags().IntVar(&x.runs, "runs", 20, "number of runs, where something is left to chance")
	for _, free := range []string{"disclosed", "notice", "horizon", "failure-rate", "stragglers", "runs"} {
		_ = cmd.RegisterFlagCompletionFunc(free, cobra.NoFileCompletions)
	}
	_ = cmd.RegisterFlagCompletionFunc("vendor-strategy", s.complete(strategyNames))
	return cmd
}

// flags are those that say which rollout it is.
func (x *rolling) flags(s *session, cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringVar(&x.strategy, "strategy", usualStrategy, "by which waves it goes: a `NAME` of the catalog, or a YAML file of your own")
	f.StringArrayVar(&x.advisories, "advisory", nil,
		"a `FILE`, or a folder of them, with what is published of flaws: who has none is left alone (repeatable)")
	f.StringArrayVar(&x.flaws, "flaw", nil,
		"the fix is of the flaw of this `ID`, such as CVE-2025-14847, and of no other one that is published (repeatable)")
	f.StringVar(&x.start, "start", "", "`TIME` on the clock at the start (default: now)")
	f.BoolVar(&x.override, "override", false, "begin outside of windows, in protected hours, and where owners have put it off")
	f.IntVar(&x.capacity, "capacity", 0, "`NUMBER` of deployments that your people have in hand at a time (default: no limit)")
	f.IntVar(&x.concern, "write-concern", 0,
		"`NUMBER` of members with data that a write waits for (default: what each product does by itself)")
	f.StringVar(&x.member, "member-time", "10m", "`DURATION` that a member takes until it has caught up")
	f.BoolVar(&x.from.strict, "strict-input", false, "exit 2 when anything of the input cannot be read")
	_ = cmd.RegisterFlagCompletionFunc("strategy", s.complete(strategyNames))
	for _, free := range []string{"flaw", "start", "capacity", "write-concern", "member-time"} {
		_ = cmd.RegisterFlagCompletionFunc(free, cobra.NoFileCompletions)
	}
}

func strategyNames(c *responsibility.Catalog) (all []named) {
	for _, x := range c.Strategies {
		all = append(all, named{x.ID, x.Title})
	}
	return all
}

// settings reads what was typed.
func (x *rolling) settings(c *responsibility.Catalog, now time.Time) error {
	start := now.UTC().Truncate(time.Minute)
	var err error
	if x.start != "" {
		if start, err = scenario.ParseStart(x.start); err != nil {
			return usage("", "--start %w", err)
		}
	}
	x.scenario.Settings = velocity.Usual(start)
	in := &x.scenario
	in.Override, in.Capacity, in.FailureRate, in.Stragglers = x.override, x.capacity, x.failures, x.stragglers
	if in.Own, err = strategyNamed(c, "--strategy", x.strategy); err != nil {
		return err
	}
	in.Vendor = in.Own
	if x.vendor != "" {
		if in.Vendor, err = strategyNamed(c, "--vendor-strategy", x.vendor); err != nil {
			return err
		}
	}
	if x.disclosed != "" {
		if in.Disclosed, err = scenario.ParseStart(x.disclosed); err != nil {
			return usage("", "--disclosed %w", err)
		}
	}
	for _, d := range []struct {
		flag, text  string
		least, most time.Duration
		into        *time.Duration
	}{
		{"member-time", x.member, time.Second, 30 * 24 * time.Hour, &in.Member},
		{"notice", cmp.Or(x.notice, "0s"), -365 * 24 * time.Hour, 365 * 24 * time.Hour, &in.Notice},
		{"horizon", cmp.Or(x.horizon, "90d"), time.Minute, 365 * 24 * time.Hour, &in.Horizon},
	} {
		read, err := words.ParseDuration(d.text)
		switch {
		case err != nil:
			return usage("", "--%s %w", d.flag, err)
		case read < d.least || read > d.most:
			return usage("", "--%s is %q, wants a time between %s and %s", d.flag, d.text, words.Duration(d.least), words.Duration(d.most))
		}
		*d.into = read
	}
	return x.numbers()
}

// numbers looks at those that were typed.
func (x *rolling) numbers() error {
	for _, n := range []struct {
		flag        string
		is          float64
		least, most float64
	}{
		{"capacity", float64(x.capacity), 0, 1e6}, {"write-concern", float64(x.concern), 0, 50}, {"failure-rate", x.failures, 0, 1},
		{"stragglers", x.stragglers, 0, 1},
	} {
		if !(n.is >= n.least && n.is <= n.most) {
			return usage("", "--%s is %s, wants %s to %s", n.flag, decimal(n.is), decimal(n.least), decimal(n.most))
		}
	}
	if x.failures+x.stragglers > 0 {
		if err := scenario.CheckRuns(x.runs); err != nil {
			return usage("", "--runs %w", err)
		}
	}
	return nil
}

// decimal is a number as people write it.
func decimal(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }

// mostOfStrategy is how large a file with a strategy may be, in MiB.
const mostOfStrategy = 1

func strategiesAre(ids []string) string {
	return "there are " + words.And(ids) + ", or a YAML file of your own"
}

// strategyNamed is one of the catalog, or of a file.
func strategyNamed(c *responsibility.Catalog, flag, name string) (*velocity.Strategy, error) {
	if s := c.Strategy(name); s != nil {
		return s, nil
	}
	var ids []string
	for _, s := range c.Strategies {
		ids = append(ids, s.ID)
	}
	if !strings.ContainsAny(name, "./\\") {
		hint := strategiesAre(ids)
		if near := responsibility.Nearest(name, ids); len(near) > 0 {
			hint = "did you mean " + words.Or(near) + "?"
		}
		return nil, usage(hint, "%s: the catalog has no strategy %q", flag, name)
	}
	data, err := document.ReadFile(name, mostOfStrategy)
	if err != nil {
		return nil, usage(strategiesAre(ids), "%s: %w", flag, document.PathError(name, err))
	}
	s, err := responsibility.ReadStrategy(name, data)
	if err != nil {
		return nil, badInput(err)
	}
	return s, nil
}

// read makes the fleet of what was named.
func (s *session) readFleet(ctx context.Context, x *rolling, c *responsibility.Catalog, going *underway) error {
	read, err := s.estate(ctx, x.from, going)
	if err != nil {
		return err
	}
	asked := fleet.Asked{Concern: x.concern}
	if len(x.advisories)+len(x.flaws) > 0 {
		if asked.Advisories, err = flaws(x.advisories); err != nil {
			return err
		}
		if asked.Flaws, err = chosenFlaws(asked.Advisories.Flaws(), x.flaws); err != nil {
			return err
		}
	}
	x.named, x.fleet, x.unreadable = asked.Flaws, &fleet.Fleet{}, read.Unreadable
	for _, u := range read.Units {
		places, faults := locate.Instances(c, &u.Database)
		x.unreadable = append(x.unreadable, source.Faults(faults)...)
		x.fleet.Add(&u.Database, places, &asked)
	}
	x.unreadable = append(x.unreadable, source.Faults(x.fleet.Faults)...)
	if x.from.strict && len(x.unreadable) > 0 {
		return unreadable(x.unreadable)
	}
	return noFleet(read, x)
}

// noFleet is the answer to input without a database.
func noFleet(read *estate.Whole, x *rolling) error {
	switch {
	case len(x.fleet.Deployments) > 0:
		return nil
	case len(x.unreadable) > 0:
		return unreadable(x.unreadable)
	case read.Objects() == 0 && read.Aside.Files > 0:
		return nothingKnown(read, "nothing to patch")
	}
	return usage("give an inventory of databases: see docs/check.md", "nothing to patch: no database instance was read")
}

// chosenFlaws are those that were named, or all of which something is published.
func chosenFlaws(published, asked []string) ([]string, error) {
	if len(asked) == 0 {
		return published, nil
	}
	for _, flaw := range asked {
		if !slices.Contains(published, flaw) {
			return nil, usage("--advisory names files with what is published of it", "--flaw: nothing was read of %q", flaw)
		}
	}
	return asked, nil
}

func (s *session) simulateFleet(ctx context.Context, x *rolling) error {
	c, screen, err := s.printing(x.output, published.Velocity{})
	if err != nil {
		return err
	}
	if err := x.settings(c, s.now()); err != nil {
		return err
	}
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	if err := s.readFleet(ctx, x, c, going); err != nil {
		return err
	}
	going.Begin("playing the rollout")
	rolled, err := x.play(ctx, going)
	done()
	if err != nil {
		return unplayed("the rollout", err)
	}
	rolled.Catalog = c
	v := publish.Velocity(rolled)
	if err := s.show(s.out, x.output, v, screen); err != nil {
		return err
	}
	if v.Whole.Unpatched > 0 {
		return &exitError{status: exitBroken}
	}
	return nil
}

// play plays it, once without each thing that it waits for, and several times where something is left to chance.
func (x *rolling) play(ctx context.Context, going *underway) (*publish.Rolled, error) {
	out := &publish.Rolled{Fleet: x.fleet, Scenario: &x.scenario, Flaws: x.named, Unreadable: x.unreadable}
	var err error
	if out.Result, err = x.scenario.Play(ctx, &x.fleet.Fleet); err != nil {
		return nil, err
	}
	if mine := out.Result.Mine; mine != nil {
		if out.Instead, err = mine.Without(ctx); err != nil {
			return nil, err
		}
	}
	if x.failures+x.stragglers == 0 {
		return out, nil
	}
	for k := 1; k < x.runs; k++ {
		going.Count(k, x.runs)
		again := x.scenario
		again.Seed = uint64(k)
		r, err := again.Play(ctx, &x.fleet.Fleet)
		if err != nil {
			return nil, fmt.Errorf("run %d: %w", k, err)
		}
		out.More = append(out.More, r)
	}
	return out, nil
}
