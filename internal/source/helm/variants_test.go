package helm

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// Files of values for environments and for trials are told by their names, once
// each, and whatever the directory is called.
func TestMatching(t *testing.T) {
	dir := t.TempDir()
	for _, chart := range []string{"plain", "st*r", "wh?t", "[abc]", `back\slash`} {
		unittest.Unpack(t, filepath.Join(dir, chart), files("-- values.yaml --\n-- values-b.yaml --\n-- values-a.yml --\n-- values.c.yaml --\n"+
			"-- values.d.yml --\n-- values-e.json --\n-- my-values-f.yaml --\n-- values-dir.yaml/x --\n-- ci/x-values.yaml --\n"+
			"-- ci/values-y.yaml --\n-- ci/sub/z-values.yaml --\n"))
	}
	unittest.Unpack(t, filepath.Join(dir, "star"), files("-- values-other.yaml --\n"))
	unittest.Unpack(t, filepath.Join(dir, "a"), files("-- values-other.yaml --\n"))
	in := unittest.Tree(t, dir)
	for _, chart := range []string{"plain", "st*r", "wh?t", "[abc]", `back\slash`} {
		at := filepath.Join(dir, chart)
		for what, patterns := range map[string][]string{
			"values-a.yml values-b.yaml values.c.yaml values.d.yml": environments, "ci/x-values.yaml": trials,
			"values-b.yaml": {"values-b.yaml", "values-*.yaml"}, "": {"none-*"},
		} {
			var got []string
			for _, f := range matching(in, at, patterns) {
				got = append(got, strings.TrimPrefix(f, at+string(filepath.Separator)))
			}
			if s := strings.Join(got, " "); s != what {
				t.Errorf("%s: %s, want %s", chart, s, what)
			}
		}
	}
}

// What a chart is only checked with is no file of values for where it runs, and a schema is none at all.
func TestOfDeployments(t *testing.T) {
	for given, want := range map[string]string{
		"values-prod.yaml values.lint.yaml":            "values-prod.yaml; values.lint.yaml",
		"values.ci.yaml values-e2e.yml":                "; values.ci.yaml values-e2e.yml",
		"values-kubeconform.yaml values-unittest.yaml": "; values-kubeconform.yaml values-unittest.yaml",
		"values-test.yaml":                             "; values-test.yaml",
		"values-prod.yaml values-test.yaml":            "values-prod.yaml values-test.yaml; ",
		"values-cia.yaml values-linter-api.yaml":       "values-cia.yaml; values-linter-api.yaml",
		"values-latest.yaml":                           "values-latest.yaml; ",
		"":                                             "; ",
	} {
		installed, checked := ofDeployments(strings.Fields(given))
		if got := strings.Join(installed, " ") + "; " + strings.Join(checked, " "); got != want {
			t.Errorf("%s: %s, want %s", given, got, want)
		}
	}
	dir := t.TempDir()
	unittest.Unpack(t, dir, files("-- values.schema.yaml --\n-- values-a-schema.yml --\n-- values.schemas.yaml --\n-- values-b.yaml --\n"))
	if got := matching(unittest.Tree(t, dir), dir, environments); len(got) != 2 {
		t.Errorf("%s, want those of b and schemas", got)
	}
}

