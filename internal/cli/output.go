package cli

import (
	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/responsibility"
)

// outputFlag adds -o to a command that prints what the catalog says.
func outputFlag(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVarP(output, "output", "o", "table", "`FORMAT`: table, json, yaml or markdown")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(report.Formats(), cobra.ShellCompDirectiveNoFileComp))
}

// printing checks -o, measures the screen and then loads the catalog: what
// each command needs that prints from it.
func (s *session) printing(output string) (*responsibility.Catalog, report.Screen, error) {
	if err := format(output, report.Formats()...); err != nil {
		return nil, report.Screen{}, err
	}
	screen, err := s.screen()
	if err != nil {
		return nil, screen, err
	}
	c, err := s.load()
	return c, screen, err
}
