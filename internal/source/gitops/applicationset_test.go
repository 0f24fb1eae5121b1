package gitops

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// dirsOf are the directories of applications.
func dirsOf(all []application) string {
	var dirs []string
	for _, a := range all {
		dirs = append(dirs, a.dir)
	}
	return strings.Join(dirs, " ")
}

// What a set applies is all that its generators and its template say, and whole where each of
// its Applications is in the repository and is filled in.
func TestApplicationsOfASet(t *testing.T) {
	r := inFolder(t, "-- a/x.yaml --\n-- b/x.yaml --\n")
	const list, template = "{list: {elements: [{to: a}, {to: b}]}}", "template: {metadata: {name: '{{to}}'}, spec: {source: {path: '{{to}}'}}}"
	for name, x := range map[string]struct {
		spec, dirs string
		whole      bool
	}{
		"of a list":                {"{generators: [" + list + "], " + template + "}", "a b", true},
		"of clusters":              {"{generators: [{clusters: {}}], " + template + "}", "", false},
		"of a list, then clusters": {"{generators: [" + list + ", {clusters: {}}], " + template + "}", "a b", false},
		"of clusters, then a list": {"{generators: [{clusters: {}}, " + list + "], " + template + "}", "a b", false},
		"of nothing":               {"{generators: [{list: {elements: []}}], " + template + "}", "", false},
		"without a template":       {"{generators: [" + list + "]}", "", false},
		"what is no set":           {"3", "", false},
		"one that is not here":     {"{generators: [{list: {elements: [{to: gone}, {to: b}]}}], " + template + "}", "b", false},
		"another that is not here": {"{generators: [{list: {elements: [{to: a}, {to: gone}]}}], " + template + "}", "a", false},
		"of several sources": {"{generators: [{list: {elements: [{to: a}]}}], " +
			"template: {spec: {sources: [{path: '{{to}}'}, {path: b}]}}}", "a b", true},
		"by a template": {"{goTemplate: true, generators: [" + list + "], template: {spec: {source: {path: '{{.to}}'}}}}", "a b", true},
		"by a template that fails for one": {"{goTemplate: true, generators: [" + list + "], " +
			"template: {spec: {source: {path: '{{if eq .to \"a\"}}{{fail \"no\"}}{{end}}{{.to}}'}}}}", "b", false},
		"by a template that fails in a list": {"{goTemplate: true, generators: [" + list + "], " +
			"template: {spec: {sources: [{path: a}, {path: '{{fail \"no\"}}'}]}}}", "", false},
		"by one that makes no object": {"{generators: [" + list + "], template: {metadata: [a], spec: {source: {path: a}}}}", "", false},
	} {
		all, whole := (argoApps{r}).applicationSet(object{group: argo, kind: "ApplicationSet", data: []byte("spec: " + x.spec)})
		if dirsOf(all) != x.dirs || whole != x.whole {
			t.Errorf("%s: %s, whole %t, want %s, %t", name, dirsOf(all), whole, x.dirs, x.whole)
		}
	}
	if got, _ := fast(map[string]any{"a": 1})("x-{{ a }}-{{b}}"); got != "x-1-{{b}}" {
		t.Error(got)
	}
}

