package terraform

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/hcl/v2/ext/tryfunc"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
	"github.com/zclconf/go-cty/cty/function/stdlib"
	ctyjson "github.com/zclconf/go-cty/cty/json"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
)

// ofLanguage are functions of Terraform that need nothing but what they are given.
//
// Source: developer.hashicorp.com/terraform/language/functions.
var ofLanguage = bounded(map[string]function.Function{
	"abs": stdlib.AbsoluteFunc, "can": tryfunc.CanFunc,
	"chunklist": stdlib.ChunklistFunc, "ceil": stdlib.CeilFunc, "chomp": stdlib.ChompFunc,
	"coalesce":     stdlib.CoalesceFunc,
	"coalescelist": stdlib.CoalesceListFunc, "compact": stdlib.CompactFunc, "concat": stdlib.ConcatFunc, "contains": stdlib.ContainsFunc,
	"distinct": stdlib.DistinctFunc, "element": stdlib.ElementFunc, "flatten": stdlib.FlattenFunc, "floor": stdlib.FloorFunc,
	"format": stdlib.FormatFunc, "formatlist": stdlib.FormatListFunc, "indent": stdlib.IndentFunc, "join": stdlib.JoinFunc,
	"jsondecode": stdlib.JSONDecodeFunc, "jsonencode": stdlib.JSONEncodeFunc, "keys": stdlib.KeysFunc, "length": stdlib.LengthFunc,
	"lookup": stdlib.LookupFunc, "lower": stdlib.LowerFunc, "max": stdlib.MaxFunc, "merge": stdlib.MergeFunc, "min": stdlib.MinFunc,
	"range": stdlib.RangeFunc, "regex": stdlib.RegexFunc, "reverse": stdlib.ReverseListFunc, "slice": stdlib.SliceFunc,
	"sort":  stdlib.SortFunc,
	"split": stdlib.SplitFunc, "strrev": stdlib.ReverseFunc, "substr": stdlib.SubstrFunc, "title": stdlib.TitleFunc, "trim": stdlib.TrimFunc,
	"trimprefix": stdlib.TrimPrefixFunc, "trimspace": stdlib.TrimSpaceFunc, "trimsuffix": stdlib.TrimSuffixFunc, "try": tryfunc.TryFunc,
	"upper": stdlib.UpperFunc, "values": stdlib.ValuesFunc, "zipmap": stdlib.ZipmapFunc,
	"setunion": stdlib.SetUnionFunc,
	"tobool":   stdlib.MakeToFunc(cty.Bool), "tonumber": stdlib.MakeToFunc(cty.Number), "tostring": stdlib.MakeToFunc(cty.String),
	"tolist": stdlib.MakeToFunc(cty.List(cty.DynamicPseudoType)), "tomap": stdlib.MakeToFunc(cty.Map(cty.DynamicPseudoType)),
	"toset": stdlib.MakeToFunc(cty.Set(cty.DynamicPseudoType)), "replace": replaced, "yamlencode": yamlEncode, "yamldecode": yamlDecode,
	"startswith": tells(strings.HasPrefix), "endswith": tells(strings.HasSuffix), "strcontains": tells(strings.Contains),
	"sensitive": asItIs, "nonsensitive": asItIs,
})

// functions are those that expressions of the module may call; one that is none of these gives
// what is not known.
func (e *evaluator) functions() map[string]function.Function {
	all := maps.Clone(ofLanguage)
	all["file"] = ofFile(func(name string) (cty.Value, error) {
		text, _, err := e.file(name)
		return cty.StringVal(string(text)), err
	}, cty.String)
	all["fileexists"] = ofFile(func(name string) (cty.Value, error) {
		_, _, err := e.file(name)
		return cty.BoolVal(err == nil), nil
	}, cty.Bool)
	all["templatefile"] = function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}, {Name: "vars", Type: cty.DynamicPseudoType}},
		Type:   function.StaticReturnType(cty.String),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			text, ok := e.templateFile(args[0].AsString(), args[1])
			if !ok || strings.Contains(text, origin.NotKnown) {
				return cty.UnknownVal(cty.String), nil
			}
			return cty.StringVal(text), nil
		},
	})
	return all
}

func ofFile(read func(name string) (cty.Value, error), gives cty.Type) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "path", Type: cty.String}},
		Type:   function.StaticReturnType(gives),
		Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return read(args[0].AsString()) },
	})
}

// tells is a function that tells something of two texts.
func tells(f func(s, part string) bool) function.Function {
	return function.New(&function.Spec{
		Params: []function.Parameter{{Name: "str", Type: cty.String}, {Name: "part", Type: cty.String}},
		Type:   function.StaticReturnType(cty.Bool),
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			return cty.BoolVal(f(args[0].AsString(), args[1].AsString())), nil
		},
	})
}

var asItIs = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowUnknown: true, AllowNull: true, AllowDynamicType: true}},
	Type:   func(args []cty.Value) (cty.Type, error) { return args[0].Type(), nil },
	Impl:   func(args []cty.Value, _ cty.Type) (cty.Value, error) { return args[0], nil },
})

// replaced replaces a part of a text: one between slashes is a pattern.
var replaced = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "str", Type: cty.String}, {Name: "part", Type: cty.String}, {Name: "by", Type: cty.String}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		part := args[1].AsString()
		if len(part) > 1 && strings.HasPrefix(part, "/") && strings.HasSuffix(part, "/") {
			return stdlib.RegexReplace(args[0], cty.StringVal(part[1:len(part)-1]), args[2])
		}
		return cty.StringVal(strings.ReplaceAll(args[0].AsString(), part, args[2].AsString())), nil
	},
})

var yamlEncode = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "value", Type: cty.DynamicPseudoType, AllowNull: true}},
	Type:   function.StaticReturnType(cty.String),
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
		if !args[0].IsWhollyKnown() {
			return cty.UnknownVal(cty.String), nil
		}
		text, err := ctyjson.Marshal(args[0], args[0].Type())
		if err == nil {
			text, err = yaml.JSONToYAML(text)
		}
		return cty.StringVal(string(text)), err
	},
})

var yamlDecode = function.New(&function.Spec{
	Params: []function.Parameter{{Name: "text", Type: cty.String}},
	Type: func(args []cty.Value) (cty.Type, error) {
		if !args[0].IsKnown() {
			return cty.DynamicPseudoType, nil
		}
		v, err := decoded([]byte(args[0].AsString()))
		return v.Type(), err
	},
	Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) { return decoded([]byte(args[0].AsString())) },
})

// decoded is what a YAML document holds.
func decoded(text []byte) (cty.Value, error) {
	var v any
	if err := yaml.Unmarshal(text, &v); err != nil {
		return cty.DynamicVal, fmt.Errorf("reading YAML that Terraform decodes: %w", err)
	}
	data, err := json.Marshal(v)
	if err != nil {
		return cty.DynamicVal, fmt.Errorf("reading YAML that Terraform decodes: %w", err)
	}
	kind, err := ctyjson.ImpliedType(data)
	if err != nil {
		return cty.DynamicVal, err
	}
	return ctyjson.Unmarshal(data, kind)
}
