package manifest

import (
	"strings"
	"testing"
)

// Variables stand for one another as the kubelet has it, once, and never for more than is looked at.
func TestExpanded(t *testing.T) {
	known := map[string]string{"A": "a", "NESTED": "$(A)", "LONG": strings.Repeat("x", longestVariable)}
	for value, want := range map[string]string{
		"":                 "",
		"plain":            "plain",
		"$(A)/$(A)":        "a/a",
		"$$(A)":            "$(A)",
		"$(NESTED)":        "$(A)",
		"$(B) $A $(A":      "$(B) $A $(A",
		"100$":             "100$",
		"$(LONG)$(LONG)":   "$(LONG)$(LONG)",
		"mongodb://$(A).b": "mongodb://a.b",
	} {
		if got := expanded(value, known); got != want {
			t.Errorf("%q: %q, want %q", value, got[:min(len(got), 80)], want)
		}
	}
}
