package compute

import (
	"fmt"
	"strings"
	"testing"
)

// What is said to follow for several pods takes into account whether a node may
// carry two of them.
func TestConsequenceOfPodsApart(t *testing.T) {
	const workload = `---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 3, selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}, spec: {%s,
  containers: [{name: c, image: i%s}]}}}
`
	affinity := func(kind, rest string) string {
		return "affinity: {podAntiAffinity: {" + kind + ": [" + rest + "]}}"
	}
	const required, preferred = "requiredDuringSchedulingIgnoredDuringExecution", "preferredDuringSchedulingIgnoredDuringExecution"
	spread := func(rest string) string {
		return "topologySpreadConstraints: [{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {a: w}}, " + rest + "}]"
	}
	nodes := ""
	for i := range 3 {
		nodes += fmt.Sprintf("---\napiVersion: v1\nkind: Node\nmetadata: {name: n%d, labels: {pool: a}}\n", i)
	}
	for why, x := range map[string]struct {
		spec, ports, nodes string
		apart              bool
	}{
		"nothing": {"hostPID: false", "", "", false},
		"required": {affinity(required, "{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {a: w}}}"),
			"", "", true},
		"required, in its namespace": {affinity(required,
			"{topologyKey: kubernetes.io/hostname, namespaces: [shop], labelSelector: {matchLabels: {a: w}}}"), "", "", true},
		"required, in others": {affinity(required,
			"{topologyKey: kubernetes.io/hostname, namespaces: [other], labelSelector: {matchLabels: {a: w}}}"), "", "", false},
		"required, of others": {affinity(required, "{topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {a: other}}}"),
			"", "", false},
		"required, by zone": {affinity(required, "{topologyKey: topology.kubernetes.io/zone, labelSelector: {matchLabels: {a: w}}}"),
			"", "", false},
		"preferred": {affinity(preferred,
			"{weight: 1, podAffinityTerm: {topologyKey: kubernetes.io/hostname, labelSelector: {matchLabels: {a: w}}}}"), "", "", false},
		"a port of the node":          {"hostPID: false", ", ports: [{containerPort: 80, hostPort: 80}]", "", true},
		"spread, on enough nodes":     {spread("maxSkew: 1, whenUnsatisfiable: DoNotSchedule"), "", nodes, true},
		"spread, on unknown nodes":    {spread("maxSkew: 1, whenUnsatisfiable: DoNotSchedule"), "", "", false},
		"spread, on too few":          {"nodeSelector: {pool: b}, " + spread("maxSkew: 1, whenUnsatisfiable: DoNotSchedule"), "", nodes, false},
		"spread, over as many":        {spread("maxSkew: 1, minDomains: 3, whenUnsatisfiable: DoNotSchedule"), "", "", true},
		"spread, with a wider skew":   {spread("maxSkew: 2, whenUnsatisfiable: DoNotSchedule"), "", nodes, false},
		"spread, where that is found": {spread("maxSkew: 1, whenUnsatisfiable: ScheduleAnyway"), "", nodes, false},
	} {
		said := ""
		for _, f := range look(t, knowledge(t), "eks-managed-nodegroup", parse(t, fmt.Sprintf(workload, x.spec, x.ports)+x.nodes)) {
			if f.Obligation == PDBMissing.ID {
				said += f.Consequence
			}
		}
		if strings.Contains(said, "a node may carry several of its pods") == x.apart ||
			strings.Contains(said, "stand on a node each") != x.apart {
			t.Errorf("%s: %s", why, said)
		}
	}
}
