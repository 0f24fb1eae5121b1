package cli

import (
	"cmp"
	"context"
	"errors"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/advisory"
	"github.com/onus-project/onus/internal/baseline"
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/codeowners"
	"github.com/onus-project/onus/internal/config"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/filter"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/remedy"
	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/subject"
	"github.com/onus-project/onus/internal/waive"
)

// checking is what onus check is asked for.
type checking struct {
	from                        input
	as, output                  string
	advisories                  []string // files and folders, beside those of the catalog
	target                      string   // how long a patch may take; empty for what is usual
	all, verbose, quiet, strict bool
	fix                         string // the command that makes edits of what is found; empty for none
	choices
	baselines
}

// checkExample shows its uses, the plainest first.
const checkExample = `  onus check ./manifests
  onus check ./manifests --as gke-autopilot
  onus check --context prod
  onus check --context prod new-budget.yaml
  onus check fleet.csv --advisory osv/ --patch-target 7d
  onus check ./manifests -n shop --workload deploy/web
  onus check ./manifests --baseline onus-baseline.json
  onus check ./manifests --skip pdb-missing,single-replica --fail-on high
  kubectl get pods,deploy,rs,sts,ds,jobs,pdb,hpa,svc,nodes,nodepools,nodeclaims -A -o json | onus check -
  onus check ./chart --values prod.yaml --set replicas=3
  helm template ./chart | onus check - -o json`

func (s *session) checkCommand() *cobra.Command {
	var x checking
	var l live
	cmd := &cobra.Command{
		Use:   "check [PATH...|-]",
		Short: "Who holds each layer, and whether your obligations are held",
		Long: `Check reads manifests, a snapshot or a live cluster, says on which offering each part stands and
who holds its layers, and looks at every obligation that leaves to you. Each broken one
comes with its evidence, its consequence under that offering's contract, and a fix.

PATH is a YAML or JSON file, or a directory to read through; - is standard input. With
--context or --kubeconfig a live cluster is read, and what the files say goes over it.
Without any of these it is kubectl's current cluster.

Where it runs is read from nodes, node pools and selectors. Manifests often do not tell:
then --as decides, or the finding says what it assumed.

Of a cluster that could be read in part only, what rests on the rest is unknown.

--only, --skip, --min-severity, --namespace, --workload and --selector choose what is
told. The summary counts what they leave out, which does not fail the run.

The annotation onus.dev/waive: "OBLIGATION: reason; until 2027-01-31" on a workload, its
pods, its PDB, its namespace or a node pool accepts a finding, which is then counted and
fails no run. --all lists it. With --baseline only what is new does. The nearest .onus.yaml above the paths is gone by.

Exit status: 0 nothing is broken, 1 something is, 2 bad usage or bad input, 3 could not
finish, 4 a fault of onus itself.`,
		Example: checkExample,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := checkFormat(x.output, published.Findings{}); err != nil {
				return err
			}
			var err error
			if x.from, err = s.source(cmd, &l, paths, "./manifests"); err != nil {
				return err
			}
			if !slices.Contains(paths, source.Stdin) {
				x.fix = commandWith(s.fixCommand(), cmd, paths)
			}
			return s.check(cmd.Context(), &x)
		},
	}
	cmd.Flags().StringVar(&x.as, "as", "", "evaluate as if everything ran on this `OFFERING`")
	outputFlag(cmd, &x.output, published.Findings{})
	cmd.Flags().BoolVar(&x.all, "all", false, "list what is held or waived, too (text only)")
	cmd.Flags().BoolVarP(&x.verbose, "verbose", "v", false, "tell the evidence of each finding and what led to what (text only)")
	cmd.Flags().BoolVarP(&x.quiet, "quiet", "q", false, "say only how many findings there are (text only)")
	cmd.Flags().BoolVar(&x.strict, "strict", false, "exit 1 when something is unknown, too")
	cmd.Flags().StringArrayVar(&x.advisories, "advisory", nil, "a `FILE`, or a folder of them, with what is published of flaws (repeatable)")
	cmd.Flags().StringVar(&x.target, "patch-target", usualTarget, "`DURATION` after a flaw is public by which it is to be gone")
	_ = cmd.RegisterFlagCompletionFunc("patch-target", cobra.NoFileCompletions)
	s.choiceFlags(cmd, &x.choices)
	x.baselineFlags(cmd)
	l.flags(cmd)
	l.inputFlags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("as", s.complete(func(c *responsibility.Catalog) []named { return offeringNames(runningWorkloads(c)) }))
	return cmd
}

