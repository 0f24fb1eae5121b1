package manifest

import (
	"strings"
	"testing"
)

// What no API server takes runs nowhere, and is named; what a cluster holds runs.
func TestUnserved(t *testing.T) {
	for _, c := range []struct {
		name, api, kind, meta string
		workloads             int
		says                  string
	}{
		{"apps/v1", "apps/v1", "Deployment", "", 1, ""},
		{"of Kubernetes 1.8", "apps/v1beta2", "Deployment", "", 0,
			"apiVersion: is apps/v1beta2, in which no API server takes the kind Deployment since Kubernetes 1.16: it cannot be applied"},
		{"of Kubernetes 1.6", "apps/v1beta1", "StatefulSet", "", 0, "is apps/v1beta1, in which no API server takes the kind StatefulSet"},
		{"older still", "extensions/v1beta1", "Deployment", "", 0, "since Kubernetes 1.16"},
		{"of a cluster", "apps/v1beta2", "Deployment", ", uid: a", 1, ""},
		{"an Ingress of that group", "extensions/v1beta1", "Ingress", "", 0, "the kind Ingress since Kubernetes 1.22: it cannot be applied"},
		{"an Ingress of its own group", "networking.k8s.io/v1beta1", "Ingress", "", 0, "since Kubernetes 1.22"},
		{"an Ingress that is served", "networking.k8s.io/v1", "Ingress", "", 0, ""},
		{"a webhook", "admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", "", 0, "since Kubernetes 1.22"},
		{"a webhook of a cluster", "admissionregistration.k8s.io/v1beta1", "MutatingWebhookConfiguration", ", uid: a", 0, ""},
		{"an API of its own", "apiregistration.k8s.io/v1beta1", "APIService", "", 0, "since Kubernetes 1.22"},
		{"somebody else's", "apps.example.com/v1beta1", "Deployment", "", 0, ""},
	} {
		raw, faults := readRaw(t, "apiVersion: "+c.api+"\nkind: "+c.kind+"\nmetadata: {name: web"+c.meta+"}\n"+
			"spec: {selector: {matchLabels: {a: w}}, template: {metadata: {labels: {a: w}}, spec: {containers: [{name: c, image: i}]}}}\n")
		if len(raw.Workloads) != c.workloads {
			t.Errorf("%s: %d workloads", c.name, len(raw.Workloads))
		}
		var said []string
		for _, f := range faults {
			said = append(said, f.Error.Error())
			judged := c.kind != "Ingress" && c.kind != "APIService"
			if judged && (len(f.Kinds) != 1 || f.Kinds[0] != c.kind) {
				t.Errorf("%s: may hold %v", c.name, f.Kinds)
			}
		}
		if got := strings.Join(said, "; "); (c.says == "") != (got == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q, want %q", c.name, got, c.says)
		}
	}
}
