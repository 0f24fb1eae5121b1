package kubernetes

import (
	"errors"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
)

// A node of which a person took the cordon off is not told as one that is cordoned.
func TestMarked(t *testing.T) {
	b := newBench(t, 1)
	for i, name := range []string{"node-0", "node-1"} {
		n := b.server.Get("nodes", "", name)
		n["metadata"].(clustertest.Object)["annotations"] = clustertest.Object{Annotation: `{"plan":"old","step":"cordon/x"}`}
		n["spec"].(clustertest.Object)["unschedulable"] = i == 1
	}
	all, err := b.client.Marked(t.Context())
	if err != nil || len(all) != 1 || all[0].Node != "node-1" {
		t.Error(all, err)
	}
}

// Of a lease that was deleted it is not said that somebody holds it.
func TestLeaseDeleted(t *testing.T) {
	b := newBench(t, 1)
	l := &Lease{Client: b.client, Namespace: "kube-system", Holder: "a", Duration: 30 * time.Second, Clock: b.clock}
	if _, err := l.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	delete(b.server.Objects(), "leases/kube-system/"+LeaseName)
	var gone *apply.Lost
	if err := l.Hold(t.Context()); !errors.As(err, &gone) || err.Error() != "the lease is not ours any more: it was deleted, or given back" {
		t.Error(err)
	}
}
