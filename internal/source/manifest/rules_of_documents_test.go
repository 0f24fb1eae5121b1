package manifest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"maps"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A fault is that of a template where the mark of its language stands on the line, and of
// some languages anywhere in the document; then it has no field that could be at fault itself.
func TestFaultsOfTemplates(t *testing.T) {
	for mark, x := range map[string]struct {
		says     string
		anywhere bool
	}{
		"%{ if x }":  {"a template of Terraform", true},
		"{% if x %}": {jinja, true}, "{{ .x }}": {"a Go template", true}, "{{ x | y }}": {jinja, true},
		"{{ x if y else z }}": {jinja, true}, "{{ 'a' }}": {jinja, true}, "{{ x + y }}": {jinja, true}, "{{ x ~ y }}": {jinja, true},
		"{{ x }}": {names, true}, "#@ x": {"a ytt template", true}, "@NAME@": {names, false},
		"{NAME}": {names, false}, "$NAME": {envsubst, false},
		"plain": {"", false},
	} {
		for text, want := range map[string]bool{"a: x\nb: " + mark + "\n": x.says != "", "a: " + mark + "\nb: x\n": x.anywhere} {
			e := &document.Error{Line: 2, Msg: "is wrong"}
			is := named(e, source{data: []byte(text), first: 1})
			if said := "is " + x.says; is != want || want && (e.Msg != said || e.Hint == "") || !want && e.Msg != "is wrong" {
				t.Errorf("%q: %t, %s", text, is, e.Msg)
			}
		}
		for msg, want := range map[string]bool{"is wrong": false, "is " + mark: x.anywhere} {
			e := &document.Error{Line: 2, Field: "b", Msg: msg}
			if is := named(e, source{data: []byte("a: " + mark + "\nb: x\n"), first: 1}); is != want {
				t.Errorf("%s of a field, %q: %t", mark, msg, is)
			}
		}
	}
}

// A file that is called after Jinja is what its own marks make it, but Go templates, which Jinja
// writes, too: another language's say more than a name.
func TestOtherLanguagesInFilesOfJinja(t *testing.T) {
	for mark, want := range map[string]string{
		"%{ if x }": "a template of Terraform", "{{ .x }}": jinja, "{{ (a + b) }}": jinja, "{{ range(3) }}": jinja, "{{ x | y }}": jinja,
		"{{ x }}": jinja, "#@ x": "a ytt template",
		"@NAME@": names, "$NAME": envsubst,
	} {
		f := Unrendered("a.yaml.j2", []byte("apiVersion: v1\nkind: Service\nmetadata:\n  name: "+mark+"\n"))
		if f == nil || f.Msg != "is "+want {
			t.Errorf("%s: %+v", mark, f)
		}
	}
}

// What stands behind a list that was read to a part may be any of its items; behind anything
// else nothing is missing.
func TestStreamsThatEndInAList(t *testing.T) {
	const service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {selector: {a: b}}\n"
	list := "apiVersion: v1\nkind: List\nitems:\n- " + strings.ReplaceAll(strings.TrimSuffix(service, "\n"), "\n", "\n  ") + "\n"
	for name, x := range map[string]struct {
		text string
		rest bool
	}{
		"in a list": {list, true}, "in a document": {service, false}, "behind a list": {list + "---\n" + service, false},
		"at the end of a list": {list + "---\n", false}, "at the items": {"apiVersion: v1\nkind: List\nitems:\n", false},
	} {
		raw := &kubernetes.Raw{}
		in := io.MultiReader(strings.NewReader(strings.Repeat("# c\n", headSize)+x.text), iotest.ErrReader(errors.New("broken")))
		faults, err := Read(t.Context(), "x.yaml", bufio.NewReader(in), raw)
		if err != nil || len(faults) != 1 || faults[0].Rest != x.rest {
			t.Errorf("%s: %+v, %v", name, faults, err)
		}
	}
}

// A directive that YAML does not have is a fault also where no document follows, and what holds
// nothing is none.
func TestDirectivesWithoutADocument(t *testing.T) {
	for text, want := range map[string]int{
		"%YAML 1.2\n": 0, "%FOO\n": 1, "a: b\n...\n%FOO\n": 1, "%YAML 1.2\n---\na: b\n": 0, "---\n---\n# c\n---\n": 0, "": 0,
	} {
		raw, faults := readRaw(t, text)
		if len(faults) != want || raw.Seen.Skipped != strings.Count(text, "a: b") {
			t.Errorf("%q: %v, %d skipped", text, faults, raw.Seen.Skipped)
		}
	}
}

