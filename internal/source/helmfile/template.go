package helmfile

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"text/template"
	"text/template/parse"

	"github.com/onus-project/onus/internal/origin"
)

// unclear is what is made of that which is not known, or of values that are not there: it may be a number, an answer, or
// nothing. What a chart would make of it is not known, where it passes on the other as a text.
const unclear = origin.NotKnown + "-value"

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

	*budget
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
	if err := r.take(costOfTemplate + len(text)); err != nil {
		return "", fmt.Errorf("rendering the template %s: %w", name, err)
	}
	var t *template.Template
	functions := r.functions(data)
	functions[templateFunction] = func(name string, with any) (string, error) { return r.run(t.Lookup(name), with) }
	t, err := template.New(name).Option("missingkey=error").Funcs(functions).Parse(text)
	if err != nil {
		return "", fmt.Errorf("parsing the template %s: %w", name, err)
	}
	for _, part := range t.Templates() {
		if part.Tree == nil {
			continue
		}
		var w rewriting
		if w.list(part.Root); w.tooDeep {
			return "", fmt.Errorf("parsing the template %s: more than %d calls and conditions in one another", name, mostDeep)
		}
	}
	noted := len(r.noted)
	defer func() { r.noted = r.noted[:noted] }()
	return r.run(t, data)
}

// run runs a template. Each that it runs itself, by its name or as a text, is run by this as well: depth is of all.
func (r *rendering) run(t *template.Template, data any) (string, error) {
	if t == nil {
		return "", errors.New("there is no such template")
	}
	if r.depth++; r.depth > mostNested {
		r.depth--
		return "", fmt.Errorf("%s: more than %d templates run within one another", t.Name(), mostNested)
	}
	defer func() { r.depth-- }()
	out := bounded{budget: r.budget, left: largest}
	if err := t.Execute(&out, data); err != nil {
		return "", fmt.Errorf("rendering the template %s: %w", t.Name(), err)
	}
	return out.String(), nil
}

// bounded is a text that ends with an error where it becomes too long.
type bounded struct {
	bytes.Buffer
	budget *budget
	left   int
}

func (b *bounded) Write(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, fmt.Errorf("templates write more than %d bytes", largest)
	}
	if err := b.budget.take(len(p)); err != nil {
		return 0, err
	}
	return b.Buffer.Write(p)
}

// Functions that rewritten templates call; no template can name them, as they are no words of its language to write.
const (
	fieldFunction    = "onusField"
	testFunction     = "onusTest"
	rangeFunction    = "onusRange"
	noteFunction     = "onusNote"
	bothFunction     = "onusBoth"
	templateFunction = "onusTemplate"
)

// mostDeep is how many calls and conditions may stand in one another.
const mostDeep = 1000

// rewriting has a template ask functions for fields, and what it decides by, so that what is not known is seen.
type rewriting struct {
	depth   int
	tooDeep bool
}

// within rewrites what stands some calls or conditions deeper.
func (w *rewriting) within(deeper int, rewrite func()) {
	w.depth += deeper
	if w.tooDeep = w.tooDeep || w.depth > mostDeep; !w.tooDeep {
		rewrite()
	}
	w.depth -= deeper
}

func (w *rewriting) list(list *parse.ListNode) {
	if list == nil {
		return
	}
	for i, node := range list.Nodes {
		switch n := node.(type) {
		case *parse.ActionNode:
			w.pipe(n.Pipe, "")
		case *parse.TemplateNode:
			list.Nodes[i] = w.template(n)
		case *parse.IfNode:
			w.branch(&n.BranchNode, testFunction)
		case *parse.WithNode:
			w.branch(&n.BranchNode, testFunction)
		case *parse.RangeNode:
			w.branch(&n.BranchNode, rangeFunction)
		}
	}
}

// template is a call of a function that runs a template, in place of its being run.
func (w *rewriting) template(n *parse.TemplateNode) parse.Node {
	var with parse.Node = &parse.NilNode{NodeType: parse.NodeNil}
	if n.Pipe != nil {
		w.pipe(n.Pipe, "")
		with = n.Pipe
	}
	runs := call(templateFunction, textNode(n.Name), with)
	return &parse.ActionNode{NodeType: parse.NodeAction, Pos: n.Pos, Line: n.Line, Pipe: pipeOf(runs)}
}

func (w *rewriting) branch(n *parse.BranchNode, by string) {
	w.within(1, func() {
		w.pipe(n.Pipe, by)
		w.list(n.List)
		w.list(n.ElseList)
	})
}

// pipe makes one command of all those of a pipe, a|f b as f b a, and has a function look at what comes of it.
func (w *rewriting) pipe(p *parse.PipeNode, by string) {
	w.within(len(p.Cmds), func() {
		var last *parse.CommandNode
		for _, c := range p.Cmds {
			all := make([]parse.Node, len(c.Args), len(c.Args)+1)
			for i, a := range c.Args {
				all[i] = w.argument(a)
			}
			if last != nil {
				all = append(all, pipeOf(last))
			}
			last = w.command(all)
		}
		if by != "" {
			last = call(by, pipeOf(last))
		}
		p.Cmds = []*parse.CommandNode{last}
	})
}

func pipeOf(c *parse.CommandNode) *parse.PipeNode {
	return &parse.PipeNode{NodeType: parse.NodePipe, Cmds: []*parse.CommandNode{c}}
}

func call(name string, args ...parse.Node) *parse.CommandNode {
	all := append([]parse.Node{parse.NewIdentifier(name)}, args...)
	return &parse.CommandNode{NodeType: parse.NodeCommand, Args: all}
}

// command is one of what it is given, already rewritten: `and` is asked for two at a time, and whether both are known.
func (w *rewriting) command(all []parse.Node) *parse.CommandNode {
	c := &parse.CommandNode{NodeType: parse.NodeCommand, Args: all}
	if f, is := all[0].(*parse.IdentifierNode); !is || f.Ident != "and" || len(all) < 3 {
		return c
	}
	w.within(len(all), func() {
		rest := all[len(all)-1]
		for _, first := range slices.Backward(all[1 : len(all)-1]) {
			c = call(bothFunction, pipeOf(call("and", pipeOf(call(noteFunction, first)), rest)))
			rest = pipeOf(c)
		}
	})
	return c
}

func (w *rewriting) argument(a parse.Node) parse.Node {
	switch n := a.(type) {
	case *parse.PipeNode:
		w.pipe(n, "")
	case *parse.FieldNode:
		return fieldOf(&parse.DotNode{NodeType: parse.NodeDot}, n.Ident)
	case *parse.VariableNode:
		if len(n.Ident) > 1 {
			return fieldOf(&parse.VariableNode{NodeType: parse.NodeVariable, Ident: n.Ident[:1]}, n.Ident[1:])
		}
	case *parse.ChainNode:
		return fieldOf(w.argument(n.Node), n.Field)
	}
	return a
}

func fieldOf(of parse.Node, names []string) parse.Node {
	args := []parse.Node{of}
	for _, name := range names {
		args = append(args, textNode(name))
	}
	return pipeOf(call(fieldFunction, args...))
}

func textNode(text string) parse.Node {
	return &parse.StringNode{NodeType: parse.NodeString, Quoted: fmt.Sprintf("%q", text), Text: text}
}
