package compute

import (
	"slices"
	"testing"
)

// A workload is what its unit is named for by the names that charts give to the thing
// itself, and not by those of its parts.
func TestNamesake(t *testing.T) {
	for _, x := range []struct {
		workload, name string
		is             bool
	}{
		{"shop", "shop", true},
		{"shop-shop", "shop", true},
		{"shop-server", "shop", true},
		{"shop-shop-server", "shop", true},
		{"dashboard", "kubernetes-dashboard", true},
		{"shop-console", "shop", false},
		{"shopping", "shop", false},
		{"console", "shop", false},
		{"", "shop", false},
		{"shop-controller-manager", "shop", true},
	} {
		if got := namesake(x.workload, x.name); got != x.is {
			t.Errorf("%q of %q: %v", x.workload, x.name, got)
		}
	}
	for unit, want := range map[string][]string{
		".": nil, "values-prod.yaml": nil, "charts/shop/values-prod.yaml": {"charts", "shop"},
		"apps/shop@shop/base": {"apps", "shop", "shop", "base"}, "apps/shop#2": {"apps", "shop", "2"},
	} {
		if got := namesOf(unit); !slices.Equal(got, want) {
			t.Errorf("%s: %q", unit, got)
		}
	}
}
