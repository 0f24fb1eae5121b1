package manifest

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// podReader reads pods, and what has them made by a template.
type podReader struct{ *objectReader }

func (r podReader) pod(doc *document.Document) error {
	var o struct {
		Metadata meta           `json:"metadata"`
		Spec     corev1.PodSpec `json:"spec"`
		Status   podStatus      `json:"status"`
	}
	if err := r.decode(doc, &o); err != nil {
		return err
	}
	r.live(o.Metadata)
	if err := r.checkPod(doc, "/spec", &o.Spec); err != nil {
		return err
	}
	p := kubernetes.RawPod{Template: new(Template(o.Metadata.Labels, o.Metadata.Annotations, &o.Spec)), Pod: kubernetes.Pod{
		Namespace: namespaceOf(o.Metadata.Namespace), Name: cmp.Or(o.Metadata.Name, o.Metadata.GenerateName),
		Labels: o.Metadata.Labels, Node: o.Spec.NodeName, Phase: o.Status.Phase,
		UID: o.Metadata.UID, Created: o.Metadata.Created.Time, Deleted: o.Metadata.Deleted.Time, Finalizers: o.Metadata.Finalizers,
		Workload: -1, Generated: o.Metadata.Name == "", Owned: len(o.Metadata.OwnerReferences) > 0, Position: r.at(doc),
	}}
	p.Template.NodeName = "" // a scheduler chose it, as far as anybody knows
	if o.Spec.Priority != nil {
		p.Priority = *o.Spec.Priority
	}
	p.VolumeClaims = p.Template.VolumeClaims
	r.podStatus(&o.Status, &p.Pod)
	if owner := o.Metadata.controller(); owner != nil {
		p.Owner = &kubernetes.Owner{API: owner.APIVersion, Kind: owner.Kind, Name: owner.Name}
	}
	r.into.Pods = append(r.into.Pods, p)
	return nil
}

// podStatus is what a cluster says of a pod.
type podStatus struct {
	Phase          string            `json:"phase"`
	StartTime      instant           `json:"startTime"`
	Conditions     []condition       `json:"conditions"`
	InitContainers []containerStatus `json:"initContainerStatuses"`
	Containers     []containerStatus `json:"containerStatuses"`
}

type containerStatus struct {
	RestartCount int `json:"restartCount"`
	State        struct {
		Waiting *struct {
			Reason string `json:"reason"`
		} `json:"waiting"`
	} `json:"state"`
}

func (r podReader) podStatus(s *podStatus, into *kubernetes.Pod) {
	into.Started = s.StartTime.Time
	r.happened(s.StartTime.Time)
	for _, c := range s.Conditions {
		r.happened(c.LastTransitionTime.Time)
		if c.Type == string(corev1.PodReady) {
			into.Ready, into.Changed = c.Status == string(corev1.ConditionTrue), c.LastTransitionTime.Time
		}
	}
	// Init containers come first: while one does not get through, the others
	// wait for it, and their reason tells nothing.
	for _, all := range [][]containerStatus{s.InitContainers, s.Containers} {
		for _, c := range all {
			into.Restarts += c.RestartCount
			if w := c.State.Waiting; w != nil && into.Waiting == "" {
				into.Waiting = w.Reason
			}
		}
	}
}

