package filter

import (
	"cmp"
	"slices"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/subject"
)

// Missing is what was asked for and is not in what was read.
type Missing struct {
	Flag, Name string
	Names      []string // that there are of its sort
}

// Missing is the first of what is asked for of which nothing was read, lest a name
// that is misspelt pass for one of which nothing is broken; nil for none. Where
// whole kinds could not be read, it may be among them.
func (f *Filter) Missing(w *estate.Whole) *Missing {
	if len(w.Unread()) > 0 {
		return nil
	}
	var refs []kubernetes.Ref
	labelled := f.Selector == nil
	for _, u := range w.Units {
		there, any := f.seen(u)
		refs, labelled = append(refs, there...), labelled || any
	}
	for _, n := range f.Namespaces {
		if !slices.ContainsFunc(refs, func(r kubernetes.Ref) bool { return r.Namespace == n }) {
			return &Missing{"namespace", n, distinct(refs, func(r kubernetes.Ref) []string { return []string{r.Namespace} })}
		}
	}
	for _, n := range f.Workloads {
		if !slices.ContainsFunc(refs, func(r kubernetes.Ref) bool { return n.Is(subject.OfRef(r)) }) {
			return &Missing{"workload", string(n), distinct(refs, func(r kubernetes.Ref) []string {
				return []string{r.Name, r.Kind + "/" + r.Name, r.Namespace + "/" + r.Name}
			})}
		}
	}
	if !labelled {
		return &Missing{Flag: "selector", Name: f.Selector.String()}
	}
	return nil
}

// seen are the objects of a unit that findings may be about, and whether one of
// them has the labels that are asked for.
func (f *Filter) seen(u *estate.Unit) (refs []kubernetes.Ref, labelled bool) {
	e := u.Kubernetes
	for i := range e.Workloads {
		w := &e.Workloads[i]
		refs, labelled = append(refs, w.Ref), labelled || f.labelled(w)
	}
	for i := range e.Budgets {
		refs = append(refs, e.Budgets[i].Ref())
	}
	for i := range e.Pools {
		refs = append(refs, kubernetes.Ref{Kind: "NodePool", Name: e.Pools[i].Name}) // as findings name pools of every kind
	}
	for i := range e.Nodes {
		refs = append(refs, kubernetes.Ref{Kind: "Node", Name: e.Nodes[i].Name})
	}
	for i := range u.Database.Instances {
		x := &u.Database.Instances[i]
		refs = append(refs, kubernetes.Ref{Kind: "Database", Name: cmp.Or(x.Deployment, x.Name)})
	}
	return refs, labelled
}

func distinct(refs []kubernetes.Ref, names func(kubernetes.Ref) []string) []string {
	var all []string
	for _, r := range refs {
		for _, n := range names(r) {
			if n != "" {
				all = append(all, n)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
