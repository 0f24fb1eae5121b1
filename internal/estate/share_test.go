package estate

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
)

// unitOf is a unit with a Deployment for each name, in namespace shop, whose pods
// have it as the label app.
func unitOf(name string, workloads ...string) *Unit {
	e := &kubernetes.Estate{}
	for _, w := range workloads {
		x := kubernetes.Workload{Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: w}, Scaled: true, Replicas: 1}
		x.Template.Labels = map[string]string{"app": w}
		e.Workloads = append(e.Workloads, x)
	}
	return &Unit{Name: name, Kind: "kustomization", Path: name, Estate: &Estate{Kubernetes: e}}
}

func budgetFor(app string) kubernetes.Budget {
	return kubernetes.Budget{Namespace: "shop", Name: "pdb", Selector: labels.SelectorFromSet(labels.Set{"app": app})}
}

// A budget stands where it selects something: in its own unit, or in the one other
// unit that has it; where several have, it may be for each of them.
func TestBudgetsForOtherUnits(t *testing.T) {
	elsewhere := unitOf("c", "web")
	elsewhere.Kubernetes.Workloads[0].Namespace = "bank"
	byPod := unitOf("b", "other")
	byPod.Kubernetes.Pods = []kubernetes.Pod{{Labels: map[string]string{"app": "web"}}}
	byPod.Kubernetes.Workloads[0].Pods = []int{0}
	rival := func(name string) *Unit {
		u := unitOf(name, "web")
		u.Kind, u.Path, u.Alternative = Files, "dir/"+name, true
		return u
	}
	unlisted := unitOf("b", "web")
	unlisted.Unlisted = true
	alike := unitOf("c", "web", "x")
	alike.Kubernetes.Workloads[1].Namespace, alike.Kubernetes.Workloads[1].Template.Labels = "bank", map[string]string{"app": "web"}
	for _, x := range []struct {
		name   string
		others []*Unit
		own    []string // workloads of the budget's own unit
		in     string   // units that have the budget after that
		hidden string   // units that something is hidden in
	}{
		{"it selects in its own unit", []*Unit{unitOf("b", "web")}, []string{"web"}, "a", ""},
		{"it selects in another", []*Unit{unitOf("b", "web"), unitOf("c", "api")}, []string{"api"}, "b", ""},
		{"it selects in none", []*Unit{unitOf("b", "api")}, nil, "a", ""},
		{"it selects in two", []*Unit{unitOf("b", "web", "api"), unitOf("c", "web")}, nil, "a", "a b c"},
		{"another namespace", []*Unit{elsewhere}, nil, "a", ""},
		{"by the labels of a pod", []*Unit{byPod}, nil, "b", ""},
		{"two of which one is applied", []*Unit{rival("b.yaml"), rival("c.yaml")}, nil, "b.yaml c.yaml", ""},
		{"what no kustomization lists", []*Unit{unlisted, unitOf("c", "web")}, nil, "c", ""},
		{"two, and one in another namespace", []*Unit{unitOf("b", "web"), alike}, nil, "a", "a b c"},
	} {
		a := unitOf("a", x.own...)
		a.Kubernetes.Budgets = []kubernetes.Budget{budgetFor("web")}
		w := &Whole{Units: append([]*Unit{a}, x.others...)}
		w.Share()
		w.Share() // what has been handed over stays
		var in, hidden []string
		for _, u := range w.Units {
			if n := len(u.Kubernetes.Budgets); n > 0 {
				in = append(in, u.Name)
				if b := u.Kubernetes.Budgets[0]; n > 1 || (b.Unit == "a") != (u != a) {
					t.Errorf("%s: %d budgets in %s, of unit %q", x.name, n, u.Name, b.Unit)
				}
			}
			if len(u.Kubernetes.Hidden) > 0 {
				hidden = append(hidden, u.Name)
			}
			if n := len(u.Kubernetes.Hidden); n > 1 {
				t.Errorf("%s: %d are hidden in %s", x.name, n, u.Name)
			}
		}
		if strings.Join(in, " ") != x.in || strings.Join(hidden, " ") != x.hidden {
			t.Errorf("%s: in %v, hidden in %v", x.name, in, hidden)
		}
	}
}

