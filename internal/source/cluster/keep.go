package cluster

import (
	"fmt"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	batchv1 "k8s.io/api/batch/v1"
	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime"

	"github.com/onus-project/onus/internal/source/manifest"
)

// keep is what a snapshot has of an object: the fields that are read, and no
// others. Snapshots are attached to tickets, and what runs in a container,
// with which arguments and variables, is nobody's business there.
//
// What stands here is held against the reader in manifest: an object and what
// is kept of it have to give the same estate.
func keep(k kind, o runtime.Object) (any, error) {
	switch o := o.(type) {
	case *corev1.Pod:
		return keepPod(k, o), nil
	case *corev1.Node:
		return keepNode(k, o), nil
	case *corev1.Service:
		kept := corev1.ServiceSpec{
			Selector: o.Spec.Selector, Type: o.Spec.Type, Ports: o.Spec.Ports,
			LoadBalancerClass: o.Spec.LoadBalancerClass, LoadBalancerIP: o.Spec.LoadBalancerIP,
		}
		if o.Spec.ClusterIP == corev1.ClusterIPNone {
			kept.ClusterIP = corev1.ClusterIPNone
		}
		return &corev1.Service{TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta), Spec: kept}, nil
	case *corev1.PersistentVolumeClaim:
		return &corev1.PersistentVolumeClaim{
			TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
			Spec: corev1.PersistentVolumeClaimSpec{VolumeName: o.Spec.VolumeName, StorageClassName: o.Spec.StorageClassName,
				AccessModes: o.Spec.AccessModes, Selector: o.Spec.Selector},
		}, nil
	case *corev1.PersistentVolume:
		return keepVolume(k, o), nil
	case *storagev1.CSINode:
		n := &storagev1.CSINode{TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta)}
		for _, d := range o.Spec.Drivers { // how many volumes it takes, and not what it calls the node
			n.Spec.Drivers = append(n.Spec.Drivers, storagev1.CSINodeDriver{Name: d.Name, Allocatable: d.Allocatable})
		}
		return n, nil
	case *schedulingv1.PriorityClass:
		return &schedulingv1.PriorityClass{
			TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta), Value: o.Value, GlobalDefault: o.GlobalDefault,
			PreemptionPolicy: o.PreemptionPolicy,
		}, nil
	case *policyv1.PodDisruptionBudget:
		o.Status.DisruptedPods = nil
		return &policyv1.PodDisruptionBudget{TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta), Spec: o.Spec, Status: o.Status}, nil
	case *autoscalingv1.HorizontalPodAutoscaler:
		return &autoscalingv1.HorizontalPodAutoscaler{
			TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
			Spec: autoscalingv1.HorizontalPodAutoscalerSpec{ScaleTargetRef: o.Spec.ScaleTargetRef, MinReplicas: o.Spec.MinReplicas,
				MaxReplicas: o.Spec.MaxReplicas},
		}, nil
	case *unstructured.Unstructured:
		return keepCustom(k.Kept, o.Object)
	}
	if kept := keepAdmission(k, o); kept != nil {
		return kept, nil
	}
	return keepController(k, o)
}

// keepController is keep for the built-in kinds that make pods.
func keepController(k kind, o runtime.Object) (any, error) {
	switch o := o.(type) {
	case *corev1.ReplicationController:
		return &corev1.ReplicationController{
			TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
			Spec: corev1.ReplicationControllerSpec{Replicas: o.Spec.Replicas, Selector: o.Spec.Selector, MinReadySeconds: o.Spec.MinReadySeconds,
				Template: keepTemplatePointer(o.Spec.Template)},
		}, nil
	case *appsv1.Deployment:
		return &appsv1.Deployment{
			TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
			Spec: appsv1.DeploymentSpec{Replicas: o.Spec.Replicas, Selector: o.Spec.Selector, Strategy: o.Spec.Strategy,
				Paused: o.Spec.Paused, MinReadySeconds: o.Spec.MinReadySeconds, ProgressDeadlineSeconds: o.Spec.ProgressDeadlineSeconds,
				Template: keepTemplate(&o.Spec.Template)},
		}, nil
	case *appsv1.ReplicaSet:
		return &appsv1.ReplicaSet{
			TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
			Spec: appsv1.ReplicaSetSpec{Replicas: o.Spec.Replicas, Selector: o.Spec.Selector, MinReadySeconds: o.Spec.MinReadySeconds,
				Template: keepTemplate(&o.Spec.Template)},
		}, nil
	case *appsv1.DaemonSet:
		return &appsv1.DaemonSet{
			TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
			Spec: appsv1.DaemonSetSpec{Selector: o.Spec.Selector, UpdateStrategy: o.Spec.UpdateStrategy, MinReadySeconds: o.Spec.MinReadySeconds,
				Template: keepTemplate(&o.Spec.Template)},
		}, nil
	case *appsv1.StatefulSet:
		return keepStatefulSet(k, o), nil
	case *batchv1.Job:
		return &batchv1.Job{
			TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
			Spec: keepJob(&o.Spec), Status: batchv1.JobStatus{Conditions: keepJobConditions(o.Status.Conditions)},
		}, nil
	case *batchv1.CronJob:
		return &batchv1.CronJob{
			TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
			Spec: batchv1.CronJobSpec{Suspend: o.Spec.Suspend, JobTemplate: batchv1.JobTemplateSpec{Spec: keepJob(&o.Spec.JobTemplate.Spec)}},
		}, nil
	}
	return nil, fmt.Errorf("the server gave something (%T) that is no %s", o, k.Name)
}