func (s *session) check(ctx context.Context, x *checking) error {
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	screen, l, looked, err := s.looked(ctx, x, going)
	done()
	if err != nil {
		return err
	}
	findings := publish.Findings(l.catalog, looked)
	findings.Next = x.next(&looked)
	screen.Held, screen.Full, screen.Quiet = x.all, x.verbose, x.quiet
	if err := s.show(s.out, x.output, findings, screen); err != nil {
		return err
	}
	if x.writeBaseline != "" {
		return s.takeBaseline(x.writeBaseline, &findings)
	}
	if x.fails(&findings) {
		return &exitError{status: exitBroken}
	}
	return nothingChecked(looked.Whole, findings.Nothing == "")
}

// looked checks what a command is asked for, and measures the screen.
func (s *session) looked(
	ctx context.Context, x *checking, going *underway,
) (screen report.Screen, l *looking, looked publish.Looked, err error) {
	if screen, err = s.screen(); err != nil {
		return screen, nil, looked, err
	}
	c, err := s.load()
	if err != nil {
		return screen, nil, looked, err
	}
	l = &looking{catalog: c, config: x.from.config, rules: s.waiving(c, ownNames(x.from.config)...), codeowners: codeowners.New()}
	l.today = s.now().UTC()
	if l.target, err = patchTarget(x.target); err != nil {
		return screen, l, looked, err
	}
	if l.flaws, err = flaws(x.advisories); err != nil {
		return screen, l, looked, err
	}
	l.read = unit.Over(x.from.texts, os.ReadFile)
	if l.asked, err = askedFor(c, x.as); err != nil {
		return screen, l, looked, err
	}
	if l.chosen, err = x.filter(c, x.from.config); err != nil {
		return screen, l, looked, err
	}
	x.failOn = cmp.Or(x.failOn, x.from.config.FailOn())
	read, instances, err := s.toCheck(ctx, c, x, l.chosen, going)
	if err != nil {
		return screen, l, looked, err
	}
	going.Begin("checking, and simulating what the contract allows")
	l.instances = instances
	var file string
	if l.baseline, file, err = x.known(); err != nil {
		return screen, l, looked, err
	}
	if looked, err = l.look(ctx, read); err != nil {
		return screen, l, looked, unchecked(err)
	}
	looked.FailOn, looked.Baseline = x.failOn, file
	if x.from.config != nil {
		looked.Config = x.from.config.File
	}
	return screen, l, looked, nil
}

// waiving are the rules for waivers, today.
func (s *inputs) waiving(c *responsibility.Catalog, own ...string) waive.Rules {
	return waive.Rules{Obligations: append(ids(checkedNames(c)), own...), Today: s.now().UTC().Format(time.DateOnly)}
}

// toCheck reads what is checked, and where its databases run. It fails where there is
// nothing to check, or nothing of what was chosen.
func (s *session) toCheck(
	ctx context.Context, c *responsibility.Catalog, x *checking, chosen *filter.Filter, going *underway,
) (*estate.Whole, [][]locate.Place, error) {
	read, err := s.estate(ctx, x.from, going)
	if err != nil {
		return nil, nil, err
	}
	var instances [][]locate.Place
	for _, u := range read.Units {
		places, faults := locate.Instances(c, &u.Database)
		instances = append(instances, places)
		read.Unreadable = append(read.Unreadable, source.Faults(faults)...)
	}
	if x.from.strict && len(read.Unreadable) > 0 {
		return nil, nil, unreadable(read.Unreadable)
	}
	if err := nothingToCheck(c, read); err != nil {
		return nil, nil, err
	}
	if missing := chosen.Missing(read); missing != nil {
		return nil, nil, nothingOf(missing)
	}
	return read, instances, nil
}

// askedFor is the offering on which everything is to run; nil for where it does.
func askedFor(c *responsibility.Catalog, as string) (*responsibility.Offering, error) {
	if as == "" {
		return nil, nil
	}
	asked, err := offering(c, as)
	if err != nil {
		return nil, err
	}
	if asked.Line[compute.Axis] == nil {
		return nil, usage("onus ladder --axis compute lists those that do", "--as: workloads do not run on %s", as)
	}
	if asked.Orchestrator != "" {
		return nil, notKubernetes("--as: ", "onus explain "+asked.ID+" says what it is like", asked)
	}
	return asked, nil
}

// notKubernetes is the answer to an offering that runs something else than workloads of
// Kubernetes.
func notKubernetes(where, hint string, o *responsibility.Offering) error {
	return usage(hint, "%sKubernetes workloads do not run on %s, where %s runs containers", where, o.ID, o.Orchestrator)
}

// runningWorkloads are the offerings that workloads may be asked to run on.
func runningWorkloads(c *responsibility.Catalog) []*responsibility.Offering {
	return slices.DeleteFunc(c.On(compute.Axis), func(o *responsibility.Offering) bool { return o.Orchestrator != "" })
}

