package patching

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/source"
)

// Where the customer patches, and has not, rotating comes with that finding: it is the second half of its fix.
func TestRotationIsToldWithThePatch(t *testing.T) {
	const rows = "name,product,version,offering\na,mongodb,8.0.16,mongodb-community\n"
	result := lookFor(t, source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(rows)}, RolloutWithinPatchTarget, flaws(t))
	if len(result.Findings) != 1 || result.Findings[0].Verdict != finding.Broken || len(result.Findings[0].LeadsTo) != 1 ||
		result.Findings[0].LeadsTo[0].Obligation != RotateSecretsAfterLeak.ID {
		t.Errorf("%+v", result.Findings)
	}
}

// A manifest says what is to run. Whether anything else ever did nobody knows, and nothing is said of its secrets until
// it asks for what has the flaw.
func TestRotationOfWhatManifestsAskFor(t *testing.T) {
	for name, x := range map[string]struct {
		instance database.Instance
		said     bool
	}{
		"a custom resource":          {database.Instance{Version: "8.0.17", Custom: true}, false},
		"wanted by Ops Manager":      {database.Instance{Version: "8.0.17", Wanted: true}, false},
		"known to run":               {database.Instance{Version: "8.0.17"}, true},
		"its version is not told":    {database.Instance{}, true},
		"a custom resource that has": {database.Instance{Version: "8.0.16", Custom: true}, false}, // told with the patch
	} {
		x.instance.Name, x.instance.Product, x.instance.Offering = "a", "mongodb", "mongodb-community"
		said, not := byFlaws(t, RotateSecretsAfterLeak, database.Estate{Instances: []database.Instance{x.instance}}, flaws(t))
		if len(said) > 0 != x.said || not != (!x.said) {
			t.Errorf("%s: %q, not looked at: %t", name, said, not)
		}
	}
	if _, not := by(t, RotateSecretsAfterLeak, wanted("8.0.17")); !not {
		t.Error("without advisories it counts as looked at")
	}
}
