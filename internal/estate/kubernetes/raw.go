package kubernetes

import (
	"time"

	"github.com/onus-project/onus/internal/origin"
)

// Raw is what readers collect, object by object, in the order in which it was
// read: duplicates, patches and revisions included, and nothing joined to
// anything. Link makes an Estate of it.
//
// Its objects have the types of the Estate. What only Link can know of them is
// empty here: Node.NodeClaim, the Pods, Finished, Scaler and Inferred of a
// workload, ConflictsAt, and the workload of a pod.
type Raw struct {
	Nodes           []Node
	Pools           []Pool
	Topologies      []Topology
	TopologyClasses []TopologyClass
	InstanceGroups  []InstanceGroup
	KopsClusters    []KopsCluster
	NodeClaims      []NodeClaim
	Workloads       []RawWorkload
	Pods            []RawPod
	Budgets         []Budget
	Scalers         []Scaler
	Services        []Service
	Backends        []Backend
	Scrapes         []Scrape
	Configs         []Config
	VolumeClaims    []VolumeClaim
	Volumes         []Volume
	VolumeLimits    []NodeLimits
	PriorityClasses []PriorityClass
	Namespaces      []Namespace
	Webhooks        []Webhook
	Quotas          []Quota
	DrainRules      []DrainRule
	Machines        []Machine
	HealthChecks    []HealthCheck
	Attachments     []Attachment
	Evictors        []Evictor
	ForcedUpgrades  []ForcedUpgrade
	RuntimeClasses  []RuntimeClass
	LimitRanges     []LimitRange
	CustomResources []CustomResource
	Objects         []Object
	Live            bool
	Contexts        []string
	Servers         []string
	Newest          time.Time
	Unread          []origin.Unread
	Hidden          []origin.Unread
	Glimpses        Glimpses
	NotJudged       []string
	Registers       bool
	Unasked         bool
	Withdrawn       []Withdrawn
	Current         []Current
	Ages            Ages
	LeaseRoles      []LeaseRole
	StatusRoles     []StatusRole
	PodRoles        []PodRole
	Spreads         []Spread
	RoleBindings    []RoleBinding
	Elsewhere       []string
	Marks           []Mark
	Movers          []Mover
	RunKinds        []string // custom kinds, as GROUP/KIND, whose pods run to an end
	Seen            Seen
}

// RawWorkload is a controller with the one that it belongs to itself: a
// ReplicaSet with its Deployment.
type RawWorkload struct {
	Workload
	Owner *Owner
}

// RawPod is a pod with the controller that it names and, since that may not be
// among what is read, with what it is made from.
type RawPod struct {
	Pod
	Owner    *Owner
	Template *PodTemplate
}

// Owner is the controller an object belongs to.
type Owner struct{ API, Kind, Name string }

// Volume is a PersistentVolume: where the claim that it is bound to can be used.
type Volume struct {
	Name                      string
	ClaimNamespace, ClaimName string   // that it is bound to or kept for; empty for none
	Zones                     []string // as of a VolumeClaim
	Host                      string   // its kubernetes.io/hostname
	Class                     string   // its storage class
	Local                     bool     // it is part of a node
	OnDisk                    bool     // it is of kind local or hostPath, and so a path of a node
	Labels                    map[string]string
	// Storage is what serves it: the name of its driver, or its kind where it needs
	// none, such as nfs; empty where that was not read.
	Storage string
}

// Append adds what another part of the input held.
func (r *Raw) Append(o *Raw) {
	r.Nodes = append(r.Nodes, o.Nodes...)
	r.Pools = append(r.Pools, o.Pools...)
	r.Topologies = append(r.Topologies, o.Topologies...)
	r.TopologyClasses = append(r.TopologyClasses, o.TopologyClasses...)
	r.InstanceGroups = append(r.InstanceGroups, o.InstanceGroups...)
	r.KopsClusters = append(r.KopsClusters, o.KopsClusters...)
	r.NodeClaims = append(r.NodeClaims, o.NodeClaims...)
	r.Workloads = append(r.Workloads, o.Workloads...)
	r.Pods = append(r.Pods, o.Pods...)
	r.Budgets = append(r.Budgets, o.Budgets...)
	r.Scalers = append(r.Scalers, o.Scalers...)
	r.Services = append(r.Services, o.Services...)
	r.Backends = append(r.Backends, o.Backends...)
	r.Scrapes = append(r.Scrapes, o.Scrapes...)
	r.Configs = append(r.Configs, o.Configs...)
	r.VolumeClaims = append(r.VolumeClaims, o.VolumeClaims...)
	r.Volumes = append(r.Volumes, o.Volumes...)
	r.VolumeLimits = append(r.VolumeLimits, o.VolumeLimits...)
	r.PriorityClasses = append(r.PriorityClasses, o.PriorityClasses...)
	r.Namespaces = append(r.Namespaces, o.Namespaces...)
	r.Webhooks = append(r.Webhooks, o.Webhooks...)
	r.Quotas = append(r.Quotas, o.Quotas...)
	r.DrainRules = append(r.DrainRules, o.DrainRules...)
	r.HealthChecks = append(r.HealthChecks, o.HealthChecks...)
	r.Attachments = append(r.Attachments, o.Attachments...)
	r.RuntimeClasses = append(r.RuntimeClasses, o.RuntimeClasses...)
	r.ForcedUpgrades = append(r.ForcedUpgrades, o.ForcedUpgrades...)
	r.Evictors = append(r.Evictors, o.Evictors...)
	r.Machines = append(r.Machines, o.Machines...)
	r.LimitRanges = append(r.LimitRanges, o.LimitRanges...)
	r.CustomResources = append(r.CustomResources, o.CustomResources...)
	r.Objects = append(r.Objects, o.Objects...)
	r.LeaseRoles = append(r.LeaseRoles, o.LeaseRoles...)
	r.StatusRoles = append(r.StatusRoles, o.StatusRoles...)
	r.PodRoles = append(r.PodRoles, o.PodRoles...)
	r.Spreads = append(r.Spreads, o.Spreads...)
	r.RoleBindings = append(r.RoleBindings, o.RoleBindings...)
	r.Withdrawn = append(r.Withdrawn, o.Withdrawn...)
	r.Current = append(r.Current, o.Current...)
	r.Ages.add(&o.Ages)
	r.Live, r.Registers, r.Unasked = r.Live || o.Live, r.Registers || o.Registers, r.Unasked || o.Unasked
	if o.Newest.After(r.Newest) {
		r.Newest = o.Newest
	}
	r.Contexts, r.Servers = append(r.Contexts, o.Contexts...), append(r.Servers, o.Servers...)
	r.Unread = append(r.Unread, o.Unread...)
	r.Hidden = append(r.Hidden, o.Hidden...)
	r.Glimpses.add(o.Glimpses)
	r.NotJudged = append(r.NotJudged, o.NotJudged...)
	r.Elsewhere = append(r.Elsewhere, o.Elsewhere...)
	r.Marks = append(r.Marks, o.Marks...)
	r.RunKinds = append(r.RunKinds, o.RunKinds...)
	r.Movers = append(r.Movers, o.Movers...)
	r.Seen.Add(o.Seen)
}
