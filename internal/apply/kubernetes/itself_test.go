package kubernetes

import (
	"errors"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	"github.com/onus-project/onus/internal/plan/step"
)

// Which pod a process runs in is told by its environment, where it runs in one.
func TestSelfOf(t *testing.T) {
	for name, test := range map[string]struct {
		env       map[string]string
		namespace string // in the file of the service account
		want      Self
		ok        bool
	}{
		"a laptop":           {nil, "", Self{}, false},
		"half of a pod":      {map[string]string{"POD_NAME": "a"}, "onus", Self{}, false},
		"by its own words":   {map[string]string{"POD_NAME": "a", "POD_NAMESPACE": "b"}, "", Self{"b", "a"}, true},
		"by its host":        {map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "onus\n", Self{"onus", "host-1"}, true},
		"by half of both":    {map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1", "POD_NAME": "a"}, "onus", Self{"onus", "a"}, true},
		"without an account": {map[string]string{"KUBERNETES_SERVICE_HOST": "10.0.0.1"}, "", Self{"", "host-1"}, false},
	} {
		got, ok := SelfOf(func(k string) string { return test.env[k] }, func(string) ([]byte, error) {
			if test.namespace == "" {
				return nil, errors.New("is not there")
			}
			return []byte(test.namespace), nil
		}, func() (string, error) { return "host-1", nil })
		if got != test.want || ok != test.ok {
			t.Errorf("%s: %+v, %v", name, got, ok)
		}
	}
}

// A process does not evict the pod that it runs in: it pauses before it evicts anything of its node, which
// is undone.
func TestDoesNotEvictItself(t *testing.T) {
	b := newBench(t, 2)
	if err := b.client.runsIn(t.Context(), Self{"shop", "web-1"}); err != nil {
		t.Fatal(err)
	}
	never := func(string) bool { return false }
	const says = "this onus is the pod shop/web-1 on node-1, which the plan drains: it would evict itself"
	if why := b.client.Evicts(b.plan, never); why != says {
		t.Error(why)
	}
	if why := b.client.Evicts(b.plan, func(id string) bool { return id == "drain/node-1" }); why != "" {
		t.Error(why)
	}
	status, err := b.run(t, t.Context(), false)
	seen := b.server.Seen()
	if why := b.last.State().Why; status != apply.Paused || err != nil || !strings.Contains(why, says) || len(seen.Cordoned) > 0 ||
		len(seen.Deleted) != 1 || len(seen.Evicted) == 0 {
		t.Errorf("%s, %v, %s, %+v", status, err, why, seen)
	}
	if p := b.server.Get("pods", "shop", "web-1"); p == nil || p["metadata"].(clustertest.Object)["deletionTimestamp"] != nil {
		t.Error("it evicted itself")
	}
	if err := b.client.runsIn(t.Context(), Self{"shop", "of another cluster"}); err != nil {
		t.Error(err)
	}
}

// One plan at a time is carried out, also where two have leases in two namespaces: a mark tells which. One
// that is cordoned under the same lease, or by a mark that does not say, is waited for as before.
func TestOneLeaseForACluster(t *testing.T) {
	mark := func(text string) *bench {
		b := newBench(t, 1)
		node := b.server.Get("nodes", "", "node-3")
		node["spec"].(clustertest.Object)["unschedulable"] = true
		node["metadata"].(clustertest.Object)["annotations"] = clustertest.Object{Annotation: text}
		return b
	}
	const says = "node-3 is cordoned by plan p9, whose lease is in the namespace ops, and not in kube-system"
	b := mark(`{"plan":"p9","step":"cordon/node-3","fence":1,"at":"2026-11-01T12:00:00Z","lease":"ops"}`)
	var strange *Strange
	if err := b.client.Alone(t.Context(), "p1", "kube-system"); !errors.As(err, &strange) || !strings.Contains(err.Error(), says) {
		t.Error(err)
	}
	for _, free := range [][2]string{{"p9", "kube-system"}, {"p1", "ops"}} {
		if err := b.client.Alone(t.Context(), free[0], free[1]); err != nil {
			t.Error(err)
		}
	}
	status, err := b.run(t, t.Context(), false)
	if why := b.last.State().Why; status != apply.Paused || err != nil || !strings.Contains(why, says) {
		t.Error(status, err, why)
	}
	if n := b.server.Seen().Changes["PATCH nodes"]; n != 0 {
		t.Errorf("%d nodes were changed", n)
	}
	old := mark(`{"plan":"p9","step":"cordon/node-3","fence":1,"at":"2026-11-01T12:00:00Z"}`)
	if status, err := old.run(t, t.Context(), false); status != apply.Finished || err != nil {
		t.Error(status, err)
	}
}

// Of two that begin at the same moment the one that marks its node later sees the other's mark, and undoes
// its own.
func TestOneLeaseWhereTwoBegin(t *testing.T) {
	b := newBench(t, 1)
	b.told = func(e apply.Event) {
		if e.Kind == apply.Changed && e.Change == "cordon" {
			node := b.server.Get("nodes", "", "node-3")
			node["spec"].(clustertest.Object)["unschedulable"] = true
			node["metadata"].(clustertest.Object)["annotations"] = clustertest.Object{Annotation: `{"plan":"p9","fence":1,"lease":"ops"}`}
		}
	}
	status, err := b.run(t, t.Context(), false)
	seen := b.server.Seen()
	if status != apply.Paused || err != nil || len(seen.Evicted) > 0 || len(seen.Cordoned) != 1 || seen.Cordoned[0] != "node-3" {
		t.Errorf("%s, %v, %+v", status, err, seen)
	}
	if b.plan.Steps[0].Action.With[step.Node] != "node-0" {
		t.Error(b.plan.Steps[0])
	}
}
