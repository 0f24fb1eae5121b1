package report

import (
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// How many more units have what is told counts those that build the same file, and those
// that state the object in another way.
func TestCopiesAndOtherWays(t *testing.T) {
	said := func(unit, severity string, also ...finding.Also) finding.Finding {
		return finding.Finding{
			Obligation: "single-replica", Verdict: finding.Broken, Severity: severity, Fingerprint: unit, AlsoIn: also,
			Subject: finding.Subject{Unit: unit, Kind: "Deployment", Name: "web"}, Position: origin.Position{File: "web.yaml", Line: 1},
		}
	}
	chart := finding.Also{Unit: "chart"}
	for name, c := range map[string]struct {
		all  []finding.Finding
		told string
		more int
	}{
		"one":                           {[]finding.Finding{said("a", "low")}, "a", 0},
		"one that stands elsewhere":     {[]finding.Finding{said("a", "low", chart)}, "a", 1},
		"two of one file":               {[]finding.Finding{said("a", "low"), said("b", "low")}, "a", 1},
		"two, the first elsewhere":      {[]finding.Finding{said("a", "low", chart), said("b", "low")}, "a", 2},
		"two, the graver one as well":   {[]finding.Finding{said("a", "low"), said("b", "high", chart)}, "b", 2},
		"two, each of them elsewhere":   {[]finding.Finding{said("a", "low", chart), said("b", "low", chart, chart)}, "a", 4},
		"three, the last one elsewhere": {[]finding.Finding{said("a", "low"), said("b", "low"), said("c", "low", chart)}, "a", 3},
	} {
		told, also := withoutCopies(c.all)
		if len(told) != 1 || told[0].Fingerprint != c.told || also[c.told] != c.more {
			t.Errorf("%s: %d told, and %v more", name, len(told), also)
		}
	}
}

// What stands in the same place of folders beside each other is told once; what lies
// deeper, in another file, or is called otherwise is another thing.
func TestCopiesBesides(t *testing.T) {
	said := func(unit, file, name string) finding.Finding {
		return finding.Finding{
			Obligation: "pdb-missing", Verdict: finding.Broken, Severity: "high", Fingerprint: unit + name,
			Subject: finding.Subject{Unit: unit, Namespace: unit, Kind: "Deployment", Name: name}, Position: origin.Position{File: file, Line: 1},
		}
	}
	for name, x := range map[string]struct {
		file, called string
		want         int
	}{
		"beside it":          {"teams/b/web/all.yaml", "web", 1},
		"the same file":      {"teams/a/web/all.yaml", "web", 1},
		"of another name":    {"teams/b/web/all.yaml", "api", 2},
		"another file":       {"teams/b/web/some.yaml", "web", 2},
		"of two other names": {"others/b/web/all.yaml", "web", 2},
		"deeper":             {"teams/b/c/web/all.yaml", "web", 2},
	} {
		told, _ := withoutCopies([]finding.Finding{said("a", "teams/a/web/all.yaml", "web"), said("b", x.file, x.called)})
		if len(told) != x.want {
			t.Errorf("%s: %d are told, want %d", name, len(told), x.want)
		}
	}
}
