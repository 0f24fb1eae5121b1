package gitops

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/helm"
)

// given are the parameters that generators give for one Application. Open says that a list
// somewhere else decides whether there is such a one: that of the clusters that Argo CD knows.
type given struct {
	parameters map[string]any
	open       bool
}

// mostGiven bounds what generators that are combined give: it is a product.
const mostGiven = 2000

// ofCluster are the parameters that each cluster has, as they stand where nothing fills them in.
//
// Source: argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Cluster.
var ofCluster = []string{"name", "nameNormalized", "server", "project"}

// gives are what a generator gives, and the name of the one in it that is answered elsewhere;
// empty for none.
func (r argoApps) gives(g generator, goTemplate bool) (all []given, unknown string) {
	switch {
	case g.Merge != nil:
		return r.merges(g.Merge.Generators, g.Merge.Keys, goTemplate)
	case g.Matrix != nil:
		return r.multiplies(g.Matrix.Generators, goTemplate)
	case g.Clusters != nil:
		p := map[string]any{}
		if goTemplate {
			for _, name := range ofCluster {
				p[name] = "{{" + name + "}}"
			}
			p["values"] = asAny(g.Clusters.Values)
		}
		for name, value := range g.Clusters.Values {
			if !goTemplate {
				p["values."+name] = value
			}
		}
		return []given{{p, true}}, ""
	case g.List == nil && g.Git == nil, g.Git != nil && (r.repository == nil || r.others.has(g.Git.RepoURL)):
		return nil, g.called()
	}
	for _, p := range r.parameters(g, goTemplate) {
		all = append(all, given{parameters: p})
	}
	return all, ""
}

func asAny(values map[string]string) map[string]any {
	all := map[string]any{}
	for k, v := range values {
		all[k] = v
	}
	return all
}

// merges are what the first of some generators gives, each with what the others give for the
// same keys. Which clusters there are is not known: each may be one that the others name, and
// one that they do not.
//
// Source: argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Merge.
func (r argoApps) merges(among []generator, keys []string, goTemplate bool) (all []given, unknown string) {
	for i, g := range among {
		over, unknown := r.gives(g, goTemplate)
		switch {
		case unknown != "":
			return nil, unknown
		case i == 0:
			all = over
			continue
		}
		var merged []given
		for _, base := range all {
			matched := false
			for _, o := range over {
				if !base.open && !o.open && !alike(base.parameters, o.parameters, keys) {
					continue
				}
				matched = matched || !base.open && !o.open
				merged = append(merged, given{joinedMaps(base.parameters, o.parameters), base.open || o.open})
			}
			if !matched {
				merged = append(merged, base)
			}
			if len(merged) > mostGiven { // one more list at the most: two long ones that are open multiply
				return nil, "merge"
			}
		}
		all = merged
	}
	return all, ""
}

// alike reports whether parameters have the same values of some keys.
func alike(a, b map[string]any, keys []string) bool {
	return !slices.ContainsFunc(keys, func(key string) bool {
		return fmt.Sprint(a[key]) != fmt.Sprint(b[key])
	})
}

// joinedMaps are the entries of two maps, and of what is nested in both; the second decides.
func joinedMaps(a, b map[string]any) map[string]any {
	all := maps.Clone(a)
	for k, v := range b {
		under, is := all[k].(map[string]any)
		if over, also := v.(map[string]any); is && also {
			v = joinedMaps(under, over)
		}
		all[k] = v
	}
	return all
}

// multiplies are what each of some generators gives with each of what those before it give,
// of which it may write what they give.
//
// Source: argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Generators-Matrix.
func (r argoApps) multiplies(among []generator, goTemplate bool) (all []given, unknown string) {
	all = []given{{parameters: map[string]any{}}}
	for _, g := range among {
		var product []given
		for _, before := range all {
			over, unknown := r.gives(g.filledIn(before.parameters, goTemplate), goTemplate)
			if unknown != "" {
				return nil, unknown
			}
			for _, o := range over {
				product = append(product, given{joinedMaps(before.parameters, o.parameters), before.open || o.open})
			}
			if len(product) > mostGiven {
				return nil, "matrix"
			}
		}
		all = product
	}
	return all, ""
}

// filledIn is a generator with the parameters that others give; itself where it is not filled in.
func (g generator) filledIn(parameters map[string]any, goTemplate bool) generator {
	if len(parameters) == 0 {
		return g
	}
	fill := fast(parameters)
	if goTemplate {
		fill = withTemplate(parameters)
	}
	var tree any
	text, err := json.Marshal(g.others)
	if err != nil || json.Unmarshal(text, &tree) != nil {
		return g
	}
	tree, ok := eachString(tree, fill)
	if !ok {
		return g
	}
	var with generator
	if text, err = json.Marshal(tree); err != nil || yaml.Unmarshal(text, &with) != nil {
		return g
	}
	return with
}

// templated is what a set writes for something that is filled in.
var templated = regexp.MustCompile(`\{\{[^{}]*\}\}`)