func (k kind) typeMeta() metav1.TypeMeta {
	return metav1.TypeMeta{APIVersion: k.groupVersion().String(), Kind: k.Name}
}

// keepMeta leaves out who manages which fields, and the object once more as it
// was applied.
func keepMeta(m *metav1.ObjectMeta) metav1.ObjectMeta {
	kept := metav1.ObjectMeta{
		Name: m.Name, GenerateName: m.GenerateName, Namespace: m.Namespace, UID: m.UID, Labels: m.Labels, Annotations: m.Annotations,
		CreationTimestamp: m.CreationTimestamp, DeletionTimestamp: m.DeletionTimestamp, DeletionGracePeriodSeconds: m.DeletionGracePeriodSeconds,
		OwnerReferences: m.OwnerReferences, Finalizers: m.Finalizers,
	}
	if delete(kept.Annotations, corev1.LastAppliedConfigAnnotation); len(kept.Annotations) == 0 {
		kept.Annotations = nil
	}
	return kept
}

func keepPod(k kind, o *corev1.Pod) *corev1.Pod {
	p := &corev1.Pod{TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta), Spec: keepPodSpec(&o.Spec)}
	p.Spec.NodeName, p.Spec.Priority = o.Spec.NodeName, o.Spec.Priority
	p.Status = corev1.PodStatus{
		Phase: o.Status.Phase, StartTime: o.Status.StartTime,
		InitContainerStatuses: keepContainerStatuses(o.Status.InitContainerStatuses),
		ContainerStatuses:     keepContainerStatuses(o.Status.ContainerStatuses),
	}
	for _, c := range o.Status.Conditions {
		p.Status.Conditions = append(p.Status.Conditions, corev1.PodCondition{Type: c.Type, Status: c.Status,
			LastTransitionTime: c.LastTransitionTime})
	}
	return p
}

// keepContainerStatuses leaves out, among others, what a container wrote when it ended.
func keepContainerStatuses(all []corev1.ContainerStatus) []corev1.ContainerStatus {
	var kept []corev1.ContainerStatus
	for _, c := range all {
		s := corev1.ContainerStatus{Name: c.Name, RestartCount: c.RestartCount, Ready: c.Ready}
		if w := c.State.Waiting; w != nil {
			s.State.Waiting = &corev1.ContainerStateWaiting{Reason: w.Reason}
		}
		kept = append(kept, s)
	}
	return kept
}

func keepNode(k kind, o *corev1.Node) *corev1.Node {
	n := &corev1.Node{
		TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
		Spec: corev1.NodeSpec{ProviderID: o.Spec.ProviderID, Taints: o.Spec.Taints, Unschedulable: o.Spec.Unschedulable},
		Status: corev1.NodeStatus{
			Capacity: o.Status.Capacity, Allocatable: o.Status.Allocatable,
			NodeInfo: corev1.NodeSystemInfo{KubeletVersion: o.Status.NodeInfo.KubeletVersion, OSImage: o.Status.NodeInfo.OSImage},
		},
	}
	for _, c := range o.Status.Conditions {
		n.Status.Conditions = append(n.Status.Conditions, corev1.NodeCondition{Type: c.Type, Status: c.Status,
			LastTransitionTime: c.LastTransitionTime, LastHeartbeatTime: c.LastHeartbeatTime})
	}
	return n
}

