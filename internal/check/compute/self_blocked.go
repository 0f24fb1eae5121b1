package compute

import (
	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// selfBlocked says that a workload answers a webhook which is asked about its own pods
// as well and fails where nobody answers: once none of them is there, none can be made.
// It is empty for others, and where what leaves its pods out was not read.
//
// Source: kubernetes.io/docs/concepts/cluster-administration/admission-webhooks-good-practices
// (avoid self-mutations, and deadlocks).
func selfBlocked(p *check.Pass, i int) string {
	e := p.Estate.Kubernetes
	w := &e.Workloads[i]
	for k := range e.Webhooks {
		hook := &e.Webhooks[k]
		if !hook.Creates || e.Asked(hook, w.Namespace, w.Template.Labels) != kubernetes.Yes {
			continue
		}
		for _, s := range servingOf(p).services[i] {
			if service := &e.Services[s]; service.Name == hook.Service && service.Namespace == hook.ServiceNamespace {
				return "While none of its pods answers no new one of it can be created either, because " + hook.In.Kind + " " + hook.In.Name +
					" (failurePolicy Fail) is asked about its own pods as well: it stays away until that is removed."
			}
		}
	}
	return ""
}
