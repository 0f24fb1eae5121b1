package compute

import (
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// selectable is what could not be read, as far as a budget may select pods of it. An operator
// that is not known gives its pods labels by the name and the kind of its resource, with keys
// of its own, and those that the text of the resource has: a budget for none of these is for
// pods of somebody else. One for what the text has may have any name.
func selectable(e *kubernetes.Estate, b *kubernetes.Budget, hidden []origin.Unread) []origin.Unread {
	requirements, _ := b.Selector.Requirements()
	values := selectedValues(b)
	var all []origin.Unread
	for _, u := range hidden {
		if u.Cause == origin.Made && u.Scope.Name != "" && e.Glimpses[u.Of] != nil && len(requirements) > 0 {
			if e.Glimpses.Mentions(u.Of, values) {
				u.Scope.Name = ""
			} else if !slices.ContainsFunc(requirements, func(r labels.Requirement) bool { return mayLabel(e, &u, &r) }) {
				continue
			}
		}
		all = append(all, u)
	}
	return all
}

// mayLabel reports whether an operator may give pods of its custom resource a label.
func mayLabel(e *kubernetes.Estate, u *origin.Unread, r *labels.Requirement) bool {
	kind, _, _ := strings.Cut(u.Of, " ")
	if domain, _, prefixed := strings.Cut(r.Key(), "/"); prefixed && !ofKubernetes(domain) {
		return true
	}
	values := r.Values().UnsortedList()
	return len(values) == 0 || slices.ContainsFunc(values, func(v string) bool {
		return strings.Contains(v, u.Scope.Name) || e.Glimpses.Mentions(u.Of, []string{v}) ||
			strings.Contains(strings.ToLower(kind), strings.ToLower(v))
	})
}

// ofKubernetes reports whether anybody uses keys of a domain, as those of Kubernetes and Helm.
func ofKubernetes(domain string) bool {
	return domain == "helm.sh" || domain == "kubernetes.io" || strings.HasSuffix(domain, ".kubernetes.io") ||
		strings.HasSuffix(domain, ".k8s.io")
}
