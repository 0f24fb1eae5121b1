package simulate

// Labels, taints and annotations of Karpenter.
//
// Source: karpenter.sh, pkg/apis/v1/labels.go and taints.go (v1.14).
const (
	// karpenterPrefix begins the keys of the taints that it puts on nodes.
	karpenterPrefix = "karpenter.sh/"
	// karpenterCapacityType is the label by which it says how a node is bought.
	karpenterCapacityType = "karpenter.sh/capacity-type"
)
