package terraform

import (
	"fmt"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
)

// ReleaseType is the resource by which Terraform installs a chart.
const ReleaseType = "helm_release"

// Release is a chart that Terraform installs: a helm_release. What is not known is empty, and
// origin.NotKnown within values.
//
// Source: registry.terraform.io/providers/hashicorp/helm/latest/docs/resources/release.
type Release struct {
	Resource        string // what Terraform calls it
	Name, Namespace string
	Chart           string // its name, its address or its path
	Path            string // where it stands, if that is a path
	Repository      string
	Version         string
	Values          []Values // each goes over those before
	Sets            []Set    // which go over these
	Unknown         []string // what of these nothing is known of
	Position        origin.Position
}

// Values are those of a file, or those that stand in the configuration itself.
type Values struct {
	File   string // from the root of what was read
	Inline map[string]any
}

// Set is one value in the form of Helm's --set, or of --set-string where it is a text.
type Set struct {
	Name, Value  string
	Text, Secret bool
}

// Releases are those of all modules, in the order of their directories.
func (c *Configuration) Releases() []Release {
	c.settle()
	var all []Release
	for _, dir := range slices.Sorted(maps.Keys(c.modules)) {
		var e *evaluator
		for _, b := range c.modules[dir].blocks() {
			if b.Type != "resource" || len(b.Labels) != 2 || b.Labels[0] != ReleaseType {
				continue
			}
			if e == nil {
				e = c.evaluator(dir, unlessSet)
			}
			for _, of := range e.instances(b.Body) {
				all = append(all, of.release(b))
			}
		}
	}
	return all
}

func (e *evaluator) release(b *hclsyntax.Block) Release {
	x := Release{Resource: b.Labels[1], Position: origin.Position{File: b.TypeRange.Filename, Line: b.TypeRange.Start.Line}}
	setting := func(name string) string {
		if a := b.Body.Attributes[name]; a != nil {
			return word(e.value(a.Expr))
		}
		return ""
	}
	x.Name, x.Namespace, x.Version, x.Repository = setting("name"), setting("namespace"), setting("version"), setting("repository")
	x.Chart = setting("chart")
	if a := b.Body.Attributes["repository"]; x.Repository == "" && a != nil && !e.value(a.Expr).IsKnown() {
		x.Repository = origin.NotKnown
	}
	if x.Chart != "" && !strings.Contains(x.Chart, "://") && !path.IsAbs(x.Chart) {
		x.Path = path.Join(e.dir, x.Chart)
	}
	if a := b.Body.Attributes["values"]; a != nil {
		e.values(&x, a.Expr)
	}
	for _, name := range []string{"set", "set_list", "set_sensitive", "set_wo"} {
		if a := b.Body.Attributes[name]; a != nil {
			e.sets(&x, name, a.Expr)
		}
	}
	for _, of := range b.Body.Blocks {
		e.setBlock(&x, of)
	}
	return x
}

// values adds those of the list that a release is given.
func (e *evaluator) values(x *Release, list hclsyntax.Expression) {
	if !e.names.follows() {
		x.Unknown = append(x.Unknown, said(list, "values"))
		return
	}
	list = e.resolved(list)
	if of, is := list.(*hclsyntax.TupleConsExpr); is {
		for _, one := range of.Exprs {
			e.someValues(x, one)
		}
		return
	}
	name, args := called(list)
	if slices.Contains([]string{"concat", "compact", "tolist"}, name) {
		for _, arg := range args {
			e.values(x, arg)
		}
		return
	}
	each, known := elements(e.value(list))
	if !known {
		x.Unknown = append(x.Unknown, said(list, "values"))
		return
	}
	for _, one := range each {
		if !one.value.IsKnown() {
			x.Unknown = append(x.Unknown, said(list, "values"))
			continue
		}
		x.inline(word(one.value), said(list, "values"))
	}
}

// someValues adds one of the list: a file, or a text.
func (e *evaluator) someValues(x *Release, one hclsyntax.Expression) {
	one = e.resolved(one)
	if name, args := called(one); name == "file" && len(args) == 1 {
		file := word(e.value(args[0]))
		if _, at, err := e.file(file); file != "" && err == nil {
			x.Values = append(x.Values, Values{File: at})
			return
		}
	}
	text, ok := e.text(one)
	if !ok {
		if v := e.value(one); v.IsKnown() && v.IsNull() {
			return
		}
		x.Unknown = append(x.Unknown, said(one, "values"))
		return
	}
	x.inline(text, said(one, "values"))
}

