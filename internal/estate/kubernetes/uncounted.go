package kubernetes

import (
	"slices"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// uncounted takes the scale from custom kinds that a cluster could not count: the status of a
// budget that needs a scale expects none of the pods that are there.
//
// Source: getExpectedScale and failSafe in pkg/controller/disruption/disruption.go of
// Kubernetes 1.36: where it cannot count, the number of expected pods is what it was before.
func (l *linker) uncounted() {
	for i := range l.Budgets {
		kind, ok := l.cannotCount(&l.Budgets[i])
		if !ok {
			continue
		}
		for k := range l.Workloads {
			if w := &l.Workloads[k]; w.Kind == kind && w.guessed() && w.Scaler == nil {
				w.Scaled = false
			}
		}
	}
}

// cannotCount is the one custom kind under a budget that its cluster could not count.
func (l *linker) cannotCount(b *Budget) (kind string, ok bool) {
	if b.Status == nil || b.Status.Expected > 0 || b.Status.Allowed > 0 || b.Selector == nil || !b.needsScale() {
		return "", false
	}
	for i := range l.Pods {
		p := &l.Pods[i]
		if p.Namespace != b.Namespace || p.Finished() || !b.Selector.Matches(labels.Set(p.Labels)) {
			continue
		}
		w := &l.Workloads[p.Workload]
		if !w.guessed() || w.Scaler != nil || kind != "" && kind != w.Kind {
			return "", false
		}
		kind = w.Kind
	}
	return kind, kind != ""
}

// needsScale reports whether a budget asks for the scale of its pods' controllers: a number in
// minAvailable does not.
func (b *Budget) needsScale() bool {
	return b.MaxUnavailable != nil || b.MinAvailable != nil && b.MinAvailable.Type == intstr.String
}

// guessed reports whether it is only taken of a workload that it has a scale: it is known from
// its pods, and of a kind that is not read.
func (w *Workload) guessed() bool {
	known := func(k Kind) bool { return k.Set == Controllers && k.Name == w.Kind }
	return w.Inferred && w.UID == "" && w.Lasting && w.Scaled && !slices.ContainsFunc(Kinds, known)
}
