package kubernetes

import (
	"slices"

	"github.com/onus-project/onus/internal/origin"
)

// Kind is a kind of object that is read. What readers, snapshots, permissions
// and verdicts know of kinds, they know from Kinds.
type Kind struct {
	Group, Name string
	Resource    string // as the API and RBAC call it
	// Version of a built-in kind. Of a custom kind it is what a cluster serves.
	Version string
	Set     Set
	Pods    Behaviour // of a controller
	Kept    Kept      // of a custom kind; of a built-in one its type decides
	// ClusterWide says that its objects stand in no namespace.
	ClusterWide bool
	// Cloud says that a controller keeps the node pool of a cloud by it. Such objects are
	// read where they are written; a cluster is not asked for them.
	Cloud bool
}

// Set is what kinds tell of. A verdict names the sets that it rests on.
type Set int

// The sets.
const (
	Controllers Set = iota // of pods
	Pods
	Budgets
	Scalers
	Services
	Nodes
	Pools
	NodeClaims
	Volumes
	VolumeLimits
	Priorities
	Namespaces
	Webhooks
	Quotas
	LimitRanges
	DrainRules
	MachineObjects
)

// Behaviour is how the pods of a kind of controller behave: see the fields of
// Workload.
type Behaviour struct{ Scaled, Evictable, Lasting bool }

var (
	serves   = Behaviour{Scaled: true, Evictable: true, Lasting: true}
	everyone = Behaviour{Lasting: true} // a pod on every node, which drains leave
	runsOut  = Behaviour{Evictable: true}
)

// Kept is what a snapshot has of a custom object beside its metadata.
type Kept struct {
	Spec  []string // fields of it
	Whole bool     // all of spec and status: nothing in them is private
	// Template says that spec.template is a pod template, of which a part is
	// kept as of any other.
	Template bool
}

// keptOfWorkload is that of a custom kind that makes pods as a Deployment or a
// StatefulSet does.
var keptOfWorkload = Kept{
	Spec: []string{"minReadySeconds", "podManagementPolicy", "replicas", "selector", "serviceName", "template", "volumeClaimTemplates",
		"workloadRef"},
	Template: true,
}

// ClusterAPIPools is the group of what a MachinePool of the Cluster API refers to.
const ClusterAPIPools = "infrastructure.cluster.x-k8s.io"

