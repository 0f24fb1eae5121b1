package cli

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
)

// mostSaved is more than any saved result has.
const mostSaved = 256 // MiB

func (s *session) reportCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "report OLD NEW",
		Short: "What is new, cured and still there, from one saved result to the next",
		Long: `Report compares two results that onus check saved with -o json: what is broken that was
not, what was cured, what is still there, and who of you holds it. Cured is what was
looked at again and is held; what is not found any more is told apart.

Exit status: 0 nothing new is broken, 1 something is, 2 bad usage or bad input, 3 could
not finish, 4 a fault of onus itself.`,
		Example: `  onus check ./manifests -o json > monday.json
  onus report monday.json today.json
  onus report monday.json today.json -o markdown`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return usage("onus report monday.json today.json", "report wants two saved results, and got %d", len(args))
			}
			return nil
		},
		ValidArgsFunction: savedFiles,
		RunE: func(_ *cobra.Command, args []string) error {
			if err := checkFormat(output, published.Comparison{}); err != nil {
				return err
			}
			screen, err := s.screen()
			if err != nil {
				return err
			}
			var saved [2]published.Findings
			for i, file := range args {
				if err := readResult(file, &saved[i]); err != nil {
					return badInput(err)
				}
			}
			compared := publish.Comparison(args[0], &saved[0], args[1], &saved[1])
			if err := s.show(s.out, output, compared, screen); err != nil {
				return err
			}
			if compared.Summary.New > 0 {
				return &exitError{status: exitBroken}
			}
			return nil
		},
	}
	outputFlag(cmd, &output, published.Comparison{})
	return cmd
}

// readResult reads what onus check saved.
func readResult(file string, into *published.Findings) error {
	const hint = "onus check PATH -o json saves one"
	data, err := document.ReadFile(file, mostSaved)
	if err != nil {
		return document.PathError(file, err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return &document.Error{File: file, Msg: "is no result of onus check: " + err.Error(), Hint: hint}
	}
	if into.Schema != published.FindingsSchema {
		return &document.Error{File: file, Field: "schema", Hint: hint,
			Msg: fmt.Sprintf("is %q, wants %s", into.Schema, published.FindingsSchema)}
	}
	return nil
}

// savedFiles completes the files in which onus saves what it prints.
func savedFiles(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
	return []cobra.Completion{"json"}, cobra.ShellCompDirectiveFilterFileExt
}
