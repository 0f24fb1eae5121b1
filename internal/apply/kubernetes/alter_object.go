package kubernetes

import (
	"context"
	"fmt"

	"github.com/go-json-experiment/json"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan/step"
)

// create makes an object.
func create(ctx context.Context, c *Client, x *altered, is *unstructured.Unstructured, mark string) error {
	if is != nil {
		return x.others("is there by now: somebody else has made it")
	}
	return makeObject(ctx, c, x, mark)
}

// makeObject makes what the plan has, under a mark where there is one.
func makeObject(ctx context.Context, c *Client, x *altered, mark string) error {
	o := (&unstructured.Unstructured{Object: x.value}).DeepCopy()
	if mark != "" {
		marks := o.GetAnnotations()
		if marks == nil {
			marks = map[string]string{}
		}
		marks[step.Marking] = mark
		o.SetAnnotations(marks)
	}
	ctx, done, err := c.under(ctx)
	if err != nil {
		return err
	}
	defer done()
	_, err = alteredAt(c, x).Create(ctx, o, metav1.CreateOptions{FieldManager: "onus"})
	if apierrors.IsAlreadyExists(err) {
		return x.others("is there by now: somebody else has made it")
	}
	return refused(err)
}

func isCreated(_ *altered, is *unstructured.Unstructured, mark string) apply.Observation {
	if is != nil && is.GetAnnotations()[step.Marking] == mark {
		return apply.IsDone
	}
	return apply.IsNotBegun
}

func settledCreate(x *altered, is *unstructured.Unstructured) (says, waits string, err error) {
	if is == nil {
		return "", "", fmt.Errorf("%s is gone again: somebody else has deleted it", x.object)
	}
	says, waits = standing(is)
	return says, waits, nil
}

// remove deletes an object that is as it was planned.
func remove(ctx context.Context, c *Client, x *altered, is *unstructured.Unstructured, _ string) error {
	switch {
	case is == nil:
		return x.others("is not there any more")
	case string(is.GetUID()) != x.uid:
		return x.others("is another one than was planned for: its UID is " + string(is.GetUID()))
	case !x.isValue(is):
		return x.others("is another by now: somebody else has changed it")
	}
	return drop(ctx, c, x, is)
}

// isValue reports whether an object is as the plan has it: what a server adds beside that is no difference.
func (x *altered) isValue(is *unstructured.Unstructured) bool {
	data, err := json.Marshal(x.value["spec"])
	if err != nil {
		return false
	}
	var want map[string]any
	if err := json.Unmarshal(data, &want); err != nil {
		return false
	}
	return within(want, is.Object["spec"])
}

// within reports whether all that is wanted is there, with the same values.
func within(want map[string]any, is any) bool {
	have, _ := is.(map[string]any)
	for key, v := range want {
		if inner, ok := v.(map[string]any); ok && len(inner) > 0 {
			if !within(inner, have[key]) {
				return false
			}
			continue
		}
		data, err := json.Marshal(v)
		if err != nil || !same(have[key], data) {
			return false
		}
	}
	return true
}

// drop deletes an object where it still is as it was read.
func drop(ctx context.Context, c *Client, x *altered, is *unstructured.Unstructured) error {
	ctx, done, err := c.under(ctx)
	if err != nil {
		return err
	}
	defer done()
	uid, version := is.GetUID(), is.GetResourceVersion()
	err = alteredAt(c, x).Delete(ctx, x.name, metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid, ResourceVersion: &version}})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return refused(err)
}

func isRemoved(x *altered, is *unstructured.Unstructured, _ string) apply.Observation {
	if is == nil || string(is.GetUID()) != x.uid {
		return apply.IsDone
	}
	return apply.IsNotBegun
}

func settledRemove(x *altered, is *unstructured.Unstructured) (says, waits string, err error) {
	switch {
	case is == nil:
		return "", "", nil
	case string(is.GetUID()) == x.uid:
		return "", x.object + " is on its way out: a finalizer holds it", nil
	}
	return "", "", fmt.Errorf("%s is there again: somebody else has made it, as what keeps it in a repository does", x.object)
}
