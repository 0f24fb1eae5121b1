package remedy_test

import (
	"os"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/remedy"
)

// What the values of a chart say of the budget of a chart within it counts for that budget, and for no other one.
func TestMeantByValuesOfAWrapper(t *testing.T) {
	budget := func(name, values string) string {
		return "{{ if .Values." + values + ".pdb.enabled }}\napiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: " + name +
			"}\nspec:\n  minAvailable: 1\n  selector: {matchLabels: {app: " + name + "}}\n{{ end }}\n"
	}
	front := map[string]string{
		"Chart.yaml":            "apiVersion: v2\nname: front\nversion: 1.0.0\n",
		"values.yaml":           "server:\n  pdb: {enabled: false}\nworker:\n  pdb: {enabled: false}\n",
		"templates/web.yaml":    deployed("web", "1"),
		"templates/worker.yaml": deployed("worker", "1"),
		"templates/a.yaml":      budget("web", "server"), "templates/b.yaml": budget("worker", "worker"),
	}
	for name, x := range map[string]struct {
		values string
		line   int // of the evidence; 0 for what is not meant
	}{
		"at its own values": {"front:\n  server:\n    # blocks evictions on purpose\n    pdb:\n      enabled: true\n" +
			"  worker:\n    pdb: {enabled: true}\n", 4},
		"at those of another": {"front:\n  server:\n    pdb:\n      enabled: true\n" +
			"  worker:\n    # blocks evictions on purpose\n    pdb: {enabled: true}\n", 0},
		"behind the key":            {"front:\n  server:\n    pdb: {enabled: true} # drain protection\n", 3},
		"that it is to be mended":   {"front:\n  server:\n    # blocks evictions. TODO: two replicas\n    pdb: {enabled: true}\n", 0},
		"of what else does not so":  {"front:\n  server:\n    # allows 0 evictions. Rollouts do not use them.\n    pdb: {enabled: true}\n", 4},
		"nothing, but of something": {"front:\n  # blocks evictions\n  server:\n    pdb: {enabled: true}\n", 0},
	} {
		t.Run(name, func(t *testing.T) {
			c, u, findings := checked(t, map[string]string{
				"Chart.yaml":             "apiVersion: v2\nname: shop\nversion: 1.0.0\ndependencies: [{name: front, version: 1.0.0}]\n",
				"values.yaml":            x.values,
				"charts/front-1.0.0.tgz": archived(t, "front", front),
			}, func(u *estate.Unit) bool { return u.Chart != nil })
			remedy.New(c, table.All(), u.units, os.ReadFile).Fit(t.Context(), u.Unit, findings)
			for _, f := range findings {
				if f.Obligation != "pdb-never-allows" || f.Subject.Name != "web" {
					continue
				}
				meant, last := strings.Contains(f.SeverityBecause, "its values say "), f.Evidence[len(f.Evidence)-1]
				if meant != (x.line > 0) || meant && (last.Line != x.line || !strings.HasSuffix(last.File, "values.yaml") || f.Severity != "low") {
					t.Errorf("%s because %q, %+v", f.Severity, f.SeverityBecause, last)
				}
				return
			}
			t.Fatalf("no such finding: %+v", findings)
		})
	}
}
