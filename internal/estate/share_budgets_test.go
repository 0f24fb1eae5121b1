package estate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// A budget counts for the pods of every unit that goes to its cluster, and is judged once.
func TestBudgetsInOneCluster(t *testing.T) {
	in := func(cluster string, u *Unit) *Unit {
		u.Cluster = cluster
		return u
	}
	all := kubernetes.Budget{Namespace: "shop", Name: "all", Selector: labels.Everything()}
	trial := in("x", unitOf("b", "api"))
	trial.Trial = true
	inStaging := in("x", unitOf("apps/staging", "api"))
	for _, x := range []struct {
		name   string
		budget kubernetes.Budget
		own    *Unit
		others []*Unit
		want   string
	}{
		{"pods here and there", all, unitOf("a", "web"), []*Unit{in("x", unitOf("b", "api"))},
			"a: all over web and api of b; b: all of a over api and web of a, judged"},
		{"pods there alone", budgetFor("api"), unitOf("a", "web"), []*Unit{in("x", unitOf("b", "api"))}, "b: pdb of a over api"},
		{"pods of two others", all, unitOf("a"), []*Unit{in("x", unitOf("b", "api")), in("x", unitOf("c", "db"))},
			"b: all of a over api and db of c; c: all of a over db and api of b, judged"},
		{"another cluster", all, unitOf("a", "web"), []*Unit{in("y", unitOf("b", "api"))}, "a: all over web"},
		{"a cluster that is not known", all, unitOf("a", "web"), []*Unit{unitOf("b", "api")}, "a: all over web"},
		{"the same object in both", all, unitOf("a", "web"), []*Unit{in("x", unitOf("b", "web", "api"))}, "a: all over web"},
		{"another environment", all, unitOf("apps/production", "web"), []*Unit{inStaging}, "apps/production: all over web"},
		{"there to be tried", all, unitOf("a", "web"), []*Unit{trial}, "a: all over web"},
		{"no pods there", budgetFor("web"), unitOf("a", "web"), []*Unit{in("x", unitOf("b", "api"))}, "a: pdb over web"},
	} {
		own := in("x", x.own)
		own.Kubernetes.Budgets = []kubernetes.Budget{x.budget}
		w := &Whole{Units: append([]*Unit{own}, x.others...)}
		w.Share()
		w.Share() // what has been handed over stays
		if got := budgetsOf(w); got != x.want {
			t.Errorf("%s:\n%s, want\n%s", x.name, got, x.want)
		}
	}
}

// budgetsOf says which budgets the units have, and over what.
func budgetsOf(w *Whole) string {
	var all []string
	for _, u := range w.Units {
		for _, b := range u.Kubernetes.Budgets {
			said := u.Name + ": " + b.Name
			if b.Unit != "" {
				said += " of " + b.Unit
			}
			var over []string
			for _, k := range under(&b, u) {
				over = append(over, k.Name)
			}
			for _, k := range b.Beyond {
				over = append(over, fmt.Sprintf("%s of %s", k.Name, k.Unit))
			}
			if said += " over " + strings.Join(over, " and "); b.Judged {
				said += ", judged"
			}
			all = append(all, said)
		}
	}
	return strings.Join(all, "; ")
}

// A workload that has a budget in its own unit as well never goes by this one.
func TestKeptByItsOwnUnit(t *testing.T) {
	a, b := unitOf("a", "web"), unitOf("b", "api")
	a.Cluster, b.Cluster = "x", "x"
	a.Kubernetes.Budgets = []kubernetes.Budget{{Namespace: "shop", Name: "all", Selector: labels.Everything()}}
	b.Kubernetes.Budgets = []kubernetes.Budget{budgetFor("api")}
	(&Whole{Units: []*Unit{a, b}}).Share()
	if i := slices.IndexFunc(a.Kubernetes.Budgets[0].Beyond, func(w kubernetes.Beyond) bool { return w.Kept }); i != 0 {
		t.Errorf("%+v", a.Kubernetes.Budgets[0].Beyond)
	}
}
