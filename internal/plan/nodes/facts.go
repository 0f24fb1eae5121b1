package nodes

import (
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	jsonv1 "github.com/go-json-experiment/json/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

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
		switch known := knows(w); {
		case known && w.Scaler == nil:
			all = append(all, plan.Fact{Object: w.Kind + " " + w.Namespace + "/" + w.Name, Field: "spec.replicas",
				Value: strconv.Itoa(w.Replicas)})
		case known && w.Scaler.Kind == "HorizontalPodAutoscaler": // which changes the number itself
			all = append(all, plan.Fact{Object: w.Scaler.Kind + " " + w.Namespace + "/" + w.Scaler.Name, Field: "spec.minReplicas",
				Value: strconv.Itoa(w.Scaler.Min)})
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

// knows reports whether onus reads objects of a workload's kind, and read this one: its size
// can be looked at again.
func knows(w *kubernetes.Workload) bool {
	return !w.Inferred && !w.Bare && slices.ContainsFunc(kubernetes.Kinds, func(k kubernetes.Kind) bool {
		return k.Set == kubernetes.Controllers && k.Name == w.Kind && k.Group == w.Group
	})
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
		Value: asJSON(b.LabelSelector)}}
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

// asJSON is a selector as a cluster has it, with its fields in the order of their names.
func asJSON(s *metav1.LabelSelector) string {
	if s == nil {
		return ""
	}
	data, err := json.Marshal(s, jsonv1.DefaultOptionsV1())
	value := jsontext.Value(data)
	if err == nil {
		err = value.Canonicalize()
	}
	if err != nil {
		return ""
	}
	return string(value)
}
