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
