package estate

import (
	"fmt"
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
	tries := in("x", unitOf("a", "web"))
	tries.Trial = true
	idle := in("x", unitOf("b", "api"))
	idle.Unneeded = "is there for tests"
	inStaging := in("x", unitOf("apps/staging", "api"))
	withJob, withBank, withBudget := in("x", unitOf("b", "api", "job")), in("x", unitOf("b", "api", "x")), in("x", unitOf("b", "api"))
	withJob.Kubernetes.Workloads[1].Transient = true
	withBank.Kubernetes.Workloads[1].Namespace = "bank"
	withBudget.Kubernetes.Budgets = []kubernetes.Budget{all}
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
		{"of what is there to be tried", all, tries, []*Unit{in("x", unitOf("b", "api"))}, "a: all over web"},
		{"of what nobody needs", all, unitOf("a", "web"), []*Unit{idle}, "a: all over web"},
		{"a job that is soon over", all, unitOf("a", "web"), []*Unit{withJob},
			"a: all over web and api of b; b: all of a over api and web of a, judged"},
		{"another namespace beside", all, unitOf("a", "web"), []*Unit{withBank},
			"a: all over web and api of b; b: all of a over api and web of a, judged"},
		{"the same budget in both", all, unitOf("a", "web"), []*Unit{withBudget}, "a: all over web; b: all over api"},
		{"handed over once", budgetFor("api"), unitOf("a", "web"),
			[]*Unit{in("x", unitOf("b", "api")), in("x", labelled("api", unitOf("c", "web", "db")))}, "b: pdb of a over api"},
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

// labelled has the last workload of a unit carry the label of another one.
func labelled(app string, u *Unit) *Unit {
	u.Kubernetes.Workloads[len(u.Kubernetes.Workloads)-1].Template.Labels = map[string]string{"app": app}
	return u
}

// Of units of which no cluster is known none go to the same one.
func TestBudgetsInClustersNotKnown(t *testing.T) {
	a, b := unitOf("a", "web"), unitOf("b", "api")
	a.Kubernetes.Budgets = []kubernetes.Budget{{Namespace: "shop", Name: "all", Selector: labels.Everything()}}
	w := &Whole{Units: []*Unit{a, b}}
	w.Share()
	if got := budgetsOf(w); got != "a: all over web" {
		t.Error(got)
	}
}

// A budget that was handed over is no object of the unit that it counts in: others go the
// same way after it, and the other way.
func TestBudgetsOfBothInOneCluster(t *testing.T) {
	a, b := unitOf("a", "web"), unitOf("b", "api")
	a.Cluster, b.Cluster = "x", "x"
	back := budgetFor("web")
	back.Name = "back"
	a.Kubernetes.Budgets = []kubernetes.Budget{{Namespace: "shop", Name: "all", Selector: labels.Everything()}, budgetFor("api")}
	b.Kubernetes.Budgets = []kubernetes.Budget{back}
	w := &Whole{Units: []*Unit{a, b}}
	w.Share()
	const want = "a: all over web and api of b; a: back of b over web; b: all of a over api and web of a, judged; b: pdb of a over api"
	if got := budgetsOf(w); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

// A second budget keeps a workload where it stands in its namespace alone.
func TestKeptInItsNamespace(t *testing.T) {
	a, b := unitOf("a", "web"), unitOf("b", "api")
	a.Cluster, b.Cluster = "x", "x"
	a.Kubernetes.Budgets = []kubernetes.Budget{{Namespace: "shop", Name: "all", Selector: labels.Everything()}}
	b.Kubernetes.Budgets = []kubernetes.Budget{{Namespace: "bank", Name: "bank", Selector: labels.Everything()}}
	(&Whole{Units: []*Unit{a, b}}).Share()
	if w := a.Kubernetes.Budgets[0].Beyond; len(w) != 1 || w[0].Kept {
		t.Errorf("%+v", w)
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

// A workload that has another budget where it stands as well never goes by this one, in
// whatever order the units are, and whichever of them has the other one.
func TestKeptWhereItStands(t *testing.T) {
	all := kubernetes.Budget{Namespace: "shop", Name: "all", Selector: labels.Everything()}
	second := budgetFor("api")
	for _, x := range []struct {
		name    string
		budgets [3][]kubernetes.Budget // of a with web, b with api, and c with db
		want    string
	}{
		{"one over all", [3][]kubernetes.Budget{{all}}, ""},
		{"one of its own unit", [3][]kubernetes.Budget{{all}, {second}}, "api"},
		{"one of the same unit", [3][]kubernetes.Budget{{all, second}}, "api"},
		{"one of the same unit, before", [3][]kubernetes.Budget{{second, all}}, "api"},
		{"one of a later unit", [3][]kubernetes.Budget{{all}, nil, {second}}, "api"},
		{"one of an earlier unit", [3][]kubernetes.Budget{{second}, nil, {all}}, "api"},
		{"one over another", [3][]kubernetes.Budget{{all}, {budgetFor("else")}}, ""},
	} {
		units := []*Unit{unitOf("a", "web"), unitOf("b", "api"), unitOf("c", "db")}
		for i, u := range units {
			u.Cluster, u.Kubernetes.Budgets = "x", x.budgets[i]
		}
		(&Whole{Units: units}).Share()
		kept := map[string]bool{}
		for _, u := range units {
			for _, b := range u.Kubernetes.Budgets {
				for _, w := range b.Beyond {
					if before, told := kept[w.Name]; told && before != w.Kept {
						t.Errorf("%s: %s is kept in one unit and not in another", x.name, w.Name)
					}
					kept[w.Name] = w.Kept
				}
			}
		}
		var got []string
		for name, is := range kept {
			if is {
				got = append(got, name)
			}
		}
		if strings.Join(got, " ") != x.want {
			t.Errorf("%s: kept are %v, want %q", x.name, got, x.want)
		}
	}
}
