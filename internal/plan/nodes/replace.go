package nodes

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
)

// Replace is how nodes are replaced, where that is not read from them: nothing comes after a
// drain, or a command is run for each node.
type Replace struct {
	Asked   bool
	Command string // empty for none
}

// ParseReplace reads none, or exec:COMMAND.
func ParseReplace(text string) (Replace, error) {
	command, is := strings.CutPrefix(text, "exec:")
	switch {
	case text == "":
		return Replace{}, nil
	case text == "none":
		return Replace{Asked: true}, nil
	case is && strings.TrimSpace(command) != "":
		return Replace{Asked: true, Command: command}, nil
	}
	return Replace{}, fmt.Errorf("is %q, wants none, or exec:COMMAND", text)
}

// way is how one node goes.
type way struct {
	action *plan.Action // nil where nothing comes after its drain
	then   simulate.Then
	// In words: by deleting NodeClaim default-abc.
	says string
	// by is who replaces its whole pool by a call; nil where nobody does.
	by   *responsibility.Offering
	call call
	// none is why there is no way, and out what to do about it.
	none, out string
}

// wayOf reads from a node how it is replaced.
func (p *planner) wayOf(i int) way {
	n := &p.Estate.Nodes[i]
	switch m := p.Estate.MachineOf(n); {
	case p.Replace.Asked && p.Replace.Command == "":
		return way{then: simulate.Remains}
	case p.Replace.Asked:
		return way{then: simulate.Returns, says: "run " + p.Replace.Command, action: &plan.Action{Kind: step.ByCommand,
			With: map[string]string{step.Command: p.Replace.Command}}}
	case n.NodeClaim != nil:
		return way{then: simulate.Removed, says: "delete NodeClaim " + n.NodeClaim.Name, action: &plan.Action{Kind: step.ByKarpenter,
			With: map[string]string{step.NodeClaim: n.NodeClaim.Name, step.NodeClaimUID: n.NodeClaim.UID}}}
	case m != nil:
		return p.byMachine(i, m)
	}
	return p.byProvider(i)
}

// byMachine is the way of a node with a Machine: its pool makes another. Where it does not, the
// step is stuck.
func (p *planner) byMachine(i int, m *kubernetes.Machine) way {
	group, _, _ := strings.Cut(m.API, "/")
	with := map[string]string{step.Machine: m.Name, step.MachineNamespace: m.Namespace, step.MachineUID: m.UID, step.MachineGroup: group}
	if key, pool := p.poolOf(i); key != "" {
		with[step.PoolKey], with[step.Pool] = key, pool
	}
	return way{then: simulate.Replaced, says: "delete Machine " + m.Namespace + "/" + m.Name,
		action: &plan.Action{Kind: step.ByMachine, With: with}}
}

// poolOf is what nodes carry that names their pool: the label that some platform has for that, or
// what the Cluster API writes on those of one MachineSet. It is empty where nothing does.
func (p *planner) poolOf(i int) (key, pool string) {
	if key = p.Places.NodePoolLabels[i]; key != "" {
		return key, p.Places.NodePools[i]
	}
	if pool = p.Estate.Nodes[i].Annotations[kubernetes.MachineOwner]; pool != "" {
		return kubernetes.MachineOwner, pool
	}
	return "", ""
}

// byProvider says why a node that neither Karpenter nor the Cluster API replaces is left.
func (p *planner) byProvider(i int) way {
	const ask = "--replace=none drains it and leaves it cordoned; --replace=exec:COMMAND runs a command for each node"
	n := &p.Estate.Nodes[i]
	if n.Labels["karpenter.sh/nodepool"] != "" {
		return way{none: "its NodeClaim was not read", out: "read nodeclaims too, or the cluster by --context; or " + ask}
	}
	switch namespace, m, here := n.Machine(); {
	case here:
		return way{none: "its Machine " + namespace + "/" + m + " was not read", out: "read machines too, or the cluster by --context; or " + ask}
	case m != "":
		return way{none: "its Machine " + m + " was not read: it may stand in a cluster of its own, which manages this one",
			out: "delete it there; or " + ask}
	}
	o := p.Places.Nodes[i].Offering
	if o == nil {
		o = p.Places.Fallback.Offering
	}
	if o == nil {
		return way{none: "nothing that was read says how it is replaced", out: ask}
	}
	if c, no, is := (byCall{p}).callable(i, o); is {
		no.by, no.call = o, c
		return no
	}
	layer := o.Line["compute"]["node-lifecycle"]
	if o.Contract != nil && o.Contract.Command != "" {
		pool := cmp.Or(p.Places.NodePools[i], "POOL")
		return way{none: fmt.Sprintf("%s replaces the nodes of pool %s once it is asked to", o.Provider, pool),
			out: strings.ReplaceAll(o.Contract.Command, "POOL", pool) + "; or " + ask}
	}
	if layer.Party == "provider" || layer.Party == "split" {
		return way{none: fmt.Sprintf("on %s it is %s that replaces nodes", o.Title, o.Provider), out: ask}
	}
	return way{none: "it has no NodeClaim and no Machine, so that nothing says how it is replaced", out: ask}
}

// kept says which annotation asks that nobody disrupts a node, of itself or of a pod on it;
// empty where none does.
func (p *planner) kept(n *kubernetes.Node) (why string, of *kubernetes.Workload) {
	if by := disruption.KeepsNode(n.Annotations); by != "" {
		return "it is annotated " + by, nil
	}
	for _, k := range p.on[n.Name] {
		pod := &p.Estate.Pods[k]
		w := &p.Estate.Workloads[pod.Workload]
		if by := disruption.KeepsPod(p.Estate.AnnotationsOf(pod), pod.Started, p.Start); by != "" && w.Evictable {
			return "pod " + pod.Namespace + "/" + pod.Name + " is annotated " + by, w
		}
	}
	return "", nil
}
