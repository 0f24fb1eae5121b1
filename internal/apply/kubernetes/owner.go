package kubernetes

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ownerOf is the workload that a pod is of: what controls it, or controls its ReplicaSet or
// ReplicationController. It is the zero value for a pod that nothing makes anew.
func (c *Client) ownerOf(ctx context.Context, p *corev1.Pod) (workload, error) {
	o := metav1.GetControllerOf(p)
	if o == nil {
		return workload{}, nil
	}
	is := workload{p.Namespace, o.Kind, o.Name}
	if o.Kind != "ReplicaSet" && o.Kind != "ReplicationController" {
		return is, nil
	}
	if known, ok := c.owners.Load(o.UID); ok {
		return known.(workload), nil
	}
	set, err := c.between(ctx, is)
	switch {
	case apierrors.IsNotFound(err):
		return is, nil
	case err != nil:
		return workload{}, unread(o.Kind+" "+p.Namespace+"/"+o.Name, err)
	}
	if up := metav1.GetControllerOf(set); up != nil && set.GetUID() == o.UID {
		is = workload{p.Namespace, up.Kind, up.Name}
	}
	c.owners.Store(o.UID, is)
	return is, nil
}

// between is what stands between a pod and its workload: a Deployment has its pods made by a ReplicaSet,
// and a DeploymentConfig by a ReplicationController.
func (c *Client) between(ctx context.Context, of workload) (metav1.Object, error) {
	ctx, done := c.brief(ctx)
	defer done()
	if of.kind == "ReplicationController" {
		return c.kube.CoreV1().ReplicationControllers(of.namespace).Get(ctx, of.name, metav1.GetOptions{})
	}
	return c.kube.AppsV1().ReplicaSets(of.namespace).Get(ctx, of.name, metav1.GetOptions{})
}