func keepVolume(k kind, o *corev1.PersistentVolume) *corev1.PersistentVolume {
	v := &corev1.PersistentVolume{
		TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
		Spec:   corev1.PersistentVolumeSpec{NodeAffinity: o.Spec.NodeAffinity, StorageClassName: o.Spec.StorageClassName},
		Status: corev1.PersistentVolumeStatus{Phase: o.Status.Phase},
	}
	if d := o.Spec.CSI; d != nil { // what the driver was told may be a secret
		v.Spec.CSI = &corev1.CSIPersistentVolumeSource{Driver: d.Driver}
	}
	switch s := &o.Spec.PersistentVolumeSource; { // what serves it, and not where from
	case s.NFS != nil:
		v.Spec.NFS = &corev1.NFSVolumeSource{}
	case s.CephFS != nil:
		v.Spec.CephFS = &corev1.CephFSPersistentVolumeSource{}
	case s.Glusterfs != nil:
		v.Spec.Glusterfs = &corev1.GlusterfsPersistentVolumeSource{}
	case s.AzureFile != nil:
		v.Spec.AzureFile = &corev1.AzureFilePersistentVolumeSource{}
	case s.Quobyte != nil:
		v.Spec.Quobyte = &corev1.QuobyteVolumeSource{}
	case s.AWSElasticBlockStore != nil:
		v.Spec.AWSElasticBlockStore = &corev1.AWSElasticBlockStoreVolumeSource{}
	case s.GCEPersistentDisk != nil:
		v.Spec.GCEPersistentDisk = &corev1.GCEPersistentDiskVolumeSource{}
	case s.AzureDisk != nil:
		v.Spec.AzureDisk = &corev1.AzureDiskVolumeSource{}
	case s.Cinder != nil:
		v.Spec.Cinder = &corev1.CinderPersistentVolumeSource{}
	}
	if o.Spec.Local != nil {
		v.Spec.Local = &corev1.LocalVolumeSource{} // and not where on the node
	}
	if o.Spec.HostPath != nil {
		v.Spec.HostPath = &corev1.HostPathVolumeSource{}
	}
	if c := o.Spec.ClaimRef; c != nil {
		v.Spec.ClaimRef = &corev1.ObjectReference{Namespace: c.Namespace, Name: c.Name}
	}
	return v
}

func keepStatefulSet(k kind, o *appsv1.StatefulSet) *appsv1.StatefulSet {
	s := &appsv1.StatefulSet{
		TypeMeta: k.typeMeta(), ObjectMeta: keepMeta(&o.ObjectMeta),
		Spec: appsv1.StatefulSetSpec{
			Replicas: o.Spec.Replicas, Selector: o.Spec.Selector, ServiceName: o.Spec.ServiceName, UpdateStrategy: o.Spec.UpdateStrategy,
			PodManagementPolicy: o.Spec.PodManagementPolicy, MinReadySeconds: o.Spec.MinReadySeconds, Template: keepTemplate(&o.Spec.Template),
		},
	}
	for _, c := range o.Spec.VolumeClaimTemplates {
		s.Spec.VolumeClaimTemplates = append(s.Spec.VolumeClaimTemplates, corev1.PersistentVolumeClaim{
			ObjectMeta: metav1.ObjectMeta{Name: c.Name}, Spec: corev1.PersistentVolumeClaimSpec{StorageClassName: c.Spec.StorageClassName},
		})
	}
	return s
}

func keepJob(s *batchv1.JobSpec) batchv1.JobSpec {
	return batchv1.JobSpec{
		Parallelism: s.Parallelism, Completions: s.Completions, Suspend: s.Suspend, TTLSecondsAfterFinished: s.TTLSecondsAfterFinished,
		Selector: s.Selector, ActiveDeadlineSeconds: s.ActiveDeadlineSeconds, Template: keepTemplate(&s.Template),
		BackoffLimit: s.BackoffLimit, BackoffLimitPerIndex: s.BackoffLimitPerIndex, PodFailurePolicy: keepFailures(s.PodFailurePolicy),
	}
}

// keepFailures keeps of a policy what it says of conditions, and nothing of exit codes.
func keepFailures(p *batchv1.PodFailurePolicy) *batchv1.PodFailurePolicy {
	if p == nil {
		return nil
	}
	kept := &batchv1.PodFailurePolicy{}
	for _, r := range p.Rules {
		kept.Rules = append(kept.Rules, batchv1.PodFailurePolicyRule{Action: r.Action, OnPodConditions: r.OnPodConditions})
	}
	return kept
}

func keepJobConditions(all []batchv1.JobCondition) []batchv1.JobCondition {
	var kept []batchv1.JobCondition
	for _, c := range all {
		kept = append(kept, batchv1.JobCondition{Type: c.Type, Status: c.Status})
	}
	return kept
}

