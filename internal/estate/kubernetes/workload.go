package kubernetes

import (
	"iter"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"

	"github.com/onus-project/onus/internal/connection"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/origin"
)

// PodTemplate is what a workload's pods are made from.
type PodTemplate struct {
	Labels       map[string]string
	Open         map[string]string // those labels in which a parameter without a value stands, as they are written
	Annotations  map[string]string
	NodeSelector map[string]string // required node affinity with one value included
	// NodeName is the node that its pods are bound to without a scheduler; empty for none,
	// and of what was made from a pod that has a node.
	NodeName    string
	Tolerations []Toleration
	// ReadyAfter is how long after its start a pod is ready at the soonest, as its
	// probes ask no sooner.
	ReadyAfter time.Duration
	// Unprobed says that it is ready as soon as its containers run: no probe and no gate
	// says when it is.
	Unprobed bool
	// StopHook is for how long a preStop hook sleeps before its program is told to stop.
	StopHook time.Duration
	// AllServe is for how long the hook of each of its containers sleeps: the least of them.
	AllServe time.Duration
	Requests Resources
	// Limits of its containers together. Unstated and Unlimited are how many of its
	// containers ask for none of a resource, and have no limit of it.
	Limits              Resources
	Unstated, Unlimited Stated
	Deadline            bool          // activeDeadlineSeconds is set: it ends by itself
	Ends                bool          // its restartPolicy is not Always: it runs to its end
	Grace               time.Duration // terminationGracePeriodSeconds; 30 s where it is not set
	// PriorityClass by name; empty for the default of the cluster. Priority is
	// what follows; nil where the class was not read and no pod carries it.
	PriorityClass string
	Priority      *int32
	Preempts      bool // its preemption policy lets it push out others
	// RuntimeClass by name; empty for none. Overhead says that its requests have what that adds.
	RuntimeClass string
	Overhead     bool
	// Gates are the scheduling gates of its pods: until somebody takes them off they get no node.
	Gates []string
	// Devices says that it asks for devices by resource claims: which nodes have some is not read.
	Devices      bool
	Affinity     *corev1.Affinity
	Spread       []corev1.TopologySpreadConstraint
	HostPorts    []string // ports of the node that it takes, such as TCP/8080
	Pause        bool     // its containers do nothing: they run the pause image
	Sleeps       bool     // its containers run sleep, or tail -f /dev/null
	Elects       bool     // a container is told to elect a leader
	ElectsNot    string   // what tells a container to elect none, as it is written, where none is told to elect one
	Unpulled     bool     // its images are never pulled: somebody puts them on its nodes
	OwnMachine   string   // an image from a registry of the machine that runs it
	Placeholder  string   // an image that somebody has to put another one in place of
	Anonymous    bool     // it is told to let in who has no login
	EmptyDir     bool     // it has an emptyDir volume, and not only for what is not kept
	Local        []string // volumes on the disk of its node, by name: what is on them goes with it
	LostData     string   // where a container keeps data by the name of the path, on an emptyDir; not known of a cluster
	OnNode       bool     // it has a volume of its node, a hostPath, that is not only for sockets and logs
	Lasting      bool     // it has a volume that outlasts pods and is no claim, such as one of the node
	VolumeClaims []string // PersistentVolumeClaims it mounts, by name
	// ServiceAccount by name; empty for the default of its namespace.
	ServiceAccount string
	// Told is what it is told by flags and variables of the environment that it runs in.
	Told       Told
	ConfigMaps []string // that it mounts or takes its environment from, by name
	// Asks are what it asks of its node beside processors and memory, sorted: hostNetwork,
	// hostPID, hostIPC, windows, privileged, unmaskedProc, hostProcess, seccompUnconfined,
	// appArmorUnconfined, noLivenessProbe and noReadinessProbe of some container,
	// instanceMetadata of one that is told to ask the metadata service of its node, and
	// capability:NAME, hostPort:NUMBER, hostPath:BEGINNING, sysctl:NAME and driver:NAME of
	// a volume that is no claim.
	Asks       []string
	Containers []Container
	// Autoscaler is what the cluster autoscaler is told, where a container runs it.
	Autoscaler   *Autoscaler
	SidecarPorts []ContainerPort // that its restartable init containers declare
}

// Autoscaler is for which pods the cluster autoscaler leaves their node.
type Autoscaler struct{ LocalStorage, SystemPods bool }

