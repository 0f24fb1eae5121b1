package origin

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// Each folder is there once, the last one as well, whatever the way begins with.
func TestUpwards(t *testing.T) {
	for from, want := range map[string]string{
		"a/b/c": "a/b/c a/b a .", ".": ".", "/": "/", "/a/b": "/a/b /a /", "a": "a .", "../a": "../a .. .", "": " .",
	} {
		if got := strings.Join(slices.Collect(Upwards(from, path.Dir)), " "); got != want {
			t.Errorf("%q: %q, want %q", from, got, want)
		}
	}
	for at := range Upwards("a/b/c", path.Dir) {
		if at == "a" {
			break
		}
		if at == "." {
			t.Error("it goes on after the end of a loop")
		}
	}
}
