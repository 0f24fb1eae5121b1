package kubernetes

import (
	"slices"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/origin"
)

// A kind is in the table once, with what its set needs.
func TestKinds(t *testing.T) {
	apis := map[string]bool{}
	resources := map[string]bool{}
	for _, k := range Kinds {
		if apis[k.API()] || resources[k.GroupResource()] || k.Resource != strings.ToLower(k.Resource) || k.Resource == "" {
			t.Errorf("%+v stands twice, or without a resource", k)
		}
		apis[k.API()], resources[k.GroupResource()] = true, true
		if controls := k.Set == Controllers; controls != (k.Pods != Behaviour{}) {
			t.Errorf("%s: of set %d, and its pods behave as %+v", k.API(), k.Set, k.Pods)
		}
		if k.Builtin() && (k.Kept.Whole || k.Kept.Spec != nil) || !k.Builtin() && !strings.Contains(k.Group, ".") {
			t.Errorf("%s: custom or built-in? %+v", k.API(), k)
		}
		if k.Set == Controllers && !k.Builtin() && !k.Kept.Template {
			t.Errorf("%s: a snapshot keeps no template of it", k.API())
		}
	}
}

// Pools of a cloud are those that somebody outside of the cluster keeps, and no others.
func TestCloudPools(t *testing.T) {
	inside := []string{
		"karpenter.sh/NodePool", "cluster.x-k8s.io/MachineDeployment", "cluster.x-k8s.io/MachinePool", "hypershift.openshift.io/NodePool",
		"machine.openshift.io/MachineSet", "machineconfiguration.openshift.io/MachineConfigPool",
	}
	for _, k := range Kinds {
		if want := k.Set == Pools && !slices.Contains(inside, k.API()); CloudPool(k.API()) != want {
			t.Errorf("%s is of a cloud: %t", k.API(), !want)
		}
	}
	if CloudPool("example.com/NodePool") {
		t.Error("of a kind that is not read nothing is known")
	}
}

// How the pods of a kind behave, as its controller and the API server have it:
// a drain leaves pods of DaemonSets, and those of Jobs run out.
func TestBehaviourOfKinds(t *testing.T) {
	for _, c := range []struct {
		apis string
		want Behaviour
	}{
		{"apps/Deployment apps/StatefulSet apps/ReplicaSet /ReplicationController apps.openshift.io/DeploymentConfig apps.kruise.io/CloneSet " +
			"apps.kruise.io/StatefulSet argoproj.io/Rollout", Behaviour{Scaled: true, Evictable: true, Lasting: true}},
		{"apps/DaemonSet apps.kruise.io/DaemonSet", Behaviour{Lasting: true}},
		{"batch/CronJob batch/Job", Behaviour{Evictable: true}},
	} {
		for _, api := range strings.Fields(c.apis) {
			i := slices.IndexFunc(Kinds, func(k Kind) bool { return k.API() == api })
			if i < 0 || Kinds[i].Pods != c.want {
				t.Errorf("%s at %d behaves otherwise", api, i)
			}
		}
	}
	for _, k := range Kinds {
		if k.Set == MachineObjects { // what counts of it are annotations, and hooks of OpenShift's
			if slices.Contains(k.Kept.Spec, "lifecycleHooks") != (k.Group == "machine.openshift.io") {
				t.Errorf("%s: a snapshot keeps %q", k.API(), k.Kept.Spec)
			}
			continue
		}
		if whole := slices.Contains([]string{"karpenter.sh", "cluster.x-k8s.io", "hypershift.openshift.io"}, k.Group); k.Kept.Whole != whole {
			t.Errorf("%s: a snapshot keeps all of it: %t", k.API(), k.Kept.Whole)
		}
	}
}

func TestSetsOfKinds(t *testing.T) {
	for _, c := range []struct {
		got  origin.Kinds
		want string
	}{
		{BudgetKinds, "PodDisruptionBudget"}, {ScalerKinds, "HorizontalPodAutoscaler ScaledObject"}, {PodKinds, "Pod"}, {ServiceKinds, "Service"},
		{NodeKinds, "Node"},
		{PoolKinds, "AWSManagedMachinePool AzureASOManagedMachinePool AzureManagedMachinePool ContainerNodePool GCPManagedMachinePool " +
			"KubernetesClusterNodePool MachineConfigPool MachineDeployment MachinePool MachineSet ManagedClustersAgentPool NodeGroup NodePool " +
			"Nodegroup ROSAMachinePool"},
		{NodeClaimKinds, "NodeClaim"},
		{VolumeKinds, "PersistentVolume PersistentVolumeClaim"},
		{MountKinds, "CSINode PersistentVolume PersistentVolumeClaim"},
		{KarpenterPools, "nodepools.karpenter.sh"},
	} {
		if got := strings.Join(slices.Sorted(slices.Values(c.got)), " "); got != c.want {
			t.Errorf("got %s, want %s", got, c.want)
		}
	}
}

// What is not known here may be a controller; what is known as another is none.
func TestLacksOfSets(t *testing.T) {
	var e Estate
	for _, u := range []origin.Unread{
		{Kind: "Rollout", Resource: "rollouts.argoproj.io"},
		{Kind: "NodePool", Resource: "nodepools.karpenter.sh"},
		{Kind: "CronJob"},
		{Kind: "Pod"},
		{Kind: "Database"},
	} {
		e.Unread = append(e.Unread, u)
	}
	names := func(all []origin.Unread) string {
		var s []string
		for _, u := range all {
			s = append(s, u.Kind)
		}
		return strings.Join(s, " ")
	}
	if got := names(e.LacksControllers()); got != "Rollout CronJob Database" {
		t.Errorf("controllers: %s", got)
	}
	if got := names(e.Lacks(KarpenterPools, PodKinds)); got != "NodePool Pod" {
		t.Errorf("pools and pods: %s", got)
	}
}
