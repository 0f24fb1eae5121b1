package manifest

import (
	"errors"
	"io"
	"math"
	"strings"
	"testing"
	"testing/iotest"

	"k8s.io/apimachinery/pkg/api/resource"
)

// A misspelt field is refused in a file, but not in what a cluster stored: that
// may know fields which are newer.
func TestBudgetsWrittenBadly(t *testing.T) {
	const budget = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a%}\nspec:\n  minAvailable: 1\n  selector:\n" +
		"    matchLabel: {a: b}\n"
	if got := fault(t, strings.Replace(budget, "%", "", 1)); got.Line != 7 {
		t.Errorf("%v", got)
	}
	if e := mustRead(t, strings.Replace(budget, "%", ", uid: u", 1)); len(e.Budgets) != 1 {
		t.Errorf("%+v", e.Budgets)
	}
	const policy = "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a}\nspec:\n  minAvailable: 1\n" +
		"  unhealthyPodEvictionPolicy: "
	for _, good := range []string{"AlwaysAllow", "IfHealthyBudget"} {
		if e := mustRead(t, policy+good+"\n"); e.Budgets[0].Unhealthy != good {
			t.Errorf("%s is read as %q", good, e.Budgets[0].Unhealthy)
		}
	}
	if got := fault(t, policy+"Always\n"); got.Line != 6 || !strings.Contains(got.Error(), "wants IfHealthyBudget or AlwaysAllow") {
		t.Errorf("%v", got)
	}
}

// Quantities at the most that can be counted.
func TestLargeQuantities(t *testing.T) {
	for written, want := range map[string]int64{
		"9223372036854775": 9223372036854775000, "9223372036854776": math.MaxInt64, "9223372036854774": 9223372036854774000, "1500m": 1500,
	} {
		if got := thousandths(resource.MustParse(written)); got != want {
			t.Errorf("%s cores are %d thousandths, want %d", written, got, want)
		}
	}
	for written, want := range map[string]int64{"9223372036854775807": math.MaxInt64, "9223372036854775808": math.MaxInt64, "1500m": 2} {
		if got := whole(resource.MustParse(written)); got != want {
			t.Errorf("%s is %d, want %d", written, got, want)
		}
	}
}

// A stream that breaks off is a fault, wherever it does.
func TestReadBreaksOff(t *testing.T) {
	broken := errors.New("the line is dead")
	for name, head := range map[string]string{
		"at once": "",
		"in YAML": "apiVersion: v1\nkind: Node\n",
		"in JSON": `{"apiVersion": "v1", "kind": "Li`,
	} {
		if _, err := readFrom(io.MultiReader(strings.NewReader(head), iotest.ErrReader(broken))); err == nil ||
			!strings.Contains(err.Error(), broken.Error()) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What node affinity requires in its only term is as good as a node selector;
// either of two terms is not.
func TestNodeAffinityOfTwoTerms(t *testing.T) {
	pod := func(terms string) string {
		return "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  nodeSelector: {disk: ssd}\n  containers: [{name: a}]\n" +
			"  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [" + terms + "]}}}\n"
	}
	const x, y = "{matchExpressions: [{key: pool, operator: In, values: [x]}]}", "{matchExpressions: [{key: pool, operator: In, values: [z]}]}"
	one, two := mustRead(t, pod(x)).Workloads[0].Template, mustRead(t, pod(x+", "+y)).Workloads[0].Template
	if one.NodeSelector["pool"] != "x" || one.NodeSelector["disk"] != "ssd" {
		t.Errorf("one term: %v", one.NodeSelector)
	}
	if _, joined := two.NodeSelector["pool"]; joined || two.NodeSelector["disk"] != "ssd" {
		t.Errorf("either of two pools: %v", two.NodeSelector)
	}
}
