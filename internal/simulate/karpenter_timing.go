package simulate

import "time"

// How long Karpenter takes for what it does at once; see the windows of the
// control plane.
var (
	// asksEviction is from a look at a drain to the eviction of a pod.
	asksEviction = window{10 * time.Millisecond, 60 * time.Millisecond}
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

// What upstream states, in version 1.14.
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
