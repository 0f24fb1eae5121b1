package manifest

import (
	"maps"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// Of a quota what it counts of pods is read, under one name.
func TestQuotas(t *testing.T) {
	e := mustRead(t, `apiVersion: v1
kind: ResourceQuota
metadata: {name: q, namespace: ns}
spec:
  hard: {pods: 10, count/pods: 8, cpu: 4, requests.cpu: 5, memory: 2Gi, limits.cpu: 1500m, limits.memory: 3Gi, requests.nvidia.com/gpu: 2,
    services: 5, count/secrets: 1, requests.storage: 1Gi}
  scopes: [NotTerminating]
  scopeSelector: {matchExpressions: [{scopeName: PriorityClass, operator: In, values: [high]}]}
`)
	want := map[string]int64{
		"pods": 8, "requests.cpu": 4000, "requests.memory": 2 << 30, "limits.cpu": 1500, "limits.memory": 3 << 30, "requests.nvidia.com/gpu": 2,
	}
	if len(e.Quotas) != 1 || !maps.Equal(e.Quotas[0].Hard, want) || len(e.Quotas[0].Scopes) != 2 ||
		e.Quotas[0].Scopes[0].ScopeName != corev1.ResourceQuotaScopeNotTerminating || e.Quotas[0].Scopes[1].Values[0] != "high" {
		t.Errorf("%+v", e.Quotas)
	}
}

// Containers that say nothing of CPU or memory get what the LimitRange of their
// namespace has for them.
func TestLimitRanges(t *testing.T) {
	const workload = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: d, namespace: ns}
spec:
  selector: {matchLabels: {a: b}}
  template:
    metadata: {labels: {a: b}}
    spec:
      initContainers: [{name: s, restartPolicy: Always}, {name: i}]
      containers:
      - {name: one, resources: {requests: {cpu: 200m}, limits: {memory: 1Gi}}}
      - {name: two}
`
	for name, test := range map[string]struct {
		limits string
		asks   kubernetes.Resources
		most   kubernetes.Resources
	}{
		"none": {"", kubernetes.Resources{CPU: 200, Memory: 1 << 30, Pods: 1}, kubernetes.Resources{Memory: 1 << 30}},
		"of pods": {"{type: Pod, max: {cpu: 1}}", kubernetes.Resources{CPU: 200, Memory: 1 << 30, Pods: 1},
			kubernetes.Resources{Memory: 1 << 30}},
		"requests": {"{type: Container, defaultRequest: {cpu: 100m, memory: 1Gi}}",
			kubernetes.Resources{CPU: 400, Memory: 3 << 30, Pods: 1}, kubernetes.Resources{Memory: 1 << 30}},
		"limits, which requests are of": {"{type: Container, default: {cpu: 100m}}", kubernetes.Resources{CPU: 400, Memory: 1 << 30, Pods: 1},
			kubernetes.Resources{CPU: 300, Memory: 1 << 30}},
		"both": {"{type: Container, default: {cpu: 500m}, defaultRequest: {cpu: 50m}}",
			kubernetes.Resources{CPU: 300, Memory: 1 << 30, Pods: 1}, kubernetes.Resources{CPU: 1500, Memory: 1 << 30}},
		"of two, each for one resource": {"{type: Container, default: {cpu: 100m}}, {type: Container, default: {memory: 2Gi}}",
			kubernetes.Resources{CPU: 400, Memory: 5 << 30, Pods: 1}, kubernetes.Resources{CPU: 300, Memory: 5 << 30}},
		"of two, the last": {"{type: Container, default: {cpu: 100m}}, {type: Container, default: {cpu: 300m}}",
			kubernetes.Resources{CPU: 800, Memory: 1 << 30, Pods: 1}, kubernetes.Resources{CPU: 900, Memory: 1 << 30}},
		"the most, which limits are": {"{type: Container, max: {memory: 2Gi}}", kubernetes.Resources{CPU: 200, Memory: 5 << 30, Pods: 1},
			kubernetes.Resources{Memory: 5 << 30}},
		"the least, which requests are": {"{type: Container, min: {memory: 2Gi}}", kubernetes.Resources{CPU: 200, Memory: 5 << 30, Pods: 1},
			kubernetes.Resources{Memory: 1 << 30}},
	} {
		text := "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: ns}\nspec: {limits: [" + test.limits + "]}\n" + workload
		got := mustRead(t, text).Workloads[0].Template
		if !got.Requests.Equal(test.asks) || !got.Limits.Equal(test.most) {
			t.Errorf("%s: asks for %+v, limited to %+v", name, got.Requests, got.Limits)
		}
		other := mustRead(t, "apiVersion: v1\nkind: LimitRange\nmetadata: {name: l, namespace: other}\nspec: {limits: ["+test.limits+
			"]}\n"+workload)
		if asks := other.Workloads[0].Template.Requests; asks.CPU != 200 {
			t.Errorf("%s: the range of another namespace counts: %+v", name, asks)
		}
	}
}

// A quota of CPU or memory takes no pod that does not say what it asks for.
func TestQuotasWantNumbers(t *testing.T) {
	template := func(resources string) kubernetes.PodTemplate {
		return mustRead(t, "apiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {activeDeadlineSeconds: 5, containers: [{name: c, resources: "+
			resources+"}]}\n").Workloads[0].Template
	}
	for _, test := range []struct {
		resources, counts string
		wants             bool
	}{
		{"{}", "pods", false}, {"{}", "requests.cpu", true}, {"{requests: {cpu: 1}}", "requests.cpu", false},
		{"{requests: {cpu: 1}}", "requests.memory", true},
		{"{limits: {cpu: 1}}", "requests.cpu", false}, {"{requests: {cpu: 1}}", "limits.cpu", true},
		{"{limits: {memory: 1Gi}}", "limits.memory", false},
	} {
		x := template(test.resources)
		if q := (&kubernetes.Quota{Hard: map[string]int64{test.counts: 1}}); q.Wants(&x) != test.wants || !x.Deadline {
			t.Errorf("%s of %s: %t", test.counts, test.resources, !test.wants)
		}
	}
}
