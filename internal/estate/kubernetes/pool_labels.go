package kubernetes

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// MayHave reports whether nodes of a pool may carry all labels of a selector. The nodes
// name their pool by poolLabel, empty for no label. A label with a prefix that the pool
// says nothing about is one that the platform may set.
func (p *Pool) MayHave(selector map[string]string, poolLabel string) bool {
	for key, want := range selector {
		if !p.mayHave(key, want, poolLabel) {
			return false
		}
	}
	return true
}

func (p *Pool) mayHave(key, want, poolLabel string) bool {
	if poolLabel != "" && key == poolLabel {
		return p.Name == want
	}
	if value, ok := p.NodeLabels[key]; ok {
		return value == want
	}
	mentioned := false
	for _, r := range p.Requirements {
		if r.Key != key {
			continue
		}
		mentioned = true
		switch r.Operator {
		case corev1.NodeSelectorOpIn:
			if !slices.Contains(r.Values, want) {
				return false
			}
		case corev1.NodeSelectorOpNotIn:
			if slices.Contains(r.Values, want) {
				return false
			}
		case corev1.NodeSelectorOpDoesNotExist:
			return false
		}
	}
	return mentioned || strings.Contains(key, "/")
}
