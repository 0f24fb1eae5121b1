package kubernetes

import (
	"context"
	"time"

	"github.com/go-json-experiment/json"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Annotation is on each node that a plan has cordoned, and says which. Only by it is a node
// uncordoned.
const Annotation = "onus.dev/plan"

// mark is what the annotation says.
type mark struct {
	Plan  string    `json:"plan"`
	Step  string    `json:"step"`
	Fence int64     `json:"fence"`
	At    time.Time `json:"at"`
	Lease string    `json:"lease,omitempty"` // the namespace of the lease under which it was cordoned
}

// markOf is that of a node; false where no plan has cordoned it.
func markOf(n *corev1.Node) (m mark, ok bool) {
	text, ok := n.Annotations[Annotation]
	if !ok {
		return m, false
	}
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return mark{}, true // somebody wrote it by hand: it is of no plan of ours
	}
	return m, true
}

// Marked is a node that some plan has cordoned.
type Marked struct {
	Node  string
	Plan  string
	Step  string
	Fence int64
	Since time.Time
	Lease string // the namespace of its lease; empty where the mark does not say
}

// Marked are all nodes that are cordoned and carry the annotation. Where somebody took the cordon
// off, and the annotation stayed, nothing is left to be done.
func (c *Client) Marked(ctx context.Context) (all []Marked, err error) {
	ctx, done := c.brief(ctx)
	defer done()
	list, err := c.kube.CoreV1().Nodes().List(ctx, metav1.ListOptions{})
	if err != nil {
		return nil, err
	}
	for i := range list.Items {
		if m, ok := markOf(&list.Items[i]); ok && list.Items[i].Spec.Unschedulable {
			all = append(all, Marked{Node: list.Items[i].Name, Plan: m.Plan, Step: m.Step, Fence: m.Fence, Since: m.At,
				Lease: m.Lease})
		}
	}
	return all, nil
}
