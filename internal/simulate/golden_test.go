package simulate

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"pgregory.net/rapid"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
)

var update = flag.Bool("update", false, "write what runs are now as what they have to be")

const goldenRuns = "testdata/runs.golden"

// goldenScenarios is how many random scenarios are kept; a line has so many of them.
const goldenScenarios, goldenPerLine = 1500, 25

// constrain adds to a random estate what only some estates have: limits, nodes
// that are tainted or of unequal size, affinity to nodes and spread over them;
// or takes away all nodes and pods, so that workloads have to be placed first.
func constrain(t *rapid.T, e *kubernetes.Estate) {
	if rapid.IntRange(0, 2).Draw(t, "limited") == 0 {
		e.Pools[0].Limits = kubernetes.Resources{CPU: int64(rapid.IntRange(8, 40).Draw(t, "limit")) * 1000, Memory: 100 << 30}
		e.Pools[0].Weight = rapid.IntRange(0, 2).Draw(t, "weight")
	}
	for i := range e.Nodes {
		switch rapid.IntRange(0, 7).Draw(t, "kind of node") {
		case 0:
			e.Nodes[i].Taints = []kubernetes.Taint{{Key: "team", Value: "pay", Effect: "NoSchedule"}}
		case 1:
			e.Nodes[i].Allocatable.CPU *= 2
		case 2:
			e.Nodes[i].Labels["disk"] = "ssd"
		}
	}
	for i := range e.Workloads {
		p := &e.Workloads[i].Template
		match := &metav1.LabelSelector{MatchLabels: p.Labels}
		switch rapid.IntRange(0, 7).Draw(t, "more") {
		case 0:
			p.Tolerations = []kubernetes.Toleration{{Key: "team", Value: "pay"}}
		case 1:
			p.Spread = []corev1.TopologySpreadConstraint{{MaxSkew: 2, TopologyKey: hostname, WhenUnsatisfiable: corev1.DoNotSchedule,
				LabelSelector: match}}
		case 2:
			p.Affinity = &corev1.Affinity{NodeAffinity: &corev1.NodeAffinity{RequiredDuringSchedulingIgnoredDuringExecution: &corev1.NodeSelector{
				NodeSelectorTerms: []corev1.NodeSelectorTerm{
					{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: "disk", Operator: corev1.NodeSelectorOpExists}}},
					{MatchExpressions: []corev1.NodeSelectorRequirement{{Key: zone, Operator: corev1.NodeSelectorOpIn, Values: []string{"zone-1"}}}},
				}}}}
		case 3:
			p.NodeSelector = map[string]string{zone: "zone-0"}
		case 4:
			e.Workloads[i].Rollout.MinReady = 20 * time.Second
		}
	}
	if rapid.IntRange(0, 4).Draw(t, "manifests") == 0 {
		e.Live, e.Nodes, e.NodeClaims, e.Pods = false, nil, nil, nil
		for i := range e.Workloads {
			e.Workloads[i].Pods = nil
		}
	}
}

// The same seed makes the same run, event by event, as long as nobody means to
// change how the engine plays: whoever does so says in the commit why, and
// writes the digests anew with -update. A line is a digest of 25 scenarios.
func TestRunsStayAsTheyWere(t *testing.T) {
	c := Knowledge(t)
	sameAs(t, goldenRuns, goldenScenarios, goldenPerLine, rapid.Custom(func(t *rapid.T) *played {
		estate := randomEstate(t)
		constrain(t, estate)
		o := c.Offering(rapid.SampledFrom(offerings).Draw(t, "offering"))
		w, err := Prepare(estate, locate.Locate(c, estate, o, nil), false)
		if err != nil {
			return nil // nothing to watch
		}
		s := randomScenario(t, w, o)
		if l := w.workloads[0]; rapid.IntRange(0, 3).Draw(t, "own") == 0 {
			s.Crashes = map[string]Crashes{l.Namespace + "/" + l.Name: {After: 40 * time.Second, For: 10 * time.Second}}
			s.WorkloadTimings = map[string]Timings{l.Namespace + "/" + l.Name: {PodReady: 7 * time.Second}}
		}
		return &played{w, s}
	}))
}

// played is a scenario and the world it is played on.
type played struct {
	world    *World
	scenario Scenario
}

// ofPlan takes out of a run what is printed as the place where it lies.
func ofPlan(run *Run) (all []any) {
	if run.Halted != nil {
		all = append(all, *run.Halted)
		run.Halted = nil
	}
	for _, wave := range run.Waves {
		for i := range wave.Nodes {
			if g := &wave.Nodes[i]; g.Stuck != nil {
				all = append(all, *g.Stuck)
				g.Stuck = nil
			}
		}
	}
	return all
}

// sameAs holds the runs of so many random scenarios against the digests in a
// file.
func sameAs(t *testing.T, file string, scenarios, perLine int, random *rapid.Generator[*played]) {
	t.Helper()
	var lines []string
	digest := sha256.New()
	for i := range scenarios {
		if x := random.Example(i); x != nil && x.world.Check(&x.scenario) == nil {
			for seed := range int64(2) {
				s := x.scenario
				s.Runs, s.Seed = 1, seed
				sim, err := Play(t.Context(), x.world, s, nil)
				if err != nil {
					t.Fatal(err)
				}
				if of := ofPlan(&sim.Story); of != nil {
					fmt.Fprintln(digest, of...)
				}
				fmt.Fprintf(digest, "%d %v %q\n", i, sim.Story, sim.Notes)
			}
			fmt.Fprintln(digest, x.world.Dues())
			if m, err := x.world.Model(&x.scenario); err != nil {
				fmt.Fprintln(digest, err)
			} else {
				fmt.Fprintln(digest, m.Timings != nil, bound.Bounds(m), bound.Finishes(m, 0))
			}
		}
		if (i+1)%perLine == 0 {
			lines = append(lines, fmt.Sprintf("%d %x", i+1, digest.Sum(nil)[:8]))
			digest.Reset()
		}
	}
	got := strings.Join(lines, "\n") + "\n"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	for k, line := range strings.Split(strings.TrimSpace(string(want)), "\n") {
		if k < len(lines) && lines[k] != line {
			t.Errorf("the runs of the random scenarios up to %s are others than they were", strings.Fields(line)[0])
		}
	}
}
