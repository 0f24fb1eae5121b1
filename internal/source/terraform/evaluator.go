package terraform

import (
	"io/fs"
	"maps"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"

	"github.com/onus-project/onus/internal/origin"
)

// evaluator evaluates expressions of a module as far as its own files tell. What they do not
// tell, such as what a module gives or a provider finds, is a value that is not known, and not a fault:
// the rest of an object that it stands in is known.
type evaluator struct {
	all     *Configuration // what the module may call; nil for nothing
	depth   int            // in how many modules that call each other
	module  *module
	dir     string
	top     bool                 // nothing that was read calls it
	given   map[string]cty.Value // the variables of the module
	inputs  *inputs              // by which they are given; nil for none
	read    func(file string) ([]byte, error)
	own     map[string]cty.Value // of one instance: count and each
	names   *names
	renders map[string]function.Function
}

// evaluator is that of the module in a directory, of which the variables are taken for what they
// are as far as is trusted.
func (c *Configuration) evaluator(dir string, how trust) *evaluator {
	m, in := c.modules[dir], c.inputsOf(dir)
	e := &evaluator{
		all: c, module: m, dir: dir, top: len(c.calls[dir]) == 0, given: m.given(in, how), inputs: in, read: c.Read,
		names: newNames(),
	}
	e.renders = e.functions()
	return e
}

// setting is a value that was written down, and where.
type setting struct {
	value cty.Value
	at    origin.Position
}

// literal is what is set where nothing can be referred to or called, as in files of values.
func literal(a *hclsyntax.Attribute) setting {
	e := &evaluator{module: &module{}, names: newNames()}
	return setting{e.value(a.Expr), positionOf(a.Expr)}
}

// instance evaluates for one of the objects that a block makes.
func (e *evaluator) instance(own map[string]cty.Value) *evaluator {
	copied := *e
	copied.own = own
	return &copied
}

// value is that of an expression, as far as it is known.
func (e *evaluator) value(x hcl.Expression) cty.Value {
	in := e.context(x)
	if tooMuch(x, in) {
		return cty.DynamicVal
	}
	v, diags := x.Value(in)
	if diags.HasErrors() {
		v = e.inPart(x)
	}
	return kept(v)
}

// inPart is the value of an expression of which a part asks for what cannot be had, such as what
// a provider gives: that part is not known.
func (e *evaluator) inPart(x hcl.Expression) cty.Value {
	literal := func(of hclsyntax.Expression) hclsyntax.Expression {
		return &hclsyntax.LiteralValueExpr{Val: e.value(of), SrcRange: of.Range()}
	}
	switch of := x.(type) {
	case *hclsyntax.ObjectConsExpr:
		all := map[string]cty.Value{}
		for _, item := range of.Items {
			key := word(e.value(item.KeyExpr))
			if key == "" {
				return cty.DynamicVal
			}
			all[key] = e.value(item.ValueExpr)
		}
		return cty.ObjectVal(all)
	case *hclsyntax.TupleConsExpr:
		var all []cty.Value
		for _, one := range of.Exprs {
			all = append(all, e.value(one))
		}
		return cty.TupleVal(all)
	case *hclsyntax.FunctionCallExpr:
		call := *of
		call.Args = nil
		for _, arg := range of.Args {
			call.Args = append(call.Args, literal(arg))
		}
		if v, diags := call.Value(&hcl.EvalContext{Functions: e.renders}); !diags.HasErrors() {
			return v
		}
	}
	return cty.DynamicVal
}

// context is all that an expression refers to.
func (e *evaluator) context(x hcl.Expression) *hcl.EvalContext {
	all := map[string]map[string]cty.Value{}
	roots := map[string]cty.Value{}
	for _, t := range x.Variables() {
		root := t.RootName()
		name := second(t)
		if _, is := roots[root]; is || name == "" {
			roots[root] = cty.DynamicVal
			continue
		}
		if own, is := e.own[root]; is {
			roots[root] = own
			continue
		}
		if all[root] == nil {
			all[root] = map[string]cty.Value{}
		}
		all[root][name] = e.asked(x, t, all[root][name])
	}
	for root, of := range all {
		if _, is := roots[root]; !is {
			roots[root] = cty.ObjectVal(of)
		}
	}
	return &hcl.EvalContext{Variables: roots, Functions: e.renders}
}

