package helmfile

import (
	"bytes"
	"fmt"
	"strings"
	"text/template"
	"text/template/parse"
)

// Unknown is what stands where a template asks the machine that helmfile runs on, or what is elsewhere. A number it
// is not: what asks for one there is no object that could be read.
const Unknown = "onus-not-known"

// unclear is what is made of that, or of values that are not there: it may be a number, an answer, or nothing. What a chart
// would make of it is not known, where it passes on the other as a text.
const unclear = Unknown + "-value"

// largest bounds what one template may make, and longest what it may be made of.
const (
	largest = 1 << 22
	longest = 1 << 20
)

// rendering is one run of the templates of a state in an environment. Where a condition depends on what is not known
// the run takes what stands in it, or leaves it out, as otherwise says; what both runs have in common is known.
type rendering struct {
	files     Files
	dir       string // from which templates read files
	otherwise bool   // what depends on an unknown condition is left out
	doubts    int    // how many conditions and loops depended on what is not known
	// partly says that values may be set that were not read, and may that helmfile goes on without these: what a template
	// does without if it is not there, is not there then.
	partly, may bool

	depth int              // how many templates are run within one another
	pure  template.FuncMap // those of Helm's functions, with one bound for all that this run counts
}

// mostNested is how many templates may be run within one another: each may have itself run again.
const mostNested = 16

// text renders a template.
func (r *rendering) text(name, text string, data map[string]any) (string, error) {
	if !strings.Contains(text, "{{") {
		return text, nil
	}
	if len(text) > longest {
		return "", fmt.Errorf("%s is longer than %d bytes", name, longest)
	}
	if r.depth++; r.depth > mostNested {
		return "", fmt.Errorf("%s: more than %d templates run within one another", name, mostNested)
	}
	defer func() { r.depth-- }()
	t, err := template.New(name).Option("missingkey=error").Funcs(r.functions(data)).Parse(text)
	if err != nil {
		return "", fmt.Errorf("parsing the template %s: %w", name, err)
	}
	for _, part := range t.Templates() {
		if part.Tree != nil {
			rewriteList(part.Root)
		}
	}
	out := bounded{left: largest}
	if err := t.Execute(&out, data); err != nil {
		return "", fmt.Errorf("rendering the template %s: %w", name, err)
	}
	return out.String(), nil
}

// bounded is a text that ends with an error where it becomes too long.
type bounded struct {
	bytes.Buffer
	left int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, fmt.Errorf("templates write more than %d bytes", largest)
	}
	return b.Buffer.Write(p)
}

// Functions that rewritten templates call; no template can name them, as they are no words of its language to write.
const (
	fieldFunction  = "onusField"
	testFunction   = "onusTest"
	rangeFunction  = "onusRange"
	unsureFunction = "onusUnsure"
	bothFunction   = "onusBoth"
)

// builtin are functions of the language of templates itself that make something else of what they are given.
var builtin = map[string]bool{
	"eq": true, "ne": true, "lt": true, "le": true, "gt": true, "ge": true, "len": true, "index": true, "not": true, "slice": true,
}

// rewriteList has a template ask functions for fields, and what it decides by, so that what is not known is seen.
func rewriteList(list *parse.ListNode) {
	if list == nil {
		return
	}
	for _, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			rewritePipe(n.Pipe, "")
		case *parse.TemplateNode:
			if n.Pipe != nil {
				rewritePipe(n.Pipe, "")
			}
		case *parse.IfNode:
			rewriteBranch(&n.BranchNode, testFunction)
		case *parse.WithNode:
			rewriteBranch(&n.BranchNode, testFunction)
		case *parse.RangeNode:
			rewriteBranch(&n.BranchNode, rangeFunction)
		}
	}
}

func rewriteBranch(n *parse.BranchNode, by string) {
	rewritePipe(n.Pipe, by)
	rewriteList(n.List)
	rewriteList(n.ElseList)
}

// rewritePipe makes one command of all those of a pipe, a|f b as f b a, and has a function look at what comes of it.
func rewritePipe(p *parse.PipeNode, by string) {
	var last *parse.CommandNode
	for _, c := range p.Cmds {
		args := c.Args
		if last != nil {
			args = append(args[:len(args):len(args)], pipeOf(last))
		}
		last = rewriteCommand(args)
	}
	if by != "" {
		last = call(by, pipeOf(last))
	}
	p.Cmds = []*parse.CommandNode{last}
}

func pipeOf(c *parse.CommandNode) *parse.PipeNode {
	return &parse.PipeNode{NodeType: parse.NodePipe, Cmds: []*parse.CommandNode{c}}
}

func call(name string, args ...parse.Node) *parse.CommandNode {
	all := append([]parse.Node{parse.NewIdentifier(name)}, args...)
	return &parse.CommandNode{NodeType: parse.NodeCommand, Args: all}
}

// rewriteCommand has what a command is given rewritten, and where it calls a function of the language itself, whether
// that is known.
func rewriteCommand(args []parse.Node) *parse.CommandNode {
	all := make([]parse.Node, len(args))
	for i, a := range args {
		all[i] = rewriteArgument(a)
	}
	c := &parse.CommandNode{NodeType: parse.NodeCommand, Args: all}
	f, is := all[0].(*parse.IdentifierNode)
	switch {
	case !is:
		return c
	case builtin[f.Ident]:
		return call("or", pipeOf(call(unsureFunction, all[1:]...)), pipeOf(c))
	case f.Ident == "and" && len(all) > 2:
		rest := all[len(all)-1]
		for i := len(all) - 2; i > 0; i-- {
			rest = pipeOf(call("and", all[i], pipeOf(call(bothFunction, all[i], rest))))
		}
		return call("and", rest)
	}
	return c
}

func rewriteArgument(a parse.Node) parse.Node {
	switch n := a.(type) {
	case *parse.PipeNode:
		rewritePipe(n, "")
	case *parse.FieldNode:
		return fieldOf(&parse.DotNode{NodeType: parse.NodeDot}, n.Ident)
	case *parse.VariableNode:
		if len(n.Ident) > 1 {
			return fieldOf(&parse.VariableNode{NodeType: parse.NodeVariable, Ident: n.Ident[:1]}, n.Ident[1:])
		}
	case *parse.ChainNode:
		return fieldOf(rewriteArgument(n.Node), n.Field)
	}
	return a
}

func fieldOf(of parse.Node, names []string) parse.Node {
	args := []parse.Node{of}
	for _, name := range names {
		args = append(args, &parse.StringNode{NodeType: parse.NodeString, Quoted: fmt.Sprintf("%q", name), Text: name})
	}
	return pipeOf(call(fieldFunction, args...))
}
