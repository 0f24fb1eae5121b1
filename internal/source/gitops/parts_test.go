package gitops

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/tools/txtar"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/helmfile"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// inFolder is the repository of an archive, in the working directory.
func inFolder(t *testing.T, archive string) *repository {
	t.Helper()
	t.Chdir(t.TempDir())
	unittest.Unpack(t, ".", txtar.Parse([]byte(archive)))
	in := unittest.Tree(t, ".")
	return &repository{in: in, kustomize: kustomize.New(in)}
}

func configOf(namespace, name, data string) object {
	return object{kind: "ConfigMap", namespace: namespace, name: name, data: []byte("data: {" + data + "}")}
}

// Documents begin where something stands in them.
func TestCut(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"---":                         "",
		" \n":                         "",
		"# a\n\n":                     "",
		"---\n---\n# a\n":             "",
		"a: b":                        "1",
		"a: b\n---\nc: d\n":           "1 3",
		"# a\n\n---\n# b\nc: d\n":     "5",
		"--- # a\na: b\n--- {c: d}\n": "2 3",
		"a: b\n---\n---\nc: d\n":      "1 4",
		"  # a\n  b: c\n":             "2",
	} {
		var lines []string
		for _, d := range cut("a.yaml", []byte(text)) {
			lines = append(lines, fmt.Sprint(d.Line))
		}
		if got := strings.Join(lines, " "); got != want {
			t.Errorf("%q: lines %s, want %s", text, got, want)
		}
	}
}

// Objects that say what is built are told by their group, and ConfigMaps by
// having none.
func TestObjectsThatMatter(t *testing.T) {
	for head, want := range map[string]string{
		"apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\n" +
			"metadata: {name: a, namespace: ns}": "kustomize.toolkit.fluxcd.io Kustomization ns/a",
		"apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\n" +
			"metadata: {name: a}": "helm.toolkit.fluxcd.io HelmRelease a",
		"apiVersion: source.extensions.fluxcd.io/v1beta1\nkind: ArtifactGenerator\n" +
			"metadata: {name: a}": "source.extensions.fluxcd.io ArtifactGenerator a",
		"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a}":                                 "argoproj.io Application a",
		"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}":                                                     " ConfigMap a",
		"apiVersion: v1\nkind: Secret\nmetadata: {name: a}":                                                        "",
		"apiVersion: example.com/v1\nkind: ConfigMap\nmetadata: {name: a}":                                         "",
		"apiVersion: argoproj.io/v1alpha1\nkind: Application":                                                      "",
		"apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: a":                                  "",
		"apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nmetadata: {name: a}\nresources: [a, b]": "",
	} {
		got := ""
		for _, o := range read([]unit.Document{{Bytes: []byte(head)}}) {
			got = o.group + " " + o.kind + " " + o.title()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", head, got, want)
		}
	}
}

// A ConfigMap is found by its name, in the namespace that asks or where it names
// none.
func TestConfigMap(t *testing.T) {
	all := []object{configOf("a", "x", "k: a"), configOf("", "x", "k: none"), configOf("b", "x", "k: b"),
		{kind: "Secret", namespace: "c", name: "x"}, configOf("a", "bad", "k: [")}
	for _, c := range []struct{ namespace, name, want string }{
		{"a", "x", "a"}, {"b", "x", "none"}, {"c", "x", "none"}, {"a", "y", ""}, {"a", "bad", ""},
	} {
		data, ok := configMap(all, c.namespace, c.name)
		if ok != (c.want != "") || data["k"] != c.want {
			t.Errorf("%s/%s: %v, %t", c.namespace, c.name, data, ok)
		}
	}
}

