package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan/step"
)

// value is that of the field, as text, and where it stands, as a JSON pointer; empty where it is not there.
func (x *Rolled) value(o *unstructured.Unstructured) (is, at string, err error) {
	if x.container == "" {
		v, found, err := unstructured.NestedFieldNoCopy(o.Object, x.path...)
		if err != nil || !found {
			return "", pointer(x.path), err
		}
		text, ok := v.(string)
		if !ok {
			return "", "", fmt.Errorf("%s of %s is no text", strings.Join(x.path, "."), x)
		}
		return text, pointer(x.path), nil
	}
	for _, list := range []string{"containers", "initContainers"} {
		all, _, err := unstructured.NestedSlice(o.Object, "spec", "template", "spec", list)
		if err != nil {
			return "", "", err
		}
		for i, c := range all {
			if of, ok := c.(map[string]any); ok && of["name"] == x.container {
				image, _ := of["image"].(string)
				return image, pointer([]string{"spec", "template", "spec", list, strconv.Itoa(i), "image"}), nil
			}
		}
	}
	return "", "", fmt.Errorf("%s has no container %s", x, x.container)
}

// missing is how many fields of the path are not there, from its end on.
func (x *Rolled) missing(o *unstructured.Unstructured) int {
	for n := range len(x.path) {
		if _, found, err := unstructured.NestedFieldNoCopy(o.Object, x.path[:len(x.path)-n]...); found && err == nil {
			return n
		}
	}
	return len(x.path)
}

// pointer is a path as RFC 6901 writes it.
func pointer(path []string) string {
	at := ""
	for _, f := range path {
		at += "/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(f)
	}
	return at
}

// unmoved says why nobody would roll a change out, one member at a time; empty where somebody does.
//
// Source: StatefulSetUpdateStrategy in k8s.io/api/apps/v1: with OnDelete no pod is replaced but those that somebody deletes, and
// pods with an ordinal below the partition keep the old revision.
func (x *Rolled) unmoved(o *unstructured.Unstructured) string {
	if !x.stateful() {
		return ""
	}
	var s appsv1.StatefulSetSpec
	if err := part(o, "spec", &s); err != nil {
		return fmt.Sprintf("the spec of %s: %s", x, err)
	}
	u := &s.UpdateStrategy
	if u.RollingUpdate != nil && u.RollingUpdate.MaxUnavailable != nil {
		most := u.RollingUpdate.MaxUnavailable
		n, err := intstr.GetScaledValueFromIntOrPercent(most, wanted(o), true)
		if err != nil || n > 1 {
			return fmt.Sprintf("%s has maxUnavailable %s: its controller takes several members down at a time", x, most)
		}
	}
	switch {
	case u.Type == appsv1.OnDeleteStatefulSetStrategyType:
		return x.String() + " has updateStrategy OnDelete: its pods keep what they run until somebody deletes them"
	case u.RollingUpdate != nil && u.RollingUpdate.Partition != nil && *u.RollingUpdate.Partition > 0:
		return fmt.Sprintf("%s has partition %d: pods below that ordinal keep what they run", x, *u.RollingUpdate.Partition)
	}
	return ""
}

// waits says how far it is; empty where it is rolled out. The status of a custom resource that does not say which generation it is of
// counts once it has turned: it was seen not to be well since the change.
func (x *Rolled) waits(o *unstructured.Unstructured, turned bool) string {
	seen, told, err := unstructured.NestedInt64(o.Object, "status", "observedGeneration")
	switch {
	case err != nil:
		return "status.observedGeneration is no number"
	case (told || x.stateful()) && seen < o.GetGeneration():
		return "its controller has not seen it yet"
	case x.stateful():
		return statefulWaits(o)
	}
	if why := x.unwell(o); why != "" || told || turned {
		return why
	}
	return fmt.Sprintf("%s is %s, as before the change: its status does not say which generation it is of", strings.Join(x.well, "."), x.is)
}

// unwell says what the status of a custom resource has in place of what it says once it is rolled out; empty where it says that.
func (x *Rolled) unwell(o *unstructured.Unstructured) string {
	if x.stateful() {
		return ""
	}
	v, found, err := unstructured.NestedFieldNoCopy(o.Object, x.well...)
	if err != nil || !found {
		return strings.Join(x.well, ".") + " is not there"
	}
	if is := fmt.Sprint(v); is != x.is {
		return fmt.Sprintf("%s is %s, and not %s yet", strings.Join(x.well, "."), is, x.is)
	}
	return ""
}

