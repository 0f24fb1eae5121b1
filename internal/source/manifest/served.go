package manifest

import (
	"fmt"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// withdrawn is since which Kubernetes no API server takes a kind in some version, and
// in which it is to be written.
type withdrawn struct{ since, write string }

// unserved are the versions of what makes pods, and of what sends requests to them,
// that no API server takes any more.
//
// Source: kubernetes.io/docs/reference/using-api/deprecation-guide (v1.16, v1.21,
// v1.22, v1.25). Budgets of policy/v1beta1 are not among them: of those it is told
// what they leave without one.
var unserved = map[string]withdrawn{
	"extensions/v1beta1/Deployment": {"1.16", "apps/v1"}, "extensions/v1beta1/DaemonSet": {"1.16", "apps/v1"},
	"extensions/v1beta1/ReplicaSet": {"1.16", "apps/v1"},
	"apps/v1beta1/Deployment":       {"1.16", "apps/v1"}, "apps/v1beta1/StatefulSet": {"1.16", "apps/v1"},
	"apps/v1beta2/Deployment": {"1.16", "apps/v1"}, "apps/v1beta2/StatefulSet": {"1.16", "apps/v1"},
	"apps/v1beta2/DaemonSet": {"1.16", "apps/v1"}, "apps/v1beta2/ReplicaSet": {"1.16", "apps/v1"},
	"batch/v2alpha1/CronJob": {"1.21", "batch/v1"}, "batch/v1beta1/CronJob": {"1.25", "batch/v1"},
	"extensions/v1beta1/Ingress": {"1.22", "networking.k8s.io/v1"}, "networking.k8s.io/v1beta1/Ingress": {"1.22", "networking.k8s.io/v1"},
	"admissionregistration.k8s.io/v1beta1/MutatingWebhookConfiguration":   {"1.22", "admissionregistration.k8s.io/v1"},
	"admissionregistration.k8s.io/v1beta1/ValidatingWebhookConfiguration": {"1.22", "admissionregistration.k8s.io/v1"},
	"apiregistration.k8s.io/v1beta1/APIService":                           {"1.22", "apiregistration.k8s.io/v1"},
}

// served fails for an object that is written in a version which no API server
// takes: it cannot be applied, and so nothing of it runs. What a cluster holds it
// did take.
func (r *objectReader) served(doc *document.Document, api, kind string) error {
	old, ok := unserved[api+"/"+kind]
	if !ok {
		return nil
	}
	var o struct {
		Metadata struct {
			UID string `json:"uid"`
		} `json:"metadata"`
	}
	if err := doc.Decode(&o); err != nil || o.Metadata.UID != "" {
		return nil
	}
	r.into.Withdrawn = append(r.into.Withdrawn, kubernetes.Withdrawn{API: api, Kind: kind, Since: old.since, Position: r.at(doc)})
	e := r.fault(doc, "/apiVersion", fmt.Sprintf(
		"is %s, in which no API server takes the kind %s since Kubernetes %s: it cannot be applied", api, kind, old.since))
	e.Hint = "write it in " + old.write
	return e
}