// Flux fills in what it is given; of what comes from elsewhere a variable stays as
// it is written, if nothing else says what it is.
func TestSubstitute(t *testing.T) {
	configs := []object{configOf("n", "vars", "a: config, b: config")}
	by := object{kind: "Kustomization", namespace: "n", name: "apps", file: "k.yaml", line: 2}
	for _, c := range []struct{ name, post, text, want string }{
		{"nothing to fill in", "{}", "x: ${a}", "x: ${a}"},
		{"its own", "{substitute: {a: own}}", "x: ${a} ${b} ${c:=default} $a $${a}", "x: own  default $a ${a}"},
		{"a ConfigMap", "{substituteFrom: [{kind: ConfigMap, name: vars}]}", "x: ${a} ${c}", "x: config "},
		{"its own over a ConfigMap", "{substitute: {a: own}, substituteFrom: [{kind: ConfigMap, name: vars}]}", "x: ${a} ${b}", "x: own config"},
		{"a ConfigMap that is not there", "{substituteFrom: [{kind: ConfigMap, name: gone}]}", "x: ${a} ${c:=default} $${d}",
			"x: ${a} default ${d}"},
		{"one that may be gone", "{substituteFrom: [{kind: ConfigMap, name: gone, optional: true}]}", "x: ${a}", "x: "},
		{"a Secret", "{substituteFrom: [{kind: Secret, name: vars}]}", "x: ${a}", "x: ${a}"},
		{"a Secret that may be gone", "{substituteFrom: [{kind: Secret, name: vars, optional: true}]}", "x: ${a}", "x: ${a}"},
		{"a Secret and its own", "{substitute: {a: own}, substituteFrom: [{kind: Secret, name: vars}]}", "x: ${a} ${b}", "x: own ${b}"},
		{"one that is there after one that is not", "{substituteFrom: [{kind: Secret, name: s}, {kind: ConfigMap, name: gone, optional: true}]}",
			"x: ${z}", "x: ${z}"},
		{"switched off", "{substitute: {a: own}}", "kustomize.toolkit.fluxcd.io/substitute: disabled\nx: ${a}",
			"kustomize.toolkit.fluxcd.io/substitute: disabled\nx: ${a}"},
		{"no variable", "{substitute: {a: own}}", "x: $a", "x: $a"},
		{"an escape alone", "{substitute: {a: own}}", "x: $$(a) $$", "x: $(a) $"},
		{"what is none", "{substitute: {a: own}}", "x: ${a", "! fails"},
	} {
		var post postBuild
		if err := yaml.Unmarshal([]byte(c.post), &post); err != nil {
			t.Fatal(err)
		}
		before := unit.Built{Documents: []unit.Document{{Bytes: []byte(c.text)}, {Bytes: []byte("y: z")}}}
		built := post.substituted(before, configs, by)
		if strings.HasPrefix(c.want, "!") {
			if len(built.Missing) != 1 || !strings.Contains(built.Missing[0].Reason, "fills in variables, which fails") ||
				string(built.Documents[0].Bytes) != c.text {
				t.Errorf("%s: %+v", c.name, built)
			}
			continue
		}
		if got := string(built.Documents[0].Bytes); got != c.want || len(built.Missing) > 0 || string(built.Documents[1].Bytes) != "y: z" ||
			string(before.Documents[0].Bytes) != c.text {
			t.Errorf("%s: %q, want %q, missing %v", c.name, got, c.want, built.Missing)
		}
	}
	if got := (*postBuild)(nil).substituted(unit.Built{Documents: []unit.Document{{Bytes: []byte("${a}")}}}, configs,
		by); string(got.Documents[0].Bytes) != "${a}" {
		t.Errorf("without any: %s", got.Documents[0].Bytes)
	}
}