// Kinds are all that are read, in the order of a snapshot. docs/rbac.yaml
// grants a list of each but those of a cloud's pools, and nothing else.
//
// Whether a kind has a scale subresource decides if percentages of a budget can
// be counted over it. Autoscalers are read in the version that every server
// has: their metrics, which are what the versions differ in, are not looked at.
var Kinds = []Kind{
	{Name: "Node", Resource: "nodes", Version: "v1", Set: Nodes, ClusterWide: true},
	{Group: "karpenter.sh", Name: "NodePool", Resource: "nodepools", Set: Pools, ClusterWide: true, Kept: Kept{Whole: true}},
	{Group: "karpenter.sh", Name: "NodeClaim", Resource: "nodeclaims", Set: NodeClaims, ClusterWide: true, Kept: Kept{Whole: true}},
	{Group: "cluster.x-k8s.io", Name: "MachineDeployment", Resource: "machinedeployments", Set: Pools, Kept: Kept{Whole: true}},
	{Group: "cluster.x-k8s.io", Name: "MachinePool", Resource: "machinepools", Set: Pools, Kept: Kept{Whole: true}},
	{Group: "cluster.x-k8s.io", Name: "MachineDrainRule", Resource: "machinedrainrules", Set: DrainRules, Kept: Kept{Whole: true}},
	{Group: "cluster.x-k8s.io", Name: "Machine", Resource: "machines", Set: MachineObjects},
	{Group: "hypershift.openshift.io", Name: "NodePool", Resource: "nodepools", Set: Pools, Kept: Kept{Whole: true}},
	{Group: "machine.openshift.io", Name: "MachineSet", Resource: "machinesets", Set: Pools},
	{
		Group: "machine.openshift.io", Name: "Machine", Resource: "machines", Set: MachineObjects,
		Kept: Kept{Spec: []string{"lifecycleHooks"}},
	},
	{
		Group: "machineconfiguration.openshift.io", Name: "MachineConfigPool", Resource: "machineconfigpools", Set: Pools, ClusterWide: true,
		Kept: Kept{Spec: []string{"maxUnavailable", "nodeSelector", "paused"}},
	},
	// Those of Azure Service Operator, Crossplane, Config Connector, ACK and the Cluster API.
	{Group: "containerservice.azure.com", Name: "ManagedClustersAgentPool", Resource: "managedclustersagentpools", Set: Pools, Cloud: true},
	{
		Group: "containerservice.azure.upbound.io", Name: "KubernetesClusterNodePool", Resource: "kubernetesclusternodepools", Set: Pools,
		Cloud: true,
	},
	{
		Group: "containerservice.azure.m.upbound.io", Name: "KubernetesClusterNodePool", Resource: "kubernetesclusternodepools", Set: Pools,
		Cloud: true,
	},
	{Group: "container.cnrm.cloud.google.com", Name: "ContainerNodePool", Resource: "containernodepools", Set: Pools, Cloud: true},
	{Group: "container.gcp.upbound.io", Name: "NodePool", Resource: "nodepools", Set: Pools, Cloud: true},
	{Group: "container.gcp.m.upbound.io", Name: "NodePool", Resource: "nodepools", Set: Pools, Cloud: true},
	{Group: "eks.services.k8s.aws", Name: "Nodegroup", Resource: "nodegroups", Set: Pools, Cloud: true},
	{Group: "eks.aws.crossplane.io", Name: "NodeGroup", Resource: "nodegroups", Set: Pools, Cloud: true},
	{Group: "eks.aws.upbound.io", Name: "NodeGroup", Resource: "nodegroups", Set: Pools, Cloud: true},
	{Group: "eks.aws.m.upbound.io", Name: "NodeGroup", Resource: "nodegroups", Set: Pools, Cloud: true},
	{Group: ClusterAPIPools, Name: "AWSManagedMachinePool", Resource: "awsmanagedmachinepools", Set: Pools, Cloud: true},
	{Group: ClusterAPIPools, Name: "ROSAMachinePool", Resource: "rosamachinepools", Set: Pools, Cloud: true},
	{Group: ClusterAPIPools, Name: "AzureManagedMachinePool", Resource: "azuremanagedmachinepools", Set: Pools, Cloud: true},
	{Group: ClusterAPIPools, Name: "AzureASOManagedMachinePool", Resource: "azureasomanagedmachinepools", Set: Pools, Cloud: true},
	{Group: ClusterAPIPools, Name: "GCPManagedMachinePool", Resource: "gcpmanagedmachinepools", Set: Pools, Cloud: true},
	{Group: "policy", Name: "PodDisruptionBudget", Resource: "poddisruptionbudgets", Version: "v1", Set: Budgets},
	{Group: "autoscaling", Name: "HorizontalPodAutoscaler", Resource: "horizontalpodautoscalers", Version: "v1", Set: Scalers},
	{
		Group: "keda.sh", Name: "ScaledObject", Resource: "scaledobjects", Set: Scalers,
		Kept: Kept{Spec: []string{"idleReplicaCount", "maxReplicaCount", "minReplicaCount", "scaleTargetRef", "triggers"}},
	},
	{Name: "Service", Resource: "services", Version: "v1", Set: Services},
	{Name: "PersistentVolume", Resource: "persistentvolumes", Version: "v1", Set: Volumes, ClusterWide: true},
	{Name: "PersistentVolumeClaim", Resource: "persistentvolumeclaims", Version: "v1", Set: Volumes},
	{Group: "storage.k8s.io", Name: "CSINode", Resource: "csinodes", Version: "v1", Set: VolumeLimits, ClusterWide: true},
	{Group: "scheduling.k8s.io", Name: "PriorityClass", Resource: "priorityclasses", Version: "v1", Set: Priorities, ClusterWide: true},
	{Name: "Namespace", Resource: "namespaces", Version: "v1", Set: Namespaces, ClusterWide: true},
	{Name: "ResourceQuota", Resource: "resourcequotas", Version: "v1", Set: Quotas},
	{Name: "LimitRange", Resource: "limitranges", Version: "v1", Set: LimitRanges},
	{
		Group: "admissionregistration.k8s.io", Name: "MutatingWebhookConfiguration", Resource: "mutatingwebhookconfigurations", Version: "v1",
		Set: Webhooks, ClusterWide: true,
	},
	{
		Group: "admissionregistration.k8s.io", Name: "ValidatingWebhookConfiguration", Resource: "validatingwebhookconfigurations", Version: "v1",
		Set: Webhooks, ClusterWide: true,
	},
	{Group: "apps", Name: "Deployment", Resource: "deployments", Version: "v1", Pods: serves},
	{Group: "apps", Name: "StatefulSet", Resource: "statefulsets", Version: "v1", Pods: serves},
	{Group: "apps", Name: "DaemonSet", Resource: "daemonsets", Version: "v1", Pods: everyone},
	{Group: "apps", Name: "ReplicaSet", Resource: "replicasets", Version: "v1", Pods: serves},
	{Name: "ReplicationController", Resource: "replicationcontrollers", Version: "v1", Pods: serves},
	{Group: "batch", Name: "CronJob", Resource: "cronjobs", Version: "v1", Pods: runsOut},
	{Group: "batch", Name: "Job", Resource: "jobs", Version: "v1", Pods: runsOut},
	{Group: "apps.openshift.io", Name: "DeploymentConfig", Resource: "deploymentconfigs", Pods: serves, Kept: keptOfWorkload},
	{Group: "apps.kruise.io", Name: "CloneSet", Resource: "clonesets", Pods: serves, Kept: keptOfWorkload},
	{Group: "apps.kruise.io", Name: "StatefulSet", Resource: "statefulsets", Pods: serves, Kept: keptOfWorkload},
	{Group: "apps.kruise.io", Name: "DaemonSet", Resource: "daemonsets", Pods: everyone, Kept: keptOfWorkload},
	{Group: "argoproj.io", Name: "Rollout", Resource: "rollouts", Pods: serves, Kept: keptOfWorkload},
	{Name: "Pod", Resource: "pods", Version: "v1", Set: Pods},
}

