// Package kubernetes is what runs, as plain values: nodes and their pools,
// workloads and their pods, budgets, autoscalers and services. Readers fill
// it from files or a cluster; nothing here knows where it came from beyond
// the position of each object.
package kubernetes

import (
	"maps"
	"time"

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
	Calls        []Call
	Scrapes      []Scrape
	Configs      []Config
	VolumeClaims []VolumeClaim
	VolumeLimits []NodeLimits
	// PriorityClasses that were read; templates have the priorities that follow.
	PriorityClasses []PriorityClass
	Namespaces      []Namespace
	Webhooks        []Webhook
	Quotas          []Quota
	DrainRules      []DrainRule
	Machines        []Machine
	HealthChecks    []HealthCheck
	Attachments     []Attachment
	Evictors        []Evictor
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
	// Servers are the versions of the API servers of those clusters, where that is saved.
	Servers []string
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
	// Glimpses are what is known of their text.
	Glimpses Glimpses
	// NotJudged are the kinds, as GROUP/KIND, of custom resources of which it is
	// not known what their operators make: one for each resource.
	NotJudged []string
	// Withdrawn are objects that no API server takes any more as they are written.
	Withdrawn []Withdrawn
	// Current are objects in versions that took the place of such.
	Current []Current
	// Registers says that a ClusterRole lets somebody register webhooks while it runs.
	Registers bool
	// Unasked says that a snapshot was read of a time when they had nothing of what pods
	// ask of their nodes: that Asks are empty there tells nothing.
	Unasked bool
	// LeaseRoles, StatusRoles and RoleBindings say who may be a leader, and who needs one.
	// They are not read from clusters.
	LeaseRoles  []LeaseRole
	StatusRoles []StatusRole
	// PodRoles say who may make pods, or what makes them.
	PodRoles []PodRole
	// Spreads say for what pods of several clusters answer.
	Spreads      []Spread
	RoleBindings []RoleBinding
	// Elsewhere are the kinds of those that apply what stands elsewhere, such as the
	// chart of a release: one for each resource.
	Elsewhere []string
	// Timings are what is said of how long things take; zero for what is not said.
	Timings Timings
	// Marks are what owners tell onus in annotations, in the order of the input.
	Marks []Mark
	Seen  Seen
}

// Timings are how long things take, of which manifests say nothing.
type Timings struct {
	NodeReady time.Duration // from asking for a node
	PodReady  time.Duration // from its binding
	PodStop   time.Duration // from SIGTERM
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

// Withdrawn is an object in a version of its kind that no API server takes any more.
type Withdrawn struct {
	API, Kind string // extensions/v1beta1, Ingress
	Since     string // which Kubernetes
	Position  origin.Position
}

// Current is an object in a version that took the place of one which no API server takes.
type Current struct {
	Minor    int // of the Kubernetes 1 since which none takes the old one
	Position origin.Position
}

// Object is one of any kind, as far as it may tell for which platform it was
// written. An object of a kind that every cluster has is one only where
// something in it may.
type Object struct {
	API         string // GROUP/KIND
	Namespace   string // as written; empty for none
	Name        string
	Labels      map[string]string // those with a prefix, as platforms set them
	Annotations map[string]string // the same; without long values
	// Values are what its fields say, by their path: spec.ingressClassName. What
	// is no scalar says only that it is there, with an empty value.
	Values map[string]string
	// Defaults are the paths among them whose value is the default of a variable, which
	// others may set.
	Defaults []string
	// At are the places of values that are looked at by themselves, by their path: a module is given
	// a version by what calls it.
	At       map[string]origin.Position
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
	UID         string // empty where a cluster did not give it, as of all objects
	Labels      map[string]string
	Annotations map[string]string
	Taints      []Taint
	// Allocatable is what pods can have of it; the zero value where that was not read.
	Allocatable Resources
	// Capacity is all that it has, which is what the limits of pools count.
	Capacity Resources
	NotReady bool // its Ready condition was read and is not true
	// NotReadySince is since when; zero where that was not read.
	NotReadySince time.Time
	// EvictsFrom is when it got a taint with NoExecute because it is not ready, from
	// which on pods are evicted as their tolerations run out; zero where it has none.
	// Unreachable: its kubelet does not report, so that nothing on it stops.
	EvictsFrom     time.Time
	Unreachable    bool
	OutOfService   bool      // somebody has tainted it so
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
	// OnDisk says that its volume is of kind local or hostPath, and no driver's.
	OnDisk bool
	// Class is its storage class; empty where it names none. Local says that it lies on
	// one node, whether or not it is known on which: its volume is a local one, or its
	// class makes such.
	Class string
	Local bool
	// Unclassed says that it does not speak of a class at all: it gets the default one.
	// Selector picks among volumes; nil for any.
	Unclassed bool
	Selector  labels.Selector
	// Storage is what may serve it, by the volumes that it may get, as of a Volume;
	// nil where that is not known.
	Storage []string
	// Once says that one node, or one pod, at a time can mount it; false where
	// the claim does not say so, or was not read itself.
	Once bool
	// OncePod says that one pod at a time can, wherever others are.
	OncePod  bool
	Position origin.Position
}

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
	Finalizers   []string  // which keep it there, once it is deleted, until somebody takes them off
	Changed      time.Time // when its Ready condition last changed
	Restarts     int       // of all its containers
	Waiting      string    // why a container is not running, such as CrashLoopBackOff
	Priority     int32
	VolumeClaims []string // PersistentVolumeClaims it mounts, by name
	// Requests are what it asks for where its workload's template says otherwise:
	// something on its way may have added a sidecar, or raised them. Else nil.
	Requests *Resources
	// Annotated are its annotations that autoscalers of nodes go by, where its workload's
	// template has others: somebody annotated it. Else nil.
	Annotated *map[string]string
	Workload  int // index into Estate.Workloads, -1 when none
	Generated bool
	Owned     bool // it names an owner, which need not be one that controls it
	Position  origin.Position
}

