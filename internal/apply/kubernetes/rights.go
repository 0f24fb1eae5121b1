package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"strings"

	authorizationv1 "k8s.io/api/authorization/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// right is one that a plan takes.
type right struct {
	of authorizationv1.ResourceAttributes
	// does is what it is for, where its own words do not say that, and from is what else grants it than docs/rbac-apply.yaml.
	does, from string
	// alone are the requests that it is for, where all of them are known: who has no right to all objects of a kind may have
	// one to these, in their namespaces or by their names.
	alone []authorizationv1.ResourceAttributes
	all   bool // not all of them are known
}

func (r *right) String() string {
	says := called(&r.of)
	if r.does != "" {
		says = r.does + " (" + says + ")"
	}
	return says + r.from
}

// ErrUnasked is the error where nobody may ask what somebody may do.
var ErrUnasked = errors.New("the API server does not tell who asks what they may do")

const (
	fromEscalate = ", for --on-stuck=escalate (docs/rbac-escalate.yaml)"
	fromFleet    = " (docs/rbac-fleet.yaml)"
	fromFix      = " (docs/rbac-fix.yaml)"
)

// rights are those of a plan, each once, in the order in which they are found.
type rights struct {
	all  []*right
	seen map[authorizationv1.ResourceAttributes]*right // to all objects of a kind
	of   map[authorizationv1.ResourceAttributes]bool   // to some
}

// add notes a right that a request takes; without a namespace and a name it is one to all objects of a kind.
func (x *rights) add(does, from string, of authorizationv1.ResourceAttributes) {
	all := of
	all.Namespace, all.Name = "", ""
	r := x.seen[all]
	if r == nil {
		r = &right{of: all, does: does, from: from}
		x.seen[all] = r
		x.all = append(x.all, r)
	}
	switch {
	case of == all:
		r.all = true
	case !x.of[of]:
		x.of[of] = true
		r.alone = append(r.alone, of)
	}
}

// called is a right as kubectl auth can-i has it.
func called(of *authorizationv1.ResourceAttributes) string {
	what := of.Resource
	if of.Subresource != "" {
		what += "/" + of.Subresource
	}
	return of.Verb + " " + strings.TrimSuffix(what+"."+of.Group, ".")
}

// rightsFor are those that the steps of a plan take which are not done, whose groups are not: what is undone takes them as well.
func rightsFor(p *plan.Plan, escalated bool, done func(step string) bool) []*right {
	x := &rights{seen: map[authorizationv1.ResourceAttributes]*right{}, of: map[authorizationv1.ResourceAttributes]bool{}}
	open := map[string]bool{}
	for i := range p.Steps {
		if s := &p.Steps[i]; !done(s.ID) {
			open[s.Group+"/"] = true
			open[s.ID] = true
		}
	}
	x.add("", "", authorizationv1.ResourceAttributes{Verb: "list", Resource: "nodes"})
	for i := range p.Steps {
		if s := &p.Steps[i]; open[s.ID] || s.Group != "" && open[s.Group+"/"] {
			x.step(s, escalated)
		}
	}
	for i := range p.Facts {
		kind, name, _ := strings.Cut(p.Facts[i].Object, " ")
		namespace, name, in := strings.Cut(name, "/")
		if !in {
			namespace, name = "", namespace
		}
		x.read(kind, namespace, name)
	}
	return x.all
}