// Argo CD takes of a directory what its patterns say, by the path.
func TestArgoFiles(t *testing.T) {
	r := inFolder(t, "-- d/a.yaml --\n-- d/b.yml --\n-- d/c.JSON --\n-- d/d.txt --\n-- d/sub/e.yaml --\n-- d/.hidden/f.yaml --\n"+
		"-- d/.g.yaml --\n")
	for _, c := range []struct {
		d    directorySource
		want string
	}{
		{directorySource{}, ".g.yaml a.yaml b.yml c.JSON"},
		{directorySource{Recurse: true}, ".g.yaml a.yaml b.yml c.JSON sub/e.yaml"},
		{directorySource{Include: "*.yml"}, "b.yml"},
		{directorySource{Recurse: true, Include: "{a.yaml,sub/*.yaml}"}, "a.yaml sub/e.yaml"},
		{directorySource{Recurse: true, Include: "*e.yaml"}, "sub/e.yaml"},
		{directorySource{Exclude: "{a.yaml,.g.yaml}"}, "b.yml c.JSON"},
		{directorySource{Include: "*.yaml", Exclude: "a*"}, ".g.yaml"},
		{directorySource{Include: "[", Exclude: "["}, ""},
	} {
		var got []string
		for _, f := range (argoApps{r}).argoFiles("d", c.d) {
			got = append(got, strings.TrimPrefix(filepath.ToSlash(f), "d/"))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%+v: %s, want %s", c.d, s, c.want)
		}
	}
	if got := (argoApps{r}).argoFiles("gone", directorySource{}); got != nil {
		t.Errorf("of nothing: %v", got)
	}
	// Flux takes all YAML below a directory, but for what is hidden or built.
	if got := strings.Join((fluxObjects{r}).fluxFiles("d"), " "); got != "d/a.yaml d/b.yml d/sub/e.yaml" {
		t.Errorf("for Flux: %s", got)
	}
	r = inFolder(t, "-- d/a.yaml --\n-- d/k/kustomization.yaml --\n-- d/k/b.yaml --\n")
	flux := fluxObjects{r}
	if got := strings.Join(flux.fluxFiles("d"), " "); got != "d/a.yaml" || flux.fluxFiles("d/k") != nil || flux.fluxFiles("gone") != nil {
		t.Errorf("beside a kustomization, for Flux: %s", got)
	}
}

// The paths that an object applies, as far as they are written, are told by its
// kind.
func TestPathsOfObjects(t *testing.T) {
	for _, c := range []struct {
		o    object
		want string
	}{
		{object{group: fluxKustomize, kind: "Kustomization", data: []byte("spec: {path: ./apps}")}, "[./apps]"},
		{object{group: argo, kind: "Application", data: []byte("spec: {source: {path: a}, sources: [{path: b}, {chart: c}]}")}, "[b a]"},
		{object{group: argo, kind: "ApplicationSet", data: []byte("spec: {template: {spec: {source: {path: 'a/{{name}}'}}}}")}, "[a/{{name}}]"},
		{object{group: argo, kind: "ApplicationSet", data: []byte("spec: {}")}, "[]"},
		{object{group: fluxHelm, kind: "HelmRelease", data: []byte("spec: {path: a}")}, "[]"},
		{object{group: fluxKustomize, kind: "Kustomization", data: []byte("spec: [")}, "[]"},
	} {
		if got := fmt.Sprint(pathsOf(c.o)); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.o.kind, c.o.data, got, c.want)
		}
	}
	flux := func(p string) object {
		return object{group: fluxKustomize, kind: "Kustomization", data: []byte("spec: {path: '" + p + "'}")}
	}
	set := func(p string) object {
		return object{group: argo, kind: "ApplicationSet", data: []byte("spec: {template: {spec: {source: {path: '" + p + "'}}}}")}
	}
	for _, c := range []struct {
		objects []object
		want    string
		any     bool
	}{
		{[]object{flux("apps"), set("apps")}, "", false}, {[]object{flux("./")}, "", true}, {[]object{set("./")}, "", false},
		{[]object{flux("apps/${env}/a.b")}, `^apps/.*/a\.b$`, false}, {[]object{set("{{path}}")}, "", true},
		{[]object{set("apps/{{name}}"), flux("/c/${x}")}, "^apps/.*$ ^c/.*$", false},
	} {
		paths, any := (&repository{}).mayApply(c.objects)
		var got []string
		for _, p := range paths {
			got = append(got, p.String())
		}
		if s := strings.Join(got, " "); s != c.want || any != c.any {
			t.Errorf("%s: %s, any %t, want %s, %t", c.objects[0].data, s, any, c.want, c.any)
		}
	}
}

