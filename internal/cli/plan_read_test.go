package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A plan is read as other files are: what has no end is refused.
func TestPlansAreReadWithinBounds(t *testing.T) {
	sparse := filepath.Join(t.TempDir(), "plan.json")
	if err := os.WriteFile(sparse, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(sparse, 10<<30); err != nil {
		t.Fatal(err)
	}
	for file, want := range map[string]string{
		sparse: "has more than 256 MiB", "/dev/zero": "has more than 256 MiB", t.TempDir(): "is a directory, wants a file",
	} {
		if _, err := readPlan(file); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", file, err, want)
		}
	}
}
