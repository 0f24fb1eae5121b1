package terraform

import (
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/origin"
)

// endings are those of files of values for a module, in HCL and in JSON.
//
// Source: developer.hashicorp.com/terraform/language/values/variables.
const (
	valuesEnding = ".tfvars"
	jsonEnding   = ".tfvars.json"
)

// IsValues reports whether a file holds values for a module.
func IsValues(name string) bool {
	return strings.HasSuffix(name, valuesEnding) || strings.HasSuffix(name, jsonEnding)
}

// Is reports whether a file is one of Terraform: of a module, or of values for one.
func Is(name string) bool { return filepath.Ext(name) == ".tf" || IsValues(name) }

// settings are what one file of values sets, or some that are given together.
type settings struct {
	file string // the last of them
	set  map[string]setting
}

// over are settings that go over others, where both may be given.
func (s settings) over(base map[string]setting) settings {
	all := maps.Clone(base)
	if all == nil {
		all = map[string]setting{}
	}
	maps.Copy(all, s.set)
	return settings{s.file, all}
}

func (c *Configuration) addValues(name string, text []byte) error {
	s := settings{file: filepath.ToSlash(name), set: map[string]setting{}}
	if strings.HasSuffix(name, jsonEnding) {
		file, diags := json.Parse(text, name)
		if diags.HasErrors() {
			return &document.Error{File: name, Msg: "is not JSON: " + diags[0].Summary}
		}
		all, _ := file.Body.JustAttributes()
		for key, a := range all {
			if v, diags := a.Expr.Value(nil); !diags.HasErrors() {
				s.set[key] = setting{kept(v), positionIn(a.Range)}
			}
		}
	} else {
		body, err := parse(name, text)
		if err != nil {
			return err
		}
		for key, a := range body.Attributes {
			s.set[key] = literal(a)
		}
	}
	c.values = append(c.values, s)
	return nil
}

func positionIn(r hcl.Range) origin.Position {
	return origin.Position{File: r.Filename, Line: r.Start.Line}
}

// isAlways reports whether Terraform reads a file of values of its own accord.
func isAlways(file string) bool {
	name := strings.TrimSuffix(path.Base(file), ".json")
	return name == "terraform.tfvars" || strings.HasSuffix(name, ".auto.tfvars")
}

// stem is the name of a file of values without its ending.
func stem(file string) string {
	return strings.TrimSuffix(strings.TrimSuffix(path.Base(file), ".json"), valuesEnding)
}

// shared are names of files that are given with each of the others.
var shared = []string{"common", "base", "global", "globals", "shared", "default", "defaults", "all"}

// ofProduction reports whether a file holds the values of production, by its name or that of its folder.
func (s settings) ofProduction() bool {
	for _, name := range []string{stem(s.file), path.Base(path.Dir(s.file))} {
		parts := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r == '-' || r == '_' || r == '.' })
		is := slices.ContainsFunc(parts, func(part string) bool { return slices.Contains([]string{"prod", "production", "prd"}, part) })
		if is {
			return !slices.ContainsFunc(parts, func(part string) bool { return slices.Contains([]string{"non", "pre", "not"}, part) })
		}
	}
	return false
}

// giveValues gives each module the settings that it runs with: those of files that stand with it; and of
// a file that stands with none that makes anything, those modules that nothing calls and that ask for
// what it sets. Files that are always read, and such as are given with each, go under each of the others.
func (c *Configuration) giveValues() {
	slices.SortStableFunc(c.values, func(a, b settings) int { return strings.Compare(a.file, b.file) })
	own := map[string][]settings{}
	var free []settings
	for _, s := range c.values {
		if dir := c.standsWith(s); dir != "" {
			own[dir] = append(own[dir], s)
		} else {
			free = append(free, s)
		}
	}
	for _, s := range free {
		for _, dir := range c.asking(s) {
			if !slices.ContainsFunc(own[dir], func(of settings) bool { return path.Dir(of.file) != dir || !isAlways(of.file) }) {
				c.roots[dir] = append(c.roots[dir], s)
			}
		}
	}
	for dir, of := range own {
		c.roots[dir] = append(c.roots[dir], of...)
	}
	for dir, of := range c.roots {
		c.roots[dir] = layered(dir, of)
	}
}

// layered are the settings of the files of one module, each with those that it is given with.
func layered(dir string, files []settings) (all []settings) {
	base := settings{}
	for _, of := range []func(s settings) bool{
		func(s settings) bool { return isAlways(s.file) && path.Dir(s.file) == dir },
		func(s settings) bool { return slices.Contains(shared, stem(s.file)) },
	} {
		for _, s := range files {
			if of(s) {
				base = s.over(base.set)
			}
		}
		files = slices.DeleteFunc(slices.Clone(files), of)
	}
	for _, s := range files {
		all = append(all, s.over(base.set))
	}
	if len(all) == 0 {
		all = append(all, base)
	}
	return all
}

// standsWith is the directory of the module that a file of values stands with, in it or below, and
// that asks for what it sets, or that no other one does; empty where there is none.
func (c *Configuration) standsWith(s settings) string {
	for up := range origin.Upwards(path.Dir(s.file), path.Dir) {
		m := c.modules[up]
		if m == nil || !m.makes() {
			continue
		}
		if m.asks(s) > 0 || len(c.asking(s)) == 0 {
			return up
		}
		return ""
	}
	return ""
}

// asking are the modules that nothing calls and that ask for all that a file sets, or where none
// does for some of it: those that stand nearest to it.
func (c *Configuration) asking(s settings) []string {
	nearest, most := -1, 0
	var all []string
	dir := path.Dir(s.file)
	aside := c.Aside != nil && c.Aside(dir)
	for _, to := range slices.Sorted(maps.Keys(c.modules)) {
		m := c.modules[to]
		n := m.asks(s)
		if n == 0 || len(c.calls[to]) > 0 || !m.makes() || !aside && c.Aside != nil && c.Aside(to) {
			continue
		}
		if n < len(s.set) {
			n = 1
		} else {
			n = 2
		}
		switch near := inCommon(dir, to); {
		case near > nearest, near == nearest && n > most:
			nearest, most, all = near, n, []string{to}
		case near == nearest && n == most:
			all = append(all, to)
		}
	}
	return all
}

// inCommon is how many directories two paths begin with alike.
func inCommon(a, b string) (n int) {
	of, other := strings.Split(a, "/"), strings.Split(b, "/")
	for n < len(of) && n < len(other) && of[n] == other[n] {
		n++
	}
	return n
}

// makes reports whether a module makes or calls anything: another one only says what is asked for.
func (m *module) makes() bool {
	return slices.ContainsFunc(m.blocks(), func(b *hclsyntax.Block) bool { return b.Type == "resource" || b.Type == "module" })
}

// asks is how many of some settings a module asks for.
func (m *module) asks(s settings) (n int) {
	for name := range m.variables() {
		if _, is := s.set[name]; is {
			n++
		}
	}
	return n
}

// undeclared are the variables that a module refers to and does not declare: who runs it, such as
// Terragrunt, puts a file beside it that does.
func (m *module) undeclared(declared map[string]setting) (names []string) {
	for _, b := range m.bodies {
		_ = hclsyntax.VisitAll(b, func(n hclsyntax.Node) hcl.Diagnostics {
			if x, is := n.(*hclsyntax.ScopeTraversalExpr); is && x.Traversal.RootName() == "var" {
				name := second(x.Traversal)
				if _, has := declared[name]; name != "" && !has {
					names = append(names, name)
				}
			}
			return nil
		})
	}
	return names
}
