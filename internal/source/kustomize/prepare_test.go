package kustomize

import (
	"fmt"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// made is the kustomization in top/ as it is built, and what it has to do
// without, each with its line.
func made(t *testing.T, archive string, lenient bool) (string, prepared) {
	t.Helper()
	in := tree(t, archive)
	k, err := parse(in, "top/kustomization.yaml")
	if err != nil {
		t.Fatal(err)
	}
	p := prepare(in, k, lenient, nil)
	var out strings.Builder
	out.WriteString(strings.TrimSuffix(string(p.data), nothing))
	for _, f := range p.missing {
		fmt.Fprintf(&out, "! %s\n", strings.TrimPrefix(f.String(), "top/kustomization.yaml:"))
	}
	return out.String(), p
}

// Each key keeps what can be had, in the newest form, and says what cannot.
func TestPrepare(t *testing.T) {
	for _, c := range []struct{ name, top, want string }{
		{"nothing", "", ""},
		{"a list", "- a\n", ""},
		{"keys that are taken over", "namespace: n\nnamePrefix: p\nnameSuffix: s\nimages: [{name: a, newTag: b}]\ncommonAnnotations: {a: b}\n",
			"namespace: n\nnamePrefix: p\nnameSuffix: s\nimages: [{name: a, newTag: b}]\ncommonAnnotations: {a: b}\n"},
		{"keys that are not", "vars: [a]\nopenapi: {path: a}\nimageTags: [a]\nhelmGlobals: {a: b}\nbuildMetadata: [a]\n" +
			"sortOptions: {order: legacy}\n", ""},
		{"resources", "resources: [a.yaml, ../base, ./b.yaml, x/../a.yaml, '', [c], sub]\n", "resources:\n    - ./a.yaml\n    - ../base\n" +
			"    - ./b.yaml\n    - ./a.yaml\n    - ./sub\n"},
		{"bases", "bases: [../base]\nresources: [a.yaml]\n", "resources:\n    - ./a.yaml\n    - ../base\n"},
		{"an anchor", "resources: [&a a.yaml, *a]\n", "resources:\n    - ./a.yaml\n    - ./a.yaml\n"},
		{"the directory above", "resources: [..]\n", "resources:\n    - ..\n"},
		{"components", "components: [sub, none]\n", "components:\n    - ./sub\n! 1: asks for none, a directory without a kustomization\n"},
		{"what is not there", "resources:\n- gone.yaml\n- /abs.yaml\n- none\n- https://example.com/a.yaml\n- ../../../outside.yaml\n",
			"! 2: asks for gone.yaml, which is not there\n! 3: asks for /abs.yaml, which kustomize takes by no absolute path\n" +
				"! 4: asks for none, a directory without a kustomization\n! 5: asks for https://example.com/a.yaml, which is remote\n" +
				"! 6: asks for ../../../outside.yaml, which is not there\n"},
		{"labels", "commonLabels: {a: b}\nlabels: [{pairs: {c: d}}]\n", "labels:\n    - pairs: {a: b}\n      includeSelectors: true\n" +
			"    - {pairs: {c: d}}\n"},
		{"labels that are none", "commonLabels: {}\n", ""},
		{"definitions and configurations", "crds: [a.yaml, gone.yaml, [b]]\nconfigurations: [b.yaml, sub]\n",
			"crds:\n    - a.yaml\nconfigurations:\n    - b.yaml\n! 1: asks for gone.yaml, which is not there\n" +
				"! 2: asks for sub, which is not there\n"},
		{"replacements", "replacements: [{path: a.yaml}, {path: gone.yaml}, {source: {kind: A}}]\n",
			"replacements:\n    - {path: a.yaml}\n    - {source: {kind: A}}\n! 1: asks for gone.yaml, which is not there\n"},
		{"generated", "configMapGenerator: [{name: c, files: [a.txt, gone.txt, k=a.txt, 'https://example.com/a'], envs: [gone.env, a.txt], " +
			"env: gone.env, literals: [a=b]}, none]\nsecretGenerator: [{name: s, env: a.txt}]\n",
			"configMapGenerator:\n    - name: c\n      files:\n        - a.txt\n        - k=a.txt\n      envs:\n        - a.txt\n" +
				"      literals: [a=b]\nsecretGenerator:\n    - name: s\n      env: a.txt\n"},
		{"plugins", "generators: [builtin.yaml, program.yaml, sub, gone.yaml, [a]]\ntransformers: ['{apiVersion: builtin, kind: X}', " +
			"\"apiVersion: other\\nkind: X\\n\"]\nvalidators: [two.yaml]\n",
			"generators:\n    - builtin.yaml\ntransformers:\n    - '{apiVersion: builtin, kind: X}'\n" +
				"! 1: asks for a program among its generators, which onus does not run\n! 1: asks for the generators in sub, which are programs that " +
				"onus does not run\n! 1: asks for gone.yaml, which is not there\n" +
				"! 2: asks for a program among its transformers, which onus does not run\n! 3: asks for a program among its validators, " +
				"which onus does not run\n"},
		{"charts", "helmCharts: [{name: redis}, {name: pg, version: 1.2.3, repo: 'https://example.com'}]\n" +
			"helmChartInflationGenerator: [{chartName: old, chartVersion: 4.5.6, chartRepo: 'https://old.example.com'}, {version: ''}]\n",
			"! 1: asks for the chart redis\n! 1: asks for the chart pg 1.2.3 of https://example.com\n" +
				"! 2: asks for the chart old 4.5.6 of https://old.example.com\n! 2: asks for the chart without a name\n"},
		{"values that are no lists", "resources: a.yaml\ncrds: {a: b}\ncomponents: 3\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := made(t, parts(c.top), false); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

// parts is a kustomization in top/ and what it may name.
func parts(top string) string {
	return `
-- kustomization.yaml --
-- base/kustomization.yaml --
-- top/a.yaml --
kind: A
-- top/b.yaml --
kind: B
-- top/a.txt --
text
-- top/bad.yaml --
a: ]
-- top/sub/kustomization.yml --
-- top/none/a.yaml --
-- top/builtin.yaml --

---
# the first
apiVersion: builtin
kind: X
---
apiVersion: builtin
kind: Y
-- top/program.yaml --
kind: X
-- top/two.yaml --
apiVersion: builtin
kind: X
---
apiVersion: example.com/v1
kind: Y
-- top/kustomization.yaml --
` + top
}

// What only works where everything is there is left out of what is missing parts.
func TestPrepareLeniently(t *testing.T) {
	for _, c := range []struct{ name, top, want string }{
		{"files that kustomize cannot read", "resources: [a.yaml, bad.yaml, sub]\n",
			"resources:\n    - ./a.yaml\n    - ./sub\n! 1: includes bad.yaml, which kustomize cannot read: yaml: " +
				"did not find expected node content\n"},
		{"replacements", "namespace: n\nreplacements:\n- path: a.yaml\n",
			"namespace: n\n! 3: replacements take values from objects that are not there\n"},
		{"no replacements", "namespace: n\n", "namespace: n\n"},
		{"patches", "patches: [{path: a.yaml}]\n", "patches:\n    - patch: |\n        kind: A\n      target:\n        kind: A\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got, _ := made(t, parts(c.top), true); got != c.want {
				t.Errorf("got:\n%swant:\n%s", got, c.want)
			}
		})
	}
}

// What a kustomization includes and puts around names is known beside its text.
func TestPreparedParts(t *testing.T) {
	_, p := made(t, parts("namePrefix: a-\nnameSuffix: -z\nnamespace: n\nresources: [a.yaml, sub, gone.yaml, none]\nbases: [../base]\n"+
		"components: [b.yaml]\ncrds: [a.txt]\n"), false)
	if got, want := fmt.Sprintf("%q %q %s %s %s", p.files, p.dirs, p.prefix, p.suffix, p.namespace),
		`["top/a.yaml" "top/b.yaml"] ["top/sub" "base"] a- -z n`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

// No cluster stores a file in a ConfigMap that is longer than 1 MiB.
func TestLargestFile(t *testing.T) {
	for size, kept := range map[int]bool{largest: true, largest + 1: false} {
		text := strings.Repeat("x", size-1) // and the end of a line
		got, _ := made(t, "-- top/long.txt --\n"+text+"\n-- top/kustomization.yaml --\n"+
			"configMapGenerator: [{name: c, files: [long.txt]}]\n", false)
		if strings.Contains(got, "long.txt") != kept {
			t.Errorf("%d bytes: %s", size, got)
		}
	}
}

// Plugins are kustomize's own where all of them are, and their text can be read.
func TestBuiltinOnly(t *testing.T) {
	for text, want := range map[string]bool{
		"": true, "# nothing\n": true, "apiVersion: builtin\n": true, "---\napiVersion: builtin\n---\napiVersion: builtin\n": true,
		"---\n# nothing\n---\napiVersion: builtin\n---\n": true, "---\n---\nkind: X\n": false, "---\n": true,
		"apiVersion: builtin/v1\n": false, "kind: X\n": false, "apiVersion: builtin\n---\nkind: X\n": false, "- apiVersion: builtin\n": false,
		"apiVersion: builtin\n---\na: ]\n": false, "apiVersion: [builtin]\n": false,
	} {
		if got := builtinOnly(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// YAML in place of a path has a line break, or is in flow style.
func TestInline(t *testing.T) {
	for text, want := range map[string]bool{
		"a: b\nc: d": true, "{a: b}": true, "[a]": true, "- {a: b}": true, "a.yaml": false, "a[1].yaml": false, "": false, "a: b": false,
	} {
		if got := inline(text); got != want {
			t.Errorf("%q: %t", text, got)
		}
	}
}

// The files of a generator are those behind its keys.
func TestSources(t *testing.T) {
	for text, want := range map[string]string{
		"{files: [a, b=c, d=e=f], envs: [g], env: h}": "[a c e=f g h]",
		"{name: a, literals: [b=c]}":                  "[]",
		"{env: a=b}":                                  "[a=b]",
	} {
		var doc yaml.Node
		if err := yaml.Unmarshal([]byte(text), &doc); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(sources(doc.Content[0])); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}
