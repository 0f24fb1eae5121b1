package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/responsibility"
)

// named is an id that can be typed, and what it stands for.
type named struct{ id, title string }

func offeringNames(offerings []*responsibility.Offering) []named {
	names := make([]named, len(offerings))
	for i, o := range offerings {
		names[i] = named{o.ID, o.Title}
	}
	return names
}

func axisNames(c *responsibility.Catalog) []named {
	names := make([]named, len(c.Axes))
	for i, a := range c.Axes {
		names[i] = named{a.ID, a.About}
	}
	return names
}

func ids(names []named) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = n.id
	}
	return out
}

type completion = func(cmd *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective)

// complete offers the names of the catalog, with what they stand for.
func (s *console) complete(names func(*responsibility.Catalog) []named) completion {
	return func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return s.completions(names, nil, typed)
	}
}

// completeList is complete for a flag that takes several names, with commas between.
func (s *console) completeList(names func(*responsibility.Catalog) []named) completion {
	return func(_ *cobra.Command, _ []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		last := strings.LastIndex(typed, ",") + 1
		found, directive := s.completions(names, strings.Split(typed[:last], ","), typed[last:])
		for i := range found {
			found[i] = typed[:last] + found[i]
		}
		return found, directive
	}
}

// completeMore is complete for arguments, of which none comes twice.
func (s *console) completeMore(names func(*responsibility.Catalog) []named) completion {
	return func(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		return s.completions(names, args, typed)
	}
}

// completeUpTo is completeMore for a command that takes so many arguments.
func (s *console) completeUpTo(most int, names func(*responsibility.Catalog) []named) completion {
	return func(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= most {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return s.completions(names, args, typed)
	}
}

// completeThenFiles is completeUpTo for a command that takes files after that.
func (s *console) completeThenFiles(most int, names func(*responsibility.Catalog) []named) completion {
	return func(_ *cobra.Command, args []string, typed string) ([]cobra.Completion, cobra.ShellCompDirective) {
		if len(args) >= most {
			return nil, cobra.ShellCompDirectiveDefault
		}
		return s.completions(names, args, typed)
	}
}

func (s *console) completions(
	names func(*responsibility.Catalog) []named, but []string, typed string,
) ([]cobra.Completion, cobra.ShellCompDirective) {
	c, err := s.load()
	if err != nil {
		cobra.CompErrorln(err.Error())
		return nil, cobra.ShellCompDirectiveError
	}
	var found []cobra.Completion
	for _, n := range names(c) {
		if strings.HasPrefix(n.id, typed) && !slices.Contains(but, n.id) {
			found = append(found, cobra.CompletionWithDesc(n.id, n.title))
		}
	}
	return found, cobra.ShellCompDirectiveNoFileComp | cobra.ShellCompDirectiveKeepOrder
}
