package helmfile

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"text/template"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helm"
)

// outside are functions of helmfile that ask the machine it runs on, or what is elsewhere: nothing is known of what
// they give.
//
// Source: helmfile.readthedocs.io/en/latest/templating_funcs.
var outside = []string{"env", "requiredEnv", "expandenv", "exec", "envExec", "isDir", "readDir", "readDirEntries",
	"fetchSecretValue", "expandSecretRefs", "getHostByName"}

// keeping are functions whose results hold what they were given as it is: what is not known is seen in them.
var keeping = []string{"list", "tuple", "dict", "set", "append", "prepend", "concat", "toYaml", "quote", "squote", "indent", "nindent",
	"trim", "cat", "join", "default", "fail", "has", "print", "printf", "println", "html", "js", "urlquery"}

// native are functions of the language of templates itself that make something else of what they are given.
var native = []string{"eq", "ne", "lt", "le", "gt", "ge", "len", "index", "not", "slice"}

// functions are those of helmfile's templates: what they make of something that is not known is not known.
func (r *rendering) functions(data map[string]any) template.FuncMap {
	all := template.FuncMap{}
	if r.pure == nil {
		r.pure = helm.Functions()
	}
	own := template.FuncMap{
		"print": fmt.Sprint, "printf": fmt.Sprintf, "println": fmt.Sprintln,
		"html": template.HTMLEscaper, "js": template.JSEscaper, "urlquery": template.URLQueryEscaper,
	}
	for _, name := range native {
		own[name] = func(args ...any) (any, error) { return r.native(name, args) }
	}
	maps.Copy(own, r.pure)
	maps.Copy(own, template.FuncMap{
		"toYaml": toYAML, "fromYaml": fromYAML, "get": r.get, "getOrNil": r.getOrNil, "hasKey": r.hasKey, "dig": r.dig,
		"required": required, "fail": r.fail, "has": has, "default": byDefault, "readFile": r.readFile, "isFile": r.isFile,
		"tpl": func(text string, with any) (string, error) {
			values, is := with.(map[string]any)
			if !is {
				values = data
			}
			return r.text("tpl", text, values)
		},
	})
	for name, f := range own {
		all[name] = r.knowing(name, f)
	}
	for _, name := range outside {
		all[name] = func(...any) string { return origin.NotKnown }
	}
	all["include"] = func(...any) string { return unclear } // of files of templates beside the state, which are not read
	all[fieldFunction], all[testFunction], all[rangeFunction] = field, r.test, r.list
	all[noteFunction], all[bothFunction] = r.note, r.both
	return all
}

// unsure reports whether a value is not known, or a list with such a one.
func unsure(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, origin.NotKnown)
	case []any:
		return slices.ContainsFunc(v, unsure)
	case []string:
		return slices.ContainsFunc(v, func(s string) bool { return unsure(s) })
	}
	return false
}

// holdsUnclear reports whether something in a value is not known but as what may be no text.
func holdsUnclear(v any) bool {
	switch v := v.(type) {
	case string:
		return strings.Contains(v, unclear)
	case []any:
		return slices.ContainsFunc(v, holdsUnclear)
	case map[string]any:
		for key, x := range v {
			if holdsUnclear(key) || holdsUnclear(x) {
				return true
			}
		}
	}
	return false
}

// knowing is a function that gives what is not known where it is given such, but for one that keeps it, and makes no
// more than there is room for.
func (r *rendering) knowing(name string, f any) func(args ...any) (any, error) {
	of, keeps := reflect.ValueOf(f), slices.Contains(keeping, name)
	return func(args ...any) (any, error) {
		if err := r.takeFor(name, args); err != nil {
			return nil, err
		}
		if !keeps && slices.ContainsFunc(args, unsure) {
			return unclear, nil
		}
		if slices.Contains(changing, name) && len(args) > 0 && within(args[0], args[1:]) {
			return nil, errWithin
		}
		in, err := fitting(of.Type(), args)
		if err != nil {
			return nil, err
		}
		out := of.Call(in)
		if len(out) == 2 && !out[1].IsNil() {
			err, _ = out[1].Interface().(error)
			return nil, err
		}
		return out[0].Interface(), r.take(helm.Size(out[0], r.left))
	}
}

