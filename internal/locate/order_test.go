package locate

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/responsibility"
)

// under is an offering whose routine disruption ends so.
func under(id string, order int, then contract.OnDeadline, by contract.Initiator) *responsibility.Offering {
	return &responsibility.Offering{ID: id, Order: order, Contract: &contract.Contract{Terms: []contract.Terms{
		{Trigger: contract.Drift, OnDeadline: then, Initiator: by},
		{Trigger: contract.Expiry, OnDeadline: contract.ThenForce, Initiator: contract.ByProvider}, // not the routine one
	}}}
}

func named(offerings []*responsibility.Offering) string {
	var names []string
	for _, o := range offerings {
		names = append(names, o.ID)
	}
	return strings.Join(names, " ")
}

// What is forced comes before what fails, is skipped, waits, or is not stated,
// and what the provider starts before what the customer does, whatever their
// order on a ladder and whatever order they are named in.
func TestHardness(t *testing.T) {
	var hardest []*responsibility.Offering
	for _, then := range []contract.OnDeadline{contract.ThenForce, contract.ThenFail, contract.ThenSkip, contract.ThenWait,
		contract.ThenUnstated} {
		for _, by := range []contract.Initiator{contract.ByProvider, contract.ByCustomer} {
			hardest = append(hardest, under(string(then)+"-by-"+string(by), 100-len(hardest), then, by))
		}
	}
	hardest = append(hardest, &responsibility.Offering{ID: "no-contract"})
	want := named(hardest)
	for turn := range hardest {
		mixed := slices.Concat(hardest[turn:], hardest[:turn])
		slices.Reverse(mixed)
		var p Place
		p.on(mixed...)
		if got := named(append([]*responsibility.Offering{p.Offering}, p.Also...)); got != want {
			t.Fatalf("named as %s:\ngot  %s\nwant %s", named(mixed), got, want)
		}
	}
}

// Of contracts that are as hard the ladder's order decides, then the id; one
// that is named twice counts once.
func TestAsHard(t *testing.T) {
	first := under("z", 1, contract.ThenWait, contract.ByCustomer)
	a, b := under("a", 2, contract.ThenWait, contract.ByCustomer), under("b", 2, contract.ThenWait, contract.ByCustomer)
	for _, named := range [][]*responsibility.Offering{{first, a, b, a}, {b, a, first, b}, {a, b, b, first, first}} {
		var p Place
		p.on(named...)
		if p.Offering != first || !slices.Equal(p.Also, []*responsibility.Offering{a, b}) {
			t.Errorf("%s and %v", p.Offering.ID, p.Also)
		}
	}
}

// toy is a catalog of offerings that nodes show by their labels.
func toy() *responsibility.Catalog {
	rule := func(strength, key string) responsibility.Rule {
		return responsibility.Rule{On: "node", Strength: strength, All: []responsibility.Condition{{Field: "label", Key: key}}}
	}
	return &responsibility.Catalog{Offerings: []*responsibility.Offering{
		{ID: "base", Order: 1, Evidence: []responsibility.Rule{rule("proof", "base")}},
		{ID: "other", Order: 2, Evidence: []responsibility.Rule{rule("hint", "other-hint"), rule("proof", "other")}},
		{ID: "special", Order: 3, Refines: "middle", Evidence: []responsibility.Rule{rule("proof", "special")}},
		{ID: "middle", Order: 4, Refines: "base", Evidence: []responsibility.Rule{rule("hint", "middle")}},
		{ID: "third", Order: 5, Evidence: []responsibility.Rule{
			rule("hint", "third-hint"),
			{On: "node", Strength: "proof", All: []responsibility.Condition{{Field: "label", Key: "third"}},
				None: []responsibility.Condition{{Field: "label", Key: "not"}}},
			{On: "node", Strength: "proof", All: []responsibility.Condition{{Field: "name", Prefix: "third-"}}},
		}},
	}}
}

