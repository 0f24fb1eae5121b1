package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/filter"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/source"
)

// simulation is what onus simulate is asked for.
type simulation struct {
	from           input
	scenario, as   string
	output         string
	start, horizon string
	runs           int
	seed           int64
	timeline       bool
	margins        bool
	strict         bool
	asked          scenario.Asked
	namespaces     []string
}

func (s *session) simulateCommand() *cobra.Command {
	var x simulation
	var l live
	cmd := &cobra.Command{
		Use:   "simulate [PATH...|-]",
		Short: "The provider's next move on your services, before it happens",
		Long: `Simulate plays node replacement in virtual time, under the contract of the platform:
which nodes go when, what budgets and windows let through, which pods are evicted, and
how few of each workload are ready meanwhile. It changes nothing.

PATH is a snapshot or another dump of a cluster, or manifests, whose workloads are placed
on nodes first; - is standard input. With --context or --kubeconfig a live cluster is
read, and what the files say goes over it. Without any of these it is kubectl's current
cluster.

--scenario says what happens. Without one, what the contract allows is played: the next
roll of nodes, expiry, an upgrade, an urgent patch, a rollback.

A node pool of which a node stays is broken where something holds that node, and unknown
where the time was over before its turn came. Of a cluster that could be read in part only
there is no verdict, and it says why. --namespace tells only what is in some namespaces,
and ends by that; all of the cluster is played, since all pods share its nodes.

Exit status: 0 no workload fell below its floor and nothing holds a node that was to go,
1 one did or something does (with --strict, or it is unknown), 2 bad usage or bad input,
3 could not finish, 4 a fault of onus itself.`,
		Example: `  kubectl get pods,deploy,rs,sts,ds,jobs,pdb,hpa,pv,pvc,nodes,nodepools,nodeclaims -A -o json | onus simulate -
  onus simulate --context prod -n shop
  onus simulate cluster.json --scenario drift.yaml
  onus simulate ./manifests --as eks-auto-mode
  onus simulate cluster.json --scenario drift.yaml --timeline -o json`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			var err error
			if x.from, err = s.source(cmd, &l, paths, "cluster.json"); err != nil {
				return err
			}
			if cmd.Flags().Changed("seed") {
				x.asked.Seed = &x.seed
			}
			if err := x.check(cmd.Flags().Changed); err != nil {
				return err
			}
			return s.simulate(cmd.Context(), &x)
		},
	}
	l.flags(cmd)
	l.inputFlags(cmd)
	s.simulationFlags(cmd, &x)
	cmd.AddCommand(simulateFleetCommand(s))
	return cmd
}

// simulationFlags are the flags of simulate that say what is played.
func (s *session) simulationFlags(cmd *cobra.Command, x *simulation) {
	cmd.Flags().StringVar(&x.scenario, "scenario", "",
		"`FILE` that says what happens; - is standard input (default: what the contract allows)")
	cmd.Flags().StringVar(&x.as, "as", "", "evaluate as if everything ran on this `OFFERING`")
	cmd.Flags().IntVar(&x.runs, "runs", scenario.DefaultRuns, "number of runs, each with another seed")
	cmd.Flags().Int64Var(&x.seed, "seed", scenario.DefaultSeed, "seed of the first run (same seed, same run)")
	cmd.Flags().StringVar(&x.horizon, "horizon", "", "`DURATION` to play, such as 10m or 7d")
	cmd.Flags().StringVar(&x.start, "start", "", "`TIME` on the clock at the start (default: the newest in the input, else now)")
	cmd.Flags().BoolVar(&x.timeline, "timeline", false, "tell every event of the worst run, and its cause")
	cmd.Flags().BoolVar(&x.strict, "strict", false,
		"exit 1 when the verdict is unknown, too: not all could be read, or the time was over before all nodes had their turn")
	namespaceFlag(cmd, &x.namespaces)
	cmd.Flags().BoolVar(&x.margins, "margins", true, "play it again with one injected fault per run")
	outputFlag(cmd, &x.output, published.Simulation{})
	_ = cmd.RegisterFlagCompletionFunc("as", s.complete(func(c *responsibility.Catalog) []named { return offeringNames(withContract(c)) }))
	_ = cmd.MarkFlagFilename("scenario", "yaml", "yml", "json")
	for _, free := range []string{"runs", "seed", "horizon", "start"} {
		_ = cmd.RegisterFlagCompletionFunc(free, cobra.NoFileCompletions)
	}
}

// withContract are the offerings on which nodes go by a contract.
func withContract(c *responsibility.Catalog) []*responsibility.Offering {
	return slices.DeleteFunc(runningWorkloads(c), func(o *responsibility.Offering) bool { return o.Contract == nil })
}