// note keeps the first argument of an `and` until both have been evaluated: the other one is not, where this is false.
func (r *rendering) note(first any) any {
	r.noted = append(r.noted, first)
	return first
}

// both is what an `and` gives, of which the first argument was noted: what is true and depends on what is not known is
// not known.
func (r *rendering) both(given any) any {
	last := len(r.noted) - 1
	first := r.noted[last]
	r.noted = r.noted[:last]
	if yes, _ := template.IsTrue(given); yes && unsure(first) {
		return unclear
	}
	return given
}

// fitting are arguments as a function takes them, as templates fit them.
func fitting(of reflect.Type, args []any) ([]reflect.Value, error) {
	fixed := of.NumIn()
	if of.IsVariadic() {
		fixed--
	}
	if len(args) < fixed || len(args) > fixed && !of.IsVariadic() {
		return nil, fmt.Errorf("is given %d arguments, and takes %d", len(args), of.NumIn())
	}
	in := make([]reflect.Value, len(args))
	for i, a := range args {
		wants := of.In(min(i, of.NumIn()-1))
		if i >= fixed {
			wants = wants.Elem()
		}
		v := reflect.ValueOf(a)
		switch {
		case !v.IsValid():
			v = reflect.Zero(wants)
		case v.Type().AssignableTo(wants):
		case number(v.Kind()) && number(wants.Kind()):
			v = v.Convert(wants)
		default:
			return nil, fmt.Errorf("is given %T, and takes %s", a, wants)
		}
		in[i] = v
	}
	return in, nil
}

func number(k reflect.Kind) bool {
	return k >= reflect.Int && k <= reflect.Float64 && k != reflect.Uintptr
}

// ofRelease is where templates find the release that they are run for. Without one it is not there, and not unknown.
const ofRelease = "Release"

// field is that of a map at some names one in another.
func field(v any, names ...string) (any, error) {
	for _, name := range names {
		if unsure(v) {
			return unclear, nil
		}
		next, there := member(v, name)
		switch {
		case !there && name == ofRelease:
			return nil, errors.New("there is no release")
		case !there: // who runs helmfile may set it
			return unclear, nil
		}
		v = next
	}
	return v, nil
}

func member(v any, name string) (any, bool) {
	if all, is := v.(map[string]any); is {
		next, there := all[name]
		return next, there
	}
	of := reflect.ValueOf(v)
	if of.Kind() != reflect.Map || of.Type().Key().Kind() != reflect.String {
		return nil, false
	}
	next := of.MapIndex(reflect.ValueOf(name).Convert(of.Type().Key()))
	if !next.IsValid() {
		return nil, false
	}
	return next.Interface(), true
}

// test is what a condition looks at; of what is not known this run takes one of both.
func (r *rendering) test(v any) any {
	if text, is := v.(string); !is || text != origin.NotKnown && text != unclear { // a text with more in it is not empty
		return v
	}
	r.doubts++
	if r.otherwise {
		return ""
	}
	return v
}

// list is what a loop goes through; of what is not known this run takes one thing that is not known, or nothing.
func (r *rendering) list(v any) (any, error) {
	if text, is := v.(string); !is || !unsure(text) {
		return v, r.take(turns(v) * costOfCall)
	}
	r.doubts++
	if r.otherwise {
		return nil, nil
	}
	return map[string]any{unclear: unclear}, nil
}

// turns is how often a loop goes through a value.
func turns(v any) int {
	switch of := reflect.ValueOf(v); {
	case !of.IsValid():
		return 0
	case of.CanInt():
		return int(min(max(of.Int(), 0), mostMade))
	case of.CanUint():
		return int(min(of.Uint(), mostMade))
	case slices.Contains([]reflect.Kind{reflect.Slice, reflect.Map, reflect.Array}, of.Kind()):
		return of.Len()
	}
	return 0
}

