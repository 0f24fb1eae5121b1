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
