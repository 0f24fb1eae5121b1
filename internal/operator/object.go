package operator

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// object is a custom resource, with the element of one of its lists where a
// model goes through that.
type object struct {
	resource kubernetes.CustomResource
	root     any
	item     any
	place    int // of the element in its list
}

func parsed(r kubernetes.CustomResource) (object, bool) {
	var root map[string]any
	if json.Unmarshal(r.Object, &root) != nil {
		return object{}, false
	}
	return object{resource: r, root: root}, true
}

// ref names the custom resource.
func (o object) ref() kubernetes.Ref {
	_, kind, _ := strings.Cut(o.resource.API, "/")
	return kubernetes.Ref{Namespace: o.resource.Namespace, Kind: kind, Name: o.resource.Name}
}

// each is the object for each element of a list, or once where there is none to
// go through.
func (o object) each(path string) []object {
	if path == "" {
		return []object{o}
	}
	list, _ := o.at(path)
	elements, _ := list.([]any)
	var all []object
	for i, e := range elements {
		one := o
		one.item, one.place = e, i
		all = append(all, one)
	}
	return all
}

// at is what stands at a path; ok is false where nothing does.
func (o object) at(path string) (value any, ok bool) {
	value = o.root
	if rest, item := strings.CutPrefix(path, "item"); item {
		value, path = o.item, rest
	}
	return follow(value, slices.Collect(jsontext.Pointer(path).Tokens()))
}

// follow goes a path from a value on.
func follow(value any, path []string) (any, bool) {
	for i, token := range path {
		list, ok := value.([]any)
		if ok && token == anyElement {
			return throughAll(list, path[i+1:])
		}
		if value, ok = step(value, token); !ok || value == nil {
			return nil, false
		}
	}
	return value, value != nil
}

// anyElement is the step of a path to every element of a list.
const anyElement = "*"

// throughAll is the list of what stands at a path of each element that has it.
func throughAll(list []any, path []string) (any, bool) {
	var all []any
	for _, e := range list {
		if at, there := follow(e, path); there {
			all = append(all, at)
		}
	}
	return all, len(all) > 0
}

// step is what stands under a name: of a list, the element that is called so.
func step(value any, name string) (any, bool) {
	if list, ok := value.([]any); ok {
		i := slices.IndexFunc(list, func(e any) bool { one, _ := e.(map[string]any); return one["name"] == name })
		if i < 0 {
			return nil, false
		}
		return list[i], true
	}
	mapping, _ := value.(map[string]any)
	value, ok := mapping[name]
	return value, ok
}

// says reports whether what stands at a path, or all of the object where there is none, has
// a text.
func (o object) says(path, text string) bool {
	if path == "" {
		return strings.Contains(string(o.resource.Object), text)
	}
	part, ok := o.at(path)
	data, err := json.Marshal(part)
	return ok && err == nil && strings.Contains(string(data), text)
}

func (o object) text(path string) string {
	value, ok := o.at(path)
	if !ok {
		return ""
	}
	return fmt.Sprint(value)
}

// hole is a part of a text that is filled in.
var hole = regexp.MustCompile(`\{([^{}]+)\}`)

// fill fills in a text of a model; ok is false where something for it is not
// there. What is called {item.name|00} is called by its place in the list where it has no name,
// with as many digits.
func (o object) fill(text string) (filled string, ok bool) {
	ok = true
	filled = hole.ReplaceAllStringFunc(text, func(h string) string {
		var value string
		path, digits, placed := strings.Cut(h[1:len(h)-1], "|")
		switch {
		case path == "name":
			value = o.resource.Name
		case path == "namespace":
			value = o.resource.Namespace
		case strings.HasPrefix(path, "item."):
			value = o.text("item/" + path[len("item."):])
		default:
			value = o.text(path)
		}
		if placed && value == "" {
			value = fmt.Sprintf("%0*d", len(digits), o.place)
		}
		ok = ok && value != ""
		return value
	})
	return filled, ok
}

