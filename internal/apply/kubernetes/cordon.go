package kubernetes

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

const isGone = "the node is gone"

// checkNode reports whether an action says which node it is about.
func checkNode(a *plan.Action) error {
	for _, field := range []string{step.Node, step.NodeUID} {
		if a.With[field] == "" {
			return fmt.Errorf("%s: %s is not set", a.Kind, field)
		}
	}
	return nil
}

// cordon keeps new pods off a node, and says on it who did.
type cordon struct{ c *Client }

func (cordon) Check(a *plan.Action) error { return checkNode(a) }

func (r cordon) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	n, err := r.c.node(ctx, w)
	if err != nil || n == nil {
		return apply.Done(isGone), err
	}
	if _, made := w.Made("cordon"); !made && ofOthers(n) && len(w.Unanswered()) == 0 {
		return apply.Done("was cordoned by somebody else, and stays so"), nil
	}
	if why := disruption.KeepsNode(n.Annotations); why != "" && w.With(step.Named) == "" {
		return apply.Result{}, fmt.Errorf("%s is annotated %s: nobody is to disrupt it", n.Name, why)
	}
	if other := planOf(n); other != "" && other != w.Plan.ID {
		return apply.Waiting("is cordoned by plan "+other+": onus status says whether that still runs", poll), nil
	}
	if err := r.alone(ctx, w); err != nil {
		return apply.Result{}, err
	}
	err = w.Change(ctx, r.change(w, n))
	if errors.Is(err, errOthers) {
		return apply.Done("was cordoned by somebody else, and stays so"), nil
	}
	if err != nil {
		return tryAgain("cordon", err)
	}
	return apply.Done(""), r.alone(ctx, w)
}

// change cordons a node, and marks it.
func (r cordon) change(w *apply.Work, n *corev1.Node) *apply.Change {
	return &apply.Change{Key: "cordon", Target: string(n.UID), About: map[string]string{step.Node: n.Name},
		Do: func(ctx context.Context, _ string) error {
			text, err := json.Marshal(mark{Plan: w.Plan.ID, Step: w.Step.ID, Fence: w.Fence(), At: w.Now().UTC(), Lease: r.c.leaseNamespace()})
			if err != nil {
				return err
			}
			if ofOthers(n) {
				return &apply.Refused{Err: errOthers}
			}
			return r.c.patch(ctx, n, map[string]any{Annotation: string(text)}, true)
		},
		Observe: func(ctx context.Context, _ string) (apply.Observation, error) {
			n, err := r.c.node(ctx, w)
			if err != nil || n == nil {
				return apply.IsDone, err
			}
			if m, ok := markOf(n); ok && m.Plan == w.Plan.ID && n.Spec.Unschedulable {
				return apply.IsDone, nil
			}
			if ofOthers(n) {
				return apply.IsFailed, errOthers
			}
			return apply.IsNotBegun, nil
		}}
}

var errOthers = errors.New("somebody else has cordoned it meanwhile")

// ofOthers reports whether a node was cordoned by somebody who left no mark of a plan.
func ofOthers(n *corev1.Node) bool {
	_, marked := markOf(n)
	return n.Spec.Unschedulable && !marked
}

// planOf is the plan that has a node cordoned. A mark that stayed when somebody uncordoned it is
// of none.
func planOf(n *corev1.Node) string {
	m, ok := markOf(n)
	if !ok || !n.Spec.Unschedulable {
		return ""
	}
	return cmp.Or(m.Plan, "unknown")
}

// uncordon undoes what this plan has cordoned, and nothing that anybody else has.
type uncordon struct{ c *Client }

func (uncordon) Check(a *plan.Action) error { return checkNode(a) }

func (r uncordon) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	n, err := r.c.node(ctx, w)
	if err != nil || n == nil {
		return apply.Done(isGone), err
	}
	ours := func(n *corev1.Node) bool {
		m, ok := markOf(n)
		return ok && m.Plan == w.Plan.ID
	}
	if !ours(n) && len(w.Unanswered()) == 0 {
		if _, made := w.Made("uncordon"); !made && n.Spec.Unschedulable {
			return apply.Done("was not cordoned by this plan, and stays as it is"), nil
		}
		return apply.Done(""), nil
	}
	err = w.Change(ctx, &apply.Change{Key: "uncordon", Target: string(n.UID), About: map[string]string{step.Node: n.Name},
		Do: func(ctx context.Context, _ string) error {
			return r.c.patch(ctx, n, map[string]any{Annotation: nil}, false)
		},
		Observe: func(ctx context.Context, _ string) (apply.Observation, error) {
			n, err := r.c.node(ctx, w)
			if err != nil || n == nil || !ours(n) {
				return apply.IsDone, err
			}
			return apply.IsNotBegun, nil
		}})
	if err != nil {
		return tryAgain("uncordon", err)
	}
	return apply.Done(""), nil
}

// patch marks a node and cordons it, or both back, in one request, and only as it was read.
func (c *Client) patch(ctx context.Context, n *corev1.Node, annotations map[string]any, unschedulable bool) error {
	spec := map[string]any{"unschedulable": unschedulable}
	if !unschedulable {
		spec["unschedulable"] = nil
	}
	data, err := json.Marshal(map[string]any{
		"metadata": map[string]any{"uid": n.UID, "resourceVersion": n.ResourceVersion, "annotations": annotations}, "spec": spec,
	})
	if err != nil {
		return err
	}
	ctx, done, err := c.under(ctx)
	if err != nil {
		return err
	}
	defer done()
	err = c.kube.CoreV1().RESTClient().Patch(types.MergePatchType).Resource("nodes").Name(n.Name).Body(data).MaxRetries(0).Do(ctx).Error()
	var halt *apply.Halt
	if err := refused(err); errors.As(err, &halt) {
		what := "uncordoning "
		if unschedulable {
			what = "cordoning "
		}
		return &apply.Halt{Why: what + n.Name + ": " + halt.Why}
	}
	return refused(err)
}
