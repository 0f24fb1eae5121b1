package story

import (
	"testing"

	"github.com/onus-project/onus/internal/simulate"
)

func TestTriggersInWords(t *testing.T) {
	for want, x := range map[string]simulate.Trigger{
		"drift: every node of pool a":            {Kind: simulate.Drift, Pool: "a"},
		"expiry: every node, at its maximum age": {Kind: simulate.Expiry},
		"upgrade (rollback): every node":         {Kind: simulate.Upgrade, Move: "rollback"},
		"delete: nodes a, b, c and 2 more":       {Kind: simulate.Delete, Nodes: []string{"a", "b", "c", "d", "e"}},
	} {
		if got := Trigger(x); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
