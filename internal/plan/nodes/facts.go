package nodes

import (
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/basis"
)

// Facts are what a plan over some nodes rests on: the nodes themselves and how they are
// replaced, the workloads whose pods they hold, and the PDBs over those. They are found anew
// before a plan is carried out; pods that run to an end, and those of each node, are not told.
func Facts(e *kubernetes.Estate, nodes []string) []plan.Fact {
	goes := map[string]bool{}
	for _, n := range nodes {
		goes[n] = true
	}
	all := factsOfNodes(e, goes)
	held := map[int]bool{}
	for i := range e.Pods {
		if p := &e.Pods[i]; p.Workload >= 0 && goes[p.Node] && !p.Finished() {
			held[p.Workload] = true
		}
	}
	told := map[kubernetes.Ref]bool{}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if !held[i] || !w.Lasting || !w.Evictable {
			continue
		}
		if size, known := basis.Size(w); known {
			all = append(all, size)
		}
		for _, b := range basis.Over(e, w) {
			if !told[b.Ref()] {
				told[b.Ref()] = true
				all = append(all, basis.Budget(b)...)
			}
		}
	}
	return all
}

// factsOfNodes are those of nodes and of what they are replaced by.
func factsOfNodes(e *kubernetes.Estate, goes map[string]bool) []plan.Fact {
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
	return all
}
