package simulate

import (
	"strings"
	"testing"
	"time"
)

// Pods take to stop what their preStop hook sleeps and what they take after that, unless the
// scenario says it of them; a bound takes their grace where nobody says how long pods stop.
func TestPodsStopAfterTheirHook(t *testing.T) {
	for name, test := range map[string]struct {
		hook, own   time.Duration
		assumed     bool
		want, bound time.Duration
		notes       int
	}{
		"none":                 {0, 0, false, 0, 0, 0},
		"one":                  {5 * time.Minute, 0, false, 5*time.Minute + 5*time.Second, 5*time.Minute + 5*time.Second, 1},
		"one, and assumed":     {5 * time.Minute, 0, true, 5*time.Minute + 5*time.Second, 0, 1},
		"said of it":           {5 * time.Minute, time.Minute, false, time.Minute, time.Minute, 0},
		"said, and of no hook": {0, time.Minute, true, time.Minute, time.Minute, 0},
	} {
		c := clusterOf(2)
		c.with("Deployment", "web", 0, 1).Template.StopHook = test.hook
		w := c.engine(t).World
		s := &Scenario{Start: noon, Horizon: time.Hour, Timings: Timings{PodStop: 5 * time.Second}, Assumed: Assumed{PodStop: test.assumed}}
		if test.own > 0 {
			s.WorkloadTimings = map[string]Timings{"default/web": {PodStop: test.own}}
		}
		wants(t, name, s.timingsOf(&w.workloads[0]).PodStop, test.want)
		wants(t, name+": notes", len(w.slow(s)), test.notes)
		m, err := w.Model(s)
		if err != nil {
			t.Fatal(err)
		}
		wants(t, name+": bound", m.Workloads[0].Timings.PodStop, test.bound)
	}
}

// A note says of pods with a preStop hook how long they take to stop, or when they are killed
// because they take longer than their grace period lets them.
func TestNotesOfPreStopHooks(t *testing.T) {
	const stops, killed = "pods of default/web take to stop 20 s, since a preStop hook sleeps before",
		"pods of default/web are killed after %s, since a preStop hook leaves too little of their grace period"
	for _, test := range []struct {
		hook, grace time.Duration
		want        string
	}{
		{15 * time.Second, time.Minute, stops},
		{15 * time.Second, 20 * time.Second, stops},
		{15 * time.Second, 18 * time.Second, strings.Replace(killed, "%s", "18 s", 1)},
		{5 * time.Minute, 30 * time.Second, strings.Replace(killed, "%s", "30 s", 1)},
	} {
		c := clusterOf(2)
		template := &c.with("Deployment", "web", 0, 1).Template
		template.StopHook, template.Grace = test.hook, test.grace
		s := &Scenario{Start: noon, Horizon: time.Hour, Timings: Timings{PodStop: 5 * time.Second}}
		if got := c.engine(t).slow(s); len(got) != 1 || got[0] != test.want {
			t.Errorf("%s of %s: %q, want %q", test.hook, test.grace, got, test.want)
		}
	}
}