func keepTemplate(t *corev1.PodTemplateSpec) corev1.PodTemplateSpec {
	kept := corev1.PodTemplateSpec{ObjectMeta: keepMeta(&t.ObjectMeta), Spec: keepPodSpec(&t.Spec)}
	kept.Spec.NodeName = t.Spec.NodeName
	return kept
}

func keepTemplatePointer(t *corev1.PodTemplateSpec) *corev1.PodTemplateSpec {
	if t == nil {
		return nil
	}
	return new(keepTemplate(t))
}

// keepPodSpec keeps what decides where a pod runs and how it leaves.
func keepPodSpec(s *corev1.PodSpec) corev1.PodSpec {
	kept := corev1.PodSpec{
		NodeSelector: s.NodeSelector, Affinity: s.Affinity, Tolerations: s.Tolerations, TopologySpreadConstraints: s.TopologySpreadConstraints,
		PriorityClassName: s.PriorityClassName, PreemptionPolicy: s.PreemptionPolicy, ResourceClaims: s.ResourceClaims,
		SchedulingGates: s.SchedulingGates, RuntimeClassName: s.RuntimeClassName,
		TerminationGracePeriodSeconds: s.TerminationGracePeriodSeconds, ActiveDeadlineSeconds: s.ActiveDeadlineSeconds,
		RestartPolicy: s.RestartPolicy, ReadinessGates: s.ReadinessGates, Overhead: s.Overhead, Resources: s.Resources, OS: s.OS,
		HostNetwork: s.HostNetwork, HostPID: s.HostPID, HostIPC: s.HostIPC,
		InitContainers: keepContainers(s.InitContainers), Containers: keepContainers(s.Containers),
		SecurityContext: keepPodSecurity(s.SecurityContext),
	}
	for i := range s.Volumes {
		v := &s.Volumes[i]
		k := corev1.Volume{Name: v.Name, VolumeSource: corev1.VolumeSource{EmptyDir: v.EmptyDir, PersistentVolumeClaim: v.PersistentVolumeClaim}}
		switch { // where it lies is all that matters of one that outlasts its pod
		case v.HostPath != nil:
			k.HostPath = &corev1.HostPathVolumeSource{Path: manifest.HostPath(v.HostPath.Path)}
		case v.CSI != nil:
			k.CSI = &corev1.CSIVolumeSource{Driver: v.CSI.Driver}
		case v.AWSElasticBlockStore != nil:
			k.AWSElasticBlockStore = &corev1.AWSElasticBlockStoreVolumeSource{}
		case v.GCEPersistentDisk != nil:
			k.GCEPersistentDisk = &corev1.GCEPersistentDiskVolumeSource{}
		case v.AzureDisk != nil:
			k.AzureDisk = &corev1.AzureDiskVolumeSource{}
		case v.AzureFile != nil:
			k.AzureFile = &corev1.AzureFileVolumeSource{}
		case manifest.Outlasts(v):
			k.NFS = &corev1.NFSVolumeSource{}
		}
		kept.Volumes = append(kept.Volumes, k)
	}
	return kept
}

// keepProbe keeps of a probe that there is one, and when it asks: how it does may
// hold credentials.
func keepProbe(p *corev1.Probe) *corev1.Probe {
	if p == nil {
		return nil
	}
	return &corev1.Probe{InitialDelaySeconds: p.InitialDelaySeconds, PeriodSeconds: p.PeriodSeconds, SuccessThreshold: p.SuccessThreshold}
}

func keepContainers(all []corev1.Container) []corev1.Container {
	var kept []corev1.Container
	for i := range all {
		c := &all[i]
		k := corev1.Container{Name: c.Name, Ports: c.Ports, Resources: c.Resources, RestartPolicy: c.RestartPolicy}
		if k.Image, k.Command = manifest.Purpose(c); c.ImagePullPolicy == corev1.PullNever {
			k.ImagePullPolicy = corev1.PullNever
		}
		if hook := manifest.StopHook(c); hook >= time.Second {
			k.Lifecycle = &corev1.Lifecycle{PreStop: &corev1.LifecycleHandler{Sleep: &corev1.SleepAction{Seconds: int64(hook / time.Second)}}}
		}
		k.ReadinessProbe, k.StartupProbe, k.LivenessProbe = keepProbe(c.ReadinessProbe), keepProbe(c.StartupProbe), keepProbe(c.LivenessProbe)
		k.SecurityContext = keepSecurity(c.SecurityContext)
		kept = append(kept, k)
	}
	return kept
}