// Two renderings are told apart by what onus looks at.
func TestContent(t *testing.T) {
	release := func(documents ...string) *Release {
		r := &Release{}
		for _, d := range documents {
			r.Documents = append(r.Documents, Document{Data: []byte(d)})
		}
		return r
	}
	const deployment, service = "kind: Deployment\nmetadata: {name: a}\nspec: {replicas: 1}\n",
		"kind: Service\nmetadata: {name: a, namespace: n}\n"
	base := release(deployment, service)
	for _, c := range []struct {
		name             string
		other            *Release
		content, objects bool // the same as those of base
	}{
		{"the same", release(deployment, service), true, true},
		{"in another order", release(service, deployment), true, true},
		{"another kind", release(deployment, service, "kind: Example\nmetadata: {name: a}\n"), true, true},
		{"a list", release(deployment, service, "kind: List\nitems: []\n"), false, true},
		{"an Application", release(deployment, service, "kind: Application\n"), false, true},
		{"an ApplicationSet", release(deployment, service, "kind: ApplicationSet\n"), false, true},
		{"a Kustomization", release(deployment, service, "kind: Kustomization\n"), false, true},
		{"a HelmRelease", release(deployment, service, "kind: HelmRelease\n"), false, true},
		{"no kind", release(deployment, service, "a: b\n"), false, true},
		{"other replicas", release(strings.Replace(deployment, "1", "2", 1), service), false, true},
		{"another name", release(strings.Replace(deployment, "name: a", "name: b", 1), service), false, false},
		{"another namespace", release(deployment, strings.Replace(service, "namespace: n", "namespace: m", 1)), false, false},
		{"one less", release(deployment), false, false},
		{"one more", release(deployment, service, "kind: StatefulSet\nmetadata: {name: a}\n"), false, false},
		{"none", release(), false, false},
		{"a fault", release(deployment, service, "kind: Deployment\na: ]\n"), false, true},
	} {
		if got := c.other.content() == base.content(); got != c.content {
			t.Errorf("%s: the same content: %t", c.name, got)
		}
		if got := c.other.objects() == base.objects(); got != c.objects {
			t.Errorf("%s: the same objects: %t", c.name, got)
		}
	}
}

