package terraform

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
)

// plain is a value as what YAML holds, with origin.NotKnown in place of what is not known.
func plain(v cty.Value) any {
	switch {
	case !v.IsKnown():
		return origin.NotKnown
	case v.IsNull():
		return nil
	case v.CanIterateElements():
		if t := v.Type(); t.IsObjectType() || t.IsMapType() {
			all := map[string]any{}
			for key, of := range v.AsValueMap() {
				all[key] = plain(of)
			}
			return all
		}
		all := []any{}
		for it := v.ElementIterator(); it.Next(); {
			_, of := it.Element()
			all = append(all, plain(of))
		}
		return all
	case v.Type() == cty.Bool:
		return v.True()
	case v.Type() == cty.Number:
		f := v.AsBigFloat()
		if f.IsInt() {
			n, _ := f.Int64()
			return n
		}
		n, _ := f.Float64()
		return n
	}
	return word(v)
}

// resolved is an expression behind the names of locals, and of what is decided the one that is
// taken.
func (e *evaluator) resolved(x hclsyntax.Expression) hclsyntax.Expression {
	for range deepest {
		switch of := x.(type) {
		case *hclsyntax.ParenthesesExpr:
			x = of.Expression
		case *hclsyntax.TemplateWrapExpr:
			x = of.Wrapped
		case *hclsyntax.ConditionalExpr:
			taken, err := convert.Convert(e.value(of.Condition), cty.Bool)
			switch {
			case err != nil || !taken.IsKnown() || taken.IsNull():
				return x
			case taken.True():
				x = of.TrueResult
			default:
				x = of.FalseResult
			}
		case *hclsyntax.ScopeTraversalExpr:
			a := (*hclsyntax.Attribute)(nil)
			if len(of.Traversal) == 2 && of.Traversal.RootName() == "local" {
				a = e.local(second(of.Traversal))
			}
			if a == nil {
				return x
			}
			x = a.Expr
		default:
			return x
		}
	}
	return x
}

// called is what an expression calls, with its arguments; empty where it is no call.
func called(x hclsyntax.Expression) (name string, args []hclsyntax.Expression) {
	if call, is := x.(*hclsyntax.FunctionCallExpr); is && !call.ExpandFinal {
		return call.Name, call.Args
	}
	return "", nil
}

// text is one that an expression gives, with origin.NotKnown in the places of what is not known; false
// where nothing of it is known.
func (e *evaluator) text(x hclsyntax.Expression) (string, bool) {
	if !e.names.follows() {
		return "", false
	}
	x = e.resolved(x)
	name, args := called(x)
	switch {
	case (name == "yamlencode" || name == "jsonencode") && len(args) == 1:
		v := e.value(args[0])
		if !v.IsKnown() {
			return "", false
		}
		text, err := yaml.Marshal(plain(v))
		return string(text), err == nil
	case name == "templatefile" && len(args) == 2:
		file := e.value(args[0])
		if word(file) == "" {
			return "", false
		}
		return e.templateFile(word(file), e.value(args[1]))
	}
	if t, is := x.(*hclsyntax.TemplateExpr); is {
		var b strings.Builder
		for _, part := range t.Parts {
			if decides(part) && !e.value(part).IsKnown() {
				return "", false
			}
			if s, ok := e.text(part); ok {
				b.WriteString(s)
			} else {
				b.WriteString(origin.NotKnown)
			}
			if b.Len() > heaviest {
				return "", false
			}
		}
		return b.String(), true
	}
	v, err := convert.Convert(e.value(x), cty.String)
	if err != nil || !v.IsKnown() || v.IsNull() {
		return "", false
	}
	return v.AsString(), true
}

// decides reports whether a part of a template is one of several, or may be there more than once.
func decides(part hclsyntax.Expression) bool {
	switch part.(type) {
	case *hclsyntax.ConditionalExpr, *hclsyntax.TemplateJoinExpr, *hclsyntax.ForExpr:
		return true
	}
	return false
}

// templateFile is what a template makes of values, with origin.NotKnown in the places of those that are
// not known; false where it depends on such a value what it makes.
func (e *evaluator) templateFile(file string, values cty.Value) (string, bool) {
	source, at, err := e.file(file)
	if err != nil || !values.IsKnown() || values.IsNull() || !values.CanIterateElements() || !keyed(values.Type()) {
		return "", false
	}
	t, diags := hclsyntax.ParseTemplate(source, at, hcl.InitialPos)
	if diags.HasErrors() {
		return "", false
	}
	known, open := map[string]cty.Value{}, map[string]bool{}
	for name, v := range values.AsValueMap() {
		known[name] = v
		if !v.IsWhollyKnown() {
			open[name] = true
			if !v.IsKnown() {
				known[name] = cty.StringVal(origin.NotKnown)
			}
		}
	}
	if decidesBy(t, open) {
		return "", false
	}
	in := &hcl.EvalContext{Variables: known, Functions: ofLanguage}
	if tooMuch(t, in) {
		return "", false
	}
	v, diags := t.Value(in)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() {
		return "", false
	}
	return word(v), true
}

func keyed(t cty.Type) bool { return t.IsObjectType() || t.IsMapType() }

// decidesBy reports whether it depends on some values which parts of a template are made.
func decidesBy(x hclsyntax.Expression, open map[string]bool) bool {
	asks := func(of hclsyntax.Expression) bool {
		for _, t := range of.Variables() {
			if open[t.RootName()] {
				return true
			}
		}
		return false
	}
	switch of := x.(type) {
	case *hclsyntax.TemplateExpr:
		for _, part := range of.Parts {
			if decidesBy(part, open) {
				return true
			}
		}
	case *hclsyntax.TemplateWrapExpr:
		return decidesBy(of.Wrapped, open)
	case *hclsyntax.ConditionalExpr:
		return asks(of.Condition) || decidesBy(of.TrueResult, open) || decidesBy(of.FalseResult, open)
	case *hclsyntax.TemplateJoinExpr:
		return decidesBy(of.Tuple, open)
	case *hclsyntax.ForExpr:
		return asks(of.CollExpr) || of.CondExpr != nil && asks(of.CondExpr) || decidesBy(of.ValExpr, open)
	case *hclsyntax.ScopeTraversalExpr, *hclsyntax.LiteralValueExpr:
		return false
	default:
		return asks(x) // what makes something else of it
	}
	return false
}
