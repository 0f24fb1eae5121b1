package manifest

import (
	"maps"
	"strings"
	"testing"
)

// What a RuntimeClass adds to pods stands in the template of those that name it, and nowhere
// twice.
func TestRuntimeClasses(t *testing.T) {
	const class = "---\napiVersion: node.k8s.io/v1\nkind: RuntimeClass\nmetadata: {name: kata}\nhandler: kata\n"
	const scheduling = "scheduling: {nodeSelector: {sandbox: kata}, tolerations: [{key: sandbox, operator: Exists}]}\n"
	const overhead = "overhead: {podFixed: {cpu: 250m, memory: 64Mi}}\n"
	for name, test := range map[string]struct {
		pod, classes string
		selector     map[string]string
		tolerations  int
		cpu          int64
	}{
		"all of it":        {"runtimeClassName: kata", class + scheduling + overhead, map[string]string{"sandbox": "kata"}, 1, 350},
		"without overhead": {"runtimeClassName: kata", class + scheduling, map[string]string{"sandbox": "kata"}, 1, 100},
		"overhead alone":   {"runtimeClassName: kata", class + overhead, nil, 0, 350},
		"that is there":    {"runtimeClassName: kata, overhead: {cpu: 250m}", class + overhead, nil, 0, 350},
		"beside others": {"runtimeClassName: kata, nodeSelector: {disk: ssd}", class + scheduling,
			map[string]string{"sandbox": "kata", "disk": "ssd"}, 1, 100},
		"of another":        {"runtimeClassName: other", class + scheduling + overhead, nil, 0, 100},
		"of none":           {"dnsPolicy: Default", class + scheduling + overhead, nil, 0, 100},
		"that was not read": {"runtimeClassName: kata", "", nil, 0, 100},
	} {
		e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"+
			"spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {"+test.pod+
			", containers: [{name: c, image: i, resources: {requests: {cpu: 100m}}}]}}}\n"+test.classes)
		got := e.Workloads[0].Template
		if !maps.Equal(got.NodeSelector, test.selector) || len(got.Tolerations) != test.tolerations || got.Requests.CPU != test.cpu {
			t.Errorf("%s: %v, %v, %d", name, got.NodeSelector, got.Tolerations, got.Requests.CPU)
		}
	}
	if e := mustRead(t, strings.TrimPrefix(class, "---\n")+"scheduling: 7\n"); len(e.Workloads) > 0 {
		t.Errorf("%+v", e.Workloads)
	}
}
