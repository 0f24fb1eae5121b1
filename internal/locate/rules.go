package locate

import (
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// fields is what a rule can look at: for each field the values there, by key
// for those that have keys.
type fields struct {
	// of names what they are of, where evidence is to say so.
	of     string
	keyed  map[string]map[string]string
	values map[string]string
}

func nodeFields(n *kubernetes.Node) fields {
	return fields{
		keyed:  map[string]map[string]string{"label": n.Labels, "annotation": n.Annotations, "taint": taints(n.Taints)},
		values: map[string]string{"provider-id": n.ProviderID, "kubelet-version": n.KubeletVersion, "os-image": n.OSImage, "name": n.Name},
	}
}

func poolFields(p *kubernetes.Pool) fields {
	return fields{
		keyed:  map[string]map[string]string{"label": p.Labels, "taint": taints(p.Taints)},
		values: map[string]string{"api": p.API, "node-class": p.NodeClass, "name": p.Name},
	}
}

func objectFields(o *kubernetes.Object) fields {
	_, kind, _ := strings.Cut(o.API, "/")
	return fields{
		of:     strings.TrimSuffix(kind+" "+o.Name, " "),
		keyed:  map[string]map[string]string{"label": o.Labels, "annotation": o.Annotations, "value": o.Values},
		values: map[string]string{"api": o.API, "name": o.Name},
	}
}

// taints are by key what rules look at.
func taints(all []kubernetes.Taint) map[string]string {
	byKey := make(map[string]string, len(all))
	for _, t := range all {
		byKey[t.Key] = t.Value
	}
	return byKey
}

func podFields(t *kubernetes.PodTemplate) fields {
	tolerated := map[string]string{}
	for _, tol := range t.Tolerations {
		tolerated[tol.Key] = tol.Value
	}
	return fields{keyed: map[string]map[string]string{
		"label": t.Labels, "annotation": t.Annotations, "node-selector": t.NodeSelector, "toleration": tolerated,
	}}
}

// match reports whether a rule holds, and the evidence in words.
func (f fields) match(r responsibility.Rule) (string, bool) {
	var said []string
	for _, c := range r.All {
		w, ok := f.satisfies(c)
		if !ok {
			return "", false
		}
		if f.of == "" || c.Field != "api" { // what it is of names its kind
			said = append(said, w)
		}
	}
	for _, c := range r.None {
		if _, ok := f.satisfies(c); ok {
			return "", false
		}
	}
	switch {
	case f.of == "":
		return words.And(said), true
	case len(said) == 0:
		return f.of, true
	}
	return f.of + " has " + words.And(said), true
}

func (f fields) satisfies(c responsibility.Condition) (string, bool) {
	name := strings.ReplaceAll(c.Field, "-", " ")
	with, ok := f.keyed[c.Field]
	if !ok {
		v := f.values[c.Field]
		return name + " " + v, v != "" && c.Matches(v)
	}
	if c.KeyPrefix != "" {
		first := ""
		for key, v := range with {
			if strings.HasPrefix(key, c.KeyPrefix) && c.Matches(v) && (first == "" || key < first) {
				first = key
			}
		}
		return pair(name, first, with[first]), first != ""
	}
	v, there := with[c.Key]
	return pair(name, c.Key, v), there && c.Matches(v)
}

// longestSaid is how long a value may be to be told: a longer one is no name.
const longestSaid = 80

func pair(name, key, value string) string {
	if name == "value" { // of a field, which its key names
		name = ""
	}
	if value != "" && len(value) <= longestSaid {
		key += "=" + value
	}
	return strings.TrimSpace(name + " " + key)
}
