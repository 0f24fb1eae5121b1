package purpose

import "testing"

// Of several units the one that is nearest to production is told.
func TestStandingOf(t *testing.T) {
	for name, want := range map[string]Standing{
		"clusters/prod":                    InProduction,
		"clusters/shop-production/web":     InProduction,
		"charts/shop/values-euprod.yaml":   InProduction,
		"charts/shop@till/values-prd.yaml": InProduction,
		"web/production/base":              UnderProduction,
		"web/base/production":              UnderProduction,
		"web":                              Anywhere,
		"charts/shop@till":                 Anywhere,
		"charts/shop/values.yaml":          Anywhere,
		"web/base":                         Common,
		"charts/shop/values-digest.yaml":   Common,
		"charts/shop/values-base.yaml":     Common,
		"clusters/integration/eu":          Earlier,
		"deploy/staging.yml":               Earlier,
		"clusters/pre-prod":                Earlier,
		"clusters/nonprod":                 Earlier,
		"charts/shop/ci/till-values.yaml":  Earlier,
		"production/eu-dev1":               Earlier,
		"clusters/product-catalog":         Anywhere,
	} {
		if got := StandingOf(name); got != want {
			t.Errorf("%s: %d, want %d", name, got, want)
		}
	}
}
