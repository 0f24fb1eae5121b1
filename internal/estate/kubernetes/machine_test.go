package kubernetes

import (
	"slices"
	"testing"
)

// How a machine is deleted is said by annotations of the Cluster API and of OpenShift; the
// hook that the Cluster API takes off itself holds nothing up.
func TestDeletionBy(t *testing.T) {
	const hook = "pre-drain.delete.hook.machine.cluster.x-k8s.io/backup"
	const others = "pre-drain.delete.hook.machine.cluster.x-k8s.io/kcp-cleanup"
	const last = "pre-terminate.delete.hook.machine.cluster.x-k8s.io/ip"
	for annotation, want := range map[string]MachineDeletion{
		"machine.cluster.x-k8s.io/exclude-node-draining":                 {Undrained: true},
		"machine.openshift.io/exclude-node-draining":                     {Undrained: true},
		"machine.cluster.x-k8s.io/exclude-wait-for-node-volume-detach":   {Detached: true},
		"pre-terminate.delete.hook.machine.cluster.x-k8s.io/kcp-cleanup": {},
		"pre-delete.hook.machine.cluster.x-k8s.io/backup":                {},
		"team": {},
		hook:   {Hooks: []string{hook}},
		last:   {Hooks: []string{last}},
		others: {Hooks: []string{others}},
	} {
		got := DeletionBy(map[string]string{annotation: ""})
		if got.Undrained != want.Undrained || got.Detached != want.Detached || !slices.Equal(got.Hooks, want.Hooks) {
			t.Errorf("%s: %+v, want %+v", annotation, got, want)
		}
	}
	if got := DeletionBy(map[string]string{last: "", hook: ""}); !slices.Equal(got.Hooks, []string{hook, last}) {
		t.Errorf("hooks %q", got.Hooks)
	}
}

// The machine of a node is that which the node names, in the namespace that it names: the
// Cluster API's may stand in another cluster, OpenShift's stand in the node's own.
func TestMachineOfANode(t *testing.T) {
	e := &Estate{Machines: []Machine{{Namespace: "a", Name: "m"}, {Namespace: "b", Name: "m"}, {Namespace: "b", Name: ""}}}
	for name, x := range map[string]struct {
		annotations     map[string]string
		namespace, name string
		here            bool
		found           *Machine
	}{
		"none": {},
		"of the Cluster API": {annotations: map[string]string{"cluster.x-k8s.io/machine": "m", "cluster.x-k8s.io/cluster-namespace": "b"},
			namespace: "b", name: "m", found: &e.Machines[1]},
		"of the Cluster API, wherever": {annotations: map[string]string{"cluster.x-k8s.io/machine": "m"}, name: "m", found: &e.Machines[0]},
		"of OpenShift": {annotations: map[string]string{"machine.openshift.io/machine": "b/m"},
			namespace: "b", name: "m", here: true, found: &e.Machines[1]},
		"one that was not read": {annotations: map[string]string{"machine.openshift.io/machine": "c/m"}, namespace: "c", name: "m", here: true},
	} {
		n := &Node{Annotations: x.annotations}
		if namespace, name, here := n.Machine(); namespace != x.namespace || name != x.name || here != x.here {
			t.Errorf("%s: %q/%q, here: %t", name, namespace, name, here)
		}
		if got := e.MachineOf(n); got != x.found {
			t.Errorf("%s: found %+v", name, got)
		}
	}
}
