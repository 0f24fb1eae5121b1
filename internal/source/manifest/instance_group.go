package manifest

import (
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// kopsUpdate is what a Cluster or an InstanceGroup of kOps says of rolling updates.
//
// Source: RollingUpdate in pkg/apis/kops/v1alpha2/cluster.go of kOps.
type kopsUpdate struct {
	DrainAndTerminate *bool               `json:"drainAndTerminate"`
	MaxSurge          *intstr.IntOrString `json:"maxSurge"`
	MaxUnavailable    *intstr.IntOrString `json:"maxUnavailable"`
}

// instanceGroup reads an InstanceGroup or a Cluster of kOps; false where it is neither, or
// cannot be read, which is not ours to judge. The nodes of groups that Karpenter runs are
// Karpenter's.
func (r poolReader) instanceGroup(doc *document.Document, api string) bool {
	if api != "kops.k8s.io/Cluster" && api != kubernetes.InstanceGroups {
		return false
	}
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Role    string     `json:"role"`
			Manager string     `json:"manager"`
			Update  kopsUpdate `json:"rollingUpdate"`
		} `json:"spec"`
	}
	if doc.Decode(&o) != nil {
		return false
	}
	u := &o.Spec.Update
	update := kubernetes.RollingUpdate{
		DrainAndTerminate: u.DrainAndTerminate, Surge: setAmount(u.MaxSurge), Unavailable: setAmount(u.MaxUnavailable),
	}
	switch {
	case api != kubernetes.InstanceGroups:
		r.into.KopsClusters = append(r.into.KopsClusters, kubernetes.KopsCluster{Name: o.Metadata.Name, Update: update})
	case o.Spec.Manager != "Karpenter":
		r.into.InstanceGroups = append(r.into.InstanceGroups, kubernetes.InstanceGroup{
			Name: o.Metadata.Name, Labels: o.Metadata.Labels, Bastion: o.Spec.Role == "Bastion", Control: controls[o.Spec.Role],
			Update: update, Position: r.at(doc)})
	}
	return true
}

// controls are the roles of instance groups of the control plane, by what kOps has called them.
var controls = map[string]bool{"Master": true, "ControlPlane": true}

// setAmount is an amount; nil where it is not set or is none.
func setAmount(n *intstr.IntOrString) *contract.Pace {
	if p := amount(n); p.Kind != "" {
		return &p
	}
	return nil
}
