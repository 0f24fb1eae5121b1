package story

import (
	"fmt"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// within is for how long something went on, where it took time.
func within(first, last time.Duration) string {
	if last-first < time.Second {
		return ""
	}
	return " within " + words.Duration(last-first)
}

// Trigger is one thing that a scenario does, in words.
func Trigger(t simulate.Trigger) string {
	name := t.Kind
	if t.Move != "" {
		name += " (" + t.Move + ")"
	}
	which := "every node"
	if t.Pool != "" {
		which = "every node of pool " + t.Pool
	}
	if t.Nodes != nil {
		which = "node " + strings.Join(t.Nodes, "")
		if len(t.Nodes) > 1 {
			which = "nodes " + words.Few(t.Nodes)
		}
	}
	switch t.Kind {
	case simulate.Rollout:
		return "rollout: " + t.Workload.String() + " gets a new revision"
	case simulate.Scale:
		return fmt.Sprintf("scale: %s goes to %d replicas", t.Workload, t.Replicas)
	case contract.Expiry:
		if t.Nodes == nil {
			return name + ": " + which + ", at its maximum age"
		}
	}
	return name + ": " + which
}
