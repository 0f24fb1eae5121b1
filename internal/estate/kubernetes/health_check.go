package kubernetes

import (
	"maps"

	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/origin"
)

// HealthCheck is a MachineHealthCheck of the Cluster API: how many of some machines may
// be unhealthy for any of them to be replaced.
type HealthCheck struct {
	Namespace, Name string
	Machines        labels.Selector
	// Most is how many; none where nothing limits it.
	Most contract.Pace
	// Unknown: it is said in another way, as a range, or cannot be read.
	Unknown  bool
	Position origin.Position
}

// Of says whether a health check is about the machines of a pool of the Cluster API.
//
// Source: the label of machines in internal/controllers/machinedeployment of the Cluster
// API 1.13: each has the name of its MachineDeployment.
func (h *HealthCheck) Of(p *Pool) Answer {
	if h.Namespace != p.Namespace {
		return No
	}
	all := maps.Clone(p.MachineLabels)
	if all == nil {
		all = map[string]string{}
	}
	if p.API == "cluster.x-k8s.io/MachineDeployment" {
		all["cluster.x-k8s.io/deployment-name"] = p.Name
	}
	m := DrainRuleMachines{Own: h.Machines}
	return m.selects(&Machines{Namespace: p.Namespace, Labels: all})
}
