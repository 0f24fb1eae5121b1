package manifest

import (
	"cmp"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// healthCheck reads how many machines may be unhealthy for any to be replaced; false
// where it is none, or cannot be read, which is not ours to judge.
//
// Source: MachineHealthCheckSpec in api/core/v1beta1 and v1beta2 of the Cluster API, and
// isAllowedRemediation in internal/controllers/machinehealthcheck: a range goes over the
// number.
func (r poolReader) healthCheck(doc *document.Document, api string) bool {
	if api != "cluster.x-k8s.io/MachineHealthCheck" {
		return false
	}
	var o struct {
		Metadata meta `json:"metadata"`
		Spec     struct {
			Selector     *metav1.LabelSelector `json:"selector"`
			MaxUnhealthy *intstr.IntOrString   `json:"maxUnhealthy"`
			Range        string                `json:"unhealthyRange"`
			Remediation  struct {
				TriggerIf struct {
					Most  *intstr.IntOrString `json:"unhealthyLessThanOrEqualTo"`
					Range string              `json:"unhealthyInRange"`
				} `json:"triggerIf"`
			} `json:"remediation"`
		} `json:"spec"`
	}
	if doc.Decode(&o) != nil {
		return false
	}
	x := kubernetes.HealthCheck{
		Namespace: namespaceOf(o.Metadata.Namespace), Name: o.Metadata.Name, Machines: selectorOf(o.Spec.Selector), Position: r.at(doc),
		Unknown: o.Spec.Range != "" || o.Spec.Remediation.TriggerIf.Range != "",
	}
	if most := cmp.Or(o.Spec.MaxUnhealthy, o.Spec.Remediation.TriggerIf.Most); most != nil {
		amount, ok := contract.ParseAmount(most.String())
		x.Most, x.Unknown = amount, x.Unknown || !ok
	}
	r.into.HealthChecks = append(r.into.HealthChecks, x)
	return true
}
