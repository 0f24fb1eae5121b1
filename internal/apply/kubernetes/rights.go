package kubernetes

import (
	"context"

	authorizationv1 "k8s.io/api/authorization/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// right is one that a plan takes, and how people call it.
type right struct {
	says string
	of   authorizationv1.ResourceAttributes
}

// rightsFor are those by which the steps of a plan change something.
func rightsFor(p *plan.Plan, leases string, escalated bool) []right {
	all := []right{{"renew the lease " + leases + "/" + LeaseName, authorizationv1.ResourceAttributes{Namespace: leases, Verb: "update",
		Group: "coordination.k8s.io", Resource: "leases", Name: LeaseName}}}
	if escalated {
		all = append(all, right{"delete pods, for --on-stuck=escalate (docs/rbac-escalate.yaml)",
			authorizationv1.ResourceAttributes{Verb: "delete", Resource: "pods"}})
	}
	seen := map[string]bool{}
	add := func(more ...right) {
		for _, r := range more {
			if !seen[r.says] {
				seen[r.says] = true
				all = append(all, r)
			}
		}
	}
	for i := range p.Steps {
		a := &p.Steps[i].Action
		var r right
		switch a.Kind {
		case step.Cordon, step.Uncordon:
			r = right{"cordon nodes", authorizationv1.ResourceAttributes{Verb: "patch", Resource: "nodes"}}
		case step.Drain:
			r = right{"evict pods", authorizationv1.ResourceAttributes{Verb: "create", Resource: "pods", Subresource: "eviction"}}
		case step.Restart:
			r = right{"restart Deployments", authorizationv1.ResourceAttributes{Verb: "patch", Group: "apps", Resource: "deployments"}}
		case step.ByKarpenter:
			r = right{"delete NodeClaims", authorizationv1.ResourceAttributes{Verb: "delete", Group: "karpenter.sh", Resource: "nodeclaims"}}
		case step.ByMachine:
			namespace := a.With[step.MachineNamespace]
			r = right{"delete Machines of " + namespace, authorizationv1.ResourceAttributes{Verb: "delete", Group: a.With[step.MachineGroup],
				Resource: "machines", Namespace: namespace}}
		case step.Roll:
			add(rightsToRoll(a)...)
			continue
		default:
			continue
		}
		add(r)
	}
	return all
}

// rightsToRoll are those by which one object is patched, and a pod of it deleted that keeps it from being taken back.
func rightsToRoll(a *plan.Action) (all []right) {
	x, err := RolledOf(a.With)
	if err != nil {
		return nil
	}
	all = []right{{"patch " + x.of.Resource + " of " + x.namespace + " (docs/rbac-fleet.yaml)",
		authorizationv1.ResourceAttributes{Verb: "patch", Group: x.of.Group, Resource: x.of.Resource, Namespace: x.namespace}}}
	if x.stateful() {
		all = append(all, right{"delete pods of " + x.namespace + " (docs/rbac-fleet.yaml)",
			authorizationv1.ResourceAttributes{Verb: "delete", Resource: "pods", Namespace: x.namespace}})
	}
	return all
}

// Lacks is what a plan does that whoever asks may not do; with what is stuck escalated, where it is.
func (c *Client) Lacks(ctx context.Context, p *plan.Plan, leases string, escalated bool) (lacks []string, err error) {
	for _, r := range rightsFor(p, leases, escalated) {
		may, err := c.may(ctx, r.of)
		if err != nil {
			return nil, err
		}
		if !may {
			lacks = append(lacks, r.says)
		}
	}
	return lacks, nil
}

func (c *Client) may(ctx context.Context, of authorizationv1.ResourceAttributes) (bool, error) {
	ctx, done := c.brief(ctx)
	defer done()
	is, err := c.kube.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &of}}, metav1.CreateOptions{})
	if err != nil {
		return false, err
	}
	return is.Status.Allowed, nil
}
