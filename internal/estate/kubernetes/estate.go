// Package kubernetes is what runs, as plain values: nodes and their pools,
// workloads and their pods, budgets, autoscalers and services. Readers fill
// it from files or a cluster; nothing here knows where it came from beyond
// the position of each object.
package kubernetes

import (
	"iter"
	"maps"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/origin"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Estate is everything that was read, joined: see Link.
type Estate struct {
	Nodes        []Node
	Pools        []Pool
	NodeClaims   []NodeClaim
	Workloads    []Workload
	Pods         []Pod
	Budgets      []Budget
	Scalers      []Scaler
	Services     []Service
	Backends     []Backend
	Scrapes      []Scrape
	VolumeClaims []VolumeClaim
	// PriorityClasses that were read; templates have the priorities that follow.
	PriorityClasses []PriorityClass
	Namespaces      []Namespace
	Webhooks        []Webhook
	Quotas          []Quota
	DrainRules      []DrainRule
	LimitRanges     []LimitRange
	// CustomResources are those of kinds that onus does not know: they may make
	// pods of their own (an operator's databases, say) which it cannot see into.
	CustomResources []CustomResource
	// Objects are those that may tell for which platform they were written, of any
	// kind but nodes, pools and pods, which tell by themselves.
	Objects []Object
	// Live says that objects as a cluster has them were read, so that what is
	// not there does not exist; from manifests alone it may exist elsewhere.
	Live bool
	// Contexts name the clusters that were read, live or from snapshots, as the
	// kubeconfigs did; one without a name is not among them.
	Contexts []string
	// Newest is the latest time that anything in the input carries: about when
	// it was read from a cluster. Zero where nothing does.
	Newest time.Time
	// Unread is what could not be read of the cluster: it may hold objects of
	// these kinds, and nothing is known about them. A kind that the cluster does
	// not serve at all is not among them.
	Unread []origin.Unread
	// Hidden is what files, builds and operators hold that could not be read:
	// each may be about the objects in its scope, and says nothing of others.
	Hidden []origin.Unread
	// NotJudged are the kinds, as GROUP/KIND, of custom resources of which it is
	// not known what their operators make: one for each resource.
	NotJudged []string
	// Elsewhere are the kinds of those that apply what stands elsewhere, such as the
	// chart of a release: one for each resource.
	Elsewhere []string
	Seen      Seen
}

// Seen counts what was looked at, so that green can be told from not looked at.
type Seen struct {
	Clusters  int // live clusters read
	Files     int // files read
	Objects   int // Kubernetes objects read
	Skipped   int // files and documents that are not Kubernetes
	Unrelated int // Kubernetes objects of kinds that do not matter here
	Replaced  int // objects that stood more than once; the last one counts
	Patched   int // kustomizations, of which files were read and nothing built
	Encrypted int // files and documents that only their owner can read
}

// Add counts what was looked at elsewhere, too.
func (s *Seen) Add(o Seen) {
	s.Clusters += o.Clusters
	s.Files += o.Files
	s.Objects += o.Objects
	s.Skipped += o.Skipped
	s.Unrelated += o.Unrelated
	s.Replaced += o.Replaced
	s.Patched += o.Patched
	s.Encrypted += o.Encrypted
}

// Object is one of any kind, as far as it may tell for which platform it was
// written. An object of a kind that every cluster has is one only where
// something in it may.
type Object struct {
	API         string // GROUP/KIND
	Name        string
	Labels      map[string]string // those with a prefix, as platforms set them
	Annotations map[string]string // the same; without long values
	// Values are what its fields say, by their path: spec.ingressClassName. What
	// is no scalar says only that it is there, with an empty value.
	Values   map[string]string
	Position origin.Position
}

// Ref names an object. Namespace is empty for cluster-wide kinds.
type Ref struct {
	Namespace string `json:"namespace,omitempty"`
	Kind      string `json:"kind"`
	Name      string `json:"name"`
}

func (r Ref) String() string {
	if r.Namespace == "" {
		return r.Kind + "/" + r.Name
	}
	return r.Namespace + "/" + r.Kind + "/" + r.Name
}

// Node is a machine that pods run on.
type Node struct {
	Name        string
	Labels      map[string]string
	Annotations map[string]string
	Taints      []Taint
	// Allocatable is what pods can have of it; the zero value where that was not read.
	Allocatable Resources
	// Capacity is all that it has, which is what the limits of pools count.
	Capacity       Resources
	NotReady       bool      // its Ready condition was read and is not true
	Cordoned       bool      // spec.unschedulable
	Deleted        time.Time // its deletion timestamp; zero while it is to stay
	ProviderID     string
	KubeletVersion string
	OSImage        string
	Created        time.Time  // zero when not known
	NodeClaim      *NodeClaim // what it was started for, where that was read
	Position       origin.Position
}

// Resources is an amount of what nodes have and pods ask for.
type Resources struct {
	CPU    int64            // thousandths of a core
	Memory int64            // bytes
	Pods   int64            // a pod asks for one
	Other  map[string]int64 // by name, such as nvidia.com/gpu and ephemeral-storage (bytes); nil for none
}

// Equal reports whether two amounts are the same.
func (r Resources) Equal(o Resources) bool {
	return r.CPU == o.CPU && r.Memory == o.Memory && r.Pods == o.Pods && maps.Equal(r.Other, o.Other)
}

// Taint keeps pods off a node that do not tolerate it.
type Taint struct{ Key, Value, Effect string }

// VolumeClaim is a PersistentVolumeClaim and where its volume can be used.
type VolumeClaim struct {
	Namespace, Name string
	// Volume is the PersistentVolume it is bound to, by name; empty while it is not.
	Volume string
	// Zones it can be mounted in, by the node affinity of its
	// PersistentVolume; nil where it is not bound to a zone. Host is the node
	// it lies on, where it is local to one: by its name, or by its hostname
	// where it was not read.
	Zones []string
	Host  string
	// Once says that one node, or one pod, at a time can mount it; false where
	// the claim does not say so, or was not read itself.
	Once bool
	// OncePod says that one pod at a time can, wherever others are.
	OncePod bool
}

// PodTemplate is what a workload's pods are made from.
type PodTemplate struct {
	Labels       map[string]string
	Annotations  map[string]string
	NodeSelector map[string]string // required node affinity with one value included
	Tolerations  []Toleration
	// ReadyAfter is how long after its start a pod is ready at the soonest, as its
	// probes ask no sooner.
	ReadyAfter time.Duration
	Requests   Resources
	// Limits of its containers together. Unstated and Unlimited are how many of its
	// containers ask for none of a resource, and have no limit of it.
	Limits              Resources
	Unstated, Unlimited Stated
	Deadline            bool          // activeDeadlineSeconds is set: it ends by itself
	Grace               time.Duration // terminationGracePeriodSeconds; 30 s where it is not set
	// PriorityClass by name; empty for the default of the cluster. Priority is
	// what follows; nil where the class was not read and no pod carries it.
	PriorityClass string
	Priority      *int32
	Preempts      bool // its preemption policy lets it push out others
	Affinity      *corev1.Affinity
	Spread        []corev1.TopologySpreadConstraint
	HostPorts     []string // ports of the node that it takes, such as TCP/8080
	Pause         bool     // its containers do nothing: they run the pause image
	Sleeps        bool     // its containers run sleep, or tail -f /dev/null
	Elects        bool     // a container is told to elect a leader
	Unpulled      bool     // its images are never pulled: somebody puts them on its nodes
	EmptyDir      bool     // it has an emptyDir volume
	Lasting       bool     // it has a volume that outlasts pods and is no claim, such as one of the node
	VolumeClaims  []string // PersistentVolumeClaims it mounts, by name
	Containers    []Container
}

// Container is what a pod runs, as far as it tells which program that is.
type Container struct {
	// Image is its name without registry, path and tag; empty where it is not known,
	// as of a cluster: a snapshot has neither images nor commands.
	Image string
	// Runs is the program that it is told to run; empty where its image says.
	Runs  string
	Ports []ContainerPort // that it declares
	// Roles are those that it is told to have of several that its image can, and Set
	// is the replica set that it is told to be a member of, by flags and by variables
	// of its environment: arbiter, querier; rs0.
	Roles []string
	Set   string
	// Directory is the flag by which it is told where on its disk to keep its data.
	Directory string
}

// ContainerPort is a port that a container declares.
type ContainerPort struct {
	Name   string
	Number int32
}

// Without are the labels that no node may have on which its pods are to run: of
// required node affinity, those that every term rules out.
func (t *PodTemplate) Without() []string {
	if t.Affinity == nil || t.Affinity.NodeAffinity == nil || t.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution == nil {
		return nil
	}
	var all []string
	for i, term := range t.Affinity.NodeAffinity.RequiredDuringSchedulingIgnoredDuringExecution.NodeSelectorTerms {
		var keys []string
		for _, x := range term.MatchExpressions {
			if x.Operator == corev1.NodeSelectorOpDoesNotExist {
				keys = append(keys, x.Key)
			}
		}
		if i == 0 {
			all = keys
			continue
		}
		all = slices.DeleteFunc(all, func(key string) bool { return !slices.Contains(keys, key) })
	}
	return all
}

// Ports are those that its containers declare.
func (t *PodTemplate) Ports() iter.Seq[ContainerPort] {
	return func(yield func(ContainerPort) bool) {
		for _, c := range t.Containers {
			for _, p := range c.Ports {
				if !yield(p) {
					return
				}
			}
		}
	}
}

// Toleration is what a pod tolerates; an empty key tolerates every taint.
type Toleration struct {
	Key      string
	Operator string // Equal where it is empty
	Value    string // empty with the operator Exists
	Effect   string
}

// Workload is a controller of pods, or a bare pod.
type Workload struct {
	Ref
	Group string // API group of the kind
	UID   string
	// Labels of the object itself; its pods have those of the template.
	Labels map[string]string
	// Replicas as the object has it; 1 where it says nothing. ReplicasSet says
	// that it was written there.
	Replicas    int
	ReplicasSet bool
	// Scaled says that the kind has a scale subresource.
	Scaled bool
	// Evictable says that a drain evicts its pods. It does not evict those of a
	// DaemonSet, nor static pods (of the kind Static), which are kept here because
	// budgets may select them.
	Evictable bool
	// Lasting says that its pods are meant to run on without end. Those of Jobs
	// and CronJobs run to completion: an eviction starts them over, and there is
	// nothing to be up.
	Lasting bool
	// Inferred: only its pods were read, not the object itself.
	Inferred bool
	Selector *metav1.LabelSelector
	Template PodTemplate
	// Namespaced says that the object names its namespace itself; where it does
	// not, whoever applies it decides.
	Namespaced bool
	// TemplateOf names the workload whose template it uses in place of one of
	// its own, as an Argo Rollout may.
	TemplateOf *Ref
	// ServiceName of a StatefulSet.
	ServiceName string
	// Rollout says how its pods are replaced when its template changes.
	Rollout Rollout
	// ClaimTemplates of a StatefulSet: each of its pods has a volume of its own for each.
	VolumeClaimTemplates []string
	Scaler               *Scaler // what sets its replicas, where something does
	Pods                 []int   // indices into Estate.Pods, as a cluster has them
	Finished             []int   // those of them that have run to their end
	// Transient says of one that does not last that its pods are deleted soon
	// after they end: they delay a drain by less than it waits for anyway.
	Transient bool
	Bare      bool // a pod without a controller
	// MadeBy is the custom resource that an operator makes it of, where that was
	// read and not the object itself; nil for what was read.
	MadeBy *Maker
	// Generated: Name is what its name will start with, and others share it.
	Generated bool
	// ConflictsAt is where another object of this name stands that differs from
	// this one, which was read last and counts; nil for none.
	ConflictsAt *origin.Position
	Position    origin.Position
}

// Rollout is how a workload replaces its pods. The zero value is that of a
// Deployment or StatefulSet which says nothing about it.
type Rollout struct {
	// Strategy as written: RollingUpdate, Recreate or OnDelete; empty for RollingUpdate.
	Strategy                 string
	MaxUnavailable, MaxSurge *intstr.IntOrString // nil for the default of its kind
	Partition                int                 // of a StatefulSet: pods below it keep their revision
	Parallel                 bool                // of a StatefulSet: podManagementPolicy Parallel
	MinReady                 time.Duration       // minReadySeconds
}

// Off reports whether the workload was switched off: replicas 0 also disables
// a HorizontalPodAutoscaler, while KEDA starts a workload from zero.
//
// Source: reconcileAutoscaler in pkg/controller/podautoscaler/horizontal.go.
func (w *Workload) Off() bool {
	return w.ReplicasSet && w.Replicas == 0 && (w.Scaler == nil || w.Scaler.Kind == "HorizontalPodAutoscaler" && !w.Scaler.ToZero)
}

// AtLeast is the fewest pods a workload runs with while it runs at all: its
// autoscaler's minimum where there is one, else its own replicas. One that
// scales to zero counts with the fewest it runs with when it does not: at none
// there is nothing to evict. DaemonSets have as many as were seen, or one.
func (w *Workload) AtLeast() int {
	switch {
	case w.Kind == "DaemonSet":
		return max(1, len(w.Pods))
	case w.Off():
		return 0
	case w.Scaler != nil:
		return w.Scaler.Min
	}
	return w.Replicas
}

// AtMost is the most pods a workload may be scaled to.
func (w *Workload) AtMost() int {
	if w.Scaler != nil && !w.Off() {
		return max(w.Scaler.Max, w.AtLeast())
	}
	return w.AtLeast()
}

// Passing reports whether its pods delay a drain by less than it waits for
// anyway: none of them runs, and what is made of it is gone soon after it ends.
func (w *Workload) Passing() bool { return w.Transient && len(w.Pods) == 0 }

// ScalesToZero reports whether the workload may be scaled to no pods at all.
func (w *Workload) ScalesToZero() bool { return w.Scaler != nil && w.Scaler.ToZero }

// Pod is a pod as a cluster has it.
type Pod struct {
	Namespace    string
	Name         string
	Labels       map[string]string
	Node         string
	Phase        string
	UID          string
	Ready        bool      // its Ready condition is true
	Created      time.Time // zero when not known, as are the two below
	Started      time.Time // status.startTime
	Deleted      time.Time // deletion timestamp, which lies where its grace ends
	Changed      time.Time // when its Ready condition last changed
	Restarts     int       // of all its containers
	Waiting      string    // why a container is not running, such as CrashLoopBackOff
	Priority     int32
	VolumeClaims []string // PersistentVolumeClaims it mounts, by name
	// Requests are what it asks for where its workload's template says otherwise:
	// something on its way may have added a sidecar, or raised them. Else nil.
	Requests  *Resources
	Workload  int // index into Estate.Workloads, -1 when none
	Generated bool
	Position  origin.Position
}

// Budget is a PodDisruptionBudget.
type Budget struct {
	Namespace      string
	Name           string
	Labels         map[string]string
	Annotations    map[string]string
	Namespaced     bool // it names its namespace itself
	Selector       labels.Selector
	LabelSelector  *metav1.LabelSelector // as written; nil selects nothing
	MinAvailable   *intstr.IntOrString
	MaxUnavailable *intstr.IntOrString
	// Unserved says that it is written in policy/v1beta1 and stands in no cluster:
	// since Kubernetes 1.25 no API server takes it.
	Unserved bool
	// Unhealthy is unhealthyPodEvictionPolicy as written.
	Unhealthy string
	// Status is the controller's own arithmetic, where the object came from a cluster.
	Status *BudgetStatus
	// Position is that of the object, Spec that of the field that decides.
	Position origin.Position
	Spec     origin.Position
	// ConflictsAt is where another budget of this name stands that differs.
	ConflictsAt *origin.Position
	// MadeBy is what a controller makes it of: a custom resource that was read in
	// its place, or the owner that it names.
	MadeBy *Maker
	// Unit is the one that it stands in, where it is not that of the estate.
	Unit string
}

// BudgetStatus is what the disruption controller wrote last.
type BudgetStatus struct {
	Allowed, Healthy, Desired, Expected int
	SyncFailed                          string // its message, when the controller could not count
}

// Ref names the budget.
func (b *Budget) Ref() Ref {
	return Ref{Namespace: b.Namespace, Kind: "PodDisruptionBudget", Name: b.Name}
}

// Scaler sets the replicas of a workload: a HorizontalPodAutoscaler or a KEDA
// ScaledObject. Min is the fewest it may choose.
type Scaler struct {
	Ref
	Target   Ref  // kind and name in the scaler's namespace
	Min, Max int  // while it runs at all; 1 or more
	ToZero   bool // it may also scale to none
	// Namespaced says that the object names its namespace itself.
	Namespaced bool
	// ConflictsAt is where another scaler of this name stands that differs.
	ConflictsAt *origin.Position
	Position    origin.Position
}

// Service routes to pods by label.
type Service struct {
	Namespace string
	Name      string
	Selector  map[string]string
	Type      string // as written: ClusterIP, NodePort, LoadBalancer; empty for ClusterIP
	Labels    map[string]string
	Headless  bool // it has no address: its name leads to each of its pods
	Ports     []ServicePort
	Position  origin.Position
	Unit      string // that it stands in, where it is not that of the estate
}

// ServicePort is a port of a Service, and of the pods behind it.
type ServicePort struct {
	Name   string
	Number int32
	Target string // the name or the number that it has in the pods
}

// Scrape is a ServiceMonitor of the Prometheus operator: from which Services, by
// their labels, metrics are read.
type Scrape struct {
	Namespaces []string // of the Services; every one where it is empty
	Selector   labels.Selector
	Ports      []string // the names of their ports, or what those are in the pods
}

// Backend is a Service that an Ingress, a route of a gateway or a webhook of
// the API server sends requests to.
type Backend struct {
	Namespace, Service string
	By                 Ref
	Webhook            bool // the API server calls it
	// Custom says that it is called for objects of custom kinds alone: all others
	// are made and changed without it.
	Custom bool
	// Optional says that the API server goes on without it.
	Optional bool
	Position origin.Position
}

// CustomResource is one of a kind that is not read as such: an operator may make
// pods of it.
type CustomResource struct {
	API       string // GROUP/KIND
	Namespace string
	Name      string
	UID       string // of one that a cluster holds
	// Namespaced says that the object names its namespace itself.
	Namespaced bool
	// Applied says that what it applies was read where that stands: an Application
	// of Argo CD whose directory is in the input.
	Applied bool
	// Object is all of it, as JSON, where it did not come from a cluster: what its
	// operator makes is there to be read then.
	Object   []byte
	Position origin.Position
}

// Maker is a custom resource that an operator made something of.
type Maker struct {
	Ref
	Operator string // what people call it
	// Change says which of its fields to set to what, so that of a workload enough
	// pods are made to lose one, and a budget allows an eviction; empty where that
	// is not known. Unsure says that more pods may not be wanted.
	Change string
	Unsure bool
}
