package simulate

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/selection"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
)

// A pod asks for nodes by their names, by the label with them or by a field, and not for
// those that it names to keep away from.
func TestNodesAskedForByName(t *testing.T) {
	host := func(how selection.Operator, names ...string) labels.Requirement {
		r, err := labels.NewRequirement(hostname, how, names)
		if err != nil {
			t.Fatal(err)
		}
		return *r
	}
	inZone, _ := labels.NewRequirement(zone, selection.In, []string{"a"})
	of := func(all ...labels.Requirement) constraint {
		return constraint{terms: [][]labels.Requirement{all}, names: [][]string{nil}}
	}
	for name, x := range map[string]struct {
		asked constraint
		want  string
	}{
		"nothing":            {constraint{}, "[]"},
		"a node":             {constraint{node: "n1"}, "[n1]"},
		"a selector":         {constraint{selector: map[string]string{hostname: "n1", zone: "a"}}, "[n1]"},
		"one of some":        {of(host(selection.In, "n2", "n1")), "[n1 n2]"},
		"exactly one":        {of(host(selection.Equals, "n1")), "[n1]"},
		"none of some":       {of(host(selection.NotIn, "n1")), "[]"},
		"a zone":             {of(*inZone), "[]"},
		"a field":            {constraint{terms: [][]labels.Requirement{nil}, names: [][]string{{"n3"}}}, "[n3]"},
		"one in two ways":    {constraint{node: "n1", selector: map[string]string{hostname: "n1"}}, "[n1]"},
		"one, and a zone":    {of(*inZone, host(selection.In, "n1")), "[n1]"},
		"one, and another's": {constraint{node: "n1", terms: of(host(selection.In, "n2")).terms, names: [][]string{nil}}, "[n1 n2]"},
	} {
		wants(t, name, fmt.Sprint(x.asked.nodeNames()), x.want)
	}
}

// Nodes of an offering without a contract go by none of its moves.
func TestMovesWithoutAContract(t *testing.T) {
	for name, o := range map[string]*responsibility.Offering{"no offering": nil, "no contract": {}} {
		_, ok := contractTerms{&World{}}.move(o, &Trigger{Kind: contract.Upgrade})
		wants(t, name, ok, false)
	}
}

// Drains of Karpenter heed no rules of the Cluster API, even where its machines are the nodes.
func TestKarpenterHeedsNoDrainRules(t *testing.T) {
	c := clusterOf(1)
	c.Nodes[0].Annotations = map[string]string{"cluster.x-k8s.io/machine": "m"}
	c.with("Deployment", "web", 0)
	c.DrainRules = []kubernetes.DrainRule{drainRule("Skip", 0, "web")}
	wants(t, "pods that are drained otherwise", len(c.engine(t).World.pools[0].drained), 0)
}

// A rule of the Cluster API is about its Machines: drains of nodes that are none heed it not,
// and nothing is said of it. Whether it is about a Machine of which no namespace is told is
// not known.
func TestDrainRulesAreAboutMachines(t *testing.T) {
	const note = "whether MachineDrainRule web is about pods of web is not known: it is played as if it were not"
	for name, x := range map[string]struct {
		annotations map[string]string
		about       bool
	}{
		"a Machine":        {map[string]string{"cluster.x-k8s.io/machine": "m"}, true},
		"none":             {nil, false},
		"none, and a note": {map[string]string{"cluster.x-k8s.io/cluster-name": "c"}, false},
	} {
		c := clusterOf(1)
		c.Pools, c.Nodes[0].Labels, c.Nodes[0].Annotations = nil, nil, x.annotations
		c.with("Deployment", "web", 0)
		c.DrainRules = []kubernetes.DrainRule{drainRule("Skip", 0, "web")}
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("eks-managed-nodegroup"), nil), false)
		if err != nil {
			t.Fatal(err)
		}
		wants(t, name+": it may be about its drains", len(w.pools[0].drained) > 0, x.about)
		wants(t, name+": that is said", slices.Contains(w.notes, note), x.about)
	}
}

// That nodes may be traded for cheaper ones is said of pools of which others than empty
// nodes go.
func TestTradesThatAreNotPlayed(t *testing.T) {
	for name, x := range map[string]struct {
		change func(p *pool)
		off    bool
		want   int
	}{
		"nodes that are not needed":  {func(*pool) {}, false, 1},
		"none":                       {func(*pool) {}, true, 0},
		"empty ones alone":           {func(p *pool) { p.whenEmpty = true }, false, 0},
		"empty ones, and not played": {func(p *pool) { p.whenEmpty = true }, true, 0},
		"a number of nodes":          {func(p *pool) { p.static = true }, false, 0},
		"one type of instances":      {func(p *pool) { p.oneType = true }, false, 0},
		"never":                      {func(p *pool) { p.quiet = time.Duration(never) }, false, 0},
	} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0)
		e := c.engine(t)
		e.World.pools[0].oneType = false
		x.change(&e.World.pools[0])
		e.consolidation.enabled = []bool{!x.off}
		wants(t, name, len(e.consolidation.untraded()), x.want)
	}
}

