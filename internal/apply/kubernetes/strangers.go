package kubernetes

import (
	"context"
	"errors"
	"fmt"

	"github.com/onus-project/onus/internal/apply"
)

// Strange is the error where another plan has a node cordoned under a lease in another namespace: neither
// lease keeps the other plan's process from changing the cluster at the same time.
type Strange struct {
	Marked
	Ours string // the namespace of our lease
}

func (e *Strange) Error() string {
	return fmt.Sprintf("%s is cordoned by plan %s, whose lease is in the namespace %s, and not in %s: "+
		"one plan at a time is carried out in a cluster", e.Node, e.Plan, e.Lease, e.Ours)
}

// Alone reports whether no node is cordoned by another plan under another lease than ours.
func (c *Client) Alone(ctx context.Context, plan, lease string) error {
	all, err := c.Marked(ctx)
	if err != nil {
		return unread("which nodes are cordoned", err)
	}
	for _, m := range all {
		if m.Lease != "" && m.Lease != lease && m.Plan != plan {
			return &Strange{m, lease}
		}
	}
	return nil
}

// alone pauses the plan where it is not: it is asked before a node is cordoned, and after. Of two that
// begin at the same time one sees the other's mark.
func (r cordon) alone(ctx context.Context, w *apply.Work) error {
	err := r.c.Alone(ctx, w.Plan.ID, r.c.leaseNamespace())
	var strange *Strange
	if errors.As(err, &strange) {
		return &apply.Halt{Why: strange.Error()}
	}
	return err
}

// leaseNamespace is that of the lease under which this client changes something; empty without one.
func (c *Client) leaseNamespace() string {
	if l := c.lease.Load(); l != nil {
		return l.Namespace
	}
	return ""
}
