package kubernetes

import (
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/origin"
)

// PriorityClass gives pods that name it their priority.
type PriorityClass struct {
	Name     string
	Value    int32
	Default  bool // globalDefault: pods that name no class have it
	Preempts bool // preemptionPolicy is not Never
	Position origin.Position
}

// systemPriority are the classes that every cluster has.
//
// Source: SystemPriorityClasses in pkg/apis/scheduling/v1/helpers.go of
// Kubernetes 1.36.
var systemPriority = map[string]int32{"system-node-critical": 2000001000, "system-cluster-critical": 2000000000}

// priorities gives templates the priority of their class, as the API server does
// when it makes a pod: of those that are the default of the cluster the lowest
// counts, and without one it is 0. Where a class was not read, the pods that were
// made by it tell. What is read of pods themselves stays as it is.
//
// Source: admitPod and getDefaultPriorityClass in
// plugin/pkg/admission/priority/admission.go of Kubernetes 1.36.
func (l *linker) priorities() {
	l.PriorityClasses = deduplicated(l.raw.PriorityClasses, func(c *PriorityClass) string { return c.Name })
	l.replaced(len(l.raw.PriorityClasses), len(l.PriorityClasses))
	byName := make(map[string]*PriorityClass, len(l.PriorityClasses))
	var standard *PriorityClass
	for i := range l.PriorityClasses {
		c := &l.PriorityClasses[i]
		byName[c.Name] = c
		if c.Default && (standard == nil || c.Value < standard.Value) {
			standard = c
		}
	}
	for i := range l.Workloads {
		w := &l.Workloads[i]
		t := &w.Template
		c, ok := byName[t.PriorityClass]
		if t.PriorityClass == "" {
			c, ok = standard, standard != nil
		}
		value, system := systemPriority[t.PriorityClass]
		switch {
		case system:
			t.Priority = &value
		case ok:
			t.Priority, t.Preempts = &c.Value, t.Preempts && c.Preempts
		case len(w.Pods) > 0:
			t.Priority = new(l.Pods[w.Pods[0]].Priority)
		case t.PriorityClass == "":
			t.Priority = new(int32)
		}
	}
}

// Expendable reports whether the workload is there to be pushed out: headroom, as
// its negative priority says.
func (w *Workload) Expendable() bool { return w.Template.Priority != nil && *w.Template.Priority < 0 }

// MachineOwner is the annotation by which the Cluster API names the MachineSet or MachinePool of
// a node's machine.
const MachineOwner = "cluster.x-k8s.io/owner-name"

// OwnerOfMachine is the MachineDeployment or MachinePool of the Cluster API that a
// node's machine is of, by what the Cluster API writes on the node; empty where
// that was not read. A MachineDeployment's MachineSets have its name and five
// letters more, and of a pool of a topology its name is made by a template.
//
// Source: OwnerKindAnnotation and OwnerNameAnnotation in
// api/core/v1beta2/common_types.go, and computeDesiredMS in
// internal/controllers/machinedeployment of the Cluster API.
func (e *Estate) OwnerOfMachine(n *Node) string {
	name := n.Annotations[MachineOwner]
	if name == "" {
		return ""
	}
	set := name
	if k := strings.LastIndexByte(name, '-'); k > 0 && n.Annotations["cluster.x-k8s.io/owner-kind"] != "MachinePool" {
		set = name[:k]
	}
	for _, of := range []string{name, set} {
		if slices.ContainsFunc(e.Pools, func(p Pool) bool { return strings.HasPrefix(p.API, "cluster.x-k8s.io/") && p.Name == of }) {
			return of
		}
		for i := range e.Pools {
			if p := &e.Pools[i]; p.names != nil && p.names.MatchString(of) {
				return p.Name
			}
		}
	}
	return ""
}