// How many there are of what could apply a unit is told by kind.
func TestNoneInWords(t *testing.T) {
	of := func(group, kind string, n int) (all []object) {
		for range n {
			all = append(all, object{group: group, kind: kind})
		}
		return all
	}
	for _, c := range []struct {
		objects []object
		applied []application
		want    string
	}{
		{of(argo, "Application", 1), nil, "is not among what the one Application applies"},
		{of(argo, "Application", 2), nil, "is applied by none of the 2 Applications"},
		{append(of(argo, "Application", 2), of(argo, "ApplicationSet", 1)...), nil,
			"is applied by none of the 2 Applications and 1 ApplicationSet"},
		{of(argo, "ApplicationSet", 2), nil, "is applied by none of the 2 ApplicationSets"},
		{append(of(fluxKustomize, "Kustomization", 3), of(fluxHelm, "HelmRelease", 2)...), nil,
			"is applied by none of the 3 Kustomizations of Flux"},
		{nil, []application{{kind: unit.Helmfile}, {kind: unit.Helmfile}, {kind: unit.Flux}}, "is applied by none of the 2 releases of helmfile"},
		{nil, []application{{kind: unit.Helmfile}}, "is not among what the one release of helmfile applies"},
	} {
		if got := none(c.objects, c.applied); got != c.want {
			t.Errorf("%q, want %q", got, c.want)
		}
	}
}

// A file names a directory by its whole path, and not by part of a longer name.
func TestNamesOfDirectories(t *testing.T) {
	for _, c := range []struct {
		text, file, name string
		want             bool
	}{
		{"apply apps/web", "run.sh", "apps/web", true}, {"apps/web", "run.sh", "apps/web", true}, {"./apps/web/", "run.sh", "apps/web", true},
		{"apps/web2", "run.sh", "apps/web", false}, {"apps/webA", "run.sh", "apps/web", false}, {"apps/webZ", "run.sh", "apps/web", false},
		{"apps/weba", "run.sh", "apps/web", false},
		{"apps/webz", "run.sh", "apps/web", false}, {"apps/web0", "run.sh", "apps/web", false}, {"apps/web9", "run.sh", "apps/web", false},
		{"apps/web-x", "run.sh", "apps/web", false},
		{"apps/web_x", "run.sh", "apps/web", false}, {"my-apps/web", "run.sh", "apps/web", false}, {"xapps/web", "run.sh", "apps/web", false},
		{"apps/web2 apps/web", "run.sh", "apps/web", true}, {"apps/web", "apps/web/run.sh", "apps/web", false},
		{"apps/web", "apps/web.sh", "apps/web", true},
		{"apps/web", "run.sh", "apps/web/base", true}, {"apps/web", "apps/web/x.sh", "apps/web/base", false},
		{"web", "run.sh", "web/base", false}, {"", "run.sh", "apps/web", false},
		{"apps/web.yaml", "run.sh", "apps/web", true}, {"apps/web[", "run.sh", "apps/web", true}, {"apps/web@", "run.sh", "apps/web", true},
	} {
		if got := names([]byte(c.text), c.file, filepath.FromSlash(c.name), c.name); got != c.want {
			t.Errorf("%q in %s names %s: %t", c.text, c.file, c.name, got)
		}
	}
	among := map[string]bool{"a/b": true}
	for dir, want := range map[string]bool{"a/b": true, "a/b/c/d": true, "a": false, "a/bc": false, ".": false, "/": false} {
		if got := within(dir, among); got != want {
			t.Errorf("%s is within: %t", dir, got)
		}
	}
	r := inFolder(t, "-- run.sh --\napply apps/web\n-- README.md --\nsee apps/api and top\n-- apps/web/x --\n-- apps/api/x --\n-- top/x --\n"+
		"-- .github/workflows/ci.yaml --\nrun: apply apps/ci\n-- apps/ci/x --\n")
	got := r.mentions(r.in.Files, map[string]bool{"apps/web": true, "apps/api": true, "top": true, "apps/ci": true})
	if !got["apps/web"] || got["apps/api"] || !got["top"] || !got["apps/ci"] {
		t.Errorf("named: %v", got)
	}
}

