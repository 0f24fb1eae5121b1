package kustomize

import (
	"strings"
	"testing"

	"sigs.k8s.io/kustomize/api/types"

	"github.com/onus-project/onus/internal/source/unit"
)

// Documents that were made of a directory are changed as a kustomization says,
// and each keeps its source; what components add stands where they have it.
func TestOver(t *testing.T) {
	in := tree(t, `
-- app/own.yaml --
-- part/kustomization.yaml --
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [more.yaml, gone.yaml]
namePrefix: p-
-- part/more.yaml --

apiVersion: v1
kind: Service
metadata:
  name: more
-- none/a.yaml --
`)
	documents := []unit.Document{
		{Bytes: []byte("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 1}\n"), File: "chart/web.yaml", Line: 7},
		{Bytes: []byte("apiVersion: v1\nkind: Service\nmetadata: {name: web, annotations: {a: b}}\n"), File: "chart/service.yaml", Line: 3},
	}
	b := New(in)
	for _, c := range []struct {
		name string
		k    types.Kustomization
		want string
	}{
		{"nothing", types.Kustomization{}, "/Deployment/web 1 chart/web.yaml:7\n/Service/web <nil> chart/service.yaml:3 map[a:b]\n"},
		{"names", types.Kustomization{NamePrefix: "a-", NameSuffix: "-z", Namespace: "shop"},
			"shop/Deployment/a-web-z 1 chart/web.yaml:7\nshop/Service/a-web-z <nil> chart/service.yaml:3 map[a:b]\n"},
		{"replicas", types.Kustomization{Replicas: []types.Replica{{Name: "web", Count: 4}}},
			"/Deployment/web 4 chart/web.yaml:7\n/Service/web <nil> chart/service.yaml:3 map[a:b]\n"},
		{"a patch that deletes",
			types.Kustomization{Patches: []types.Patch{{Patch: "$patch: delete\napiVersion: v1\nkind: Service\nmetadata: {name: web}\n"}}},
			"/Deployment/web 1 chart/web.yaml:7\n"},
		{"annotations", types.Kustomization{CommonAnnotations: map[string]string{"c": "d"}},
			"/Deployment/web 1 chart/web.yaml:7 map[c:d]\n/Service/web <nil> chart/service.yaml:3 map[a:b c:d]\n"},
		{"a component", types.Kustomization{Namespace: "shop", Components: []string{"../part"}},
			"shop/Deployment/p-web 1 chart/web.yaml:7\nshop/Service/p-web <nil> chart/service.yaml:3 map[a:b]\n" +
				"shop/Service/p-more <nil> part/more.yaml:2\n" +
				"! part/kustomization.yaml:3: asks for gone.yaml, which is not there\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			made, err := b.Over(t.Context(), "app", documents, c.k)
			if got := said(made); err != nil || got != c.want {
				t.Errorf("%v, got:\n%swant:\n%s", err, got, c.want)
			}
		})
	}
	made, err := b.Over(t.Context(), "app", documents, types.Kustomization{Components: []string{"../part"}})
	if got := strings.Join(made.Files, " "); err != nil || !strings.Contains(got, "part/kustomization.yaml") ||
		!strings.Contains(got, "part/more.yaml") || strings.Contains(got, ".made") {
		t.Errorf("read %s, %v", got, err)
	}

	// What is not there, and what kustomize refuses, is an error.
	for dir, k := range map[string]types.Kustomization{
		"gone": {}, "app": {Components: []string{"../none"}},
	} {
		if made, err := b.Over(t.Context(), dir, documents, k); err == nil || len(made.Documents) > 0 {
			t.Errorf("%s: %s, no error", dir, said(made))
		}
	}
	if made, err := b.Over(ended(t), "app", documents, types.Kustomization{}); err == nil || len(made.Documents) > 0 {
		t.Errorf("what was given up: %s, no error", said(made))
	}
}
