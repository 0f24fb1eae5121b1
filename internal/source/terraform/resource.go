package terraform

import (
	"maps"
	"path"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// What others refer to by the name of a block: what a resource or a data source says of itself, such as
// the name of a namespace, and what a module that was read gives.

// block is the one of the module of a type with some labels; nil for none.
func (m *module) block(of string, labels ...string) *hclsyntax.Block {
	for _, b := range m.blocks() {
		if b.Type == of && slices.Equal(b.Labels, labels) {
			return b
		}
	}
	return nil
}

// maker is the block that a name stands for: a resource, or a call of a module; nil for none.
func (m *module) maker(root, name string) *hclsyntax.Block {
	if root == "module" {
		return m.block("module", name)
	}
	return m.block("resource", root, name)
}

// data is what the data sources of a kind say of themselves: by their names they are what was asked for.
func (e *evaluator) data(kind string) cty.Value {
	all := map[string]cty.Value{}
	for _, b := range e.module.blocks() {
		if b.Type == "data" && len(b.Labels) == 2 && b.Labels[0] == kind {
			all[b.Labels[1]] = e.each(b.Body, nil, func(of *evaluator) cty.Value { return of.settings(b.Body) })
		}
	}
	if len(all) == 0 {
		return cty.DynamicVal
	}
	return cty.ObjectVal(all)
}

// resource is what a resource says of itself.
func (e *evaluator) resource(kind, name string, keys []string) cty.Value {
	b := e.module.maker(kind, name)
	if b == nil {
		return cty.DynamicVal
	}
	return e.each(b.Body, keys, func(of *evaluator) cty.Value {
		said := of.settings(b.Body)
		if _, _, is := kindOf(kind); !is && (kind == "kubernetes_namespace" || kind == "kubernetes_namespace_v1") {
			return identified(said)
		}
		return said
	})
}

// identified has a namespace be known by its id, which is its name.
//
// Source: kubernetes/resource_kubernetes_namespace_v1.go of github.com/hashicorp/terraform-provider-kubernetes.
func identified(said cty.Value) cty.Value {
	all := said.AsValueMap()
	meta := all["metadata"]
	if meta == cty.NilVal || !meta.IsKnown() || meta.IsNull() || !meta.Type().IsTupleType() || meta.LengthInt() != 1 {
		return said
	}
	one := meta.AsValueSlice()[0] // of a block it is an object; of an attribute of that name it is anything
	if !one.IsKnown() || one.IsNull() || !one.Type().IsObjectType() && !one.Type().IsMapType() {
		return said
	}
	if name := one.AsValueMap()["name"]; name != cty.NilVal {
		all["id"] = name
	}
	return cty.ObjectVal(all)
}

// each is what a block makes: by number where it has a count, and by key where it has a for_each. Of
// the last there are those that are known, or where that is not known the ones that are asked for: else
// nothing would run.
func (e *evaluator) each(body *hclsyntax.Body, keys []string, make func(of *evaluator) cty.Value) cty.Value {
	if a := body.Attributes["count"]; a != nil {
		n, known := number(e.value(a.Expr))
		if !known {
			return cty.TupleVal([]cty.Value{make(e.instance(map[string]cty.Value{"count": cty.DynamicVal}))})
		}
		if n > mostInstances {
			return cty.DynamicVal
		}
		all := []cty.Value{}
		for i := range n {
			index := cty.ObjectVal(map[string]cty.Value{"index": cty.NumberIntVal(int64(i))})
			all = append(all, make(e.instance(map[string]cty.Value{"count": index})))
		}
		return cty.TupleVal(all)
	}
	a := body.Attributes["for_each"]
	if a == nil {
		return make(e.instance(nil))
	}
	some, known := elements(e.value(a.Expr))
	byKey := map[string]cty.Value{}
	for _, of := range some {
		byKey[word(of.key)] = of.value
	}
	if !known || len(some) > mostInstances {
		for key := range byKey {
			if !slices.Contains(keys, key) {
				delete(byKey, key)
			}
		}
	}
	name, _ := called(e.resolved(a.Expr))
	for _, key := range keys {
		switch _, has := byKey[key]; {
		case has || known:
		case name == "toset":
			byKey[key] = cty.StringVal(key)
		default:
			byKey[key] = cty.DynamicVal
		}
	}
	all := map[string]cty.Value{}
	for key, value := range byKey {
		all[key] = make(e.instance(map[string]cty.Value{
			"each": cty.ObjectVal(map[string]cty.Value{"key": cty.StringVal(key), "value": value}),
		}))
	}
	if len(all) == 0 {
		return cty.DynamicVal
	}
	return cty.ObjectVal(all)
}

// outputs are what a module gives that the one at hand calls, as far as it was read.
func (e *evaluator) outputs(name string, keys []string) cty.Value {
	b := e.module.maker("module", name)
	if b == nil || e.all == nil || e.depth >= deepest {
		return cty.DynamicVal
	}
	source := b.Body.Attributes["source"]
	if source == nil {
		return cty.DynamicVal
	}
	to := word(e.value(source.Expr))
	m := e.all.modules[path.Join(e.dir, to)]
	if len(to) == 0 || to[0] != '.' || m == nil {
		return cty.DynamicVal
	}
	return e.each(b.Body, keys, func(of *evaluator) cty.Value {
		within := &evaluator{
			all: e.all, module: m, dir: path.Join(e.dir, to), given: map[string]cty.Value{}, read: e.read, depth: e.depth + 1, names: newNames(),
		}
		within.names.left = e.names.left
		within.renders = within.functions()
		for name, v := range m.variables() {
			within.given[name] = v.value
			if a := b.Body.Attributes[name]; a != nil {
				within.given[name] = of.value(a.Expr)
			}
		}
		all := map[string]cty.Value{}
		for _, out := range m.blocks() {
			if out.Type == "output" && len(out.Labels) == 1 && out.Body.Attributes["value"] != nil {
				all[out.Labels[0]] = within.value(out.Body.Attributes["value"].Expr)
			}
		}
		e.names.left = within.names.left
		return cty.ObjectVal(all)
	})
}

// asksWhether are functions by which an expression asks whether there is something of a key, so that
// none is there because it is asked for.
var asksWhether = []string{"try", "can", "lookup", "contains", "keys", "values", "length", "merge", "coalesce", "one"}

// whether reports whether an expression asks what there is, by a function or by going through all.
func whether(node hclsyntax.Expression) (asks bool) {
	_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
		switch of := n.(type) {
		case *hclsyntax.ForExpr, *hclsyntax.SplatExpr:
			asks = true
		case *hclsyntax.FunctionCallExpr:
			asks = asks || slices.Contains(asksWhether, of.Name)
		}
		return nil
	})
	return asks
}