// A helmfile is known by its name and its keys, and its releases as far as they
// stand there.
func TestHelmfileForms(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       bool
	}{
		{"helmfile.yaml", "releases: []\n", true}, {"helmfile.yaml", "helmfiles: []\n", true}, {"helmfile.prod.yaml", "bases: []\n", true},
		{"helmfile.yaml", "environments: {}\n", true},
		{"helmfile.yaml", "helmDefaults: {}\n", true}, {"helmfile.yaml", "repositories: []\n", true}, {"helmfile.yaml", "a: b\n", false},
		{"helmfile.yaml", "kind: A\nreleases: []\n", false},
		{"a.yaml", "releases: []\n", false}, {"helmfile.d/a.yaml", "releases: []\n", true}, {"a.yaml", "releases: []\nrepositories: []\n", true},
		{"a.yaml", "releases: []\nhelmDefaults: {}\n", true},
		{"a.yaml", "releases: []\nbases: []\n", true}, {"a.yaml", "repositories: []\n", false}, {"helmfile.d/a.yaml", "a: b\n", false},
		{"helmfile.yaml", "  releases: []\n", false},
	} {
		if got := IsHelmfile(c.file, []byte(c.text)); got != c.want {
			t.Errorf("%s %q is a helmfile: %t", c.file, c.text, got)
		}
	}
	for name, want := range map[string]bool{
		"dev":         true,
		"web-staging": true,
		"web_canary":  true,
		"default":     true,
		"prod":        false,
		"web":         false,
		"device":      false,
	} {
		if got := early(name); got != want {
			t.Errorf("%s comes before production: %t", name, got)
		}
	}
}

// What a release is rendered with, and what of it is not there.
func TestHelmfileOptions(t *testing.T) {
	r := inFolder(t, "-- h/prod.yaml --\n-- h/web.yaml --\n-- charts/web/Chart.yaml --\n-- charts/twice/Chart.yaml --\n"+
		"-- other/twice/Chart.yaml --\n-- charts/web/charts/sub/Chart.yaml --\n-- charts/group/api/Chart.yaml --\n")
	h, e := &helmfile.State{File: "h/helmfile.yaml"}, helmfile.Environment{Name: "prod"}
	x := helmfile.Release{Name: "web", Namespace: "shop", Values: []any{
		"prod.yaml", "web.yaml", "gone.yaml", origin.NotKnown + ".yaml", "/etc/hosts", map[string]any{"a": 1}, map[string]any{"b": 2}, 3,
	}}
	o, missing, _ := (helmfileReleases{r}).helmfileOptions(t.Context(), h, e, x)
	if got := fmt.Sprint(o.Release, o.Namespace, o.Values, o.Inline,
		missing); got != "webshop[h/prod.yaml h/web.yaml] map[a:1 b:2] [gone.yaml]" {
		t.Errorf("%s", got)
	}
	for handler, want := range map[string]int{"": 1, "Error": 1, "Warn": 0, "Info": 0} {
		x.Missing = handler
		if _, missing, _ := (helmfileReleases{r}).helmfileOptions(t.Context(), h, e, x); len(missing) != want {
			t.Errorf("%s: %v is missing", handler, missing)
		}
	}
	charts := (helmfileReleases{r}).charts()
	for chart, want := range map[string]string{
		"../charts/web": "charts/web", "../charts/gone": "", "./": "", "repo/web": "charts/web", "repo/twice": "", "web": "", "repo/sub": "",
		"repo/api": "charts/group/api", "oci/x/web": "",
	} {
		dir, ok := (helmfileReleases{r}).chartOf(h, helmfile.Release{Chart: chart}, charts)
		if ok != (want != "") || ok && dir != want {
			t.Errorf("%s: %s, %t, want %s", chart, dir, ok, want)
		}
	}
}

