package kubernetes

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// CapacityType is the label by which Karpenter says how a node is bought.
const CapacityType = "karpenter.sh/capacity-type"

// spotLabels are the labels of nodes that say how they are bought, and the value of
// those that their cloud takes back when it needs them.
//
// Source: karpenter.sh/docs/concepts/scheduling (well-known labels),
// docs.aws.amazon.com/eks/latest/userguide/managed-node-groups.html (capacity types),
// docs.cloud.google.com/kubernetes-engine/docs/concepts/spot-vms and
// how-to/preemptible-vms, learn.microsoft.com/azure/aks/use-labels (reserved labels).
var spotLabels = []struct{ key, value string }{
	{CapacityType, "spot"},
	{"eks.amazonaws.com/capacityType", "SPOT"},
	{"cloud.google.com/gke-spot", "true"},
	{"cloud.google.com/gke-preemptible", "true"},
	{"kubernetes.azure.com/scalesetpriority", "spot"},
}

// Spot reports whether nodes with some labels are spot capacity, which their cloud
// takes back when it needs it. It is not known where no label says how they are bought.
func Spot(labels map[string]string) (spot, known bool) {
	for _, l := range spotLabels {
		if v, ok := labels[l.key]; ok {
			known = true
			spot = spot || v == l.value
		}
	}
	return spot, known
}

// Spot reports whether nodes of a pool may be spot capacity. A Karpenter pool takes it
// before any other where its requirements let it, and none where they say nothing.
//
// Source: karpenter.sh/docs/concepts/nodepools (Capacity Type).
func (p *Pool) Spot() bool {
	if spot, known := Spot(p.NodeLabels); known {
		return spot
	}
	asked := false
	for i := range p.Requirements {
		r := &p.Requirements[i]
		if r.Key != CapacityType {
			continue
		}
		asked = true
		switch has := slices.Contains(r.Values, "spot"); r.Operator {
		case corev1.NodeSelectorOpIn:
			if !has {
				return false
			}
		case corev1.NodeSelectorOpNotIn:
			if has {
				return false
			}
		case corev1.NodeSelectorOpDoesNotExist:
			return false
		}
	}
	return asked
}
