package responsibility

import (
	"slices"
	"testing"

	"github.com/onus-project/onus/internal/contract"
)

// What the catalog knows of pools: the labels that name them, which kinds have
// node budgets, and which pool a selector asks for.
func TestPools(t *testing.T) {
	c := &Catalog{Offerings: []*Offering{
		{ID: "none"},
		{ID: "plain", Contract: &contract.Contract{PoolLabel: "cloud/pool", Window: contract.MaintenanceWindow}},
		{ID: "budgets", Contract: &contract.Contract{PoolLabel: "k/pool", PoolKind: "k/Pool", Window: contract.NodeBudgetSchedules}},
		{ID: "same", Contract: &contract.Contract{PoolLabel: "k/pool", PoolKind: "k/Pool", Window: contract.NodeBudgetSchedules}},
		{ID: "fixed", Contract: &contract.Contract{PoolLabel: "f/pool", PoolKind: "f/Group", Window: contract.OwnSchedule}},
	}}
	if got := c.PoolLabels(); !slices.Equal(got, []string{"cloud/pool", "k/pool", "f/pool"}) {
		t.Errorf("labels %q", got)
	}
	for kind, want := range map[string]bool{"k/Pool": true, "f/Group": false, "": false, "x/Pool": false} {
		if c.HasNodeBudgets(kind) != want {
			t.Errorf("%q has node budgets: %t", kind, !want)
		}
	}
	for kind, want := range map[string]string{"k/Pool": "k/pool", "f/Group": "f/pool", "": "", "x/Pool": ""} {
		if got := c.PoolLabel(kind); got != want {
			t.Errorf("nodes of %q are labelled by %q, want %q", kind, got, want)
		}
	}
	for _, test := range []struct {
		selector   map[string]string
		kind, name string
	}{
		{map[string]string{"k/pool": "a", "arch": "arm64"}, "k/Pool", "a"},
		{map[string]string{"f/pool": "b"}, "f/Group", "b"},
		{map[string]string{"cloud/pool": "c"}, "", ""},
		{nil, "", ""},
	} {
		if kind, name := c.SelectedPool(test.selector); kind != test.kind || name != test.name {
			t.Errorf("%v: %s %s", test.selector, kind, name)
		}
	}
}
