package gitops

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
)

// set is that of the Applications that a set makes, as far as it is known which, and
// else of its template.
func (d *Deployed) set(o object) []origin.Fault {
	made, unknown, ok := argoApps{d.repository}.made(o)
	if !ok {
		return nil
	}
	all, unfit := d.ofMade(made)
	if unknown == "" && !unfit || unknown != "" && (argoApps{d.repository}).onlyHere(o) {
		return all
	}
	unknown = cmp.Or(unknown, argoGenerators(o))
	by := "makes Applications for what its generator " + unknown + " finds"
	if unknown == unfilled {
		by = "makes Applications of a template that is not filled in"
	}
	spec := o.template()
	for _, s := range append(spec.Sources, deref(spec.Source)...) {
		if s.Chart == "" || strings.Contains(s.Chart+s.RepoURL, "{{") {
			continue
		}
		t := d.templating(o, s, spec.Destination.Namespace, nil)
		t.flags = []string{"-f VALUES"}
		if strings.Contains(t.version, "{{") {
			t.version = ""
		}
		t.release = t.chart // each has a name of its own
		if strings.Contains(t.namespace, "{{") {
			t.namespace = ""
		}
		return append(all, o.lacking(origin.LackingInstalled, t.chart, by+": each installs "+t.words(), t.command()))
	}
	f := o.asks(by+", of which nothing in the input tells", "render each that it has made: argocd app manifests NAME | onus check -")
	f.Lacks = origin.Lack{What: origin.LackingApplied, Name: o.title()}
	return append(all, f)
}

// ofMade is what the Applications that a set makes apply and is not here. Unfit says that it is
// not known what some of them apply, as that is filled in from what Argo CD knows of a cluster.
func (d *Deployed) ofMade(made []madeBySet) (all []origin.Fault, unfit bool) {
	for _, one := range made {
		var spec applicationSpec
		if one.spec(&spec) != nil {
			continue
		}
		if one.open {
			fits, absent := (argoApps{d.repository}).unresolved(one.object)
			unfit = unfit || !fits && !absent
			continue
		}
		for _, f := range d.application(one.object, spec, true) {
			if !slices.Contains(all, f) { // of each cluster the same
				all = append(all, f)
			}
		}
	}
	return all, unfit
}

// argoGenerators are the names of the generators of a set.
func argoGenerators(o object) string {
	var spec setSpec
	if o.spec(&spec) != nil {
		return ""
	}
	var all []string
	for _, g := range spec.Generators {
		all = append(all, g.called())
	}
	return strings.Join(all, ", ")
}

// template is what a set makes Applications of, with the values filled in that its own
// generators state.
func (o object) template() applicationSpec {
	var whole struct {
		Generators any `json:"generators"`
		Template   any `json:"template"`
	}
	if o.spec(&whole) != nil {
		return applicationSpec{}
	}
	stated := map[string]any{}
	states(whole.Generators, stated)
	tree, _ := eachString(whole.Template, fast(stated))
	text, err := json.Marshal(tree)
	var filled applicationSet
	if err != nil || json.Unmarshal(text, &filled) != nil {
		return applicationSpec{}
	}
	return filled.Spec
}

// states adds the values that generators state, by the names that templates have them by. Of
// several of a name the first one counts.
func states(v any, into map[string]any) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			states(e, into)
		}
	case map[string]any:
		values, _ := v["values"].(map[string]any)
		for name, value := range values {
			for _, called := range []string{"values." + name, ".values." + name} {
				if _, known := into[called]; !known {
					into[called] = value
				}
			}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			states(v[key], into)
		}
	}
}

// applicationSet is the template of a set.
type applicationSet struct {
	Spec applicationSpec `json:"spec"`
}
