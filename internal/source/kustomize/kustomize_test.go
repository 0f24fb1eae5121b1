package kustomize

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"golang.org/x/tools/txtar"

	"github.com/onus-project/onus/internal/source/unit"
	"github.com/onus-project/onus/internal/source/unit/unittest"
)

// tree writes the files of an archive and names them as a user in their
// directory would.
func tree(t *testing.T, archive string) *unit.Tree {
	t.Helper()
	t.Chdir(t.TempDir())
	unittest.Unpack(t, ".", txtar.Parse([]byte(archive)))
	return unittest.Tree(t, ".")
}

// said is what was built, an object a line with where it stands, and what is
// missing.
func said(b unit.Built) string {
	var out strings.Builder
	for _, d := range b.Documents {
		var o struct {
			Kind     string `json:"kind"`
			Metadata struct {
				Name        string         `json:"name"`
				Namespace   string         `json:"namespace"`
				Annotations map[string]any `json:"annotations"`
			} `json:"metadata"`
			Spec struct {
				Replicas any `json:"replicas"`
			} `json:"spec"`
		}
		if d.Whole {
			fmt.Fprintf(&out, "as it is: %s\n", d.File)
			continue
		}
		if err := json.Unmarshal(d.Bytes, &o); err != nil {
			fmt.Fprintln(&out, err)
		}
		fmt.Fprintf(&out, "%s/%s/%s %v %s:%d", o.Metadata.Namespace, o.Kind, o.Metadata.Name, o.Spec.Replicas, d.File, d.Line)
		if len(o.Metadata.Annotations) > 0 {
			fmt.Fprint(&out, " ", o.Metadata.Annotations)
		}
		fmt.Fprintln(&out)
	}
	for _, f := range b.Missing {
		fmt.Fprintf(&out, "! %s\n", f)
	}
	return out.String()
}

const web = `
-- base/kustomization.yaml --
resources: [web.yaml]
-- base/web.yaml --
# of the shop
apiVersion: v1
kind: Service
metadata: {name: web}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  labels: {a: b}
  name: web
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i}]}}
`

