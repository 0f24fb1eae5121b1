package manifest

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

func (r *objectReader) node(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			ProviderID string         `json:"providerID"`
			Taints     []corev1.Taint `json:"taints"`
			Cordoned   bool           `json:"unschedulable"`
		} `json:"spec"`
		Status struct {
			Allocatable corev1.ResourceList `json:"allocatable"`
			Capacity    corev1.ResourceList `json:"capacity"`
			Conditions  []nodeCondition     `json:"conditions"`
			NodeInfo    struct {
				KubeletVersion string `json:"kubeletVersion"`
				OSImage        string `json:"osImage"`
			} `json:"nodeInfo"`
		} `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	n := kubernetes.Node{
		Name: o.Metadata.Name, UID: o.Metadata.UID, Labels: o.Metadata.Labels, Annotations: o.Metadata.Annotations,
		ProviderID: o.Spec.ProviderID, KubeletVersion: o.Status.NodeInfo.KubeletVersion, OSImage: o.Status.NodeInfo.OSImage,
		Allocatable: resources(o.Status.Allocatable), Cordoned: o.Spec.Cordoned, Taints: taints(o.Spec.Taints),
		Created: o.Metadata.Created.Time, Deleted: o.Metadata.Deleted.Time, Position: r.at(doc),
	}
	n.Capacity = resources(o.Status.Capacity)
	if o.Status.Allocatable == nil { // the API server's default
		n.Allocatable = resources(o.Status.Capacity)
	}
	for _, c := range o.Status.Conditions {
		r.happened(c.LastTransitionTime.Time)
		r.happened(c.LastHeartbeatTime.Time)
		if c.Type == string(corev1.NodeReady) && c.Status != string(corev1.ConditionTrue) {
			n.NotReady, n.NotReadySince = true, c.LastTransitionTime.Time
		}
	}
	for _, t := range o.Spec.Taints {
		if n.OutOfService = n.OutOfService || t.Key == kubernetes.OutOfService && t.Effect == corev1.TaintEffectNoExecute; t.TimeAdded != nil {
			r.happened(t.TimeAdded.Time)
		}
		away := t.Key == corev1.TaintNodeUnreachable || t.Key == corev1.TaintNodeNotReady
		if !away || t.Effect != corev1.TaintEffectNoExecute || t.TimeAdded == nil {
			continue
		}
		n.EvictsFrom, n.Unreachable = t.TimeAdded.Time, t.Key == corev1.TaintNodeUnreachable
		r.happened(t.TimeAdded.Time)
	}
	r.into.Nodes = append(r.into.Nodes, n)
	return nil
}

// nodeCondition also carries when the kubelet last said so.
type nodeCondition struct {
	condition
	LastHeartbeatTime instant `json:"lastHeartbeatTime"`
}

func taints(written []corev1.Taint) []kubernetes.Taint {
	var all []kubernetes.Taint
	for _, t := range written {
		all = append(all, kubernetes.Taint{Key: t.Key, Value: t.Value, Effect: string(t.Effect)})
	}
	return all
}