// ofAnyCluster is an Application that a set makes for each cluster, as if for one: it is called
// as the set is where its name is that of the cluster, and so with the namespace.
func (o object) ofAnyCluster(set string) object {
	var whole map[string]any
	if yaml.Unmarshal(o.data, &whole) != nil {
		return o
	}
	if templated.MatchString(o.name) {
		o.name = set
	}
	spec, _ := whole["spec"].(map[string]any)
	to, _ := spec["destination"].(map[string]any)
	for key, v := range to {
		if at, is := v.(string); is && templated.MatchString(at) {
			delete(to, key)
		}
	}
	if data, err := yaml.Marshal(whole); err == nil {
		o.data = data
	}
	return o
}

// sourced reports whether all that an Application says of its sources is filled in, but for
// their paths and revisions.
func (o object) sourced() bool {
	var spec struct {
		Source  map[string]any   `json:"source"`
		Sources []map[string]any `json:"sources"`
	}
	if o.spec(&spec) != nil {
		return false
	}
	for _, s := range append(spec.Sources, spec.Source) {
		delete(s, "path")
		delete(s, "targetRevision")
	}
	text, err := json.Marshal(spec)
	return err == nil && !templated.Match(text)
}

// onlyHere reports whether a set, of which it is not known for what it makes Applications, can
// apply nothing but folders that are here: of each of its sources the path begins with a folder
// of this repository, and there are folders that fit the rest. What stands in them was read.
func (r argoApps) onlyHere(o object) bool {
	var whole struct {
		Generators any `json:"generators"`
		Template   any `json:"template"`
	}
	if r.repository == nil || o.spec(&whole) != nil {
		return false
	}
	candidates := map[string][]any{}
	mayState(whole.Generators, candidates)
	certain := map[string]any{}
	for name, values := range candidates {
		if len(values) == 1 {
			certain[name], certain["."+name] = values[0], values[0]
		}
	}
	tree, ok := eachString(whole.Template, fast(certain))
	if !ok {
		return false
	}
	text, err := json.Marshal(tree)
	if err != nil || json.Unmarshal(text, &head{}) != nil {
		return false
	}
	fits, _ := r.unresolved(object{group: argo, kind: "Application", data: text})
	return fits
}

// mayState adds what generators may give, by name: their values, and what their elements hold.
func mayState(v any, into map[string][]any) {
	add := func(prefix string, from any) {
		if m, is := from.(map[string]any); is {
			flat := map[string]any{}
			flatten(flat, prefix, m)
			for k, one := range flat {
				if !slices.Contains(into[k], any(fmt.Sprint(one))) {
					into[k] = append(into[k], fmt.Sprint(one))
				}
			}
		}
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			mayState(e, into)
		}
	case map[string]any:
		add("values.", v["values"])
		if elements, is := v["elements"].([]any); is {
			for _, e := range elements {
				add("", e)
			}
		}
		for key, under := range v {
			if key != "elements" && key != "values" {
				mayState(under, into)
			}
		}
	}
}

// unresolved says of an Application that is not filled in, or that applies what is not here,
// that each of its sources is a folder that is here, or fits such folders; or else that some are
// folders of which the whole path is known, and is not here: nothing is applied for them.
func (r argoApps) unresolved(o object) (fits, absent bool) {
	var spec applicationSpec
	if r.repository == nil || o.spec(&spec) != nil {
		return false, false
	}
	sources := append(spec.Sources, deref(spec.Source)...)
	any := len(sources) > 0 && o.sourced()
	fits, absent = any, any
	for _, s := range sources {
		if s.onlyValues() {
			continue
		}
		if _, here := r.sourceDirectory(s); here || r.fitsHere(s) {
			continue
		}
		fits = false
		absent = absent && s.Chart == "" && s.Path != "" && !templated.MatchString(s.RepoURL+s.Path) && !strings.HasPrefix(s.RepoURL, "oci://")
	}
	return fits, absent
}

// fitsHere reports whether folders of the repository fit the path of a source, whose address
// is no template.
func (r argoApps) fitsHere(s argoSource) bool {
	p := strings.Trim(s.Path, "/")
	first, _, deep := strings.Cut(p, "/")
	if s.Chart != "" || s.Plugin != nil || strings.HasPrefix(s.RepoURL, "oci://") || !deep || r.others.has(s.RepoURL) ||
		templated.MatchString(s.RepoURL+first) {
		return false
	}
	dirs := r.glob(templated.ReplaceAllString(p, "*"), true)
	return len(dirs) > 0 && (s.Helm.asIs() || !slices.ContainsFunc(dirs, func(dir string) bool {
		return r.has(joinTop(r.in.Top(), dir), helm.ChartFile)
	}))
}

// asIs reports whether a chart is rendered with no other values than its own.
func (h argoHelm) asIs() bool {
	return len(h.ValueFiles)+len(h.Values)+len(h.ValuesObject)+len(h.Parameters) == 0
}