// asked is what an expression refers to by a name; what else it referred to by that is lacking is known of
// neither.
func (e *evaluator) asked(x hcl.Expression, t hcl.Traversal, before cty.Value) cty.Value {
	root, name := t.RootName(), second(t)
	if root == "var" || root == "local" || root == "path" {
		return e.referred(root, name, nil)
	}
	var keys []string
	if b := e.module.maker(root, name); b != nil && b.Body.Attributes["for_each"] != nil {
		keys = keysOf(e, x, root, name)
	}
	v := e.referred(root, name, keys)
	if lacks(v, t[2:]) || before != cty.NilVal && !before.IsKnown() {
		return cty.DynamicVal
	}
	return v
}

// lacks reports whether a value has no such attribute: of what a resource says of itself, that is one
// which a provider sets.
func lacks(v cty.Value, t hcl.Traversal) bool {
	for _, step := range t {
		if !v.IsKnown() || v.IsNull() {
			return false
		}
		if of, is := step.(hcl.TraverseAttr); is && v.Type().IsObjectType() && !v.Type().HasAttribute(of.Name) {
			return true
		}
		next, diags := step.TraversalStep(v)
		if diags.HasErrors() {
			return false
		}
		v = next
	}
	return false
}

// second is the name behind the root of what is referred to; empty where there is none.
func second(t hcl.Traversal) string {
	if len(t) < 2 {
		return ""
	}
	if a, is := t[1].(hcl.TraverseAttr); is {
		return a.Name
	}
	return ""
}

// names are what was found for the names of a module: each once, whatever refers to it how often.
type names struct {
	asked map[string]bool // what is being evaluated, lest it asks for itself
	found map[string]cty.Value
	again map[string]bool // what was asked for again meanwhile
	left  int             // how often a name may be followed yet
}

func newNames() *names {
	return &names{asked: map[string]bool{}, found: map[string]cty.Value{}, left: mostEvaluated}
}

// mostEvaluated bounds how often names are followed: those of a circle are, once more from each
// of its parts, and those of texts for what they are made of.
const mostEvaluated = 1 << 15

// follows reports whether a name may be followed once more.
func (n *names) follows() bool {
	n.left--
	return n.left >= 0
}

// referred is what a name stands for.
func (e *evaluator) referred(root, name string, keys []string) cty.Value {
	key := root + "." + name
	if len(keys) > 0 {
		key += "\n" + strings.Join(keys, "\n") // no name has a break of lines
	}
	n := e.names
	if v, is := n.found[key]; is {
		return v
	}
	if n.asked[key] {
		n.again[key] = true
		return cty.DynamicVal
	}
	if !n.follows() {
		return cty.DynamicVal
	}
	above := n.again
	n.asked[key], n.again = true, map[string]bool{}
	v := e.instance(nil).named(root, name, keys)
	delete(n.asked, key)
	delete(n.again, key)
	if len(n.again) == 0 { // else it is known in part only from here
		n.found[key] = v
	}
	if above != nil {
		maps.Copy(above, n.again)
	}
	n.again = above
	return v
}

// named evaluates what a name stands for.
func (e *evaluator) named(root, name string, keys []string) cty.Value {
	switch root {
	case "var":
		if v, is := e.given[name]; is {
			return v
		}
	case "local":
		if a := e.local(name); a != nil {
			return e.value(a.Expr)
		}
	case "path":
		if name == "module" || e.top {
			return cty.StringVal(".")
		}
	case "data":
		return kept(e.data(name))
	case "module":
		return kept(e.outputs(name, keys))
	default:
		return kept(e.resource(root, name, keys))
	}
	return cty.DynamicVal
}

// local is the setting of a local; nil for none.
func (e *evaluator) local(name string) *hclsyntax.Attribute {
	for _, b := range e.module.blocks() {
		if b.Type == "locals" && b.Body.Attributes[name] != nil {
			return b.Body.Attributes[name]
		}
	}
	return nil
}

