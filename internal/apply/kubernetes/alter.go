package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/dynamic"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// altered is an object that is changed, made or deleted.
type altered struct {
	object          string // PodDisruptionBudget shop/web
	of              schema.GroupVersionResource
	namespace, name string
	uid             string
	edits           []finding.Edit
	value           map[string]any
	mark            string // of an earlier plan, which it had before
}

func alteredOf(a *plan.Action) (x *altered, err error) {
	x = &altered{object: a.With[step.Object], uid: a.With[step.ObjectUID], mark: a.With[step.Mark]}
	if _, x.namespace, x.name, err = step.NameOf(x.object); err != nil {
		return nil, fmt.Errorf("%s: %w", a.Kind, err)
	}
	of, _ := schema.ParseResourceArg(a.With[step.Resource])
	if of == nil {
		return nil, fmt.Errorf("%s: %s is %q, wants such as %s", a.Kind, step.Resource, a.With[step.Resource], step.StatefulSets)
	}
	x.of = *of
	changes := a.Kind == step.Change || a.Kind == step.Unchange
	if x.uid == "" && a.Kind != step.Create && a.Kind != step.Uncreate {
		return nil, fmt.Errorf("%s: %s is not set", a.Kind, step.ObjectUID)
	}
	if changes {
		if x.edits, err = step.EditsOf(a.With); err != nil {
			return nil, fmt.Errorf("%s: %w", a.Kind, err)
		}
		return x, nil
	}
	if err := json.Unmarshal([]byte(a.With[step.Value]), &x.value); err != nil || x.value["kind"] == nil {
		return nil, fmt.Errorf("%s: %s is no object as JSON", a.Kind, step.Value)
	}
	return x, nil
}

// unfit is the error of what is not as it was planned: waiting does not help.
type unfit struct{ says string }

func (e *unfit) Error() string { return e.says }

func (x *altered) others(says string) error {
	return &apply.Refused{Err: &unfit{x.object + " " + says}}
}

// alter is what takes the steps of a plan of fixes, of one kind.
type alter struct {
	c *Client
	// do makes the change, under a mark, and observe tells whether it was made under it. The object is what is there, nil for nothing.
	do      func(ctx context.Context, c *Client, x *altered, is *unstructured.Unstructured, mark string) error
	observe func(x *altered, is *unstructured.Unstructured, mark string) apply.Observation
	// done says what came of it, or what is waited for.
	done func(x *altered, is *unstructured.Unstructured) (says, waits string, err error)
}

// alters are what takes the steps of a plan of fixes, by their kinds.
func alters(c *Client) map[string]apply.Runner {
	return map[string]apply.Runner{
		step.Change: alter{c, change, isChanged, settledChange}, step.Unchange: back{c, unchange},
		step.Create: alter{c, create, isCreated, settledCreate}, step.Uncreate: back{c, uncreate},
		step.Delete: alter{c, remove, isRemoved, settledRemove}, step.Undelete: back{c, unremove},
	}
}

func (alter) Check(a *plan.Action) error {
	_, err := alteredOf(a)
	return err
}

func (r alter) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	x, err := alteredOf(w.Action)
	if err != nil {
		return apply.Result{}, err
	}
	verb, _, _ := strings.Cut(w.Action.Kind, "/")
	err = w.Change(ctx, &apply.Change{Key: verb, Target: x.uid, About: map[string]string{"alter": verb, step.Object: x.object},
		Do: func(ctx context.Context, token string) error {
			is, err := alteredIs(ctx, r.c, x)
			if err != nil {
				return unsent(err)
			}
			return r.do(ctx, r.c, x, is, markOfChange(w, token))
		},
		Observe: func(ctx context.Context, token string) (apply.Observation, error) {
			is, err := alteredIs(ctx, r.c, x)
			if err != nil {
				return apply.IsUnknown, seen(err)
			}
			return r.observe(x, is, markOfChange(w, token)), nil
		}})
	if result, err := unaltered(verb+" "+x.object, err); result != nil || err != nil {
		return *result, err
	}
	is, err := alteredIs(ctx, r.c, x)
	if err != nil {
		return apply.Result{}, seen(err)
	}
	says, waits, err := r.done(x, is)
	switch {
	case err != nil:
		return r.again(ctx, w, err)
	case waits == "":
		return apply.Done(says), nil
	}
	return apply.Waiting(waits, pause), nil
}

