package manifest

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// drainRule reads one.
//
// Source: MachineDrainRuleSpec in api/core/v1beta2/machinedrainrules_types.go of
// the Cluster API.
func (r *objectReader) drainRule(doc *document.Document) error {
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Drain struct {
				Behavior string `json:"behavior"`
				Order    int    `json:"order"`
			} `json:"drain"`
			Machines []struct {
				Selector        *metav1.LabelSelector `json:"selector"`
				ClusterSelector *metav1.LabelSelector `json:"clusterSelector"`
			} `json:"machines"`
			Pods []struct {
				Selector          *metav1.LabelSelector `json:"selector"`
				NamespaceSelector *metav1.LabelSelector `json:"namespaceSelector"`
			} `json:"pods"`
		} `json:"spec"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	x := kubernetes.DrainRule{
		Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Behavior: o.Spec.Drain.Behavior, Order: o.Spec.Drain.Order,
		Position: r.at(doc),
	}
	for _, m := range o.Spec.Machines {
		x.Machines = append(x.Machines, kubernetes.DrainRuleMachines{Own: selectorOf(m.Selector), Cluster: selectorOf(m.ClusterSelector)})
	}
	for _, p := range o.Spec.Pods {
		x.Pods = append(x.Pods, kubernetes.DrainRulePods{Own: selectorOf(p.Selector), Namespace: selectorOf(p.NamespaceSelector)})
	}
	r.into.DrainRules = append(r.into.DrainRules, x)
	return nil
}
