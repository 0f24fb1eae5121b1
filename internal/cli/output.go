package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

// outputFlag adds -o to a command that prints values like v. What it takes,
// offers and refuses is what the table of formats says.
func outputFlag(cmd *cobra.Command, output *string, v published.Value) {
	formats := report.Formats(v)
	last := len(formats) - 1
	cmd.Flags().StringVarP(output, "output", "o", formats[0], "`FORMAT`: "+strings.Join(formats[:last], ", ")+" or "+formats[last])
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(formats, cobra.ShellCompDirectiveNoFileComp))
}

// checkFormat checks -o before there is a value to print.
func checkFormat(output string, v published.Value) error {
	if err := report.CheckFormat(output, v); err != nil {
		return usage("", "-o: %w", err)
	}
	return nil
}

// printing checks -o, measures the screen and then loads the catalog: what
// each command needs that prints values like v from it.
func (s *console) printing(output string, v published.Value) (*responsibility.Catalog, report.Screen, error) {
	if err := checkFormat(output, v); err != nil {
		return nil, report.Screen{}, err
	}
	screen, err := s.screen()
	if err != nil {
		return nil, screen, err
	}
	c, err := s.load()
	return c, screen, err
}
