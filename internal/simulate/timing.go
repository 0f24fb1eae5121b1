package simulate

import "time"

// window is a span of time: something takes any time in it, each as likely as
// another.
type window struct{ from, to time.Duration }

// What follows is how long the control plane takes for what it does at once.
// Upstream has no constants for that: it is the way of an event through the API
// server and an informer to a controller and back. The windows were chosen by the
// recorded runs of testdata/runs, on Kubernetes 1.36 with Karpenter 1.14; that
// simulated runs cover those is tested, and `make fidelity` plays both anew.
var (
	// controllerReacts is from a change of a pod to its controller's next look.
	controllerReacts = window{10 * time.Millisecond, 60 * time.Millisecond}
	// schedulerReacts is from a pod that waits, or capacity that is free, to the
	// scheduler's next cycle.
	schedulerReacts = window{5 * time.Millisecond, 50 * time.Millisecond}
	// kubeletReports is by how much later than it does so a pod is seen to be ready.
	kubeletReports = window{20 * time.Millisecond, 300 * time.Millisecond}
	// kubeletStops is the same of a pod that has stopped.
	kubeletStops = window{0, 60 * time.Millisecond}
	// crashSlip is by how much later than the time given a pod crashes or recovers.
	crashSlip = window{0, 300 * time.Millisecond}
	// karpenterAsksEviction is from a look at a drain to the eviction of a pod,
	// kubectlAsksEviction that of kubectl drain, which asks for all pods at once.
	karpenterAsksEviction = window{10 * time.Millisecond, 60 * time.Millisecond}
	kubectlAsksEviction   = window{10 * time.Millisecond, 80 * time.Millisecond}
	// evictionSlip is what a refused eviction takes on top of its back-off.
	evictionSlip = window{5 * time.Millisecond, 25 * time.Millisecond}
	// collectorDeletes is how long the garbage collector's look takes.
	collectorDeletes = window{10 * time.Millisecond, 60 * time.Millisecond}
	// drainStarts is from the taint of a node to the first look at its drain.
	drainStarts = window{50 * time.Millisecond, 150 * time.Millisecond}
	// instanceDeleted is from the last pod's end to the end of the node, where a
	// Karpenter drains.
	instanceDeleted = window{60 * time.Millisecond, 250 * time.Millisecond}
	// driftNoticed is from a drift, or an age that is reached, to Karpenter's
	// controllers knowing of it.
	driftNoticed = window{50 * time.Millisecond, 400 * time.Millisecond}
	// commandStarts is from a node that was chosen to the first look whether its
	// replacements are ready.
	commandStarts = window{20 * time.Millisecond, 120 * time.Millisecond}
	// passAgain is from a pass of the disruption loop that did something to the
	// next; passCatchesUp where it asked for nodes: 1 s more, see disruptionLoop.
	passAgain     = window{60 * time.Millisecond, 300 * time.Millisecond}
	passCatchesUp = window{1060 * time.Millisecond, 1220 * time.Millisecond}
	// validationSlip is by how much later than validationDelay the second look is.
	validationSlip = window{0, 20 * time.Millisecond}
)

// Managed services publish no times of their own machinery. No run tells more
// than that these are of the order of seconds; nothing that is reported hangs on
// where in them a step falls.
var (
	// upgradeStarts is from the trigger of a rolling upgrade to its first node,
	// upgradeContinues from a node that is done to the next.
	upgradeStarts    = window{50 * time.Millisecond, 300 * time.Millisecond}
	upgradeContinues = window{200 * time.Millisecond, 1500 * time.Millisecond}
	// nodeDeleted is from the end of a drain as kubectl's to the end of the node.
	nodeDeleted = window{time.Second, 3 * time.Second}
)

// Karpenter, version 1.14.
const (
	// pollInterval is how often the disruption loop looks where nothing was to do:
	// pollingPeriod in pkg/controllers/disruption/controller.go. pollSlip is what
	// a pass that found nothing takes, by the recorded runs.
	pollInterval = 10 * time.Second
	pollSlip     = 60 * time.Millisecond
	// validationDelay is how long consolidation waits before it looks again.
	// Nothing else is chosen in that time: commandValidationDelay in
	// pkg/controllers/disruption/consolidation.go.
	validationDelay = 15 * time.Second
	// commandTimeout is when a node whose replacements are not ready is given
	// back: maxRetryDuration in pkg/controllers/disruption/queue.go.
	commandTimeout = 10 * time.Minute
	// batchIdle and batchMost are BATCH_IDLE_DURATION and BATCH_MAX_DURATION, the
	// window of Batcher in pkg/controllers/provisioning/batcher.go.
	batchIdle = time.Second
	batchMost = 10 * time.Second
	// remindInterval is after how long pods that still wait, and nodes that still
	// drain, make themselves heard again: PodController and NodeController in
	// pkg/controllers/provisioning/controller.go.
	remindInterval = 10 * time.Second
	// nomination is for how long a node is kept for a pod: nominationWindow in
	// pkg/controllers/state/statenode.go, twice batchMost.
	nomination = 20 * time.Second
	// minDrain is for how long a node that drains is kept at the least:
	// MinDrainTime in pkg/controllers/node/termination/controller.go.
	minDrain = 5 * time.Second
	// drainInterval is how often a drain is looked at: a second, in the same file,
	// and what a look takes.
	drainInterval = 1015 * time.Millisecond
	// podEventInterval is for how long after one more pods that come or go are not
	// noted: dedupeTimeout in pkg/controllers/nodeclaim/podevents/controller.go.
	podEventInterval = 10 * time.Second
)

var (
	// commandInterval is how often a command looks whether its replacements are
	// ready: a second, in Queue.Reconcile, and what a look takes.
	commandInterval = window{1002 * time.Millisecond, 1020 * time.Millisecond}
	// expiryRests is for how long the controller of expiry rests after each node:
	// a second, in pkg/controllers/nodeclaim/expiration/controller.go, likewise.
	expiryRests = window{1000 * time.Millisecond, 1030 * time.Millisecond}
)

// Kubernetes, version 1.36.
const (
	// schedulingBackoff and maxSchedulingBackoff are podInitialBackoffSeconds and
	// podMaxBackoffSeconds of the scheduler's queue.
	schedulingBackoff    = time.Second
	maxSchedulingBackoff = 10 * time.Second
	// preemptorWaits is for how long after its victims are gone a pod that
	// preempted them waits before it does so elsewhere: one back-off.
	preemptorWaits = time.Second
	// collectorInterval and quarantine are gcCheckPeriod and quarantineTime in
	// pkg/controller/podgc/gc_controller.go: each look lists the nodes that are
	// missing, and pods go at the first look 40 s after that.
	collectorInterval = 20 * time.Second
	quarantine        = 40 * time.Second
	// autoscalerSync is how often an autoscaler looks at its workload; what changes
	// meanwhile waits for that look: --horizontal-pod-autoscaler-sync-period, see
	// HorizontalController.enqueueHPA in pkg/controller/podautoscaler/horizontal.go.
	autoscalerSync = 15 * time.Second
	// defaultGrace is DefaultTerminationGracePeriodSeconds of the core API.
	defaultGrace = 30 * time.Second
)

// What an estate does not say of its pods.
const (
	// longUnready is for how long a pod must have been unready to be taken for one
	// that stays so.
	longUnready = 10 * time.Minute
	// readySoonest is how soon a pod is ready that should have been already.
	readySoonest = time.Second
)
