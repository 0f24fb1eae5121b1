package cli

import (
	"testing"
	"time"

	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
)

// A plan is not begun by a process that would evict itself, and says where to run it; once the node is
// done it is gone on with from there.
func TestApplyFromANodeOfThePlan(t *testing.T) {
	x := inACluster(t)
	t.Setenv("POD_NAMESPACE", "shop")
	t.Setenv("POD_NAME", "web-0")
	file := x.file(t)
	for _, more := range [][]string{{"--dry-run"}, {}, {"--resume"}} {
		x.onus(t, 2, []string{"this onus is the pod shop/web-0 on node-0, which the plan drains", "hint: have it run on a node that stays"},
			append([]string{"apply", file}, more...)...)
	}
	if seen := x.server.Seen(); seen.Changes["PATCH nodes"] > 0 || seen.Changes["POST leases"] > 0 {
		t.Error(seen.Changes)
	}
	t.Setenv("POD_NAME", "web-1")
	x.onus(t, 0, []string{"done."}, "apply", file)
}

// A plan is not begun while another has nodes cordoned under a lease in another namespace.
func TestApplyUnderAnotherLease(t *testing.T) {
	x := inACluster(t)
	x.plan.Facts, x.plan.Steps[1].TimeoutSeconds = nil, 60
	file := x.file(t)
	node := x.server.Get("nodes", "", "node-3")
	node["spec"].(clustertest.Object)["unschedulable"] = true
	node["metadata"].(clustertest.Object)["annotations"] = clustertest.Object{
		"onus.dev/plan": `{"plan":"old","step":"cordon/node-3","fence":1,"at":"2026-11-01T12:00:00Z","lease":"ops"}`}
	says := []string{"node-3 is cordoned by plan old, whose lease is in the namespace ops, and not in kube-system",
		"hint: --lease-namespace ops"}
	x.onus(t, 2, says, "apply", file)
	x.onus(t, 2, says, "apply", file, "--dry-run")
	if seen := x.server.Seen(); seen.Changes["PATCH nodes"] > 0 || seen.Changes["POST leases"] > 0 {
		t.Error(seen.Changes)
	}
	x.server.StopAfter = 10 * time.Millisecond
	x.onus(t, 0, []string{"done."}, "apply", file, "--lease-namespace", "ops")
}
