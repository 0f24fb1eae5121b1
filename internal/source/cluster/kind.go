package cluster

import (
	"net/http"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/rest"
)

// kind is one that is read.
type kind struct {
	group, name string
	// resource is what the API and RBAC call it.
	resource string
	// version of a built-in kind. Of a custom kind it is what the cluster serves.
	version string
	// custom is what is kept of a custom kind; nil for a built-in one, of which
	// its type says that.
	custom *kept
}

// kinds are all that are read, in the order of the snapshot. docs/rbac.yaml
// grants a list of each and nothing else.
//
// Autoscalers are read in the version that every server has: their metrics,
// which are what the versions differ in, are not looked at.
var kinds = []kind{
	{name: "Node", resource: "nodes", version: "v1"},
	{group: "karpenter.sh", name: "NodePool", resource: "nodepools", custom: &kept{whole: true}},
	{group: "karpenter.sh", name: "NodeClaim", resource: "nodeclaims", custom: &kept{whole: true}},
	{group: "cluster.x-k8s.io", name: "MachineDeployment", resource: "machinedeployments", custom: &kept{}},
	{group: "cluster.x-k8s.io", name: "MachinePool", resource: "machinepools", custom: &kept{}},
	{group: "hypershift.openshift.io", name: "NodePool", resource: "nodepools", custom: &kept{}},
	{group: "machine.openshift.io", name: "MachineSet", resource: "machinesets", custom: &kept{}},
	{group: "policy", name: "PodDisruptionBudget", resource: "poddisruptionbudgets", version: "v1"},
	{group: "autoscaling", name: "HorizontalPodAutoscaler", resource: "horizontalpodautoscalers", version: "v1"},
	{group: "keda.sh", name: "ScaledObject", resource: "scaledobjects", custom: &kept{spec: []string{"idleReplicaCount", "maxReplicaCount", "minReplicaCount", "scaleTargetRef"}}},
	{name: "Service", resource: "services", version: "v1"},
	{name: "PersistentVolume", resource: "persistentvolumes", version: "v1"},
	{name: "PersistentVolumeClaim", resource: "persistentvolumeclaims", version: "v1"},
	{group: "apps", name: "Deployment", resource: "deployments", version: "v1"},
	{group: "apps", name: "StatefulSet", resource: "statefulsets", version: "v1"},
	{group: "apps", name: "DaemonSet", resource: "daemonsets", version: "v1"},
	{group: "apps", name: "ReplicaSet", resource: "replicasets", version: "v1"},
	{name: "ReplicationController", resource: "replicationcontrollers", version: "v1"},
	{group: "batch", name: "CronJob", resource: "cronjobs", version: "v1"},
	{group: "batch", name: "Job", resource: "jobs", version: "v1"},
	{group: "apps.openshift.io", name: "DeploymentConfig", resource: "deploymentconfigs", custom: ofWorkload},
	{group: "apps.kruise.io", name: "CloneSet", resource: "clonesets", custom: ofWorkload},
	{group: "apps.kruise.io", name: "StatefulSet", resource: "statefulsets", custom: ofWorkload},
	{group: "apps.kruise.io", name: "DaemonSet", resource: "daemonsets", custom: ofWorkload},
	{group: "argoproj.io", name: "Rollout", resource: "rollouts", custom: ofWorkload},
	{name: "Pod", resource: "pods", version: "v1"},
}

// called is the resource as RBAC spells it.
func (k kind) called() string {
	return schema.GroupResource{Group: k.group, Resource: k.resource}.String()
}

func (k kind) groupVersion() schema.GroupVersion {
	return schema.GroupVersion{Group: k.group, Version: k.version}
}

// builtin knows the types of the built-in kinds.
func builtin() *runtime.Scheme {
	s := runtime.NewScheme()
	for _, add := range []func(*runtime.Scheme) error{
		corev1.AddToScheme, appsv1.AddToScheme, batchv1.AddToScheme, policyv1.AddToScheme, autoscalingv1.AddToScheme,
	} {
		utilruntime.Must(add(s))
	}
	return s
}

// typedClient asks for a built-in kind in protobuf, which is a third of the
// work of JSON at both ends.
func typedClient(config *rest.Config, client *http.Client, scheme *runtime.Scheme, k kind) (rest.Interface, error) {
	own := rest.CopyConfig(config)
	gv := k.groupVersion()
	own.GroupVersion, own.APIPath = &gv, "/apis"
	if k.group == "" {
		own.APIPath = "/api"
	}
	own.ContentType = runtime.ContentTypeProtobuf
	own.AcceptContentTypes = runtime.ContentTypeProtobuf + "," + runtime.ContentTypeJSON
	own.NegotiatedSerializer = serializer.NewCodecFactory(scheme).WithoutConversion()
	return rest.RESTClientForConfigAndClient(own, client)
}

// plainClient asks for what has no kind, as JSON.
func plainClient(config *rest.Config, client *http.Client) (rest.Interface, error) {
	own := rest.CopyConfig(config)
	own.NegotiatedSerializer = serializer.NewCodecFactory(runtime.NewScheme()).WithoutConversion()
	return rest.UnversionedRESTClientForConfigAndClient(own, client)
}