// What no kustomization lists is for no other unit, and no alternative is for another one:
// of those one is applied.
func TestNothingFromWhatIsNotApplied(t *testing.T) {
	unlisted := unitOf("a")
	unlisted.Unlisted = true
	of := func(name string, workloads ...string) *Unit {
		u := unitOf(name, workloads...)
		u.Kind, u.Path, u.Alternative = Files, "dir/"+name, true
		return u
	}
	for name, x := range map[string][2]*Unit{
		"unlisted": {unlisted, unitOf("b", "web")}, "an alternative": {of("a.yaml"), of("b.yaml", "web")},
	} {
		from, to := x[0].Kubernetes, x[1].Kubernetes
		from.Budgets = []kubernetes.Budget{budgetFor("web")}
		from.Services = []kubernetes.Service{{Namespace: "shop", Name: "web", Selector: map[string]string{"app": "web"}}}
		from.Scalers = []kubernetes.Scaler{{Target: to.Workloads[0].Ref}}
		from.Hidden = []origin.Unread{{Of: "operator", Cause: origin.Made}}
		(&Whole{Units: x[:]}).Share()
		if len(to.Budgets) != 0 || len(to.Services) != 0 || to.Workloads[0].Scaler != nil {
			t.Errorf("%s: %d budgets, %d Services, an autoscaler %v", name, len(to.Budgets), len(to.Services), to.Workloads[0].Scaler)
		}
		if made := len(to.Hidden) == 1; made == x[0].Unlisted {
			t.Errorf("%s: what makes objects is told there: %t", name, made)
		}
	}
}

// A Service that names no pods is for none of another unit.
func TestServicesWithoutSelector(t *testing.T) {
	a, b := unitOf("a"), unitOf("b", "web")
	a.Kubernetes.Services = []kubernetes.Service{{Namespace: "shop", Name: "outside"}}
	if (&Whole{Units: []*Unit{a, b}}).Share(); len(b.Kubernetes.Services) != 0 {
		t.Errorf("%+v", b.Kubernetes.Services)
	}
}

// An autoscaler is not told to miss what another unit has.
func TestScalersThatMiss(t *testing.T) {
	for name, want := range map[string]bool{"web": false, "api": true} {
		a, b := unitOf("a", "wbe", "wbe2"), unitOf("b", name)
		a.Kubernetes.Scalers = []kubernetes.Scaler{
			{Target: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}},
			{Target: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "else"}},
		}
		for i := range a.Kubernetes.Workloads {
			a.Kubernetes.Workloads[i].Missed = &a.Kubernetes.Scalers[i]
		}
		(&Whole{Units: []*Unit{a, b}}).Share()
		if w := a.Kubernetes.Workloads; (w[0].Missed != nil) != want || w[1].Missed == nil {
			t.Errorf("%s: %v, %v", name, w[0].Missed, w[1].Missed)
		}
	}
}

// A budget that may be for several units is told of in each, for the workloads that
// it may be for, and in its own, with the first of them by name.
func TestBudgetForOneOfSeveralUnits(t *testing.T) {
	for n, names := range map[int]string{2: "the units b and c", 3: "the units b, c and d", 4: "the units b, c, d and 1 more"} {
		a := unitOf("a")
		a.Kubernetes.Budgets = []kubernetes.Budget{budgetFor("web")}
		w := &Whole{Units: []*Unit{a}}
		for i := range n {
			w.Units = append(w.Units, unitOf(string(rune('b'+i)), "web", "api"))
		}
		w.Share()
		if h := a.Kubernetes.Hidden; len(h) != 1 || h[0].Of != names || h[0].Scope.Exact != "pdb" || h[0].Scope.Namespace != "shop" {
			t.Errorf("%d: %+v", n, h)
		}
		h := w.Units[1].Kubernetes.Hidden
		others := fmt.Sprintf("%d other units", n-1)
		if n == 2 {
			others = "1 other unit"
		}
		if len(h) != 1 || h[0].Kind != "PodDisruptionBudget" || h[0].Of != "PodDisruptionBudget pdb of unit a" || h[0].Scope.Exact != "web" ||
			h[0].Reason != "selects its pods, and those of "+others {
			t.Errorf("%d: %+v", n, h)
		}
	}
}

