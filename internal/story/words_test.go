package story

import (
	"testing"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/simulate"
)

func TestTriggersInWords(t *testing.T) {
	for want, x := range map[string]simulate.Trigger{
		"drift: every node of pool a":            {Kind: contract.Drift, Pool: "a"},
		"expiry: every node, at its maximum age": {Kind: contract.Expiry},
		"upgrade (rollback): every node":         {Kind: contract.Upgrade, Move: "rollback"},
		"delete: nodes a, b, c and 2 more":       {Kind: contract.Delete, Nodes: []string{"a", "b", "c", "d", "e"}},
	} {
		if got := Trigger(x); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
