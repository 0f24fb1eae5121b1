package gitops

import "testing"

// What has no template stays as it is, and one that cannot be filled in is not guessed.
func TestWithTemplate(t *testing.T) {
	fill := withTemplate(map[string]any{"name": "east"})
	for text, want := range map[string]string{
		"plain": "plain", "": "", "x-{{ .name }}": "x-east", "{{ .name | upper }}": "EAST", "{{": "-",
		`{{ env "HOME" }}`: "-", `{{ fail "no" }}`: "-",
	} {
		got, ok := fill(text)
		if !ok {
			got = "-"
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
