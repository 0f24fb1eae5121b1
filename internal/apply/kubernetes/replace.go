package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// owned is what a node is made from: its deletion takes the node away.
type owned struct {
	kind                 string
	group                string
	resource             string
	namespace, name, uid string
}

// replacement deletes what a node is made from, and is done when the node is gone and there
// are as many as before where it says so.
type replacement struct {
	c      *Client
	object func(w map[string]string) owned
	again  bool // another node comes in its place, always
}

func byKarpenter(c *Client) replacement {
	return replacement{c: c, object: func(w map[string]string) owned {
		return owned{"NodeClaim", "karpenter.sh", "nodeclaims", "", w[step.NodeClaim], w[step.NodeClaimUID]}
	}}
}

func byMachine(c *Client) replacement {
	return replacement{c: c, again: true, object: func(w map[string]string) owned {
		return owned{"Machine", w[step.MachineGroup], "machines", w[step.MachineNamespace], w[step.Machine], w[step.MachineUID]}
	}}
}

func (r replacement) Check(a *plan.Action) error {
	o := r.object(a.With)
	if o.name == "" || o.uid == "" || o.group == "" {
		return fmt.Errorf("%s: which %s, and its UID, is not set", a.Kind, o.kind)
	}
	return checkNode(a)
}

func (r replacement) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	o := r.object(w.Action.With)
	of, err := r.resource(ctx, o)
	if err != nil {
		return apply.Result{}, err
	}
	before := 0
	if r.again {
		if before, err = r.before(ctx, w, of, o); err != nil {
			return apply.Result{}, err
		}
	}
	err = w.Change(ctx, &apply.Change{Key: "delete/" + o.uid, Target: o.uid, Final: true,
		About: map[string]string{"kind": o.kind, "name": o.name, step.Node: w.With(step.Node)},
		Do: func(ctx context.Context, _ string) error {
			if err := r.c.empty(ctx, w); err != nil {
				return notMade(err)
			}
			return r.c.remove(ctx, of, o)
		},
		Observe: func(ctx context.Context, _ string) (apply.Observation, error) {
			is, err := r.c.object(ctx, of, o)
			switch {
			case err != nil:
				return "", err
			case is == nil || is.GetDeletionTimestamp() != nil:
				return apply.IsDone, nil
			}
			return apply.IsNotBegun, nil
		}})
	if err != nil {
		return notDone("deleting "+o.kind+" "+o.name, err)
	}
	n, err := r.c.node(ctx, w)
	if err != nil {
		return apply.Result{}, err
	}
	if n != nil {
		return apply.Waiting(o.kind+" "+o.name+" is being deleted, and the node is still there: does its controller run?", pause), nil
	}
	if !r.again {
		return apply.Done("the node is gone"), nil
	}
	return r.came(ctx, w, before)
}

// failed is an error that ends the attempt, also where nothing was changed.
type failed struct{ error }

// notDone is what a replacement waits for that was not begun, or why it does not go on.
func notDone(what string, err error) (apply.Result, error) {
	var back *apply.Back
	var ends *failed
	switch {
	case errors.As(err, &back):
		return apply.Result{}, back
	case errors.As(err, &ends):
		return apply.Result{}, ends.error
	}
	return tryAgain(what, err)
}

// empty fails a change that takes a node away, or restarts it, where what came before is not so
// any more. One that is gone is empty.
func (c *Client) empty(ctx context.Context, w *apply.Work) error {
	n, err := c.nodeNamed(ctx, w)
	switch {
	case err != nil || n == nil:
		return err
	case string(n.UID) != w.With(step.NodeUID):
		return &failed{fmt.Errorf("another node has the name %s by now, which was not drained: make the plan anew", n.Name)}
	case !n.Spec.Unschedulable:
		return uncordoned(n)
	}
	pods, err := c.podsOn(ctx, n.Name)
	if err != nil {
		return err
	}
	if l := toGo(pods, w.With(step.Named) != "", w.Now()); !l.done() {
		return &apply.Back{Why: fmt.Sprintf("%s has %s again that its drain has to evict", n.Name,
			words.Count(len(l.evict)+len(l.going)+len(l.kept), "pod"))}
	}
	return nil
}