// keysOf are those by which an expression asks for one of what a name stands for: those that it has
// as they are, and that of the object at hand; none where it asks whether there is one.
func keysOf(e *evaluator, x hcl.Expression, root, name string) []string {
	if node, is := x.(hclsyntax.Expression); is && whether(node) {
		return nil
	}
	found := map[string]bool{}
	for _, t := range x.Variables() {
		if t.RootName() != root || second(t) != name || len(t) < 3 {
			continue
		}
		if i, is := t[2].(hcl.TraverseIndex); is && i.Key.Type() == cty.String {
			found[i.Key.AsString()] = true
		}
	}
	of := func(t hcl.Traversal) bool { return t.RootName() == root && second(t) == name }
	if node, is := x.(hclsyntax.Expression); is {
		_ = hclsyntax.VisitAll(node, func(n hclsyntax.Node) hcl.Diagnostics {
			i, is := n.(*hclsyntax.IndexExpr)
			if !is || !slices.ContainsFunc(i.Collection.Variables(), of) {
				return nil
			}
			if key, err := convert.Convert(e.value(i.Key), cty.String); err == nil && key.IsKnown() && !key.IsNull() {
				found[key.AsString()] = true
			}
			return nil
		})
	}
	return slices.Sorted(maps.Keys(found))
}
