package kubernetes

// EC2NodeClass is the kind by which Karpenter makes nodes on AWS.
const EC2NodeClass = "karpenter.k8s.aws/EC2NodeClass"

// The values of an EC2NodeClass that say by what it selects the images of its nodes, where all
// of that is an alias, or all is an id.
const (
	ImageAlias = "spec.amiSelectorTerms.alias"
	ImageID    = "spec.amiSelectorTerms.id"
)
