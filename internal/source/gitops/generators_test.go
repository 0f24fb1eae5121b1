package gitops

import (
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

// A set applies the folders that its generators name, however they are combined. Which clusters
// there are is not known: what it applies for each of them is, and a folder that is not here
// is applied for none.
func TestCombinedGenerators(t *testing.T) {
	r := inFolder(t, "-- apps/prod/c1/x.yaml --\n-- apps/prod/c2/x.yaml --\n-- apps/stage/c1/x.yaml --\n-- other/x.yaml --\n")
	const byValues = "template: {spec: {source: {path: 'apps/{{values.env}}/{{values.dir}}'}}}"
	for name, x := range map[string]struct {
		spec, dirs string
		whole      bool
	}{
		"clusters with values, and a list that says more": {"{generators: [{merge: {mergeKeys: [name], generators: [" +
			"{clusters: {values: {env: prod, dir: none}}}, {list: {elements: [{name: a, values.dir: c1}, {name: b, values.dir: c2}, " +
			"{name: c, values.dir: c9}]}}]}}], " + byValues + "}", "apps/prod/c1 apps/prod/c2", true},
		"by a template": {"{goTemplate: true, generators: [{merge: {mergeKeys: [name], generators: [" +
			"{clusters: {values: {env: prod, dir: none}}}, {list: {elements: [{name: a, values: {dir: c1}}]}}]}}], " +
			"template: {spec: {source: {path: 'apps/{{.values.env}}/{{.values.dir}}'}}}}", "apps/prod/c1", true},
		"other clusters with other values": {"{generators: [{merge: {mergeKeys: [name], generators: [" +
			"{clusters: {values: {env: prod, dir: c1}}}, {clusters: {selector: {}, values: {env: stage}}}]}}], " + byValues + "}",
			"apps/stage/c1 apps/prod/c1", true},
		"two lists, by their key": {"{generators: [{merge: {mergeKeys: [name], generators: [" +
			"{list: {elements: [{name: a, values.env: prod, values.dir: c1}, {name: b, values.env: prod, values.dir: c1}]}}, " +
			"{list: {elements: [{name: b, values.dir: c2}]}}]}}], " + byValues + "}", "apps/prod/c1 apps/prod/c2", true},
		"each of two lists": {"{generators: [{matrix: {generators: [{list: {elements: [{values.env: prod}, {values.env: stage}]}}, " +
			"{list: {elements: [{values.dir: c1}]}}]}}], " + byValues + "}", "apps/prod/c1 apps/stage/c1", true},
		"folders for each cluster": {"{generators: [{matrix: {generators: [{list: {elements: [{env: prod}]}}, " +
			"{git: {directories: [{path: 'apps/{{env}}/*'}]}}, {clusters: {}}]}}], template: {spec: {source: {path: '{{path}}'}}}}",
			"apps/prod/c1 apps/prod/c2", true},
		"one folder on each cluster":     {"{generators: [{clusters: {}}], template: {spec: {source: {path: other}}}}", "other", true},
		"folders called as clusters are": {"{generators: [{clusters: {}}], template: {spec: {source: {path: 'apps/prod/{{name}}'}}}}", "", true},
		"none is here":                   {"{generators: [{clusters: {}}], template: {spec: {source: {path: 'gone/{{name}}'}}}}", "", false},
		"what clusters are labelled": {"{goTemplate: true, generators: [{clusters: {}}], " +
			"template: {spec: {source: {path: 'apps/{{.metadata.labels.env}}/c1'}}}}", "", true},
		"of a forge, into folders": {"{generators: [{scmProvider: {}}], template: {spec: {source: {path: 'apps/{{branch}}/c1'}}}}", "", true},
		"of a forge": {"{generators: [{scmProvider: {}}], " +
			"template: {spec: {source: {repoURL: '{{url}}', path: 'apps/prod/{{branch}}'}}}}", "", false},
		"of anything":        {"{generators: [{clusters: {}}], template: {spec: {source: {path: '{{values.a}}/{{name}}'}}}}", "", false},
		"a merge of a forge": {"{generators: [{merge: {generators: [{scmProvider: {}}, {clusters: {}}]}}], " + byValues + "}", "", true},
	} {
		o := object{group: argo, kind: "ApplicationSet", name: "s", data: []byte("spec: " + x.spec)}
		all, whole := (argoApps{r}).applicationSet(o)
		if dirsOf(all) != x.dirs || whole != x.whole {
			t.Errorf("%s: %s, whole %t, want %s, %t", name, dirsOf(all), whole, x.dirs, x.whole)
		}
		if faults := (&Deployed{repository: r}).set(o); (len(faults) == 0) != x.whole {
			t.Errorf("%s: %v", name, reasons(faults))
		}
	}
}

func reasons(faults []origin.Fault) string {
	var all []string
	for _, f := range faults {
		all = append(all, f.Reason)
	}
	return strings.Join(all, "; ")
}
