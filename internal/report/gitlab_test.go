package report

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/report/published"
)

func gitlabIn(t *testing.T, f published.Findings) []gitlabIssue {
	t.Helper()
	var issues []gitlabIssue
	if err := json.Unmarshal([]byte(written(t, f, "gitlab", Screen{})), &issues); err != nil {
		t.Fatal(err)
	}
	return issues
}

func TestGitLab(t *testing.T) {
	f := someFindings()
	issues := gitlabIn(t, f)
	var got []string
	for _, x := range issues {
		got = append(got, fmt.Sprintf("%s %s %s:%d", x.Severity, x.Check, x.Location.Path, x.Location.Lines.Begin))
	}
	want := []string{
		"critical pdb-never-allows charts/web/templates/web.yaml:12", "major pdb-missing shop/Deployment/web:1",
		"minor single-replica charts/web/templates/web.yaml:12", "info drain-dodger charts/web/templates/web.yaml:12",
		"info unreadable broken.yaml:3", "info unreadable charts/web:1", "info unread pods:1",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("issues are\n%s, want\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	said := "shop/web Deployment: no eviction is ever allowed. The drain waits. Then all pods go. " +
		"Leads to survives-replacement: 0 of 3 pods are left. Fix: allow one eviction at a time (charts/web/values.yaml:3). --set pdb.max=1"
	if issues[0].Description != said {
		t.Errorf("it says %q, want %q", issues[0].Description, said)
	}
	if issues[0].Fingerprint != f.Findings[0].Fingerprint {
		t.Error("the fingerprint is not that of the finding")
	}
}

// GitLab takes issues of one fingerprint for one; objects that differ in a
// generated name share it.
func TestGitLabFingerprintsAreUnique(t *testing.T) {
	x := someFindings().Findings[0]
	issues := gitlabIn(t, published.Findings{Findings: []finding.Finding{x, x, x}})
	if issues[0].Fingerprint != x.Fingerprint || issues[1].Fingerprint != x.Fingerprint+"-2" || issues[2].Fingerprint != x.Fingerprint+"-3" {
		t.Errorf("%+v", issues)
	}
}

// What could not be read is known again when lines move.
func TestGitLabKnowsUnreadableFilesAgain(t *testing.T) {
	f := someFindings()
	before := gitlabIn(t, f)[4].Fingerprint
	f.Unreadable[0].Line = 99
	if after := gitlabIn(t, f)[4].Fingerprint; after != before {
		t.Error("it has another fingerprint on another line")
	}
	f.Unreadable[0].Reason = "else"
	if after := gitlabIn(t, f)[4].Fingerprint; after == before {
		t.Error("another reason has the same fingerprint")
	}
}

func TestGitLabOfNothing(t *testing.T) {
	if got := written(t, published.Findings{}, "gitlab", Screen{}); got != "[]\n" {
		t.Errorf("%q", got)
	}
}
