package compute

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/locate"
)

// What cannot be played of a contract is unknown, with what keeps it from being played.
func TestWhatAContractDoesNotLetPlay(t *testing.T) {
	c := knowledge(t)
	docs := named("web", 3, "") + pdbOver("app: web", "maxUnavailable: 1")
	for _, x := range []struct {
		name, offering string
		change         func(*contract.Contract)
		check          check.Check
		want           string
	}{
		{"an age that nobody publishes", "karpenter", func(c *contract.Contract) { c.MaxNodeLife = contract.NodeLife{} }, ExpiryCohort,
			"unknown the maximum age of its nodes is not known"},
		{"an age", "karpenter", func(*contract.Contract) {}, ExpiryCohort, "held keeps at least 2 of 3 pods ready in every order of events"},
		{"consolidation by nobody who does it", "gke-standard", func(c *contract.Contract) {
			c.Terms = []contract.Terms{{Trigger: contract.Consolidation}}
		}, SurvivesReplacement, "unknown nothing could be simulated: next roll: consolidation: "},
	} {
		offering := *c.Offering(x.offering)
		terms := *offering.Contract
		offering.Contract = &terms
		x.change(&terms)
		e := parse(t, docs)
		got := ""
		for _, f := range withOutcomes(ran(t, c, e, locate.Locate(c, e, &offering, nil)).Findings) {
			if f.Obligation == x.check.ID && f.Subject.Name == "web" {
				got = string(f.Verdict) + " " + f.Message
			}
		}
		if !strings.HasPrefix(got, x.want) {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
	}
}

// Where there is no outlook, what workloads and pools have to outlive is unknown.
func TestNothingIsKnownWithoutAnOutlook(t *testing.T) {
	table := slices.Clone(every)
	for i := range table {
		run := table[i].Run
		table[i].Run = func(p *check.Pass) {
			outcomesOf(p).why = "the clock stands still"
			run(p)
		}
	}
	c, e := knowledge(t), parse(t, poolOf("p", "a", "336h")+serviceOf("w", ""))
	result, err := check.Run(t.Context(), table, c, &estate.Estate{Kubernetes: e}, locate.Locate(c, e, c.Offering("eks-auto-mode"), nil))
	if err != nil {
		t.Fatal(err)
	}
	said := map[string]bool{}
	for _, f := range withOutcomes(result.Findings) {
		if f.Verdict == finding.Unknown && f.Message == "nothing could be simulated: the clock stands still" {
			said[f.Obligation+" "+f.Subject.Name] = true
		}
	}
	for _, want := range []string{SurvivesReplacement.ID + " w", ExpiryUnbounded.ID + " p"} {
		if !said[want] {
			t.Errorf("%s is not told: %v", want, said)
		}
	}
}

// What its operator moves while it runs does not go with its node, and nothing is played of it;
// what that cannot move goes as any pod does.
func TestWhatIsMovedIsNotPlayed(t *testing.T) {
	for name, x := range map[string]struct {
		move *kubernetes.Move
		want bool
	}{
		"nobody moves it":      {nil, true},
		"it is moved":          {&kubernetes.Move{Operator: "KubeVirt"}, false},
		"it cannot be moved":   {&kubernetes.Move{Operator: "KubeVirt", Cannot: "it has a device of its node"}, true},
		"whether is not known": {&kubernetes.Move{Operator: "KubeVirt", Unsure: "its claim was not read"}, false},
	} {
		e := parse(t, twoOfWeb)
		e.Workloads[0].Move = x.move
		told := ""
		for _, f := range withOutcomes(look(t, knowledge(t), "karpenter", e)) {
			if f.Obligation == SurvivesReplacementID {
				told += f.Message
			}
		}
		if (told != "") != x.want {
			t.Errorf("%s: %q", name, told)
		}
	}
}

// Of a long way to the worst moment the first steps and the last are told, and how many
// are not.
func TestTraceOfManySteps(t *testing.T) {
	for n, want := range map[int]string{
		0: "", 3: "1 2 3", 9: "1 2 3 4 5 6 7 8 9", 10: "1 2 3 4 (2 steps more) 7 8 9 10", 30: "1 2 3 4 (22 steps more) 27 28 29 30",
	} {
		var steps []forecast.Step
		for k := range n {
			steps = append(steps, forecast.Step{At: "06:00", Text: fmt.Sprint(k + 1)})
		}
		var got []string
		for _, line := range trace(steps) {
			text, timed := strings.CutPrefix(line.Text, "06:00  ")
			if !timed {
				text = "(" + text + ")"
			}
			got = append(got, text)
		}
		if said := strings.Join(got, " "); said != want {
			t.Errorf("of %d: %s, want %s", n, said, want)
		}
	}
}
