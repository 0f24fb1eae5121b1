package remedy_test

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check/table"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/remedy"
)

const (
	never = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {maxUnavailable: 0, " +
		"selector: {matchLabels: {app: web}}}\n"
	base      = "resources: [web.yaml, pdb.yaml]\n"
	onTop     = "resources: [../base]\n"
	withPatch = onTop + "patches: [{path: patch.yaml}]\n"
)

// The fix of what a kustomization builds stands where it counts: in the base, or in
// the patch that sets the field; and where neither is known to do it, no change is
// given. No other unit of the base gets a finding by it.
func TestFixesOfKustomizations(t *testing.T) {
	patch := func(spec string) string {
		return "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web}\nspec: {" + spec + "}\n"
	}
	allows := strings.Replace(never, "maxUnavailable: 0", "maxUnavailable: 1", 1)
	for name, x := range map[string]struct {
		files map[string]string
		in    string // the file of its one change; empty for none
		says  string
	}{
		"the base alone": {map[string]string{"base/pdb.yaml": never, "live/kustomization.yaml": onTop}, "base/pdb.yaml", ""},
		"a patch that sets it": {map[string]string{
			"base/pdb.yaml":           allows,
			"live/kustomization.yaml": withPatch,
			"live/patch.yaml":         patch("maxUnavailable: 0"),
		},
			"live/patch.yaml", ", in the patch that sets it"},
		"a patch that sets it again": {map[string]string{
			"base/pdb.yaml":           never,
			"live/kustomization.yaml": withPatch,
			"live/patch.yaml":         patch("maxUnavailable: 0"),
		},
			"live/patch.yaml", ", in the patch that sets it"},
		"a patch of something else": {map[string]string{"base/pdb.yaml": never, "live/kustomization.yaml": withPatch,
			"live/patch.yaml": "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: web, annotations: {maxUnavailable: x}}\n"},
			"base/pdb.yaml", ""},
		"a prefix": {map[string]string{
			"base/pdb.yaml":           allows,
			"live/kustomization.yaml": withPatch + "namePrefix: my-\n",
			"live/patch.yaml":         patch("maxUnavailable: 0"),
		},
			"live/patch.yaml", ", in the patch that sets it"},
		"another object of that name": {map[string]string{"base/pdb.yaml": never, "live/kustomization.yaml": "resources: [../base, ../other]\n",
			"other/kustomization.yaml": "resources: [pdb.yaml]\nnamePrefix: other-\n", "other/pdb.yaml": strings.Replace(never, "app: web", "app: x",
				1)}, "base/pdb.yaml", ""},
		"a patch in the kustomization itself": {map[string]string{"base/pdb.yaml": never,
			"live/kustomization.yaml": onTop +
				"patches: [{target: {kind: PodDisruptionBudget, name: web}, patch: '[{op: replace, path: /spec/maxUnavailable, value: 0}]'}]\n"},
			"", "(which of its patches does so is not known)"},
		"patches of it and of another object in the kustomization itself": {map[string]string{"base/pdb.yaml": never,
			"live/kustomization.yaml": onTop + "patches:\n- target: {kind: PodDisruptionBudget, name: web}\n" +
				"  patch: '[{op: add, path: /metadata/labels, value: {a: b}}]'\n" +
				"- target: {kind: PodDisruptionBudget, name: other}\n  patch: '[{op: replace, path: /spec/maxUnavailable, value: 0}]'\n"},
			"base/pdb.yaml", ""},
		"another unit that the base is good for": {map[string]string{"base/pdb.yaml": strings.Replace(never, "maxUnavailable: 0",
			"minAvailable: 2", 1), "live/kustomization.yaml": onTop,
			"big/kustomization.yaml": withPatch + "replicas: [{name: web, count: 4}]\n", "big/patch.yaml": patch("minAvailable: 3")},
			"", ", in a patch of this kustomization: its files are built by"},
	} {
		t.Run(name, func(t *testing.T) {
			files := maps.Clone(x.files)
			files["base/kustomization.yaml"], files["base/web.yaml"] = base, deployed("web", "2")
			fix := fixIn(t, "pdb-never-allows", files, func(u *estate.Unit) bool { return filepath.Base(u.Path) == "live" })
			var at []string
			for _, c := range fix.Changes {
				at = append(at, c.Position.File)
				if strings.HasSuffix(c.Position.File, "patch.yaml") &&
					(c.Action != finding.Patch || !strings.Contains(c.Manifest(), "maxUnavailable: 1") || c.Object.Name != "web") {
					t.Errorf("%s of %s:\n%s", c.Action, c.Object, c.Manifest())
				}
			}
			if x.in == "" && len(at) > 0 || x.in != "" && (len(at) != 1 || !strings.HasSuffix(at[0], x.in)) ||
				!strings.Contains(fix.Summary, x.says) {
				t.Errorf("%q in %v, want %q in %s", fix.Summary, at, x.says, x.in)
			}
		})
	}
}

// What its author wants alone gets no second replica.
func TestFixOfWhatIsWantedAlone(t *testing.T) {
	web := strings.Replace(deployed("web", "1"), "replicas: 1", "replicas: 1 # THIS SHOULD STRICTLY BE 1", 1)
	fix := fixIn(t, "single-replica", map[string]string{"web.yaml": web}, func(*estate.Unit) bool { return true })
	if len(fix.Changes) > 0 || !strings.Contains(fix.Summary, `because its manifest says "THIS SHOULD STRICTLY BE 1"`) {
		t.Errorf("%+v", fix)
	}
	fix = fixIn(t, "pdb-never-allows", map[string]string{"web.yaml": web, "pdb.yaml": never}, func(*estate.Unit) bool { return true })
	if len(fix.Changes) != 1 || fix.Changes[0].Object.Kind != "PodDisruptionBudget" ||
		!strings.Contains(fix.Summary, "allow the eviction of its only pod, because") {
		t.Errorf("%+v", fix)
	}
}

// Nor does what runs as a controller of which nothing tells that one of two leads.
func TestFixOfAControllerThatIsWantedAlone(t *testing.T) {
	web := strings.Replace(deployed("web", "1"), "replicas: 1", "replicas: 1 # singleton", 1)
	web = strings.Replace(web, "image: i,", "image: i, command: [/manager],", 1)
	fix := fixIn(t, "single-replica", map[string]string{"web.yaml": web}, func(*estate.Unit) bool { return true })
	if !strings.Contains(fix.Summary, `because its manifest says "singleton"`) {
		t.Errorf("%+v", fix)
	}
}

// A file is read once for all findings on what stands in it.
func TestFilesAreReadOnce(t *testing.T) {
	var all strings.Builder
	for i := range 20 {
		all.WriteString("---\n" + deployed(fmt.Sprintf("web-%d", i), "1"))
	}
	c, u, findings := checked(t, map[string]string{"all.yaml": all.String()}, func(*estate.Unit) bool { return true })
	reads := map[string]int{}
	read := func(file string) ([]byte, error) {
		reads[filepath.Base(file)]++
		return os.ReadFile(file)
	}
	remedy.New(c, table.All(), u.units, read).Fit(t.Context(), u.Unit, findings)
	if reads["all.yaml"] != 1 {
		t.Errorf("%v", reads)
	}
}
