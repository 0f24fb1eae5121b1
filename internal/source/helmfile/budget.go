package helmfile

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"text/template"

	"github.com/onus-project/onus/internal/source/helm"
)

// mostMade bounds what all templates of a run may make together, in characters and values.
const mostMade = helm.MostMade

// What a template and a call cost by themselves, however little they make: so many of them take as long as that.
const (
	costOfTemplate = 1 << 10
	costOfCall     = 1 << 4
)

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
		return helm.ErrMadeTooMuch
	}
	b.left -= n
	return nil
}

// takeFor takes what a function makes of what it is given, where that may be much more, or is all of it once more.
func (b *budget) takeFor(name string, args []any) error {
	return b.take(costOfCall + helm.Makes(name, args, b.left))
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
