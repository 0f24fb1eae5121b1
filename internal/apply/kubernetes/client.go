// Package kubernetes is what the steps of a plan of nodes do in a cluster, and what guards
// them: cordons, evictions, replaced nodes, and the lease by which one process at a time
// does so. Each request is made once: nothing is tried again where no guard is asked.
package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/fields"
	"k8s.io/apimachinery/pkg/runtime/schema"
	utilnet "k8s.io/apimachinery/pkg/util/net"
	"k8s.io/client-go/dynamic"
	clientset "k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan/step"
)

// Client is a cluster that is changed.
type Client struct {
	kube    *clientset.Clientset
	dynamic dynamic.Interface
	timeout time.Duration // of one request
	owners  sync.Map      // of ReplicaSets, by UID: the workload that each is of
	lease   atomic.Pointer[Lease]
	self    *corev1.Pod // in which this process runs; nil where it runs in none
}

// What a client asks for in a second, as kubectl does: rights may be to each of hundreds of nodes, and the five of client-go
// would take minutes for these.
const (
	perSecond = 50
	atOnce    = 300
)

// New is a client of a cluster. The timeout is that of one request.
func New(config *rest.Config, timeout time.Duration) (*Client, error) {
	config = rest.CopyConfig(config)
	config.Timeout = timeout
	if config.QPS == 0 {
		config.QPS, config.Burst = perSecond, atOnce
	}
	config.ContentType, config.AcceptContentTypes = "application/json", "application/json"
	kube, err := clientset.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	custom, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &Client{kube: kube, dynamic: custom, timeout: timeout}, nil
}

// brief is the time of one request: those that client-go would repeat end with it as well.
func (c *Client) brief(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, c.timeout)
}

// under is the time of a request that changes something: it ends with the lease under which it
// is made. It is asked right before the request is sent: the process may have slept.
func (c *Client) under(ctx context.Context) (context.Context, context.CancelFunc, error) {
	most := c.timeout
	if l := c.lease.Load(); l != nil {
		if most = min(most, l.left()); most <= 0 {
			return nil, nil, &apply.Refused{Err: &apply.Wait{What: "the lease was over before it was sent", Poll: pause}}
		}
	}
	ctx, done := context.WithTimeout(ctx, most)
	return ctx, done, nil
}

// UID is what no other cluster has: that of the namespace kube-system.
func (c *Client) UID(ctx context.Context) (string, error) {
	ctx, done := c.brief(ctx)
	defer done()
	ns, err := c.kube.CoreV1().Namespaces().Get(ctx, metav1.NamespaceSystem, metav1.GetOptions{})
	if err != nil {
		return "", err
	}
	return string(ns.UID), nil
}

// node is the node of an action; nil where it is gone, or another has its name by now.
func (c *Client) node(ctx context.Context, w *apply.Work) (*corev1.Node, error) {
	n, err := c.nodeNamed(ctx, w)
	if n != nil && string(n.UID) != w.With(step.NodeUID) {
		return nil, nil
	}
	return n, err
}

// nodeNamed is whatever node has the name of that of an action; nil for none.
func (c *Client) nodeNamed(ctx context.Context, w *apply.Work) (*corev1.Node, error) {
	ctx, done := c.brief(ctx)
	defer done()
	n, err := c.kube.CoreV1().Nodes().Get(ctx, w.With(step.Node), metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, unread("node "+w.With(step.Node), err)
	}
	return n, nil
}

// podsOn are the pods of a node.
func (c *Client) podsOn(ctx context.Context, node string) ([]corev1.Pod, error) {
	ctx, done := c.brief(ctx)
	defer done()
	list, err := c.kube.CoreV1().Pods(metav1.NamespaceAll).List(ctx,
		metav1.ListOptions{FieldSelector: fields.OneTermEqualSelector("spec.nodeName", node).String()})
	if err != nil {
		return nil, unread("the pods of "+node, err)
	}
	return list.Items, nil
}

