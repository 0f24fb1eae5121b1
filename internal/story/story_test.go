package story

import (
	"slices"
	"strings"
	"testing"
	"time"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

const second = time.Second

// ev is an event about workload 0.
func ev(at time.Duration, kind simulate.EventKind, node, pod, cause int32) simulate.Event {
	return simulate.Event{At: at, Kind: kind, Node: node, Pod: pod, Workload: 0, Cause: cause}
}

// drained is a run in which two of three pods are evicted from two nodes; one is
// replaced by the worst moment, and waits for a node.
func drained() *simulate.Run {
	events := []simulate.Event{
		{At: 0, Kind: simulate.Triggered, Node: -1, Pod: -1, Workload: -1, Cause: -1, Detail: "drift"},                            // 0
		{At: second, Kind: simulate.Chosen, Node: 0, Pod: -1, Workload: -1, Cause: 0, Detail: "the node budgets allow 2 at once"}, // 1
		{At: 2 * second, Kind: simulate.DrainBegan, Node: 0, Pod: -1, Workload: -1, Cause: 1},                                     // 2
		{At: 4 * second, Kind: simulate.DrainBegan, Node: 1, Pod: -1, Workload: -1, Cause: 1},                                     // 3
		ev(5*second, simulate.Evicted, 0, 0, 2),                                                                                   // 4
		ev(6*second, simulate.PodCreated, -1, 3, 4),                                                                               // 5
		// 6: the worst moment
		ev(8*second, simulate.Evicted, 1, 1, 3),
		ev(9*second, simulate.PodCreated, -1, 4, 6), // 7
		ev(20*second, simulate.PodBound, 2, 3, 5),   // 8
		ev(35*second, simulate.PodReady, 2, 3, 8),   // 9
		ev(36*second, simulate.PodBound, 2, 4, 7),   // 10
		ev(50*second, simulate.PodReady, 2, 4, 10),  // 11
	}
	events[4].Number, events[6].Number = 3, 1
	events[9].Ready, events[11].Ready = 2, 3
	return &simulate.Run{
		Events: events, Names: simulate.Names{Nodes: []string{"a", "b", "c"}},
		Workloads: []simulate.WorkloadRun{{MinReady: 1, MinAt: 8 * second}},
	}
}

func storyOf(run *simulate.Run, budgets int) *Story {
	ref := kubernetes.Ref{Namespace: "default", Kind: "Deployment", Name: "web"}
	app := map[string]string{"app": "web"}
	e := &kubernetes.Estate{Workloads: []kubernetes.Workload{{Ref: ref, Template: kubernetes.PodTemplate{Labels: app}}}}
	for i := range budgets {
		e.Budgets = append(e.Budgets, kubernetes.Budget{Namespace: "default", Name: []string{"one", "two"}[i],
			Selector: labels.SelectorFromSet(app)})
	}
	s := &simulate.Scenario{Start: time.Date(2026, 11, 22, 6, 0, 0, 0, time.UTC), Horizon: time.Minute,
		Triggers: []simulate.Trigger{{Kind: contract.Drift}}}
	return New(e, false, s, []simulate.Watched{{Ref: ref, Replicas: 3, Floor: 2, Ready: 3}}, run)
}

// A chain tells what began it, how the pods went, the worst moment and how it
// came back, in this order.
func TestChain(t *testing.T) {
	s := storyOf(drained(), 1)
	fall, ok := s.Falls()[0]
	if !ok || fall.Ready != 1 || fall.At != 8*second || len(fall.Events) != 8 {
		t.Fatalf("the fall is %+v", fall)
	}
	var got []string
	for _, l := range s.Chain(fall) {
		got = append(got, s.Clock(l.At)+" "+l.Text)
	}
	want := []string{
		"06:00:00 drift: every node",
		"06:00:02 the drains of 2 nodes begin within 2 s (a and b): the node budgets allow 2 at once",
		"06:00:05 2 pods are evicted from 2 nodes within 3 s: PodDisruptionBudget one allows it, after up to 2 tries were refused",
		"06:00:08 1 of 3 ready, below the floor of 2; replacements: 1 not created yet, 1 without a node",
		"06:00:20 the first waiting pod is placed on node c",
		"06:00:35 2 ready: at the floor again",
		"06:00:50 all 3 ready again",
	}
	if !slices.Equal(got, want) {
		t.Errorf("the chain is\n%s\nwants\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// Which budgets let pods go is said by their number.
func TestBudgetsInWords(t *testing.T) {
	for n, want := range []string{"no PodDisruptionBudget covers them", "PodDisruptionBudget one allows it",
		"PodDisruptionBudgets one and two allow it"} {
		s := storyOf(drained(), n)
		if got := s.Chain(s.Falls()[0])[2].Text; !strings.Contains(got, want) {
			t.Errorf("with %d budgets: %q, wants %q", n, got, want)
		}
	}
}

// A workload that is not whole by the end is said to be so.
func TestNotBackByTheEnd(t *testing.T) {
	for cut, want := range map[int]string{
		8:  "still below the floor at the end of the simulation",
		10: "not all ready again by the end of the simulation",
	} {
		run := drained()
		run.Events = run.Events[:cut]
		s := storyOf(run, 0)
		chain := s.Chain(s.Falls()[0])
		if last := chain[len(chain)-1]; last.Text != want || last.At != time.Minute || last.Part != Back {
			t.Errorf("after %d events the last is %+v, wants %q", cut, last, want)
		}
	}
}

// A pod counts as lost once, and one that had never been ready not at all.
func TestLossesCountOnce(t *testing.T) {
	events := []simulate.Event{
		ev(1*second, simulate.Evicted, 0, 0, -1),    // 0: lost
		ev(2*second, simulate.PodGone, 0, 0, 0),     // 1: the same
		ev(3*second, simulate.PodCreated, -1, 1, 0), // 2
		ev(4*second, simulate.PodBound, 1, 1, 2),    // 3
		ev(5*second, simulate.Evicted, 1, 1, 3),     // 4: was never ready
		ev(6*second, simulate.PodCreated, -1, 2, 4), // 5
		ev(7*second, simulate.PodBound, 1, 2, 5),    // 6
		ev(9*second, simulate.PodReady, 1, 2, 6),    // 7
		ev(10*second, simulate.PodUnready, 1, 2, 7), // 8: lost again
	}
	fall := func(at time.Duration) Fall { return Fall{At: at, Events: []int32{0, 1, 2, 3, 4, 5, 6, 7, 8}} }
	for at, want := range map[time.Duration]struct{ open, waiting, starting int }{
		0: {0, 0, 0}, 2 * second: {1, 0, 0}, 3 * second: {1, 1, 0}, 4 * second: {1, 0, 1}, 5 * second: {1, 0, 0}, 7 * second: {1, 0, 1},
		9 * second: {0, 0, 0}, 10 * second: {1, 0, 0},
	} {
		x := fall(at).losses(events)
		if len(x.open) != want.open || x.waiting != want.waiting || x.starting != want.starting {
			t.Errorf("at %s: %d open, %d waiting, %d starting; wants %+v", at, len(x.open), x.waiting, x.starting, want)
		}
	}
}

// The span of a run leaves out what comes before the first event and after the
// last, by a twentieth; a drain that has not come to an end goes on to the end.
func TestSpan(t *testing.T) {
	s := storyOf(drained(), 0)
	s.scenario.Horizon = time.Hour
	if from, until := s.Span(); from != 0 || until != time.Hour {
		t.Errorf("while nodes drain it is %s to %s", from, until)
	}
	s.run.Events = append(s.run.Events, simulate.Event{At: 55 * second, Kind: simulate.NodeGone, Node: 0},
		simulate.Event{At: 61 * second, Kind: simulate.NodeGivenUp, Node: 1})
	if from, until := s.Span(); from != 0 || until != 64*second {
		t.Errorf("it is %s to %s", from, until)
	}
	s.run.Events = s.run.Events[:1]
	if from, until := s.Span(); from != 0 || until != time.Hour {
		t.Errorf("of a run in which nothing happens it is %s to %s", from, until)
	}
	if s.SeveralDays() {
		t.Error("an hour is several days")
	}
}
