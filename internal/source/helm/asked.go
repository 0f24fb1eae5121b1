package helm

import (
	"slices"
	"strings"
	"text/template/parse"

	"helm.sh/helm/v4/pkg/chart/common"
	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// mostMadeUp bounds how many values are made up for a chart that asks for them one after the
// other: each takes another rendering.
const mostMadeUp = 24

// give makes up the values that a chart's author asks for with a message, where they are not
// there: any text will do. It returns their names; none where the message is not that of a
// value by its path.
func (c *loaded) give(top common.Values, message string) (given []string) {
	walk(c.root, func(sub *chart.Chart) {
		values, ok := c.valuesOf(sub, top)
		if !ok {
			return
		}
		for _, path := range c.requiredIn(sub)[message] {
			if put(values, path) {
				given = append(given, strings.Join(slices.Concat(c.above(sub), path), "."))
			}
		}
	})
	return given
}

// above are the names of the charts that a chart stands in, and its own, below the first one.
func (c *loaded) above(sub *chart.Chart) (names []string) {
	for at := sub; !at.IsRoot(); at = at.Parent() {
		names = append(names, at.Name())
	}
	slices.Reverse(names)
	return names
}

// valuesOf are those that the templates of a chart see.
func (c *loaded) valuesOf(sub *chart.Chart, top common.Values) (map[string]any, bool) {
	values, ok := asMap(top["Values"])
	for _, name := range c.above(sub) {
		if !ok {
			return nil, false
		}
		values, ok = asMap(values[name])
	}
	return values, ok
}

func asMap(v any) (map[string]any, bool) {
	switch v := v.(type) {
	case common.Values:
		return v, true
	case map[string]any:
		return v, v != nil
	}
	return nil, false
}

// put writes what is made up at a path where there is none yet.
func put(values map[string]any, path []string) bool {
	for _, key := range path[:len(path)-1] {
		below, ok := asMap(values[key])
		if !ok {
			if values[key] != nil {
				return false
			}
			below = map[string]any{}
			values[key] = below
		}
		values = below
	}
	last := path[len(path)-1]
	if v, there := values[last]; there && v != nil && v != "" {
		return false
	}
	values[last] = madeUpFor(last)
	return true
}

// requiredIn are the paths of values that the templates of a chart ask for by `required`, by the
// message with which they do.
func (c *loaded) requiredIn(sub *chart.Chart) map[string][][]string {
	all := map[string][][]string{}
	trees := map[string]*parse.Tree{}
	for _, t := range sub.Templates {
		tree := parse.New(t.Name)
		tree.Mode = parse.SkipFuncCheck
		_, _ = tree.Parse(string(t.Data), "", "", trees)
	}
	for _, tree := range trees {
		pipes(tree.Root, func(p *parse.PipeNode) {
			if message, path := required(p); path != nil {
				all[message] = append(all[message], path)
			}
		})
	}
	return all
}

// required is what a pipe asks for by `required`: .Values.a | required "m", or required "m" .Values.a.
func required(p *parse.PipeNode) (message string, path []string) {
	for _, cmd := range p.Cmds {
		called, is := cmd.Args[0].(*parse.IdentifierNode)
		text, said := second(cmd.Args).(*parse.StringNode)
		if !is || called.Ident != "required" || !said {
			continue
		}
		if len(cmd.Args) > 2 {
			return text.Text, valuePath(cmd.Args[2])
		}
		return text.Text, valuePath(p.Cmds[0].Args[0]) // with what makes a text of it between
	}
	return "", nil
}

// valuePath is the path of a value that a node names: .Values.a.b or $.Values.a.b.
func valuePath(n parse.Node) []string {
	var parts []string
	switch n := n.(type) {
	case *parse.FieldNode:
		parts = n.Ident
	case *parse.VariableNode:
		parts = n.Ident[1:]
	}
	if len(parts) < 2 || parts[0] != "Values" {
		return nil
	}
	return parts[1:]
}

// pipes calls do for each pipe below a node.
func pipes(n parse.Node, do func(*parse.PipeNode)) {
	branch := func(b *parse.BranchNode) {
		pipes(b.Pipe, do)
		pipes(b.List, do)
		pipes(b.ElseList, do)
	}
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return
		}
		for _, below := range n.Nodes {
			pipes(below, do)
		}
	case *parse.ActionNode:
		pipes(n.Pipe, do)
	case *parse.IfNode:
		branch(&n.BranchNode)
	case *parse.WithNode:
		branch(&n.BranchNode)
	case *parse.RangeNode:
		branch(&n.BranchNode)
	case *parse.TemplateNode:
		pipes(n.Pipe, do)
	case *parse.PipeNode:
		if n == nil {
			return
		}
		do(n)
		for _, cmd := range n.Cmds {
			for _, arg := range cmd.Args {
				pipes(arg, do)
			}
		}
	}
}
