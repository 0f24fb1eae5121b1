package simulate

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// What keeps the cluster autoscaler from a node.
//
// Source: "What types of pods can prevent CA from removing a node?" and "How can I prevent
// Cluster Autoscaler from scaling down a particular node?" in the FAQ of the autoscaler,
// with skip-nodes-with-system-pods, which is on by default. Nodes with local storage are
// not among them: most platforms have turned that off.
const (
	scaleDownDisabled = "cluster-autoscaler.kubernetes.io/scale-down-disabled"
	safeToEvict       = "cluster-autoscaler.kubernetes.io/safe-to-evict"
	systemNamespace   = "kube-system"
)

// findSpared says of each node why the autoscaler leaves it, where it does.
func (b *builder) findSpared() {
	for i := range b.estate.Nodes {
		if b.estate.Nodes[i].Annotations[scaleDownDisabled] == "true" {
			b.nodes[i].spared = "it is annotated " + scaleDownDisabled
		}
	}
	for i := range b.estate.Pods {
		p := &b.estate.Pods[i]
		n, there := b.nodeOf[p.Node]
		if !there || p.Workload < 0 || b.nodes[n].spared != "" || !p.Deleted.IsZero() || p.Phase == "Succeeded" || p.Phase == "Failed" {
			continue
		}
		if why := b.keepsFromAutoscaler(p); why != "" {
			b.nodes[n].spared = why
		}
	}
}

// keepsFromAutoscaler says why a pod keeps the autoscaler from its node; empty where it does
// not.
func (b *builder) keepsFromAutoscaler(p *kubernetes.Pod) string {
	w := &b.estate.Workloads[p.Workload]
	annotations := w.Template.Annotations
	if p.Annotated != nil {
		annotations = *p.Annotated
	}
	l := b.workloadOf[p.Workload]
	if l < 0 || b.workloads[l].kind == daemon || b.workloads[l].kind == static {
		return ""
	}
	switch safe := annotations[safeToEvict]; {
	case safe == "true":
	case safe == "false":
		return fmt.Sprintf("pod %s is annotated %s: %q", p.Name, safeToEvict, safe)
	case w.Bare:
		return fmt.Sprintf("no controller keeps pod %s", p.Name)
	case p.Namespace == systemNamespace && len(b.pdbsOver(p.Namespace, p.Labels)) == 0:
		return fmt.Sprintf("pod %s is of %s, and no PDB is over it", p.Name, systemNamespace)
	}
	return ""
}

// spares reports whether an autoscaler leaves a node, whoever has named it. Who looks at PDBs
// before it chooses one is an autoscaler.
func (t *Trigger) spares(policy *contract.Policy, n *node) bool {
	return t.Kind == contract.ScaleDown && policy.SkipBlocked && !policy.Karpenter && n.spared != ""
}

// sparedNotes say which nodes an autoscaler leaves, and why.
func (tr *triggers) sparedNotes() []string {
	var notes []string
	for i := range tr.scenario.Triggers {
		t := &tr.scenario.Triggers[i]
		for n := range tr.World.nodes {
			x := &tr.World.nodes[n]
			pool := tr.World.shapes[x.shape].pool
			if x.spared == "" || t.Nodes != nil && !slices.Contains(t.Nodes, x.name) || t.Pool != "" && t.Pool != tr.World.pools[pool].name {
				continue
			}
			if policy, ok := tr.policyFor(tr.scenario, pool, x.offering, x.grace, t); ok && t.spares(&policy, x) {
				notes = append(notes, fmt.Sprintf(
					"the cluster autoscaler does not remove node %s: %s (kind: delete is played whoever does it)", x.name, x.spared))
			}
		}
	}
	return notes
}