// check looks at what was typed.
func (x *simulation) check(changed func(flag string) bool) error {
	if err := checkFormat(x.output, published.Simulation{}); err != nil {
		return err
	}
	if x.scenario == scenario.Stdin && slices.Contains(x.from.paths, source.Stdin) {
		return usage("give one of them as a file", "standard input cannot be both the estate and the scenario")
	}
	if slices.Contains(x.namespaces, "") {
		return usage("", "--namespace is empty")
	}
	var err error
	if changed("runs") {
		if err = scenario.CheckRuns(x.runs); err != nil {
			return usage("", "--runs %w", err)
		}
		x.asked.Runs = x.runs
	}
	if changed("horizon") {
		if x.asked.Horizon, err = scenario.ParseHorizon(x.horizon); err != nil {
			return usage("", "--horizon %w", err)
		}
	}
	if changed("start") {
		if x.asked.Start, err = scenario.ParseStart(x.start); err != nil {
			return usage("", "--start %w", err)
		}
	}
	return nil
}

func (s *session) simulate(ctx context.Context, x *simulation) error {
	screen, err := s.screen()
	if err != nil {
		return err
	}
	c, err := s.load()
	if err != nil {
		return err
	}
	as, err := simulatedOn(c, x.as)
	if err != nil {
		return err
	}
	file, err := x.file(s.in)
	if err != nil {
		return err
	}
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	read, e, places, err := s.simulated(ctx, x.from, c, as, going)
	if err != nil {
		return err
	}
	if missing := (&filter.Filter{Namespaces: x.namespaces}).Missing(read); missing != nil {
		done()
		return nothingOf(missing)
	}
	stage, err := forecast.Prepare(e, places, s.now().UTC().Truncate(time.Second), x.asked)
	if err != nil {
		done()
		return unprepared(err, &places)
	}
	disruptions, err := x.disruptions(stage, file)
	if err != nil {
		done()
		return badInput(err)
	}
	var all []published.Simulation
	for _, d := range disruptions {
		f, err := stage.Play(ctx, d, x.margins, going)
		if err != nil {
			done()
			return unplayed(d.Name, err)
		}
		all = append(all, publish.Simulation(publish.Played{Forecast: f, Offerings: stage.Offerings, Estate: e, Unreadable: read.Unreadable,
			Nodes: stage.Nodes(), Timeline: x.timeline, Namespaces: x.namespaces}))
	}
	done()
	return s.printSimulations(all, x, screen, file == nil)
}

// file is the scenario that was asked for; nil for those of the contract.
func (x *simulation) file(in io.Reader) (*scenario.File, error) {
	if x.scenario == "" {
		return nil, nil
	}
	file, err := scenario.Read(x.scenario, in)
	if err != nil {
		return nil, badInput(err)
	}
	return file, nil
}

// unprepared says why nothing can be played.
func unprepared(err error, places *locate.Places) error {
	if errors.Is(err, forecast.NoContract{}) {
		return usage("say under whose contract nodes go: --as eks-auto-mode",
			"nothing to simulate: %s, which has no contract about nodes", standsOn(places))
	}
	return usage("", "%w", err)
}

// disruptions is the one of the file, or those that the contracts have.
func (x *simulation) disruptions(stage *forecast.Stage, file *scenario.File) ([]forecast.Disruption, error) {
	if file == nil {
		return stage.Disruptions(), nil
	}
	one, err := stage.Written(file)
	return []forecast.Disruption{one}, err
}

// unplayed is why a scenario was not played: it does not fit the input, or
// somebody stopped it.
func unplayed(name string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("%s: %w", name, err)}
	}
	return usage("", "%s: %w", name, err)
}

// printSimulations prints one scenario, or several together.
func (s *session) printSimulations(all []published.Simulation, x *simulation, screen report.Screen, several bool) error {
	var result published.Value = all[0]
	verdict := all[0].Verdict
	if several {
		together := publish.Simulations(all)
		result, verdict = together, together.Verdict
	}
	if err := s.show(s.out, x.output, result, screen); err != nil {
		return err
	}
	if verdict == finding.Broken || x.strict && verdict == finding.Unknown {
		return &exitError{status: exitBroken}
	}
	return nil
}

// simulatedOn is the offering that --as names, or nil.
func simulatedOn(c *responsibility.Catalog, name string) (*responsibility.Offering, error) {
	if name == "" {
		return nil, nil
	}
	o, err := offering(c, name)
	switch {
	case err != nil:
		return nil, err
	case o.Line[compute.Axis] == nil:
		return nil, usage("onus ladder --axis compute lists those that do", "--as: workloads do not run on %s", name)
	case o.Orchestrator != "":
		return nil, notKubernetes("--as: ", "onus explain "+name+" says what it is like", o)
	case o.Contract == nil:
		return nil, usage("these have one: "+strings.Join(ids(offeringNames(withContract(c))), ", "),
			"--as: %s has no contract about nodes, so there is nothing to play", name)
	}
	return o, nil
}

func standsOn(places *locate.Places) string {
	var names []string
	for _, o := range places.Offerings() {
		names = append(names, o.ID)
	}
	if len(names) == 0 {
		return "nothing in the catalog recognises the nodes"
	}
	return "everything runs on " + strings.Join(names, ", ")
}
