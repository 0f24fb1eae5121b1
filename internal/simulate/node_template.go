package simulate

import (
	"fmt"
	"maps"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/words"
)

// nodeTemplate is what the template of a Karpenter pool says of its new nodes. Those that are
// there may have been made by an older one: what is different makes them drift.
type nodeTemplate struct {
	taints   []kubernetes.Taint
	labels   map[string]string
	requires []corev1.NodeSelectorRequirement
}

func templateOf(p *kubernetes.Pool) *nodeTemplate {
	t := &nodeTemplate{labels: p.NodeLabels, requires: p.Requirements}
	for _, taint := range p.Taints {
		if !transient(taint) {
			t.taints = append(t.taints, taint)
		}
	}
	return t
}

// mostVariants is how many kinds of new nodes are told apart in place of one that the template
// no longer has.
const mostVariants = 8

// byTemplate is the shape of a new node of a pool in place of one that was made like s: with
// the taints of the template and no others, and with values of labels that it allows. Where
// it allows several in place of one that it does not, nodes of any of them may come.
//
// Source: NewNodeClaimTemplate and ToNodeClaim in pkg/controllers/provisioning/scheduling/nodeclaimtemplate.go.
func (b *nodeShapes) byTemplate(t *nodeTemplate, s shape) int32 {
	s.taints = t.taints
	s.labels = maps.Clone(s.labels)
	for k, v := range t.labels {
		if b.constraints.relevant[k] {
			s.labels[k] = v
		}
	}
	variants := []shape{s}
	for i := range t.requires {
		variants = b.allowed(&t.requires[i], variants)
	}
	first := b.addShape(variants[0])
	for _, v := range variants[1:] {
		b.addShape(v)
	}
	return first
}

// allowed are shapes as a requirement of a template leaves them. Where it forbids the value that
// is there, or allows more than are told apart, the pool says that it is not known. Of a label
// that is not there and may have several values nothing is told.
func (b *nodeShapes) allowed(r *corev1.NodeSelectorRequirement, shapes []shape) []shape {
	if !b.constraints.relevant[r.Key] {
		return shapes
	}
	values := slices.Sorted(slices.Values(r.Values))
	if len(shapes)*len(values) > mostVariants {
		values = b.constraints.askedFirst(r)
	}
	var all []shape
	for _, s := range shapes {
		has, there := s.labels[r.Key]
		listed := slices.Contains(r.Values, has)
		switch {
		case r.Operator == corev1.NodeSelectorOpIn && len(r.Values) > 0 && (!there && len(r.Values) == 1 || there && !listed):
			for _, v := range values {
				all = append(all, s.with(r.Key, v))
			}
		case r.Operator == corev1.NodeSelectorOpNotIn && there && listed:
			all = append(all, s.with(r.Key, ""))
			b.leaveOpen(s.pool, openLabel{key: r.Key, never: r.Values})
		default:
			all = append(all, s)
		}
	}
	if len(all) > mostVariants {
		b.leaveCut(all)
		all = all[:mostVariants]
	}
	return all
}

// with is a shape with another value of a label; without it where that is empty.
func (s shape) with(label, value string) shape {
	s.labels = maps.Clone(s.labels)
	if s.labels[label] = value; value == "" {
		delete(s.labels, label)
	}
	return s
}

// changed says in what new nodes of a pool are otherwise than one of a shape, as far as that may
// keep pods off them; empty where they are not.
func (w *World) changed(of int32) string {
	s, anew := &w.shapes[of], &w.shapes[w.shapes[of].anew]
	var all []string
	for _, t := range anew.taints {
		if !slices.Contains(s.taints, t) {
			all = append(all, fmt.Sprintf("have the taint %s=%s:%s", t.Key, t.Value, t.Effect))
		}
	}
	for _, k := range slices.Sorted(maps.Keys(s.labels)) {
		switch v, there := anew.labels[k]; {
		case k == hostname || k == nodeName || v == s.labels[k]:
		case !there:
			all = append(all, fmt.Sprintf("never have %s=%s", k, s.labels[k]))
		default:
			all = append(all, fmt.Sprintf("have %s=%s and not %s", k, v, s.labels[k]))
		}
	}
	if len(all) == 0 {
		return ""
	}
	return fmt.Sprintf("new nodes of pool %s %s, by its template", w.pools[s.pool].name, words.And(all))
}