// A proof goes before a hint, a special case before what it refines at any
// remove, and what neither decides is a conflict; the order of the rules decides
// nothing.
func TestWhichRuleDecides(t *testing.T) {
	for _, test := range []struct {
		labels string
		name   string
		want   string
		basis  Basis
	}{
		{"base", "", "base", Proof},
		{"other-hint", "", "other", Hint},
		{"other-hint other", "", "other", Proof},
		{"other-hint base", "", "base", Proof},
		{"other third-hint", "", "other", Proof},
		{"base special", "", "special", Proof},
		{"base middle", "", "base", Proof}, // it refines it, and is a hint only
		{"base other", "", "base other", Conflict},
		{"base other special", "", "other special", Conflict},
		{"base other third", "", "base other third", Conflict},
		{"base other third-hint", "", "base other", Conflict},
		{"other-hint third-hint", "", "other third", Conflict},
		{"third not", "", "", ""},
		{"none", "", "", ""},
		{"", "third-1", "third", Proof},
		{"", "a-third-1", "", ""},
	} {
		t.Run(test.labels+test.name, func(t *testing.T) {
			n := kubernetes.Node{Name: test.name, Labels: map[string]string{}}
			for _, l := range strings.Fields(test.labels) {
				n.Labels[l] = "x"
			}
			for _, reverse := range []bool{false, true} {
				l := newLocator(toy())
				if reverse {
					slices.Reverse(l.rules["node"])
				}
				at := l.place("node", fields.OfNode(&n))
				got := ""
				if at.Offering != nil {
					got = named(append([]*responsibility.Offering{at.Offering}, at.Also...))
				}
				if got != test.want || at.Basis != test.basis {
					t.Errorf("reversed %t: %s on %q (%s), want %s on %q", reverse, at.Basis, got, at.Evidence, test.basis, test.want)
				}
			}
		})
	}
}

func TestRefines(t *testing.T) {
	c := toy()
	c.Offerings = append(c.Offerings, &responsibility.Offering{ID: "round", Refines: "about"},
		&responsibility.Offering{ID: "about", Refines: "round"})
	l := newLocator(c)
	for pair, want := range map[string]bool{
		"middle base": true, "special middle": true, "special base": true, "base special": false, "base base": false, "middle special": false,
		"other base": false, "round about": true, "round base": false, // a circle has an end
	} {
		a, b, _ := strings.Cut(pair, " ")
		if l.refines(c.Offering(a), c.Offering(b)) != want {
			t.Errorf("%s refines %s: %t", a, b, !want)
		}
	}
}

