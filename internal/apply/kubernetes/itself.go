package kubernetes

import (
	"context"
	"fmt"
	"os"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// Self is the pod that this process runs in.
type Self struct{ Namespace, Name string }

// namespaceFile is where a pod finds its own namespace.
const namespaceFile = "/var/run/secrets/kubernetes.io/serviceaccount/namespace"

// SelfOf is the pod that its environment says this process runs in: POD_NAMESPACE and POD_NAME where
// somebody has set them, else the namespace of its service account and the name of its host.
func SelfOf(env func(string) string, read func(string) ([]byte, error), host func() (string, error)) (Self, bool) {
	is := Self{Namespace: env("POD_NAMESPACE"), Name: env("POD_NAME")}
	if env("KUBERNETES_SERVICE_HOST") == "" && (is.Namespace == "" || is.Name == "") {
		return Self{}, false
	}
	if is.Namespace == "" {
		if data, err := read(namespaceFile); err == nil {
			is.Namespace = strings.TrimSpace(string(data))
		}
	}
	if is.Name == "" {
		if name, err := host(); err == nil {
			is.Name = name
		}
	}
	return is, is.Namespace != "" && is.Name != ""
}

// RunsIn says in which pod this process runs, where it does. It is kept by its UID: the name may be that
// of a pod in another cluster.
func (c *Client) RunsIn(ctx context.Context) error {
	self, ok := SelfOf(os.Getenv, os.ReadFile, os.Hostname)
	if !ok {
		return nil
	}
	return c.runsIn(ctx, self)
}

func (c *Client) runsIn(ctx context.Context, self Self) error {
	p, err := c.podNamed(ctx, self.Namespace, self.Name)
	if err != nil || p == nil {
		return err
	}
	c.self = p
	return nil
}

// Evicts says why a plan cannot be carried out by this process: it drains the node that it runs on, by a
// step that is not done. It is empty where it can.
func (c *Client) Evicts(p *plan.Plan, done func(step string) bool) (why string) {
	if c.self == nil {
		return ""
	}
	for i := range p.Steps {
		s := &p.Steps[i]
		if s.Action.Kind == step.Drain && s.Action.With[step.Node] == c.self.Spec.NodeName && !done(s.ID) {
			return itself(c.self)
		}
	}
	return ""
}

func itself(p *corev1.Pod) string {
	return fmt.Sprintf("this onus is the pod %s on %s, which the plan drains: it would evict itself", named(p), p.Spec.NodeName)
}

// AwayFromIt is what to do where a plan drains the node that onus runs on.
const AwayFromIt = "have it run on a node that stays, by a nodeSelector or an affinity of its Job; --resume goes on from there"

// notItself pauses a plan before it evicts the pod that it is carried out in.
func (c *Client) notItself(pods []*corev1.Pod) error {
	for _, p := range pods {
		if c.self != nil && p.UID == c.self.UID {
			return &apply.Halt{Why: itself(p) + ": " + AwayFromIt}
		}
	}
	return nil
}
