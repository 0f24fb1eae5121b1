package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

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
	if tooMuch(e, with) {
		return cty.DynamicVal
	}
	v, diags := e.Value(with)
	if diags.HasErrors() {
		return cty.DynamicVal
	}
	return kept(v)
}

func has(in *hcl.EvalContext, name string) bool {
	for ; in != nil; in = in.Parent() {
		if _, there := in.Variables[name]; there {
			return true
		}
	}
	return false
}