func TestBuild(t *testing.T) {
	const patch = "-- top/patch.yaml --\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 5}\n"
	const built = "/Service/web <nil> base/web.yaml:2\n/Deployment/web 5 base/web.yaml:6\n"
	for _, c := range []struct{ name, top, want string }{
		{"a patch by its path", "resources: [../base]\npatches: [{path: patch.yaml}]\n" + patch, built},
		{"a patch of old", "bases: [../base]\npatchesStrategicMerge: [patch.yaml]\n" + patch, built},
		{"a patch of older", "resources: [../base]\npatches: [patch.yaml]\n" + patch, built},
		{"a patch in place", "resources: [../base]\npatchesStrategicMerge:\n- |\n  apiVersion: apps/v1\n  kind: Deployment\n" +
			"  metadata: {name: web}\n  spec: {replicas: 5}\n", built},
		{"operations", "resources: [../base]\npatchesJson6902:\n- target: {group: apps, version: v1, kind: Deployment, name: web}\n" +
			"  patch: '[{\"op\": \"replace\", \"path\": \"/spec/replicas\", \"value\": 5}]'\n", built},
		{"replicas", "resources: [../base]\nreplicas: [{name: web, count: 5}]\n", built},
		{"a namespace and a prefix", "resources: [../base]\nnamespace: shop\nnamePrefix: my-\nnameSuffix: -v1\ncommonLabels: {x: z}\n",
			"shop/Service/my-web-v1 <nil> base/web.yaml:2\nshop/Deployment/my-web-v1 2 base/web.yaml:6\n"},
		{"one name in two bases", "resources: [one, two]\n-- top/one/kustomization.yaml --\nresources: [../../base]\nnamePrefix: one-\n" +
			"-- top/two/kustomization.yaml --\nresources: [s.yaml]\nnamePrefix: two-\n-- top/two/s.yaml --\napiVersion: v1\nkind: Service\n" +
			"metadata:\n  name: web\n",
			"/Service/one-web <nil> base/web.yaml:2\n/Deployment/one-web 2 base/web.yaml:6\n/Service/two-web <nil> top/two/s.yaml:1\n"},
		{"one name in two namespaces", "resources: [../base, s.yaml]\n-- top/s.yaml --\napiVersion: v1\nkind: Service\nmetadata:\n  name: web\n" +
			"  namespace: other\n---\n",
			"/Service/web <nil> base/web.yaml:2\n/Deployment/web 2 base/web.yaml:6\nother/Service/web <nil> top/s.yaml:1\n"},
		{"a deletion", "resources: [../base]\npatches:\n- patch: |-\n    $patch: delete\n    apiVersion: apps/v1\n    kind: Deployment\n" +
			"    metadata: {name: web}\n", "/Service/web <nil> base/web.yaml:2\n"},
		{"annotations of its own", "resources: [../base]\nbuildMetadata: [managedByLabel]\ncommonAnnotations: {a: b}\n",
			"/Service/web <nil> base/web.yaml:2 map[a:b]\n/Deployment/web 2 base/web.yaml:6 map[a:b]\n"},
		{"generators", "resources: [../base]\nconfigMapGenerator: [{name: c, literals: [a=b], files: [gone.txt, k=kustomization.yaml]}]\n" +
			"secretGenerator: [{name: s, files: [gone.key], envs: [gone.env], env: gone.env}]\n",
			"/Service/web <nil> base/web.yaml:2\n/Deployment/web 2 base/web.yaml:6\n/ConfigMap/c-NN <nil> top/kustomization.yaml:0\n" +
				"/Secret/s-NN <nil> top/kustomization.yaml:0\n"},
		{"replacements", "resources: [../base]\nreplacements:\n- source: {kind: Service, name: web}\n  targets: [{select: {kind: Deployment}, " +
			"fieldPaths: [metadata.labels.a]}]\n", "/Service/web <nil> base/web.yaml:2\n/Deployment/web 2 base/web.yaml:6\n"},
		{"variables", "resources: [../base]\nvars: [{name: X, objref: {kind: Service, name: web, apiVersion: v1}}]\n",
			"/Service/web <nil> base/web.yaml:2\n/Deployment/web 2 base/web.yaml:6\n"},
		{"a schema of its own", "resources: [../base]\nopenapi: {path: gone.json}\ncrds: [gone.yaml]\n", "/Service/web <nil> base/web.yaml:2\n" +
			"/Deployment/web 2 base/web.yaml:6\n! top/kustomization.yaml:4: asks for gone.yaml, which is not there\n"},
		{"a component", "resources: [../base]\ncomponents: [part]\n-- top/part/kustomization.yaml --\n" +
			"apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nreplicas: [{name: web, count: 5}]\n", built},
		{"what is remote", "resources:\n- ../base\n- https://example.com/a.yaml\n- github.com/o/r//deploy?ref=v1\n- git@example.com:o/r\n" +
			"replicas: [{name: web, count: 5}]\n",
			built + "! top/kustomization.yaml:4: asks for https://example.com/a.yaml, which is remote\n! top/kustomization.yaml:5: " +
				"asks for github.com/o/r//deploy?ref=v1, which is remote\n! top/kustomization.yaml:6: asks for git@example.com:o/r, which is remote\n"},
		{"a patch of what is remote", "resources: [../base, https://example.com/a.yaml]\npatches:\n- path: patch.yaml\n- patch: |\n" +
			"    apiVersion: apps/v1\n    kind: Deployment\n    metadata: {name: far}\n    spec: {replicas: 9}\n" + patch,
			built + "! top/kustomization.yaml:2: asks for https://example.com/a.yaml, which is remote\n"},
		{"what is not there", "resources: [../base, gone.yaml, ../gone]\nreplicas: [{name: web, count: 5}]\n",
			built + "! top/kustomization.yaml:2: asks for gone.yaml, which is not there\n! top/kustomization.yaml:2: asks for ../gone, " +
				"which is not there\n"},
		{"nothing but what is remote", "resources: [https://example.com/a.yaml]\n",
			"! top/kustomization.yaml:2: asks for https://example.com/a.yaml, which is remote\n"},
		{"a chart", "resources: [../base]\nhelmCharts: [{name: redis, repo: 'https://example.com'}]\nreplicas: [{name: web, count: 5}]\n",
			built + "! top/kustomization.yaml:3: asks for the chart redis of https://example.com\n"},
		{"a program", "resources: [../base]\ngenerators: [gen.yaml]\nreplicas: [{name: web, count: 5}]\n-- top/gen.yaml --\n" +
			"apiVersion: example.com/v1\nkind: Gen\nmetadata: {name: g, annotations: {config.kubernetes.io/function: 'exec: {path: ./run.sh}'}}\n",
			built + "! top/kustomization.yaml:3: asks for a program among its generators, which onus does not run\n"},
		{"a transformer of its own", "resources: [../base]\ntransformers: [t.yaml]\n-- top/t.yaml --\napiVersion: builtin\n" +
			"kind: ReplicaCountTransformer\nmetadata: {name: t}\nreplica: {name: web, count: 5}\n" +
			"fieldSpecs: [{path: spec/replicas, kind: Deployment}]\n", built},
		{"a directory that looks like a host", "resources: [../base, github.com/o]\n-- top/github.com/o/kustomization.yaml --\nnamespace: x\n",
			"/Service/web <nil> base/web.yaml:2\n/Deployment/web 2 base/web.yaml:6\n! top/kustomization.yaml:2: asks for github.com/o, " +
				"which is remote\n"},
		{"a definition, and a patch of it", "resources: [../base, crd.yaml]\npatches:\n- target: {kind: CustomResourceDefinition}\n" +
			"  patch: '[{\"op\": \"replace\", \"path\": \"/spec/scope\", \"value\": \"x\"}]'\n- path: patch.yaml\n" + patch +
			"-- top/crd.yaml --\napiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: a}\nspec:\n  scope: y\n" +
			"status: {}\n", built + "/CustomResourceDefinition/a <nil> top/crd.yaml:1\n"},
		{"a template among its files", "resources: [../base, bad.yaml]\nreplicas: [{name: web, count: 5}]\n-- top/bad.yaml --\n" +
			"a: {{ if }}\n{{ end }}\n", "?" + built},
		{"a patch that fits nothing", "resources: [../base]\npatches:\n- path: patch.yaml\n- patch: |\n    apiVersion: apps/v1\n" +
			"    kind: Deployment\n    metadata: {name: far}\n" + patch, "?" + built},
		{"a key that nobody knows", "resources: [../base]\nresource: [x]\n", "?as it is: base/web.yaml\n"},
		{"YAML that is none", "resources: [../base\n", "! top/kustomization.yaml:2: did not find expected ',' or ']'\n"},
		{"a cycle", "resources: [../base, ../top]\n", "?as it is: base/web.yaml\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			in := tree(t, web+"-- top/kustomization.yaml --\n# top\n"+c.top)
			got := said(New(in).Build(t.Context(), "top"))
			for _, name := range []string{"c-", "s-"} { // the hashes of generated names
				if i := strings.Index(got, "/"+name); i >= 0 {
					end := i + 1 + len(name) + strings.IndexByte(got[i+1+len(name):], ' ')
					got = got[:i+1+len(name)] + "NN" + got[end:]
				}
			}
			if rest, any := strings.CutPrefix(c.want, "?"); any { // with whatever fault kustomize sees
				before, fault, found := strings.Cut(got, "! top/kustomization.yaml")
				if before != rest || !found || strings.Contains(fault, in.Root+"/tmp") {
					t.Errorf("got:\n%swant:\n%s and a fault", got, rest)
				}
				return
			}
			if got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

// A kustomization is a unit where no other one includes it; components never are.
func TestUnits(t *testing.T) {
	in := tree(t, web+`
-- top/kustomization.yaml --
resources: [../base, sub]
components: [../part]
patches: [{path: patch.yaml}]
-- top/patch.yaml --
-- top/sub/kustomization.yml --
namespace: x
-- other/Kustomization --
bases: [../base]
-- part/kustomization.yaml --
kind: Component
resources: [more.yaml]
-- alone/kustomization.yaml --
kind: Component
resources: [most.yaml]
-- flux/kustomization.yaml --
apiVersion: kustomize.toolkit.fluxcd.io/v1
kind: Kustomization
-- broken/kustomization.yaml --
a: ]
`)
	units, named := New(in).Units(t.Context())
	var names []string
	for _, u := range units {
		names = append(names, u.Name)
	}
	if got := strings.Join(names, " "); got != "broken other top" {
		t.Errorf("units %s", got)
	}
	slices.Sort(named)
	const want = "alone/kustomization.yaml alone/most.yaml base base/kustomization.yaml base/web.yaml broken/kustomization.yaml " +
		"other/Kustomization part/kustomization.yaml part/more.yaml top/kustomization.yaml top/patch.yaml top/sub top/sub/kustomization.yml"
	if got := strings.Join(slices.Compact(named), " "); got != want {
		t.Errorf("named\n%s, want\n%s", got, want)
	}
}

// Nothing above the input is read where no repository encloses it, and nothing
// is written.
func TestBuildStaysInside(t *testing.T) {
	in := tree(t, "-- in/kustomization.yaml --\nresources: [../secret.yaml]\nconfigMapGenerator: [{name: c, files: [../secret.yaml]}]\n"+
		"-- secret.yaml --\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n")
	inner, err := unit.NewTree("in", []string{"in/kustomization.yaml"})
	if err != nil {
		t.Fatal(err)
	}
	b := New(inner).Build(t.Context(), "in")
	if got := said(b); strings.Contains(got, "Secret") || !strings.Contains(got, "which is outside of the input") {
		t.Error(got)
	}
	if got := said(New(in).Build(t.Context(), "in")); !strings.Contains(got, "/Secret/s") {
		t.Error(got)
	}
}

// A definition that is patched is built without its schema, too: the schema of this
// one is none, and kustomize would refuse it.
func TestPatchedDefinition(t *testing.T) {
	const archive = web + `-- defined/kustomization.yaml --
resources: [crd.yaml, ../base]
patches:
- {target: {kind: CustomResourceDefinition}, path: p.json}
-- defined/p.json --
[{"op": "add", "path": "/spec/versions/0/deprecated", "value": true}]
-- defined/crd.yaml --
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: a.example.com}
spec:
  versions:
  - name: v1
    schema:
      openAPIV3Schema:
        a: ]
`
	if got := said(New(tree(t, archive)).Build(t.Context(), "defined")); !strings.Contains(got, "CustomResourceDefinition/a.example.com") ||
		strings.Contains(got, "missing") {
		t.Error(got)
	}
}

// Units are built at the same time as well as one after the other.
func TestBuildTogether(t *testing.T) {
	archive := web
	for i := range 12 {
		archive += fmt.Sprintf("-- env%d/kustomization.yaml --\nresources: [../base]\nnamespace: ns%d\npatches: [{path: p.yaml}]\n"+
			"-- env%d/p.yaml --\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: %d}\n", i, i, i, i)
	}
	b := New(tree(t, archive))
	var wait sync.WaitGroup
	for i := range 12 {
		wait.Go(func() {
			want := fmt.Sprintf("ns%d/Service/web <nil> base/web.yaml:2\nns%d/Deployment/web %d base/web.yaml:6\n", i, i, i)
			if got := said(b.Build(t.Context(), fmt.Sprint("env", i))); got != want {
				t.Errorf("got:\n%swant:\n%s", got, want)
			}
		})
	}
	wait.Wait()
}

// Of a definition its schemas and its status go, and nothing of what stands beside
// them.
func TestSlim(t *testing.T) {
	const head, tail = "# a\napiVersion: v1\nkind: CustomResourceDefinition\nmetadata:\n  name: a\n", "# b\nmetadata:\n  name: b\nspec:\n" +
		"  kind: CustomResourceDefinition\n"
	for text, want := range map[string]string{
		head + "spec:\n  versions:\n  - schema:\n      openAPIV3Schema:\n        a: b\n\n        # c\n        - d\n" +
			"    served: true\n---\n" + tail: head +
			"spec:\n  versions:\n  - schema:\n      openAPIV3Schema: {}\n    served: true\n---\n" + tail,
		tail + "---\n" + head + "spec: {a: b}\nstatus:\n  c: d\nkept: e\n": tail + "---\n" + head + "spec: {a: b}\nkept: e\n",
		head + "spec:\n  validation:\n    openAPIV3Schema: {a: b}\n":       head + "spec:\n  validation:\n    openAPIV3Schema: {}\n",
		tail: tail,
	} {
		if got := string(slim([]byte(text))); got != want {
			t.Errorf("got:\n%s\nwant:\n%s", got, want)
		}
	}
}

// Each way in which something is not there has a way out of its own.
func TestHints(t *testing.T) {
	for _, c := range []struct{ top, want string }{
		{"resources: [https://example.com/a.yaml]\n", buildHint},
		{"resources: [gone.yaml]\n", fileHint},
		{"helmCharts: [{name: redis, version: 1.2.3, repo: 'https://example.com'}]\n", chartHint},
		{"generators: [gen.yaml]\n-- top/gen.yaml --\napiVersion: example.com/v1\nkind: Gen\nmetadata: {name: g}\n", programsHint},
		{"generators: [gen.yaml]\n-- top/gen.yaml --\n" + chart, chartHint},
	} {
		in := tree(t, "-- top/kustomization.yaml --\n"+c.top)
		if m := New(in).Build(t.Context(), "top").Missing; len(m) != 1 || m[0].Hint != c.want {
			t.Errorf("%s: %+v", c.top, m)
		}
	}
}

// hash ends the names of what generators make.
var hash = regexp.MustCompile(`(/\w)-[a-z0-9]{10}\b`)

// chart is a generator that has Helm render a chart.
const chart = "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: g}\nname: redis\nversion: 1.2.3\n" +
	"repo: https://example.com\n"

// A chart that a generator has Helm render is asked for as those of helmCharts are, and takes
// nothing else away.
func TestChartsOfGenerators(t *testing.T) {
	const (
		built   = "/Service/web <nil> base/web.yaml:2\n/Deployment/web 5 base/web.yaml:6\n"
		asks    = "! top/kustomization.yaml:2: asks for the chart redis 1.2.3 of https://example.com\n"
		asksOld = "! top/kustomization.yaml:2: asks for the chart db 1 of https://example.org\n"
		rest    = "resources: [../base]\nreplicas: [{name: web, count: 5}]\n-- top/g.yaml --\n"
		other   = "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: c}\nliterals: [a=b]\n"
		old     = "apiVersion: builtin\nkind: HelmChartInflationGenerator\nmetadata: {name: o}\nchartName: db\nchartVersion: '1'\n" +
			"chartRepo: https://example.org\n"
	)
	for name, x := range map[string]struct{ top, want string }{
		"in a file":     {"generators:\n- g.yaml\n" + rest + chart, built + asks},
		"two in a file": {"generators:\n- g.yaml\n" + rest + chart + "---\n" + old, built + asks + asksOld},
		"beside another": {"generators:\n- g.yaml\n" + rest + other + "---\n" + chart,
			built + "/ConfigMap/c-NN <nil> top/kustomization.yaml:0\n" + asks},
		"in place": {"generators:\n- '{apiVersion: builtin, kind: HelmChartInflationGenerator, metadata: {name: o}, chartName: db, " +
			"chartVersion: \"1\", chartRepo: \"https://example.org\"}'\n" + rest, built + asksOld},
		"none but another": {"generators:\n- g.yaml\n" + rest + other, built + "/ConfigMap/c-NN <nil> top/kustomization.yaml:0\n"},
	} {
		got := hash.ReplaceAllString(said(New(tree(t, web+"-- top/kustomization.yaml --\n"+x.top)).Build(t.Context(), "top")), "$1-NN")
		if got != x.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, x.want)
		}
	}
}

// What is taken out is all that is missing: a ConfigMap or a Secret that is changed there is made
// of what is said here, and where nothing was taken out it is a fault of its own.
func TestChangedElsewhere(t *testing.T) {
	const (
		remote = "resources: [../base, 'https://example.com/a.yaml']\nreplicas: [{name: web, count: 5}]\n"
		built  = "/Service/web <nil> base/web.yaml:2\n/Deployment/web 5 base/web.yaml:6\n"
		asks   = "! top/kustomization.yaml:1: asks for https://example.com/a.yaml, which is remote\n"
	)
	for name, x := range map[string]struct{ top, want string }{
		"replaced": {remote + "configMapGenerator: [{name: c, behavior: replace, literals: [a=b]}]\n",
			built + "/ConfigMap/c-NN <nil> top/kustomization.yaml:0\n" + asks},
		"merged": {remote + "secretGenerator: [{name: c, behavior: merge, literals: [a=b]}]\n",
			built + "/Secret/c-NN <nil> top/kustomization.yaml:0\n" + asks},
		"two": {remote + "configMapGenerator: [{name: c, behavior: replace, literals: [a=b]}, {name: d, behavior: merge}]\n",
			built + "/ConfigMap/c-NN <nil> top/kustomization.yaml:0\n/ConfigMap/d-NN <nil> top/kustomization.yaml:0\n" + asks},
		"twice": {"resources: [../mid]\nreplicas: [{name: web, count: 5}]\n" +
			"configMapGenerator: [{name: c, behavior: replace, literals: [a=c]}]\n" +
			"-- mid/kustomization.yaml --\n" + strings.Replace(remote, "count: 5", "count: 4", 1) +
			"configMapGenerator: [{name: c, behavior: replace, literals: [a=b]}]\n",
			built + "/ConfigMap/c-NN <nil> top/kustomization.yaml:0\n" + strings.Replace(asks, "top/", "mid/", 1)},
		"with a patch of what is there as well": {remote + "configMapGenerator: [{name: c, behavior: replace, literals: [a=b]}]\n" +
			"patches: [{patch: '{apiVersion: apps/v1, kind: Deployment, metadata: {name: far}, spec: {replicas: 2}}'}]\n",
			built + "/ConfigMap/c-NN <nil> top/kustomization.yaml:0\n" + asks},
	} {
		got := hash.ReplaceAllString(said(New(tree(t, web+"-- top/kustomization.yaml --\n"+x.top)).Build(t.Context(), "top")), "$1-NN")
		if got != x.want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, x.want)
		}
	}
	in := tree(t, web+"-- top/kustomization.yaml --\nresources: [../base]\nconfigMapGenerator: [{name: c, behavior: replace}]\n")
	if got := said(New(in).Build(t.Context(), "top")); !strings.Contains(got, "kustomize does not build this: ConfigMap c does not exist") {
		t.Errorf("with nothing taken out:\n%s", got)
	}
}