// gone is what stands for what is not there: other, or what is not known, where it may be set by what was not read.
func (r *rendering) gone(other any) any {
	if r.partly && !r.may {
		return unclear
	}
	return other
}

func (r *rendering) hasKey(of map[string]any, name string) any {
	switch v, there := of[name]; {
	case !there:
		return r.gone(false)
	case v == unclear:
		return unclear
	}
	return true
}

// get is the value at a path, or another one where there is none.
//
// Source: helmfile.readthedocs.io/en/latest/templating_funcs (get).
func (r *rendering) get(path string, args ...any) (any, error) {
	if len(args) == 0 || len(args) > 2 {
		return nil, errors.New("get takes a path, what to give otherwise, and an object")
	}
	v := args[len(args)-1]
	for name := range strings.SplitSeq(path, ".") {
		next, there := member(v, name)
		switch {
		case unsure(v):
			return unclear, nil
		case !there && len(args) == 2:
			return r.gone(args[0]), nil
		case !there:
			return unclear, nil
		}
		v = next
	}
	return v, nil
}

func (r *rendering) getOrNil(path string, of any) (any, error) { return r.get(path, nil, of) }

// dig is the value at some names one in another, with what to give otherwise and the map behind them.
func (r *rendering) dig(args ...any) (any, error) {
	if len(args) < 3 {
		return nil, errors.New("dig takes names, what to give otherwise, and a map")
	}
	v := args[len(args)-1]
	for _, name := range args[:len(args)-2] {
		next, there := member(v, fmt.Sprint(name))
		if !there {
			return r.gone(args[len(args)-2]), nil
		}
		v = next
	}
	return v, nil
}

// has is not known of a list in which something is not known, but for what is in it all the same.
func has(what any, list any) any {
	all := reflect.ValueOf(list)
	if unsure(what) || all.Kind() != reflect.Slice {
		return either(unsure(what) || unsure(list))
	}
	for i := range all.Len() {
		if reflect.DeepEqual(all.Index(i).Interface(), what) {
			return true
		}
	}
	return either(unsure(list))
}

func either(unknown bool) any {
	if unknown {
		return unclear
	}
	return false
}

// fail ends the run, but where it was come to by a condition that is not known: it may be the other way.
func (r *rendering) fail(said string) (string, error) {
	if r.doubts > 0 {
		return "", nil
	}
	return "", errors.New(said)
}

func required(said string, v any) (any, error) {
	if v == nil || v == "" {
		return nil, errors.New(said)
	}
	return v, nil
}

func byDefault(other any, given ...any) any {
	if len(given) == 0 || given[0] == nil {
		return other
	}
	if yes, _ := template.IsTrue(given[0]); !yes {
		return other
	}
	return given[0]
}

func (r *rendering) readFile(name string) string {
	text, err := r.files.ReadFile(r.at(name))
	if err != nil || len(text) > longest || filepath.IsAbs(name) {
		return origin.NotKnown
	}
	return string(text)
}

// isFile is true of what is here; of what is elsewhere it is not known.
func (r *rendering) isFile(name string) any {
	_, err := r.files.ReadFile(r.at(name))
	switch {
	case filepath.IsAbs(name), err != nil && !errors.Is(err, fs.ErrNotExist):
		return unclear
	}
	return err == nil
}

func (r *rendering) at(name string) string { return filepath.Join(r.dir, filepath.FromSlash(name)) }

func toYAML(v any) string {
	text, err := yaml.Marshal(v)
	if err != nil {
		return origin.NotKnown
	}
	return strings.TrimSuffix(string(text), "\n")
}

func fromYAML(text string) (any, error) {
	all, err := decoded([]byte(text))
	return all, err
}
