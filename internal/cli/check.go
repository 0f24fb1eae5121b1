package cli

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// assumed is the offering that workloads are taken to stand on when nothing
// tells: the strictest contract, in which the provider replaces nodes on its
// own schedule and forces at the deadline.
const assumed = "eks-auto-mode"

func (s *session) checkCommand() *cobra.Command {
	var as, output string
	var all, strict bool
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

Exit status: 0 nothing is broken, 1 something is, 2 bad usage or bad input, 3 could not
finish.`,
		Example: `  onus check ./manifests
  onus check ./manifests --as gke-autopilot
  onus check --context prod
  onus check --context prod new-budget.yaml
  kubectl get pods,deploy,rs,sts,ds,jobs,pdb,hpa,svc,nodes,nodepools,nodeclaims -A -o json | onus check -
  helm template ./chart | onus check - -o json`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := checkFormat(output, published.Findings{}); err != nil {
				return err
			}
			from, err := s.source(cmd, &l, paths, "./manifests")
			if err != nil {
				return err
			}
			return s.check(from, as, output, all, strict)
		},
	}
	cmd.Flags().StringVar(&as, "as", "", "ask what if everything ran on this `OFFERING`")
	outputFlag(cmd, &output, published.Findings{})
	cmd.Flags().BoolVar(&all, "all", false, "list what is held, too (text only; the other formats always have it)")
	cmd.Flags().BoolVar(&strict, "strict", false, "exit 1 when something is unknown, too")
	l.flags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("as", s.complete(func(c *responsibility.Catalog) []named { return offeringNames(c.On("compute")) }))
	return cmd
}

func (s *session) check(from source, as, output string, all, strict bool) error {
	screen, err := s.screen()
	if err != nil {
		return err
	}
	c, err := s.load()
	if err != nil {
		return err
	}
	var asked *responsibility.Offering
	if as != "" {
		if asked, err = offering(c, as); err != nil {
			return err
		}
		if asked.Line["compute"] == nil {
			return usage("onus ladder --axis compute lists those that do", "--as: workloads do not run on %s", as)
		}
	}
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	e, err := s.estate(from, going)
	if err != nil {
		return err
	}
	if err := nothingToCheck(e); err != nil {
		return err
	}
	places := locate.Locate(c, e, asked, c.Offering(assumed))
	going.on("looking, and playing what the contract has in store")
	findings := publish.Findings(c, e, places, compute.Audit(c, e, places))
	done()
	screen.Held = all
	if err := report.Write(s.out, output, findings, screen); err != nil {
		return err
	}
	if findings.Summary.Broken > 0 || strict && findings.Summary.Unknown > 0 {
		return &exitError{status: exitBroken}
	}
	return nil
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

// nothingToCheck is the answer to input that holds nothing to look at, lest
// silence be taken for green.
func nothingToCheck(e *kubernetes.Estate) error {
	if len(e.Workloads)+len(e.Budgets) > 0 || len(e.Unread) > 0 && e.Seen.Objects > 0 {
		return nil
	}
	if len(e.Unread) > 0 {
		return nothingRead(e, "nothing of the cluster")
	}
	if e.Seen.Objects > 0 {
		return usage("give the workloads and PodDisruptionBudgets too", "nothing to check: of %s none is a workload or a PodDisruptionBudget", counted(e.Seen.Objects, "Kubernetes object", "Kubernetes objects"))
	}
	const hint = "give YAML or JSON with Kubernetes objects"
	if e.Seen.Skipped == 0 {
		return usage(hint, "nothing to check: no Kubernetes object was read")
	}
	return usage(hint, "nothing to check: no Kubernetes object was read, and %s passed over", counted(e.Seen.Skipped, "file or document was", "files or documents were"))
}

// nothingRead is the answer to a cluster of which nothing could be read that
// there is to look at.
func nothingRead(e *kubernetes.Estate, what string) error {
	first := e.Unread[0]
	words := first.Plural()
	if first.Reason != "" {
		words += ": " + first.Reason
	}
	if more := len(e.Unread) - 1; more > 0 {
		words += fmt.Sprintf("; and so for %s more", counted(more, "kind", "kinds"))
	}
	exit := &exitError{status: exitUnfinished, err: fmt.Errorf("%s could be read: %s", what, words)}
	if first.Forbidden() {
		exit.hint = "allow list on " + first.Resource + "; docs/rbac.yaml has all that is needed"
	}
	return exit
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