func (x *Release) inline(text, said string) {
	values := map[string]any{}
	if yaml.Unmarshal([]byte(text), &values) != nil {
		x.Unknown = append(x.Unknown, said)
		return
	}
	x.Values = append(x.Values, Values{Inline: values})
}

// said says which setting is not known, and where it stands.
func said(x hclsyntax.Expression, name string) string {
	return fmt.Sprintf("%s of line %d", name, x.Range().Start.Line)
}

// sets adds what a setting of this name gives as a list of objects.
func (e *evaluator) sets(x *Release, name string, list hclsyntax.Expression) {
	if !e.names.follows() {
		x.Unknown = append(x.Unknown, said(list, name))
		return
	}
	list = e.resolved(list)
	if of, is := list.(*hclsyntax.TupleConsExpr); is {
		for _, one := range of.Exprs {
			x.set(name, e.value(one), said(one, name))
		}
		return
	}
	if called, args := called(list); called == "concat" {
		for _, arg := range args {
			e.sets(x, name, arg)
		}
		return
	}
	v := e.value(list)
	each, known := elements(v)
	if !known && !v.IsNull() {
		x.Unknown = append(x.Unknown, said(list, name))
	}
	for _, one := range each {
		x.set(name, one.value, said(list, name))
	}
}

// setBlock adds what a block gives; one that is dynamic gives any number of them.
func (e *evaluator) setBlock(x *Release, b *hclsyntax.Block) {
	name := b.Type
	if name == "dynamic" && len(b.Labels) == 1 {
		name = b.Labels[0]
	}
	if !strings.HasPrefix(name, "set") {
		return
	}
	if b.Type != "dynamic" {
		x.set(name, e.settings(b.Body), said(blockAt(b), name))
		return
	}
	for _, of := range e.dynamic(b) {
		if of == nil {
			x.Unknown = append(x.Unknown, said(blockAt(b), name))
			continue
		}
		x.set(name, of.evaluator.settings(of.body), said(blockAt(b), name))
	}
}

// blockAt stands for a block where its place is said.
func blockAt(b *hclsyntax.Block) hclsyntax.Expression {
	return &hclsyntax.LiteralValueExpr{SrcRange: b.TypeRange}
}

// content is the body of a dynamic block for one of its elements.
type content struct {
	evaluator *evaluator
	body      *hclsyntax.Body
}

// dynamic are the bodies that a dynamic block makes; one that is nil where it is not known which.
//
// Source: developer.hashicorp.com/terraform/language/expressions/dynamic-blocks.
func (e *evaluator) dynamic(b *hclsyntax.Block) []*content {
	a, iterator := b.Body.Attributes["for_each"], b.Labels[0]
	i := slices.IndexFunc(b.Body.Blocks, func(of *hclsyntax.Block) bool { return of.Type == "content" })
	if a == nil || i < 0 {
		return []*content{nil}
	}
	if named := b.Body.Attributes["iterator"]; named != nil {
		if t, is := named.Expr.(*hclsyntax.ScopeTraversalExpr); is {
			iterator = t.Traversal.RootName()
		}
	}
	each, known := elements(e.value(a.Expr))
	if !known || len(each) > mostInstances {
		return []*content{nil}
	}
	var all []*content
	for _, one := range each {
		own := maps.Clone(e.own)
		if own == nil {
			own = map[string]cty.Value{}
		}
		own[iterator] = cty.ObjectVal(map[string]cty.Value{"key": one.key, "value": one.value})
		all = append(all, &content{e.instance(own), b.Body.Blocks[i].Body})
	}
	return all
}

// set adds one value at a path.
func (x *Release) set(name string, of cty.Value, said string) {
	if !of.IsKnown() || of.IsNull() || !of.CanIterateElements() || !keyed(of.Type()) {
		x.Unknown = append(x.Unknown, said)
		return
	}
	settings := of.AsValueMap()
	at, value, as := settings["name"], settings["value"], settings["type"]
	if at == cty.NilVal || word(at) == "" || value == cty.NilVal {
		x.Unknown = append(x.Unknown, said)
		return
	}
	if value.IsKnown() && value.IsNull() {
		return
	}
	given := Set{Name: word(at), Value: origin.NotKnown, Text: as != cty.NilVal && word(as) == "string", Secret: name == "set_sensitive"}
	switch {
	case name == "set_list":
		each, known := elements(value)
		if !known {
			x.Unknown = append(x.Unknown, "set_list "+given.Name)
			return
		}
		var list []string
		for _, one := range each {
			list = append(list, fmt.Sprint(plain(one.value)))
		}
		given.Value = "{" + strings.Join(list, ",") + "}"
	case value.IsKnown():
		given.Value = word(value)
	}
	x.Sets = append(x.Sets, given)
}
