package kubernetes

import "github.com/onus-project/onus/internal/origin"

// State is one object that decides verdicts, by what it is called and without
// where it stands.
type State struct {
	Key   string // of its kind, namespace and name
	Value any
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
			all = append(all, State{w.Group + "/" + w.Ref.String(), w})
		}
	}
	for _, p := range r.Pods {
		p.Position = origin.Position{}
		if !p.Generated && p.Name != "" && p.Owner == nil {
			all = append(all, State{"Pod/" + p.Namespace + "/" + p.Name, p})
		}
	}
	for _, b := range r.Budgets {
		b.Position, b.Spec = origin.Position{}, origin.Position{}
		all = append(all, State{b.Ref().String(), b})
	}
	for _, s := range r.Scalers {
		s.Position = origin.Position{}
		all = append(all, State{s.Ref.String(), s})
	}
	for _, s := range r.Services {
		s.Position = origin.Position{}
		all = append(all, State{"Service/" + s.Namespace + "/" + s.Name, s})
	}
	return all
}