// step adds what a step takes: to change something, and to see whether it may.
func (x *rights) step(s *plan.Step, escalated bool) {
	a := &s.Action
	node := authorizationv1.ResourceAttributes{Resource: "nodes", Name: a.With[step.Node]}
	switch a.Kind {
	case step.Cordon, step.Uncordon:
		x.node("cordon nodes", "patch", node)
	case step.Drain:
		x.add("", "", authorizationv1.ResourceAttributes{Verb: "list", Resource: "pods"})
		x.add("", "", authorizationv1.ResourceAttributes{Verb: "list", Group: "policy", Resource: "poddisruptionbudgets"})
		for namespace := range namespacesOf(s) {
			x.add("", "", authorizationv1.ResourceAttributes{Verb: "get", Resource: "pods", Namespace: namespace})
			x.add("evict pods", "", authorizationv1.ResourceAttributes{Verb: "create", Resource: "pods", Subresource: "eviction",
				Namespace: namespace})
			if escalated && s.Escalation != nil {
				x.add("", fromEscalate, authorizationv1.ResourceAttributes{Verb: "delete", Resource: "pods", Namespace: namespace})
			}
		}
	case step.Restart:
		all, _ := workloadsOf(a.With[step.Workloads]) // who plans wrote it, and who restarts says what is wrong with it
		for _, w := range all {
			x.add("restart Deployments", "", authorizationv1.ResourceAttributes{Verb: "patch", Group: "apps", Resource: "deployments",
				Namespace: w.namespace, Name: w.name})
		}
	case step.ByKarpenter:
		x.replaced(authorizationv1.ResourceAttributes{Group: "karpenter.sh", Resource: "nodeclaims", Name: a.With[step.NodeClaim]})
	case step.ByMachine:
		x.replaced(authorizationv1.ResourceAttributes{Group: a.With[step.MachineGroup], Resource: "machines",
			Namespace: a.With[step.MachineNamespace], Name: a.With[step.Machine]})
	case step.Roll:
		x.roll(a)
	case step.Change, step.Create, step.Delete:
		x.alter(a)
	}
	x.node("", "get", node)
	x.guarded(s)
}

// node adds a right to the node of a step, where it is about one.
func (x *rights) node(does, verb string, of authorizationv1.ResourceAttributes) {
	if of.Name != "" {
		of.Verb = verb
		x.add(does, "", of)
	}
}

// replaced adds what it takes to delete what a node is made from.
func (x *rights) replaced(of authorizationv1.ResourceAttributes) {
	for _, of.Verb = range []string{"get", "delete"} {
		x.add("", "", of)
	}
}

// guarded adds what it takes to see the workloads that a step moves, or that its floors are of.
func (x *rights) guarded(s *plan.Step) {
	all, _ := workloadsOf(s.Action.With[step.Workloads])
	for i := range s.Guards {
		switch g := &s.Guards[i]; g.Kind {
		case step.Floor:
			all = append(all, workloadOfGuard(g))
		case step.Soaked:
			more, _ := workloadsOf(g.With[step.Workloads])
			all = append(all, more...)
		case step.Uncovered:
			for _, of := range []authorizationv1.ResourceAttributes{{Resource: "pods"}, {Group: "policy", Resource: "poddisruptionbudgets"}} {
				of.Verb, of.Namespace = "list", g.With[step.Namespace]
				x.add("", "", of)
			}
		}
	}
	for _, w := range all {
		x.read(w.kind, w.namespace, w.name)
		x.add("", "", authorizationv1.ResourceAttributes{Verb: "list", Resource: "pods", Namespace: w.namespace})
		switch w.kind { // what stands between it and its pods
		case "Deployment":
			x.read("ReplicaSet", w.namespace, "")
		case "DeploymentConfig":
			x.read("ReplicationController", w.namespace, "")
		}
	}
}

// read adds what it takes to read an object of a kind that onus knows.
func (x *rights) read(kind, namespace, name string) {
	for _, k := range kubernetes.Kinds {
		if k.Name == kind && !k.Cloud && k.ClusterWide == (namespace == "") {
			x.add("", "", authorizationv1.ResourceAttributes{Verb: "get", Group: k.Group, Resource: k.Resource, Namespace: namespace,
				Name: name})
			return // those of other groups are asked for where there is none of this one
		}
	}
}

// roll adds what it takes to patch one object, and to delete a pod of it that keeps it from being taken back.
func (x *rights) roll(a *plan.Action) {
	r, err := RolledOf(a.With)
	if err != nil {
		return
	}
	of := authorizationv1.ResourceAttributes{Group: r.of.Group, Resource: r.of.Resource, Namespace: r.namespace, Name: r.name}
	for _, of.Verb = range []string{"get", "patch"} {
		x.add("", fromFleet, of)
	}
	if r.stateful() {
		for _, verb := range []string{"list", "delete"} {
			x.add("", fromFleet, authorizationv1.ResourceAttributes{Verb: verb, Resource: "pods", Namespace: r.namespace})
		}
	}
}

