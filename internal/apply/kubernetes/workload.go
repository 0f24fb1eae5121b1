package kubernetes

import (
	"context"
	"fmt"
	"strings"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// workload is one by name: namespace/Kind/name.
type workload struct{ namespace, kind, name string }

func parseWorkload(text string) (workload, error) {
	parts := strings.Split(text, "/")
	if len(parts) != 3 || parts[0] == "" || parts[1] == "" || parts[2] == "" {
		return workload{}, fmt.Errorf("%q is no workload, wants namespace/Kind/name", text)
	}
	return workload{parts[0], parts[1], parts[2]}, nil
}

func (w workload) String() string { return w.namespace + "/" + w.kind + "/" + w.name }

// pods are those of a workload, and how many it wants; gone where it is not there.
type ofWorkload struct {
	wants int
	pods  []corev1.Pod
	gone  bool
}

// get reads an object of a kind that onus knows.
func (c *Client) get(ctx context.Context, kind, namespace, name string) (*unstructured.Unstructured, error) {
	last := fmt.Errorf("onus knows no kind %s", kind)
	for _, k := range kubernetes.Kinds {
		if k.Name != kind || k.Cloud || k.ClusterWide != (namespace == "") {
			continue
		}
		of, err := servedAs(ctx, c, &k)
		if err != nil {
			last = err
			continue
		}
		o, err := c.getIn(ctx, of, namespace, name)
		if err == nil || !apierrors.IsNotFound(err) {
			return o, err
		}
		last = err
	}
	return nil, last
}

// servedAs is the resource of a kind, in the version that a cluster would rather have be asked for, where onus asks for none.
func servedAs(ctx context.Context, c *Client, k *kubernetes.Kind) (schema.GroupVersionResource, error) {
	gv, err := schema.GroupVersion{Group: k.Group, Version: k.Version}, error(nil)
	if gv.Version == "" {
		gv, err = c.preferred(ctx, k.Group)
	}
	return gv.WithResource(k.Resource), err
}

func (c *Client) getIn(ctx context.Context, r schema.GroupVersionResource, namespace, name string) (*unstructured.Unstructured, error) {
	ctx, done := c.brief(ctx)
	defer done()
	if namespace == "" {
		return c.dynamic.Resource(r).Get(ctx, name, metav1.GetOptions{})
	}
	return c.dynamic.Resource(r).Namespace(namespace).Get(ctx, name, metav1.GetOptions{})
}

// of reads the pods of a workload.
func (c *Client) of(ctx context.Context, w workload) (all ofWorkload, err error) {
	o, err := c.get(ctx, w.kind, w.namespace, w.name)
	if apierrors.IsNotFound(err) {
		return ofWorkload{gone: true}, nil
	}
	if err != nil {
		return all, unread(w.String(), err)
	}
	selector, err := selectorOf(o)
	if err != nil {
		return all, fmt.Errorf("%s: %w", w, err)
	}
	all.wants = wanted(o)
	ctx, done := c.brief(ctx)
	defer done()
	list, err := c.kube.CoreV1().Pods(w.namespace).List(ctx, metav1.ListOptions{LabelSelector: selector.String()})
	if err != nil {
		return all, unread("the pods of "+w.String(), err)
	}
	all.pods = list.Items
	return all, nil
}

// selectorOf is that of a workload's pods: a bare pod is the only one of itself.
func selectorOf(o *unstructured.Unstructured) (labels.Selector, error) {
	value, ok, _ := unstructured.NestedMap(o.Object, "spec", "selector")
	if !ok || len(value) == 0 {
		return nil, fmt.Errorf("has no selector")
	}
	if kind := o.GetKind(); kind == "ReplicationController" || kind == "DeploymentConfig" {
		plain, _, err := unstructured.NestedStringMap(o.Object, "spec", "selector")
		return labels.SelectorFromSet(plain), err
	}
	var s metav1.LabelSelector
	if err := fromMap(value, &s); err != nil {
		return nil, err
	}
	return metav1.LabelSelectorAsSelector(&s)
}

// wanted is how many pods a workload is to have.
func wanted(o *unstructured.Unstructured) int {
	if n, ok, _ := unstructured.NestedInt64(o.Object, "status", "desiredNumberScheduled"); ok && o.GetKind() == "DaemonSet" {
		return int(n)
	}
	if n, ok, _ := unstructured.NestedInt64(o.Object, "spec", "replicas"); ok {
		return int(n)
	}
	return 1
}

// readyOf is how many of the pods are ready that are the workload's own.
func (c *Client) readyOf(ctx context.Context, x workload, of *ofWorkload) (n int, err error) {
	all, err := c.readyPods(ctx, x, of)
	return len(all), err
}

// readyPods are the pods that are ready and the workload's own: the selector of one may take pods of
// another.
func (c *Client) readyPods(ctx context.Context, x workload, of *ofWorkload) (all []corev1.Pod, err error) {
	for i := range of.pods {
		if !isReady(&of.pods[i]) {
			continue
		}
		owner, err := c.ownerOf(ctx, &of.pods[i])
		if err != nil {
			return nil, err
		}
		if owner == x {
			all = append(all, of.pods[i])
		}
	}
	return all, nil
}

// has is the pod with a UID; nil for none.
func (w *ofWorkload) has(uid string) *corev1.Pod {
	for i := range w.pods {
		if string(w.pods[i].UID) == uid {
			return &w.pods[i]
		}
	}
	return nil
}