// Container is what a pod runs, as far as it tells which program that is. Of one
// read from a cluster nothing is known but its ports: a snapshot has no images,
// commands, arguments and variables.
type Container struct {
	// Image is its name without registry, path and tag; empty where it is not known.
	Image string
	// Tag has the words of its tag that are no numbers: datacenter-app of 2025.4-datacenter-app.
	Tag string
	// Version is that which its tag begins with: 1.30.2 of v1.30.2-debian.
	Version string
	// Floating is the whole of it, where its tag names no version; Pinned says that it has
	// a digest.
	Floating string
	Pinned   bool
	// Runs is the program that it is told to run, with the word behind it where that is
	// no flag; empty where its image says.
	Runs  string
	Ports []ContainerPort // that it declares
	// Roles are those that it is told to have of several that its image can, and Set
	// is the replica set that it is told to be a member of, by flags and by variables
	// of its environment: arbiter, querier; rs0.
	Roles []string
	Set   string
	// Ensemble are the hosts of the members of an ensemble of which it is told: zoo-0.zoo.
	Ensemble []string
	// Directory is the flag by which it is told where on its disk to keep its data.
	Directory string
	// Identity is the flag by which it is told a key or an address of its own, by which
	// others know it: of such a one there is one pod.
	Identity string
	// Awaits is what its pod waits for before it is Ready, where no file of its settings has a
	// block that begins with Unless; empty for nothing.
	Awaits, Unless string
	// Forces says that it is told to take pods whatever their PDBs say.
	Forces bool
	// Dev is the word by which it is told to run for development, such as start-dev;
	// empty for none.
	Dev string
	// Store and Settings are those by its flags and its environment.
	Store    Store
	Settings Settings
}

// Settings are what else programs are told of their data.
type Settings struct {
	Shares bool // they are in a database or an object store that other pods reach, too
	Evicts bool // any of them may be dropped when memory is full
	Alone  bool // members of a cluster go on however few of them see each other
}

// Store is what tells that a program keeps its data itself, in its pod.
type Store struct {
	Told string // as it stands there, such as DB_TYPE=sqlite3; empty where nothing tells so
	// Sole says that a volume which several pods mount does not make it one that they
	// share: it is in memory, or a file that one process opens.
	Sole   bool
	Memory bool // it is in memory
}

// Told is what settings say of the environment that a program runs in, each as it is
// written: that it comes before production, NODE_ENV=development, or is that.
type Told struct{ Before, Live string }

// Config is a ConfigMap that tells a program to keep its data itself, to elect a leader,
// to call others, or in which environment it runs. The rest are not kept.
type Config struct {
	Namespace, Name string
	Store           Store
	Settings        Settings
	Elects          bool
	Told            Told
	Calls           []string            // hosts, as those of Workload
	Connections     []connection.String // by which it has others connect to MongoDB
	Ensemble        []string            // hosts of members of an ensemble, as those of Container
	Shards          [][]string          // hosts of each shard of a cluster
	Addresses       []string            // those of them that stand in an address: http://api
	Flags           map[string]string   // the keys that are true or false
	Blocks          []string            // of those by which programs wait for nobody, that stand in its files
	Position        origin.Position
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
	// Seconds is for how long a taint with NoExecute is tolerated; nil for as long as
	// it is there.
	Seconds *int64
}

// DrainTolerations are the tolerations of a template as the rules of drains look at them.
func (t *PodTemplate) DrainTolerations() []disruption.Toleration {
	var all []disruption.Toleration
	for _, x := range t.Tolerations {
		all = append(all, disruption.Toleration{Key: x.Key, Operator: x.Operator, Value: x.Value, Effect: x.Effect})
	}
	return all
}

// UntilEvicted is for how long pods of a template stay on a node that gets a taint with
// NoExecute because it is not ready: five minutes where they say nothing of it, as the
// API server has it by default. Forever: they stay for good.
//
// Source: taintToleration in plugin/pkg/admission/defaulttolerationseconds/admission.go
// and getMinTolerationTime in pkg/controller/tainteviction/taint_eviction.go of
// Kubernetes 1.36.
func (t *PodTemplate) UntilEvicted(unreachable bool) (d time.Duration, forever bool) {
	key := "node.kubernetes.io/not-ready"
	if unreachable {
		key = "node.kubernetes.io/unreachable"
	}
	d, forever, tolerated := t.tolerates(key)
	if !tolerated {
		return 5 * time.Minute, false
	}
	return d, forever
}

// StaysOutOfService reports whether pods stay for good on a node that somebody has tainted out
// of service. No default of the API server holds for that.
func (t *PodTemplate) StaysOutOfService() bool {
	_, forever, tolerated := t.tolerates(OutOfService)
	return forever && tolerated
}

// OutOfService is the key of the taint by which somebody says that a node is off: its pods are
// then deleted by force, and their volumes detached.
const OutOfService = "node.kubernetes.io/out-of-service"

