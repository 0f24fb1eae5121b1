package report

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

func TestGitHub(t *testing.T) {
	got := written(t, someFindings(), "github", Screen{})
	want := strings.Join([]string{
		"::error file=charts/web/templates/web.yaml,line=12,title=pdb-never-allows (high)%3A shop/web Deployment::" +
			"No eviction is ever allowed.%0AThe drain waits. Then all pods go.%0A" +
			"Leads to survives-replacement: 0 of 3 pods are left.%0A" +
			"Fix: allow one eviction at a time (charts/web/values.yaml:3).%0A--set pdb.max=1",
		"::warning title=pdb-missing (medium)%3A shop/web Deployment::No eviction is ever allowed.",
		"::notice file=charts/web/templates/web.yaml,line=12,title=single-replica (low)%3A shop/web Deployment::No eviction is ever allowed.",
		"::notice file=broken.yaml,line=3,title=could not be read::Is no YAML.%0AHint: mend it",
		"::notice file=charts/web,title=could not be read::X.",
		"::notice title=could not be read::Pods could not be read: forbidden; allow list on pods.",
		"::notice file=charts/web/templates/web.yaml,line=12,title=drain-dodger (unknown)%3A shop/web Deployment::No eviction is ever allowed.",
		"3 broken (1 high, 1 medium, 1 low), 1 unknown, 1 held, 1 waived, 2 could not be read",
		"",
	}, "\n")
	if got != want {
		t.Errorf("printed\n%s\nwant\n%s", got, want)
	}
}

// GitHub unescapes %25, %0D and %0A everywhere, and %3A and %2C in properties.
func TestGitHubEscapes(t *testing.T) {
	got := githubLine("error", origin.Position{File: "a,b:c%.yaml", Line: 1}, "x: y, 100%", []string{"50% of 3, at 12:00", "::warning::"})
	want := "::error file=a%2Cb%3Ac%25.yaml,line=1,title=x%3A y%2C 100%25::50%25 of 3, at 12:00%0A::warning::"
	if got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
