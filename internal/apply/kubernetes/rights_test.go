package kubernetes

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	authorizationv1 "k8s.io/api/authorization/v1"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	estate "github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// Whatever a plan is carried out with is asked for under docs/rbac-apply.yaml alone, by what the server saw:
// replaced by Karpenter and by each Cluster API, killed and gone on with, undone, and with its facts asked anew.
func TestAsksForWhatIsGranted(t *testing.T) {
	granted := clustertest.Granted(t, "rbac-apply.yaml")
	for name, set := range map[string]func(b *bench){
		"karpenter": func(*bench) {},
		"facts": func(b *bench) {
			b.facts = b.client.Facts
			b.plan.Facts = []plan.Fact{{Object: "PodDisruptionBudget shop/web", Field: "spec.minAvailable", Value: "3"},
				{Object: "Deployment shop/web", Field: "spec.replicas", Value: "4"}}
		},
		"killed":           func(b *bench) { b.dieAt = 40 },
		"killed at a node": func(b *bench) { b.dieAt = 90 },
		"fixed":            func(*bench) {},
		"undone":           func(b *bench) { b.plan.Steps[1].TimeoutSeconds, b.server.StopAfter = 1, 1e12 },
		"cluster.x-k8s.io": machines, "machine.openshift.io": machines,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, 2)
			may := granted
			if name == "fixed" {
				b, may = fixing(t), append(slices.Clone(granted), clustertest.Granted(t, "rbac-fix.yaml")...)
			}
			if set(b); b.plan.Steps[2].Action.Kind == step.ByMachine {
				for i := range b.plan.Steps {
					b.plan.Steps[i].Action.With[step.MachineGroup] = name
				}
			}
			status, err := b.run(t, t.Context(), false)
			if b.died != "" {
				status, err = b.run(t, t.Context(), true)
			}
			if want := map[bool]apply.Status{true: apply.Paused, false: apply.Finished}[name == "undone"]; status != want || err != nil {
				t.Error(status, err)
			}
			if _, err := b.client.Marked(t.Context()); err != nil { // onus status
				t.Error(err)
			}
			seen := b.server.Requests()
			b.asksBefore(t, may, seen)
			for _, r := range seen {
				if !may.Allow(r) {
					t.Errorf("asks for what is not granted: %+v", r)
				}
			}
			if len(seen) < 10 {
				t.Error(seen)
			}
		})
	}
}

func noStep(string) bool { return false }

func untold(int, int) {}

// asksBefore holds that what is asked for is asked about before, and that who has what is granted lacks nothing.
func (b *bench) asksBefore(t *testing.T, may clustertest.Rights, seen []clustertest.Request) {
	t.Helper()
	b.server.May = clustertest.Rights{}
	lacks, err := b.client.Lacks(t.Context(), b.plan, "kube-system", false, noStep, untold)
	if err != nil {
		t.Fatal(err)
	}
	all := strings.Join(lacks, "\n") + "\n"
	ends := []string{"\n", ")", " onus-apply in kube-system", " (docs/rbac-fix.yaml)"}
	for _, r := range seen {
		says := strings.TrimSuffix(r.Verb+" "+r.Resource+"."+r.Group, ".")
		if r.Resource == "leases" && r.Verb == "create" { // there is one by now
			continue
		}
		if !slices.ContainsFunc(ends, func(end string) bool { return strings.Contains(all, says+end) }) {
			t.Errorf("%s is not asked about before:\n%s", says, all)
		}
	}
	b.server.May = may
	if lacks, err := b.client.Lacks(t.Context(), b.plan, "kube-system", false, noStep, untold); err != nil || len(lacks) > 0 {
		t.Errorf("who has what is granted lacks %q, %v", lacks, err)
	}
}

