package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
)

// played is a simulation of two workloads that somebody made up: of web, whose
// two pods stand on a and b, both nodes are drained, and nothing happens to db.
func played() publish.Played {
	const s = time.Second
	n := func(i int32) int32 { return i }
	ev := func(at time.Duration, kind simulate.EventKind, node, pod, ready, cause int32) simulate.Event {
		e := simulate.Event{At: at, Kind: kind, Node: node, Pod: pod, Workload: -1, Cause: cause}
		if pod >= 0 {
			e.Workload, e.Ready = 0, ready
		}
		return e
	}
	events := []simulate.Event{
		// 0
		{Kind: simulate.Triggered, Node: -1, Pod: -1, Workload: -1, Cause: -1, Detail: "drift"},
		// 1
		{At: 10 * s, Kind: simulate.Chosen, Node: 0, Pod: -1, Workload: -1, Cause: 0, Number: 1,
			Detail: "the node budgets of pool x allow 2 at once"},
		ev(10*s, simulate.DrainBegan, 0, -1, 0, 1), // 2
		ev(11*s, simulate.Evicted, 0, 0, 1, 2),     // 3
		ev(11*s, simulate.PodCreated, -1, 2, 1, 3), // 4
		// 5
		{At: 12 * s, Kind: simulate.Chosen, Node: 1, Pod: -1, Workload: -1, Cause: 0, Number: 0,
			Detail: "the node budgets of pool x allow 2 at once"},
		ev(12*s, simulate.DrainBegan, 1, -1, 0, 5),    // 6
		ev(13*s, simulate.Evicted, 1, 1, 0, 6),        // 7
		ev(13*s, simulate.PodCreated, -1, 3, 0, 7),    // 8
		ev(14*s, simulate.NodeRequested, 2, -1, 0, 4), // 9
		ev(16*s, simulate.PodGone, 0, 0, 0, 3),        // 10
		ev(17*s, simulate.NodeGone, 0, -1, 0, 2),      // 11
		ev(74*s, simulate.NodeReady, 2, -1, 0, 9),     // 12
		ev(75*s, simulate.PodBound, 2, 2, 0, 4),       // 13
		ev(75*s, simulate.PodBound, 2, 3, 0, 8),       // 14
		ev(105*s, simulate.PodReady, 2, 2, 1, n(13)),  // 15
		ev(106*s, simulate.PodReady, 2, 3, 2, n(14)),  // 16
	}
	run := func(least int, at, below time.Duration) simulate.Run {
		return simulate.Run{
			Workloads: []simulate.WorkloadRun{
				{MinReady: least, MinAt: at, MinCounted: least, CountedAt: at, BelowFloor: below},
				{MinReady: 3, MinAt: simulate.None, MinCounted: 3, CountedAt: simulate.None},
			},
			Drained: 2, Gone: 1, Draining: 2, FirstDrain: 10 * s, LastGone: 17 * s, Evicted: 2, Asked: 2, Unreplaced: 1,
		}
	}
	story := run(0, 13*s, 92*s)
	story.Seed = 8
	story.Events, story.Names = events,
		simulate.Names{Nodes: []string{"a", "b", "x-new-1"}, Pods: []string{"web-1", "web-2", "web-new-2", "web-new-3"}}
	p := publish.Played{
		Forecast: &forecast.Forecast{Simulation: &simulate.Simulation{
			Scenario: simulate.Scenario{
				Name: "drift.yaml", Start: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), Horizon: 10 * time.Minute, Runs: 4, Seed: 7,
				Timings:  simulate.Timings{NodeReady: time.Minute, PodReady: 30 * s, PodStop: 5 * s},
				Triggers: []simulate.Trigger{{Kind: "drift", Pool: "x"}},
			},
			Workloads: []simulate.Watched{
				{Ref: kubernetes.Ref{Namespace: "shop", Kind: "Deployment", Name: "web"}, Replicas: 2, Floor: 1, Ready: 2},
				{Ref: kubernetes.Ref{Namespace: "shop", Kind: "StatefulSet", Name: "db"}, Replicas: 3, Floor: 2, Ready: 3},
			},
			Runs: []simulate.Run{run(1, 11*s, 0), run(0, 13*s, 92*s), run(1, 12*s, 0), run(2, simulate.None, 0)}, Story: story,
			Notes: []string{"made up"},
		}},
		Offerings: []*responsibility.Offering{{ID: "cloud", Title: "Cloud", Contract: &contract.Contract{Window: contract.NodeBudgetSchedules}}},
		Estate:    &kubernetes.Estate{}, Nodes: []string{"a", "b", "c"},
	}
	judge(&p)
	return p
}

