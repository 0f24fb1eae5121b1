package kubernetes

import "k8s.io/apimachinery/pkg/labels"

// ConfigPool is the GROUP/KIND of the pools by which OpenShift updates nodes.
const ConfigPool = "machineconfiguration.openshift.io/MachineConfigPool"

// ConfigPoolOf is the MachineConfigPool that updates a node, by name: master goes before
// one of somebody's own, and that before worker. It is empty where none selects the node,
// or several of somebody's own do, so that none updates it.
//
// Source: GetPoolsForNode in pkg/helpers/helpers.go of the Machine Config Operator, which
// leaves nodes with Windows out.
func (e *Estate) ConfigPoolOf(n *Node) string {
	if n.Labels["kubernetes.io/os"] == "windows" {
		return ""
	}
	var master, worker bool
	var own []string
	for i := range e.Pools {
		p := &e.Pools[i]
		if p.API != ConfigPool || p.Nodes == nil || p.Nodes.Empty() || !p.Nodes.Matches(labels.Set(n.Labels)) {
			continue
		}
		switch p.Name {
		case "master":
			master = true
		case "worker":
			worker = true
		default:
			own = append(own, p.Name)
		}
	}
	switch {
	case len(own) > 1:
		return ""
	case master:
		return "master"
	case len(own) == 1:
		return own[0]
	case worker:
		return "worker"
	}
	return ""
}