// Who has rights to the objects of a plan alone, in their namespaces or by their names, lacks nothing, and is told of which
// of them he has none. What is done takes no rights any more.
func TestRightsToSomeObjects(t *testing.T) {
	b := newBench(t, 2)
	to := clustertest.RightsTo
	some := slices.Concat(to("list", "", "nodes", ""), to("list", "", "pods", ""), to("list", "policy", "poddisruptionbudgets", ""),
		to("create", "coordination.k8s.io", "leases", "kube-system"), to("get", "coordination.k8s.io", "leases", "kube-system", "onus-apply"),
		to("update", "coordination.k8s.io", "leases", "kube-system", "onus-apply"), to("get", "", "nodes", "", "node-0", "node-1"),
		to("patch", "", "nodes", "", "node-0", "node-1"), to("get", "karpenter.sh", "nodeclaims", "", "claim-node-0", "claim-node-1"),
		to("delete", "karpenter.sh", "nodeclaims", "", "claim-node-0", "claim-node-1"), to("get", "", "pods", "shop"),
		to("create", "", "pods/eviction", "shop"), to("get", "apps", "deployments", "shop", "web"), to("get", "apps", "replicasets", "shop"))
	lacks := func(may clustertest.Rights, done func(string) bool) string {
		b.server.May = may
		all, err := b.client.Lacks(t.Context(), b.plan, "kube-system", false, done, untold)
		if err != nil {
			t.Fatal(err)
		}
		return strings.Join(all, "; ")
	}
	if all := lacks(some, noStep); all != "" {
		t.Error(all)
	}
	without := func(at int) clustertest.Rights { return slices.Delete(slices.Clone(some), at, at+1) }
	for at, want := range []string{"list nodes", "list pods", "list poddisruptionbudgets.policy",
		"create leases.coordination.k8s.io in kube-system",
		"get leases.coordination.k8s.io onus-apply in kube-system", "update leases.coordination.k8s.io onus-apply in kube-system", "get nodes",
		"cordon nodes (patch nodes)", "get nodeclaims.karpenter.sh", "delete nodeclaims.karpenter.sh", "get pods",
		"evict pods (create pods/eviction)", "get deployments.apps", "get replicasets.apps"} {
		if all := lacks(without(at), noStep); all != want {
			t.Errorf("says %q, want %q", all, want)
		}
	}
	if all := lacks(append(without(7), to("patch", "", "nodes", "", "node-0")...), noStep); all != "cordon nodes (patch nodes) of node-1" {
		t.Error(all)
	}
	if all := lacks(append(without(7), to("patch", "", "nodes", "", "node-1")...), noStep); all != "cordon nodes (patch nodes) of node-0" {
		t.Error(all)
	}
	first := func(id string) bool { return strings.HasSuffix(id, "/node-0") }
	if all := lacks(append(without(7), to("patch", "", "nodes", "", "node-1")...), first); all != "" {
		t.Errorf("node-0 is done, and it lacks %s", all)
	}
	b.server.May, b.server.Unsure = without(7), "webhook authorizer:\nconnection refused"
	if all, err := b.client.Lacks(t.Context(), b.plan, "kube-system", false, noStep, untold); !errors.Is(err, ErrUnasked) ||
		!strings.Contains(err.Error(), "webhook authorizer: connection refused") {
		t.Errorf("what is not told is taken as missing: %v, %v", all, err)
	}
	b.server.Spoil(func(w http.ResponseWriter, r *http.Request) bool {
		if strings.HasSuffix(r.URL.Path, "selfsubjectaccessreviews") {
			clustertest.Fail(w, 403, "no", "", "", 0)
			return true
		}
		return false
	})
	if _, err := b.client.Lacks(t.Context(), b.plan, "kube-system", false, noStep, untold); !errors.Is(err, ErrUnasked) {
		t.Error(err)
	}
}

// All that are missing are named at once, the first as well as the others, and not the kind where some are there.
func TestNamesAllThatAreMissing(t *testing.T) {
	b := newBench(t, 4)
	r := right{of: authorizationv1.ResourceAttributes{Verb: "patch", Resource: "nodes"}}
	for _, name := range []string{"node-0", "node-1", "node-2", "node-3"} {
		of := r.of
		of.Name = name
		r.alone = append(r.alone, of)
	}
	for want, to := range map[string][]string{"": {"node-0", "node-1", "node-2", "node-3"}, "patch nodes": {"else"},
		"patch nodes of node-0, node-2 and node-3": {"node-1"}, "patch nodes of node-0": {"node-1", "node-2", "node-3"}} {
		b.server.May = clustertest.RightsTo("patch", "", "nodes", "", to...)
		to := asking{c: b.client, namespace: "kube-system", rules: map[string]*rules{}}
		if says, err := to.missing(t.Context(), &r); says != want || err != nil {
			t.Errorf("with that to %v: %q, %v, want %q", to, says, err, want)
		}
	}
}

