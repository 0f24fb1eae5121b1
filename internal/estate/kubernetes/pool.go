package kubernetes

import (
	"math"
	"regexp"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/origin"
)

const (
	// Never is the time after which a pool consolidates nodes that it leaves alone.
	Never = time.Duration(math.MaxInt64)

	// AtOnce is the shortest grace there is: a terminationGracePeriod of 0s, under
	// which Karpenter deletes pods as soon as the drain of their node begins.
	//
	// Source: annotateTerminationGracePeriodTerminationTime in
	// pkg/controllers/nodeclaim/lifecycle/termination.go, and DeleteExpiringPods in
	// pkg/controllers/node/termination/terminator/terminator.go of Karpenter 1.14.
	AtOnce = time.Nanosecond
)

// NodeClaim is a Karpenter NodeClaim: what one node was started for. Live claims
// keep the limits they were made with when their pool changes.
type NodeClaim struct {
	Name         string
	UID          string
	Drifted      bool // its condition Drifted was read and is true
	Node         string
	Created      time.Time
	ExpireAfter  contract.ExpireAfter
	Grace        time.Duration // terminationGracePeriod, as of a Pool
	LastPodEvent time.Time     // when a pod last came or began to leave; zero when not known
}

// Pool is what nodes are made from: a Karpenter NodePool, a Cluster API
// MachineDeployment, a HyperShift NodePool and the like.
type Pool struct {
	API       string // GROUP/KIND
	Name      string
	Namespace string
	NodeClass string // GROUP/KIND its template refers to
	ClassName string // what that is called
	Labels    map[string]string
	Taints    []Taint // those the nodes will carry
	// NodeLabels are those its nodes will carry, and Requirements what decides
	// about the rest: instance types, zones and the like.
	NodeLabels      map[string]string
	NodeAnnotations map[string]string // of its new nodes, as NodeLabels
	Requirements    []corev1.NodeSelectorRequirement
	Held            bool      // of a Karpenter pool: it is as a cluster has it
	Weight          int       // of a Karpenter pool: the highest is asked first
	Limits          Resources // of a Karpenter pool, for all its nodes; zero for none
	Closed          bool      // of a Karpenter pool: a limit of 0 lets it make no node
	Static          bool      // of a Karpenter pool: it keeps a fixed number of nodes,
	Replicas        int       // which is this
	ExpireAfter     contract.ExpireAfter
	// Grace is the terminationGracePeriod of a Karpenter pool: for how long a drain
	// of its nodes waits for pods, AtOnce where it does not; 0 where none is set,
	// which is without end.
	Grace time.Duration
	// DrainTimeout of a pool of the Cluster API or HyperShift is for how long a
	// drain waits for pods before the machine goes all the same; 0 for no end.
	DrainTimeout time.Duration
	// Detach is for how long it then waits for the volumes of pods left on the
	// machine; contract.Forever for no end, 0 where its kind does not wait.
	Detach time.Duration
	// Unread is what was not read and may set DrainTimeout; empty where it is known.
	Unread string
	// Unsettled is why it is not known how its nodes are updated; empty where it is.
	Unsettled string
	// MachineLabels are those that its machines carry, of the Cluster API.
	MachineLabels map[string]string
	// Deletion is how they are deleted, by the annotations of its template.
	Deletion MachineDeletion
	// Rolling, Strategy, Soak, OnDelete, InPlace and Paused are its settings of rolling
	// updates.
	Rolling  contract.Rolling
	Strategy string
	Soak     time.Duration
	OnDelete bool
	InPlace  bool
	Paused   bool
	PausedBy string // the field that has it so; empty where it says that it is paused
	// Least is the fewest nodes that a cluster autoscaler leaves it; 0 where nobody says.
	Least int
	// Cluster is what an agent pool of Azure Service Operator calls its cluster. Forced is until
	// when that has upgrades force what PDBs hold, where it is not known whether that is over.
	Cluster string
	Forced  time.Time
	// Nodes selects those of a MachineConfigPool by their labels; nil for other kinds.
	Nodes labels.Selector
	// Budgets are those of a Karpenter pool; nil where it says nothing about them.
	// One with a schedule that cron cannot parse is kept with that fault: the API
	// server lets it through. BudgetsAt is where each stands.
	Budgets   *disruption.NodeBudgets
	BudgetsAt []origin.Position
	// WhenEmpty says that a Karpenter pool consolidates only nodes that are empty,
	// ConsolidateAfter for how long pods have to leave a node alone until then;
	// Never where it consolidates none.
	WhenEmpty        bool
	ConsolidateAfter time.Duration
	Position         origin.Position
	// names match those of the objects that are made for it, where it is one of a topology.
	names *regexp.Regexp
}

// Expires is how old the claim lets its node get. Of no claim it is not set.
func (c *NodeClaim) Expires() contract.ExpireAfter {
	if c == nil {
		return contract.ExpireAfter{}
	}
	return c.ExpireAfter
}

// NodeBudgets are the pool's budgets, or those that the API server gives to one
// that says nothing about them.
func (p *Pool) NodeBudgets() disruption.NodeBudgets {
	if p.Budgets == nil {
		return disruption.DefaultNodeBudgets
	}
	return *p.Budgets
}

// Settings are what the pool says of how its nodes go when they are replaced.
func (p *Pool) Settings() contract.Settings {
	return contract.Settings{Drain: p.DrainTimeout, Detach: p.Detach, Rolling: p.Rolling, Strategy: p.Strategy, Soak: p.Soak,
		OnDelete: p.OnDelete, InPlace: p.InPlace, Paused: p.Paused, PausedBy: p.PausedBy,
		Unplayed: p.Unread != "" || p.Unsettled != "" || !p.Forced.IsZero()}
}
