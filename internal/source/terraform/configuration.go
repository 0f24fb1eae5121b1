package terraform

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Configuration is all of Terraform that an input has: modules by their directories, which
// call each other by their paths, and files of values for those that nothing calls.
type Configuration struct {
	modules map[string]*module
	values  []settings // each of a file
	// Aside reports whether what calls modules in a directory is no part of what runs, such as
	// a sample; nil for none.
	Aside func(dir string) bool
	// Read gives a file that a module reads, such as one of values for a chart; nil for none.
	Read func(file string) ([]byte, error)

	calls  map[string][]call     // by the directory of the module that they call
	roots  map[string][]settings // by the directory of the module that may run with them
	inputs map[string]*inputs
	common string // the directory that all modules have in common
}

// Add parses a file, one of a module or of values for one. A fault is a *document.Error.
func (c *Configuration) Add(name string, text []byte) error {
	dir := filepath.ToSlash(filepath.Dir(name))
	c.inputs = nil
	if IsValues(name) {
		return c.addValues(name, text)
	}
	if c.modules == nil {
		c.modules = map[string]*module{}
	}
	if c.modules[dir] == nil {
		c.modules[dir] = &module{}
	}
	return c.modules[dir].add(name, text)
}

// settle finds which modules call which, and what they are given, once for all that was added.
func (c *Configuration) settle() {
	if c.inputs != nil {
		return
	}
	c.inputs, c.calls, c.roots = map[string]*inputs{}, map[string][]call{}, map[string][]settings{}
	dirs := slices.Sorted(maps.Keys(c.modules))
	c.common = inCommonOf(dirs)
	for _, dir := range dirs {
		c.addCalls(dir)
	}
	c.giveValues()
}

// Objects are those of all modules, in the order of their directories.
func (c *Configuration) Objects() []kubernetes.Object {
	c.settle()
	var all []kubernetes.Object
	for _, dir := range slices.Sorted(maps.Keys(c.modules)) {
		all = append(all, c.objects(dir)...)
	}
	return all
}

// trust is how far what a module says of its variables is taken for what they are.
type trust int

const (
	byDefaults trust = iota // each default, even where somebody sets something else
	unlessSet               // the defaults of those that nobody sets, as far as was read
	onlyFixed               // what nothing else may set
	trusts
)

// inputs are values of the variables of a module, as far as was read.
type inputs struct {
	values [trusts]map[string]cty.Value
	open   map[string]bool            // what somebody sets, and not all to the same
	at     map[string]origin.Position // where the values are set that variables have by their defaults
}

// call is a block by which the module in a directory calls another one.
type call struct {
	from string
	body *hclsyntax.Body
}

// inputsOf are those of the module in a directory: what all that call it have in common, or what
// all files of values have that are for one that nothing calls; where these differ, those of
// production. Where neither was read it has none, and the defaults of its variables may be what somebody
// else sets.
func (c *Configuration) inputsOf(dir string) *inputs {
	if in, ok := c.inputs[dir]; ok {
		return in // or nil within a circle of modules
	}
	c.inputs[dir] = nil
	in := &inputs{open: map[string]bool{}, at: map[string]origin.Position{}}
	for how := range trusts {
		in.values[how] = map[string]cty.Value{}
	}
	var callers []caller
	for _, x := range c.calls[dir] {
		if x.from != dir {
			one := caller{body: x.body}
			for how := range trusts {
				one.knows[how] = c.evaluator(x.from, how)
			}
			callers = append(callers, one)
		}
	}
	var files []settings
	if len(callers) == 0 {
		files = c.roots[dir]
	}
	production := slices.DeleteFunc(slices.Clone(files), func(s settings) bool { return !s.production })
	for name, byDefault := range c.modules[dir].variables() {
		of := setters(name, byDefault.value, files)
		given, set := givenTo(name, byDefault.value, callers, of)
		if _, ok := agreed(given[byDefaults]); len(production) > 0 { // which shows where it is set, too
			of = setters(name, byDefault.value, production)
			if !ok {
				given, _ = givenTo(name, byDefault.value, nil, of)
			}
		}
		in.at[name] = byDefault.at
		if _, ok := agreed(given[byDefaults]); ok {
			in.at[name] = setAt(name, byDefault.at, callers, of)
		}
		for how, values := range given {
			if v, ok := agreed(values); ok {
				in.values[how][name] = v
			} else if set && trust(how) == unlessSet {
				in.open[name] = true
			}
		}
	}
	c.inputs[dir] = in
	return in
}

// caller is a call with what its expressions may refer to.
type caller struct {
	body  *hclsyntax.Body
	knows [trusts]*evaluator
}

// setters are the files by which a variable may have its value: one that has no default has it by
// those that set it, as with the others nothing runs.
func setters(name string, byDefault cty.Value, files []settings) []settings {
	if byDefault.IsKnown() {
		return files
	}
	return slices.DeleteFunc(slices.Clone(files), func(s settings) bool { _, is := s.set[name]; return !is })
}

// givenTo are the values that a variable has by those that call its module or by files, and
// whether one of them sets it.
func givenTo(name string, byDefault cty.Value, callers []caller, files []settings) (given [trusts][]cty.Value, set bool) {
	for _, x := range callers {
		a, is := x.body.Attributes[name]
		set = set || is
		for how := range trusts {
			v := byDefault
			if is {
				v = x.knows[how].value(a.Expr)
			}
			given[how] = append(given[how], v)
		}
	}
	for _, file := range files {
		of, is := file.set[name]
		set = set || is
		v := of.value
		if !is {
			v = byDefault
		}
		for how := range trusts {
			given[how] = append(given[how], v)
		}
	}
	return given, set
}

// setAt is where the value of a variable is set that all that call its module or all files have
// in common: the first of them that sets it, or its default.
func setAt(name string, byDefault origin.Position, callers []caller, files []settings) origin.Position {
	for _, x := range callers {
		if a, is := x.body.Attributes[name]; is {
			return x.knows[byDefaults].position(a.Expr)
		}
	}
	for _, file := range files {
		if of, is := file.set[name]; is {
			return of.at
		}
	}
	return byDefault
}

// addCalls finds which modules the one in a directory calls by their paths. What stands aside
// calls only what stands aside with it.
func (c *Configuration) addCalls(from string) {
	aside := c.Aside != nil && c.Aside(from)
	for _, b := range c.modules[from].blocks() {
		if b.Type != "module" || len(b.Labels) != 1 || b.Body.Attributes["source"] == nil {
			continue
		}
		source, diags := b.Body.Attributes["source"].Expr.Value(nil)
		if diags.HasErrors() || source.Type() != cty.String || source.IsNull() || !strings.HasPrefix(source.AsString(), ".") {
			continue
		}
		to := path.Join(from, source.AsString())
		if c.modules[to] != nil && (!aside || c.Aside(to)) {
			c.calls[to] = append(c.calls[to], call{from, b.Body})
		}
	}
}

// agreed is the value that all of some are; false where they differ, are not known or none.
func agreed(all []cty.Value) (cty.Value, bool) {
	if len(all) == 0 || !all[0].IsWhollyKnown() {
		return cty.NilVal, false
	}
	for _, v := range all[1:] {
		if !v.IsWhollyKnown() || !v.RawEquals(all[0]) {
			return cty.NilVal, false
		}
	}
	return all[0], true
}
