// Package fields is what rules of the catalog look at of nodes, pools, pods and objects,
// and whether one holds there.
package fields

import (
	"cmp"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// Fields is what a rule can look at: for each field the values there, by key
// for those that have keys.
type Fields struct {
	// Of names what they are of, where evidence is to say so.
	Of     string
	Keyed  map[string]map[string]string
	Values map[string]string
	Said   map[string]string // by field, the evidence in words where it is not the field's name and value
}

// OfNode is what it has.
func OfNode(n *kubernetes.Node) Fields {
	return Fields{
		Keyed:  map[string]map[string]string{"label": n.Labels, "annotation": n.Annotations, "taint": taints(n.Taints)},
		Values: map[string]string{"provider-id": n.ProviderID, "kubelet-version": n.KubeletVersion, "os-image": n.OSImage, "name": n.Name},
	}
}

// OfPool is what it has.
func OfPool(p *kubernetes.Pool) Fields {
	f := Fields{
		Keyed:  map[string]map[string]string{"label": p.Labels, "taint": taints(p.Taints), "requirement": requirements(p)},
		Values: map[string]string{"api": p.API, "node-class": p.NodeClass, "name": p.Name},
	}
	expires, grace := p.ExpireAfter.String(), p.Grace
	if grace == 0 || expires == "" {
		f.Values["expire-after"], f.Said = expires, map[string]string{"expire-after": "expireAfter " + expires}
		return f
	}
	if grace == kubernetes.AtOnce {
		grace = 0
	}
	const both = "expire-after-and-grace"
	f.Values[both], f.Said = expires, map[string]string{both: "expireAfter " + expires + " and terminationGracePeriod " + words.Exact(grace)}
	if after, err := time.ParseDuration(expires); err == nil { // or it is Never
		f.Values[both] = words.Exact(after + grace)
	}
	return f
}

// requirements are by key what a pool requires of its nodes: no more than that it does.
func requirements(p *kubernetes.Pool) map[string]string {
	byKey := make(map[string]string, len(p.Requirements))
	for _, r := range p.Requirements {
		byKey[r.Key] = ""
	}
	return byKey
}

// OfObject is what it has.
func OfObject(o *kubernetes.Object) Fields {
	_, kind, _ := strings.Cut(o.API, "/")
	return Fields{
		Of:     strings.TrimSuffix(kind+" "+o.Name, " "),
		Keyed:  map[string]map[string]string{"label": o.Labels, "annotation": o.Annotations, "value": o.Values},
		Values: map[string]string{"api": o.API, "name": o.Name},
	}
}

// OfObjectAmong is what one has, and by the classes among the others what manages it
// where it is an Ingress.
func OfObjectAmong(o *kubernetes.Object, all []kubernetes.Object) Fields {
	f := OfObject(o)
	if controller, said := kubernetes.IngressOf(o, all); controller != "" {
		f.Values["ingress-of"] = controller
		f.Said = map[string]string{"ingress-of": said}
	}
	return f
}

// taints are by key what rules look at.
func taints(all []kubernetes.Taint) map[string]string {
	byKey := make(map[string]string, len(all))
	for _, t := range all {
		byKey[t.Key] = t.Value
	}
	return byKey
}

// OfPods is what it has.
func OfPods(t *kubernetes.PodTemplate) Fields {
	tolerated := make(map[string]string, len(t.Tolerations))
	for _, tol := range t.Tolerations {
		tolerated[tol.Key] = tol.Value
	}
	return Fields{Keyed: map[string]map[string]string{
		"label": t.Labels, "annotation": t.Annotations, "node-selector": t.NodeSelector, "toleration": tolerated,
	}}
}

// Match reports whether a rule holds, and the evidence in words.
func (f Fields) Match(r responsibility.Rule) (string, bool) {
	var said []string
	for _, c := range r.All {
		w, ok := f.Satisfies(c)
		if !ok {
			return "", false
		}
		if f.Of == "" || c.Field != "api" { // what it is of names its kind
			said = append(said, w)
		}
	}
	for _, c := range r.None {
		if _, ok := f.Satisfies(c); ok {
			return "", false
		}
	}
	switch {
	case f.Of == "":
		return words.And(said), true
	case len(said) == 0:
		return f.Of, true
	}
	return f.Of + " has " + words.And(said), true
}

// Satisfies reports whether a condition holds, and if so by what, in words.
func (f Fields) Satisfies(c responsibility.Condition) (string, bool) {
	with, ok := f.Keyed[c.Field]
	if !ok {
		v := f.Values[c.Field]
		if v == "" || !c.Matches(v) {
			return "", false
		}
		return cmp.Or(f.Said[c.Field], inWords(c.Field)+" "+v), true
	}
	if c.KeyPrefix != "" {
		first := ""
		for key, v := range with {
			if c.Means(key) && c.Matches(v) && (first == "" || key < first) {
				first = key
			}
		}
		if first == "" {
			return "", false
		}
		return pair(inWords(c.Field), first, with[first]), true
	}
	v, there := with[c.Key]
	if !there || !c.Matches(v) {
		return "", false
	}
	return pair(inWords(c.Field), c.Key, v), true
}

// inWords is the name of a field.
func inWords(field string) string { return strings.ReplaceAll(field, "-", " ") }

// longestSaid is how long a value may be to be told: a longer one is no name.
const longestSaid = 80

func pair(name, key, value string) string {
	switch name {
	case "value": // of a field, which its key names
		name = ""
	case "asks":
		name, key = "", strings.Replace(key, ":", " ", 1)
	}
	if value != "" && len(value) <= longestSaid {
		key += "=" + value
	}
	return strings.TrimSpace(name + " " + key)
}

// OfWorkload is what a workload has: its pods, what these ask for, and what it is itself.
func OfWorkload(w *kubernetes.Workload) Fields {
	f := OfPods(&w.Template)
	f.Values = map[string]string{"api": w.Group + "/" + w.Kind, "name": w.Name}
	asked, requested, programs := map[string]string{}, map[string]string{}, map[string]string{}
	for _, a := range w.Template.Asks {
		asked[a] = ""
	}
	if w.Template.NodeSelector[corev1.LabelOSStable] == string(corev1.Windows) { // which snapshots that have no asks hold
		asked["windows"] = ""
	}
	if len(w.Template.Spread) > 0 {
		asked["topologySpread"] = ""
	}
	for _, of := range []kubernetes.Resources{w.Template.Requests, w.Template.Limits} {
		for name, n := range of.Other {
			if n > 0 {
				requested[name] = ""
			}
		}
	}
	for i := range w.Template.Containers {
		if image := w.Template.Containers[i].Image; image != "" {
			programs[image] = ""
		}
	}
	f.Keyed["asks"], f.Keyed["request"], f.Keyed["program"] = asked, requested, programs
	return f
}

// OfService is what it has.
func OfService(s *kubernetes.Service) Fields {
	return Fields{
		Keyed: map[string]map[string]string{"label": s.Labels, "annotation": s.Entry.Annotations, "value": {
			"spec.type": s.Type, "spec.loadBalancerClass": s.Entry.Class,
		}},
		Values: map[string]string{"name": s.Name},
	}
}

// OfClaim is what a claim on a volume has that something provisions.
func OfClaim(name, class, provisioner string) Fields {
	return Fields{
		Keyed:  map[string]map[string]string{"value": {"class": class, "provisioner": provisioner}},
		Values: map[string]string{"name": name},
	}
}
