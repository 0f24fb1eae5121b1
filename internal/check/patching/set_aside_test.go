package patching

import (
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/purpose"
)

// What is broken of a database in a folder of tests is of low severity; elsewhere, and of
// other verdicts, nothing is said of that.
func TestDatabasesOfTests(t *testing.T) {
	var folders purpose.Folders
	folders.Add(".", []string{"e2e/db.yaml", "prod/db.yaml"})
	p := &check.Pass{Estate: &estate.Estate{Folders: folders}}
	for _, x := range []struct {
		file     string
		verdict  finding.Verdict
		severity string
	}{
		{"e2e/db.yaml", finding.Broken, "low"},
		{"e2e/db.yaml", finding.Held, ""},
		{"prod/db.yaml", finding.Broken, ""},
		{"", finding.Broken, ""},
	} {
		j := check.Judgement{Verdict: x.verdict, Position: origin.Position{File: x.file}}
		setAside(p, &j)
		if j.Severity != x.severity || (j.Because != "") != (x.severity != "") {
			t.Errorf("%s, %s: %q, because %q", x.file, x.verdict, j.Severity, j.Because)
		}
	}
}
