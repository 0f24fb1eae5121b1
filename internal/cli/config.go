package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/config"
	"github.com/onus-project/onus/internal/custom"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
	"github.com/onus-project/onus/internal/words"
)

// configCommand is what is about .onus.yaml itself.
func (s *session) configCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Test the obligations that .onus.yaml adds",
		Long: `Config is about .onus.yaml itself: what stands in it is told by docs/config.md, and onus
init writes a first one.`,
		Example: "  onus config test",
		Args:    cobra.NoArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(s.configTestCommand())
	return cmd
}

func (s *session) configTestCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "test [FILE|FOLDER]",
		Short: "Run the tests that stand beside your own obligations",
		Long: `Test reads an .onus.yaml, which has to be right as a whole, and runs the tests of its
obligations: the manifests that stand there, and whether the obligation is held or broken
on each object of its kind in them.

Exit status: 0 all pass, 1 some do not, 2 bad usage or a fault of the file, 3 could not
finish, 4 a fault of onus itself.`,
		Example: `  onus config test
  onus config test deploy/.onus.yaml`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			c, screen, err := s.printing(output, published.Tests{})
			if err != nil {
				return err
			}
			read, err := s.configAt(c, args)
			if err != nil {
				return err
			}
			t, err := tested(cmd.Context(), c, read)
			if err != nil {
				return badInput(err)
			}
			if err := s.show(s.out, output, t, screen); err != nil {
				return err
			}
			if t.Failed > 0 {
				return &exitError{status: exitBroken}
			}
			return nil
		},
	}
	outputFlag(cmd, &output, published.Tests{})
	return cmd
}

// configAt is the configuration that is named, or the nearest one above a folder.
func (s *session) configAt(c *responsibility.Catalog, args []string) (*config.Config, error) {
	file := ""
	if len(args) == 1 && strings.HasSuffix(args[0], ".yaml") || len(args) == 1 && strings.HasSuffix(args[0], ".yml") {
		file = args[0]
	} else {
		var err error
		if file, err = config.Find(args); err != nil {
			return nil, badInput(err)
		}
	}
	if file == "" {
		return nil, usage("onus init writes a first one", "there is no %s", config.Name)
	}
	read, err := config.Read(file, c, s.waiving(c))
	if err != nil {
		return nil, badInput(err)
	}
	return read, nil
}

// tested runs the tests of a configuration.
func tested(ctx context.Context, c *responsibility.Catalog, of *config.Config) (published.Tests, error) {
	t := published.Tests{Head: published.Head{Schema: published.TestsSchema}, File: of.File, Tests: []published.Test{}, Untested: []string{}}
	expected := map[string][]finding.Verdict{}
	for _, x := range of.Tests() {
		got, err := judged(ctx, c, &x)
		if err != nil {
			return t, fmt.Errorf("%s: test of %s: %w", x.Position, x.Obligation.ID, err)
		}
		made := published.Test{Obligation: x.Obligation.ID, Name: x.Name, Expect: string(x.Expect), Position: x.Position}
		made.Passed = len(got) > 0 && !slices.ContainsFunc(got, func(f finding.Finding) bool { return f.Verdict != x.Expect })
		made.Got = gotWords(got, x.Obligation.Kind)
		if made.Passed {
			t.Passed++
		} else {
			t.Failed++
		}
		expected[x.Obligation.ID] = append(expected[x.Obligation.ID], x.Expect)
		t.Tests = append(t.Tests, made)
	}
	for _, o := range of.Own() {
		if e := expected[o.ID]; !slices.Contains(e, finding.Held) || !slices.Contains(e, finding.Broken) {
			t.Untested = append(t.Untested, o.ID)
		}
	}
	return t, nil
}

// judged are the verdicts of an obligation on what a test gives.
func judged(ctx context.Context, c *responsibility.Catalog, x *config.Test) ([]finding.Finding, error) {
	e, err := source.Kubernetes(ctx, source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(x.Given), Catalog: c})
	if err != nil {
		return nil, err
	}
	places := locate.Locate(c, e, nil, c.Assumed(compute.Axis))
	return custom.Look([]*custom.Obligation{x.Obligation}, custom.Looking{Estate: e, Places: places}), nil
}

// gotWords says what came of a test: of each object, where they differ.
func gotWords(got []finding.Finding, kind string) string {
	if len(got) == 0 {
		return "not looked at: there is no " + kind + " in what is given"
	}
	var all []string
	for _, f := range got {
		said := string(f.Verdict)
		if f.Verdict == finding.Unknown {
			said += " (" + f.Message + ")"
		}
		all = append(all, said+" for "+f.Subject.Words())
	}
	return words.And(all)
}
