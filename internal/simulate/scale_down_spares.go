package simulate

import (
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// sparing is why the autoscaler leaves a node: because of a pod on it, or of what it says
// itself where pod is empty. What is zero keeps it from none.
type sparing struct{ pod, is string }

// of is the reason for one or several of which the same is so.
func (s sparing) of(pods []string) string {
	switch {
	case s.pod != "" && len(pods) > 1:
		return fmt.Sprintf("pods %s are %s", words.Few(pods), s.is)
	case s.pod != "":
		return fmt.Sprintf("pod %s is %s", s.pod, s.is)
	case len(pods) > 1:
		return "they are " + s.is
	}
	return "it is " + s.is
}

// autoscalerSpares are the nodes that the cluster autoscaler leaves alone.
type autoscalerSpares struct{ *builder }

// findSpared says of each node why the autoscaler leaves it, where it does.
func (b autoscalerSpares) findSpared() {
	by := responsibility.ClusterAutoscaler()
	for i := range b.estate.Nodes {
		if b.estate.Nodes[i].Annotations[by.Node] == "true" {
			b.nodes[i].spared = sparing{is: "annotated " + by.Node}
		}
	}
	for i := range b.estate.Pods {
		p := &b.estate.Pods[i]
		n, there := b.nodeOf[p.Node]
		if !there || p.Workload < 0 || b.nodes[n].spared.is != "" || !p.Deleted.IsZero() || p.Finished() {
			continue
		}
		if is := b.keepsFromAutoscaler(p, &by); is != "" {
			b.nodes[n].spared = sparing{p.Name, is}
		}
	}
}

// keepsFromAutoscaler says what a pod is that keeps the autoscaler from its node; empty where
// it does not.
func (b autoscalerSpares) keepsFromAutoscaler(p *kubernetes.Pod, by *responsibility.Autoscaler) string {
	w := &b.estate.Workloads[p.Workload]
	annotations := b.estate.AnnotationsOf(p)
	l := b.workloadOf[p.Workload]
	if l < 0 || b.workloads[l].kind == daemon || b.workloads[l].kind == static {
		return ""
	}
	switch safe := annotations[by.Pod]; {
	case safe == "true":
	case safe == "false":
		return fmt.Sprintf("annotated %s: %q", by.Pod, safe)
	case w.Bare:
		return "kept by no controller"
	case b.localStorage(w, annotations, by) != "":
		return "bound to local storage (volume " + b.localStorage(w, annotations, by) + ")"
	case b.leavesSystemPods() && p.Namespace == by.System && len(b.pdbIndex.over(p.Namespace, p.Labels)) == 0:
		return fmt.Sprintf("of %s, and under no PDB", by.System)
	}
	return ""
}

// findAutoscaler finds the cluster autoscaler, where it runs in the cluster itself.
func (b autoscalerSpares) findAutoscaler() {
	for i := range b.estate.Workloads {
		if w := &b.estate.Workloads[i]; w.Template.Autoscaler != nil && w.AtLeast() > 0 {
			b.autoscaler = w.Template.Autoscaler
		}
	}
}

// localStorage is the volume for whose sake an autoscaler leaves the node of a pod; empty
// where it does not. Most platforms have turned that off, so that it is asked of an
// autoscaler that runs in the cluster alone.
func (b autoscalerSpares) localStorage(w *kubernetes.Workload, annotations map[string]string, by *responsibility.Autoscaler) string {
	if b.autoscaler == nil || !b.autoscaler.LocalStorage {
		return ""
	}
	safe := strings.Split(annotations[by.Volumes], ",")
	for _, v := range w.Template.Local {
		if !slices.Contains(safe, v) {
			return v
		}
	}
	return ""
}

func (b autoscalerSpares) leavesSystemPods() bool {
	return b.autoscaler == nil || b.autoscaler.SystemPods
}

// spares reports whether an autoscaler leaves a node, whoever has named it. Who looks at PDBs
// before it chooses one is an autoscaler.
func (t *Trigger) spares(policy *contract.Policy, n *node) bool {
	return t.Kind == contract.ScaleDown && policy.SkipBlocked && !policy.Karpenter && n.spared.is != ""
}

// sparedNotes say which nodes an autoscaler leaves, and why.
func (tr *triggers) sparedNotes() []string {
	var notes []string
	for i := range tr.scenario.Triggers {
		t := &tr.scenario.Triggers[i]
		nodes, pods := map[string][]string{}, map[string][]string{} // by what is said of them
		left := map[string]sparing{}
		asked := contractTerms{tr.World}.policies(tr.scenario, t)
		for n := range tr.World.nodes {
			x := &tr.World.nodes[n]
			policy, ok := asked(tr.World.shapes[x.shape].pool, x)
			if ok && t.spares(policy, x) && (takenNodes{tr.World}).takes(t, x, tr.scenario) {
				is := x.spared.is
				left[is], nodes[is], pods[is] = x.spared, append(nodes[is], x.name), append(pods[is], x.spared.pod)
			}
		}
		for is, names := range nodes {
			notes = append(notes, fmt.Sprintf("the cluster autoscaler does not remove %s %s: %s (kind: delete is played whoever does it)",
				words.Agree(len(names), "node", "nodes"), words.Few(names), left[is].of(pods[is])))
		}
	}
	return notes
}
