package lab

import (
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/lab/cluster"
)

// A cluster gives a pod a node, and the pod gets ready.
func TestStart(t *testing.T) {
	c := Start(t, cluster.Options{PodReady: time.Second, PodStop: time.Second})
	kubectl := talk(t, c)
	kubectl(fakeNodes+small, "apply", "--filename=-")
	kubectl("", "wait", "--for=condition=Available", "deployment/web", "--timeout=90s")
	if got := kubectl("", "get", "nodeclaims", "--no-headers"); strings.Count(got, "\n") != 0 || got == "" {
		t.Error(got)
	}
	kubectl("", "delete", "deployment", "web", "--cascade=foreground", "--timeout=60s")
	if err := c.Err(); err != nil {
		t.Error(err)
	}
}

const fakeNodes = `
apiVersion: karpenter.kwok.sh/v1alpha1
kind: KWOKNodeClass
metadata: {name: default}
---
apiVersion: karpenter.sh/v1
kind: NodePool
metadata: {name: default}
spec:
  template:
    spec:
      nodeClassRef: {group: karpenter.kwok.sh, kind: KWOKNodeClass, name: default}
      requirements:
      - {key: node.kubernetes.io/instance-type, operator: In, values: [c-4x-amd64-linux]}
`

const small = `
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - {name: c, image: registry.k8s.io/pause:3.10, resources: {requests: {cpu: 100m}}}
`
