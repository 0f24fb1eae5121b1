// Package step names what the steps of a plan of nodes do and what guards them, and the
// fields that go with each: who plans them and who carries them out share these.
package step

// The actions, each with the fields of Action.With that it takes. All have Node and NodeUID.
const (
	Cordon   = "cordon"
	Uncordon = "uncordon"
	Drain    = "drain"
	// Force takes a drain on that is stuck: pods of Workloads that a PDB holds are deleted, one each
	// Interval, where all others of their workload have been Ready for Healthy.
	Force = "force"
	// Restart rolls Deployments out anew that have a pod on the node, and is done when each has all of
	// its pods Ready and none of them is there: Workloads.
	Restart = "restart"
	// ByKarpenter deletes the node's NodeClaim: NodeClaim, NodeClaimUID. It is done once the
	// node is gone: Karpenter makes another where pods need one.
	ByKarpenter = "replace/karpenter"
	// ByMachine deletes its Machine: Machine, MachineNamespace, MachineUID, MachineGroup. It is
	// done once the node is gone and the pool has as many nodes as before that are ready: Nodes,
	// Pool.
	ByMachine = "replace/cluster-api"
	// ByCommand runs Command on the machine that onus runs on, with NODE_NAME set and without a
	// shell. It is done once the command has ended well and the node is Ready.
	ByCommand = "replace/exec"
	// ByEKS has EKS replace the nodes of a managed node group, which it cordons and drains by itself:
	// Cluster, Region, Version, Pool, PoolKey, Nodes, NodeUIDs, AtOnce, Strategy. It is done once the
	// update has succeeded, those nodes are gone, and all of the pool are Ready.
	ByEKS = "replace/eks-nodegroup"
	// Settle is done once all pods of Workloads are Ready, as many as each wants, and have been
	// for Soak.
	Settle = "settle"
)

// The guards, each with the fields of Guard.With that it takes.
const (
	// Window holds while it is open: Days, At, Length, Zone; and Room, how long it has to stay open
	// when something begins that its end does not stop.
	Window = "window"
	// Floor is asked before a pod of its workload is evicted, and not about pods of others. It
	// holds while more pods of the workload are ready than its floor: Namespace, Kind, Name, Least,
	// and Arrives where none of its pods was on the node when it was planned. Where a provider is to
	// replace a pool it is asked once, before that.
	Floor = "floor"
	// Approval holds once somebody has approved what it names: Name.
	Approval = "approval"
	// Soaked holds while what the wave before has moved stays Ready: Workloads, Soak. It is asked before the
	// first steps of a wave.
	Soaked = "soak"
	// Budget is a PDB, by which the eviction API decides: Namespace, Name.
	Budget = "budget"
)

// The fields.
const (
	Node             = "node"
	NodeUID          = "nodeUID"
	NodeClaim        = "nodeClaim"
	NodeClaimUID     = "nodeClaimUID"
	Machine          = "machine"
	MachineNamespace = "machineNamespace"
	MachineUID       = "machineUID"
	MachineGroup     = "machineGroup" // cluster.x-k8s.io or machine.openshift.io
	Pool             = "pool"         // as the nodes' labels name it
	PoolKey          = "poolKey"      // the label or annotation of nodes that does; without it all nodes are counted
	Command          = "command"
	Cluster          = "cluster"   // as the provider knows it
	Region           = "region"    // eu-central-1
	Version          = "version"   // of Kubernetes, that nodes get: 1.36
	Nodes            = "nodes"     // those that go, with commas between them
	NodeUIDs         = "nodeUIDs"  // theirs, in the same order
	AtOnce           = "atOnce"    // how many nodes the provider may take at a time, at the most
	Strategy         = "strategy"  // of the update; empty for the usual one
	Workloads        = "workloads" // shop/Deployment/web, with commas between them
	Soak             = "soak"      // 5m
	Healthy          = "healthy"   // 1h0m0s
	Interval         = "interval"  // 5m0s
	// Named is set where somebody asked for the node by its name: annotations that ask that
	// nobody disrupts it, or a pod on it, do not keep it.
	Named = "named"
	// Free are workloads whose pods are evicted without a floor, with commas between them.
	Free = "free"

	Days      = "days"   // Sat,Sun; empty for every day
	At        = "at"     // 02:00
	Length    = "length" // 4h
	Room      = "room"   // 38m0s
	Zone      = "zone"   // Europe/Berlin; empty for UTC
	Namespace = "namespace"
	Kind      = "kind"
	Name      = "name"
	Least     = "floor" // 2
	Arrives   = "arrives"
)
