package kubernetes

import (
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/origin"
)

// State is one object that decides verdicts, by what it is called and without
// where it stands.
type State struct {
	Key   string // of its kind, namespace and name
	Value any
	// Judged is what verdicts rest on of something that runs, or that makes what
	// runs: of two that differ either one is applied or the other. Nil of all else,
	// of what a patch states of a workload, and of what a cluster holds.
	Judged any
	// Rival is the same for controllers of several kinds that go by one name and give
	// their pods the same labels: of those, too, one is applied. Empty of all else.
	Rival   string
	Builtin bool   // of Kubernetes itself, and no pool
	Custom  string // GROUP/KIND of a custom resource
}

// Rests is what something may rest on: what is judged of it, or else all.
func (s State) Rests() any {
	if s.Judged != nil {
		return s.Judged
	}
	return s.Value
}

// States are the objects with names that verdicts are about or rest on: which
// read differently where they stand twice. Objects of a cluster are not among
// them.
func (r *Raw) States() []State {
	if r.Live {
		return nil
	}
	var all []State
	for _, w := range r.Workloads {
		w.Position = origin.Position{}
		if !w.Generated && w.Name != "" {
			s := State{Key: w.Group + "/" + w.Ref.String(), Value: w, Builtin: true}
			if len(w.Template.Containers) > 0 && r.Newest.IsZero() {
				w.judged()
				s.Judged = w
				if w.Lasting && len(w.Template.Labels) > 0 {
					s.Rival = "controller/" + w.Namespace + "/" + w.Name + "/" + labels.FormatLabels(w.Template.Labels)
				}
			}
			all = append(all, s)
		}
	}
	for _, p := range r.Pods {
		p.Position = origin.Position{}
		if !p.Generated && p.Name != "" && p.Owner == nil {
			all = append(all, State{Key: "Pod/" + p.Namespace + "/" + p.Name, Value: p, Builtin: true})
		}
	}
	for _, b := range r.Budgets {
		b.Position, b.Spec = origin.Position{}, origin.Position{}
		all = append(all, State{Key: b.Ref().String(), Value: b, Builtin: true})
	}
	for _, s := range r.Scalers {
		s.API, s.Position = "", origin.Position{}
		all = append(all, State{Key: s.Ref.String(), Value: s, Builtin: true})
	}
	for _, s := range r.Services {
		s.Position = origin.Position{}
		all = append(all, State{Key: "Service/" + s.Namespace + "/" + s.Name, Value: s, Builtin: true})
	}
	for _, p := range r.Pools {
		p.Position, p.BudgetsAt = origin.Position{}, nil
		all = append(all, made(State{Key: p.API + "/" + p.Namespace + "/" + p.Name, Value: p}, r))
	}
	for _, c := range r.CustomResources {
		all = append(all, made(State{Key: c.API + "/" + c.Namespace + "/" + c.Name, Value: string(c.Object), Custom: c.API}, r))
	}
	return all
}

func made(s State, r *Raw) State {
	if r.Newest.IsZero() {
		s.Judged = s.Value
	}
	return s
}
