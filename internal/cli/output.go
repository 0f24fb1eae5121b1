package cli

import (
	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/report"
)

// outputFlag adds -o to a command that prints what the catalog says.
func outputFlag(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVarP(output, "output", "o", "table", "`FORMAT`: table, json, yaml or markdown")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(report.Formats(), cobra.ShellCompDirectiveNoFileComp))
}

// printing checks -o and measures the screen, before anything is read.
func (s *session) printing(output string) (report.Screen, error) {
	if err := format(output, report.Formats()...); err != nil {
		return report.Screen{}, err
	}
	return s.screen()
}
