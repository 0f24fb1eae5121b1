package operator

import (
	"maps"
	"slices"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
)

// copied makes of a workload that was read the one that serves in its place, and takes the
// pods of the first. It is false where that workload was not read, or a cluster has it.
func (m *maker) copied(o object, c *responsibility.Copied, by *responsibility.Operator) bool {
	ns, kind, name := o.resource.Namespace, o.text(c.Kind), o.text(c.Name)
	at := m.read(kubernetes.Ref{Namespace: ns, Kind: kind, Name: name})
	if at < 0 || m.raw.Workloads[at].UID != "" || !slices.Contains(c.Kinds, kind) {
		return false
	}
	target := &m.raw.Workloads[at]
	key := told(target.Selector, c.Labels)
	if key == "" || m.read(kubernetes.Ref{Namespace: ns, Kind: kind, Name: name + c.Suffix}) >= 0 {
		return key != ""
	}
	labels := maps.Clone(target.Template.Labels)
	if labels == nil {
		labels = map[string]string{}
	}
	labels[key] = target.Selector.MatchLabels[key] + c.Suffix
	fresh := kubernetes.RawWorkload{Workload: target.Workload}
	fresh.Name, fresh.Replicas, fresh.ReplicasSet = name+c.Suffix, max(1, target.Replicas), true
	fresh.Selector = &metav1.LabelSelector{MatchLabels: map[string]string{key: labels[key]}}
	fresh.Template.Labels = labels
	fresh.MadeBy = &kubernetes.Maker{Ref: target.Ref, Operator: by.Title, Change: "spec.replicas: 2"}
	target.Replicas, target.ReplicasSet = 0, true
	for _, s := range m.raw.Scalers {
		if s.Namespace == ns && s.Name == o.text(c.Scaler) && s.Target.Kind == kind && s.Target.Name == name {
			s.Name, s.Target.Name = s.Name+c.Suffix, s.Target.Name+c.Suffix
			m.raw.Scalers = append(m.raw.Scalers, s)
			break
		}
	}
	m.raw.Workloads = append(m.raw.Workloads, fresh)
	return true
}

// read is the index of a workload that was read, or -1.
func (m *maker) read(ref kubernetes.Ref) int {
	return slices.IndexFunc(m.raw.Workloads, func(w kubernetes.RawWorkload) bool { return w.Ref == ref })
}

// told is the first of some labels by which a selector takes pods; empty where it does by none.
func told(s *metav1.LabelSelector, keys []string) string {
	for _, key := range keys {
		if s != nil && s.MatchLabels[key] != "" {
			return key
		}
	}
	return ""
}