// An autoscaler of another unit scales the one workload that it is for, where that
// has none.
func TestScalersForOtherUnits(t *testing.T) {
	own := kubernetes.Scaler{Ref: kubernetes.Ref{Kind: "HPA", Name: "own"}}
	unscaled, scaled, other := unitOf("b", "web"), unitOf("b", "web"), unitOf("b", "api")
	unscaled.Kubernetes.Workloads[0].Scaled = false
	scaled.Kubernetes.Workloads[0].Scaler = &own
	for name, x := range map[string]struct {
		units []*Unit
		want  string
	}{
		"one has it":         {[]*Unit{unitOf("b", "web", "api")}, "far"},
		"two have it":        {[]*Unit{unitOf("b", "web"), unitOf("c", "web")}, ""},
		"none has it":        {[]*Unit{other}, ""},
		"it has one already": {[]*Unit{scaled}, "own"},
		"it has no scale":    {[]*Unit{unscaled}, ""},
	} {
		a := unitOf("a")
		a.Kubernetes.Scalers = []kubernetes.Scaler{
			{Ref: kubernetes.Ref{Kind: "HPA", Name: "far"}, Target: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}},
		}
		(&Whole{Units: append([]*Unit{a}, x.units...)}).Share()
		got := ""
		if s := x.units[0].Kubernetes.Workloads[0].Scaler; s != nil {
			got = s.Name
		}
		if got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

// A Service of another unit routes to all that it selects, where it selects none of
// its own; what makes objects in one unit does in each.
func TestServicesAndMakersForOtherUnits(t *testing.T) {
	route := func(app string) kubernetes.Service {
		return kubernetes.Service{Namespace: "shop", Name: app, Selector: map[string]string{"app": app}}
	}
	made := origin.Unread{Of: "operator", Cause: origin.Made}
	a, b, c := unitOf("a", "own"), unitOf("b", "web"), unitOf("c", "web", "own")
	a.Kubernetes.Services = []kubernetes.Service{route("web"), route("own"), {Namespace: "shop", Name: "nothing"}}
	a.Kubernetes.Hidden = []origin.Unread{made, {Of: "file", Cause: origin.Elsewhere}}
	w := &Whole{Units: []*Unit{a, b, c}}
	w.Share()
	for _, u := range []*Unit{b, c} {
		if s := u.Kubernetes.Services; len(s) != 1 || s[0].Name != "web" || s[0].Unit != "a" || s[0].Among != 2 {
			t.Errorf("%s: %+v", u.Name, s)
		}
		if h := u.Kubernetes.Hidden; !slices.Equal(h, []origin.Unread{made}) {
			t.Errorf("%s: %+v", u.Name, h)
		}
	}
	if len(a.Kubernetes.Services) != 3 || len(a.Kubernetes.Hidden) != 2 {
		t.Errorf("a: %+v", a.Kubernetes)
	}
	a, b = unitOf("a", "own"), unitOf("b", "web")
	a.Kubernetes.Services = []kubernetes.Service{route("web")}
	if (&Whole{Units: []*Unit{a, b}}).Share(); len(b.Kubernetes.Services) != 1 || b.Kubernetes.Services[0].Among != 0 {
		t.Errorf("for one unit: %+v", b.Kubernetes.Services)
	}
	alone := unitOf("a")
	alone.Kubernetes.Budgets = []kubernetes.Budget{budgetFor("web")}
	if (&Whole{Units: []*Unit{alone}}).Share(); alone.Kubernetes.Budgets[0].Unit != "" {
		t.Error("one unit shares with nobody")
	}
}

// Of two units one is applied where both are files that say the same in other ways,
// beside each other.
func TestUnitsOfWhichOneIsApplied(t *testing.T) {
	of := func(kind, name, path string, alternative bool) *Unit {
		return &Unit{Kind: kind, Name: name, Path: path, Alternative: alternative}
	}
	u := of(Files, "a", "dir/a.yaml", true)
	for _, x := range []struct {
		other *Unit
		want  bool
	}{
		{of(Files, "b", "dir/b.yaml", true), true}, {of(Files, "b", "dir/b.yaml", false), false}, {of("chart", "b", "dir/b", true), false},
		{of(Files, Files, "dir/b.yaml", true), false}, {of(Files, "b", "other/b.yaml", true), false}, {u, false},
	} {
		if got := u.rivals(x.other); got != x.want || x.other.rivals(u) != x.want {
			t.Errorf("%+v: %t", x.other, got)
		}
	}
}

// All units together: what was read and could not be, what is set aside, each once.
func TestWholeOfSeveralUnits(t *testing.T) {
	fault := func(line int) origin.Fault {
		return origin.Fault{File: "f.yaml", Line: line, Reason: "r"}
	}
	a, b, c := unitOf("a", "web"), unitOf("b"), unitOf("c")
	a.Kubernetes.Seen, b.Kubernetes.Seen = kubernetes.Seen{Objects: 3, Files: 1}, kubernetes.Seen{Objects: 2, Files: 1}
	a.Kubernetes.Unread, b.Kubernetes.Unread = []origin.Unread{{Kind: "Pod"}}, []origin.Unread{{Kind: "Node"}}
	a.Kubernetes.Contexts, b.Kubernetes.Contexts = []string{"prod"}, []string{"test"}
	a.Unreadable, b.Unreadable = []origin.Fault{fault(1), fault(2)}, []origin.Fault{fault(2), fault(3)}
	w := &Whole{Units: []*Unit{c, a, b}, Files: 7}
	w.Gather()
	if len(w.Unreadable) != 3 || w.Unreadable[2].Line != 3 {
		t.Errorf("%+v", w.Unreadable)
	}
	if s := w.Seen(); s.Objects != 5 || s.Files != 7 || w.Objects() != 5 {
		t.Errorf("%+v, %d objects", s, w.Objects())
	}
	if u := w.Unread(); len(u) != 2 || u[0].Kind != "Pod" || u[1].Kind != "Node" {
		t.Errorf("%+v", u)
	}
	if s := w.Simulated(); !w.Checked() || len(s) != 1 || s[0] != a || (&Whole{Units: []*Unit{b}}).Checked() {
		t.Errorf("%+v", s)
	}
	for _, units := range [][]*Unit{{a, b}, {b, a}, {b, c}} { // what one has, all have, and nothing counts twice
		for i, sum := range (&Whole{Units: units}).Accounts() {
			one, other := units[0].Accounts()[i], units[1].Accounts()[i]
			if sum.Objects != one.Objects+other.Objects || sum.Checked != (one.Checked || other.Checked) ||
				sum.Simulated != (one.Simulated || other.Simulated) || len(sum.Unread) != len(one.Unread)+len(other.Unread) {
				t.Errorf("%s and %s: %+v", units[0].Name, units[1].Name, sum)
			}
		}
	}
	sum := w.Accounts()[0]
	if sum.Objects != 5 || !sum.Checked || !sum.Simulated || len(sum.Unread) != 2 || !slices.Equal(sum.Contexts, []string{"prod", "test"}) {
		t.Errorf("%+v", sum)
	}
	aside := Aside{Files: 1, Folders: []string{"vendor"}, Holds: []string{"code"}}
	aside.Add(Aside{})
	aside.Add(Aside{Files: 1, Folders: []string{"testdata", "vendor"}, Holds: []string{"tests"}})
	if aside.Files != 2 || !slices.Equal(aside.Folders, []string{"testdata", "vendor"}) ||
		!slices.Equal(aside.Holds, []string{"code", "tests"}) {
		t.Errorf("%+v", aside)
	}
}

// What is there to be tried gives nothing to what runs: no budget, no Service and no
// route.
func TestTrialsGiveNothing(t *testing.T) {
	for unneeded, want := range map[string]int{"": 1, "is there for tests": 0} {
		trial, web := unitOf("trial"), applied("web", "shop")
		trial.Unneeded, trial.Kind = unneeded, "argocd"
		web.Kubernetes.Workloads = unitOf("web", "web").Kubernetes.Workloads
		trial.Kubernetes.Budgets = []kubernetes.Budget{budgetFor("web")}
		trial.Kubernetes.Services = []kubernetes.Service{{Namespace: "shop", Name: "tried", Selector: map[string]string{"app": "web"}}}
		trial.Kubernetes.Backends = []kubernetes.Backend{{Namespace: "shop", Service: "web"}}
		(&Whole{Units: []*Unit{trial, web}}).Share()
		e := web.Kubernetes
		if len(e.Budgets) != want || len(e.Services) != 1+want || len(e.Backends) != want {
			t.Errorf("%q: %d budgets, %d Services and %d routes are given", unneeded, len(e.Budgets), len(e.Services)-1, len(e.Backends))
		}
	}
}