// alter adds what it takes to change, make or delete an object, and to take that back: who makes one has no right to one name alone.
func (x *rights) alter(a *plan.Action) {
	o, err := alteredOf(a)
	if err != nil {
		return
	}
	verbs := []string{"get", "create", "delete"}
	if a.Kind == step.Change {
		verbs = []string{"get", "patch"}
	}
	for _, verb := range verbs {
		of := authorizationv1.ResourceAttributes{Verb: verb, Group: o.of.Group, Resource: o.of.Resource, Namespace: o.namespace, Name: o.name}
		if verb == "create" {
			of.Name = ""
		}
		x.add("", fromFix, of)
	}
}

// namespacesOf are those of the workloads that a step moves, or keeps; the empty one, which is all, where none is known.
func namespacesOf(s *plan.Step) map[string]bool {
	all := map[string]bool{}
	of, _ := workloadsOf(s.Action.With[step.Workloads])
	for _, w := range of {
		all[w.namespace] = true
	}
	for i := range s.Guards {
		if g := &s.Guards[i]; g.Kind == step.Floor && g.With[step.Arrives] == "" || g.Kind == step.Budget {
			all[g.With[step.Namespace]] = true
		}
	}
	if len(all) == 0 {
		all[""] = true
	}
	return all
}

// Lacks is what a plan does that whoever asks may not do: of its steps that are not done, with what is stuck
// escalated, where it is, and of the lease in a namespace. The error is ErrUnasked where nobody may ask. Who waits for it is told
// how many of how many rights were asked about.
func (c *Client) Lacks(ctx context.Context, p *plan.Plan, leases string, escalated bool, done func(step string) bool,
	asked func(n, of int)) (lacks []string, err error) {
	all, err := rightsToLease(ctx, c, leases)
	if err != nil {
		return nil, err
	}
	all = append(all, rightsFor(p, escalated, done)...)
	to := asking{c: c, namespace: leases, rules: map[string]*rules{}}
	for i, r := range all {
		asked(i, len(all))
		missing, err := to.missing(ctx, r)
		if err != nil {
			return nil, err
		}
		if missing != "" {
			lacks = append(lacks, missing)
		}
	}
	return lacks, nil
}

// rightsToLease are those by which a lease is taken: to make one, where there is none.
func rightsToLease(ctx context.Context, c *Client, namespace string) (all []*right, err error) {
	of := authorizationv1.ResourceAttributes{Namespace: namespace, Group: "coordination.k8s.io", Resource: "leases", Name: LeaseName}
	for _, of.Verb = range []string{"get", "update"} {
		all = append(all, &right{of: of, from: " " + LeaseName + " in " + namespace})
	}
	l := Lease{Client: c, Namespace: namespace}
	_, err = l.get(ctx)
	switch {
	case apierrors.IsNotFound(err):
		of.Verb, of.Name = "create", ""
		return append(all, &right{of: of, from: " in " + namespace}), nil
	case err != nil && !denied(err):
		return nil, err
	}
	return all, nil
}

func (c *Client) may(ctx context.Context, of authorizationv1.ResourceAttributes) (bool, error) {
	ctx, done := c.brief(ctx)
	defer done()
	is, err := c.kube.AuthorizationV1().SelfSubjectAccessReviews().Create(ctx, &authorizationv1.SelfSubjectAccessReview{
		Spec: authorizationv1.SelfSubjectAccessReviewSpec{ResourceAttributes: &of}}, metav1.CreateOptions{})
	switch {
	case apierrors.IsForbidden(err) || apierrors.IsNotFound(err):
		return false, ErrUnasked
	case err != nil:
		return false, err
	case !is.Status.Allowed && !is.Status.Denied && is.Status.EvaluationError != "": // some authorizer did not answer, which may allow it
		return false, fmt.Errorf("%w: asked for %s it says %s", ErrUnasked, called(&of), words.OneLine(is.Status.EvaluationError))
	}
	return is.Status.Allowed, nil
}
