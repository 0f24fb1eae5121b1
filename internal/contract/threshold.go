package contract

import "fmt"

// Threshold is the share of a pool's nodes of which no more may be unhealthy for any to
// be repaired, in pools of more than Above nodes. Its zero value is none. It is no pace:
// up to it all of them may be taken at once.
//
// Source: isNodePoolHealthy and areNodesHealthy in
// pkg/controllers/node/health/controller.go of Karpenter 1.14.
type Threshold struct{ Percent, Above int }

// Tolerates reports whether repair goes on with so many of a pool's nodes
// unhealthy; the share is rounded up.
func (t Threshold) Tolerates(unhealthy, nodes int) bool {
	return t.Percent == 0 || nodes <= t.Above || unhealthy <= (nodes*t.Percent+99)/100
}

// Exceeded says that there are more.
func (t Threshold) Exceeded() string {
	of := ""
	if t.Above > 0 {
		of = fmt.Sprintf(", which has more than %d nodes,", t.Above)
	}
	return fmt.Sprintf("more than %d%% of its pool%s is unhealthy, and then no node is repaired", t.Percent, of)
}