// Checksums by which pods restart are no difference.
func TestWithoutChecksums(t *testing.T) {
	for text, want := range map[string]string{
		"a: b\n  checksum/config: 123\nc: d\n":                  "a: b\nc: d\n",
		"  \"checksum/secret\": x\n  'checksum/a': y\n":         "",
		"my-checksum/config: x\nchecksum: y\nchecksum/config\n": "my-checksum/config: x\nchecksum: y\nchecksum/config\n",
		"": "",
	} {
		if got := withoutChecksums([]byte(text)); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// A file of values whose chart cannot be rendered with it, or changes nothing in
// spite of it, is a unit only as far as there is something to say.
func TestVariants(t *testing.T) {
	for _, c := range []struct{ name, chart, want string }{
		{"the chart needs values that no file gives",
			"-- chart/values-a.yaml --\nb: c\n-- chart/templates/a.yaml --\nkind: Service\n" +
				"metadata: {name: {{ required \"a host\" .Values.host }}}\n",
			"chart (chart, chart, owns chart): 1 of 1 files; chart/templates/a.yaml:2 does not render: a host\nchart/values-a.yaml (chart, " +
				"chart/values-a.yaml, owns chart): 1 of 1 files; chart/templates/a.yaml:2 does not render: a host\n"},
		{"a file that is none of values", "-- chart/values-a.yaml --\n- a\n-- chart/templates/a.yaml --\nkind: Service\nmetadata: {name: a}\n",
			"chart (chart, chart, owns chart): 1 of 1 files\nchart/values-a.yaml (chart, chart/values-a.yaml, owns chart): 0; " +
				"chart/values-a.yaml:0 is no file of values: it holds a list or a single value where keys are wanted\n"},
		{"two files that say the same", "-- chart/values-a.yaml --\nreplicas: 2\n-- chart/values-b.yaml --\nreplicas: 2\n" +
			"-- chart/templates/a.yaml --\nkind: Deployment\nmetadata: {name: a}\nspec: {replicas: {{ .Values.replicas }}}\n",
			"chart (chart, chart, owns chart): 1 of 1 files\nchart/values-a.yaml (chart, chart/values-a.yaml, owns chart): 1 of 1 files\n"},
		{"trials of the same objects", "-- chart/values-a.yaml --\nreplicas: 2\n-- chart/ci/b-values.yaml --\nreplicas: 3\n" +
			"-- chart/ci/c-values.yaml --\nname: other\n-- chart/templates/a.yaml --\nkind: Deployment\n" +
			"metadata: {name: {{ .Values.name | default \"a\" }}}\nspec: {replicas: {{ .Values.replicas }}}\n",
			"chart (chart, chart, owns chart): 1 of 1 files\nchart/values-a.yaml (chart, chart/values-a.yaml, owns chart): 1 of 1 files\n" +
				"chart/ci/c-values.yaml (chart, chart/ci/c-values.yaml, owns chart): 1 of 1 files\n"},
		{"what is no chart", "-- chart/values-a.yaml --\n-- chart/templates/a.yaml --\n{{ .Values.a.b }}\n-- chart/values.yaml --\n- a\n",
			"chart (chart, chart, owns chart): 0; chart/values.yaml:0 is not what Helm loads: it holds a list or a single value where keys are " +
				"wanted\nchart/values-a.yaml (chart, chart/values-a.yaml, owns chart): 0; chart/values.yaml:0 is not what Helm loads: " +
				"it holds a list or a single value where keys are wanted\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := unpacked(t, files(minimal+c.chart))
			if got := units(t, unittest.Tree(t, dir), Given{}); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

// A chart that its maintainers gave up says so.
func TestDeprecated(t *testing.T) {
	for text, want := range map[string]bool{"deprecated: true\n": true, "deprecated: false\n": false, "": false, "deprecated: 'x'\n": false} {
		dir := unpacked(t, files(minimal+text))
		if got := Units(Given{})(t.Context(), unittest.Tree(t, dir)); len(got) != 1 || got[0].Deprecated != want {
			t.Errorf("%q: %+v", text, got)
		}
	}
	dir := unpacked(t, files(minimal))
	in := unittest.Tree(t, dir)
	if err := os.Remove(filepath.Join(dir, "chart", ChartFile)); err != nil {
		t.Fatal(err)
	}
	if deprecated(in, filepath.Join(dir, "chart")) {
		t.Error("a chart that is gone is deprecated")
	}
}

// Directories stand in one another by whole names.
func TestInside(t *testing.T) {
	for _, c := range []struct {
		dir, p string
		want   bool
	}{
		{"a", "a/b", true}, {"a", "a/b/c", true}, {".", "a", true}, {"/", "/a", true}, {"a/", "a/b", true},
		{"a", "a", false}, {"a", "a/", false}, {".", ".", false}, {"a", "ab", false}, {"a/b", "a", false}, {"a", "b/a", false}, {"/", "/", false},
	} {
		if got := inside(c.dir, c.p); got != c.want {
			t.Errorf("%s in %s: %t", c.p, c.dir, got)
		}
	}
}

// Jobs and Pods of hooks are over before anything happens to a node.
func TestBuiltWithoutHooks(t *testing.T) {
	r := &Release{}
	for _, d := range []struct {
		kind, hook string
	}{{"Job", ""}, {"Job", "pre-install"}, {"Pod", "post-install"}, {"Pod", ""}, {"Deployment", "post-install"}} {
		r.Documents = append(r.Documents, Document{Data: []byte("kind: " + d.kind + "\n# " + d.hook), File: d.kind + ".yaml", Line: 3,
			Hook: d.hook})
	}
	b := r.built()
	var got []string
	for _, d := range b.Documents {
		got = append(got, strings.ReplaceAll(string(d.Bytes), "\n", " "))
		if d.Line != 3 || d.File == "" {
			t.Errorf("%s stands on %s:%d", d.Bytes, d.File, d.Line)
		}
	}
	if s := strings.Join(got, ","); s != "kind: Job # ,kind: Pod # ,kind: Deployment # post-install" {
		t.Errorf("built %s", s)
	}
	if s := strings.Join(b.Files, " "); s != "Job.yaml Pod.yaml Deployment.yaml" {
		t.Errorf("of %s", s)
	}
}