// clusterWide are kinds in no namespace, by GROUP/KIND, that are not read, or of
// which no more is looked at than that they are there.
var clusterWide = []string{
	"admissionregistration.k8s.io/ValidatingAdmissionPolicy", "admissionregistration.k8s.io/ValidatingAdmissionPolicyBinding",
	"apiextensions.k8s.io/CustomResourceDefinition", "apiregistration.k8s.io/APIService", "cert-manager.io/ClusterIssuer",
	"eks.amazonaws.com/NodeClass", "gateway.networking.k8s.io/GatewayClass", EC2NodeClass,
	"networking.k8s.io/IngressClass", "node.k8s.io/RuntimeClass", "rbac.authorization.k8s.io/ClusterRole",
	"rbac.authorization.k8s.io/ClusterRoleBinding", "snapshot.storage.k8s.io/VolumeSnapshotClass", "storage.k8s.io/CSIDriver",
	"storage.k8s.io/StorageClass",
}

// ClusterWide reports whether objects of GROUP/KIND stand in no namespace; false
// for kinds that nothing is known of.
func ClusterWide(api string) bool {
	return slices.Contains(clusterWide, api) || slices.ContainsFunc(Kinds, func(k Kind) bool { return k.ClusterWide && k.API() == api })
}

// CloudPool reports whether objects of GROUP/KIND keep the node pools of a cloud.
func CloudPool(api string) bool {
	return slices.ContainsFunc(Kinds, func(k Kind) bool { return k.Cloud && k.API() == api })
}

// API is GROUP/KIND, as of a Pool.
func (k Kind) API() string { return k.Group + "/" + k.Name }

// GroupResource is the resource as RBAC spells it, such as
// poddisruptionbudgets.policy.
func (k Kind) GroupResource() string {
	if k.Group == "" {
		return k.Resource
	}
	return k.Resource + "." + k.Group
}

// Builtin reports whether every cluster has the kind.
func (k Kind) Builtin() bool { return k.Version != "" }

// Kinds that estates are made of, by what they tell of.
var (
	BudgetKinds    = named(Budgets)
	ScalerKinds    = named(Scalers)
	PodKinds       = named(Pods)
	ServiceKinds   = named(Services)
	NodeKinds      = named(Nodes)
	NodeClaimKinds = named(NodeClaims)
	VolumeKinds    = named(Volumes)
	// MountKinds are those and what says how many of them a node takes.
	MountKinds     = slices.Concat(named(Volumes), named(VolumeLimits))
	NamespaceKinds = named(Namespaces)
	WebhookKinds   = named(Webhooks)
	QuotaKinds     = named(Quotas)
	DrainRuleKinds = named(DrainRules)
	MachineKinds   = named(MachineObjects)
	LimitKinds     = named(LimitRanges)
	PoolKinds      = named(Pools) // all that nodes are made from
)

// named are the names of the kinds in a set.
func named(s Set) origin.Kinds {
	var all origin.Kinds
	for _, k := range Kinds {
		if k.Set == s && !slices.Contains(all, k.Name) {
			all = append(all, k.Name)
		}
	}
	return all
}
