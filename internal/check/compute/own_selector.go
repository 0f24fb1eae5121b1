package compute

import (
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ownSelector is by what a budget selects the pods of a workload and no others: its own selector,
// or where others have those labels, too, with another label of its pods by which they differ.
// It is nil where none tells them apart. Workloads that share their labels would share the budget.
func (f *fixes) ownSelector(i int) *metav1.LabelSelector {
	w := &f.estate.Workloads[i]
	selector := podSelector(w)
	if f.alone(i, selector) {
		return selector
	}
	for _, key := range tellingApart(w.Template.Labels, w.Template.Open) {
		more := selector.DeepCopy()
		if _, has := more.MatchLabels[key]; has {
			continue
		}
		if more.MatchLabels == nil {
			more.MatchLabels = map[string]string{}
		}
		if more.MatchLabels[key] = w.Template.Labels[key]; f.alone(i, more) {
			return more
		}
	}
	return nil
}

// alone reports whether a selector selects the pods of a workload, and of no other one.
func (f *fixes) alone(i int, by *metav1.LabelSelector) bool {
	w := &f.estate.Workloads[i]
	selector, err := metav1.LabelSelectorAsSelector(by)
	if err != nil || selector.Empty() {
		return false
	}
	return !slices.ContainsFunc(f.coverage.matcher.match(w.Namespace, selector), func(m match) bool { return m.workload != i })
}

// apartBy are labels that say what a pod is of what others are as well, in the order in which
// they are meant for that.
var apartBy = []string{
	"app.kubernetes.io/component", "component", "app.kubernetes.io/name", "app.kubernetes.io/instance", "app", "name", "role", "tier",
}

// tellingApart are the labels of pods by which others may be told from them, and of which no
// release changes the value, as it does that of version, of a commit, or of what a controller
// writes.
func tellingApart(labels, open map[string]string) []string {
	return slices.DeleteFunc(slices.Clone(apartBy), func(key string) bool {
		_, has := labels[key]
		_, unset := open[key]
		return !has || unset
	})
}
