package report

import (
	"testing"

	"github.com/onus-project/onus/internal/finding"
)

// A copy is not told; the one that stands for it says how many more units have it, with those
// that state the object in another way.
func TestWithoutCopies(t *testing.T) {
	of := func(unit string) finding.Finding {
		return finding.Finding{Fingerprint: unit, Subject: finding.Subject{Unit: unit, Kind: "Deployment", Name: "web"}}
	}
	a, b, beside := of("a"), of("b"), of("a")
	b.CopyOf = "a"
	a.AlsoIn = []finding.Also{{Unit: "chart"}}
	beside.Subject.Name, beside.CopyOf, beside.Fingerprint = "api", "a", "c"
	a.Copies = []finding.Copy{{Subject: b.Subject, Fingerprint: "b"}, {Subject: beside.Subject, Fingerprint: "c"}}
	told, also := withoutCopies([]finding.Finding{b, a, beside, of("d")})
	if len(told) != 2 || told[0].Fingerprint != "a" || told[1].Fingerprint != "d" || len(also) != 1 || also["a"] != 2 {
		t.Errorf("%d are told, and %v", len(told), also)
	}
	if said := besideWords(&a); said != "and with it api Deployment" {
		t.Error(said)
	}
}