// Template keeps of a pod what decides where it runs and how it leaves.
func Template(labels, annotations map[string]string, spec *corev1.PodSpec) kubernetes.PodTemplate {
	t := kubernetes.PodTemplate{
		Labels: labels, Annotations: annotations, NodeSelector: spec.NodeSelector, NodeName: spec.NodeName,
		Requests: requests(spec), Grace: grace(spec.TerminationGracePeriodSeconds),
		Devices: claimsDevices(spec), Gates: gatesOf(spec),
		PriorityClass: spec.PriorityClassName, Preempts: spec.PreemptionPolicy == nil || *spec.PreemptionPolicy != corev1.PreemptNever,
		Affinity: spec.Affinity, Spread: spec.TopologySpreadConstraints,
		ServiceAccount: cmp.Or(spec.ServiceAccountName, spec.DeprecatedServiceAccount), Asks: podAsks(spec),
		Ends: spec.RestartPolicy != "" && spec.RestartPolicy != corev1.RestartPolicyAlways,
	}
	t.Tolerations, t.Overhead = tolerations(spec.Tolerations), len(spec.Overhead) > 0
	if spec.RuntimeClassName != nil {
		t.RuntimeClass = *spec.RuntimeClassName
	}
	stated(spec, &t)
	t.ReadyAfter, t.Unprobed = readyAfter(spec), unprobed(spec)
	t.StopHook, t.AllServe = stopHook(spec)
	ofContainers(spec, &t)
	for i := range spec.InitContainers {
		if c := &spec.InitContainers[i]; sidecar(c) {
			t.SidecarPorts = append(t.SidecarPorts, portsOf(c)...)
		}
	}
	if a := spec.Affinity; a != nil && a.NodeAffinity != nil {
		t.NodeSelector = withRequired(t.NodeSelector, a.NodeAffinity)
	}
	t.ConfigMaps = configMaps(spec)
	t.LostData = lostData(spec)
	ofVolumes(spec, &t)
	return t
}

// claimsDevices reports whether a pod asks for devices by claims: dynamic resource allocation.
//
// Source: HasDRARequirements in pkg/utils/pod/scheduling.go of Karpenter.
func claimsDevices(spec *corev1.PodSpec) bool {
	claims := func(c corev1.Container) bool { return len(c.Resources.Claims) > 0 }
	return len(spec.ResourceClaims) > 0 || slices.ContainsFunc(spec.InitContainers, claims) || slices.ContainsFunc(spec.Containers, claims)
}

func tolerations(of []corev1.Toleration) []kubernetes.Toleration {
	var all []kubernetes.Toleration
	for _, tol := range of {
		all = append(all, kubernetes.Toleration{
			Key: tol.Key, Operator: string(tol.Operator), Value: tol.Value, Effect: string(tol.Effect), Seconds: tol.TolerationSeconds,
		})
	}
	return all
}

// gatesOf are the scheduling gates of a pod, by name.
func gatesOf(spec *corev1.PodSpec) []string {
	var all []string
	for _, g := range spec.SchedulingGates {
		all = append(all, g.Name)
	}
	return all
}

// ofContainers says what containers make of a pod.
func ofContainers(spec *corev1.PodSpec, t *kubernetes.PodTemplate) {
	t.Pause, t.Sleeps = len(spec.Containers) > 0, len(spec.Containers) > 0
	pulled := func(c corev1.Container) bool { return c.ImagePullPolicy != corev1.PullNever }
	t.Unpulled = len(spec.Containers) > 0 && !slices.ContainsFunc(spec.Containers, pulled)
	for i := range spec.Containers {
		c := &spec.Containers[i]
		t.Pause, t.Sleeps = t.Pause && pauses(c.Image), t.Sleeps && sleeps(c)
		t.Told = inEnvironment(c, t.Told)
		told, off := elects(c)
		t.Elects, t.ElectsNot = t.Elects || told, cmp.Or(t.ElectsNot, off)
		for _, p := range c.Ports {
			if port := cmp.Or(p.HostPort, onHost(spec, p.ContainerPort)); port > 0 {
				t.HostPorts = append(t.HostPorts, cmp.Or(string(p.Protocol), string(corev1.ProtocolTCP))+"/"+strconv.Itoa(int(port)))
			}
		}
		t.Containers = append(t.Containers, container(c))
		if told := autoscales(c); told != nil {
			t.Autoscaler = told
		}
		if t.Placeholder == "" && toFillIn(c.Image) {
			t.Placeholder = c.Image
		}
		if t.OwnMachine == "" && onOwnMachine(c.Image) {
			t.OwnMachine = c.Image
		}
		t.Anonymous = t.Anonymous || slices.Contains(c.Env, corev1.EnvVar{Name: anonymous, Value: "true"})
	}
	awaited(t, spec)
}

