package terraform

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// heaviest bounds the characters and parts of what is kept: locals that are made of one another twice each grow without.
const heaviest = 1 << 16

// mostWork bounds what one expression goes through: a loop in a loop goes through all of what both are given.
const mostWork = 1 << 27

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

// weighs is the weight of some values together, and one more than heaviest where that is more.
func weighs(all ...cty.Value) int {
	left := heaviest
	for _, v := range all {
		v, _ = v.UnmarkDeep()
		if left = weight(v, left); left < 0 {
			return heaviest + 1
		}
	}
	return heaviest - left
}

// kept is a value that is not too much to keep; one that is, is not known.
func kept(v cty.Value) cty.Value {
	if v, _ = v.UnmarkDeep(); weight(v, heaviest) < 0 {
		return cty.DynamicVal
	}
	return v
}

// tooMuch reports whether an expression goes through more than is evaluated: for each loop in
// another one, all that is referred to once more.
func tooMuch(x hcl.Expression, in *hcl.EvalContext) bool {
	node, is := x.(hclsyntax.Expression)
	if !is {
		return false
	}
	l := &loops{}
	_ = hclsyntax.Walk(node, l)
	if l.deepest == 0 {
		return false
	}
	size, parts := node.Range().End.Byte-node.Range().Start.Byte, l.made
	for _, t := range x.Variables() {
		if v, diags := t.TraverseAbs(in); !diags.HasErrors() {
			size, parts = size+weighs(v), parts+partsOf(v)
		}
	}
	if l.grows {
		parts = max(parts, min(size, mostCounted))
	}
	for range l.deepest {
		if size *= max(parts, 1); size > mostWork {
			return true
		}
	}
	return false
}

// mostCounted is how long a list may be that is counted up.
//
// Source: function/stdlib/sequence.go of github.com/zclconf/go-cty.
const mostCounted = 1024

// counted is how long a list is at most that is counted up between some numbers.
func counted(args []hclsyntax.Expression) int {
	most := 0
	for _, arg := range args {
		of, is := arg.(*hclsyntax.LiteralValueExpr)
		if !is {
			return mostCounted
		}
		n, _ := number(of.Val)
		most = max(most, n)
	}
	return min(most, mostCounted)
}

// partsOf is how many parts collections have in a value, with all that they hold.
func partsOf(v cty.Value) (n int) {
	v, _ = v.UnmarkDeep()
	if !v.IsKnown() || v.IsNull() || !v.CanIterateElements() {
		return 0
	}
	for it := v.ElementIterator(); n <= heaviest && it.Next(); {
		_, x := it.Element()
		n += 1 + partsOf(x)
	}
	return n
}

// loops are those of an expression: how many stand in one another, what lists in it have, and
// whether a function makes one of a number or a text.
type loops struct {
	now, deepest, made int
	grows              bool
}

func (l *loops) Enter(n hclsyntax.Node) hcl.Diagnostics {
	switch of := n.(type) {
	case *hclsyntax.ForExpr:
		l.now++
		l.deepest = max(l.deepest, l.now)
	case *hclsyntax.TupleConsExpr:
		l.made += len(of.Exprs)
	case *hclsyntax.ObjectConsExpr:
		l.made += len(of.Items)
	case *hclsyntax.FunctionCallExpr:
		switch of.Name {
		case "range":
			l.made += counted(of.Args)
		case "split", "jsondecode", "yamldecode", "regex":
			l.grows = true
		}
	}
	return nil
}

func (l *loops) Exit(n hclsyntax.Node) hcl.Diagnostics {
	if _, is := n.(*hclsyntax.ForExpr); is {
		l.now--
	}
	return nil
}

// growing are those functions of the language by which little becomes much, and what they make at
// most of what they are given.
var growing = map[string]func(args []cty.Value) int{
	"distinct": func(args []cty.Value) int { // compares each with each
		n := partsOf(args[0])
		return n * n >> 8
	},
	"format": formatted, "formatlist": formatted,
	"indent": func(args []cty.Value) int {
		spaces, _ := number(args[0])
		return product(spaces, strings.Count(word(args[1]), "\n")) + len(word(args[1]))
	},
	"join": func(args []cty.Value) int {
		return product(len(word(args[0])), weighs(args[1:]...)) + weighs(args[1:]...)
	},
	"jsonencode": func(args []cty.Value) int { return weighs(args...) },
	"replace": func(args []cty.Value) int {
		return product(len(word(args[2])), len(word(args[0]))+1) + len(word(args[0]))
	},
	"yamlencode": func(args []cty.Value) int { return product(weighs(args...), depth(args[0])) },
	"yamldecode": func(args []cty.Value) int { return weighs(args...) },
}

// product is that of two numbers, which may be large.
func product(a, b int) int {
	if a > mostWork || b > mostWork {
		return mostWork
	}
	return min(a*b, mostWork)
}

// widths are the numbers in what format is given: widths, precisions and which argument.
var widths = regexp.MustCompile(`\d+`)

func formatted(args []cty.Value) int {
	text := word(args[0])
	most := weighs(args...)
	for _, digits := range widths.FindAllString(text, -1) {
		n, err := strconv.Atoi(digits)
		if err != nil || n > heaviest {
			return mostWork
		}
		most = max(most, n)
	}
	return product(strings.Count(text, "%")+1, most) + len(text)
}

// depth is how deep collections stand in one another.
func depth(v cty.Value) int {
	deep := 1
	if v.IsKnown() && !v.IsNull() && v.CanIterateElements() {
		for it := v.ElementIterator(); it.Next(); {
			_, x := it.Element()
			deep = max(deep, 1+depth(x))
		}
	}
	return deep
}

// within is a function of the language that gives what is not known where it would make too much.
func within(f function.Function, makes func(args []cty.Value) int) function.Function {
	params := f.Params()
	for i := range params { // as they are: the function itself sees to it
		params[i].AllowUnknown, params[i].AllowDynamicType = true, true
	}
	rest := f.VarParam()
	if rest != nil {
		rest.AllowUnknown, rest.AllowDynamicType = true, true
	}
	much := func(args []cty.Value) bool { return weighs(args...) > heaviest || makes(args) > heaviest }
	return function.New(&function.Spec{
		Params: params, VarParam: rest,
		Type: func(args []cty.Value) (cty.Type, error) {
			if much(args) {
				return cty.DynamicPseudoType, nil
			}
			return f.ReturnTypeForValues(args)
		},
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			if much(args) {
				return cty.DynamicVal, nil
			}
			return f.Call(args)
		},
	})
}

// bounded are the functions that need nothing but what they are given, each within its bounds.
func bounded(all map[string]function.Function) map[string]function.Function {
	for name, makes := range growing {
		all[name] = within(all[name], makes)
	}
	return all
}
