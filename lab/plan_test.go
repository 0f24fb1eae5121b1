package lab

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/plan"
)

// What onus plan nodes says of a real cluster is carried out by onus apply as it stands: the
// floor holds, each pod goes once, and it takes about as long as was said.
func TestPlanAndApply(t *testing.T) {
	x := newCarrier(t)
	config := filepath.Join(x.dir, ".onus.yaml")
	said := "timings: {nodeReady: 2s, podReady: 2s, podStop: 1s}\nfloors:\n  - {workloads: [default/web], floor: 3}\n"
	if err := os.WriteFile(config, []byte(said), 0o600); err != nil {
		t.Fatal(err)
	}
	nodes, file := x.nodes()[:3], filepath.Join(x.dir, "plan.json")
	out, warned := x.onus(t, []int{0}, "plan", "nodes", "--kubeconfig", x.c.Kubeconfig, "--config", config, "--target",
		"nodes="+strings.Join(nodes, ","),
		"--soak", "2s", "--max-unavailable", "3", "-f", file)
	t.Log(out, warned)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	p, err := plan.Read(file, data)
	if err != nil {
		t.Fatal(err)
	}
	x.fresh()
	out, said = x.onus(t, []int{0}, "apply", file, "--kubeconfig", x.config, "-o", "json")
	t.Log(said)
	x.holds(t, nodes)
	var run struct{ Seconds float64 }
	if err := json.Unmarshal([]byte(out), &run); err != nil {
		t.Fatal(err)
	}
	took, expected := run.Seconds, p.Prediction.Took.MedianSeconds
	t.Logf("took %s, expected %s", time.Duration(took*1e9), time.Duration(expected*1e9))
	if math.Abs(took-expected) > max(0.2*expected, 15) {
		t.Errorf("took %.0f s, expected %.0f s", took, expected)
	}
}
