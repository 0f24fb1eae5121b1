package terraform

import (
	"maps"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// growing are those functions of the language by which little becomes much: texts put together many
// times, and lists that are counted up.
var growing = []string{"format", "formatlist", "indent", "join", "jsonencode", "range", "replace", "yamldecode", "yamlencode"}

// plainFunctions are those of the language that make no more of what they are given than there is.
func plainFunctions() map[string]function.Function {
	all := maps.Clone(ofLanguage)
	for _, name := range growing {
		delete(all, name)
	}
	return all
}

// valueOf is what an expression comes to; of what it needs and is not there nothing is known, and of one that fails.
func valueOf(e hcl.Expression, in *hcl.EvalContext) cty.Value {
	of := &hcl.EvalContext{}
	if in != nil {
		of = in
	}
	with := of.NewChild()
	with.Variables = map[string]cty.Value{}
	for _, t := range e.Variables() {
		if name := t.RootName(); !has(of, name) {
			with.Variables[name] = cty.DynamicVal
		}
	}
	v, diags := e.Value(with)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	v, _ = v.UnmarkDeep()
	if weight(v, heaviest) < 0 {
		return cty.DynamicVal
	}
	return v
}

// heaviest bounds the characters and parts of what is kept: locals that are made of one another twice each grow without.
const heaviest = 1 << 16

// weight is what is left when a value with all its parts was taken; below 0 where there was not enough.
func weight(v cty.Value, left int) int {
	left--
	switch {
	case left < 0 || !v.IsKnown() || v.IsNull():
	case v.Type() == cty.String:
		left -= len(v.AsString())
	case v.CanIterateElements():
		for it := v.ElementIterator(); left >= 0 && it.Next(); {
			key, x := it.Element()
			left = weight(x, weight(key, left))
		}
	}
	return left
}

func has(in *hcl.EvalContext, name string) bool {
	for ; in != nil; in = in.Parent() {
		if _, there := in.Variables[name]; there {
			return true
		}
	}
	return false
}
