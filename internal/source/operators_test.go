package source

import (
	"testing"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/responsibility"
)

// What operators make of their resources is part of each unit, as the operator is configured
// in another unit of the input.
func TestOperatorsOfAllUnits(t *testing.T) {
	known, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog"})
	if err != nil {
		t.Fatal(err)
	}
	const (
		database = "-- in/db/kustomization.yaml --\nresources: [db.yaml]\n-- in/db/db.yaml --\n" +
			"apiVersion: acid.zalan.do/v1\nkind: postgresql\nmetadata: {name: db}\nspec: {numberOfInstances: 1}\n"
		operator = "-- in/operator/kustomization.yaml --\nresources: [o.yaml]\n-- in/operator/o.yaml --\n" +
			"apiVersion: acid.zalan.do/v1\nkind: OperatorConfiguration\nmetadata: {name: o}\n" +
			"configuration: {kubernetes: {enable_pod_disruption_budget: false}}\n"
	)
	for archive, want := range map[string]int{database: 1, database + operator: 0} {
		inFolder(t, archive)
		whole, err := Read(t.Context(), Input{Paths: []string{"in"}, Catalog: known})
		if err != nil {
			t.Fatal(err)
		}
		budgets := 0
		for _, u := range whole.Units {
			budgets += len(u.Kubernetes.Budgets)
		}
		if budgets != want {
			t.Errorf("%d budgets, want %d of\n%s", budgets, want, archive)
		}
	}
}
