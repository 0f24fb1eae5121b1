package remedy

import (
	"io/fs"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
)

// A PDB whose author writes that it is to stop evictions is meant; one that is to keep
// a service up may be a mistake.
func TestMeantToNeverAllow(t *testing.T) {
	const object = "kind: PodDisruptionBudget\nspec:\n  minAvailable: 1\n"
	for _, x := range []struct {
		template, values string
		line             int
		meant            bool
	}{
		{template: object, line: 1},
		{template: "# minAvailable 1 blocks voluntary evictions\n# so that the operator times the outage\n" + object, line: 3, meant: true},
		{template: strings.Replace(object, "  min", "  # Blocks node drains:\n  # we move it by hand.\n  min", 1), line: 1, meant: true},
		{template: strings.Replace(object, ": 1", ": 1 # evict manually", 1), line: 1, meant: true},
		{template: strings.Replace(object, ": 1", ": 1 # intentionally no disruption", 1), line: 1, meant: true},
		{template: strings.Replace(object, ": 1", ": 1 # keep one available during voluntary disruptions", 1), line: 1},
		{template: strings.Replace(object, ": 1", ": 1 # prevents disruption while nodes are drained", 1), line: 1},
		{template: strings.Replace(object, ": 1", ": 1 # the port is set manually", 1), line: 1},
		{template: strings.Replace(object, ": 1", ": 1 # This PDB must not block node drains.", 1), line: 1},
		{template: strings.Replace(object, ": 1", ": 1 # Do not block voluntary disruptions", 1), line: 1},
		{template: strings.Replace(object, ": 1", ": 1 # Known problem: this blocks drains.", 1), line: 1},
		{template: strings.Replace(object, ": 1", ": 1 # Allows drains without manual work.", 1), line: 1},
		{template: strings.Replace(object, ": 1", ": 1 # allows 0 voluntary evictions. Rollouts do not evict.", 1), line: 1, meant: true},
		{template: strings.Replace(object, ": 1", ": 1 # drain protection", 1), line: 1, meant: true},
		{template: strings.Replace(object, ": 1", ": 1 # Blocks drains. We do not want that.", 1), line: 1},
		{template: strings.Replace(object, ": 1", ": 1 # Blocks drains. A known bug.", 1), line: 1},
		{template: strings.Replace(object, ": 1", ": 1 # allows 10 evictions a minute", 1), line: 1},
		{template: object, line: 1, values: "worker:\n  # blocks drains on purpose\n  pdb: {}\nshop:\n  pdb: {}\n"},
		{template: object + "---\n# deliberately blocks evictions\nkind: PodDisruptionBudget\n", line: 1},
		{template: object, line: 1, values: "# ------\n# With one replica this blocks voluntary\n# disruptions.\n# ------\npdb:\n" +
			"  enabled: true\n", meant: true},
		{template: object, line: 1, values: "shop:\n  podDisruptionBudget: {} # blocks drains\n", meant: true},
		{template: object, line: 1, values: "# blocks voluntary disruptions\nother: 1\n\npdb: {}\n"},
	} {
		read := func(file string) ([]byte, error) {
			text, is := map[string]string{"shop/templates/pdb.yaml": x.template, "shop/values.yaml": x.values}[file]
			if !is {
				return nil, fs.ErrNotExist
			}
			return []byte(text), nil
		}
		fitter := New(nil, nil, nil, read)
		f := &finding.Finding{Obligation: "pdb-never-allows", Position: origin.Position{File: "shop/templates/pdb.yaml", Line: x.line}}
		fix, why := fitter.meant(t.Context(), nil, f)
		if (fix != nil) != x.meant || fix != nil && !fix.AcceptOnly || strings.HasPrefix(why, "its manifest says ") != x.meant {
			t.Errorf("%q with values %q: %+v because %s", x.template, x.values, fix, why)
		}
		f.Obligation = "single-replica"
		if fix, _ := fitter.meant(t.Context(), nil, f); fix != nil {
			t.Errorf("%q: of another finding", x.template)
		}
	}
}
