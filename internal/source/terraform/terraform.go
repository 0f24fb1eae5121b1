// Package terraform reads Terraform configurations as far as they tell which
// clusters they make: resources, data sources and modules with their settings.
//
// What is evaluated are literals, the defaults of variables, and locals and
// settings made of these. No module is fetched, no provider asked. What depends
// on more is there, and its value is not known.
package terraform

import (
	"maps"
	"slices"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Group is the API group that what Terraform makes has among the objects of an
// estate: terraform/aws_eks_cluster is a resource, terraform/data.aws_eks_cluster
// a data source, and terraform/module a call of a module.
const Group = "terraform/"

// module is the files of one directory, which see each other's variables and
// locals.
type module struct {
	bodies []*hclsyntax.Body
	texts  map[string][]byte  // of its files, by their names
	asked  map[string]setting // its variables, once they were asked for
	made   []*hclsyntax.Block // its blocks, once they were
}

// add parses a file of the module. A fault is a *document.Error.
func (m *module) add(name string, text []byte) error {
	body, err := parse(name, text)
	if err == nil {
		if m.texts == nil {
			m.texts = map[string][]byte{}
		}
		m.texts[name] = text
		m.bodies, m.asked, m.made = append(m.bodies, body), nil, nil
	}
	return err
}

// parse reads a file in HCL's own syntax. A fault is a *document.Error.
func parse(name string, text []byte) (*hclsyntax.Body, error) {
	file, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
	if diags.HasErrors() {
		return nil, fault(name, diags)
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok {
		return nil, &document.Error{File: name, Msg: "is not in HCL's own syntax"}
	}
	return body, nil
}

func fault(name string, diags hcl.Diagnostics) error {
	first := diags[slices.IndexFunc(diags, func(d *hcl.Diagnostic) bool { return d.Severity == hcl.DiagError })]
	e := &document.Error{File: name, Msg: "is not HCL: " + first.Summary}
	if first.Subject != nil {
		e.Line = first.Subject.Start.Line
	}
	return e
}

// objects are the resources, data sources and modules of the module in a directory, in the
// order in which its files were added. What has a count of 0 is not made.
func (c *Configuration) objects(dir string) []kubernetes.Object {
	known, fixed := c.evaluator(dir, byDefaults), c.evaluator(dir, onlyFixed)
	var all []kubernetes.Object
	for _, b := range c.modules[dir].blocks() {
		var o kubernetes.Object
		switch {
		case b.Type == "resource" && len(b.Labels) == 2:
			o.API, o.Name = Group+b.Labels[0], b.Labels[1]
		case b.Type == "data" && len(b.Labels) == 2:
			o.API, o.Name = Group+"data."+b.Labels[0], b.Labels[1]
		case b.Type == "module" && len(b.Labels) == 1:
			o.API, o.Name = Group+"module", b.Labels[0]
		default:
			continue
		}
		v := values{known: known, fixed: fixed, into: map[string]string{}, at: map[string]origin.Position{}}
		v.body("", b.Body)
		if v.into["count"] == "0" {
			continue
		}
		slices.Sort(v.defaults)
		o.Values, o.Defaults, o.At = v.into, v.defaults, v.at
		o.Position = origin.Position{File: b.TypeRange.Filename, Line: b.TypeRange.Start.Line}
		all = append(all, o)
	}
	return all
}

func (m *module) blocks() []*hclsyntax.Block {
	if m.made == nil {
		for _, b := range m.bodies {
			m.made = append(m.made, b.Blocks...)
		}
	}
	return m.made
}

// deepest is how many locals may be made of one another.
const deepest = 16

// variables are those that the module has or refers to, each with its default; of one that has none
// that is not known.
func (m *module) variables() map[string]setting {
	if m.asked != nil {
		return m.asked
	}
	all := map[string]setting{}
	for _, b := range m.blocks() {
		if b.Type != "variable" || len(b.Labels) != 1 {
			continue
		}
		all[b.Labels[0]] = setting{value: cty.DynamicVal}
		if d, ok := b.Body.Attributes["default"]; ok {
			all[b.Labels[0]] = literal(d)
		}
	}
	for _, name := range m.undeclared(all) {
		all[name] = setting{value: cty.DynamicVal}
	}
	m.asked = all
	return all
}

// given are values of the variables of the module; what of them is not known is that. In may be
// nil for none.
func (m *module) given(in *inputs, how trust) map[string]cty.Value {
	all := map[string]cty.Value{}
	for name, v := range m.variables() {
		all[name] = cty.DynamicVal
		set := in != nil && how == unlessSet && in.open[name]
		if how != onlyFixed && !set && v.value.IsWhollyKnown() {
			all[name] = v.value
		}
	}
	if in != nil {
		maps.Copy(all, in.values[onlyFixed])
		maps.Copy(all, in.values[how])
	}
	return all
}

// values are the settings of one block by path, as of kubernetes.Object.
type values struct {
	known *evaluator
	fixed *evaluator // what no variable is part of
	into  map[string]string
	at    map[string]origin.Position
	// defaults are paths whose value is, or is made of, the default of a variable.
	defaults []string
}

func (v *values) body(at string, b *hclsyntax.Body) {
	for name, a := range b.Attributes {
		v.expression(at+name, a.Expr)
	}
	for _, block := range b.Blocks {
		name := block.Type
		if name == "dynamic" && len(block.Labels) == 1 { // there may be one or none
			v.into[at+block.Labels[0]] = ""
			continue
		}
		v.into[at+name] = ""
		v.body(at+name+".", block.Body)
	}
}

// expression keeps what is known of a setting: its value, those of its parts
// where it is an object, or that it is there. What is null or empty is not there.
func (v *values) expression(at string, e hclsyntax.Expression) {
	value := v.known.value(e)
	object, parts := e.(*hclsyntax.ObjectConsExpr)
	if value.IsWhollyKnown() || !parts {
		v.value(at, value)
		v.at[at] = v.known.position(e)
		if !v.fixed.value(e).RawEquals(value) {
			v.defaults = append(v.defaults, at)
		}
		return
	}
	v.into[at] = "" // some of its parts are known
	for _, item := range object.Items {
		if key := v.known.value(item.KeyExpr); key.Type() == cty.String && key.IsKnown() && !key.IsNull() {
			v.expression(at+"."+key.AsString(), item.ValueExpr)
		}
	}
}

func (v *values) value(at string, value cty.Value) {
	switch {
	case value.IsNull():
	case !value.IsKnown():
		v.into[at] = ""
	case value.CanIterateElements():
		if value.LengthInt() > 0 {
			v.into[at] = ""
		}
		if value.Type().IsObjectType() || value.Type().IsMapType() {
			for key, part := range value.AsValueMap() {
				v.value(at+"."+key, part)
			}
		}
	default:
		if s, err := convert.Convert(value, cty.String); err == nil {
			v.into[at] = s.AsString()
		}
	}
}
