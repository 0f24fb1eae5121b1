package report

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

// What one edit mends together is told in one entry, in short as well; and beside what comes
// of the finding, which is told as that.
func TestWhatIsMendedTogether(t *testing.T) {
	web, pdb := finding.Subject{Kind: "Deployment", Name: "web"}, finding.Subject{Kind: "PodDisruptionBudget", Name: "web"}
	x := finding.Finding{Obligation: "pdb-missing", Severity: "medium", Verdict: finding.Broken, Subject: web, Message: "no PDB covers it",
		LeadsTo: []finding.Outcome{
			{Obligation: "pdb-orphan", Verdict: finding.Broken, Subject: pdb, Message: "selects nothing", Also: true},
			{Obligation: "survives-replacement", Verdict: finding.Unknown, Subject: web, Message: "not proven safe"},
		}}
	full := briefly(t, published.Findings{Findings: []finding.Finding{x}}, Screen{Width: 100})
	for _, want := range []string{
		"also pdb-orphan: PodDisruptionBudget web: selects nothing.", "leads to survives-replacement: Not proven safe.",
	} {
		if !strings.Contains(full, want) {
			t.Errorf("lacks %q:\n%s", want, full)
		}
	}
	if got := alsoWords(&x); got != "Also pdb-orphan: PodDisruptionBudget web: selects nothing." {
		t.Error(got)
	}
	got := paragraphs(&x)
	if got[1] != "Also pdb-orphan: web PodDisruptionBudget: selects nothing." || !strings.HasPrefix(got[2], "Leads to ") {
		t.Error(got)
	}
}
