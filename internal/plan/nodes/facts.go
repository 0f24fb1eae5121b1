package nodes

import (
	"strconv"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
)

// Facts are what a plan over some nodes rests on: the nodes themselves and how they are
// replaced, the workloads whose pods they hold, and the PDBs over those. They are found anew
// before a plan is carried out; pods that run to an end, and those of each node, are not told.
func Facts(e *kubernetes.Estate, nodes []string) []plan.Fact {
	goes := map[string]bool{}
	for _, n := range nodes {
		goes[n] = true
	}
	var all []plan.Fact
	for i := range e.Nodes {
		n := &e.Nodes[i]
		if !goes[n.Name] {
			continue
		}
		fact := func(field, value string) {
			all = append(all, plan.Fact{Object: "Node " + n.Name, Field: field, Value: value})
		}
		fact("metadata.uid", n.UID)
		fact("status.nodeInfo.kubeletVersion", n.KubeletVersion)
		if n.NodeClaim != nil {
			all = append(all, plan.Fact{Object: "NodeClaim " + n.NodeClaim.Name, Field: "metadata.uid", Value: n.NodeClaim.UID})
		}
		if m := e.MachineOf(n); m != nil {
			all = append(all, plan.Fact{Object: "Machine " + m.Namespace + "/" + m.Name, Field: "metadata.uid", Value: m.UID})
		}
	}
	held := map[int]bool{}
	for i := range e.Pods {
		if p := &e.Pods[i]; p.Workload >= 0 && goes[p.Node] && p.Phase != "Succeeded" && p.Phase != "Failed" {
			held[p.Workload] = true
		}
	}
	told := map[kubernetes.Ref]bool{}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if !held[i] || !w.Lasting || !w.Evictable || w.Bare {
			continue
		}
		object := w.Kind + " " + w.Namespace + "/" + w.Name
		if w.Scaler != nil {
			all = append(all, plan.Fact{Object: object, Field: "autoscaler.minReplicas", Value: strconv.Itoa(w.Scaler.Min)})
		} else {
			all = append(all, plan.Fact{Object: object, Field: "spec.replicas", Value: strconv.Itoa(w.Replicas)})
		}
		for _, b := range over(e, w) {
			if !told[b.Ref()] {
				told[b.Ref()] = true
				all = append(all, factsOf(b)...)
			}
		}
	}
	return all
}

// over are the PDBs over pods of a workload.
func over(e *kubernetes.Estate, w *kubernetes.Workload) []*kubernetes.Budget {
	var all []*kubernetes.Budget
	for i := range e.Budgets {
		b := &e.Budgets[i]
		for _, k := range w.Pods {
			if selects(b, &e.Pods[k]) {
				all = append(all, b)
				break
			}
		}
	}
	return all
}

// factsOf are those of a PDB that decide what it allows.
func factsOf(b *kubernetes.Budget) []plan.Fact {
	object := "PodDisruptionBudget " + b.Namespace + "/" + b.Name
	all := []plan.Fact{{Object: object, Field: "metadata.uid", Value: b.UID}, {Object: object, Field: "spec.selector",
		Value: b.Selector.String()}}
	if b.MaxUnavailable != nil {
		all = append(all, plan.Fact{Object: object, Field: "spec.maxUnavailable", Value: b.MaxUnavailable.String()})
	}
	if b.MinAvailable != nil {
		all = append(all, plan.Fact{Object: object, Field: "spec.minAvailable", Value: b.MinAvailable.String()})
	}
	if b.Unhealthy != "" {
		all = append(all, plan.Fact{Object: object, Field: "spec.unhealthyPodEvictionPolicy", Value: b.Unhealthy})
	}
	return all
}