// The values of a HelmRelease are those of its ConfigMaps in their order and its
// own over them; its names follow from its own.
func TestHelmReleases(t *testing.T) {
	configs := []object{
		{kind: "ConfigMap", namespace: "n", name: "one",
			data: []byte("data: {values.yaml: '{a: 1, b: 1}', other.yaml: 'a: 3', plain: text, bad: '['}")},
		{kind: "ConfigMap", namespace: "n", name: "two", data: []byte("data: {values.yaml: '{b: 2}'}")},
	}
	for _, c := range []struct{ name, spec, want, missing string }{
		{"none", "{}", "map[]", ""},
		{"its own", "{values: {a: 9}}", "map[a:9]", ""},
		{"in their order", "{valuesFrom: [{kind: ConfigMap, name: one}, {kind: ConfigMap, name: two}], values: {c: 3}}", "map[a:1 b:2 c:3]", ""},
		{"its own over them", "{valuesFrom: [{kind: ConfigMap, name: one}], values: {a: 9}}", "map[a:9 b:1]", ""},
		{"another key", "{valuesFrom: [{kind: ConfigMap, name: one, valuesKey: other.yaml}]}", "map[a:3]", ""},
		{"at a path", "{valuesFrom: [{kind: ConfigMap, name: one, valuesKey: plain, targetPath: x.y}]}", "map[x:map[y:text]]", ""},
		{"no YAML", "{valuesFrom: [{kind: ConfigMap, name: one, valuesKey: bad}, {kind: ConfigMap, name: two}]}", "map[b:2]", ""},
		{"a Secret", "{valuesFrom: [{kind: Secret, name: one}]}", "map[]", "Secret one"},
		{"a Secret that may be gone", "{valuesFrom: [{kind: Secret, name: one, optional: true}]}", "map[]", ""},
		{"a ConfigMap that is not there", "{valuesFrom: [{kind: ConfigMap, name: gone}, {kind: ConfigMap, name: two}]}", "map[b:2]",
			"ConfigMap gone"},
		{"a key that is not there", "{valuesFrom: [{kind: ConfigMap, name: one, valuesKey: gone}]}", "map[]", "ConfigMap one"},
	} {
		var spec releaseSpec
		if err := yaml.Unmarshal([]byte(c.spec), &spec); err != nil {
			t.Fatal(err)
		}
		all, missing := spec.values(configs, object{namespace: "n"})
		if got := fmt.Sprint(all); got != c.want || (missing == "") != (c.missing == "") || !strings.Contains(missing, c.missing) {
			t.Errorf("%s: %s, missing %q, want %s", c.name, got, missing, c.want)
		}
	}
	for _, c := range []struct{ name, target, release, namespace string }{
		{"", "", "web", "flux"}, {"own", "", "own", "flux"}, {"", "shop", "shop-web", "shop"}, {"own", "shop", "own", "shop"},
	} {
		o := releaseSpec{ReleaseName: c.name, TargetNamespace: c.target}.options(object{name: "web", namespace: "flux"})
		if o.Release != c.release || o.Namespace != c.namespace {
			t.Errorf("%q into %q: %s in %s", c.name, c.target, o.Release, o.Namespace)
		}
	}
}

