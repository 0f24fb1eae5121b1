package subject

import (
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
)

// OwnerKey is that of the mark which says who of you holds an object.
const OwnerKey = "owner"

// OwnerLabels are the labels that people write that in, the likeliest first.
var OwnerLabels = []string{"team", "owner", "app.kubernetes.io/part-of"}

// Owners says who of you holds what findings are about: by a mark on it or on its
// namespace, by what rule says, by its labels, or else by the file that it stands in. Rule
// and file may be nil.
type Owners struct {
	marked     map[kubernetes.Ref]string
	labels     map[kubernetes.Ref]string
	rule, file func(*finding.Finding) string
}

// OwnersIn are those of one estate.
func OwnersIn(e *kubernetes.Estate, rule, file func(*finding.Finding) string) *Owners {
	o := &Owners{rule: rule, file: file, marked: map[kubernetes.Ref]string{}, labels: map[kubernetes.Ref]string{}}
	for _, m := range e.Marks {
		if m.Key == OwnerKey {
			o.marked[m.Object] = m.Text
		}
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		for _, set := range []map[string]string{w.Labels, w.Template.Labels} {
			o.labelled(w.Ref, set)
		}
	}
	for i := range e.Budgets {
		o.labelled(e.Budgets[i].Ref(), e.Budgets[i].Labels)
	}
	for i := range e.Pools {
		o.labelled(kubernetes.Ref{Kind: "NodePool", Name: e.Pools[i].Name}, e.Pools[i].Labels)
	}
	return o
}

func (o *Owners) labelled(r kubernetes.Ref, set map[string]string) {
	if o.labels[r] != "" {
		return
	}
	for _, key := range OwnerLabels {
		if set[key] != "" {
			o.labels[r] = set[key]
			return
		}
	}
}

// Of is the owner of what a finding is about; empty where nothing says so.
func (o *Owners) Of(f *finding.Finding) string {
	r := kubernetes.Ref{Namespace: f.Subject.Namespace, Kind: f.Subject.Kind, Name: f.Subject.Name}
	if name := o.marked[r]; name != "" {
		return name
	}
	if name := o.marked[kubernetes.Ref{Kind: "Namespace", Name: r.Namespace}]; name != "" {
		return name
	}
	if o.rule != nil {
		if name := o.rule(f); name != "" {
			return name
		}
	}
	if name := o.labels[r]; name != "" || o.file == nil {
		return name
	}
	return o.file(f)
}
