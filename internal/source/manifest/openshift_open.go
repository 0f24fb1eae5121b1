package manifest

import (
	"regexp"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// place is where a parameter fills a text in.
var place = regexp.MustCompile(`\$\{(\w+)\}`)

// held has the name of a parameter hold its place in labels, or in what selects them, where
// it has no value: ${SUFFIX} is no value of a label, SUFFIX is, and it is the same in all
// that the Template makes. It returns those that it wrote so, as they stand in the Template.
func (from source) held(labels map[string]string) (open map[string]string) {
	for key, value := range labels {
		if made := from.holding(value); made != value {
			if open == nil {
				open = map[string]string{}
			}
			open[key], labels[key] = value, made
		}
	}
	return open
}

// holding is a text with the names of parameters in their places, where these have no value.
func (from source) holding(text string) string {
	if len(from.open) == 0 {
		return text
	}
	return place.ReplaceAllStringFunc(text, func(found string) string {
		name := place.FindStringSubmatch(found)[1]
		for _, p := range from.open {
			if p.Name == name {
				return name
			}
		}
		return found
	})
}

// heldSelector does the same in a selector.
func (from source) heldSelector(s *metav1.LabelSelector) (open map[string]string) {
	if s == nil {
		return nil
	}
	open = from.held(s.MatchLabels)
	for _, e := range s.MatchExpressions {
		for i, value := range e.Values {
			if made := from.holding(value); made != value {
				if open == nil {
					open = map[string]string{}
				}
				open[e.Key], e.Values[i] = value, made
			}
		}
	}
	return open
}

// podTemplate is what pods are made from, with names in the places of parameters.
func (r podReader) podTemplate(t *corev1.PodTemplateSpec) kubernetes.PodTemplate {
	open := r.from.heldPods(t)
	made := Template(t.Labels, t.Annotations, &t.Spec)
	made.Open = open
	return made
}

// heldPods does the same in the template of pods, of which it returns the labels.
func (from source) heldPods(t *corev1.PodTemplateSpec) (open map[string]string) {
	if len(from.open) == 0 {
		return nil
	}
	open = from.held(t.Labels)
	for _, s := range t.Spec.TopologySpreadConstraints {
		from.heldSelector(s.LabelSelector)
	}
	if t.Spec.Affinity == nil {
		return open
	}
	var terms []corev1.PodAffinityTerm
	weighted := func(all []corev1.WeightedPodAffinityTerm) {
		for _, w := range all {
			terms = append(terms, w.PodAffinityTerm)
		}
	}
	if a := t.Spec.Affinity.PodAffinity; a != nil {
		terms = append(terms, a.RequiredDuringSchedulingIgnoredDuringExecution...)
		weighted(a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	if a := t.Spec.Affinity.PodAntiAffinity; a != nil {
		terms = append(terms, a.RequiredDuringSchedulingIgnoredDuringExecution...)
		weighted(a.PreferredDuringSchedulingIgnoredDuringExecution)
	}
	for _, term := range terms {
		from.heldSelector(term.LabelSelector)
	}
	return open
}