// Rights to each of many nodes by its name are asked about once a kind, whatever is missing of them; and where nobody tells which
// rules there are, or those of a namespace's role say more than they grant, one by one.
func TestAsksOnceAKind(t *testing.T) {
	const nodes = 300
	b := newBench(t, 0)
	b.plan = &plan.Plan{}
	var names []string
	for i := range nodes {
		name := fmt.Sprintf("n-%03d", i)
		names = append(names, name)
		b.plan.Steps = append(b.plan.Steps, plan.Step{ID: "cordon/" + name, Action: plan.Action{Kind: step.Cordon,
			With: map[string]string{step.Node: name, step.NodeUID: "u"}}})
	}
	to := clustertest.RightsTo
	all := slices.Concat(to("list", "", "nodes", ""), to("*", "coordination.k8s.io", "leases", "kube-system"),
		to("get", "", "nodes", "", names...))
	for name, x := range map[string]struct {
		may       clustertest.Rights
		untold    string // of rules
		says      string
		questions int // at the most
	}{
		"all of them": {append(all, to("patch", "", "nodes", "", names...)...), "", "", 12},
		"by two roles": {slices.Concat(all, to("patch", "", "nodes", "", names[:99]...), to("patch", "", "nodes", "", names[99:]...)),
			"", "", 13},
		"none":             {all, "", "cordon nodes (patch nodes)", 12},
		"but one":          {append(all, to("patch", "", "nodes", "", names[1:]...)...), "", "cordon nodes (patch nodes) of n-000", 13},
		"nobody tells":     {append(all, to("patch", "", "nodes", "", names...)...), "refused", "", 10 + 2*nodes},
		"not all are told": {append(all, to("patch", "", "nodes", "", names...)...), "incomplete", "", 10 + 2*nodes},
		"of a role": {append(all, to("patch", "", "nodes", "kube-system", names...)...), "", "cordon nodes (patch nodes)",
			12 + nodes},
		"of a role, and one": {slices.Concat(all, to("patch", "", "nodes", "kube-system"), to("patch", "", "nodes", "", names[7])), "",
			"cordon nodes (patch nodes) of n-000, n-001, n-002 and 296 more", 12 + nodes},
	} {
		b.server.May, b.server.Untold = x.may, x.untold
		questions := b.server.Questions()
		lacks, err := b.client.Lacks(t.Context(), b.plan, "kube-system", false, noStep, untold)
		says, n := strings.Join(lacks, "; "), b.server.Questions()-questions
		if err != nil || n > x.questions || says != x.says {
			t.Errorf("%s: %q, %v, by %d questions", name, says, err, n)
		}
	}
}

// machines has nodes be replaced by their Machines.
func machines(b *bench) {
	for i := range b.plan.Steps {
		s := &b.plan.Steps[i]
		if s.Action.Kind != step.ByKarpenter {
			continue
		}
		name := "m-" + s.Group
		uid := b.server.Put("machines", "infra", name, clustertest.Object{"status": clustertest.Object{"nodeName": s.Group}})
		s.Action = plan.Action{Kind: step.ByMachine, With: map[string]string{step.Node: s.Group, step.NodeUID: s.Action.With[step.NodeUID],
			step.Machine: name, step.MachineNamespace: "infra", step.MachineUID: uid}}
	}
}

// The floors of a plan may be of each kind that keeps pods and that drains move: all are read.
func TestGrantedForFloors(t *testing.T) {
	may, n := clustertest.Granted(t, "rbac-apply.yaml"), 0
	for _, k := range estate.Kinds {
		if k.Set != estate.Controllers || k.Cloud || !k.Pods.Evictable || !k.Pods.Lasting {
			continue
		}
		n++
		if r := (clustertest.Request{Verb: "get", Group: k.Group, Resource: k.Resource, Namespace: "shop", Name: "web"}); !may.Allow(r) {
			t.Errorf("%s of %s cannot be read", k.Name, k.Group)
		}
	}
	if n < 8 {
		t.Error(n)
	}
}

// The pods of a DeploymentConfig are those of its ReplicationControllers, and its selector is of labels alone.
func TestFloorOfADeploymentConfig(t *testing.T) {
	b := newBench(t, 1)
	selector := clustertest.Object{"app": "web"}
	dc := b.server.Put("deploymentconfigs", "shop", "web", clustertest.Object{"spec": clustertest.Object{"replicas": 4, "selector": selector}})
	owned := func(kind, uid string) []any {
		return []any{clustertest.Object{"apiVersion": "v1", "kind": kind, "name": map[string]string{"DeploymentConfig": "web",
			"ReplicationController": "web-1"}[kind], "controller": true, "uid": uid}}
	}
	rc := b.server.Put("replicationcontrollers", "shop", "web-1", clustertest.Object{
		"metadata": clustertest.Object{"ownerReferences": owned("DeploymentConfig", dc)},
		"spec":     clustertest.Object{"replicas": 4, "selector": selector}})
	for _, name := range []string{"web-0", "web-1", "web-2"} { // the fourth is still of the Deployment
		b.server.Get("pods", "shop", name)["metadata"].(clustertest.Object)["ownerReferences"] = owned("ReplicationController", rc)
	}
	b.server.Deployment("shop", "other", 0, "node-0")
	x := workload{"shop", "DeploymentConfig", "web"}
	of, err := b.client.of(t.Context(), x)
	if err != nil {
		t.Fatal(err)
	}
	if ready, err := b.client.readyOf(t.Context(), x, &of); err != nil || ready != 3 || len(of.pods) != 4 || of.wants != 4 {
		t.Errorf("%d of %d ready, %d wanted: %v", ready, len(of.pods), of.wants, err)
	}
}
