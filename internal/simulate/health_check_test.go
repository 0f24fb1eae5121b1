package simulate_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/source"
)

// A repair takes machines while no more are unhealthy than their health check allows, by
// number or by share, rounded down. What is not played is noted, and played as if it
// allowed all.
func TestHealthChecksAllowRepair(t *testing.T) {
	node := func(i int, ready string) string {
		return fmt.Sprintf(`---
{apiVersion: v1, kind: Node, metadata: {name: w%d, annotations: {cluster.x-k8s.io/machine: w%d, cluster.x-k8s.io/owner-name: workers-abc,
  cluster.x-k8s.io/owner-kind: MachineSet, cluster.x-k8s.io/cluster-namespace: capi}},
  status: {capacity: {cpu: "4", memory: 8Gi, pods: "50"},
  allocatable: {cpu: "4", memory: 8Gi, pods: "50"},
  conditions: [{type: Ready, status: "%s", lastTransitionTime: "2026-11-01T00:00:00Z"}]}}
`, i, i, ready)
	}
	pool := func(name string) string {
		return `---
{apiVersion: cluster.x-k8s.io/v1beta1, kind: MachineDeployment, metadata: {name: ` + name + `, namespace: capi},
  spec: {replicas: 4, template: {metadata: {labels: {of: all}}, spec: {}}}}
`
	}
	health := func(version, name, spec string) string {
		return "---\n{apiVersion: cluster.x-k8s.io/" + version + ", kind: MachineHealthCheck, metadata: {name: " + name +
			", namespace: capi}, spec: {" + spec + "}}\n"
	}
	const mine = "selector: {matchLabels: {cluster.x-k8s.io/deployment-name: workers}}, "
	const web = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: web}, spec: {replicas: 1, selector: {matchLabels: {a: b}},
  template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: i}]}}}}
`
	cluster := web + node(0, "True") + node(1, "True") + node(2, "Unknown") + node(3, "Unknown") + pool("workers")
	for name, x := range map[string]struct {
		input string
		gone  int
		noted bool
		as    bool // of nodes of another platform
	}{
		"none":                     {"", 2, false, false},
		"a share, rounded down":    {health("v1beta1", "h", mine+"maxUnhealthy: 70%"), 2, false, false},
		"a share that is less":     {health("v1beta1", "h", mine+"maxUnhealthy: 40%"), 0, false, false},
		"a share, just less":       {health("v1beta1", "h", mine+"maxUnhealthy: 49%"), 0, false, false},
		"a number":                 {health("v1beta1", "h", mine+"maxUnhealthy: 2"), 2, false, false},
		"a number that is less":    {health("v1beta1", "h", mine+"maxUnhealthy: 1"), 0, false, false},
		"of none":                  {health("v1beta1", "h", mine+"maxUnhealthy: 0"), 0, false, false},
		"in v1beta2":               {health("v1beta2", "h", mine+"remediation: {triggerIf: {unhealthyLessThanOrEqualTo: 1}}"), 0, false, false},
		"nothing that limits it":   {health("v1beta1", "h", mine+"clusterName: c"), 2, false, false},
		"of another pool":          {health("v1beta1", "h", strings.Replace(mine, "workers", "others", 1)+"maxUnhealthy: 0"), 2, false, false},
		"of all, and one there is": {health("v1beta1", "h", "selector: {}, maxUnhealthy: 0"), 0, false, false},
		"a range":                  {health("v1beta1", "h", mine+"maxUnhealthy: 0, unhealthyRange: '[1-2]'"), 2, true, false},
		"of several pools": {pool("others") + health("v1beta1", "h", "selector: {matchLabels: {of: all}}, maxUnhealthy: 0"),
			2, true, false},
		"two of one pool": {health("v1beta1", "h", mine+"maxUnhealthy: 0") + health("v1beta1", "g", mine+"maxUnhealthy: 4"),
			2, true, false},
		"by a label nobody can see": {health("v1beta1", "h", "selector: {matchLabels: {cluster.x-k8s.io/set-name: s}}, maxUnhealthy: 0"),
			2, true, false},
		"of another platform":        {health("v1beta1", "h", mine+"maxUnhealthy: 0"), 2, false, true},
		"unread of another platform": {health("v1beta1", "h", mine+"maxUnhealthy: 0, unhealthyRange: '[1-2]'"), 2, false, true},
	} {
		in := source.Input{Paths: []string{source.Stdin}, Stdin: strings.NewReader(cluster + x.input)}
		e, err := source.Kubernetes(context.Background(), in)
		if err != nil {
			t.Fatal(name, err)
		}
		k := knowledge(t)
		w, err := simulate.Prepare(e, locate.Locate(k, e, k.Offering("cluster-api"), nil), x.as)
		if err != nil {
			t.Fatal(name, err)
		}
		s := simulate.Scenario{Start: clusterCreated, Horizon: 4 * time.Hour, Runs: 1, Seed: 1, Triggers: []simulate.Trigger{{Kind: "repair"}}}
		sim, err := simulate.Play(t.Context(), w, s, nil)
		if err != nil {
			t.Fatal(name, err)
		}
		said := strings.Join(sim.Notes, "; ")
		if got := sim.Runs[0].Drained; got != x.gone || strings.Contains(said, "MachineHealthCheck") != x.noted {
			t.Errorf("%s: %d drained, want %d; %q", name, got, x.gone, said)
		}
	}
}