// Everything stands on one offering only where nothing stands elsewhere, on
// several, or unplaced.
func TestSole(t *testing.T) {
	a, b := &responsibility.Offering{ID: "a"}, &responsibility.Offering{ID: "b"}
	for name, test := range map[string]struct {
		groups [][]Place
		want   *responsibility.Offering
	}{
		"nothing":             {nil, nil},
		"one":                 {[][]Place{{{Offering: a}}, {}}, a},
		"the same in both":    {[][]Place{{{Offering: a}, {Offering: a}}, {{Offering: a}}}, a},
		"pools only":          {[][]Place{{}, {{Offering: b}}}, b},
		"two":                 {[][]Place{{{Offering: a}}, {{Offering: b}}}, nil},
		"one is unplaced":     {[][]Place{{{Offering: a}, {}}}, nil},
		"one may be on both":  {[][]Place{{{Offering: a}, {Offering: a, Also: []*responsibility.Offering{b}}}}, nil},
		"an unplaced first":   {[][]Place{{{}, {Offering: a}}}, nil},
		"the last is another": {[][]Place{{{Offering: a}, {Offering: a}, {Offering: b}}}, nil},
	} {
		if got := sole(test.groups...); got != test.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// What a place rests on no firmer than that of the nodes below its pods.
func TestBasisOfWorkloads(t *testing.T) {
	c := toy()
	label := func(names ...string) map[string]string {
		all := map[string]string{}
		for _, n := range names {
			all[n] = "x"
		}
		return all
	}
	e := &kubernetes.Estate{
		Nodes: []kubernetes.Node{{Name: "firm", Labels: label("base")}, {Name: "weak", Labels: label("other-hint")},
			{Name: "both", Labels: label("base", "other")}, {Name: "strange"}},
		Pods: []kubernetes.Pod{{Node: "firm"}, {Node: "weak"}, {Node: "both"}, {Node: "strange"}, {Node: "unread"}},
	}
	for _, test := range []struct {
		pods     []int
		basis    Basis
		on       string
		evidence string
	}{
		{[]int{0, 0}, Proof, "base", "its pods run on firm, which has label base=x"},
		{[]int{1}, Hint, "other", "its pods run on weak, which has label other-hint=x"},
		{[]int{0, 1}, Hint, "base other", "; its pods run on weak"},
		{[]int{2}, Conflict, "base other", "its pods run on both"},
		{[]int{3, 0}, Proof, "base", "its pods run on firm"},
		{[]int{3}, Assumed, "base other", "its pods run on strange, which nothing in the catalog recognises"},
		{[]int{4}, Possible, "base other", "no evidence of which of these it runs on: base, other"},
	} {
		e.Workloads = []kubernetes.Workload{{Pods: test.pods}}
		at := Locate(c, e, nil, c.Offering("third")).Workloads[0]
		if got := named(append([]*responsibility.Offering{at.Offering}, at.Also...)); at.Basis != test.basis || got != test.on ||
			!strings.Contains(at.Evidence.String(), test.evidence) {
			t.Errorf("pods %v: %s on %q: %s", test.pods, at.Basis, got, at.Evidence)
		}
	}
}

// A selector asks for a pool of the kind that its label is of, and no other of
// the name; nodes of that pool are known by the same label.
func TestSelectedPools(t *testing.T) {
	c := toy()
	c.Offerings[0].Contract = &contract.Contract{PoolLabel: "k/pool", PoolKind: "k/Pool", Terms: []contract.Terms{{}}}
	for i, o := range c.Offerings[:2] {
		o.Evidence = []responsibility.Rule{
			{On: "pool", Strength: "proof", All: []responsibility.Condition{{Field: "api", In: []string{[]string{"k/Pool", "x/Pool"}[i]}}}},
		}
	}
	e := &kubernetes.Estate{
		Nodes: []kubernetes.Node{{Name: "n", Labels: map[string]string{"k/pool": "web"}}, {Name: "m"}},
		Pools: []kubernetes.Pool{{API: "k/Pool", Name: "web"}, {API: "x/Pool", Name: "web"}, {API: "x/Pool", Name: "batch"}},
		Workloads: []kubernetes.Workload{
			{Template: kubernetes.PodTemplate{NodeSelector: map[string]string{"k/pool": "web"}}},
			{Template: kubernetes.PodTemplate{NodeSelector: map[string]string{"k/pool": "batch"}}},
		},
	}
	places := Locate(c, e, nil, nil)
	if at := places.Workloads[0]; at.Offering != c.Offerings[0] || at.Basis != Proof ||
		!strings.Contains(at.Evidence.String(), "it asks for the pool web") {
		t.Errorf("web: %s on %v: %s", at.Basis, at.Offering, at.Evidence)
	}
	if at := places.Workloads[1]; at.Basis != Possible {
		t.Errorf("a pool of another kind: %s: %s", at.Basis, at.Evidence)
	}
	if !slices.Equal(places.NodePools, []string{"web", ""}) || !slices.Equal(places.NodePoolLabels, []string{"k/pool", ""}) ||
		!slices.Equal(places.PoolLabels, []string{"k/pool", "", ""}) {
		t.Errorf("pools of nodes %q by %q, labels of pools %q", places.NodePools, places.NodePoolLabels, places.PoolLabels)
	}
	if asked := Locate(c, e, c.Offerings[1], nil); !slices.Equal(asked.PoolLabels, places.PoolLabels) ||
		!slices.Equal(asked.NodePools, places.NodePools) {
		t.Errorf("--as changes the pools of nodes: %q, %q", asked.NodePools, asked.PoolLabels)
	}
}

func TestOfferingsInLadderOrder(t *testing.T) {
	a, b, c := &responsibility.Offering{ID: "a", Order: 2}, &responsibility.Offering{ID: "b", Order: 1},
		&responsibility.Offering{ID: "c", Order: 2}
	places := Places{Nodes: []Place{{Offering: c}, {}}, Pools: []Place{{Offering: a, Also: []*responsibility.Offering{b}}},
		Workloads: []Place{{Offering: c}}}
	if got := named(places.Offerings()); got != "b a c" {
		t.Errorf("got %q", got)
	}
}
