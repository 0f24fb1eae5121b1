package cli

import (
	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/release"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
)

func (s *session) versionCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Which onus this is: version, commit, and how recent its catalog is",
		Long: `version says which build of onus this is, and how much of the world its catalog knows:
how many offerings, obligations and sources, and the last day on which one was read.`,
		Example: `  onus version
  onus version -o json`,
		Args: cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			c, screen, err := s.printing(output, published.Version{})
			if err != nil {
				return err
			}
			return s.show(s.out, output, publish.Version(release.This(), c), screen)
		},
	}
	outputFlag(cmd, &output, published.Version{})
	return cmd
}
