package source

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/unit"
)

func TestTrials(t *testing.T) {
	var folders purpose.Folders
	folders.Add(".", nil)
	for _, c := range []struct {
		kind unit.Kind
		path string
		want bool
	}{
		{unit.Chart, "charts/web", false},
		{unit.Chart, "charts/web/ci/small-values.yaml", true},
		{unit.Chart, "charts/web/values.test.yaml", true},
		{unit.Chart, "charts/web/values-e2e.yml", true},
		{unit.Chart, "charts/web/values-prod.yaml", false},
		{unit.Chart, "charts/web/values-latest.yaml", false},
		{unit.Chart, "test/charts/web", false},
		{unit.Chart, "test/charts/web/values-prod.yaml", false},
		{unit.Kustomization, "kustomize/tests/small", true},
		{unit.Kustomization, "config/e2e", true},
		{unit.Kustomization, "overlays/testbed", false},
		{unit.Kustomization, "overlays/prod", false},
		{unit.Kustomization, "overlays/test", false},
		{unit.Kustomization, "overlays/kind", true},
		{unit.Kustomization, "examples/web", false},
		{unit.Chart, "charts/web/values-kind.yaml", true},
		{unit.Chart, "charts/web/values-dev.yaml", false},
		{unit.Kustomization, ".", false},
		{unit.Files, "tests", false},
		{unit.Flux, "clusters/test", false},
	} {
		if got := isTrial(unit.Unit{Kind: c.kind, Path: c.path}, &folders); got != c.want {
			t.Errorf("%s %s: %t", c.kind, c.path, got)
		}
	}
}

// Values are of a developer's own machine by the name of their file and by what they say.
func TestOfDeveloper(t *testing.T) {
	for _, c := range []struct {
		file, text string
		want       bool
	}{
		{"values-dev.yaml", "image:\n  tag: local\n", true},
		{"values-dev.yaml", "hostname: shop.localhost\n", true},
		{"values-local.yaml", "url: \"http://a.shop.localhost:8080\"\n", true},
		{"values.development.yaml", "tag: \"local\"\n", true},
		{"values-local.yaml", "replicas: 1\n", true},
		{"values-minikube.yaml", "replicas: 1\n", true},
		{"values-locale.yaml", "replicas: 1\n", false},
		{"values-small.yaml", "# This file is used for local development and testing.\n\nreplicas: 1\n", true},
		{"values-prod.yaml", "# The passwords are defaults. Do not use in production: set your own.\nreplicas: 1\n", false},
		{"values.yaml", "# CI use only\nreplicas: 1\n", true},
		{"values-prod.yaml", "replicas: 1\n# for local development see values-dev.yaml\n", false},
		{"values-dev.yaml", "hostname: dev.example.org\ntag: localized\n", false},
		{"values-dev.yaml", "# tag: local\n", false},
		{"values-dev.yaml", "redis: localhost:6379\n", false},
		{"values-prod.yaml", "tag: local\n", false},
		{"values.yaml", "hostname: shop.localhost\n", false},
	} {
		file := filepath.Join(t.TempDir(), c.file)
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := ofDeveloper(file); got != c.want {
			t.Errorf("%s with %q: %t", c.file, c.text, got)
		}
	}
}
