package step

// The kinds of what plans are for.
const (
	AnyCluster = "cluster"
	Fleet      = "fleet"
)