// position is where the value of an expression is written that does nothing but refer to it: of a
// local, or of what a variable is set to; else the place of the expression itself.
func (e *evaluator) position(x hclsyntax.Expression) origin.Position {
	for range deepest {
		switch of := x.(type) {
		case *hclsyntax.ParenthesesExpr:
			x = of.Expression
			continue
		case *hclsyntax.TemplateWrapExpr:
			x = of.Wrapped
			continue
		case *hclsyntax.ScopeTraversalExpr:
			name := second(of.Traversal)
			if a := e.local(name); a != nil && len(of.Traversal) == 2 && of.Traversal.RootName() == "local" {
				x = a.Expr
				continue
			}
			if len(of.Traversal) == 2 && of.Traversal.RootName() == "var" && e.inputs != nil && e.inputs.at[name].Line > 0 {
				return e.inputs.at[name]
			}
		}
		break
	}
	return positionOf(x)
}

func positionOf(x hclsyntax.Expression) origin.Position {
	return origin.Position{File: x.Range().Filename, Line: x.Range().Start.Line}
}

// settings are those of a body: blocks of a name are a list.
func (e *evaluator) settings(body *hclsyntax.Body) cty.Value {
	all := map[string]cty.Value{}
	for name, a := range body.Attributes {
		all[name] = e.value(a.Expr)
	}
	blocks := map[string][]cty.Value{}
	for _, b := range body.Blocks {
		blocks[b.Type] = append(blocks[b.Type], e.settings(b.Body))
	}
	for name, of := range blocks {
		all[name] = cty.TupleVal(of)
	}
	return cty.ObjectVal(all)
}

// mostInstances bounds how many objects a block makes that are told apart.
const mostInstances = 16

// instances are evaluators for the objects that a block makes, by its count or for_each; one
// where it is not known how many there are.
func (e *evaluator) instances(body *hclsyntax.Body) []*evaluator {
	one := []*evaluator{e.instance(map[string]cty.Value{"each": cty.DynamicVal, "count": cty.DynamicVal})}
	if a := body.Attributes["count"]; a != nil {
		n, known := number(e.value(a.Expr))
		if !known || n > mostInstances {
			return one
		}
		var all []*evaluator
		for i := range n {
			all = append(all, e.instance(map[string]cty.Value{"count": cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(int64(i))})}))
		}
		return all
	}
	a := body.Attributes["for_each"]
	if a == nil {
		return []*evaluator{e.instance(nil)}
	}
	each, known := elements(e.value(a.Expr))
	if !known || len(each) > mostInstances {
		return one
	}
	var all []*evaluator
	for _, of := range each {
		all = append(all, e.instance(map[string]cty.Value{"each": cty.ObjectVal(map[string]cty.Value{"key": of.key, "value": of.value})}))
	}
	return all
}

// element is one of what is gone through.
type element struct{ key, value cty.Value }

// elements are those of a collection in the order of their keys; false where it is not known.
// Of a set each is its own key.
func elements(v cty.Value) ([]element, bool) {
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return nil, false
	}
	var all []element
	for it := v.ElementIterator(); it.Next(); {
		key, value := it.Element()
		if !key.IsKnown() {
			return nil, false
		}
		all = append(all, element{key, value})
	}
	return all, true
}

// number is a whole number that is no less than 0, as far as it is known.
func number(v cty.Value) (int, bool) {
	n, err := convert.Convert(v, cty.Number)
	if err != nil || !n.IsKnown() || n.IsNull() {
		return 0, false
	}
	f, _ := n.AsBigFloat().Int64()
	return int(max(0, f)), true
}

// word is a text, as far as it is known: empty where it is not, or there is none.
func word(v cty.Value) string {
	s, err := convert.Convert(v, cty.String)
	if err != nil || !s.IsKnown() || s.IsNull() {
		return ""
	}
	return s.AsString()
}

// file is a file that the module reads, as it names it, and where that stands.
func (e *evaluator) file(name string) ([]byte, string, error) {
	at := name
	if !path.IsAbs(name) {
		at = path.Join(e.dir, name)
	}
	if e.read == nil {
		return nil, at, fs.ErrNotExist
	}
	text, err := e.read(at)
	return text, at, err
}
