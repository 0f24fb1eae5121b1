package cli

import (
	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

func (s *session) diffCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "diff FROM TO",
		Short: "What moves between two offerings, what you gain and what you lose",
		Long: `diff says what changes for you from one offering to another: which layers move,
what becomes yours because they do, what you no longer have to or can do, and
what the provider may now do to you.`,
		Example: `  onus diff eks-standard eks-auto-mode
  onus diff mongodb-community mongodb-atlas
  onus diff gke-standard gke-autopilot -o json`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("onus diff eks-standard eks-auto-mode", "diff wants two offerings, FROM and TO, and got %d", len(args))
			}
			return nil
		},
		ValidArgsFunction: s.completeUpTo(2, func(c *responsibility.Catalog) []named { return offeringNames(c.Offerings) }),
		RunE: func(_ *cobra.Command, args []string) error {
			return s.diff(args[0], args[1], output)
		},
	}
	outputFlag(cmd, &output, published.Diff{})
	return cmd
}

func (s *session) diff(from, to, output string) error {
	c, screen, err := s.printing(output, published.Diff{})
	if err != nil {
		return err
	}
	a, err := offering(c, from)
	if err != nil {
		return err
	}
	b, err := offering(c, to)
	if err != nil {
		return err
	}
	d, err := responsibility.Compare(c, a, b)
	if err != nil {
		return usage("offerings can be compared where both have a line on an axis", "%w", err)
	}
	return s.show(s.out, output, publish.Diff(c, d), screen)
}
