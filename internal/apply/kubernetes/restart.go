package kubernetes

import (
	"context"
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// Restarted is on the pod template of each Deployment that a plan has restarted, with the token of
// that: a repeat of the request changes nothing.
const Restarted = "onus.dev/restart"

// restart rolls Deployments out anew that have a pod on a node, by their own rolling update: another
// pod is ready elsewhere before that one goes.
type restart struct{ c *Client }

func (restart) Check(a *plan.Action) error {
	all, err := workloadsOf(a.With[step.Workloads])
	if err != nil {
		return fmt.Errorf("%s: %w", a.Kind, err)
	}
	for _, x := range all {
		if x.kind != "Deployment" {
			return fmt.Errorf("%s: %s is no Deployment", a.Kind, x)
		}
	}
	return checkNode(a)
}

func (r restart) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	n, err := r.c.node(ctx, w)
	if err != nil || n == nil {
		return apply.Done(isGone), err
	}
	if !n.Spec.Unschedulable {
		return apply.Result{}, uncordoned(n)
	}
	all, err := workloadsOf(w.With(step.Workloads))
	if err != nil {
		return apply.Result{}, err
	}
	var waits []string
	for _, x := range all {
		why, err := r.one(ctx, w, n, x)
		if err != nil {
			return tryAgain("restarting "+x.String(), err)
		}
		if why != "" {
			waits = append(waits, why)
		}
	}
	if len(waits) > 0 {
		return apply.Waiting(more(waits), pause), nil
	}
	return apply.Done(""), nil
}

// one restarts a Deployment where a pod of it is on the node, and says what is waited for.
func (r restart) one(ctx context.Context, w *apply.Work, n *corev1.Node, x workload) (wait string, err error) {
	here, err := r.here(ctx, n, x)
	if err != nil {
		return "", err
	}
	key := "restart/" + x.String()
	_, made := w.Made(key)
	for _, u := range w.Unanswered() {
		made = made || u.Key == key
	}
	before := w.Tokens(key)
	if !made && here == 0 && len(before) == 0 {
		return "", nil
	}
	o, err := r.c.get(ctx, x.kind, x.namespace, x.name)
	if err != nil {
		return "", unread(x.String(), err)
	}
	if !made && slices.Contains(before, restartedBy(o)) { // by an attempt before this one: it is not restarted over that
		if waits, err := rolledOut(o, x, 0, n.Name); waits != "" || err != nil {
			return waits, err
		}
		if here, err = r.here(ctx, n, x); err != nil {
			return "", err
		}
	}
	if !made && here == 0 {
		return "", nil
	}
	err = w.Change(ctx, &apply.Change{Key: key, Target: string(o.GetUID()), About: map[string]string{"restart": x.String(),
		step.Node: n.Name},
		Do: func(ctx context.Context, token string) error { return r.c.restart(ctx, o, token) },
		Observe: func(_ context.Context, token string) (apply.Observation, error) {
			if restartedBy(o) == token {
				return apply.IsDone, nil
			}
			return apply.IsNotBegun, nil
		}})
	if err != nil {
		return "", err
	}
	if o, err = r.c.get(ctx, x.kind, x.namespace, x.name); err != nil {
		return "", unread(x.String(), err)
	}
	return rolledOut(o, x, here, n.Name)
}

// restartedBy is the token of the restart that a Deployment has had last by a plan; empty for none.
func restartedBy(o *unstructured.Unstructured) string {
	token, _, _ := unstructured.NestedString(o.Object, "spec", "template", "metadata", "annotations", Restarted)
	return token
}

// here is how many pods of a Deployment are on a node that are not on their way out.
func (r restart) here(ctx context.Context, n *corev1.Node, x workload) (count int, err error) {
	of, err := r.c.of(ctx, x)
	if err != nil {
		return 0, err
	}
	for i := range of.pods {
		p := &of.pods[i]
		ended := p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
		if p.Spec.NodeName != n.Name || p.DeletionTimestamp != nil || ended {
			continue
		}
		owner, err := r.c.ownerOf(ctx, p)
		if err != nil {
			return 0, err
		}
		if owner == x {
			count++
		}
	}
	return count, nil
}

// rolledOut says how far a Deployment is; empty where all of its pods are new and ready, and none is
// on the node. It fails where the Deployment has given it up.
func rolledOut(o *unstructured.Unstructured, x workload, here int, node string) (wait string, err error) {
	var status appsv1.DeploymentStatus
	if err := part(o, "status", &status); err != nil {
		return "", fmt.Errorf("the status of %s: %w", x, err)
	}
	wants := int32(wanted(o))
	if status.ObservedGeneration >= o.GetGeneration() {
		for _, c := range status.Conditions {
			if c.Type == appsv1.DeploymentProgressing && c.Reason == "ProgressDeadlineExceeded" {
				return "", fmt.Errorf("the restart of %s does not get through: %s; kubectl -n %s rollout undo deployment/%s takes it back",
					x, c.Message, x.namespace, x.name)
			}
		}
		if status.UpdatedReplicas >= wants && status.Replicas <= status.UpdatedReplicas && status.AvailableReplicas >= wants {
			if here == 0 {
				return "", nil
			}
			return fmt.Sprintf("%s is restarted, and a pod of it is on %s", x, node), nil
		}
	}
	return fmt.Sprintf("%s is restarted: %d of %d pods are new, %d of %d are available", x, status.UpdatedReplicas, wants,
		status.AvailableReplicas, status.Replicas), nil
}

// restart changes the pod template of a Deployment, where it still is that one.
func (c *Client) restart(ctx context.Context, o *unstructured.Unstructured, token string) error {
	data, err := json.Marshal(map[string]any{"metadata": map[string]any{"uid": o.GetUID()}, "spec": map[string]any{
		"template": map[string]any{"metadata": map[string]any{"annotations": map[string]any{Restarted: token}}}}})
	if err != nil {
		return err
	}
	ctx, done, err := c.under(ctx)
	if err != nil {
		return err
	}
	defer done()
	of := c.dynamic.Resource(schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}).Namespace(o.GetNamespace())
	_, err = of.Patch(ctx, o.GetName(), types.MergePatchType, data, metav1.PatchOptions{FieldManager: "onus"})
	return refused(err)
}
