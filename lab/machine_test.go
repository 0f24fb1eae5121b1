package lab

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/lab/cluster"
)

// machineKind is the kind of machines of the Cluster API, as far as onus reads them.
const machineKind = `
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: machines.cluster.x-k8s.io}
spec:
  group: cluster.x-k8s.io
  names: {kind: Machine, listKind: MachineList, plural: machines, singular: machine}
  scope: Namespaced
  versions:
  - name: v1beta1
    served: true
    storage: true
    schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
---
apiVersion: v1
kind: Namespace
metadata: {name: infra}
`

// machineNode is a node of a MachineSet.
const machineNode = `
---
apiVersion: v1
kind: Node
metadata:
  name: capi-%[1]d
  labels: {kubernetes.io/hostname: capi-%[1]d, kubernetes.io/os: linux, pool: capi}
  annotations:
    cluster.x-k8s.io/machine: m-%[1]d
    cluster.x-k8s.io/cluster-namespace: infra
    cluster.x-k8s.io/cluster-name: shop
    cluster.x-k8s.io/owner-kind: MachineSet
    cluster.x-k8s.io/owner-name: workers
status:
  capacity: {cpu: "4", memory: 8Gi, pods: "50"}
  allocatable: {cpu: "4", memory: 8Gi, pods: "50"}
`

// machine is its Machine, which is gone once a controller has taken the node away.
const machine = `
---
apiVersion: cluster.x-k8s.io/v1beta1
kind: Machine
metadata: {name: m-%[1]d, namespace: infra, finalizers: [lab.onus/node]}
spec: {clusterName: shop}
status: {phase: Running, nodeRef: {apiVersion: v1, kind: Node, name: capi-%[1]d}}
`

// machines is a small controller of them: a Machine that is deleted takes its node along, and another one comes in its place.
type machines struct {
	x    *carrier
	next int
}

// run looks for as long as the test runs.
func (m *machines) run(t *testing.T) {
	for t.Context().Err() == nil {
		out, err := m.x.c.Kubectl(t.Context(), nil, "get", "machines", "--namespace=infra",
			`--output=jsonpath={range .items[?(@.metadata.deletionTimestamp)]}{.metadata.name} {end}`)
		for _, name := range strings.Fields(string(out)) {
			if err == nil {
				err = m.replace(t, strings.TrimPrefix(name, "m-"))
			}
		}
		if err != nil && t.Context().Err() == nil {
			t.Error(err)
			return
		}
		time.Sleep(300 * time.Millisecond)
	}
}

func (m *machines) replace(t *testing.T, number string) error {
	n := m.next
	m.next++
	for _, args := range [][]string{{"delete", "node", "capi-" + number, "--ignore-not-found"},
		{"patch", "machine", "m-" + number, "--namespace=infra", "--type=merge", "--patch", `{"metadata":{"finalizers":null}}`},
		{"apply", "--filename=-"}} {
		if _, err := m.x.c.Kubectl(t.Context(), fmt.Appendf(nil, machineNode+machine, n), args...); err != nil {
			return fmt.Errorf("%v: %w", args, err)
		}
	}
	return nil
}

// Nodes of the Cluster API are replaced by their Machines, one after the other, under a budget: with the rights that are shipped, each
// once, and in no longer than was predicted.
func TestReplacesMachines(t *testing.T) {
	const nodes = 5 // one more than pods
	manifest := machineKind + strings.Replace(webs, "      affinity:", "      nodeSelector: {pool: capi}\n      affinity:", 1)
	for n := range nodes {
		manifest += fmt.Sprintf(machineNode, n)
	}
	x := carrierWith(t, manifest, cluster.Options{PodReady: 2 * time.Second, PodStop: time.Second})
	for n := range nodes {
		x.kubectl(fmt.Sprintf(machine, n), "apply", "--filename=-")
	}
	go (&machines{x, nodes}).run(t)
	config, file := filepath.Join(x.dir, ".onus.yaml"), filepath.Join(x.dir, "machines.json")
	said := "timings: {nodeReady: 2s, podReady: 2s, podStop: 1s}\nfloors:\n  - {workloads: [default/web], floor: 3}\n"
	if err := os.WriteFile(config, []byte(said), 0o600); err != nil {
		t.Fatal(err)
	}
	gone := x.nodes()[:3]
	p := x.plannedBy(t, file, "--config", config, "--target", "nodes="+strings.Join(gone, ","), "--soak", "1s")
	x.fresh()
	begun := time.Now()
	out, told := x.onus(t, []int{0}, "apply", file, "--kubeconfig", x.config)
	took, predicted := time.Since(begun).Seconds(), p.Prediction.Took.MedianSeconds
	t.Log(told, out)
	x.holds(t, gone)
	if left := x.kubectl("", "get", "nodes", "--selector=pool=capi", "--output=name"); len(strings.Fields(left)) != nodes {
		t.Errorf("nodes are %s", left)
	}
	t.Logf("took %.0f s, and %.0f s were predicted", took, predicted)
	if took > 1.2*predicted {
		t.Errorf("took %.0f s, and %.0f s were predicted", took, predicted)
	}
}
