package kubernetes

import (
	"slices"
	"strings"
)

// missed tells workloads that nothing scales of an autoscaler which seems to be written for
// them and is for another name, kind or namespace, where nothing is. What was not read may
// be what it is for.
func (l *linker) missed() {
	if len(l.Unread)+len(l.Hidden) > 0 {
		return
	}
	there := map[Ref]bool{}
	for i := range l.Workloads {
		there[l.Workloads[i].Ref] = true
	}
	for _, c := range l.CustomResources {
		there[Ref{Namespace: c.Namespace, Kind: c.API[strings.IndexByte(c.API, '/')+1:], Name: c.Name}] = true
	}
	for i := range l.Scalers {
		s := &l.Scalers[i]
		if there[s.Target] {
			continue
		}
		for _, alike := range []func(*Workload) bool{s.ofAnotherKind, s.ofAnotherName, s.elsewhere} {
			if w := l.sole(alike); w != nil {
				w.Missed = s
				break
			}
		}
	}
}

// sole is the one workload that is alike, of those that something may scale and nothing does.
func (l *linker) sole(alike func(*Workload) bool) *Workload {
	var found *Workload
	for i := range l.Workloads {
		w := &l.Workloads[i]
		if !w.Scaled || !w.Lasting || w.Scaler != nil || w.Missed != nil || w.Inferred || w.MadeBy != nil || !alike(w) {
			continue
		}
		if found != nil {
			return nil
		}
		found = w
	}
	return found
}

func (s *Scaler) ofAnotherKind(w *Workload) bool {
	return w.Namespace == s.Target.Namespace && w.Name == s.Target.Name
}

func (s *Scaler) elsewhere(w *Workload) bool {
	return w.Kind == s.Target.Kind && w.Name == s.Target.Name
}

// MeansName reports whether the name that an autoscaler gives is that of a workload, but for
// hyphens.
func (s *Scaler) MeansName(name string) bool {
	return strings.ReplaceAll(s.Target.Name, "-", "") == strings.ReplaceAll(name, "-", "")
}

// ofAnotherName reports whether the name of a workload is that which an autoscaler names, but
// for words before or behind it, or hyphens; or the name of what it is part of.
func (s *Scaler) ofAnotherName(w *Workload) bool {
	if w.Namespace != s.Target.Namespace || w.Kind != s.Target.Kind {
		return false
	}
	a, b := strings.Split(w.Name, "-"), strings.Split(s.Target.Name, "-")
	if len(a) < len(b) {
		a, b = b, a
	}
	part := slices.Equal(a[:len(b)], b) || slices.Equal(a[len(a)-len(b):], b)
	return part || s.MeansName(w.Name) || w.Labels["app.kubernetes.io/name"] == s.Target.Name
}
