package compute

import (
	"strings"
	"testing"
)

// A pod that keeps data on an emptyDir loses it with each eviction, and a second one has
// its own: neither is an outage alone, nor is two replicas the cure.
func TestDataOnAnEmptyDir(t *testing.T) {
	input := func(volume string) string {
		return `apiVersion: apps/v1
kind: Deployment
metadata: {name: nexus}
spec: {replicas: 1, selector: {matchLabels: {a: nexus}}, template: {metadata: {labels: {a: nexus}}, spec: {
  containers: [{name: c, image: team/nexus, ports: [{containerPort: 8081}], volumeMounts: [{name: v, mountPath: /nexus-data}]}],
  volumes: [{name: v, ` + volume + `}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: nexus}
spec: {selector: {a: nexus}, ports: [{port: 8081}]}
`
	}
	for volume, lost := range map[string]bool{"emptyDir: {}": true, "emptyDir: {medium: Memory}": false, "configMap: {name: c}": false} {
		for _, f := range look(t, knowledge(t), "eks-auto-mode", parse(t, input(volume))) {
			if f.Obligation != "single-replica" {
				continue
			}
			if says := strings.Contains(f.Consequence, "What it keeps in /nexus-data, an emptyDir, is lost with each eviction."); says != lost {
				t.Errorf("%s: %s", volume, f.Consequence)
			}
			if two := strings.HasPrefix(f.Fix.Summary, "run two replicas"); two == lost ||
				lost && (len(f.Fix.Changes) > 0 || !strings.Contains(f.Fix.Summary, "volume at /nexus-data")) {
				t.Errorf("%s: %+v", volume, f.Fix)
			}
		}
	}
}