// again looks again for a while at what is not as it was set: what was read may be older than the change.
func (alter) again(ctx context.Context, w *apply.Work, unfit error) (apply.Result, error) {
	since, err := w.Note(ctx, "unfit", unfit.Error())
	switch {
	case err != nil:
		return apply.Result{}, err
	case w.Now().Sub(since) < stale:
		return apply.Waiting("it is looked at again: "+unfit.Error(), pause), nil
	}
	return apply.Result{}, unfit
}

// stale is how old an answer may be that is not of now.
const stale = 15 * time.Second

// unsent is the error of a change that was not asked for, as its object could not be looked at: nothing was changed.
func unsent(err error) error {
	err = seen(err)
	if isHalt(err) {
		return err
	}
	return &apply.Refused{Err: err}
}

// seen is the error of an object that could not be looked at, as what its step waits for.
func seen(err error) error {
	var wait *apply.Wait
	if isHalt(err) || errors.As(err, &wait) {
		return err
	}
	return &apply.Wait{What: err.Error(), Poll: pause}
}

// unaltered is what becomes of a step whose change was not made: it is tried again where another answer may come.
func unaltered(what string, err error) (*apply.Result, error) {
	var no *apply.Refused
	var fixed *unfit
	switch {
	case err == nil:
		return nil, nil
	case !errors.As(err, &no):
		return &apply.Result{}, err
	case errors.As(err, &fixed) || apierrors.IsInvalid(no.Err) || apierrors.IsBadRequest(no.Err):
		return &apply.Result{}, no.Err
	}
	r := apply.Waiting(what+" is tried again: "+said(no.Err), pause)
	return &r, nil
}

func markOfChange(w *apply.Work, token string) string { return w.Plan.ID + " " + token }

// ours reports whether an object carries the mark of a plan.
func ours(w *apply.Work, is *unstructured.Unstructured) bool {
	return strings.HasPrefix(is.GetAnnotations()[step.Marking], w.Plan.ID+" ")
}

func alteredAt(c *Client, x *altered) dynamic.ResourceInterface {
	if x.namespace == "" {
		return c.dynamic.Resource(x.of)
	}
	return c.dynamic.Resource(x.of).Namespace(x.namespace)
}

// alteredIs is an object as it is; nil where there is none of its name.
func alteredIs(ctx context.Context, c *Client, x *altered) (*unstructured.Unstructured, error) {
	is, err := c.getIn(ctx, x.of, x.namespace, x.name)
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, unread(x.object, err)
	}
	return is, nil
}

// has reports whether all fields have the values of before, or of after.
func (x *altered) has(is *unstructured.Unstructured, value func(*finding.Edit) finding.Data) bool {
	return !slices.ContainsFunc(x.edits, func(e finding.Edit) bool { return !same(finding.At(is.Object, e.Path), value(&e)) })
}

func before(e *finding.Edit) finding.Data { return e.Before }
func after(e *finding.Edit) finding.Data  { return e.After }

// same reports whether a value is what JSON says; nothing, and null, are where it is not there.
func same(is any, want finding.Data) bool {
	var other any
	if len(want) > 0 {
		if err := json.Unmarshal(want, &other); err != nil {
			return false
		}
	}
	data, err := json.Marshal(is)
	if err != nil {
		return false
	}
	var plain any // numbers alike
	return json.Unmarshal(data, &plain) == nil && reflect.DeepEqual(plain, other)
}

// differing says which fields have neither value.
func (x *altered) differing(is *unstructured.Unstructured) string {
	for _, e := range x.edits {
		v := finding.At(is.Object, e.Path)
		if same(v, e.Before) {
			continue
		}
		text := "nothing"
		if data, err := json.Marshal(v); err == nil && v != nil {
			text = string(data)
		}
		return fmt.Sprintf("has %s at %s by now: somebody else has set it", text, e.Path)
	}
	return "is another by now"
}

// change sets the fields, where all of them are as they were planned: the server looks whether the object is still that one.
func change(ctx context.Context, c *Client, x *altered, is *unstructured.Unstructured, mark string) error {
	switch {
	case is == nil:
		return x.others("is not there any more")
	case string(is.GetUID()) != x.uid:
		return x.others("is another one than was planned for: its UID is " + string(is.GetUID()))
	case !x.has(is, before):
		return x.others(x.differing(is))
	}
	return setEdits(ctx, c, x, is, mark, x.edits)
}

