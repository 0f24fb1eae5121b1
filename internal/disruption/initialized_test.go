package disruption

import (
	"testing"
	"time"
)

// Only a node that Karpenter has registered, and that is not initialized long after it was
// made, is one that it will not choose.
func TestUninitialized(t *testing.T) {
	now := time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		labels  map[string]string
		created time.Time
		want    bool
	}{
		"never initialized":        {map[string]string{registered: "true"}, now.Add(-time.Hour), true},
		"of an age nobody knows":   {map[string]string{registered: "true"}, time.Time{}, true},
		"initialized":              {map[string]string{registered: "true", initialized: "true"}, now.Add(-time.Hour), false},
		"initialized, but false":   {map[string]string{registered: "true", initialized: "false"}, now.Add(-time.Hour), true},
		"15 minutes old":           {map[string]string{registered: "true"}, now.Add(-startup), false},
		"without Karpenter's sign": {map[string]string{"karpenter.sh/nodepool": "a"}, now.Add(-time.Hour), false},
	} {
		if got := Uninitialized(test.labels, test.created, now); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}