// tolerates is for how long pods tolerate a taint without a value that evicts, if they do.
func (t *PodTemplate) tolerates(key string) (d time.Duration, forever, tolerated bool) {
	least := int64(0)
	forever = true
	for _, x := range t.Tolerations {
		if x.Key != key && (x.Key != "" || x.Operator != "Exists") || x.Value != "" && x.Operator != "Exists" ||
			x.Effect != "" && x.Effect != "NoExecute" {
			continue
		}
		tolerated = true
		if x.Seconds != nil && (forever || *x.Seconds < least) {
			least, forever = max(0, *x.Seconds), false
		}
	}
	return time.Duration(least) * time.Second, forever, tolerated
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
	// Rewritten says of a budget over its pods that an operator writes it anew, and by what.
	Rewritten string
	// OwnedBy is the controller that the object names as its own; nil for none.
	OwnedBy *Owner
	// TemplateOf names the workload whose template it uses in place of one of
	// its own, as an Argo Rollout may.
	TemplateOf *Ref
	// ServiceName of a StatefulSet.
	ServiceName string
	// Calls are the hosts that its flags and variables tell it to call, without the
	// ending of the cluster: db, db.shop. They are not read from clusters.
	Calls []string
	// Connections are those by which its containers are told to connect to MongoDB.
	Connections []connection.String
	// Hook is the annotation by which a tool makes a Job or a bare pod for one moment of
	// each release, such as helm.sh/hook: post-upgrade; empty for none.
	Hook string
	// Retry says of a Job what an eviction of its pods means to it.
	Retry Retry
	// RunsAtMost is how long a run of a Job may take; 0 where nothing ends it.
	RunsAtMost time.Duration
	// Rollout says how its pods are replaced when its template changes.
	Rollout Rollout
	// ClaimTemplates of a StatefulSet: each of its pods has a volume of its own for each.
	VolumeClaimTemplates []string
	// ClaimClasses are their classes, in the same order: empty for that of the cluster,
	// and NoClass for none. Nil where the object was not read.
	ClaimClasses []string
	Scaler       *Scaler // what sets its replicas, where something does
	// Missed is an autoscaler that seems to be written for it, and is for what is not there.
	Missed *Scaler
	// Floor is the fewest ready pods at which it counts as up, as its owner says; nil
	// where nobody does.
	Floor    *int
	Pods     []int // indices into Estate.Pods, as a cluster has them
	Finished []int // those of them that have run to their end
	// Transient says of one that does not last that its pods are deleted soon
	// after they end: they delay a drain by less than it waits for anyway.
	Transient bool
	Bare      bool // a pod without a controller
	// MadeBy is the custom resource that an operator makes it of, where that was
	// read and not the object itself; nil for what was read.
	MadeBy *Maker
	// Move says that its operator moves its pods while they run; nil where nothing does.
	Move *Move
	// Generated: Name is what its name will start with, and others share it.
	Generated bool
	// ConflictsAt is where another object of this name stands that differs from
	// this one, which was read last and counts; nil for none.
	ConflictsAt *origin.Position
	Position    origin.Position
}

// NoClass stands for the class of a claim that asks for none: it gets a volume that
// somebody made.
const NoClass = `""`

// Retry is what a Job does about pods that fail. An evicted pod counts as one.
type Retry struct {
	Limit   int  // how many may fail; where Limited, else as many as by default
	Limited bool // its backoffLimit is written
	Spared  bool // its podFailurePolicy does not count pods that are evicted
	Fails   bool // its podFailurePolicy has it fail with the first one that is
}

// Rollout is how a workload replaces its pods. The zero value is that of a
// Deployment or StatefulSet which says nothing about it.
type Rollout struct {
	// Strategy as written: RollingUpdate, Recreate or OnDelete; empty for RollingUpdate.
	Strategy                 string
	MaxUnavailable, MaxSurge *intstr.IntOrString // nil for the default of its kind
	Paused                   bool                // of a Deployment: nothing is replaced
	Partition                int                 // of a StatefulSet: pods below it keep their revision
	Parallel                 bool                // of a StatefulSet: podManagementPolicy Parallel
	MinReady                 time.Duration       // minReadySeconds
	Progress                 time.Duration       // progressDeadlineSeconds of a Deployment; 0 where it is not known
}

// ElsewhereDaemon reports whether it is a DaemonSet of another group than apps, which
// kubectl does not know for one.
func (w *Workload) ElsewhereDaemon() bool {
	return w.Kind == "DaemonSet" && w.Group != "" && w.Group != "apps"
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
