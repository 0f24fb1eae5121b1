package purpose

import (
	"slices"
	"testing"
)

func TestIsProduction(t *testing.T) {
	for name, want := range map[string]bool{
		"prod": true, "values-prod.yaml": true, "values.production.yaml": true, "eu_PRD": true,
		"": false, "product": false, "values-preprod.yaml": false, "production2": false,
		"euprod": true, "values-idfprod.yaml": true, "nonprod": false, "non-prod": true, "notprod": false, "byprd": false,
	} {
		if got := IsProduction(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

// The production of an environment is called as it is, but for the word.
func TestProductionsOf(t *testing.T) {
	for name, want := range map[string][]string{
		"dev":     {"prod", "production", "prd", "mainnet"},
		"eu-dev":  {"eu-prod", "eu-production", "eu-prd", "eu-mainnet"},
		"eudev":   {"euprod", "euproduction", "euprd", "eumainnet"},
		"idfint":  {"idfprod", "idfproduction", "idfprd", "idfmainnet"},
		"dev-eu":  {"prod-eu", "production-eu", "prd-eu", "mainnet-eu"},
		"eu-prod": nil, "web": nil, "": nil,
		"pci": nil, // ci is too short to be the end of a word
	} {
		if got := ProductionsOf(name); !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

// A folder of environments holds each as a folder, or one for each part.
func TestToTry(t *testing.T) {
	for dir, want := range map[string]string{
		"overlays/dev": "overlays/dev", "web/env/test/base": "web/env/test", "r/env/cert-manager/dev": "r/env/cert-manager/dev",
		"envs/Sandbox": "envs/Sandbox", "environments/staging": "", "env/a/b/dev": "env/a/b/dev", "apps/dev/web": "apps/dev", "dev": "",
		"apps/test": "", "clusters/shop-dev": "clusters/shop-dev", "overlays/developers": "",
		"overlays/prod": "",
	} {
		if got := ToTry(dir); got != want {
			t.Errorf("%s: %q, want %q", dir, got, want)
		}
	}
}

// Of folders that hold environments or places to run in each has one of a name.
func TestEarlyFolder(t *testing.T) {
	for dir, want := range map[string]string{
		"environments/staging": "environments/staging", "clusters/QA/apps": "clusters/QA", "web/overlays/uat": "web/overlays/uat",
		"env/cert-manager/stg": "env/cert-manager/stg", "clusters/test2": "clusters/test2",
		"apps/staging": "", "staging": "", "clusters/staging-tools": "",
		"env/a/b/stg": "", "overlays/prod": "", "clusters/local": "", "overlays/stages": "",
	} {
		if got := EarlyFolder(dir); got != want {
			t.Errorf("%s: %q, want %q", dir, got, want)
		}
	}
}

func TestEarlyValues(t *testing.T) {
	for file, want := range map[string]bool{
		"chart/values-staging.yaml": true, "values.dev.yaml": true,
		"values-eu-test.yml": true, "values-uat-static.yaml": true, "values_qa.yaml": true,
		"staging-values.yaml": true, "env/staging.yaml": true, "values-dev2.yaml": true,
		"values.yaml": false, "values-test-runner.yaml": false,
		"values-prod.yaml": false, "values-staging-prod.yaml": false, "values-devops.yaml": false,
		"values-ha.yaml":       false,
		"values-testkube.yaml": false, "staging/values.yaml": false, "values-ci.yaml": false, "values-dev-portal.yaml": false,
	} {
		if got := EarlyValues(file); got != want {
			t.Errorf("%s: %v", file, got)
		}
	}
}

func TestEarlyName(t *testing.T) {
	for name, want := range map[string]bool{
		"web-staging": true, "web/uat": true, "shop-dev": true, "shop-test2": true, "eu.qa": true,
		"staging": false, "web": false,
		"dev-portal": false, "test-runner": false, "web-prod": false, "shop-ci": false, "latest": false, "": false,
	} {
		if got := EarlyName(name); got != want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestOfNamespace(t *testing.T) {
	for name, want := range map[string]Purpose{
		"minio-dev": Development, "dev": Development, "kafka-testing": Tests, "e2e": Tests, "demo": Samples, "team-playground": Samples,
		"shop-staging": Staging, "uat": Staging,
		"shop": Deployed, "default": Deployed, "": Deployed, "devops": Deployed, "dev-tools": Deployed, "attest": Deployed, "shop-prod": Deployed,
	} {
		if got := OfNamespace(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestWithoutEnvironment(t *testing.T) {
	for name, want := range map[string]string{
		"dev-tasks": "tasks", "tasks-prod": "tasks", "tasks": "tasks", "prod": "prod", "eu-tasks-uat2": "eu-tasks", "development-api": "api",
		"devops-api": "devops-api", "web-test-runner": "web-test-runner", "": "",
	} {
		if got := WithoutEnvironment(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
