package record

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

var watched = []schema.GroupVersionResource{
	{Version: "v1", Resource: "pods"},
	{Version: "v1", Resource: "nodes"},
	{Group: "karpenter.sh", Version: "v1", Resource: "nodeclaims"},
}

// seen is one change of one object, and when it was seen; or that no more will
// be seen of its kind.
type seen struct {
	at     time.Time
	change watch.EventType
	object *unstructured.Unstructured
	lost   error
}

// look follows the cluster from now on, all that is there already first.
func look(ctx context.Context, kubeconfig string) (<-chan seen, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	client, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	all := make(chan seen, 1000)
	for _, kind := range watched {
		list, err := client.Resource(kind).List(ctx, metav1.ListOptions{})
		if err != nil {
			return nil, err
		}
		changes, err := client.Resource(kind).Watch(ctx, metav1.ListOptions{ResourceVersion: list.GetResourceVersion()})
		if err != nil {
			return nil, err
		}
		go func() {
			// A run of which a part was not seen is no run.
			err := fmt.Errorf("watching %s: %w", kind.Resource, follow(ctx, list.Items, changes, all))
			select {
			case all <- seen{lost: err}:
			case <-ctx.Done():
			}
		}()
	}
	return all, nil
}

// follow sends what is there, and then what changes, until that is over: why.
func follow(ctx context.Context, there []unstructured.Unstructured, changes watch.Interface, all chan<- seen) error {
	defer changes.Stop()
	for i := range there {
		all <- seen{at: time.Now(), change: watch.Added, object: &there[i]}
	}
	for e := range changes.ResultChan() {
		object, ok := e.Object.(*unstructured.Unstructured)
		if !ok || e.Type == watch.Error {
			return apierrors.FromObject(e.Object)
		}
		select {
		case all <- seen{at: time.Now(), change: e.Type, object: object}:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return errors.New("the API server sends no more")
}

// see takes a change into the tally.
func (c *tally) see(at time.Duration, s seen) error {
	name, gone := s.object.GetName(), s.change == watch.Deleted
	switch s.object.GetKind() {
	case "Node":
		if gone {
			c.nodeGone(at, name)
		} else {
			c.node(at, name)
			if cordoned, _, _ := unstructured.NestedBool(s.object.Object, "spec", "unschedulable"); cordoned {
				c.cordon(at, name)
			}
		}
	case "NodeClaim":
		if s.object.GetDeletionTimestamp() != nil {
			node, _, _ := unstructured.NestedString(s.object.Object, "status", "nodeName")
			c.claim(at, name, node)
		}
	case "Pod":
		p, err := podOf(s.object)
		if err != nil {
			return err
		}
		if gone {
			c.podGone(at, p.name)
		} else {
			c.pod(at, p)
		}
	}
	return nil
}

func podOf(object *unstructured.Unstructured) (pod, error) {
	var p corev1.Pod
	if err := runtime.DefaultUnstructuredConverter.FromUnstructured(object.Object, &p); err != nil {
		return pod{}, fmt.Errorf("pod %s: %w", object.GetName(), err)
	}
	ready := slices.ContainsFunc(p.Status.Conditions, func(c corev1.PodCondition) bool {
		return c.Type == corev1.PodReady && c.Status == corev1.ConditionTrue
	})
	owner := metav1.GetControllerOf(&p)
	return pod{name: p.Name, app: p.Labels["app"], workload: workloadOf(&p), node: p.Spec.NodeName, ready: ready,
		leaving: p.DeletionTimestamp != nil, daemon: owner != nil && owner.Kind == "DaemonSet"}, nil
}

// workloadOf is the name of what keeps a pod: of a ReplicaSet's its Deployment.
func workloadOf(p *corev1.Pod) string {
	owner := metav1.GetControllerOf(p)
	if owner == nil {
		return p.Name
	}
	return strings.TrimSuffix(owner.Name, "-"+p.Labels["pod-template-hash"])
}
