package report

import (
	"testing"

	"github.com/onus-project/onus/internal/finding"
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

// What is deployed and was not read is told beside the numbers where it is no less than what was.
func TestNotReadWords(t *testing.T) {
	for _, c := range []struct {
		n         finding.NotRead
		workloads int
		want      string
	}{
		{finding.NotRead{Installed: 500, Applied: 1}, 163, "Much of what is deployed may not have been read: what 500 charts " +
			"that are installed and " +
			"1 object that applies others hold; 163 workloads were. The numbers above say nothing of the rest."},
		{finding.NotRead{Charts: 2}, 1, "Much of what is deployed may not have been read: what 2 charts that others depend on hold; " +
			"1 workload was. The numbers above say nothing of the rest."},
		{finding.NotRead{Installed: 2}, 3, ""},
		{finding.NotRead{Installed: 1}, 0, ""},
	} {
		if got := notReadWords(finding.Summary{NotRead: &c.n}, c.workloads); got != c.want {
			t.Errorf("%+v: %s", c.n, got)
		}
	}
	if got := notReadWords(finding.Summary{}, 0); got != "" {
		t.Error(got)
	}
}
