package gitops

import (
	"testing"

	kustomizetypes "sigs.k8s.io/kustomize/api/types"
	"sigs.k8s.io/yaml"

	"github.com/onus-project/onus/internal/source/unit"
)

// An image is written as kustomize edit set image takes it.
func TestImageOf(t *testing.T) {
	for written, want := range map[string]kustomizetypes.Image{
		"web":                             {Name: "web"},
		"web:v1":                          {Name: "web", NewTag: "v1"},
		"web=example.com/web":             {Name: "web", NewName: "example.com/web"},
		"web=example.com:5000/web:v1":     {Name: "web", NewName: "example.com:5000/web", NewTag: "v1"},
		"example.com:5000/web@sha256:01":  {Name: "example.com:5000/web", Digest: "sha256:01"},
		"example.com:5000/web":            {Name: "example.com:5000/web"},
		"web=example.com/web:v1@sha256:0": {Name: "web", NewName: "example.com/web", NewTag: "v1", Digest: "sha256:0"},
	} {
		if got := imageOf(written); got != want {
			t.Errorf("%s: %+v, want %+v", written, got, want)
		}
	}
}

// A workload goes by its name in the kustomization, which may put something around it.
func TestBuiltAs(t *testing.T) {
	document := func(name string) unit.Document {
		return unit.Document{Bytes: []byte("metadata: {name: " + name + "}\nspec: {template: {}}\n")}
	}
	service := unit.Document{Bytes: []byte("metadata: {name: dev-web}\nspec: {ports: []}\n")}
	for _, c := range []struct {
		name  string
		built []unit.Document
		want  string
	}{
		{"the same", []unit.Document{document("dev-web"), document("web")}, "web"},
		{"a prefix", []unit.Document{service, document("dev-web")}, "dev-web"},
		{"a suffix", []unit.Document{document("web-dev")}, "web-dev"},
		{"several", []unit.Document{document("web-dev"), document("a-web")}, "web"},
		{"none", []unit.Document{document("website"), document("db")}, "web"},
		{"no workload", []unit.Document{service}, "web"},
	} {
		if got := builtAs("web", c.built); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// What an Application asks for is what kustomize is asked for.
func TestChangesOfAnApplication(t *testing.T) {
	for written, want := range map[string]string{
		"commonLabels: {a: b}": "labels:\n- includeSelectors: true\n  pairs:\n    a: b\n",
		"commonLabels: {a: b}\nlabelWithoutSelector: true\nlabelIncludeTemplates: true": "labels:\n- includeTemplates: true\n" +
			"  pairs:\n    a: b\n",
		"commonLabels: {a: b}\nlabelWithoutSelector: true":  "labels:\n- pairs:\n    a: b\n",
		"commonLabels: {a: b}\nlabelIncludeTemplates: true": "labels:\n- includeSelectors: true\n  pairs:\n    a: b\n",
		"commonAnnotations: {a: b}":                         "commonAnnotations:\n  a: b\n",
		"replicas: [{name: web, count: \"4\"}]":             "replicas:\n- count: 4\n  name: web\n",
		"images: [web:v1]":                                  "images:\n- name: web\n  newTag: v1\n",
		"namePrefix: a-\nnamespace: shop":                   "namePrefix: a-\nnamespace: shop\n",
		"{}":                                                "{}\n",
	} {
		var a argoKustomize
		if err := yaml.Unmarshal([]byte(written), &a); err != nil {
			t.Fatal(err)
		}
		k := a.over(nil)
		if got, _ := yaml.Marshal(k); string(got) != want {
			t.Errorf("%s:\n%s\nwant\n%s", written, got, want)
		}
	}
}
