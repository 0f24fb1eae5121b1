package kubernetes

// NodeLimits are how many volumes may be attached to a node, by driver: what its CSINode
// says. Those of a driver that is not among them are not counted.
type NodeLimits struct {
	Node    string
	Volumes map[string]int
}