// judge judges a simulation by what its estate lacks, without bounds.
func judge(p *publish.Played) {
	p.Unread = simulate.Lacks(p.Estate)
	p.Judge(nil, func(*simulate.Watched) bool { return false })
}

// The part of the JSON that others script against has the nesting and the
// names that were promised.
func TestSimulationJSON(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, "json", publish.Simulation(played()), Screen{}); err != nil {
		t.Fatal(err)
	}
	type spread struct{ Min, Median, Max float64 }
	var got struct {
		Schema         string
		HorizonSeconds float64
		Runs           int
		Workloads      []struct {
			Namespace, Kind, Name       string
			Replicas, Floor             int
			MinReady, BelowFloorSeconds spread
			MinReadyAtSeconds           *spread
			Verdict                     string
			BrokenRuns                  int
		}
		Nodes struct {
			Drained, Gone, Forced, MaxConcurrentlyDraining, Unpatched spread
			FirstDrainAtSeconds, LastGoneAtSeconds                    *spread
		}
		Pods    struct{ Evicted, EvictionsRefused, Forced spread }
		Verdict string
		Events  []any
	}
	if err := json.Unmarshal(out.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Schema != "onus.simulation/v1" || got.HorizonSeconds != 600 || got.Runs != 4 || got.Verdict != "broken" || got.Events != nil {
		t.Errorf("%+v", got)
	}
	web, db := got.Workloads[0], got.Workloads[1]
	// Of 0, 1, 1 and 2 the lower middle; of the times only those there are.
	if web.MinReady != (spread{0, 1, 2}) || *web.MinReadyAtSeconds != (spread{11, 12, 13}) || web.BelowFloorSeconds != (spread{0, 0, 92}) ||
		web.Verdict != "broken" || web.BrokenRuns != 1 {
		t.Errorf("web: %+v", web)
	}
	if db.Kind != "StatefulSet" || db.MinReady != (spread{3, 3, 3}) || db.MinReadyAtSeconds != nil || db.Verdict != "held" {
		t.Errorf("db: %+v", db)
	}
	if got.Nodes.Drained != (spread{2, 2, 2}) || *got.Nodes.FirstDrainAtSeconds != (spread{10, 10, 10}) ||
		got.Nodes.Unpatched != (spread{1, 1, 1}) || got.Pods.Evicted != (spread{2, 2, 2}) {
		t.Errorf("%+v", got)
	}
	if !strings.Contains(out.String(), `"minReadyAtSeconds": null`) {
		t.Error("a time that never came is not null")
	}
}

// Pods that the API server calls ready although their nodes are gone are told
// apart, and do not count for the floor.
func TestSimulationOfOrphans(t *testing.T) {
	p := played()
	p.Runs[3].Workloads[1] = simulate.WorkloadRun{MinReady: 0, MinAt: 5 * time.Second, MinCounted: 2, CountedAt: 50 * time.Second,
		BelowFloor: time.Minute}
	judge(&p)
	v := publish.Simulation(p)
	db := v.Workloads[1]
	if db.Serving == nil || db.Serving.Min != (published.Spread{Min: 0, Median: 3, Max: 3}) ||
		db.MinReady != (published.Spread{Min: 2, Median: 3, Max: 3}) || db.MinReadyAtSeconds.Min != 50 || db.Verdict != "broken" {
		t.Errorf("%+v, %+v", db, db.Serving)
	}
	if v.Workloads[0].Serving != nil {
		t.Error("what serves is told where it is what is ready")
	}
	var out bytes.Buffer
	if err := Write(&out, "text", v, Screen{Width: 400}); err != nil || !strings.Contains(out.String(), "0 to 3 of 3 ready at worst") ||
		!strings.Contains(out.String(), "the API server counts 2 to 3") {
		t.Error(err, out.String())
	}
}

