package kubernetes

import (
	"testing"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes/clustertest"
	estate "github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// Whatever a plan is carried out with is asked for under docs/rbac-apply.yaml alone, by what the server saw:
// replaced by Karpenter and by each Cluster API, killed and gone on with, undone, and with its facts asked anew.
func TestAsksForWhatIsGranted(t *testing.T) {
	may := clustertest.Granted(t, "rbac-apply.yaml")
	for name, set := range map[string]func(b *bench){
		"karpenter": func(*bench) {},
		"facts": func(b *bench) {
			b.facts = b.client.Facts
			b.plan.Facts = []plan.Fact{{Object: "PodDisruptionBudget shop/web", Field: "spec.minAvailable", Value: "3"},
				{Object: "Deployment shop/web", Field: "spec.replicas", Value: "4"}}
		},
		"killed":           func(b *bench) { b.dieAt = 40 },
		"killed at a node": func(b *bench) { b.dieAt = 90 },
		"undone":           func(b *bench) { b.plan.Steps[1].TimeoutSeconds, b.server.StopAfter = 1, 1e12 },
		"cluster.x-k8s.io": machines, "machine.openshift.io": machines,
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, 2)
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
