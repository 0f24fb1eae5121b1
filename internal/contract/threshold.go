package contract

import "fmt"

// Threshold is the share of a pool's nodes of which no more may be unhealthy for any to
// be repaired, in pools of more than Above nodes. Its zero value is none. It is no pace:
// up to it all of them may be taken at once.
//
// Source: isNodePoolHealthy and areNodesHealthy in
// pkg/controllers/node/health/controller.go of Karpenter 1.14.
type Threshold struct {
	Percent, Above int
	// Most is what the owner of the pool has set in place of a share, and By what says so.
	Most Pace
	By   string
}

// Tolerates reports whether repair goes on with so many of a pool's nodes
// unhealthy; the share is rounded up, and down where the owner of the pool has set it.
//
// Source: getMaxUnhealthy in internal/controllers/machinehealthcheck of the Cluster API.
func (t Threshold) Tolerates(unhealthy, nodes int) bool {
	if t.By != "" {
		return unhealthy <= t.Most.of(nodes, nodes, true)
	}
	return t.Percent == 0 || nodes <= t.Above || unhealthy <= (nodes*t.Percent+99)/100
}

// Exceeded says that there are more.
func (t Threshold) Exceeded() string {
	switch {
	case t.By != "" && t.Most.Zero():
		return t.By + " lets no machine be replaced while one is unhealthy"
	case t.By != "" && t.Most.Kind == PacePercent:
		return fmt.Sprintf("more than %d%% of its machines are unhealthy, and %s lets none be replaced then", t.Most.Percent, t.By)
	case t.By != "":
		return fmt.Sprintf("more than %d of its machines are unhealthy, and %s lets none be replaced then", t.Most.Nodes, t.By)
	}
	of := ""
	if t.Above > 0 {
		of = fmt.Sprintf(", which has more than %d nodes,", t.Above)
	}
	return fmt.Sprintf("more than %d%% of its pool%s is unhealthy, and then no node is repaired", t.Percent, of)
}
