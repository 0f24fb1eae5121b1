package manifest

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// configPool reads a MachineConfigPool of OpenShift. One that says nothing of it has one
// node unavailable at a time.
//
// Source: MachineConfigPoolSpec in machineconfiguration/v1/types.go of the OpenShift API,
// and maxUnavailable in pkg/controller/node/node_controller.go of the Machine Config
// Operator, which rounds percentages down, and takes 1 for 0.
func (r poolReader) configPool(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			MaxUnavailable *intstr.IntOrString   `json:"maxUnavailable"`
			NodeSelector   *metav1.LabelSelector `json:"nodeSelector"`
			Paused         bool                  `json:"paused"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	p := kubernetes.Pool{API: kubernetes.ConfigPool, Name: o.Metadata.Name, Labels: o.Metadata.Labels, Paused: o.Spec.Paused,
		Nodes: labels.Nothing(), Position: r.at(doc)}
	if s := o.Spec.NodeSelector; s != nil {
		p.Nodes, p.NodeLabels = selectorOf(s), s.MatchLabels
	}
	if o.Spec.MaxUnavailable != nil {
		p.Rolling.Unavailable = amount(o.Spec.MaxUnavailable)
	} else {
		p.Rolling.Unavailable = contract.Pace{Kind: contract.PaceNodes, Nodes: 1}
	}
	r.into.Pools = append(r.into.Pools, p)
	return nil
}
