package kubernetes

import (
	"context"
	"errors"
	"time"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// back is the undo of an alter.
type back struct {
	c *Client
	// way is how an object is taken back that is there, nil for none: nil where there is nothing to take back. Its error is one for
	// which somebody has to look.
	way func(w *apply.Work, x *altered, is *unstructured.Unstructured) (do func(context.Context, *Client) error, err error)
}

func (back) Check(a *plan.Action) error {
	_, err := alteredOf(a)
	return err
}

func (r back) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	if _, is := w.Changed(w.Step.ID); !is {
		return apply.Done("nothing of it was changed"), nil
	}
	x, err := alteredOf(w.Action)
	if err != nil {
		return apply.Result{}, err
	}
	is, err := alteredIs(ctx, r.c, x)
	if err != nil {
		return apply.Result{}, seen(err)
	}
	do, err := r.way(w, x, is)
	switch {
	case err != nil:
		return apply.Result{}, &apply.Halt{Why: err.Error() + ", and it is left so"}
	case do == nil:
		return apply.Done("it is as it was before"), nil
	}
	err = w.Change(ctx, &apply.Change{Key: "back", Target: x.uid, About: map[string]string{"alter": "take back", step.Object: x.object},
		Do: func(ctx context.Context, _ string) error { return do(ctx, r.c) },
		Observe: func(context.Context, string) (apply.Observation, error) {
			return apply.IsNotBegun, nil // there still is something to take back
		}})
	if result, err := unaltered("to take "+x.object+" back", err); result != nil || err != nil {
		return *result, err
	}
	return apply.Waiting("it is looked whether "+x.object+" is as it was before", time.Second), nil
}

// unchange sets fields back that are as the plan has left them.
func unchange(w *apply.Work, x *altered, is *unstructured.Unstructured) (func(context.Context, *Client) error, error) {
	switch {
	case is == nil || string(is.GetUID()) != x.uid:
		return nil, errors.New(x.object + " is not there any more")
	case !ours(w, is) && x.has(is, before):
		return nil, nil
	case !ours(w, is) || !x.has(is, after):
		return nil, errors.New(x.object + " is not as this plan has set it: somebody else has changed it since")
	}
	var edits []finding.Edit
	for _, e := range x.edits {
		edits = append(edits, finding.Edit{Path: e.Path, Before: e.After, After: e.Before})
	}
	return func(ctx context.Context, c *Client) error { return setEdits(ctx, c, x, is, x.mark, edits) }, nil
}

// uncreate deletes what is as the plan has made it.
func uncreate(w *apply.Work, x *altered, is *unstructured.Unstructured) (func(context.Context, *Client) error, error) {
	switch {
	case is == nil || !ours(w, is): // what somebody else has made is theirs
		return nil, nil
	case !x.isValue(is):
		return nil, errors.New(x.object + " is not as this plan has made it: somebody else has changed it since")
	}
	return func(ctx context.Context, c *Client) error { return drop(ctx, c, x, is) }, nil
}

// unremove makes what was deleted again.
func unremove(_ *apply.Work, x *altered, is *unstructured.Unstructured) (func(context.Context, *Client) error, error) {
	switch {
	case is == nil:
		return func(ctx context.Context, c *Client) error { return makeObject(ctx, c, x, x.mark) }, nil
	case string(is.GetUID()) == x.uid || x.isValue(is):
		return nil, nil
	}
	return nil, errors.New(x.object + " is there again, and another: somebody else has made it")
}
