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
		cpu, memory  int64
	}{
		"all of it":        {"runtimeClassName: kata", class + scheduling + overhead, map[string]string{"sandbox": "kata"}, 1, 350, 64 << 20},
		"without overhead": {"runtimeClassName: kata", class + scheduling, map[string]string{"sandbox": "kata"}, 1, 100, 0},
		"overhead alone":   {"runtimeClassName: kata", class + overhead, nil, 0, 350, 64 << 20},
		"that is there":    {"runtimeClassName: kata, overhead: {cpu: 250m}", class + overhead, nil, 0, 350, 0},
		"beside others": {"runtimeClassName: kata, nodeSelector: {disk: ssd}", class + scheduling,
			map[string]string{"sandbox": "kata", "disk": "ssd"}, 1, 100, 0},
		"of another":        {"runtimeClassName: other", class + scheduling + overhead, nil, 0, 100, 0},
		"of none":           {"dnsPolicy: Default", class + scheduling + overhead, nil, 0, 100, 0},
		"that was not read": {"runtimeClassName: kata", "", nil, 0, 100, 0},
	} {
		e := mustRead(t, "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"+
			"spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {"+test.pod+
			", containers: [{name: c, image: i, resources: {requests: {cpu: 100m}}}]}}}\n"+test.classes)
		got := e.Workloads[0].Template
		if !maps.Equal(got.NodeSelector, test.selector) || len(got.Tolerations) != test.tolerations ||
			got.Requests.CPU != test.cpu || got.Requests.Memory != test.memory {
			t.Errorf("%s: %v, %v, %+v", name, got.NodeSelector, got.Tolerations, got.Requests)
		}
	}
	mustRead(t, strings.TrimPrefix(class, "---\n")+"scheduling: 7\n") // which others judge
}
