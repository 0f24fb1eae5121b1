package terraform

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
)

// functions are those of Terraform that need nothing but what they are given, and make no more of it than there is: none
// that reads a file, asks for the time, counts up a list, or puts one text into another many times.
//
// Source: developer.hashicorp.com/terraform/language/functions.
func functions() map[string]function.Function {
	return map[string]function.Function{
		"can": tryfunc.CanFunc, "try": tryfunc.TryFunc,
		"chunklist": stdlib.ChunklistFunc, "coalesce": stdlib.CoalesceFunc, "coalescelist": stdlib.CoalesceListFunc,
		"compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc, "distinct": stdlib.DistinctFunc,
		"element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "keys": stdlib.KeysFunc, "length": stdlib.LengthFunc,
		"lookup": stdlib.LookupFunc, "merge": stdlib.MergeFunc, "reverse": stdlib.ReverseListFunc, "setunion": stdlib.SetUnionFunc,
		"slice": stdlib.SliceFunc, "sort": stdlib.SortFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
		"lower": stdlib.LowerFunc, "split": stdlib.SplitFunc,
		"substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc, "trimprefix": stdlib.TrimPrefixFunc,
		"trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc, "upper": stdlib.UpperFunc,
		"abs": stdlib.AbsoluteFunc, "ceil": stdlib.CeilFunc, "floor": stdlib.FloorFunc, "max": stdlib.MaxFunc, "min": stdlib.MinFunc,
		"tobool": stdlib.MakeToFunc(cty.Bool), "tonumber": stdlib.MakeToFunc(cty.Number), "tostring": stdlib.MakeToFunc(cty.String),
		"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
		"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)),
	}
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
