package report

import (
	"testing"

	"github.com/onus-project/onus/internal/report/published"
)

// A cluster is called by its name, so that nobody takes one for another.
func TestReadFrom(t *testing.T) {
	for want, r := range map[string]published.Read{
		"0 files":                      {},
		"2 files":                      {Files: 2},
		"cluster prod":                 {Clusters: 1, Contexts: []string{"prod"}},
		"this cluster":                 {Clusters: 1},
		"cluster prod and 1 file":      {Clusters: 1, Contexts: []string{"prod"}, Files: 1},
		"1 file (prod)":                {Contexts: []string{"prod"}, Files: 1},
		"cluster a and 2 files (b, c)": {Clusters: 1, Contexts: []string{"a", "b", "c"}, Files: 2},
	} {
		if got := readFrom(r); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
