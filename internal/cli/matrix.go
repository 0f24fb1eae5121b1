package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/subject"
)

func (s *session) matrixCommand() *cobra.Command {
	var x checking
	var l live
	cmd := &cobra.Command{
		Use:   "matrix [PATH...|-]",
		Short: "Who is responsible for what in this estate, with the state and its evidence",
		Long: `Matrix is the responsibility matrix of what it reads: for each service (a workload, a pool
of nodes, a database) and each layer the provider or the customer, which team of yours
holds it, and of what is yours each obligation with its state, the evidence and its date.

It judges as onus check does, and takes the same input. Who of you holds a service is
told by the annotation onus.dev/owner, .onus.yaml, labels such as team, or CODEOWNERS.

Exit status: 0 nothing is broken, 1 something is, 2 bad usage or bad input, 3 could not
finish, 4 a fault of onus itself.`,
		Example: `  onus matrix ./manifests
  onus matrix --context prod -o csv > matrix.csv
  onus matrix ./manifests -n payments -o markdown`,
		RunE: func(cmd *cobra.Command, paths []string) error {
			if err := checkFormat(x.output, published.Matrix{}); err != nil {
				return err
			}
			var err error
			if x.from, err = s.source(cmd, &l, paths, "./manifests"); err != nil {
				return err
			}
			return s.matrix(cmd.Context(), &x)
		},
	}
	cmd.Flags().StringVar(&x.as, "as", "", "evaluate as if everything ran on this `OFFERING`")
	outputFlag(cmd, &x.output, published.Matrix{})
	s.choiceFlags(cmd, &x.choices)
	l.flags(cmd)
	l.inputFlags(cmd)
	_ = cmd.RegisterFlagCompletionFunc("as", s.complete(func(c *responsibility.Catalog) []named { return offeringNames(runningWorkloads(c)) }))
	return cmd
}

func (s *session) matrix(ctx context.Context, x *checking) error {
	going := &underway{}
	done := s.progress(going.words)
	defer done()
	screen, l, looked, err := s.looked(ctx, x, going)
	if err != nil {
		return err
	}
	m := publish.Matrix(l.catalog, looked, l.owners(&looked), s.now())
	done()
	if err := s.show(s.out, x.output, m, screen); err != nil {
		return err
	}
	if f := publish.Findings(l.catalog, looked); x.fails(&f) {
		return &exitError{status: exitBroken}
	}
	return nil
}

// owners say who of the customer holds something of a unit.
func (l *looking) owners(looked *publish.Looked) publish.Owner {
	var all []*subject.Owners
	for _, u := range looked.Units {
		all = append(all, l.ownersIn(u))
	}
	return func(unit int, about finding.Subject, at origin.Position) string {
		return all[unit].Of(&finding.Finding{Subject: about, Position: at})
	}
}
