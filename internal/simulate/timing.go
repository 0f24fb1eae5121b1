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
	// kubectlAsksEviction is from a look at a drain as kubectl's to the evictions of
	// its pods: it asks for all of them at once.
	kubectlAsksEviction = window{10 * time.Millisecond, 80 * time.Millisecond}
	// evictionSlip is what a refused eviction takes on top of its back-off.
	evictionSlip = window{5 * time.Millisecond, 25 * time.Millisecond}
	// collectorDeletes is how long the garbage collector's look takes.
	collectorDeletes = window{10 * time.Millisecond, 60 * time.Millisecond}
	// taintEvicts is from the end of a pod's toleration to its deletion; what is read of
	// the start of it are whole seconds.
	taintEvicts = window{10 * time.Millisecond, 1100 * time.Millisecond}
	// collects is until the garbage collector of pods looks again, which deletes at once what
	// stops on a node that is out of service; see gcTerminating in pkg/controller/podgc.
	collects = window{0, collectorInterval}
	// drainStarts is from the taint of a node to the first look at its drain.
	drainStarts = window{50 * time.Millisecond, 150 * time.Millisecond}
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

// part is a share of a time that is said: something takes any such share of it, each as
// likely as another.
type part struct{ from, over float64 }

// nodeReadies is how long a node takes to be ready, of the time that is said of all.
var nodeReadies = part{0.925, 0.12}

func (p part) soonest(d time.Duration) time.Duration { return time.Duration(float64(d) * p.from) }

func (p part) latest(d time.Duration) time.Duration {
	return time.Duration(float64(d) * (p.from + p.over))
}

// partOf is how long something takes in a run.
func (c *clock) partOf(d time.Duration, p part) time.Duration {
	return time.Duration(float64(d) * (p.from + float64(p.over*c.rng.Float64())))
}
