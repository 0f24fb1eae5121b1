package filter

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/subject"
)

// chosen are the subjects of one unit that are asked for.
type chosen struct {
	filter *Filter
	listed map[finding.Subject]bool // by labels and by name, budgets over them included
}

func (f *Filter) subjects(u *estate.Unit) chosen {
	c := chosen{filter: f}
	if f.Selector == nil && len(f.Workloads) == 0 {
		return c
	}
	c.listed = map[finding.Subject]bool{}
	e := u.Kubernetes
	over := map[string][]*kubernetes.Workload{} // by namespace, those that are asked for
	all := map[string][]*kubernetes.Workload{}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		s := subject.OfRef(w.Ref)
		all[w.Namespace] = append(all[w.Namespace], w)
		if c.inNamespace(s) && f.named(s) && f.labelled(w) {
			c.listed[s] = true
			over[w.Namespace] = append(over[w.Namespace], w)
		}
	}
	for i := range e.Budgets {
		b := &e.Budgets[i]
		s := subject.OfRef(b.Ref())
		covers := func(w *kubernetes.Workload) bool { return subject.Covers(e, b, w) }
		c.listed[s] = slices.ContainsFunc(over[b.Namespace], covers) ||
			f.named(s) && (f.Selector == nil || f.Selector.Matches(labels.Set(b.Labels)) && !slices.ContainsFunc(all[b.Namespace], covers))
	}
	return c
}

// named reports whether a subject is one of those that are named.
func (f *Filter) named(s finding.Subject) bool {
	return len(f.Workloads) == 0 || slices.ContainsFunc(f.Workloads, func(n subject.Name) bool { return n.Is(s) })
}

// labelled reports whether a workload is selected by its labels, those of its pods
// included: neither always has what people select by.
func (f *Filter) labelled(w *kubernetes.Workload) bool {
	return f.Selector == nil || f.Selector.Matches(labels.Merge(w.Template.Labels, w.Labels))
}

func (c *chosen) inNamespace(s finding.Subject) bool {
	return len(c.filter.Namespaces) == 0 || slices.Contains(c.filter.Namespaces, s.Namespace)
}

// holds reports whether findings about a subject are asked for. What is about every
// object of a kind, because none could be read, may be about each.
func (c *chosen) holds(s finding.Subject) bool {
	if s.Name == "" {
		return true
	}
	if !c.inNamespace(s) {
		return false
	}
	if c.listed == nil {
		return true
	}
	s.Unit = ""
	listed, known := c.listed[s]
	return listed || !known && c.filter.Selector == nil && len(c.filter.Workloads) > 0 && c.filter.named(s)
}
