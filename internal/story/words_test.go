package story

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/simulate"
)

// Durations are coarser the longer they are.
func TestRoughly(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0 s", 90 * time.Millisecond: "0.09 s", 1540 * time.Millisecond: "1.5 s", 38 * time.Second: "38 s", time.Minute: "1 min",
		200 * time.Second: "3 min 20 s", 9*time.Hour + 5*time.Minute: "9 h 5 min", 47 * time.Hour: "47 h", 14 * 24 * time.Hour: "14 days",
	} {
		if got := Roughly(d); got != want {
			t.Errorf("%s is %q, want %q", d, got, want)
		}
	}
}

func TestTriggersInWords(t *testing.T) {
	for want, x := range map[string]simulate.Trigger{
		"drift: every node of pool a":          {Kind: simulate.Drift, Pool: "a"},
		"expiry: every node, as its age comes": {Kind: simulate.Expiry},
		"upgrade (rollback): every node":       {Kind: simulate.Upgrade, Move: "rollback"},
		"delete: nodes a, b, c and 2 more":     {Kind: simulate.Delete, Nodes: []string{"a", "b", "c", "d", "e"}},
	} {
		if got := Trigger(x); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