// What never happened is null where it is a time, and 0 where it is a count.
func TestSimulationWithoutEvents(t *testing.T) {
	p := played()
	for i := range p.Runs {
		p.Runs[i] = simulate.Run{Workloads: []simulate.WorkloadRun{
			{MinReady: 2, MinAt: simulate.None, MinCounted: 2, CountedAt: simulate.None},
			{MinReady: 3, MinAt: simulate.None, MinCounted: 3, CountedAt: simulate.None},
		}, FirstDrain: simulate.None, LastGone: simulate.None}
	}
	p.Story = p.Runs[0]
	judge(&p)
	v := publish.Simulation(p)
	if v.Nodes.FirstDrainAtSeconds != nil || v.Nodes.LastGoneAtSeconds != nil || v.Nodes.Drained != (published.Spread{}) ||
		v.Verdict == finding.Broken {
		t.Errorf("%+v", v)
	}
	var out strings.Builder
	if err := Write(&out, "text", v, Screen{Width: 80}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"2 workloads kept all pods ready.", "No node was drained and no pod was lost.",
		"0 broken, 2 not proven, 0 held"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("lacks %q:\n%s", want, &out)
		}
	}
}

// The chain names the trigger, the budget that let it through, who was evicted,
// what was not ready yet, and when it was.
func TestSimulationChain(t *testing.T) {
	v := publish.Simulation(played())
	worst := v.Workloads[0].Worst
	if worst == nil || worst.Ready != 0 || worst.AtSeconds != 13 || v.Workloads[1].Worst != nil {
		t.Fatalf("%+v", worst)
	}
	var got []string
	for _, l := range worst.Chain {
		got = append(got, fmt.Sprintf("%g %s", l.AtSeconds, l.Text))
	}
	want := []string{
		"0 drift: every node of pool x",
		"10 the drains of 2 nodes begin within 2 s (a and b): the node budgets of pool x allow 2 at once",
		"11 2 pods are evicted from 2 nodes within 2 s: no PodDisruptionBudget covers them",
		"13 0 of 2 ready, below the floor of 1; replacements: 2 without a node",
		"75 the first waiting pod is placed on node x-new-1, Ready since 06:01:14 and requested at 06:00:14",
		"105 1 ready: at the floor again",
		"106 all 2 ready again",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Every event has its cause, by its place in the list.
func TestSimulationTimeline(t *testing.T) {
	p := played()
	p.Timeline = true
	v := publish.Simulation(p)
	if len(v.Events) != 17 {
		t.Fatal(len(v.Events))
	}
	if e := v.Events[0]; e.Kind != "triggered" || e.Cause != nil || e.Ready != nil || e.At != "2026-11-22T06:00:00.0Z" {
		t.Errorf("%+v", e)
	}
	if e := v.Events[7]; e.Kind != "evicted" || e.Node != "b" || e.Pod != "web-2" || e.Workload != "shop/Deployment/web" || *e.Ready != 0 ||
		*e.Cause != 6 {
		t.Errorf("%+v", e)
	}
	for i, e := range v.Events {
		if e.Cause != nil && *e.Cause >= i {
			t.Errorf("event %d comes of %d", i, *e.Cause)
		}
	}
}

// Whatever the terminal, no line is wider and none of the marks is lost.
func TestSimulationFits(t *testing.T) {
	p := played()
	p.Timeline = true
	least := bound.Bound{Least: 0, Of: 3, Exact: true, Because: []string{"the budget lets two nodes go at once"}}
	p.Judge([]bound.Bound{least, least}, func(*simulate.Watched) bool { return false })
	p.Finishes = []bound.Finish{
		{Pool: "default", Nodes: 3, Unpatched: 1, AtWorst: 2, Takes: time.Hour, Done: true,
			Because: []string{"a budget lets no pod of db go, so that its node is never chosen"}},
	}
	p.Faults = []forecast.Fault{{Margin: simulate.Margin{Name: "one replica is not ready", Runs: 3, Least: []int{0}, Unreplaced: 2},
		Breaks: []bool{true}}}
	v := publish.Simulation(p)
	for width := 40; width < 200; width += 7 {
		for _, colour := range []bool{false, true} {
			var out strings.Builder
			if err := Write(&out, "text", v, Screen{Width: width, Colour: colour}); err != nil {
				t.Fatal(err)
			}
			fits(t, "simulation", out.String(), width)
			for _, want := range []string{"x", "▓", "░", "━"} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("at %d columns lacks %q:\n%s", width, want, &out)
				}
			}
		}
	}
	var out strings.Builder
	if err := Write(&out, "text", publish.Simulations([]published.Simulation{v, v}), Screen{Width: 60}); err != nil {
		t.Fatal(err)
	}
	fits(t, "simulations", out.String(), 60)
}

