package kubernetes

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// ownerOf is the workload that a pod is of: what controls it, or controls its ReplicaSet. It is
// the zero value for a pod that nothing makes anew.
func (c *Client) ownerOf(ctx context.Context, p *corev1.Pod) (workload, error) {
	o := metav1.GetControllerOf(p)
	if o == nil {
		return workload{}, nil
	}
	is := workload{p.Namespace, o.Kind, o.Name}
	if o.Kind != "ReplicaSet" {
		return is, nil
	}
	if known, ok := c.owners.Load(o.UID); ok {
		return known.(workload), nil
	}
	ctx, done := c.brief(ctx)
	defer done()
	set, err := c.kube.AppsV1().ReplicaSets(p.Namespace).Get(ctx, o.Name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return is, nil
	case err != nil:
		return workload{}, unread("ReplicaSet "+p.Namespace+"/"+o.Name, err)
	}
	if up := metav1.GetControllerOf(set); up != nil && set.UID == o.UID {
		is = workload{p.Namespace, up.Kind, up.Name}
	}
	c.owners.Store(o.UID, is)
	return is, nil
}
