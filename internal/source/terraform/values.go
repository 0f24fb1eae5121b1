package terraform

import (
	"cmp"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/hcl/v2/json"
	"github.com/zclconf/go-cty/cty"

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
	file       string // the last of them
	set        map[string]setting
	dir        string // that of the file
	always     bool   // it is of a name that Terraform reads of its own accord
	shared     bool   // it is of a name that is given with each of the others
	production bool   // it holds the values of production
}

// over are settings that go over others, where both may be given.
func (s settings) over(base map[string]setting) settings {
	all := maps.Clone(base)
	if all == nil {
		all = map[string]setting{}
	}
	maps.Copy(all, s.set)
	s.set = all
	return s
}

func (c *Configuration) addValues(name string, text []byte) error {
	s := settings{file: filepath.ToSlash(name), set: map[string]setting{}}
	s.dir, s.always, s.shared, s.production = path.Dir(s.file), isAlways(s.file), slices.Contains(shared, stem(s.file)), isOfProduction(s.file)
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

// always is in which order Terraform reads the files that it reads of its own accord: of those of one
// rank in that of their names. What is read later goes over what was read before.
//
// Source: developer.hashicorp.com/terraform/language/values/variables (variable definition precedence).
func always(a, b settings) int {
	rank := func(s settings) int {
		return slices.Index([]string{"terraform.tfvars", "terraform.tfvars.json"}, path.Base(s.file))
	}
	last := func(n int) int { return (n + 3) % 3 } // one of no rank comes last
	return cmp.Or(cmp.Compare(last(rank(a)), last(rank(b))), strings.Compare(path.Base(a.file), path.Base(b.file)))
}

// shared are names of files that are given with each of the others in their folder and below.
var shared = []string{"common", "base", "global", "globals", "shared", "defaults"}

// isOfProduction reports whether a file holds the values of production, by its name or that of its folder.
func isOfProduction(file string) bool {
	for _, name := range []string{stem(file), path.Base(path.Dir(file))} {
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
	type loose struct {
		settings
		asking []string
	}
	var free []loose
	all := c.askers()
	for _, s := range c.values {
		asking := all.of(s)
		if dir := c.standsWith(s, len(asking) > 0); dir != "" {
			own[dir] = append(own[dir], s)
		} else {
			free = append(free, loose{s, asking})
		}
	}
	for _, s := range free {
		for _, dir := range s.asking {
			if !slices.ContainsFunc(own[dir], func(of settings) bool { return of.dir != dir || !of.always }) {
				c.roots[dir] = append(c.roots[dir], s.settings)
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

// layered are the settings of the files of one module, each with those that it is given with. Files that
// are given with each are an environment of their own where their folder has none.
func layered(dir string, files []settings) (all []settings) {
	var base, common, others []settings
	for _, s := range files {
		switch {
		case s.always && s.dir == dir:
			base = append(base, s)
		case s.shared:
			common = append(common, s)
		default:
			others = append(others, s)
		}
	}
	if len(base) == 0 && len(common) == 0 {
		return others
	}
	slices.SortStableFunc(base, always)
	under := settings{}
	for _, s := range base {
		under = s.over(under.set)
	}
	with := map[string][]settings{} // what is shared, by its folder
	for _, s := range common {
		with[s.dir] = append(with[s.dir], s)
	}
	used := map[string]bool{}
	for _, s := range others {
		all = append(all, s.over(sharedBy(s.dir, under, with, used).set))
	}
	for _, in := range slices.SortedFunc(maps.Keys(with), func(a, b string) int { // what is below first, as it uses what is above
		return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b))
	}) {
		if !used[in] {
			all = append(all, sharedBy(in, under, with, used))
		}
	}
	if len(all) == 0 {
		all = append(all, under)
	}
	return all
}

// sharedBy are settings with those over them that are given with each file of a folder: those that stand
// there or above, of which the nearer goes over the other. In which order those of one folder are given
// is not known: nor is what they set to different values. Used has the folders of them.
func sharedBy(folder string, under settings, with map[string][]settings, used map[string]bool) settings {
	above := slices.Collect(origin.Upwards(folder, path.Dir))
	slices.Reverse(above)
	for _, at := range above {
		if len(with[at]) == 0 {
			continue
		}
		used[at] = true
		one := settings{}
		for _, s := range with[at] {
			before := one.set
			one = s.over(before)
			for name, of := range before {
				if now, is := s.set[name]; is && !now.value.RawEquals(of.value) {
					one.set[name] = setting{cty.DynamicVal, now.at}
				}
			}
		}
		under = one.over(under.set)
	}
	return under
}

// standsWith is the directory of the module that a file of values stands with, in it or below, and
// that asks for what it sets, or that no other one does; empty where there is none.
func (c *Configuration) standsWith(s settings, asked bool) string {
	for up := range origin.Upwards(s.dir, path.Dir) {
		m := c.modules[up]
		if m == nil || !m.makes() {
			continue
		}
		if !asked || m.asks(s) {
			return up
		}
		return ""
	}
	return ""
}

// askers are the modules that nothing calls and that make anything, and which of them ask for what.
type askers struct {
	dirs  []string
	aside []bool           // which of them are no part of what runs
	by    map[string][]int // by a variable, those that ask for it
	is    func(dir string) bool
}

func (c *Configuration) askers() askers {
	all := askers{by: map[string][]int{}, is: func(dir string) bool { return c.Aside != nil && c.Aside(dir) }}
	if len(c.values) == 0 {
		return all
	}
	for _, dir := range slices.Sorted(maps.Keys(c.modules)) {
		m := c.modules[dir]
		if len(c.calls[dir]) > 0 || !m.makes() {
			continue
		}
		for name := range m.variables() {
			all.by[name] = append(all.by[name], len(all.dirs))
		}
		all.dirs, all.aside = append(all.dirs, dir), append(all.aside, all.is(dir))
	}
	return all
}

// of are those that ask for all that a file sets, or where none does for some of it: those that stand
// nearest to it.
func (a askers) of(s settings) []string {
	asked := make([]int, len(a.dirs))
	for name := range s.set {
		for _, i := range a.by[name] {
			asked[i]++
		}
	}
	nearest, most := -1, 0
	var all []string
	dir := s.dir
	aside := a.is(dir)
	for i, n := range asked {
		if n == 0 || !aside && a.aside[i] {
			continue
		}
		if n < len(s.set) {
			n = 1
		} else {
			n = 2
		}
		switch near := inCommon(dir, a.dirs[i]); {
		case near > nearest, near == nearest && n > most:
			nearest, most, all = near, n, []string{a.dirs[i]}
		case near == nearest && n == most:
			all = append(all, a.dirs[i])
		}
	}
	return all
}

// inCommon is how many directories two paths begin with alike.
func inCommon(a, b string) (n int) {
	for {
		of, restA, moreA := strings.Cut(a, "/")
		other, restB, moreB := strings.Cut(b, "/")
		if of != other {
			return n
		}
		n++
		if !moreA || !moreB {
			return n
		}
		a, b = restA, restB
	}
}

// makes reports whether a module makes or calls anything: another one only says what is asked for.
func (m *module) makes() bool {
	return slices.ContainsFunc(m.blocks(), func(b *hclsyntax.Block) bool { return b.Type == "resource" || b.Type == "module" })
}

// asks reports whether a module asks for any of some settings.
func (m *module) asks(s settings) bool {
	for name := range m.variables() {
		if _, is := s.set[name]; is {
			return true
		}
	}
	return false
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
