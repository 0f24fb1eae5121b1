package cluster

import "time"

// Options are what a cluster is started with. The zero value is that of the
// recorded runs.
type Options struct {
	PodReady time.Duration // from bound to Ready; 0 is 15 s
	PodStop  time.Duration // from deletion to gone; 0 is 5 s
	NodeBoot time.Duration // from a node's registration to its Ready
	// NodeGrace is after how long without a heartbeat a node counts as lost; 0 is
	// never, as nodes send none without Heartbeats.
	NodeGrace  time.Duration
	Heartbeats bool
	Repairs    bool // Karpenter replaces nodes that are lost
	// Compact is how long the past is kept, after which a list that is still
	// read page by page has grown too old; 0 is the API server's 5 min.
	Compact time.Duration
	// Audit has the API server log what is changed, and by AuditedReads what is read as well: see Cluster.Audited.
	Audit        bool
	AuditedReads []string // users
}

// whole has what was left out.
func (o Options) whole() Options {
	if o.PodReady == 0 {
		o.PodReady = 15 * time.Second
	}
	if o.PodStop == 0 {
		o.PodStop = 5 * time.Second
	}
	if o.Compact == 0 {
		o.Compact = 5 * time.Minute
	}
	if o.NodeGrace == 0 {
		o.NodeGrace = 1000 * time.Hour
	}
	return o
}

// Annotations with which a workload's pods, or a pool's nodes, have timings of
// their own.
const (
	ReadyAfter = "lab.onus/ready-after" // of a pod: from bound to Ready
	StopAfter  = "lab.onus/stop-after"  // of a pod: from deletion to gone
	BootAfter  = "lab.onus/boot-after"  // of a node: from its registration to its Ready
	// CrashAfter of a pod is from its Ready until it crashes, CrashFor from then
	// until it is Ready again.
	CrashAfter = "lab.onus/crash-after"
	CrashFor   = "lab.onus/crash-for"
	// Readiness of a pod, "never": it runs and is not Ready, whatever it was;
	// "crash-loop": its containers wait in CrashLoopBackOff.
	Readiness = "lab.onus/readiness"
	// NeverReady of a StatefulSet's pods is the index of the one that runs and
	// never gets Ready.
	NeverReady = "lab.onus/never-ready-index"
)
