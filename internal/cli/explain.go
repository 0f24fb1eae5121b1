package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

func (s *session) explainCommand() *cobra.Command {
	var output string
	cmd := &cobra.Command{
		Use:   "explain [THING | OFFERING LAYER | OFFERING TRIGGER]",
		Short: "An offering, a platform, a layer, an obligation, a trigger: what, why, sources",
		Long: `explain says what the catalog knows of one thing, and where it is stated: an
offering, a platform, a layer, an obligation, a trigger, an axis or a source. An
offering with a layer gives that one cell with every claim about it, an offering
with a trigger what its contract says of it. A platform, such as eks-any, is what
findings name while it is not known which of its offerings something runs on.
Without a name it lists what there is.

Where two kinds of things share a name, put the kind before it: axis/operator.`,
		Example: `  onus explain
  onus explain eks-auto-mode
  onus explain eks-auto-mode cluster-upgrades
  onus explain eks-auto-mode expiry
  onus explain eks-any
  onus explain pdb-never-allows
  onus explain drift -o markdown`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 2 {
				return usage("onus explain eks-auto-mode cluster-upgrades",
					"explain wants one thing, or an offering and a layer or trigger, and got %d names", len(args))
			}
			return nil
		},
		ValidArgsFunction: s.completeUpTo(2, func(c *responsibility.Catalog) []named {
			var names []named
			for _, t := range things(c) {
				if t.kind != "source" {
					names = append(names, t.named)
				}
			}
			return names
		}),
		RunE: func(_ *cobra.Command, args []string) error {
			return s.explain(args, output)
		},
	}
	outputFlag(cmd, &output, published.Index{})
	return cmd
}

func (s *session) explain(args []string, output string) error {
	c, screen, err := s.printing(output, published.Index{})
	if err != nil {
		return err
	}
	explanation, err := explanationOf(c, args)
	if err != nil {
		return err
	}
	return s.show(s.out, output, explanation, screen)
}

func explanationOf(c *responsibility.Catalog, args []string) (published.Value, error) {
	switch len(args) {
	case 0:
		return publish.Index(c), nil
	case 1:
		t, err := oneThing(c, args[0])
		if err != nil {
			return nil, err
		}
		return t.explain(), nil
	}
	return explainPair(c, args[0], args[1])
}

// thing is something that has an explanation.
type thing struct {
	named
	kind    string
	explain func() published.Value
}

// things are all that can be explained, by kind in the order in which a name
// is most likely meant.
func things(c *responsibility.Catalog) []thing {
	var all []thing
	add := func(kind, id, title string, explain func() published.Value) {
		all = append(all, thing{named{id, title}, kind, explain})
	}
	for _, o := range c.Offerings {
		add("offering", o.ID, o.Title, func() published.Value { return publish.Offering(c, o) })
	}
	for _, p := range c.Platforms {
		add("platform", p.ID, p.Title, func() published.Value { return publish.Platform(c, p) })
	}
	for i := range c.Axes {
		axis := &c.Axes[i]
		for j := range axis.Layers {
			layer := &axis.Layers[j]
			add("layer", layer.ID, layer.Title, func() published.Value { return publish.Layer(c, axis, layer) })
		}
	}
	for _, o := range c.Obligations {
		add("obligation", o.ID, o.Title, func() published.Value { return publish.Obligation(c, o) })
	}
	for i := range c.Triggers {
		t := &c.Triggers[i]
		add("trigger", t.ID, t.Title, func() published.Value { return publish.Trigger(c, t) })
	}
	for i := range c.Axes {
		axis := &c.Axes[i]
		add("axis", axis.ID, axis.Title, func() published.Value { return publish.Axis(c, axis) })
	}
	for id, src := range c.Sources {
		add("source", id, src.Title, func() published.Value { return publish.Source(c, src) })
	}
	return all
}

// oneThing finds what a name stands for: ID, or KIND/ID where kinds share it.
func oneThing(c *responsibility.Catalog, name string) (thing, error) {
	kind, id, qualified := strings.Cut(name, "/")
	if !qualified {
		kind, id = "", name
	}
	var found []thing
	var near []string
	for _, t := range things(c) {
		if kind != "" && t.kind != kind {
			continue
		}
		if t.id == id {
			found = append(found, t)
		}
		// A slip in a source's id is rare, and their many ids are near to everything.
		if t.kind != "source" || kind == "source" {
			near = append(near, t.id)
		}
	}
	switch len(found) {
	case 1:
		return found[0], nil
	case 0:
		return thing{}, unknown("offering, platform, layer, obligation, trigger, axis or source", name, near)
	}
	choices := make([]string, len(found))
	for i, t := range found {
		choices[i] = t.kind + "/" + t.id
	}
	return thing{}, usage("name it as "+words.Or(choices), "%q is the name of more than one thing", name)
}

// explainPair explains a layer or a trigger under an offering, in either order.
func explainPair(c *responsibility.Catalog, first, second string) (published.Value, error) {
	if c.Offering(first) == nil && (c.Offering(second) != nil || c.Platform(second) != nil) {
		first, second = second, first
	}
	if p := c.Platform(first); p != nil {
		return nil, usage("onus explain "+second+" for all of them, or onus explain "+p.Offerings[0]+" "+second,
			"%s is a platform: say which of its offerings, %s", p.ID, words.Or(p.Offerings))
	}
	o, err := offering(c, first)
	if err != nil {
		return nil, err
	}
	if axis, layer := c.Layer(second); layer != nil {
		if len(o.Line[axis.ID]) == 0 {
			return nil, usage("onus ladder --axis "+axis.ID, "%s is a layer of the axis %s; %s", layer.ID, axis.ID,
				whichAxes(c, []*responsibility.Offering{o}))
		}
		return publish.Cell(c, o, axis, layer), nil
	}
	if t := c.Trigger(second); t != nil {
		if o.Contract == nil {
			return nil, usage("onus explain "+t.ID, "%s has no contract about nodes", o.ID)
		}
		if _, ok := o.Contract.First(t.ID); !ok {
			return nil, usage("onus explain "+o.ID, "the contract of %s does not name %s", o.ID, t.ID)
		}
		return publish.Moves(c, o, t), nil
	}
	var names []string
	for _, t := range things(c) {
		if t.kind == "layer" || t.kind == "trigger" {
			names = append(names, t.id)
		}
	}
	return nil, unknown("layer or trigger", second, names)
}