// looking is by what everything that was read is checked.
type looking struct {
	catalog   *responsibility.Catalog
	asked     *responsibility.Offering // nil for where it runs
	instances [][]locate.Place
	chosen    *filter.Filter
	config    *config.Config // nil for none
	rules     waive.Rules
	baseline  *baseline.Baseline // nil for none
	today     time.Time
	flaws     *advisory.Set
	target    time.Duration                     // for patches
	read      func(file string) ([]byte, error) // a file that is looked at
	// codeowners are those of the files that are looked at.
	codeowners *codeowners.Files
}

// ownersIn are who of the customer holds what of a unit.
func (l *looking) ownersIn(u *estate.Unit) *subject.Owners {
	return subject.OwnersIn(u.Kubernetes, l.config.Of(u).Owner, func(f *finding.Finding) string { return l.codeowners.Of(f.Position.File) })
}

// look checks each unit, gives fixes of what is asked for the form that their source
// wants, and takes out what is waived.
func (l *looking) look(ctx context.Context, read *estate.Whole) (publish.Looked, error) {
	looked := publish.Looked{Whole: read, Filter: l.chosen, Own: l.config.Own()}
	placed := placesOf(l.catalog, read.Units, l.asked, l.config)
	for i, u := range read.Units {
		places := placed[i]
		places.Instances, u.Today, u.Flaws, u.PatchTarget = l.instances[i], l.today, l.flaws, l.target
		result, err := check.Run(ctx, table.All(), l.catalog, u.Estate, places)
		if err != nil {
			return looked, err
		}
		owners := l.ownersIn(u)
		own := l.config.LookAtOwn(u, places, func(s finding.Subject, at origin.Position) string {
			s.Unit = ""
			return owners.Of(&finding.Finding{Subject: s, Position: at})
		})
		result.Findings = append(result.Findings, own...)
		looked.Places, looked.Results = append(looked.Places, places), append(looked.Results, result)
	}
	looked.Results = check.Renditions(check.Distinct(looked.Results, read.Units), read.Units)
	fitter := remedy.New(l.catalog, table.All(), read.Units, l.read)
	var left []finding.Finding
	for i, u := range read.Units {
		all := &looked.Results[i].Findings
		kept, others := l.chosen.About(u, *all, looked.Results[i].Explained)
		fitter.Fit(ctx, u, kept) // which settles how grave they are
		*all = l.settle(u, kept, looked.Results[i].Explained, &looked)
		left = append(left, others...)
	}
	l.since(&looked, left)
	for i := range read.Units {
		kept, light := l.chosen.Weighty(looked.Results[i].Findings, looked.Results[i].Explained)
		looked.Results[i].Findings, left = kept, append(left, light...)
	}
	looked.Results = check.Copies(looked.Results, read.Units)
	for _, x := range left {
		looked.Left.Add(x.Verdict)
	}
	return looked, nil
}

// settle gives the findings of a unit what is said of them: how grave they are, who
// holds what they are about, and whether they are accepted.
func (l *looking) settle(
	u *estate.Unit, all []finding.Finding, outcomes finding.Explained, looked *publish.Looked,
) []finding.Finding {
	said := l.config.Of(u)
	waivers, ignored := waive.Marks(u.Kubernetes, l.rules)
	more, wrong := said.Waivers()
	waivers, ignored = append(waivers, more...), append(ignored, wrong...)
	all = waive.Apply(all, outcomes, waivers)
	looked.Waivers, looked.Ignored = append(looked.Waivers, waivers...), append(looked.Ignored, ignored...)
	owners := l.ownersIn(u)
	for i := range all {
		x := &all[i]
		x.Severity, x.Owner = said.Severity(x), owners.Of(x)
	}
	return all
}

// placesOf is where the units run, each by what it tells, and else by what stands
// beside it in the input.
func placesOf(
	c *responsibility.Catalog, units []*estate.Unit, asked *responsibility.Offering, configured *config.Config,
) []locate.Places {
	all := make([]locate.Unit, len(units))
	for i, u := range units {
		files := u.Kind == estate.Files
		all[i] = locate.Unit{
			Path: u.Path, By: u.By, Environment: u.Environment, Estate: u.Kubernetes, Folders: &u.Folders,
			Scattered: files, Alternative: u.Alternative && files,
		}
	}
	places := locate.Units(c, all, asked, c.Assumed(compute.Axis))
	for i, u := range units {
		configured.Places(c, u, &places[i])
	}
	return places
}

// unchecked is why no check was run: the catalog does not fit the checks, or
// somebody stopped it.
func unchecked(err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return &exitError{status: exitUnfinished, err: err}
	}
	return usage("", "%w", err)
}

// badInput carries a reader's hint to the user.
func badInput(err error) error {
	exit := &exitError{status: exitUsage, err: err}
	var fault *document.Error
	if errors.As(err, &fault) {
		exit.hint = fault.Hint
	}
	return exit
}
