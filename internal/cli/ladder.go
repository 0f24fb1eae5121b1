package cli

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

func (s *session) ladderCommand() *cobra.Command {
	var axis, output string
	cmd := &cobra.Command{
		Use:   "ladder [OFFERING…]",
		Short: "Who is responsible for what, offerings side by side",
		Long: `ladder shows who holds each layer, for offerings side by side, from the bottom
layer up. Without names it shows four that stand for all from metal to functions; with
--axis every offering of that axis, in the order in which the customer holds less and less.`,
		Example: `  onus ladder
  onus ladder eks-standard eks-managed-nodegroup eks-auto-mode eks-fargate
  onus ladder --axis compute
  onus ladder mongodb-community mongodb-atlas -o markdown`,
		ValidArgsFunction: s.completeMore(func(c *responsibility.Catalog) []named { return offeringNames(c.Offerings) }),
		RunE: func(_ *cobra.Command, args []string) error {
			return s.ladder(args, axis, output)
		},
	}
	cmd.Flags().StringVar(&axis, "axis", "", "`AXIS` on which to compare (default: the one the offerings share, compute first)")
	_ = cmd.RegisterFlagCompletionFunc("axis", s.complete(func(c *responsibility.Catalog) []named { return axisNames(c) }))
	outputFlag(cmd, &output, published.Ladder{})
	return cmd
}

func (s *session) ladder(names []string, axisName, output string) error {
	c, screen, err := s.printing(output, published.Ladder{})
	if err != nil {
		return err
	}
	offerings, err := offeringsNamed(c, names)
	if err != nil {
		return err
	}
	axis, err := ladderAxis(c, offerings, axisName)
	if err != nil {
		return err
	}
	var more []*responsibility.Offering
	if len(offerings) == 0 {
		if offerings = c.On(axis.ID); axisName == "" {
			offerings, more = firstOf(offerings)
		}
	}
	l := publish.Ladder(c, axis, offerings)
	for _, o := range more {
		l.More = append(l.More, o.ID)
	}
	return s.show(s.out, output, l, screen)
}

// firstOf are those that are shown where none is named, and the rest; all where the catalog
// names none.
func firstOf(all []*responsibility.Offering) (shown, more []*responsibility.Offering) {
	for _, o := range all {
		if o.First {
			shown = append(shown, o)
		} else {
			more = append(more, o)
		}
	}
	if len(shown) == 0 {
		return all, nil
	}
	return shown, more
}

// offeringsNamed finds offerings in the order in which they were typed, each once.
func offeringsNamed(c *responsibility.Catalog, names []string) ([]*responsibility.Offering, error) {
	var found []*responsibility.Offering
	for _, name := range names {
		o, err := offering(c, name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(found, o) {
			found = append(found, o)
		}
	}
	return found, nil
}

// ladderAxis is the axis that was named, or the first that all offerings share.
func ladderAxis(c *responsibility.Catalog, offerings []*responsibility.Offering, name string) (*responsibility.Axis, error) {
	if name == "" {
		shared := c.Shared(offerings...)
		if len(shared) == 0 {
			return nil, usage("name offerings of one axis", "the offerings share no axis: %s", whichAxes(c, offerings))
		}
		return c.Axis(shared[0]), nil
	}
	axis := c.Axis(name)
	if axis == nil {
		return nil, unknown("axis", name, ids(axisNames(c)))
	}
	for _, o := range offerings {
		if len(o.Line[axis.ID]) == 0 {
			return nil, usage("leave --axis out, or one of the offerings", "%s is not on the axis %s: %s", o.ID, axis.ID,
				whichAxes(c, []*responsibility.Offering{o}))
		}
	}
	return axis, nil
}

func whichAxes(c *responsibility.Catalog, offerings []*responsibility.Offering) string {
	var on []string
	for _, o := range offerings {
		on = append(on, o.ID+" is on "+words.And(c.AxesOf(o)))
	}
	return strings.Join(on, ", ")
}