// setEdits merges edits and a mark into an object as it was read; without a mark its annotation goes.
func setEdits(ctx context.Context, c *Client, x *altered, is *unstructured.Unstructured, mark string, edits []finding.Edit) error {
	patch := map[string]any{}
	finding.Merge(patch, edits)
	meta, _ := patch["metadata"].(map[string]any)
	if meta == nil {
		meta = map[string]any{}
		patch["metadata"] = meta
	}
	marks, _ := meta["annotations"].(map[string]any)
	if marks == nil {
		marks = map[string]any{}
		meta["annotations"] = marks
	}
	if marks[step.Marking] = nil; mark != "" {
		marks[step.Marking] = mark
	}
	meta["uid"], meta["resourceVersion"] = is.GetUID(), is.GetResourceVersion()
	data, err := json.Marshal(patch)
	if err != nil {
		return &apply.Refused{Err: err}
	}
	ctx, done, err := c.under(ctx)
	if err != nil {
		return err
	}
	defer done()
	_, err = alteredAt(c, x).Patch(ctx, x.name, types.MergePatchType, data, metav1.PatchOptions{FieldManager: "onus"})
	return refused(err)
}

func isChanged(x *altered, is *unstructured.Unstructured, mark string) apply.Observation {
	if is != nil && string(is.GetUID()) == x.uid && is.GetAnnotations()[step.Marking] == mark {
		return apply.IsDone
	}
	return apply.IsNotBegun // else it would carry the mark
}

func settledChange(x *altered, is *unstructured.Unstructured) (says, waits string, err error) {
	switch {
	case is == nil || string(is.GetUID()) != x.uid:
		return "", "", fmt.Errorf("%s is not there any more", x.object)
	case !x.has(is, after):
		return "", "", fmt.Errorf("%s is not as it was set: somebody else has changed it back, as what keeps it in a repository does", x.object)
	}
	says, waits = standing(is)
	return says, waits, nil
}

// standing says how an object is doing that was changed or made, and what it has not come to yet.
func standing(is *unstructured.Unstructured) (says, waits string) {
	number := func(path ...string) (int64, bool) {
		n, ok, err := unstructured.NestedInt64(is.Object, path...)
		return n, ok && err == nil
	}
	if seen, told := number("status", "observedGeneration"); told && seen < is.GetGeneration() {
		return "", "its controller has not seen it yet"
	}
	switch is.GetKind() {
	case "Deployment", "StatefulSet", "ReplicaSet":
		ready, _ := number("status", "availableReplicas")
		if wants := int64(wanted(is)); ready < wants {
			return "", fmt.Sprintf("%d of %d pods are available", ready, wants)
		}
	case "HorizontalPodAutoscaler":
		has, told := number("status", "currentReplicas")
		if least, set := number("spec", "minReplicas"); told && set && has < least {
			return "", fmt.Sprintf("it has %d pods, and is to have %d", has, least)
		}
	case "PodDisruptionBudget":
		allowed, told := number("status", "disruptionsAllowed")
		if !told {
			return "", "nobody has counted yet what it allows"
		}
		return fmt.Sprintf("it allows %d disruptions now", allowed), ""
	}
	return "", ""
}

// Describe reads the object of a change, in the group of an apiVersion where that is named, and tells which resource it is of; the
// object is nil where there is none.
func Describe(ctx context.Context, c *Client, api string, o finding.Object) (resource string, is map[string]any, err error) {
	group, _, ok := strings.Cut(api, "/")
	if !ok {
		group = ""
	}
	at := slices.IndexFunc(kubernetes.Kinds, func(k kubernetes.Kind) bool {
		return k.Name == o.Kind && !k.Cloud && k.ClusterWide == (o.Namespace == "") && (api == "" || k.Group == group)
	})
	if at < 0 {
		return "", nil, fmt.Errorf("onus knows no kind %s", o.Kind)
	}
	of, err := servedAs(ctx, c, &kubernetes.Kinds[at])
	if err != nil {
		return "", nil, err
	}
	resource = strings.TrimSuffix(of.Resource+"."+of.Version+"."+of.Group, ".")
	found, err := c.getIn(ctx, of, o.Namespace, o.Name)
	switch {
	case apierrors.IsNotFound(err):
		return resource, nil, nil
	case err != nil:
		return "", nil, notRead(o.String(), err)
	}
	return resource, found.Object, nil
}
