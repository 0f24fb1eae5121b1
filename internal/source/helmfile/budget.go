package helmfile

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"text/template"
)

// mostMade bounds what all templates of a run may make together, in characters and values: a text that is doubled in a
// loop, or a list that holds another one twice, is soon larger than any memory.
const mostMade = 1 << 26

// What a template and a call cost by themselves, however little they make: so many of them take as long as that.
const (
	costOfTemplate = 1 << 10
	costOfCall     = 1 << 4
	costOfValue    = 1 << 4 // which it has in memory
)

// deepestValue is how many values may stand in one another.
const deepestValue = 1000

// budget is what the templates of one run share: what they may still make, and how deep they are in one another.
type budget struct {
	ctx   context.Context // templates call functions that are given none
	left  int
	depth int              // how many templates are run within one another
	pure  template.FuncMap // those of Helm's functions, with one bound for all that this run counts

	natives map[string]*template.Template // calls of functions of the language itself
	given   []any                         // to the one that is called
	made    any                           // by it
	noted   []any                         // first arguments of each `and` that is being evaluated
}

func newBudget(ctx context.Context) *budget {
	return &budget{ctx: ctx, left: mostMade, natives: map[string]*template.Template{}}
}

// take takes some of what is left; an error says that there is no more, or that nobody waits.
func (b *budget) take(n int) error {
	if err := b.ctx.Err(); err != nil {
		return fmt.Errorf("rendering templates: %w", err)
	}
	if n < 0 || n > b.left {
		b.left = 0
		return fmt.Errorf("templates make more than %d characters and values", mostMade)
	}
	b.left -= n
	return nil
}

// takeFor takes what a function makes of what it is given, where that may be much more, or is all of it once more.
func (b *budget) takeFor(name string, args []any) error {
	n := costOfCall
	switch name {
	case "indent", "nindent":
		n += times(numberAt(args, 0), 1+strings.Count(textAt(args, 1), "\n"))
	case "replace":
		n += times(len(textAt(args, 1)), 1+strings.Count(textAt(args, 2), textAt(args, 0)))
	case "join":
		n += times(1+len(textAt(args, 0)), b.sizes(args))
	case "regexReplaceAll", "regexReplaceAllLiteral", "mustRegexReplaceAll", "mustRegexReplaceAllLiteral", "wrapWith":
		n += times(1+len(textAt(args, 1)), 1+len(textAt(args, 2)))
	case "uniq", "mustUniq":
		n += times(b.sizes(args), b.sizes(args))
	case "printf":
		format := textAt(args, 0)
		n += widths(format) + times(strings.Count(format, "*"), widest) + times(1+strings.Count(format, "%"), b.sizes(args))
	case "print", "println", "cat", "quote", "squote", "html", "js", "urlquery", "toString", "toStrings",
		"toYaml", "toJson", "toPrettyJson", "toRawJson", "mustToJson", "mustToPrettyJson", "mustToRawJson":
		n += b.sizes(args)
	}
	return b.take(n)
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
	if a > mostMade || b > mostMade {
		return mostMade
	}
	return min(max(a, 0)*max(b, 0), mostMade)
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
		return int(min(v.Int(), mostMade+1))
	}
	return 0
}

func (b *budget) sizes(args []any) int {
	n := 0
	for _, a := range args {
		n += size(reflect.ValueOf(a), b.left-n, deepestValue)
	}
	return n
}

// size is how much room one and all that is in it take, no more than most and some, and more than most where it is
// deeper than any that is written.
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

// changing are functions that change the map that they are given first.
var changing = []string{"set", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"}

// errWithin is the error of a map that is put into itself: whoever goes through it comes to no end.
var errWithin = errors.New("puts a map into itself")

// within reports whether a map is another one of some values, or in one of them.
func within(of any, all []any) bool {
	m := reflect.ValueOf(of)
	if m.Kind() != reflect.Map {
		return false
	}
	for _, v := range all {
		switch v := v.(type) {
		case []any:
			if within(of, v) {
				return true
			}
		case map[string]any:
			if reflect.ValueOf(v).Pointer() == m.Pointer() {
				return true
			}
			for _, x := range v {
				if within(of, []any{x}) {
					return true
				}
			}
		}
	}
	return false
}

// native calls a function of the language of templates itself, with what was evaluated once.
func (b *budget) native(name string, args []any) (any, error) {
	key := fmt.Sprint(name, " ", len(args))
	t := b.natives[key]
	if t == nil {
		text := "{{ give (" + name
		for i := range args {
			text += fmt.Sprintf(" (arg %d)", i)
		}
		var err error
		t, err = template.New(name).Funcs(template.FuncMap{
			"arg": func(i int) any { return b.given[i] }, "give": func(v any) string { b.made = v; return "" },
		}).Parse(text + ") }}")
		if err != nil {
			return nil, fmt.Errorf("calling %s: %w", name, err)
		}
		b.natives[key] = t
	}
	b.given = args
	if err := t.Execute(&bounded{budget: b, left: largest}, nil); err != nil {
		return nil, fmt.Errorf("calling %s: %w", name, err)
	}
	return b.made, nil
}