// A Git generator gives what stands in files and where they stand, or directories that it does
// not exclude; its own values are filled in from these.
func TestParametersOfGit(t *testing.T) {
	r := inFolder(t, "-- envs/east/env.yaml --\nname: east\ncluster: {id: 7, at: {zone: a}}\n-- envs/bad/env.yaml --\na: [\n"+
		"-- envs/list/env.yaml --\n- a\n"+
		"-- envs/.hidden/env.yaml --\nname: hidden\n-- apps/Web_1/a.yaml --\n-- apps/old/a.yaml --\n-- other/a.yaml --\n")
	for name, x := range map[string]struct {
		generator  string
		goTemplate bool
		want       string
	}{
		"files": {"{files: [{path: envs/*/env.yaml}]}", false, "cluster.at.zone=a cluster.id=7 name=east path=envs/east path.basename=east " +
			"path.basenameNormalized=east path[0]=envs path[1]=east"},
		"files, by a template": {"{files: [{path: envs/*/env.yaml}]}", true,
			"cluster=map[at:map[zone:a] id:7] name=east path=map[basename:east " +
				"basenameNormalized:east path:envs/east segments:[envs east]]"},
		"directories": {"{directories: [{path: apps/*}, {path: apps/*}, {path: apps/old, exclude: true}]}", false,
			"path=apps/Web_1 path.basename=Web_1 path.basenameNormalized=web-1 path[0]=apps path[1]=Web_1"},
		"all but a pattern that is none": {"{directories: [{path: other}, {path: '[', exclude: true}]}", false,
			"path=other path.basename=other path.basenameNormalized=other path[0]=other"},
		"values": {"{directories: [{path: other}], values: {where: '{{path.basename}}-x'}}", false,
			"path=other path.basename=other path.basenameNormalized=other path[0]=other values.where=other-x"},
	} {
		var g generator
		if err := yaml.Unmarshal([]byte("git: "+x.generator), &g); err != nil {
			t.Fatal(err)
		}
		var all []string
		for _, p := range (argoApps{r}).parameters(g, x.goTemplate) {
			var one []string
			for _, k := range slices.Sorted(maps.Keys(p)) {
				one = append(one, fmt.Sprintf("%s=%v", k, p[k]))
			}
			all = append(all, strings.Join(one, " "))
		}
		if got := strings.Join(all, "; "); got != x.want {
			t.Errorf("%s:\n%s, want\n%s", name, got, x.want)
		}
	}
}

// The paths of an input are its files, or the folders that they stand in, up to its top.
func TestEveryPath(t *testing.T) {
	r := inFolder(t, "-- d/a.yaml --\n-- d/e/b.yaml --\n-- c.yaml --\n")
	for directories, want := range map[bool]string{true: ". d d/e", false: "c.yaml d/a.yaml d/e/b.yaml"} {
		if got := strings.Join(slices.Sorted(maps.Keys((argoApps{r}).everyPath(directories))), " "); got != want {
			t.Errorf("directories %t: %s, want %s", directories, got, want)
		}
	}
}

// Two stars stand for any number of folders, and one for one that is not hidden.
func TestFits(t *testing.T) {
	for _, x := range []struct {
		pattern, name string
		want          bool
	}{
		{"a/*", "a/b", true}, {"a/*", "a/b/c", false}, {"a/*", "a", false}, {"a", "a/b", false}, {"a/*", "a/.b", false}, {"*/b", ".a/b", false},
		{"**", "a/b/c", true}, {"a/**", "a", true}, {"a/**/z", "a/z", true}, {"a/**/z", "a/b/c/z", true}, {"a/**/z", "a/b/c", false},
		{"**/z", "z", true}, {"**/z", "a/b/y", false}, {"a[", "a[", false}, {"a-?", "a-1", true}, {"a-?", "a-12", false},
		{"**/a/b", "a/c/a/b", true},
	} {
		if got := fits(strings.Split(x.pattern, "/"), strings.Split(x.name, "/")); got != x.want {
			t.Errorf("%s takes %s: %t", x.pattern, x.name, got)
		}
	}
}

// A directory that several patterns name is one, whatever their order.
func TestDirectoriesThatPatternsShare(t *testing.T) {
	r := inFolder(t, "-- a/x.yaml --\n-- b/x.yaml --\n")
	var g generator
	if err := yaml.Unmarshal([]byte("git: {directories: [{path: b}, {path: a}, {path: '*'}]}"), &g); err != nil {
		t.Fatal(err)
	}
	if got := strings.Join((argoApps{r}).directoriesOf(g), " "); got != "a b" {
		t.Error(got)
	}
}

// Files of a Git generator come by their names, in each run alike.
func TestFilesComeByName(t *testing.T) {
	r := inFolder(t, "-- d/x.yaml --\n-- b/x.yaml --\n-- f/x.yaml --\n-- a/x.yaml --\n-- e/x.yaml --\n-- c/x.yaml --\n")
	if got := strings.Join((argoApps{r}).glob("*/x.yaml", false), " "); got != "a/x.yaml b/x.yaml c/x.yaml d/x.yaml e/x.yaml f/x.yaml" {
		t.Error(got)
	}
}
