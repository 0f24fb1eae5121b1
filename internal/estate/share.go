package estate

import (
	"path/filepath"
	"slices"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// Share gives units what stands in another one and is for them: budgets over their pods,
// an autoscaler that gets hold of nothing in its own unit and of something in
// another, Services, what sends requests to them, values that name them, and claims. Where it may be for several, for which is unknown in
// each of them. What makes objects in any unit reaches all. What no kustomization
// lists is for none.
func (w *Whole) Share() {
	defer w.heed()
	if len(w.Units) < 2 {
		return
	}
	s := sharing{Whole: w, in: map[string][]int{}}
	for i, u := range w.Units {
		if u.Unlisted {
			continue
		}
		seen := map[string]bool{}
		for k := range u.Kubernetes.Workloads {
			if ns := u.Kubernetes.Workloads[k].Namespace; !seen[ns] {
				seen[ns] = true
				s.in[ns] = append(s.in[ns], i)
			}
		}
	}
	for i, u := range w.Units {
		if u.Unlisted || u.Unneeded != "" { // what is there to be tried goes with nothing that runs
			continue
		}
		s.budgets(i)
		s.scalers(i)
		s.services(i)
	}
	s.kept()
	s.routes()
	s.claims()
	s.makers()
}

// sharing is the work of Share.
type sharing struct {
	*Whole
	in map[string][]int // by namespace: the units with workloads in it
}

// selected are the units other than one in which a selector gets hold of
// something; none where it does in that one itself.
func (s *sharing) selected(unit int, namespace string, selector labels.Selector) []int {
	if _, selectable := selector.Requirements(); !selectable {
		return nil
	}
	var others []int
	for _, i := range append([]int{unit}, s.in[namespace]...) {
		e := s.Units[i].Kubernetes
		if s.Units[unit].rivals(s.Units[i]) {
			continue
		}
		there := slices.ContainsFunc(e.Workloads, func(w kubernetes.Workload) bool {
			return w.Namespace == namespace && (selector.Matches(w.PodLabels()) ||
				slices.ContainsFunc(w.Pods, func(p int) bool { return selector.Matches(labels.Set(e.Pods[p].Labels)) }))
		})
		switch {
		case there && i == unit:
			return nil
		case there:
			others = append(others, i)
		}
	}
	return others
}

func (s *sharing) hide(u *Unit, hidden origin.Unread) {
	if !slices.Contains(u.Kubernetes.Hidden, hidden) {
		u.Kubernetes.Hidden = append(u.Kubernetes.Hidden, hidden)
	}
}

// oneApplies reports whether some units are one, or alternatives of which one is
// applied: what is for any of them is for that one.
func (s *sharing) oneApplies(units []int) bool {
	return len(units) > 0 && !slices.ContainsFunc(units[1:], func(i int) bool { return !s.Units[units[0]].rivals(s.Units[i]) })
}

// rivals reports whether of two units one is applied: they state the same objects
// in other ways, beside each other.
func (u *Unit) rivals(o *Unit) bool {
	alternative := func(u *Unit) bool { return u.Alternative && u.Kind == Files && u.Name != Files }
	return u != o && alternative(u) && alternative(o) && filepath.Dir(u.Path) == filepath.Dir(o.Path)
}

// scalers gives a workload the autoscaler that another unit has for it, where no
// other unit has such a workload.
func (s *sharing) scalers(unit int) {
	from := s.Units[unit]
	for k := range from.Kubernetes.Scalers {
		target := from.Kubernetes.Scalers[k].Target
		var found []*kubernetes.Workload
		var in []int
		for _, i := range s.in[target.Namespace] {
			for j := range s.Units[i].Kubernetes.Workloads {
				if w := &s.Units[i].Kubernetes.Workloads[j]; w.Ref == target && !from.rivals(s.Units[i]) {
					found, in = append(found, w), append(in, i)
				}
			}
		}
		if len(found) > 0 {
			from.found(&from.Kubernetes.Scalers[k])
		}
		if !s.oneApplies(in) {
			continue
		}
		for _, w := range found {
			if scaler := from.Kubernetes.Scalers[k]; w.Scaled && w.Scaler == nil {
				w.Scaler = &scaler
			}
		}
	}
}

// found says of an autoscaler that another unit has what it is for.
func (u *Unit) found(s *kubernetes.Scaler) {
	for i := range u.Kubernetes.Workloads {
		if w := &u.Kubernetes.Workloads[i]; w.Missed == s {
			w.Missed = nil
		}
	}
}

// services gives each unit those of other units that route to its pods, where
// they route to none of their own. Of one that fits pods of several units it is not known
// which it is for.
func (s *sharing) services(unit int) {
	from := s.Units[unit].Kubernetes
	for _, service := range from.Services {
		if len(service.Selector) == 0 {
			continue
		}
		to := s.selected(unit, service.Namespace, labels.SelectorFromSet(service.Selector))
		service.Unit = s.Units[unit].Name
		if !s.oneApplies(to) {
			service.Among = len(to)
		}
		for _, i := range to {
			e := s.Units[i].Kubernetes
			e.Services = append(e.Services, service)
		}
	}
}

// makers spreads what makes objects wherever it is applied.
func (s *sharing) makers() {
	var all []origin.Unread
	var texts kubernetes.Glimpses
	for _, u := range s.Units {
		if u.Unlisted {
			continue
		}
		for _, h := range u.Kubernetes.Hidden {
			if h.Cause == origin.Made && !slices.Contains(all, h) {
				all = append(all, h)
			}
			if h.Cause == origin.Made {
				texts.Join(u.Kubernetes.Glimpses, h.Of)
			}
		}
	}
	for _, u := range s.Units {
		for _, h := range all {
			s.hide(u, h)
			u.Kubernetes.Glimpses.Join(texts, h.Of)
		}
	}
}