// statefulWaits says how far a StatefulSet is.
//
// Source: rolloutStatus of StatefulSets in k8s.io/kubectl/pkg/polymorphichelpers.
func statefulWaits(o *unstructured.Unstructured) string {
	var s appsv1.StatefulSetStatus
	if err := part(o, "status", &s); err != nil {
		return "its status: " + err.Error()
	}
	wants := int32(wanted(o))
	if s.UpdatedReplicas < wants || s.ReadyReplicas < wants || s.AvailableReplicas < wants || s.CurrentRevision != s.UpdateRevision {
		return fmt.Sprintf("%d of %d pods are new, %d are ready", s.UpdatedReplicas, wants, s.ReadyReplicas)
	}
	return ""
}

// release deletes the pod of a StatefulSet that is set back, has the revision that is taken back, and is not ready: the controller
// waits for it to get ready, for ever, before it replaces it. With Parallel it does not wait for it, and nothing is deleted.
//
// Source: Forced rollback in kubernetes.io/docs/concepts/workloads/controllers/statefulset.
func (r Roll) release(ctx context.Context, w *apply.Work) error {
	x, err := RolledOf(w.Action.With)
	if err != nil || !x.stateful() {
		return err
	}
	o, is, err := r.read(ctx, x)
	if err != nil {
		return err
	}
	var s appsv1.StatefulSetStatus
	if err := part(o, "status", &s); err != nil {
		return err
	}
	if is != w.With(step.Before) || s.ObservedGeneration < o.GetGeneration() {
		return nil // what the revision of before is is not known yet
	}
	if policy, _, _ := unstructured.NestedString(o.Object, "spec", "podManagementPolicy"); policy == string(appsv1.ParallelPodManagement) {
		return nil
	}
	first, _, err := unstructured.NestedInt64(o.Object, "spec", "ordinals", "start")
	if err != nil {
		return err
	}
	p, err := r.held(ctx, x, s.UpdateRevision, first)
	if err != nil || p == nil {
		return err
	}
	err = w.Change(ctx, &apply.Change{Key: "delete/" + string(p.GetUID()), Target: string(p.GetUID()),
		About: map[string]string{"pod": p.GetName()},
		Do:    func(ctx context.Context, _ string) error { return r.deletePod(ctx, p) },
		Observe: func(ctx context.Context, _ string) (apply.Observation, error) {
			return apply.IsNotBegun, nil // it is still there
		}})
	var no *apply.Refused
	if errors.As(err, &no) {
		return &apply.Wait{What: "pod " + p.GetName() + " keeps its set from being taken back: " + no.Error(), Poll: pause}
	}
	return err
}

var pods = corev1.SchemeGroupVersion.WithResource("pods")

// held is the pod of a StatefulSet that its controller waits for, where that has another revision: the first that is not ready. Nil
// for none, and as long as another member is down or on its way up: one that ends, is not there, or has the revision and is not ready.
func (r Roll) held(ctx context.Context, x *Rolled, revision string, first int64) (found *unstructured.Unstructured, err error) {
	ctx, done := r.c.brief(ctx)
	defer done()
	list, err := r.c.dynamic.Resource(pods).Namespace(x.namespace).List(ctx,
		metav1.ListOptions{LabelSelector: appsv1.ControllerRevisionHashLabelKey})
	if err != nil {
		return nil, unread("the pods of "+x.namespace, err)
	}
	at, ready := int64(0), []int64{}
	for i := range list.Items {
		p := &list.Items[i]
		if of := metav1.GetControllerOf(p); of == nil || string(of.UID) != x.uid {
			continue
		}
		var is corev1.Pod
		if err := part(p, "status", &is.Status); err != nil {
			return nil, err
		}
		ordinal, err := strconv.ParseInt(strings.TrimPrefix(p.GetName(), x.name+"-"), 10, 64)
		switch good := p.GetLabels()[appsv1.ControllerRevisionHashLabelKey] == revision; {
		case err != nil:
			return nil, fmt.Errorf("pod %s of %s has no ordinal: %w", p.GetName(), x, err)
		case p.GetDeletionTimestamp() != nil || good && !conditionReady(&is):
			return nil, nil
		case conditionReady(&is):
			ready = append(ready, ordinal)
		case found == nil || ordinal < at:
			found, at = p, ordinal
		}
	}
	for n := first; n < at; n++ { // its controller makes the one that is not there before it comes to that pod
		if !slices.Contains(ready, n) {
			return nil, nil
		}
	}
	return found, nil
}

func (r Roll) deletePod(ctx context.Context, p *unstructured.Unstructured) error {
	ctx, done, err := r.c.under(ctx)
	if err != nil {
		return err
	}
	defer done()
	uid := p.GetUID()
	err = r.c.dynamic.Resource(pods).Namespace(p.GetNamespace()).Delete(ctx, p.GetName(),
		metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}})
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) { // it is gone, or another one has its name
		return nil
	}
	return refused(err)
}
