package record

import (
	"encoding/json"
	"testing"
	"time"
)

func at(seconds float64) time.Duration { return time.Duration(seconds * float64(time.Second)) }

// A workload is at its lowest when first it is so low; what comes before the
// start does not count.
func TestTally(t *testing.T) {
	c := newTally()
	for _, name := range []string{"a", "b", "c"} {
		c.node(0, "node-"+name)
		c.pod(0, pod{name: name, app: "web", workload: "web", node: "node-" + name, ready: true})
	}
	c.start(map[string]int{"web": 3, "idle": 2})

	c.claim(at(1.04), "claim-a", "node-a")
	c.claim(at(1.5), "claim-a", "node-a") // again, with another condition
	a := pod{name: "a", app: "web", workload: "web", node: "node-a", ready: true, leaving: true}
	c.pod(at(2), a)
	c.pod(at(3), a)
	c.pod(at(3), pod{name: "d", app: "web", workload: "web"})
	c.claim(at(4), "claim-b", "node-b")
	c.podGone(at(5), "b") // without a word before
	c.podGone(at(7), "a")
	c.nodeGone(at(7.06), "node-a")
	c.node(at(7.5), "node-d")
	c.pod(at(20), pod{name: "d", app: "web", workload: "web", node: "node-d", ready: true})
	c.podGone(at(30), "c")

	got, err := json.Marshal(c.result())
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"workloads":{"idle":{"replicas":2,"minReady":0,"minReadyAtSeconds":null},"web":{"replicas":3,"minReady":1,` +
		`"minReadyAtSeconds":5}},` +
		`"nodes":{"drained":2,"gone":1,"maxConcurrentlyDraining":2,"firstDrainAtSeconds":1,"lastGoneAtSeconds":7.1}}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	var events string
	for _, e := range c.timeline {
		events += e.Event + " " + e.Object + "; "
	}
	if want := "claim-deleting claim-a; pod-terminating a; claim-deleting claim-b; node-deleted node-a; node-added node-d; "; events != want {
		t.Errorf("got  %s\nwant %s", events, want)
	}
}

// A run where nothing happens says so in the same words.
func TestTallyOfNothing(t *testing.T) {
	c := newTally()
	c.start(nil)
	got, err := json.Marshal(c.observed.Nodes)
	if want := `{"drained":0,"gone":0,"maxConcurrentlyDraining":0,"firstDrainAtSeconds":null,"lastGoneAtSeconds":null}`; string(got) != want ||
		err != nil {
		t.Errorf("%s, %v", got, err)
	}
	if timeline, err := json.Marshal(c.timeline); string(timeline) != "[]" || err != nil {
		t.Errorf("%s, %v", timeline, err)
	}
}

// A drain that began before the start is at it, and is none of those that begin.
func TestTallyOfDrainsUnderWay(t *testing.T) {
	c := newTally()
	for _, name := range []string{"a", "b"} {
		c.node(0, "node-"+name)
	}
	c.claim(0, "claim-a", "node-a")
	c.start(nil)
	c.claim(at(3), "claim-b", "node-b")
	c.nodeGone(at(5), "node-a")
	got, err := json.Marshal(c.result().Nodes)
	if want := `{"drained":1,"gone":1,"maxConcurrentlyDraining":2,"firstDrainAtSeconds":3,"lastGoneAtSeconds":5}`; string(got) != want ||
		err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// A node that is cordoned is drained by hand until no pods are left on it but those of
// DaemonSets. It stays.
func TestTallyOfDrainsByHand(t *testing.T) {
	c := newTally()
	for _, name := range []string{"a", "b", "c", "d"} {
		c.node(0, "node-"+name)
	}
	c.pod(0, pod{name: "a", workload: "web", node: "node-a", ready: true})
	c.pod(0, pod{name: "b", workload: "web", node: "node-b", ready: true})
	c.pod(0, pod{name: "agent", workload: "agent", node: "node-c", ready: true, daemon: true})
	c.cordon(0, "node-d") // before anything is counted
	c.start(map[string]int{"web": 2})
	c.cordon(at(1), "node-a")
	c.cordon(at(1.2), "node-a")
	c.cordon(at(2), "node-c") // nothing to see to
	c.podGone(at(6), "a")
	c.cordon(at(7), "node-b")
	got, err := json.Marshal(c.result().Nodes)
	if want := `{"drained":3,"gone":0,"maxConcurrentlyDraining":1,"firstDrainAtSeconds":1,"lastGoneAtSeconds":null}`; string(got) != want ||
		err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

// A pod whose node is gone says that it is ready until it is collected. It
// counts, as the disruption controller counts it, and does not serve.
func TestTallyOfOrphans(t *testing.T) {
	c := newTally()
	a := pod{name: "a", app: "web", workload: "web", node: "node-a", ready: true}
	c.node(0, "node-a")
	c.pod(0, a)
	c.start(map[string]int{"web": 1})
	c.nodeGone(at(10), "node-a")
	c.pod(at(20), a)
	c.podGone(at(55), "a")
	w := c.result().Workloads["web"]
	if w.MinReady != 0 || *w.MinReadyAtSeconds != 55 || w.Serving == nil || w.Serving.Min != 0 || *w.Serving.MinAtSeconds != 10 {
		t.Errorf("%+v, %+v", w, w.Serving)
	}
}
