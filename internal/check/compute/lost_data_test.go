package compute

import (
	"strings"
	"testing"
)

// A pod that keeps data on an emptyDir loses it with each eviction, and a second one has
// its own: neither is an outage alone, nor is two replicas the cure.
func TestDataOnAnEmptyDir(t *testing.T) {
	input := func(image, volume string) string {
		return `apiVersion: apps/v1
kind: Deployment
metadata: {name: nexus}
spec: {replicas: 1, selector: {matchLabels: {a: nexus}}, template: {metadata: {labels: {a: nexus}}, spec: {
  containers: [{name: c, image: ` + image + `, ports: [{containerPort: 8081}], volumeMounts: [{name: v, mountPath: /nexus-data}]}],
  volumes: [{name: v, ` + volume + `}]}}}
---
apiVersion: v1
kind: Service
metadata: {name: nexus}
spec: {selector: {a: nexus}, ports: [{port: 8081}]}
`
	}
	for _, x := range []struct {
		image, volume string
		lost, two     bool
	}{
		{"team/keeper", "emptyDir: {}", true, false}, {"team/keeper", "emptyDir: {medium: Memory}", false, true},
		{"team/keeper", "configMap: {name: c}", false, true}, {"sonatype/nexus3", "emptyDir: {}", true, false},
		{"sonatype/nexus3", "configMap: {name: c}", false, false},
	} {
		for _, f := range look(t, knowledge(t), "eks-auto-mode", parse(t, input(x.image, x.volume))) {
			if f.Obligation != "single-replica" {
				continue
			}
			if says := strings.Contains(f.Consequence, "What it keeps in /nexus-data, an emptyDir, is lost with each eviction."); says != x.lost {
				t.Errorf("%s, %s: %s", x.image, x.volume, f.Consequence)
			}
			if two := strings.HasPrefix(f.Fix.Summary, "run two replicas"); two != x.two ||
				x.lost && (len(f.Fix.Changes) > 0 || !strings.Contains(f.Fix.Summary, "volume at /nexus-data")) {
				t.Errorf("%s, %s: %+v", x.image, x.volume, f.Fix)
			}
		}
	}
}