func (o object) labels(of map[string]string) (filled map[string]string, ok bool) {
	filled = make(map[string]string, len(of))
	for k, v := range of {
		if filled[k], ok = o.fill(v); !ok {
			return nil, false
		}
	}
	return filled, true
}

// holds reports whether a condition is true of the object.
func (o object) holds(c responsibility.ValueCondition) bool {
	value, there := o.at(c.Path)
	if c.There != nil && *c.There != there {
		return false
	}
	if !there {
		value = c.Default
	}
	if c.Is != nil && !same(value, c.Is) || c.IsNot != nil && same(value, c.IsNot) {
		return false
	}
	if list, ok := value.([]any); c.Lacks != nil && (!ok || slices.ContainsFunc(list, func(e any) bool { return same(e, c.Lacks) })) {
		return false
	}
	if list, ok := value.([]any); ok && c.Some != nil && !slices.ContainsFunc(list, func(e any) bool {
		return slices.ContainsFunc(c.Some, func(s any) bool { return same(e, s) })
	}) {
		return false
	}
	n, number := number(value)
	if c.AtLeast != nil && (!number || n < *c.AtLeast) || c.Below != nil && (!number || n >= *c.Below) {
		return false
	}
	return true
}

// wants reports whether an operator makes a budget of the object, by what that says.
func (o object) wants(b responsibility.MadeBudget) bool {
	return all(b.When, o.holds) && (len(b.Unless) == 0 || !all(b.Unless, o.holds))
}

// alone reports whether the object asks for one pod alone of a kind.
func (o object) alone(s responsibility.Sole) bool { return o.counted(s) == 1 }

// paired reports whether the two pods of one of its workloads are all of a kind.
func (o object) paired(p *responsibility.Pair, pods int) bool {
	return p != nil && pods == 2 && !slices.ContainsFunc(p.Among.Unless, o.holds) && o.counted(p.Among) == 2
}

// counted is how many pods of a kind the object asks for.
func (o object) counted(s responsibility.Sole) (n int) {
	for _, e := range o.each(s.List) {
		if !slices.ContainsFunc(s.Unless, e.holds) {
			n += e.count(s.Pods)
		}
	}
	return n
}

// same compares a value of an object with one of a model, which a YAML or JSON
// library may have given another type.
func same(a, b any) bool { return a != nil && fmt.Sprint(a) == fmt.Sprint(b) }

func number(v any) (int, bool) {
	switch v := v.(type) {
	case float64:
		return int(v), true
	case int:
		return v, true
	case int64:
		return int(v), true
	}
	return 0, false
}

// count is a number of an object. Less than none is none.
func (o object) count(n responsibility.Number) int {
	if n.Path != "" {
		if value, ok := o.at(n.Path); ok {
			if v, ok := number(value); ok {
				return max(0, v)
			}
		}
	}
	return n.Default
}

// amount is a number or a percentage of an object; nil where neither stands
// there nor has the model a default.
func (o object) amount(a responsibility.Amount) *intstr.IntOrString {
	value := a.Default
	if a.Path != "" {
		if v, ok := o.at(a.Path); ok {
			value = v
		}
	}
	if n, ok := number(value); ok {
		return new(intstr.FromInt32(int32(n)))
	}
	if s, ok := value.(string); ok && s != "" {
		return new(intstr.Parse(s))
	}
	return nil
}

// decode reads what stands at a path into a value of the API; what does not fit
// is left out.
func (o object) decode(path string, into any) {
	if path == "" {
		return
	}
	value, ok := o.at(path)
	if !ok {
		return
	}
	if data, err := json.Marshal(value); err == nil {
		_ = json.Unmarshal(data, into)
	}
}

func merged(under, over map[string]string) map[string]string {
	all := maps.Clone(under)
	if all == nil {
		all = map[string]string{}
	}
	maps.Copy(all, over)
	return all
}