// Budget is a PodDisruptionBudget.
type Budget struct {
	Namespace      string
	Name           string
	UID            string
	Labels         map[string]string
	Annotations    map[string]string
	Namespaced     bool // it names its namespace itself
	Selector       labels.Selector
	LabelSelector  *metav1.LabelSelector // as written; nil selects nothing
	Open           map[string]string     // labels for which it asks with a parameter without a value, as they are written
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
	// Rewritten says by whom and by what it is written anew whatever it says now; empty for
	// none that is.
	Rewritten string
	// Primary is the name of a budget over the primary alone, 1 of 1, that a controller makes
	// beside it, and for which this one stands; empty for none.
	Primary string
	// Unit is the one that it stands in, where it is not that of the estate.
	Unit string
	// Beyond are the workloads of other units that it selects pods of as well, and Judged
	// says that what is to be said of the budget itself is said in another unit.
	Beyond []Beyond
	Judged bool
}

// Beyond is a workload of another unit, under a budget.
type Beyond struct {
	Workload
	Unit string
	Kept bool // another budget of its unit covers it as well
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

// PausedReplicas is the annotation by which KEDA keeps a workload at a number.
//
// Source: keda.sh/docs/concepts/scaling-deployments (Pause autoscaling).
const PausedReplicas = "autoscaling.keda.sh/paused-replicas"

// Scaler sets the replicas of a workload: a HorizontalPodAutoscaler or a KEDA
// ScaledObject. Min is the fewest it may choose.
type Scaler struct {
	Ref
	API      string // its apiVersion as written: what kustomize finds it by
	Target   Ref    // kind and name in the scaler's namespace
	Min, Max int    // while it runs at all; 1 or more
	ToZero   bool   // it may also scale to none
	Paused   bool   // an annotation keeps it at a number, whatever else it says
	// Namespaced says that the object names its namespace itself.
	Namespaced bool
	// ConflictsAt is where another scaler of this name stands that differs.
	ConflictsAt *origin.Position
	Position    origin.Position
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
	API      string // of the owner that a budget names, as GROUP/KIND
	Operator string // what people call it
	// Change says which of its fields to set to what, so that of a workload enough
	// pods are made to lose one, and a budget allows an eviction; empty where that
	// is not known. Unsure says that more pods may not be wanted.
	Change string
	Unsure bool
	// Loses is what its pods keep on an emptyDir, as long as the field Volume of it
	// asks for no volume; empty for what lasts.
	Loses, Volume string
	// Handed says how a pod that comes anew gets that from the others; empty where it does not.
	Handed string
	// Moves says that its operator moves the pods while they run; nil where it does not. What
	// they mount is not looked at yet.
	Moves *Move
	// Each says that each pod is one of a workload of its own, which stand here as one.
	Each bool
	// Reached is how clients reach it, where by no Service; empty where by one.
	Reached string
	// Leave says why any number of its pods may be evicted at once; empty where they should
	// not.
	Leave string
	// Budget says which of its fields to set to what, so that its operator makes a budget
	// for the pods; empty where none does, or it makes one.
	Budget string
	// Alone says why nobody minds that it is away for a while, where it is a single pod;
	// empty where somebody may.
	Alone string
	// Pair says what happens while one of its two pods is away, where it needs both; else empty.
	Pair string
	// Kept says how its operator keeps one of its pods alone from drains; empty where it
	// keeps all of them, or none.
	Kept string
	// Shares are what its pods keep in copies of a number of its own, such as topics.
	Shares []MadeShare
}

// MadeShare is such a thing: how many pods have it, and how many of those have to be there for
// it to be written; 0 for what is not said.
type MadeShare struct {
	Ref
	Called        string // as people call one
	Copies, Least int
	Change        string // how it gets more copies
	Position      origin.Position
}
