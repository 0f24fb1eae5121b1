package purpose

import "testing"

func TestIsProduction(t *testing.T) {
	for name, want := range map[string]bool{
		"prod": true, "values-prod.yaml": true, "values.production.yaml": true, "eu_PRD": true,
		"": false, "product": false, "values-preprod.yaml": false, "production2": false,
	} {
		if got := IsProduction(name); got != want {
			t.Errorf("%q: %v", name, got)
		}
	}
}

// A folder of environments holds each as a folder, or one for each part.
func TestToTry(t *testing.T) {
	for dir, want := range map[string]string{
		"overlays/dev": "overlays/dev", "web/env/test/base": "web/env/test", "r/env/cert-manager/dev": "r/env/cert-manager/dev",
		"envs/Sandbox": "envs/Sandbox", "environments/staging": "", "env/a/b/dev": "", "apps/dev": "", "dev": "", "overlays/developers": "",
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
