package manifest

import (
	"bufio"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Numbers that no API server takes are told, with their line; what it does take, and
// what is left out for something else to fill in, is read.
func TestImpossibleNumbers(t *testing.T) {
	const pod = "containers: [{name: c, image: i}]"
	deployment := func(spread string) string {
		return "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec:\n  selector: {matchLabels: {a: b}}\n  template:\n" +
			"    metadata: {labels: {a: b}}\n    spec:\n      " + pod + "\n      topologySpreadConstraints:\n      - topologyKey: z\n" +
			"        " + spread + "\n"
	}
	job := func(field string) string {
		return "apiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  " + field + "\n  template: {spec: {" + pod + "}}\n"
	}
	cron := func(field string) string {
		return "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: j}\nspec:\n  jobTemplate:\n    spec:\n      " + field +
			"\n      template: {spec: {" + pod + "}}\n"
	}
	hpa := func(fields string) string {
		return "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec:\n  " +
			"scaleTargetRef: {kind: Deployment, name: w}\n  " + fields + "\n"
	}
	keda := func(fields string) string {
		return "apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: h}\nspec:\n  scaleTargetRef: {name: w}\n  " + fields + "\n"
	}
	pool := func(field string) string {
		return "apiVersion: karpenter.sh/v1\nkind: NodePool\nmetadata: {name: p}\nspec:\n  " + field + "\n"
	}
	for _, c := range []struct{ name, text, want string }{
		{"no skew", deployment("maxSkew: 0"), ":12: spec.template.spec.topologySpreadConstraints[0].maxSkew: is 0, wants 1 or more"},
		{"a skew below", deployment("maxSkew: -1"), ":12: spec.template.spec.topologySpreadConstraints[0].maxSkew: is -1, wants 1 or more"},
		{"a skew to be filled in", deployment("minDomains: 2"), ""},
		{"a skew of null", deployment("maxSkew: null"), ""},
		{"no domains", deployment("maxSkew: 1\n        minDomains: 0"), ":13: spec.template.spec.topologySpreadConstraints[0].minDomains: is 0"},
		{"a spread", deployment("maxSkew: 1"), ""},
		{"parallelism", job("parallelism: -1"), ":5: spec.parallelism: is -1, wants 0 or more"},
		{"none at a time", job("parallelism: 0"), ""},
		{"completions", job("completions: -2"), ":5: spec.completions: is -2, wants 0 or more"},
		{"time to live", job("ttlSecondsAfterFinished: -1"), ":5: spec.ttlSecondsAfterFinished: is -1, wants 0 or more"},
		{"parallelism on a schedule", cron("parallelism: -1"), ":7: spec.jobTemplate.spec.parallelism: is -1, wants 0 or more"},
		{"completions on a schedule", cron("completions: 3"), ""},
		{"a most below the least", hpa("minReplicas: 5\n  maxReplicas: 3"), ":7: spec.maxReplicas: is 3, less than spec.minReplicas, which is 5"},
		{"as many", hpa("minReplicas: 3\n  maxReplicas: 3"), ""},
		{"a most of one", hpa("maxReplicas: 1"), ""},
		{"a most of nothing", hpa("maxReplicas: 0"), ":6: spec.maxReplicas: is 0, wants 1 or more"},
		{"a most that is filled in", hpa("minReplicas: 2"), ""},
		{"a least below nothing", hpa("minReplicas: -1\n  maxReplicas: 3"), ":6: spec.minReplicas: is -1, wants 0 or more"},
		{"a least of nothing", hpa("minReplicas: 0\n  maxReplicas: 3"), ""},
		{"of KEDA", keda("minReplicaCount: 101"), ":6: spec.minReplicaCount: is 101, more than spec.maxReplicaCount, which is 100"},
		{"of KEDA, written", keda("minReplicaCount: 3\n  maxReplicaCount: 2"), ":7: spec.maxReplicaCount: is 2, less than spec.minReplicaCount"},
		{"of KEDA, below", keda("minReplicaCount: -3"), ":6: spec.minReplicaCount: is -3, wants 0 or more"},
		{"of KEDA, to nothing", keda("minReplicaCount: 0"), ""},
		{"a pool of less than nothing", pool("replicas: -1"), ":5: spec.replicas: is -1, wants 0 or more"},
		{"a pool of nothing", pool("replicas: 0"), ""},
		{"a quantity of many digits", pool("limits: {cpu: \"" + strings.Repeat("1", 101) + "\"}"),
			":5: spec.limits.cpu: is a quantity (11111111111111111111), out of range"},
		{"a quantity with an exponent", pool("limits: {cpu: 1e1000000000}"), ":5: spec.limits.cpu: is a quantity (1e1000000000), out of range"},
		{"one that is small", pool("limits: {cpu: '1e-1000000000'}"), ":5: spec.limits.cpu: is a quantity (1e-1000000000), out of range"},
		{"one with too long an exponent", pool("limits: {cpu: 1E99999999999999999999}"),
			":5: spec.limits.cpu: is a quantity (1E999999999999999999), out of range"},
		{"exa", pool("limits: {cpu: 1E}"), ""},
		{"an exponent", pool("limits: {cpu: 1e3, memory: 1E3}"), ""},
	} {
		faults, err := Read(t.Context(), "in.yaml", bufio.NewReader(strings.NewReader(c.text)), &kubernetes.Raw{})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case c.want == "" && len(faults) > 0:
			t.Errorf("%s: %v", c.name, faults[0].Error)
		case c.want != "" && (len(faults) != 1 || !strings.HasPrefix(faults[0].Error.Error(), "in.yaml"+c.want)):
			t.Errorf("%s: %v, want %s", c.name, faults, c.want)
		}
	}
}
