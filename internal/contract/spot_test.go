package contract

import "testing"

// Spot capacity is taken back under the terms of that name, else under those for whatever
// interrupts nodes, and never under those of another name.
func TestSpot(t *testing.T) {
	for name, x := range map[string]struct {
		terms []Terms
		want  int // of these; -1 for none
	}{
		"none":         {[]Terms{{Trigger: Drift}, {Trigger: Drift, Name: "spot"}}, -1},
		"of the name":  {[]Terms{{Trigger: Interruption}, {Trigger: Interruption, Name: "spot"}}, 1},
		"whatever":     {[]Terms{{Trigger: Drift}, {Trigger: Interruption, Name: "scheduled-event"}, {Trigger: Interruption}}, 2},
		"another name": {[]Terms{{Trigger: Drift}, {Trigger: Interruption, Name: "scheduled-event"}}, -1},
	} {
		c := Contract{Terms: x.terms}
		got, ok := c.Spot()
		if ok != (x.want >= 0) || ok && (got.Trigger != x.terms[x.want].Trigger || got.Name != x.terms[x.want].Name) {
			t.Errorf("%s: %s %q, %t", name, got.Trigger, got.Name, ok)
		}
	}
}
