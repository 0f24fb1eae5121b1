package helm

import (
	"strings"
	"text/template/parse"

	chart "helm.sh/helm/v4/pkg/chart/v2"
)

// silent reports whether a template, by the name that the engine gives it, writes nothing
// whatever its values are: it fails, or does nothing. Charts have such templates to look
// at their values.
func (c *loaded) silent(name string) bool {
	if c.trees == nil {
		c.trees = map[string]*parse.Tree{}
		walk(c.root, func(sub *chart.Chart) {
			for _, t := range sub.Templates {
				tree := parse.New(sub.ChartFullPath() + "/" + t.Name)
				tree.Mode = parse.SkipFuncCheck
				_, _ = tree.Parse(string(t.Data), "", "", c.trees)
			}
		})
	}
	return silence{c.trees, map[string]bool{}}.named(name)
}

// Silent reports whether a template by itself writes nothing, as one that defines what others
// include. Those it includes itself are not known.
func Silent(text []byte) bool {
	const name = "template"
	tree := parse.New(name)
	tree.Mode = parse.SkipFuncCheck
	trees := map[string]*parse.Tree{}
	if _, err := tree.Parse(string(text), "", "", trees); err != nil {
		return false
	}
	return len(trees) > 1 && (trees[name] == nil || silence{trees, map[string]bool{}}.named(name))
}

// silence is what is asked of templates that name each other.
type silence struct {
	trees map[string]*parse.Tree
	asked map[string]bool
}

// named reports whether a template writes nothing. Of one that is not known nothing is
// known; one that is asked for already writes what the others in it write.
func (s silence) named(name string) bool {
	tree := s.trees[name]
	if tree == nil {
		return false
	}
	if s.asked[name] {
		return true
	}
	s.asked[name] = true
	return s.list(tree.Root)
}

func (s silence) list(all *parse.ListNode) bool {
	if all == nil {
		return true
	}
	for _, n := range all.Nodes {
		if !s.node(n) {
			return false
		}
	}
	return true
}

func (s silence) node(n parse.Node) bool {
	switch n := n.(type) {
	case *parse.TextNode:
		return strings.TrimSpace(string(n.Text)) == ""
	case *parse.CommentNode, *parse.BreakNode, *parse.ContinueNode:
		return true
	case *parse.IfNode:
		return s.list(n.List) && s.list(n.ElseList)
	case *parse.WithNode:
		return s.list(n.List) && s.list(n.ElseList)
	case *parse.RangeNode:
		return s.list(n.List) && s.list(n.ElseList)
	case *parse.TemplateNode:
		return s.named(n.Name)
	case *parse.ActionNode:
		return len(n.Pipe.Decl) > 0 || s.pipe(n.Pipe)
	}
	return false
}

// pipe reports whether the last command of a pipeline fails, or includes what writes
// nothing.
func (s silence) pipe(p *parse.PipeNode) bool {
	if len(p.Cmds) == 0 {
		return false
	}
	args := p.Cmds[len(p.Cmds)-1].Args
	if called, is := args[0].(*parse.IdentifierNode); is {
		if called.Ident == "fail" {
			return true
		}
		if text, is := second(args).(*parse.StringNode); is && called.Ident == "include" && len(p.Cmds) == 1 {
			return s.named(text.Text)
		}
	}
	return false
}

func second(args []parse.Node) parse.Node {
	if len(args) < 2 {
		return nil
	}
	return args[1]
}
