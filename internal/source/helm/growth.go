package helm

import (
	"fmt"
	"maps"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"text/template"

	"github.com/Masterminds/sprig/v3"
	"sigs.k8s.io/yaml"
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
	case "regexReplaceAll", "regexReplaceAllLiteral", "mustRegexReplaceAll", "mustRegexReplaceAllLiteral":
		return replaced(textAt(args, 0), textAt(args, 1), textAt(args, 2))
	case "wrapWith":
		return times(1+len(textAt(args, 1)), 1+len(textAt(args, 2)))
	case "uniq", "mustUniq": // each is compared with each
		n := lengthAt(args, 0)
		return times(n, n)
	case "printf":
		format := textAt(args, 0)
		return widths(format) + times(strings.Count(format, "*"), widest) + times(1+strings.Count(format, "%"), sizes())
	case "print", "println", "cat", "quote", "squote", "html", "js", "urlquery", "toString", "toStrings",
		"toYaml", "toJson", "toPrettyJson", "toRawJson", "mustToJson", "mustToPrettyJson", "mustToRawJson":
		return sizes()
	}
	return 0
}

// replaced is how much longer a text becomes at most where all that matches a pattern is replaced: what a replacement
// takes of each match is no more than the text in all.
func replaced(pattern, text, by string) int {
	of, err := regexp.Compile(pattern)
	if err != nil {
		return 0
	}
	return times(len(of.FindAllStringIndex(text, -1)), len(by)) + times(strings.Count(by, "$"), len(text))
}

// lengthAt is how many elements a list has, among arguments.
func lengthAt(args []any, i int) int {
	if i >= len(args) {
		return 0
	}
	if v := reflect.ValueOf(args[i]); v.Kind() == reflect.Slice || v.Kind() == reflect.Array {
		return v.Len()
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

// walking are functions that go through all of what they are given, however often it holds one and the same.
var walking = []string{"deepEqual", "has", "mustHas", "without", "mustWithout", "uniq", "mustUniq", "compact", "mustCompact",
	"deepCopy", "mustDeepCopy",
	"merge", "mustMerge", "mergeOverwrite", "mustMergeOverwrite"}

// ofHelm are functions of the library that Helm has otherwise, or has not.
var ofHelm = []string{"env", "expandenv", "getHostByName", "fail", "fromJson"}

// ErrMadeTooMuch is the error of templates that make more than MostMade.
var ErrMadeTooMuch = fmt.Errorf("templates make more than %d characters and values", MostMade)

// withinRoom are functions of templates, of the language, of the library and those in their place: within what
// one rendering may make they are as without it.
func withinRoom(instead template.FuncMap) template.FuncMap {
	of := sprig.TxtFuncMap()
	for _, name := range ofHelm {
		delete(of, name)
	}
	maps.Copy(of, template.FuncMap{
		"print": fmt.Sprint, "printf": fmt.Sprintf, "println": fmt.Sprintln,
		"html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper,
		"toYaml": func(v any) string { text, _ := writtenAsYAML(v); return text }, "mustToYaml": writtenAsYAML,
	})
	maps.Copy(of, instead)
	left := MostMade
	all := template.FuncMap{}
	for name, f := range of {
		all[name] = within(f, func(args []any) error {
			left -= 1 + Makes(name, args, left)
			if left < 0 || slices.Contains(walking, name) && sizesOf(args, left) > left {
				return ErrMadeTooMuch
			}
			return nil
		}, func(made reflect.Value) error {
			if left -= newIn(made); left < 0 {
				return ErrMadeTooMuch
			}
			return nil
		})
	}
	return all
}

// writtenAsYAML is a value as Helm writes it.
func writtenAsYAML(v any) (string, error) {
	data, err := yaml.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("writing YAML: %w", err)
	}
	return strings.TrimSuffix(string(data), "\n"), nil
}

// newIn is how much room the result of a function takes besides what it was given: a text, or the list itself. What may be
// of any type is given on, unless it is a list.
func newIn(made reflect.Value) int {
	if made.Kind() == reflect.Interface {
		if made = made.Elem(); made.Kind() == reflect.String {
			return 0
		}
	}
	switch made.Kind() {
	case reflect.String:
		return made.Len()
	case reflect.Slice:
		return costOfValue * made.Len()
	}
	return 0
}

// errorType is what a function of a template returns where it fails.
var errorType = reflect.TypeFor[error]()

// within is a function of templates that is called only where nothing is against what it is given, and gives what it
// makes only where nothing is against that.
func within(of any, against func(args []any) error, makes func(made reflect.Value) error) any {
	f := reflect.ValueOf(of)
	t := f.Type()
	var in []reflect.Type
	for of := range t.Ins() {
		in = append(in, of)
	}
	out := []reflect.Type{t.Out(0), errorType}
	failed := func(err error) []reflect.Value {
		return []reflect.Value{reflect.Zero(out[0]), reflect.ValueOf(&err).Elem()}
	}
	call := f.Call
	if t.IsVariadic() {
		call = f.CallSlice
	}
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
			return failed(err)
		}
		made := call(given)
		if err := makes(made[0]); err != nil {
			return failed(err)
		}
		if len(made) == 1 {
			made = append(made, reflect.Zero(errorType))
		}
		return made
	}).Interface()
}