// pod is a pod as it is now; nil where it is gone, or another has its name by now.
func (c *Client) pod(ctx context.Context, namespace, name, uid string) (*corev1.Pod, error) {
	p, err := c.podNamed(ctx, namespace, name)
	if p != nil && string(p.UID) != uid {
		return nil, nil
	}
	return p, err
}

// podNamed is whatever pod has a name; nil for none.
func (c *Client) podNamed(ctx context.Context, namespace, name string) (*corev1.Pod, error) {
	ctx, done := c.brief(ctx)
	defer done()
	p, err := c.kube.CoreV1().Pods(namespace).Get(ctx, name, metav1.GetOptions{})
	switch {
	case apierrors.IsNotFound(err):
		return nil, nil
	case err != nil:
		return nil, unread("pod "+namespace+"/"+name, err)
	}
	return p, nil
}

// rest is how long a server that does not answer is left alone.
const pause = 2 * time.Second

// unread is what a step waits for where something could not be read. Where it is not allowed
// to, waiting does not help.
func unread(what string, err error) error {
	if denied(err) {
		return &apply.Halt{Why: "may not read " + what + ": " + said(err) + "; " + wayOut(err, granted)}
	}
	return &apply.Wait{What: "cannot read " + what + ": " + said(err), Poll: pause}
}

// granted says which files have what plans of a cluster take.
const granted = "docs/rbac-apply.yaml, docs/rbac-fleet.yaml for what is rolled out, and docs/rbac-fix.yaml for fixes have what it takes"

// denied reports whether the server did not do what it was asked for because of who asks.
func denied(err error) bool { return apierrors.IsForbidden(err) || apierrors.IsUnauthorized(err) }

// wayOut is what to do about that: where the server does not know who asks, no right is missing.
func wayOut(err error, granted string) string {
	if apierrors.IsUnauthorized(err) {
		return "the credentials are not valid, or not any more: log in again"
	}
	return granted
}

func isHalt(err error) bool {
	var halt *apply.Halt
	return errors.As(err, &halt)
}

// lacking adds to an error which file has the right that is missing.
func lacking(err error) error {
	if denied(err) {
		return fmt.Errorf("%w; %s", err, wayOut(err, "docs/rbac-apply.yaml has what it takes"))
	}
	return err
}

// refused sorts the errors of changes: where the server said no, or was never reached, nothing
// was changed. Any other leaves that open.
func refused(err error) error {
	var status apierrors.APIStatus
	switch {
	case err == nil:
		return nil
	case utilnet.IsConnectionRefused(err):
		return &apply.Refused{Err: errors.New("the API server cannot be reached")}
	case denied(err):
		return &apply.Halt{Why: "may not: " + said(err) + "; " + wayOut(err, granted)}
	case errors.As(err, &status):
		if code := status.Status().Code; code >= 400 && code < 500 && code != http.StatusRequestTimeout {
			return &apply.Refused{Err: err}
		}
	}
	return err
}

// said is an error on one line.
func said(err error) string { return strings.Join(strings.Fields(err.Error()), " ") }

// tryAgain has a step wait after a change that was refused and may be tried again.
func tryAgain(what string, err error) (apply.Result, error) {
	var no *apply.Refused
	if !errors.As(err, &no) {
		return apply.Result{}, err
	}
	return apply.Waiting(fmt.Sprintf("%s: %s", what, said(no.Err)), pause), nil
}

// preferred is the version of a group that a cluster would rather have be asked for.
func (c *Client) preferred(ctx context.Context, group string) (schema.GroupVersion, error) {
	ctx, done := c.brief(ctx)
	defer done()
	var g metav1.APIGroup
	err := c.kube.Discovery().RESTClient().Get().AbsPath("/apis/" + group).Do(ctx).Into(&g)
	if err != nil {
		return schema.GroupVersion{}, fmt.Errorf("the versions of %s: %w", group, err)
	}
	return schema.ParseGroupVersion(g.PreferredVersion.GroupVersion)
}