// Of several nodes that were to go together none goes where one of them no longer may;
// of empty nodes the others do.
func TestNodesThatGoTogetherOrNotAtAll(t *testing.T) {
	for name, x := range map[string]struct {
		method  method
		pods    []int
		changed uint32
		want    outcome
	}{
		"together":                 {together, []int{0, 1}, 0, acted},
		"together, one is another": {together, []int{0, 1}, 1, nothing},
		"empty ones":               {emptyOnes, nil, 1, acted},
	} {
		c := clusterOf(3)
		c.with("Deployment", "web", append(x.pods, 2)...)
		e := c.engine(t)
		co := &e.consolidation
		co.enabled, co.trigger = []bool{true}, &Trigger{Kind: contract.Consolidation}
		e.World.pools[0].budgets = disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "100%"}})
		e.now, e.loop.concerned = int64(time.Hour), []int32{0}
		co.propose(x.method, []int32{0, 1})
		co.nodes[1].gen += x.changed
		wants(t, name, co.confirm(&co.proposed), x.want)
	}
}

// What is known of pods that wait for nodes is forgotten before each look.
func TestForecastsAreMadeAnew(t *testing.T) {
	c := clusterOf(1)
	c.with("Deployment", "web", 0, 0, 0, 0)
	c.with("Deployment", "large", 0).Template.Requests.CPU = 4000
	e := c.engine(t)
	e.nodeLifecycle.launch(0, e.World.pools[0].shapes[0], -1)
	look := func(base ...int32) int32 {
		e.solver.launchForecast.begin(e, base)
		return e.solver.launchForecast.turnOf(e, e.kindOf(4))
	}
	wants(t, "with nothing before it", look(), 1)
	wants(t, "with another pod before it", look(0), 1)
	wants(t, "with all before it", look(0, 1, 2, 3), 1)
	wants(t, "a small one, with nothing before it", func() int32 {
		e.solver.launchForecast.begin(e, nil)
		return e.solver.launchForecast.turnOf(e, e.kindOf(0))
	}(), 1)
	wants(t, "a small one, with three before it", func() int32 {
		e.solver.launchForecast.begin(e, []int32{1, 2, 3})
		return e.solver.launchForecast.turnOf(e, e.kindOf(0))
	}(), 4)
}

// How long pods take to get ready was said by whoever said it of them or of all; what their
// probes tell beyond that nobody said.
func TestWhoSaidHowLongPodsTake(t *testing.T) {
	for name, x := range map[string]struct {
		after   time.Duration
		assumed bool
		own     time.Duration
		want    bool
	}{
		"of all":                            {0, false, 0, true},
		"of all, as long as probes tell":    {time.Minute, false, 0, true},
		"of all, shorter than probes tell":  {time.Minute + 1, false, 0, false},
		"of nobody":                         {0, true, 0, false},
		"of this one":                       {time.Hour, true, time.Second, true},
		"of this one, and it is not of all": {0, true, time.Second, true},
	} {
		l := &workload{Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}, readyAfter: x.after}
		s := &Scenario{Timings: Timings{PodReady: time.Minute}, WorkloadTimings: map[string]Timings{"shop/web": {PodReady: x.own}}}
		s.Assumed.PodReady = x.assumed
		wants(t, name, s.readySaid(l), x.want)
	}
}

// When a trigger comes a workload is to have what it was scaled to last before it.
func TestPodsThatAreWanted(t *testing.T) {
	c := clusterOf(1)
	web, other := c.with("Deployment", "web", 0, 0).Ref, c.with("Deployment", "other", 0).Ref
	w := c.engine(t).World
	s := &Scenario{Triggers: []Trigger{
		{Kind: Scale, At: 10 * time.Minute, Workload: web, Replicas: 5}, {Kind: Scale, At: time.Minute, Workload: web, Replicas: 3},
		{Kind: Scale, At: time.Minute, Workload: other, Replicas: 9}, {Kind: Scale, At: 10 * time.Minute, Workload: web, Replicas: 6},
	}}
	for at, want := range map[time.Duration]int{0: 2, time.Minute: 3, 5 * time.Minute: 3, 10 * time.Minute: 6, time.Hour: 6} {
		wants(t, fmt.Sprint("pods of web at ", at), w.wantedBy(0, s, &Trigger{At: at}), want)
	}
}

// A number of none is none; a share of none is a share.
func TestBudgetsOfZero(t *testing.T) {
	for text, want := range map[string]bool{"0": true, "1": false, "0%": false, "50%": false} {
		n := intstr.Parse(text)
		wants(t, text, isZero(&n), want)
	}
	wants(t, "none written", isZero(nil), false)
}
