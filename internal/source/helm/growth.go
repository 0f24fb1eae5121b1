package helm

import (
	"fmt"
	"maps"
	"reflect"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
)

// MostMade bounds what templates that are rendered together may make, in characters and values: a text that is doubled
// in a loop, or a list that holds another one twice, is soon larger than any memory.
const MostMade = 1 << 26

// costOfValue is what a value has in memory.
const costOfValue = 1 << 4

// deepestValue is how many values may stand in one another.
const deepestValue = 1000

// Makes is how many characters and values a function makes at most of what it is given, where that may be much more, or
// is all of it once more; 0 for others. What is left bounds how far it is looked.
func Makes(name string, args []any, left int) int {
	sizes := func() int { return sizesOf(args, left) }
	switch name {
	case "indent", "nindent":
		return times(numberAt(args, 0), 1+strings.Count(textAt(args, 1), "\n"))
	case "replace":
		return times(len(textAt(args, 1)), 1+strings.Count(textAt(args, 2), textAt(args, 0)))
	case "join":
		return times(1+len(textAt(args, 0)), sizes())
	case "regexReplaceAll", "regexReplaceAllLiteral", "mustRegexReplaceAll", "mustRegexReplaceAllLiteral", "wrapWith":
		return times(1+len(textAt(args, 1)), 1+len(textAt(args, 2)))
	case "uniq", "mustUniq":
		return times(sizes(), sizes())
	case "printf":
		format := textAt(args, 0)
		return widths(format) + times(strings.Count(format, "*"), widest) + times(1+strings.Count(format, "%"), sizes())
	case "print", "println", "cat", "quote", "squote", "html", "js", "urlquery", "toString", "toStrings",
		"toYaml", "toJson", "toPrettyJson", "toRawJson", "mustToJson", "mustToPrettyJson", "mustToRawJson":
		return sizes()
	}
	return 0
}

// widest is how wide printf makes a value at most.
const widest = 1_000_000

// widths are all the numbers in a format.
func widths(format string) int {
	all := 0
	for _, digits := range strings.FieldsFunc(format, func(r rune) bool { return r < '0' || r > '9' }) {
		n := 0
		for _, d := range digits {
			n = min(10*n+int(d-'0'), widest)
		}
		all += n
	}
	return all
}

// times is a product that is no more than anything may be.
func times(a, b int) int {
	if a > MostMade || b > MostMade {
		return MostMade
	}
	return min(max(a, 0)*max(b, 0), MostMade)
}

func textAt(args []any, i int) string {
	if i >= len(args) {
		return ""
	}
	text, _ := args[i].(string)
	return text
}

func numberAt(args []any, i int) int {
	if v := reflect.ValueOf(args[min(i, len(args)-1)]); v.IsValid() && v.CanInt() {
		return int(min(v.Int(), MostMade+1))
	}
	return 0
}

func sizesOf(args []any, left int) int {
	n := 0
	for _, a := range args {
		if text, is := a.(string); is {
			n += costOfValue + len(text)
			continue
		}
		n += Size(reflect.ValueOf(a), left-n)
	}
	return n
}

// Size is how much room a value and all that is in it take, no more than what is left and some, and more than that where
// it is deeper than any that is written.
func Size(v reflect.Value, left int) int { return size(v, left, deepestValue) }

// size is Size for a value that is so deep at most.
func size(v reflect.Value, most, depth int) int {
	n := costOfValue
	switch v.Kind() {
	case reflect.String:
		n += v.Len()
	case reflect.Interface, reflect.Pointer:
		if depth == 0 {
			return most + 1
		}
		if !v.IsNil() {
			n = size(v.Elem(), most, depth-1)
		}
	case reflect.Slice, reflect.Array:
		if depth == 0 {
			return most + 1
		}
		for i := 0; i < v.Len() && n <= most; i++ {
			n += size(v.Index(i), most-n, depth-1)
		}
	case reflect.Map:
		if depth == 0 {
			return most + 1
		}
		for all := v.MapRange(); n <= most && all.Next(); {
			n += size(all.Key(), most-n, depth-1)
			n += size(all.Value(), most-n, depth-1)
		}
	}
	return n
}

// growing are those functions of templates, of the language and of the library, that make a text of whatever number of
// others: a few of them, one after the other, make as much as they like.
var growing = []string{"print", "printf", "println", "html", "js", "urlquery", "cat", "quote", "squote", "join", "replace", "indent",
	"nindent", "regexReplaceAll", "regexReplaceAllLiteral", "mustRegexReplaceAll", "mustRegexReplaceAllLiteral",
	"wrapWith", "uniq", "mustUniq"}

// errMadeTooMuch is the error of templates that make more.
var errMadeTooMuch = fmt.Errorf("templates make more than %d characters and values", MostMade)

// textFunctions replace those: within what one rendering may make they are the language's and the library's own.
func textFunctions() template.FuncMap {
	of := sprig.TxtFuncMap()
	maps.Copy(of, template.FuncMap{
		"print": fmt.Sprint, "printf": fmt.Sprintf, "println": fmt.Sprintln,
		"html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper,
	})
	left := MostMade
	all := template.FuncMap{}
	for _, name := range growing {
		all[name] = within(of[name], func(args []any) error {
			if left -= 1 + Makes(name, args, left); left < 0 {
				return errMadeTooMuch
			}
			return nil
		})
	}
	return all
}

// errorType is what a function of a template returns where it fails.
var errorType = reflect.TypeFor[error]()

// within is a function of templates that is called only where nothing is against what it is given. Those that
// templates call most are called without a look at their types.
func within(of any, against func(args []any) error) any {
	if f, is := of.(func(...any) string); is {
		return func(args ...any) (string, error) {
			if err := against(args); err != nil {
				return "", err
			}
			return f(args...), nil
		}
	}
	if f, is := of.(func(string, ...any) string); is {
		return func(format string, args ...any) (string, error) {
			if err := against(append([]any{format}, args...)); err != nil {
				return "", err
			}
			return f(format, args...), nil
		}
	}
	f := reflect.ValueOf(of)
	t := f.Type()
	var in []reflect.Type
	for of := range t.Ins() {
		in = append(in, of)
	}
	out := []reflect.Type{t.Out(0), errorType}
	return reflect.MakeFunc(reflect.FuncOf(in, out, t.IsVariadic()), func(given []reflect.Value) []reflect.Value {
		var args []any
		for i, v := range given {
			if t.IsVariadic() && i == len(given)-1 {
				for k := range v.Len() {
					args = append(args, v.Index(k).Interface())
				}
				continue
			}
			args = append(args, v.Interface())
		}
		if err := against(args); err != nil {
			return []reflect.Value{reflect.Zero(out[0]), reflect.ValueOf(&err).Elem()}
		}
		call := f.Call
		if t.IsVariadic() {
			call = f.CallSlice
		}
		made := call(given)
		if len(made) == 1 {
			made = append(made, reflect.Zero(errorType))
		}
		return made
	}).Interface()
}