// Of many nodes there is a row for what they do, and not one each.
func TestSimulationOfManyNodes(t *testing.T) {
	p := played()
	event := func(second int32, kind simulate.EventKind) {
		p.Story.Events = append(p.Story.Events, simulate.Event{At: time.Duration(second) * time.Second, Kind: kind, Node: 3 + second - 110,
			Pod: -1, Workload: -1, Cause: 0})
	}
	for i := range int32(100) {
		p.Story.Names.Nodes = append(p.Story.Names.Nodes, fmt.Sprint("n", i))
		event(110+i, simulate.DrainBegan)
		if i >= 10 {
			event(110+i-10, simulate.NodeGone)
			p.Story.Events[len(p.Story.Events)-1].At += 10 * time.Second
		}
	}
	var out strings.Builder
	if err := Write(&out, "text", publish.Simulation(p), Screen{Width: 80}); err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(out.String(), "\n"); lines > 40 || !strings.Contains(out.String(), "draining, to 12 ") {
		t.Errorf("%d lines:\n%s", lines, &out)
	}
}

// The windows of pools are drawn where budgets have a schedule, and only there
// where node budgets count.
func TestSimulationWindows(t *testing.T) {
	budgets := func(b ...disruption.NodeBudget) *disruption.NodeBudgets {
		parsed := disruption.ParseNodeBudgets(b)
		return &parsed
	}
	p := played()
	p.Estate = &kubernetes.Estate{Pools: []kubernetes.Pool{
		{API: "karpenter.sh/NodePool", Name: "nightly",
			Budgets: budgets(disruption.NodeBudget{Nodes: "0", Schedule: "0 6 * * *", Duration: time.Minute})},
		{API: "karpenter.sh/NodePool", Name: "always", Budgets: budgets(disruption.NodeBudget{Nodes: "1"})},
	}}
	p.Simulation.Scenario.Window = disruption.Window{Days: disruption.Days{Every: disruption.Daily}, At: 2 * time.Hour, Length: time.Hour}
	var out strings.Builder
	v := publish.Simulation(p)
	if err := Write(&out, "text", v, Screen{Width: 80}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "window of nightly          ····") || strings.Contains(out.String(), "window of always") {
		t.Errorf("%s", &out)
	}
	if len(v.Notes) != 2 || !strings.Contains(v.Notes[1], "the window of the scenario changes nothing") {
		t.Errorf("%q", v.Notes)
	}
	p.Offerings[0].Contract.Window = contract.MaintenanceWindow
	if v = publish.Simulation(p); len(v.Notes) != 1 {
		t.Errorf("%q", v.Notes)
	}
	out.Reset()
	if err := Write(&out, "text", v, Screen{Width: 80}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "window of nightly") || !strings.Contains(out.String(), "maintenance window         ····") {
		t.Errorf("%s", &out)
	}
}

// Where something that plays rest on could not be read, nothing is held and
// nothing is broken, however the runs came out.
func TestSimulationOfAPart(t *testing.T) {
	for kind, want := range map[string]finding.Verdict{
		"PodDisruptionBudget":     "unknown",
		"Pod":                     "unknown",
		"Node":                    "unknown",
		"NodeClaim":               "unknown",
		"Deployment":              "unknown",
		"Service":                 "broken",
		"HorizontalPodAutoscaler": "broken",
	} {
		p := played()
		p.Estate = &kubernetes.Estate{Unread: []origin.Unread{{Kind: kind, Cause: origin.Forbidden, Reason: "forbidden"}}}
		judge(&p)
		v := publish.Simulation(p)
		if v.Verdict != want || len(v.Unread) != 1 || publish.Simulations([]published.Simulation{v}).Verdict != want {
			t.Errorf("%s: %s, unread %v", kind, v.Verdict, v.Unread)
		}
		for _, w := range v.Workloads {
			if (w.Verdict == "unknown") != (want == "unknown") {
				t.Errorf("%s: %s is %s", kind, w.Name, w.Verdict)
			}
		}
	}
}
