package kubernetes

import (
	"slices"
	"strconv"
	"strings"

	"github.com/onus-project/onus/internal/origin"
)

// Machine is one of the Cluster API or of OpenShift: its node goes as it says.
type Machine struct {
	API, Namespace, Name string
	UID                  string
	Deletion             MachineDeletion
	Position             origin.Position
}

// MachineDeletion is what is set of how a machine is deleted.
type MachineDeletion struct {
	// Undrained: nobody drains it. Detached: nor are its volumes waited for.
	Undrained, Detached bool
	// Hooks are those that hold it until their owner takes them off.
	Hooks []string
}

// The annotations of machines that say how they are deleted.
//
// Source: ExcludeNodeDrainingAnnotation, ExcludeWaitForNodeVolumeDetachAnnotation,
// PreDrainDeleteHookAnnotationPrefix and PreTerminateDeleteHookAnnotationPrefix in
// api/core/v1beta2 of the Cluster API 1.13; ExcludeNodeDrainingAnnotation in
// pkg/controller/machine of OpenShift's machine-api-operator.
const (
	undrained          = "machine.cluster.x-k8s.io/exclude-node-draining"
	undrainedOpenShift = "machine.openshift.io/exclude-node-draining"
	notDetached        = "machine.cluster.x-k8s.io/exclude-wait-for-node-volume-detach"
	preDrain           = "pre-drain.delete.hook.machine.cluster.x-k8s.io"
	preTerminate       = "pre-terminate.delete.hook.machine.cluster.x-k8s.io"
	// ownTerminate is that of the Cluster API's own control plane, which takes it off itself.
	ownTerminate = preTerminate + "/kcp-cleanup"
)

// DeletionBy is how a machine with some annotations is deleted.
func DeletionBy(annotations map[string]string) MachineDeletion {
	var d MachineDeletion
	for k := range annotations {
		switch prefix, _, _ := strings.Cut(k, "/"); {
		case k == undrained || k == undrainedOpenShift:
			d.Undrained = true
		case k == notDetached:
			d.Detached = true
		case k != ownTerminate && (prefix == preDrain || prefix == preTerminate):
			d.Hooks = append(d.Hooks, k)
		}
	}
	slices.Sort(d.Hooks)
	return d
}

// The annotations of a node that name its machine.
//
// Source: MachineAnnotation in api/core/v1beta2/common_types.go of the Cluster API; and
// machine.openshift.io/machine of OpenShift, with the namespace in front.
const (
	machineName          = "cluster.x-k8s.io/machine"
	machineNamespace     = "cluster.x-k8s.io/cluster-namespace"
	machineNameOpenShift = "machine.openshift.io/machine"
)

// Machine is what a node says of its machine: in which namespace it stands, and whether that is
// in the node's own cluster, as OpenShift's are. All is empty where it names none.
func (n *Node) Machine() (namespace, name string, here bool) {
	if name = n.Annotations[machineName]; name != "" {
		return n.Annotations[machineNamespace], name, false
	}
	namespace, name, here = strings.Cut(n.Annotations[machineNameOpenShift], "/")
	return namespace, name, here
}

// MachineOf finds the machine of a node among those that were read; nil where none is it.
// Where the node does not say in which namespace it stands, its name has to do.
func (e *Estate) MachineOf(n *Node) *Machine {
	namespace, name, _ := n.Machine()
	for i := range e.Machines {
		if m := &e.Machines[i]; name != "" && m.Name == name && (namespace == "" || m.Namespace == namespace) {
			return m
		}
	}
	return nil
}

// LeastSize is the fewest nodes that the cluster autoscaler leaves a group, by the annotation of
// the Cluster API or of OpenShift; 0 where none says so.
//
// Source: nodeGroupMinSizeAnnotationKey in
// cluster-autoscaler/cloudprovider/clusterapi/clusterapi_utils.go.
func LeastSize(annotations map[string]string) int {
	for _, group := range []string{"cluster.x-k8s.io", "machine.openshift.io"} {
		if n, err := strconv.Atoi(annotations[group+"/cluster-api-autoscaler-node-group-min-size"]); err == nil {
			return max(0, n)
		}
	}
	return 0
}

// PausedBy reports whether an annotation has the controllers of the Cluster API leave an object
// alone, whatever its value is.
//
// Source: PausedAnnotation in api/core/v1beta2/common_types.go, and HasPaused in
// util/annotations/helpers.go of the Cluster API 1.13.
func PausedBy(annotations map[string]string) bool {
	_, paused := annotations["cluster.x-k8s.io/paused"]
	return paused
}