// What an Application has a chart rendered with.
func TestArgoOptions(t *testing.T) {
	r := inFolder(t, "-- charts/web/values-prod.yaml --\n-- env/prod.yaml --\n")
	for _, c := range []struct{ name, helm, want string }{
		{"nothing", "{}", "web ns [] map[] [] []"},
		{"names", "{releaseName: rel, namespace: other}", "rel other [] map[] [] []"},
		{"text", "{values: 'a: 1'}", "web ns [] map[a:1] [] []"},
		{"text that is none", "{values: '['}", "web ns [] map[] [] []"},
		{"an object over text", "{values: 'a: 1', valuesObject: {b: 2}}", "web ns [] map[b:2] [] []"},
		{"parameters", "{parameters: [{name: a, value: 'x,y'}, {name: b, value: z}]}", `web ns [] map[] [a=x\,y b=z] []`},
		{"files", "{valueFiles: [values-prod.yaml, $env/env/prod.yaml, /env/prod.yaml, $other/env/prod.yaml, gone.yaml]}",
			"web ns [charts/web/values-prod.yaml env/prod.yaml env/prod.yaml] map[] [] " +
				"[$other/env/prod.yaml, which is not here gone.yaml, which is not here]"},
		{"files that may be gone", "{valueFiles: [gone.yaml], ignoreMissingValueFiles: true}", "web ns [] map[] [] []"},
	} {
		var s argoSource
		if err := yaml.Unmarshal([]byte(c.helm), &s.Helm); err != nil {
			t.Fatal(err)
		}
		o, missing := (argoApps{r}).argoOptions(object{name: "web"}, s, "charts/web", "ns", map[string]bool{"env": true})
		if got := fmt.Sprint(o.Release, " ", o.Namespace, " ", o.Values, " ", o.Inline, " ", o.Set, " ", missing); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for _, c := range []struct {
		s    argoSource
		want string
	}{
		{argoSource{Path: "charts/web"}, "charts/web"}, {argoSource{Path: "/charts/web/"}, "charts/web"}, {argoSource{Path: "."}, ""},
		{argoSource{Path: "/"}, ""}, {argoSource{}, ""},
		{argoSource{Path: "charts/web", Chart: "web"}, ""}, {argoSource{Path: "gone"}, ""},
	} {
		dir, ok := (argoApps{r}).sourceDirectory(c.s)
		if ok != (c.want != "") || ok && dir != c.want {
			t.Errorf("%+v: %s, %t", c.s, dir, ok)
		}
	}
	for s, want := range map[[3]string]bool{{"r"}: true, {"r", "p"}: false, {"r", "", "c"}: false, {}: false} {
		if got := (argoSource{Ref: s[0], Path: s[1], Chart: s[2]}).onlyValues(); got != want {
			t.Errorf("%q is for values alone: %t", s, got)
		}
	}
}

// A directory is applied by what applies it, and by Flux in one that has nothing
// to build.
func TestCovered(t *testing.T) {
	r := inFolder(t, "-- plain/web/kustomization.yaml --\n-- built/kustomization.yaml --\n-- built/web/kustomization.yaml --\n"+
		"-- chart/Chart.yaml --\n-- chart/web/x --\n-- plainer/x --\n")
	for _, c := range []struct {
		dir, by string
		kind    unit.Kind
		want    bool
	}{
		{"plain", "plain", unit.ArgoCD, true}, {"plain/web", "plain", unit.Flux, true}, {"plain/web", "plain", unit.ArgoCD, false},
		{"plainer", "plain", unit.Flux, false},
		{"built/web", "built", unit.Flux, false}, {"chart/web", "chart", unit.Flux, false}, {"other", "plain", unit.Flux, false},
	} {
		if got := r.covered(c.dir, []application{{dir: c.by, kind: c.kind}}); got != c.want {
			t.Errorf("%s is applied with %s by %s: %t", c.dir, c.by, c.kind, got)
		}
	}
	for path, want := range map[string]string{
		"plain/web":                    "plain/web",
		"/plain/web":                   "plain/web",
		"plain/web/kustomization.yaml": "",
		"gone":                         "",
	} {
		if dir, ok := r.lookup(path); ok != (want != "") || dir != want {
			t.Errorf("%s leads to %s, %t", path, dir, ok)
		}
	}
}

// What an Application has of a chart can be asked of it, and of plain files nothing.
func TestSourcesOfApplications(t *testing.T) {
	r := inFolder(t, "-- web/Chart.yaml --\napiVersion: v2\nname: web\nversion: 1.0.0\n-- plain/a.yaml --\nkind: Service\n"+
		"-- built/kustomization.yaml --\nresources: []\n")
	for _, x := range []struct {
		dir         string
		plugin      bool
		asked, have bool
	}{
		{"web", false, true, false}, {"plain", false, false, true}, {"built", false, false, false}, {"web", true, false, true},
	} {
		s := argoSource{Path: x.dir}
		if x.plugin {
			s.Plugin = new(json.RawMessage)
		}
		a := (argoApps{r}).ofSource(object{name: "a"}, s, x.dir, destination{Namespace: "ns"}, nil)
		if (a.chart != nil) != x.asked || (len(a.files) > 0) != x.have {
			t.Errorf("%+v: asked %v, files %v", x, a.chart != nil, a.files)
		}
	}
}

// Two that are put together have what each has, and lack what each lacks.
func TestJoined(t *testing.T) {
	one := func(name string) unit.Built {
		return unit.Built{Documents: []unit.Document{{File: name}}, Missing: []origin.Fault{{File: name}}, Files: []string{name},
			Refused: []unit.Refused{{Text: []byte(name)}}, Absent: []unit.Absent{{Own: name}}}
	}
	got := joined(one("a"), one("b"))
	if len(got.Documents) != 2 || len(got.Missing) != 2 || len(got.Files) != 2 || len(got.Refused) != 2 || len(got.Absent) != 2 ||
		got.Missing[1].File != "b" {
		t.Errorf("%+v", got)
	}
}
