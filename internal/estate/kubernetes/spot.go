package kubernetes

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// Spot reports whether nodes with some labels are spot capacity, which their cloud
// takes back when it needs it, by the values of labels that say so. It is not known where
// no label says how they are bought.
func Spot(labels, by map[string]string) (spot, known bool) {
	for label, value := range by {
		if v, ok := labels[label]; ok {
			known = true
			spot = spot || v == value
		}
	}
	return spot, known
}

// Spot reports whether nodes of a pool may be spot capacity, by the values of labels that
// say so. A Karpenter pool takes it before any other where its requirements let it, and none
// where they say nothing.
//
// Source: karpenter.sh/docs/concepts/nodepools (Capacity Type).
func (p *Pool) Spot(by map[string]string) bool {
	if spot, known := Spot(p.NodeLabels, by); known {
		return spot
	}
	asked := false
	for i := range p.Requirements {
		r := &p.Requirements[i]
		value, ok := by[r.Key]
		if !ok {
			continue
		}
		asked = true
		switch has := slices.Contains(r.Values, value); r.Operator {
		case corev1.NodeSelectorOpIn:
			if !has {
				return false
			}
		case corev1.NodeSelectorOpNotIn:
			if has {
				return false
			}
		case corev1.NodeSelectorOpDoesNotExist:
			return false
		}
	}
	return asked
}
