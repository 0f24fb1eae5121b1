package contract

import "testing"

// What users report of a refusal is not what the provider says, and one form of PDBs is not
// another.
func TestRefusals(t *testing.T) {
	some := []Terms{{}, {Preflight: NoneUnavailable, PreflightReported: AllAvailable}}
	for name, x := range map[string]struct {
		terms            []Terms
		form             Preflight
		stated, reported bool
	}{
		"stated":   {some, NoneUnavailable, true, false},
		"reported": {some, AllAvailable, false, true},
		"neither":  {some[:1], AllAvailable, false, false},
	} {
		c := Contract{Terms: x.terms}
		if stated, reported := c.Refuses(x.form); stated != x.stated || reported != x.reported {
			t.Errorf("%s: stated %t, reported %t", name, stated, reported)
		}
	}
}

// The policy of a trigger has both, whatever else it has.
func TestPolicyHasTheRefusals(t *testing.T) {
	p := PolicyOf(&Contract{}, Terms{Trigger: Upgrade, Preflight: NoneUnavailable, PreflightReported: AllAvailable}, Settings{})
	if p.Preflight != NoneUnavailable || p.PreflightReported != AllAvailable {
		t.Errorf("%q and %q", p.Preflight, p.PreflightReported)
	}
}
