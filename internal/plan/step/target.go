package step

// The kinds of what plans are for, as Target has them.
const (
	TargetCluster = "cluster"
	TargetFleet   = "fleet"
)
