package simulate

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

// A Job of which more pods are taken away than may fail makes none in their place: evictions
// are such by its podFailurePolicy alone, and what is deleted at a deadline always counts.
func TestJobsThatFail(t *testing.T) {
	limit := func(n int) kubernetes.Retry { return kubernetes.Retry{Limit: n, Limited: true} }
	spared := kubernetes.Retry{Limited: true, Spared: true}
	for name, test := range map[string]struct {
		kind   string
		retry  kubernetes.Retry
		forced bool // a PDB keeps its pod until the deadline
		note   string
		made   bool
	}{
		"none may fail":          {"Job", limit(0), false, "Job default/run fails for good in the run that is told", false},
		"one may":                {"Job", limit(1), false, "", true},
		"nothing said":           {"Job", kubernetes.Retry{}, false, "", true},
		"evictions do not count": {"Job", spared, false, "", true},
		"but deletions do":       {"Job", spared, true, "it may have none", false},
		"its policy fails it": {"Job", kubernetes.Retry{Limit: 6, Limited: true, Fails: true}, false,
			"its podFailurePolicy has it fail", false},
		"not for what is deleted":              {"Job", kubernetes.Retry{Limit: 6, Limited: true, Fails: true}, true, "", true},
		"nor once they are more than may fail": {"Job", kubernetes.Retry{Limited: true, Fails: true}, true, "it may have none", false},
		"a run of a CronJob":                   {"CronJob", limit(0), false, "a run of CronJob default/run fails", false},
		"a run that may fail again":            {"CronJob", limit(1), false, "", true},
	} {
		c := clusterOf(1)
		c.Pools[0].Grace = 10 * time.Minute
		c.with("Deployment", "web", 0)
		w := c.with("Job", "run", 0)
		w.Kind, w.Retry = test.kind, test.retry
		if test.forced {
			c.pdb("run", "0")
		}
		k := Knowledge(t)
		world, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(name, err)
		}
		s := Scenario{Start: noon, Horizon: time.Hour, Runs: 1, Seed: 1, Triggers: []Trigger{{Kind: contract.Delete}},
			Timings: Timings{NodeReady: time.Minute, PodReady: 15 * time.Second, PodStop: 5 * time.Second}}
		sim, err := Play(t.Context(), world, s, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		made := 0
		for _, e := range sim.Story.Events {
			made += boolean(e.Kind == PodCreated)
		}
		said := strings.Join(sim.Notes, "; ")
		if another := made > 1; another != test.made || // one is of the Deployment
			!strings.Contains(said, test.note) || test.note == "" && strings.Contains(said, "fail") {
			t.Errorf("%s: %d are made; %q", name, made, said)
		}
	}
}

// That a pod which stops already is deleted says nothing of the next one, which is evicted.
func TestDeletionsOfPodsThatStopDoNotCount(t *testing.T) {
	for name, test := range map[string]struct {
		stops bool // the first pod is evicted before it is deleted
		want  jobFailure
	}{"it stops": {true, notFailed}, "it runs": {false, byLimit}} {
		c := clusterOf(1)
		c.with("Deployment", "web", 0)
		c.with("Job", "run", 0, 0).Retry = kubernetes.Retry{Limited: true, Spared: true}
		k := Knowledge(t)
		w, err := Prepare(&c.Estate, locate.Locate(k, &c.Estate, k.Offering("karpenter"), nil), false)
		if err != nil {
			t.Fatal(name, err)
		}
		e := newEngine(w, &Scenario{Start: noon, Horizon: time.Hour, Runs: 1}, 1, true)
		if test.stops {
			e.kubelet.terminate(1, time.Minute, -1)
		}
		e.drainer.deleteForced(1, 0, time.Minute, "")
		e.kubelet.terminate(2, time.Minute, -1)
		wants(t, name, e.workloads[1].failed, test.want)
	}
}
