package simulate

import (
	"fmt"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// constraint is what a template asks of the labels and taints of a node.
type constraint struct {
	selector map[string]string
	terms    [][]labels.Requirement // any of them; nil for none asked
	names    [][]string             // by term: node names, where it asks for those
	node     string                 // that its pods are bound to without a scheduler; empty for none
	tolerate []corev1.Toleration
}

// nodeConstraints are what templates ask of nodes, each once.
type nodeConstraints struct {
	*builder
	ids      map[string]int32
	asked    []constraint
	relevant map[string]bool // labels of nodes that something asks about
	byName   bool            // something asks about nodes by name
}

// of is the constraint of a template.
func (b *nodeConstraints) of(t *kubernetes.PodTemplate) int32 {
	var c constraint
	c.selector, c.node = t.NodeSelector, t.NodeName
	if a := t.Affinity; a != nil && a.NodeAffinity != nil && a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution != nil {
		for _, term := range a.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
			all, names, ok := requirements(term)
			if ok {
				c.terms, c.names = append(c.terms, all), append(c.names, names)
			}
		}
		if c.terms == nil {
			c.terms = [][]labels.Requirement{} // asked, and nothing satisfies it
		}
	}
	for _, tol := range t.Tolerations {
		c.tolerate = append(c.tolerate, corev1.Toleration{
			Key: tol.Key, Operator: corev1.TolerationOperator(tol.Operator), Value: tol.Value, Effect: corev1.TaintEffect(tol.Effect),
		})
	}
	b.asks(&c)
	key := fmt.Sprint(c.selector, c.terms, c.names, c.node, c.tolerate)
	id, ok := b.ids[key]
	if !ok {
		id = int32(len(b.asked))
		b.ids[key] = id
		b.asked = append(b.asked, c)
	}
	return id
}

// asks notes the labels that a constraint asks about.
func (b *nodeConstraints) asks(c *constraint) {
	for k := range c.selector {
		b.relevant[k] = true
	}
	for _, term := range c.terms {
		for _, r := range term {
			b.relevant[r.Key()] = true
			b.byName = b.byName || r.Key() == nodeName
		}
	}
	b.byName = b.byName || c.node != "" || slices.ContainsFunc(c.names, func(names []string) bool { return len(names) > 0 })
}

// requirements are a term's expressions. A term without any matches nothing,
// as one does that cannot be parsed.
func requirements(term corev1.NodeSelectorTerm) (all []labels.Requirement, names []string, ok bool) {
	operators := map[corev1.NodeSelectorOperator]selection.Operator{
		corev1.NodeSelectorOpIn: selection.In, corev1.NodeSelectorOpNotIn: selection.NotIn, corev1.NodeSelectorOpExists: selection.Exists,
		corev1.NodeSelectorOpDoesNotExist: selection.DoesNotExist,
		corev1.NodeSelectorOpGt:           selection.GreaterThan, corev1.NodeSelectorOpLt: selection.LessThan,
	}
	for _, x := range term.MatchExpressions {
		r, err := labels.NewRequirement(x.Key, operators[x.Operator], x.Values)
		if err != nil {
			return nil, nil, false
		}
		all = append(all, *r)
	}
	for _, x := range term.MatchFields {
		switch {
		case x.Key == nodeName && x.Operator == corev1.NodeSelectorOpIn:
			names = append(names, x.Values...)
		case x.Key == nodeName && x.Operator == corev1.NodeSelectorOpNotIn && len(x.Values) > 0:
			r, _ := labels.NewRequirement(nodeName, selection.NotIn, x.Values)
			all = append(all, *r)
		default: // the API server takes no others
			return nil, nil, false
		}
	}
	return all, names, len(all)+len(names) > 0
}

// admits reports whether nodes of a shape satisfy the constraint.
func (c *constraint) admits(s *shape) bool {
	return c.attracts(s) && (c.node != "" || tolerates(c.tolerate, s.taints))
}

// attracts reports whether they do apart from their taints.
func (c *constraint) attracts(s *shape) bool {
	if c.node != "" && s.labels[nodeName] != c.node {
		return false
	}
	for k, v := range c.selector {
		if s.labels[k] != v {
			return false
		}
	}
	if c.terms != nil {
		any := false
		for i, term := range c.terms {
			ok := len(c.names[i]) == 0 || slices.Contains(c.names[i], s.labels[nodeName])
			for _, r := range term {
				ok = ok && r.Matches(labels.Set(s.labels))
			}
			any = any || ok
		}
		return any
	}
	return true
}

// nodeNames are the names of nodes that it asks for, sorted; none where it asks for none.
func (c *constraint) nodeNames() []string {
	var all []string
	for _, name := range []string{c.node, c.selector[hostname]} {
		if name != "" {
			all = append(all, name)
		}
	}
	for i, term := range c.terms {
		all = append(all, c.names[i]...)
		for _, r := range term {
			if r.Key() == hostname && (r.Operator() == selection.In || r.Operator() == selection.Equals) {
				all = append(all, r.ValuesUnsorted()...)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// tolerates reports whether pods may be put on a node with some taints.
func tolerates(tolerations []corev1.Toleration, taints []kubernetes.Taint) bool {
	return !slices.ContainsFunc(taints, func(t kubernetes.Taint) bool {
		return t.Effect != string(corev1.TaintEffectPreferNoSchedule) && !tolerated(tolerations, t)
	})
}

// toleratesAll counts those, too, that only prefer to have no pods.
func toleratesAll(tolerations []corev1.Toleration, taints []kubernetes.Taint) bool {
	return !slices.ContainsFunc(taints, func(t kubernetes.Taint) bool { return !tolerated(tolerations, t) })
}

func tolerated(tolerations []corev1.Toleration, t kubernetes.Taint) bool {
	return slices.ContainsFunc(tolerations, func(x corev1.Toleration) bool {
		return (x.Effect == "" || string(x.Effect) == t.Effect) && (x.Key == "" || x.Key == t.Key) &&
			(x.Operator == corev1.TolerationOpExists || (x.Operator == "" || x.Operator == corev1.TolerationOpEqual) && x.Value == t.Value)
	})
}

// preferNodes takes what a template would rather have of a node, by weight. A term
// without expressions prefers nothing.
//
// Source: the plugin NodeAffinity of the scheduler of Kubernetes 1.36, and
// NewPreferredSchedulingTerms in k8s.io/component-helpers.
func (b *nodeConstraints) preferNodes(c *class, a *corev1.NodeAffinity) {
	for _, x := range a.PreferredDuringSchedulingIgnoredDuringExecution {
		all, names, ok := requirements(x.Preference)
		if !ok || x.Weight == 0 {
			continue
		}
		term := constraint{terms: [][]labels.Requirement{all}, names: [][]string{names}}
		b.asks(&term)
		c.preferred = append(c.preferred, preferredNodes{term, x.Weight})
	}
}
