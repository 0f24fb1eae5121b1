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
		"dev": {"prod", "production", "prd"}, "eu-dev": {"eu-prod", "eu-production", "eu-prd"}, "eudev": {"euprod", "euproduction", "euprd"},
		"idfint": {"idfprod", "idfproduction", "idfprd"}, "dev-eu": {"prod-eu", "production-eu", "prd-eu"}, "eu-prod": nil, "web": nil, "": nil,
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

func TestOfNamespace(t *testing.T) {
	for name, want := range map[string]Purpose{
		"minio-dev": Development, "dev": Development, "kafka-testing": Tests, "e2e": Tests, "demo": Samples, "team-playground": Samples,
		"shop": Deployed, "default": Deployed, "": Deployed, "devops": Deployed, "dev-tools": Deployed, "attest": Deployed, "shop-prod": Deployed,
	} {
		if got := OfNamespace(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}