// before notes how many nodes of the pool were ready before this one went: in the attempt that
// deleted it, where that is an earlier one.
func (r replacement) before(ctx context.Context, w *apply.Work, of dynamic.ResourceInterface, o owned) (int, error) {
	const key = "nodes"
	if was, ok := w.Noted(key); ok {
		return strconv.Atoi(was.Detail)
	}
	if was, ok := w.FirstNoted(key); ok {
		is, err := r.c.object(ctx, of, o)
		if err != nil {
			return 0, err
		}
		if is == nil || is.GetDeletionTimestamp() != nil {
			return strconv.Atoi(was.Detail)
		}
	}
	n, err := r.c.readyNodes(ctx, w)
	if err == nil {
		_, err = w.Note(ctx, key, strconv.Itoa(n))
	}
	return n, err
}

// came waits until there are as many ready nodes as before.
func (r replacement) came(ctx context.Context, w *apply.Work, before int) (apply.Result, error) {
	n, err := r.c.readyNodes(ctx, w)
	if err != nil {
		return apply.Result{}, err
	}
	if n < before {
		return apply.Waiting(fmt.Sprintf("the node is gone, and %d of %d nodes are ready", n, before), poll), nil
	}
	return apply.Done("another node is ready in its place"), nil
}

func (r replacement) resource(ctx context.Context, o owned) (dynamic.ResourceInterface, error) {
	v, err := r.c.preferred(ctx, o.group)
	if err != nil {
		return nil, unread(o.kind+" "+o.name, err)
	}
	of := r.c.dynamic.Resource(schema.GroupVersionResource{Group: o.group, Version: v.Version, Resource: o.resource})
	if o.namespace == "" {
		return of, nil
	}
	return of.Namespace(o.namespace), nil
}

// object is the object as it is now; nil where it is gone, or another has its name by now.
func (c *Client) object(ctx context.Context, of dynamic.ResourceInterface, o owned) (*unstructured.Unstructured, error) {
	ctx, done := c.brief(ctx)
	defer done()
	is, err := of.Get(ctx, o.name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, unread(o.kind+" "+o.name, err)
	case string(is.GetUID()) != o.uid:
		return nil, nil
	}
	return is, nil
}

// remove deletes an object, where it still is that one. The dynamic client has no way to say
// that a request is made once; the precondition makes a repeat harmless.
func (c *Client) remove(ctx context.Context, of dynamic.ResourceInterface, o owned) error {
	is, err := c.object(ctx, of, o)
	if err != nil || is == nil || is.GetDeletionTimestamp() != nil {
		return notMade(err)
	}
	ctx, done, err := c.under(ctx)
	if err != nil {
		return err
	}
	defer done()
	err = of.Delete(ctx, o.name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: new(types.UID(o.uid))}})
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) && strings.Contains(err.Error(), otherUID) {
		return nil // it is gone
	}
	var halt *apply.Halt
	if err := refused(err); errors.As(err, &halt) {
		return &apply.Halt{Why: "deleting " + o.kind + " " + o.name + ": " + halt.Why}
	}
	return refused(err)
}

// readyNodes are how many nodes of a pool are ready: of all where none is named. Those that
// somebody else has cordoned are in nobody's place.
func (c *Client) readyNodes(ctx context.Context, w *apply.Work) (n int, err error) {
	all, err := c.NodesOf(ctx, w.With(step.PoolKey), w.With(step.Pool))
	for i := range all {
		x := &all[i]
		if nodeReady(x) && (!ofOthers(x) || string(x.UID) == w.With(step.NodeUID)) {
			n++
		}
	}
	return n, err
}

// NodesOf are the nodes of a pool, by the label or annotation that names it: all where none does.
func (c *Client) NodesOf(ctx context.Context, key, pool string) ([]corev1.Node, error) {
	ctx, done := c.brief(ctx)
	defer done()
	list, err := c.kube.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, unread("nodes", err)
	}
	return slices.DeleteFunc(list.Items, func(x corev1.Node) bool {
		return key != "" && x.Labels[key] != pool && x.Annotations[key] != pool
	}), nil
}

func nodeReady(n *corev1.Node) bool {
	return slices.ContainsFunc(n.Status.Conditions, func(c corev1.NodeCondition) bool {
		return c.Type == corev1.NodeReady && c.Status == corev1.ConditionTrue
	})
}
