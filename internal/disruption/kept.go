package disruption

import "time"

// The annotations by which people ask that nobody disrupts a pod. The first is one of nodes, too.
//
// Sources: DoNotDisruptAnnotationKey in pkg/apis/v1/labels.go of Karpenter 1.14; the FAQ of the
// cluster autoscaler, which leaves nodes alone that have a pod with the second.
const (
	DoNotDisrupt = "karpenter.sh/do-not-disrupt"
	SafeToEvict  = "cluster-autoscaler.kubernetes.io/safe-to-evict"
)

// The labels by which Karpenter says of a node that it has joined the cluster, and that it has
// what its claim asked for and is rid of its startup taints. It chooses no node that is not.
//
// Source: NodeRegisteredLabelKey and NodeInitializedLabelKey in pkg/apis/v1/labels.go,
// StateNode.Initialized and ValidateNodeDisruptable in pkg/controllers/state/statenode.go.
const (
	registered  = "karpenter.sh/registered"
	initialized = "karpenter.sh/initialized"
)

// startup is for how long a node may be without the second label: it gets it as a rule.
const startup = 15 * time.Minute

// Uninitialized reports whether Karpenter has a node that was made a good while ago, and has not
// found it initialized. Where its creation is not known, it is zero.
func Uninitialized(labels map[string]string, created, now time.Time) bool {
	return labels[registered] == "true" && labels[initialized] != "true" && (created.IsZero() || now.Sub(created) > startup)
}

// KeepsPod is the annotation by which a pod asks now that nobody disrupts it, as people write
// it; empty where none does. Where its start is not known, it is zero.
func KeepsPod(annotations map[string]string, started, now time.Time) string {
	p := DrainPod{DoNotDisrupt: annotations[DoNotDisrupt], Started: started}
	switch {
	case p.Protected(now):
		return DoNotDisrupt
	case annotations[SafeToEvict] == "false":
		return SafeToEvict + `: "false"`
	}
	return ""
}

// KeepsNode is that of a node.
func KeepsNode(annotations map[string]string) string {
	if annotations[DoNotDisrupt] == "true" {
		return DoNotDisrupt
	}
	return ""
}
