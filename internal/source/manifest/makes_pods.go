package manifest

import (
	"slices"
	"strings"

	rbacv1 "k8s.io/api/rbac/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// podMakers are the resources by which pods are made, with the groups that they are in.
var podMakers = map[string][]string{
	"pods": {""}, "replicationcontrollers": {""}, "deployments": {"apps", "extensions"}, "statefulsets": {"apps"},
	"daemonsets": {"apps", "extensions"}, "replicasets": {"apps", "extensions"}, "jobs": {"batch"}, "cronjobs": {"batch"},
}

// podRole keeps of a role that it lets make pods, or what makes them. Who may do everything
// says nothing, and one that only adds to another role is not given to anybody by itself.
//
// Source: kubernetes.io/docs/reference/access-authn-authz/rbac: to create by a resourceName is
// not possible, as the name is not known when it is asked.
func (r accessReader) podRole(doc *document.Document, ref kubernetes.Ref) {
	var o rbacv1.ClusterRole
	if doc.Decode(&o) != nil {
		return // what it says is not ours to judge
	}
	for label := range o.Labels {
		if strings.HasPrefix(label, "rbac.authorization.k8s.io/aggregate-to-") {
			return
		}
	}
	var makes []string
	for _, rule := range o.Rules {
		if len(rule.ResourceNames) > 0 || !slices.Contains(rule.Verbs, "create") && !slices.Contains(rule.Verbs, "*") {
			continue
		}
		for _, resource := range rule.Resources {
			in := func(group string) bool { return group == "*" || slices.Contains(podMakers[resource], group) }
			if !slices.Contains(makes, resource) && slices.ContainsFunc(rule.APIGroups, in) && podMakers[resource] != nil {
				makes = append(makes, resource)
			}
		}
	}
	if len(makes) > 0 {
		r.into.PodRoles = append(r.into.PodRoles, kubernetes.PodRole{Ref: ref, Makes: makes, Position: r.at(doc)})
	}
}
