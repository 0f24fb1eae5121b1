package compute

import (
	"cmp"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// raise patches what decides a workload's floor to two; of a StatefulSet only
// where its pods keep no data.
func raise(w *kubernetes.Workload, dataless bool) (finding.Change, bool) {
	patch := func(api string, of kubernetes.Ref, namespaced bool, at *origin.Position, field string, before finding.Data) finding.Change {
		value := map[string]any{
			"apiVersion": api, "kind": of.Kind, "spec": map[string]any{field: 2},
			"metadata": pdbMeta{Name: of.Name, Namespace: written(w.Namespace, namespaced)},
		}
		edit := finding.Edit{Path: "/spec/" + field, Before: before, After: finding.DataOf(2)}
		return finding.Change{
			Action: finding.Patch, Object: objectOf(of), Position: at,
			Value: finding.DataOf(value), Edits: []finding.Edit{edit},
		}
	}
	if change, ok := retargeted(w); ok {
		return change, true
	}
	switch s := w.Scaler; {
	case s != nil && s.Paused: // no minimum counts
		return finding.Change{}, false
	case w.MadeBy != nil, w.ScalesToZero(): // its operator writes over what is patched; a minimum would keep it from scaling to none
		return finding.Change{}, false
	case s != nil && s.Kind == "HorizontalPodAutoscaler":
		return patch(cmp.Or(s.API, "autoscaling/v2"), s.Ref, s.Namespaced, at(s.Position), "minReplicas", finding.DataOf(s.Min)), s.Max >= 2
	case s != nil && s.Kind == "ScaledObject":
		return patch(cmp.Or(s.API, "keda.sh/v1alpha1"), s.Ref, s.Namespaced, at(s.Position), "minReplicaCount", finding.DataOf(s.Min)), s.Max >= 2
	case w.Group == "apps" && (w.Kind == "Deployment" || w.Kind == "ReplicaSet" || w.Kind == "StatefulSet" && dataless):
		var before finding.Data
		if w.ReplicasSet {
			before = finding.DataOf(w.Replicas)
		}
		return patch("apps/v1", w.Ref, w.Namespaced, at(w.Position), "replicas", before), true
	}
	return finding.Change{}, false
}

// retargeted has an autoscaler that keeps two pods or more scale a workload that it seems to
// be written for. Of one in another namespace nothing is changed: it has to stand beside what
// it scales. Nor is that of one whose name has more words or fewer: what it is for may stand
// elsewhere.
func retargeted(w *kubernetes.Workload) (finding.Change, bool) {
	s := w.Missed
	if s == nil || w.Scaler != nil || s.Min < 2 || s.ToZero || s.Namespace != w.Namespace || w.Group != "apps" || !s.MeansName(w.Name) {
		return finding.Change{}, false
	}
	api := map[string]string{"HorizontalPodAutoscaler": "autoscaling/v2", "ScaledObject": "keda.sh/v1alpha1"}[s.Kind]
	target := map[string]any{"apiVersion": "apps/v1", "kind": w.Kind, "name": w.Name}
	value := map[string]any{
		"apiVersion": cmp.Or(s.API, api), "kind": s.Kind, "metadata": pdbMeta{Name: s.Name, Namespace: written(s.Namespace, s.Namespaced)},
		"spec": map[string]any{"scaleTargetRef": target},
	}
	change := finding.Change{Action: finding.Patch, Object: objectOf(s.Ref), Position: at(s.Position), Value: finding.DataOf(value)}
	for _, x := range []struct{ field, before, after string }{{"kind", s.Target.Kind, w.Kind}, {"name", s.Target.Name, w.Name}} {
		if x.before != x.after {
			change.Edits = append(change.Edits, finding.Edit{
				Path: "/spec/scaleTargetRef/" + x.field, Before: finding.DataOf(x.before), After: finding.DataOf(x.after),
			})
		}
	}
	return change, true
}