// The elements of a list are those that begin as far left as the first, each on its own line.
func TestElementsOfABatch(t *testing.T) {
	for text, want := range map[string]string{
		"- a\n- b\n":               "7:- a|8:- b|",
		"- a: 1\n  b:\n  - c\n- d": "7:- a: 1,  b:,  - c|10:- d|",
		"  - a\n# c\n\n  - b\n":    "7:  - a,# c,|10:  - b|",
		"  - a\n- b\n  - c\n":      "7:  - a,- b|9:  - c|",
	} {
		got := ""
		for _, c := range split(&chunk{data: []byte(text), line: 7, api: "v1"}) {
			got += fmt.Sprintf("%d:%s|", c.line, strings.ReplaceAll(strings.TrimSuffix(string(c.data), "\n"), "\n", ","))
			if c.api != "v1" {
				t.Errorf("%q: of %q", text, c.api)
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

// No more is read than may be, however much there is room for.
func TestWhereALineCounterStops(t *testing.T) {
	l := &lineCounter{in: strings.NewReader("a\nb\nc\n"), limit: 4}
	p := make([]byte, 4, 64)
	n, err := l.Read(p[:3])
	if n != 3 || err != nil {
		t.Errorf("%d bytes, %v", n, err)
	}
	if n, err := l.Read(p); n != 1 || err != nil || l.at(4) != 3 {
		t.Errorf("%d bytes, %v, line %d", n, err, l.at(4))
	}
	if n, err := l.Read(p); n != 0 || !errors.Is(err, errTooLong) {
		t.Errorf("%d bytes, %v", n, err)
	}
}

// Groups without a dot and those of k8s.io are Kubernetes' own, but for those that are kept
// apart from it.
func TestGroupsOfKubernetes(t *testing.T) {
	for group, want := range map[string]bool{
		"": true, "apps": true, "policy": true, "rbac.authorization.k8s.io": true, "cluster.x-k8s.io": false, "example.com": false,
		"k8s.io.example.com": false,
	} {
		if builtin(group) != want {
			t.Errorf("%q: %t", group, !want)
		}
	}
}

// A number that is too small is told as it is written.
func TestNumbersThatAreTooSmall(t *testing.T) {
	for n, least := range map[int64]int{-1: 0, 0: 1, -10: 0, -12: 1, -1000: 11} {
		r := &objectReader{file: "a.yaml"}
		doc, err := document.Parse([]byte("a: 1\n"), 1)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := r.tooSmall(doc, "/a", n, least).Msg, fmt.Sprintf("is %d, wants %d or more", n, least); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

// Of several fields that a NodePool does not have the first by its name is told, and always the
// same.
func TestFirstFieldThatIsNone(t *testing.T) {
	text := "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: p}\nspec: {disruption: {budgets: [{nodes: '1', "
	for c := 'z'; c >= 'a'; c-- {
		text += string(c) + "x: 1, "
	}
	for range 5 {
		if _, err := read(t, text+"reasons: []}]}}\n"); err == nil || !strings.Contains(err.Error(), "budgets[0].ax: is no field") {
			t.Fatal(err)
		}
	}
}

// The images of nodes are told where all of what selects them is an alias, or an id.
func TestImagesOfNodes(t *testing.T) {
	for terms, want := range map[string]map[string]string{
		"":                              {},
		"{alias: a}":                    {kubernetes.ImageAlias: "a"},
		"{alias: b}, {alias: a}":        {kubernetes.ImageAlias: "a, b"},
		"{id: ami-2}, {id: ami-1}":      {kubernetes.ImageID: "ami-1, ami-2"},
		"{id: x}":                       {kubernetes.ImageID: "x"},
		"{alias: a}, {id: x}":           {},
		"{name: n}":                     {},
		"{alias: a}, {tags: {a: b}}":    {},
		"{id: x}, {ssmParameter: /a/b}": {},
	} {
		doc, err := document.Parse([]byte("spec: {amiSelectorTerms: ["+terms+"]}\n"), 1)
		if err != nil {
			t.Fatal(err)
		}
		values := map[string]string{}
		if nodeImages(doc, values); !maps.Equal(values, want) {
			t.Errorf("%s: %v", terms, values)
		}
	}
}

// In how many clusters Karmada makes all replicas of an object.
func TestClustersOfAPlacement(t *testing.T) {
	const names = `"clusterNames": ["a", "b", "c"]`
	for text, want := range map[string]int{
		`{}`: 0, `{"clusterAffinity": {` + names + `}}`: 3, `{"clusterAffinity": {` + names + `, "exclude": ["b", "d"]}}`: 2,
		`{"clusterAffinity": {` + names + `, "labelSelector": {}}}`: 0, `{"clusterAffinity": {` + names + `, "fieldSelector": {}}}`: 0,
		`{"clusterAffinity": {` + names + `}, "replicaScheduling": {}}`:                                             0,
		`{"clusterAffinity": {` + names + `}, "replicaScheduling": {"replicaSchedulingType": "Duplicated"}}`:        3,
		`{"clusterAffinity": {` + names + `}, "replicaScheduling": {"replicaSchedulingType": "Divided"}}`:           0,
		`{"clusterAffinity": {` + names + `}, "spreadConstraints": [{"spreadByField": "cluster", "maxGroups": 2}]}`: 2,
		`{"clusterAffinity": {` + names + `}, "spreadConstraints": [{"spreadByField": "cluster", "maxGroups": 5}]}`: 3,
		`{"clusterAffinity": {` + names + `}, "spreadConstraints": [{"spreadByField": "region", "maxGroups": 2}]}`:  0,
		`{"clusterAffinity": {` + names + `}, "spreadConstraints": [{"spreadByField": "region"}]}`:                  3,
	} {
		var p placement
		if err := json.Unmarshal([]byte(text), &p); err != nil {
			t.Fatal(err)
		}
		if got := p.duplicated(); got != want {
			t.Errorf("%s: %d, want %d", text, got, want)
		}
	}
}

// A configuration of eksctl has the version of its cluster where that is a text.
func TestVersionsOfEksctl(t *testing.T) {
	for version, want := range map[string]string{
		"version: '1.31'": "1.31", "version: 1.31": "none",
		"region: x": "none", "version: ''": "",
	} {
		e := mustRead(t, "apiVersion: eksctl.io/v1alpha5\nkind: ClusterConfig\nmetadata: {name: a, "+version+"}\na: 1\n")
		got, is := e.Objects[0].Values["metadata.version"]
		if !is {
			got = "none"
		}
		if got != want {
			t.Errorf("%s: %q", version, got)
		}
	}
}

// Of several namespaces on a line of a template that of the object alone is left out.
func TestOneOfSeveralNamespaces(t *testing.T) {
	for text, want := range map[string]string{
		"{metadata: {name: a, namespace: shop}, namespace: bar}":       `{metadata: {name: a, namespace: ""}, namespace: bar}`,
		"{namespace: bar, metadata: {namespace: 'shop'}}":              `{namespace: bar, metadata: {namespace: ""}}`,
		"{namespace: bar, metadata: {name: a}}":                        "{namespace: bar, metadata: {name: a}}",
		"{namespace: bar, metadata: {name: a, namespace: '${WHERE}'}}": "{namespace: bar, metadata: {name: a, namespace: '${WHERE}'}}",
	} {
		data := []byte("kind: Template\nobjects:\n- " + text + "\n")
		doc, err := document.Parse(data, 5)
		if err != nil {
			t.Fatal(err)
		}
		r := &objectReader{from: source{data: data, first: 5}}
		if got := string(r.intoOneProject(doc)); got != "kind: Template\nobjects:\n- "+want+"\n" {
			t.Errorf("%s: %q", text, got)
		}
	}
}

// Text that looks like an object of a program is none of a cluster; beside one of a cluster it is
// not known what it holds.
func TestObjectsOfPrograms(t *testing.T) {
	const object = "apiVersion: v1\nkind: Service\n"
	for text, want := range map[string]bool{
		"apiVersion: krew.googlecontainertools.github.com/v1alpha2\nkind: Plugin\nversion: {{ .Tag }}\n": true,
		"apiVersion: skaffold/v4beta13\nkind: Config\nbuild: {{ x }}\n":                                  true,
		"apiVersion: backstage.io/v1alpha1\nkind: Component\n{% if x %}\n":                               true,
		"apiVersion: example.com/v1\nkind: Plugin\nversion: {{ .Tag }}\n":                                false,
		"apiVersion: {{ api }}\nkind: Plugin\n":                                                          false,
		"apiVersion: skaffold/v4beta13\nkind: Config\n" + object:                                         false,
		object: false, "a: {{ x }}\n": true,
	} {
		if foreign([]byte(text)) != want {
			t.Errorf("%q is foreign: %t", text, !want)
		}
	}
}

// Text that cannot be parsed is a template of the language whose mark it has.
func TestUnfilled(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\n{% if x %}\n": "2 is " + jinja, "a: {{ .x }}\n": "1 is a Go template", "a:\n\n  {{ x }}: b\n": "3 is " + names,
		"a: b: c\n": "", "a: $B\n": "",
	} {
		reason, hint, line, is := Unfilled([]byte(text))
		if got := fmt.Sprint(line, " ", reason); is != (want != "") || is && (got != want || hint == "") {
			t.Errorf("%q: %q, %q", text, got, hint)
		}
	}
}
