package words

import (
	"strings"
	"testing"
)

// What a library says over several lines is one line, cut between characters.
func TestOneLine(t *testing.T) {
	for message, want := range map[string]string{
		"a\n  b\tc ":             "a b c",
		"":                       "",
		strings.Repeat("é", 200): strings.Repeat("é", 200),
		strings.Repeat("é", 201): strings.Repeat("é", 200) + "…",
	} {
		if got := OneLine(message); got != want {
			t.Errorf("%q: %q, want %q", message, got, want)
		}
	}
}
