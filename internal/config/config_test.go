package config

import (
	"encoding/json"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/waive"
)

func catalogOf(t *testing.T) *responsibility.Catalog {
	t.Helper()
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

var rules = waive.Rules{Obligations: []string{"pdb-missing", "single-replica"}, Today: "2026-11-29"}

func read(t *testing.T, text string) (*Config, error) {
	t.Helper()
	file := filepath.Join(t.TempDir(), Name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Read(file, catalogOf(t), rules)
}

// What is wrong is named with its line, its field and what was meant.
func TestFaults(t *testing.T) {
	for _, x := range []struct{ text, want string }{
		{"failson: high\n", "1 failson: is not a field that stands here; did you mean failOn?"},
		{"failOn: hihg\n", `1 failOn: is "hihg", wants high, medium, low or never; did you mean high?`},
		{
			"offerings:\n  - offering: eks-auto-moode\n",
			`2 offerings[0].offering: is "eks-auto-moode", which is no offering that workloads run on; did you mean eks-auto-mode?`,
		},
		{
			"obligations:\n- id: x\n  title: x\n  appliesTo: workload\n  expression: |\n    true &&\n    workload.nane == 'a'\n",
			`7 obligations[0].expression: undefined field 'nane'`,
		},
		{"obligations:\n- {id: pdb-missing, title: x}\n", `2 obligations[0].id: is "pdb-missing", which there is already`},
		{
			"obligations:\n- {id: x, title: x, appliesTo: workloads}\n",
			`2 obligations[0].appliesTo: is "workloads", wants workload, budget or pool; did you mean workload?`,
		},
		{
			"obligations:\n- {id: x, title: x, appliesTo: pool, expression: pool.weight}\n",
			`2 obligations[0].expression: undefined field 'weight'`,
		},
		{"offerings:\n  - {}\n", `2 offerings[0].offering: is "", which is no offering that workloads run on`},
		{
			"offerings: [{offering: mongodb-atlas}]\n",
			`1 offerings[0].offering: is "mongodb-atlas", which is no offering that workloads run on`,
		},
		{
			"offerings:\n  - offering: aks\n    path: [a]\n",
			"3 offerings[0].path: is not a field that stands here; did you mean paths?",
		},
		{"floors:\n  - {floor: -1}\n", "2 floors[0].floor: wants 0 or more ready pods"},
		{"floors:\n  - {workloads: [web]}\n", "2 floors[0].floor: wants 0 or more ready pods"},
		{"floors:\n  - {floor: two}\n", `2 floors[0].floor: `},
		{"timings: {podReady: 45}\n", "1 timings.podReady: "},
		{"timings: {podReady: soon}\n", "1 timings.podReady: "},
		{"severities:\n  - {severity: grave}\n", `2 severities[0].severity: is "grave", wants high, medium or low`},
		{
			"severities:\n  - severity: low\n    obligations: [pdb-mising]\n",
			`3 severities[0].obligations[0]: is "pdb-mising", which is no obligation that onus checks; did you mean pdb-missing?`,
		},
		{"owners:\n  - {namespaces: [a]}\n", "2 owners[0]: names no owner"},
		{"waivers:\n  - {reason: x}\n", "2 waivers[0]: names no obligation; obligations: [single-replica]"},
		{
			"waivers:\n  - obligations: [x]\n    reason: x\n",
			`2 waivers[0].obligations[0]: is "x", which is no obligation that onus checks`,
		},
		{"waivers:\n  - obligations: [pdb-missing]\n    selector: 'app in'\n", "3 waivers[0].selector: "},
		{
			"waivers:\n  - obligations: [pdb-missing]\n    workloads: [a/b/c/d]\n",
			`3 waivers[0].workloads[0]: is "a/b/c/d", wants NAME`,
		},
		{"waivers:\n  - obligations: [pdb-missing]\n    paths: [a, '']\n", "3 waivers[0].paths[1]: is empty"},
		{"ignore: ['']\n", "1 ignore[0]: is empty"},
		{"ignore: [\n", ""},
		{"- a\n", "1 "},
		{"failOn: high\nfailOn: low\n", "2 failOn: "},
	} {
		text, want := x.text, x.want
		_, err := read(t, text)
		var fault *document.Error
		if !errors.As(err, &fault) {
			t.Errorf("%q: %v", text, err)
			continue
		}
		got := strings.TrimPrefix(strings.TrimSuffix(fault.Error()+"; "+fault.Hint, "; "), fault.File+":")
		if got = strings.Replace(got, ": ", " ", 1); want != "" && !strings.HasPrefix(got, want) || filepath.Base(fault.File) != Name {
			t.Errorf("%q\nis   %s\nwant %s", text, got, want)
		}
	}
	for _, text := range []string{"", "# nothing\n", "{}\n", "ignore: []\n"} {
		if _, err := read(t, text); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// The schema has each field that is read, and no other one.
func TestSchema(t *testing.T) {
	data, err := os.ReadFile("../../docs/config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Properties map[string]struct {
			Items      struct{ Properties map[string]any }
			Properties map[string]any
		}
		Defs map[string]struct{ Properties map[string]any } `json:"$defs"`
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	same := func(what string, fields []string, properties []string) {
		slices.Sort(fields)
		slices.Sort(properties)
		if !slices.Equal(fields, properties) {
			t.Errorf("%s: reads %v, and the schema has %v", what, fields, properties)
		}
	}
	fields := func(of reflect.Type) (names []string) {
		for i := range of.NumField() {
			if name := of.Field(i).Tag.Get("json"); name != "" {
				names = append(names, name)
			}
		}
		return names
	}
	whole := reflect.TypeFor[form]()
	same("the file", fields(whole), slices.Collect(maps.Keys(schema.Properties)))
	same("what an entry is about", fields(reflect.TypeFor[On]()), slices.Collect(maps.Keys(schema.Defs["on"].Properties)))
	for i := range whole.NumField() {
		f := whole.Field(i)
		in := schema.Properties[f.Tag.Get("json")]
		switch {
		case f.Type.Kind() == reflect.Struct:
			same(f.Name, fields(f.Type), slices.Collect(maps.Keys(in.Properties)))
		case f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct:
			same(f.Name, fields(f.Type.Elem()), slices.Collect(maps.Keys(in.Items.Properties)))
		}
	}
}

// What is read is valid by the schema, and what has a fault of its form is not.
func TestSchemaHolds(t *testing.T) {
	c := jsonschema.NewCompiler()
	schema, err := c.Compile("../../docs/config.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	const whole = `
offerings: [{offering: aks, paths: [a], namespaces: [b], workloads: [b/c], selector: a=b}]
floors: [{floor: 0}]
timings: {nodeReady: 90s, podReady: 1m30s, podStop: 5s}
severities: [{severity: low, obligations: [pdb-missing]}, {severity: high, namespaces: [pay]}]
owners: [{owner: us}]
waivers: [{obligations: [single-replica], reason: x, until: "2027-01-31"}]
obligations:
  - {id: x, title: x, appliesTo: workload, expression: "true", severity: low, message: x, fix: x,
     tests: [{name: a, expect: held, given: x}]}
ignore: ["**/testdata"]
failOn: never
baseline: onus-baseline.json
`
	for text, valid := range map[string]bool{
		whole: true, "{}": true, "failson: high": false, "failOn: hihg": false, "offerings: [{offering: aks, path: [a]}]": false,
		"obligations: [{id: x, title: x, appliesTo: node, expression: \"true\"}]":                                       false,
		"obligations: [{id: x, title: x, appliesTo: pool}]":                                                             false,
		"obligations: [{id: X, title: x, appliesTo: pool, expression: \"true\"}]":                                       false,
		"obligations: [{id: x, title: x, appliesTo: pool, expression: \"true\", tests: [{expect: unknown, given: x}]}]": false,
		"floors: [{workloads: [web]}]":                                                                                  false,
		"floors: [{floor: -1}]":                                                                                         false,
		"timings: {podReady: 45}":                                                                                       false,
		"severities: [{severity: grave}]":                                                                               false,
		"waivers: [{reason: x}]":                                                                                        false,
		"owners: [{namespaces: [a]}]":                                                                                   false,
		"waivers: [{obligations: [pdb-missing], workloads: [a/b/c/d], reason: x}]":                                      false,
	} {
		var v any
		if err := yaml.Unmarshal([]byte(text), &v); err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(v); (err == nil) != valid {
			t.Errorf("%s: valid by the schema: %v, want %v (%v)", text, err == nil, valid, err)
		}
		if _, err := read(t, text); (err == nil) != valid {
			t.Errorf("%s: read: %v, want %v", text, err, valid)
		}
	}
}

func TestGlob(t *testing.T) {
	for _, x := range []struct {
		pattern, path string
		is            bool
	}{
		{"prod", "prod", true}, {"prod", "prod/a.yaml", true}, {"prod/", "prod/a/b.yaml", true}, {"./prod", "prod/a.yaml", true},
		{"prod", "production/a.yaml", false}, {"prod", "x/prod/a.yaml", false},
		{"**/prod", "x/prod/a.yaml", true}, {"**/prod", "prod/a.yaml", true},
		{"clusters/*/apps", "clusters/a/apps/x.yaml", true}, {"clusters/*/apps", "clusters/a/b/apps/x.yaml", false},
		{"clusters/**/apps", "clusters/a/b/apps/x.yaml", true}, {"clusters/**/apps", "clusters/apps/x.yaml", true}, {"*.yaml", "a.yaml", true},
		{"*.yaml", "x/a.yaml", false}, {"**/*.yaml", "x/a.yaml", true}, {"a.yaml", "axyaml", false}, {"prod/**", "prod/a/b", true},
		{"a?c", "abc", true}, {"a?c", "a/c", false}, {"(", "(", true}, {"[a]", "a", false},
	} {
		if is := globOf(x.pattern).MatchString(x.path); is != x.is {
			t.Errorf("%s is %s: %v, want %v", x.pattern, x.path, is, x.is)
		}
	}
}

func TestFind(t *testing.T) {
	root := t.TempDir()
	t.Chdir(root)
	for _, dir := range []string{"repo/.git", "repo/deploy/prod", "repo/other", "bare/deploy"} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"repo/" + Name, "repo/other/" + Name, "bare/" + Name, "repo/deploy/prod/a.yaml", Name} {
		if err := os.WriteFile(file, nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, x := range []struct{ paths, want string }{
		{"repo/deploy/prod", "repo/" + Name},
		{"repo/deploy/prod/a.yaml", "repo/" + Name},
		{"repo", "repo/" + Name},
		{"repo/other", "repo/other/" + Name},
		{"repo/deploy repo/deploy/prod", "repo/" + Name},
		{"repo/deploy repo/other", "!"},
		{"bare/deploy", "bare/" + Name},
		{"-", Name},
		{"", Name},
		{"gone/a.yaml", Name},
	} {
		got, err := Find(strings.Fields(x.paths))
		if err != nil {
			got = "!"
		}
		if filepath.ToSlash(got) != x.want {
			t.Errorf("for %q: %s (%v), want %s", x.paths, got, err, x.want)
		}
	}
	t.Chdir("repo/other") // above the root of a repository nothing counts
	if err := os.Remove("../" + Name); err != nil {
		t.Fatal(err)
	}
	if got, err := Find([]string{"../deploy"}); got != "" || err != nil {
		t.Errorf("above the repository: %s, %v", got, err)
	}
}

// What is said of things applies to those that it is about, the last of several.
func TestApply(t *testing.T) {
	x, err := read(t, `
offerings: [{offering: eks-auto-mode}, {offering: gke-autopilot, namespaces: [jobs]}, {offering: aks, paths: [gone]}]
floors: [{floor: 2}, {floor: 3, workloads: [shop/web]}]
timings: {podReady: 45s}
severities: [{severity: low, selector: tier=back}, {severity: high, obligations: [pdb-missing], paths: ["**/web.yaml"]}]
owners: [{owner: all}, {owner: shopkeepers, namespaces: [shop]}]
waivers:
  - {obligations: [pdb-missing, single-replica], reason: by hand, until: 2027-01-31, workloads: [queue]}
  - {obligations: [pdb-missing], reason: over, until: 2020-01-31}
  - {obligations: [pdb-missing], until: 2027-01-31}
ignore: ["**/testdata", web.yaml]
`)
	if err != nil {
		t.Fatal(err)
	}
	at := func(file string) origin.Position { return origin.Position{File: filepath.Join(x.dir, file), Line: 1} }
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{
		{Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}, Position: at("deploy/web.yaml")},
		{Ref: kubernetes.Ref{Namespace: "jobs", Kind: "Deployment", Name: "queue"}, Position: at("queue.yaml"),
			Labels: map[string]string{"tier": "back"}},
		{Ref: kubernetes.Ref{Namespace: "jobs", Kind: "Deployment", Name: "proved"}, Floor: new(int)},
	}}
	u := &estate.Unit{Path: x.dir, Estate: &estate.Estate{Kubernetes: e}}
	x.Estate(e)
	if *e.Workloads[0].Floor != 3 || *e.Workloads[1].Floor != 2 || *e.Workloads[2].Floor != 0 || e.Timings.PodReady.Seconds() != 45 {
		t.Errorf("floors and timings: %d %d %d %v", *e.Workloads[0].Floor, *e.Workloads[1].Floor, *e.Workloads[2].Floor, e.Timings)
	}
	c := catalogOf(t)
	places := locate.Places{Workloads: make([]locate.Place, 3)}
	places.Workloads[2] = locate.Place{Offering: c.Offering("aks"), Basis: locate.Proof}
	x.Places(c, u, &places)
	if w := places.Workloads; w[0].Offering.ID != "eks-auto-mode" || w[1].Offering.ID != "gke-autopilot" || w[2].Offering.ID != "aks" ||
		places.Fallback.Offering.ID != "eks-auto-mode" || w[1].Evidence.String() != "set by "+x.File+":2" {
		t.Errorf("places: %+v %+v", places.Workloads, places.Fallback)
	}
	said := x.Of(u)
	web := &finding.Finding{Obligation: "pdb-missing", Severity: "medium", Position: e.Workloads[0].Position,
		Subject: finding.Subject{Unit: "u", Namespace: "shop", Kind: "Deployment", Name: "web"}}
	queue := &finding.Finding{Obligation: "pdb-missing", Severity: "medium", Position: e.Workloads[1].Position,
		Subject: finding.Subject{Unit: "u", Namespace: "jobs", Kind: "Deployment", Name: "queue"}}
	if got := said.Severity(web) + said.Severity(queue) + said.Owner(web) + said.Owner(queue); got != "highlowshopkeepersall" {
		t.Errorf("severities and owners: %s", got)
	}
	waivers, ignored := said.Waivers()
	if len(waivers) != 2 || len(ignored) != 2 || ignored[0].Reason != "it ended on 2020-01-31" || ignored[1].Reason != "it has no reason" {
		t.Fatalf("waivers: %+v, %+v", waivers, ignored)
	}
	if waivers[0].On(web.Subject, web.Position) || !waivers[0].On(queue.Subject, queue.Position) || waivers[0].Position.Line != 8 {
		t.Errorf("the waiver is on %+v", waivers[0])
	}
	for file, ignores := range map[string]bool{"a/testdata": true, "a/testdata/b.yaml": true, "web.yaml": true, "deploy/web.yaml": false} {
		if got := x.Ignores(filepath.Join(x.dir, file)); got != ignores {
			t.Errorf("ignores %s: %v", file, got)
		}
	}
	none := (*Config)(nil)
	none.Estate(e)
	none.Places(c, u, &places)
	if none.Ignores("a") || none.FailOn() != "" || none.Of(u).Severity(web) != "medium" || none.Of(u).Owner(web) != "" {
		t.Error("without a configuration something is said")
	}
}