// ofVolumes says what volumes do.
func ofVolumes(spec *corev1.PodSpec, t *kubernetes.PodTemplate) {
	for i := range spec.Volumes {
		v := &spec.Volumes[i]
		t.EmptyDir, t.Lasting = t.EmptyDir || v.EmptyDir != nil && !scratch(spec, v.Name), t.Lasting || Outlasts(v)
		if v.HostPath != nil || v.EmptyDir != nil && v.EmptyDir.Medium != corev1.StorageMediumMemory {
			t.Local = append(t.Local, v.Name)
		}
		t.OnNode = t.OnNode || v.HostPath != nil && !scratch(spec, v.Name)
		// The claim of an ephemeral volume goes with its pod, and ties the next one
		// to nothing.
		if c := v.PersistentVolumeClaim; c != nil {
			t.VolumeClaims = append(t.VolumeClaims, c.ClaimName)
		}
	}
}

// Outlasts reports whether a volume is there longer than its pod, and is no
// claim: it lies on the node, or on a server that the pod names.
func Outlasts(v *corev1.Volume) bool {
	s := &v.VolumeSource
	return *s != (corev1.VolumeSource{}) && s.PersistentVolumeClaim == nil && s.EmptyDir == nil && s.Ephemeral == nil &&
		s.ConfigMap == nil && s.Secret == nil && s.Projected == nil && s.DownwardAPI == nil && s.Image == nil
}

// container keeps of one what tells which program it runs.
func container(c *corev1.Container) kubernetes.Container {
	x := kubernetes.Container{
		Image: programName(c.Image), Tag: tagWords(c.Image), Version: tagVersion(c.Image), Runs: runs(c),
		Floating: floating(c), Pinned: pinned(c.Image), Forces: len(forces(c)) > 0,
	}
	told(c, &x)
	awaits(c, &x)
	stores(c, &x)
	x.Ports = portsOf(c)
	return x
}

// portsOf are those that a container declares.
func portsOf(c *corev1.Container) []kubernetes.ContainerPort {
	var all []kubernetes.ContainerPort
	for _, p := range c.Ports {
		all = append(all, kubernetes.ContainerPort{Name: p.Name, Number: p.ContainerPort})
	}
	return all
}

// onHost is a port of a container where its pod has the network of its node, and
// else none.
//
// Source: SetDefaults_PodSpec and defaultHostNetworkPorts in
// pkg/apis/core/v1/defaults.go.
func onHost(spec *corev1.PodSpec, port int32) int32 {
	if spec.HostNetwork {
		return port
	}
	return 0
}

// grace is how long a pod may take to stop. Less than none counts as a second.
//
// Source: SetDefaults_PodSpec in pkg/apis/core/v1/defaults.go and
// Convert_v1_Pod_To_core_Pod in conversion.go there.
func grace(written *int64) time.Duration {
	switch {
	case written == nil:
		return corev1.DefaultTerminationGracePeriodSeconds * time.Second
	case *written < 0:
		return time.Second
	}
	return seconds(*written)
}

// withRequired adds to a node selector what required node affinity pins to one
// value, where it has a single term.
func withRequired(selector map[string]string, a *corev1.NodeAffinity) map[string]string {
	required := a.RequiredDuringSchedulingIgnoredDuringExecution
	if required == nil || len(required.NodeSelectorTerms) != 1 {
		return selector
	}
	merged := make(map[string]string, len(selector))
	for _, e := range required.NodeSelectorTerms[0].MatchExpressions {
		if e.Operator == corev1.NodeSelectorOpIn && len(e.Values) == 1 {
			merged[e.Key] = e.Values[0]
		}
	}
	for k, v := range selector {
		merged[k] = v
	}
	return merged
}
