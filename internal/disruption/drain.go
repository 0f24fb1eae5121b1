package disruption

import (
	"slices"
	"time"
)

// DrainPod is what drains look at in a pod.
type DrainPod struct {
	Phase string // Pending, Running, Succeeded, Failed or Unknown
	// Deleted is its deletion timestamp, which lies where its grace ends. Zero
	// while it is not on its way out.
	Deleted time.Time
	// Started is its status.startTime; zero while the kubelet has not taken it.
	Started time.Time
	// Grace is its terminationGracePeriodSeconds.
	Grace time.Duration
	// DaemonSet and Static say who keeps it: a DaemonSet, or the node itself.
	// Bare says that nobody does.
	DaemonSet, Static, Bare bool
	// Critical says that its priority class is system-cluster-critical or
	// system-node-critical. Its priority as a number does not matter.
	Critical bool
	// EmptyDir says that it has an emptyDir volume.
	EmptyDir bool
	// DoNotDisrupt is its annotation karpenter.sh/do-not-disrupt.
	DoNotDisrupt string
	Tolerations  []Toleration
	// Skipped and Awaited are what a rule of the Cluster API's has a drain do: leave
	// it, or wait until it ends by itself. Order is its turn, the lowest first.
	Skipped, Awaited bool
	Order            int
}

// Toleration is one of a pod's tolerations.
type Toleration struct{ Key, Operator, Value, Effect string }

// tolerates reports whether a toleration covers a taint NoSchedule without a value. Gt and Lt
// compare numbers, and its value is none.
//
// Source: Toleration.ToleratesTaint in k8s.io/api/core/v1/toleration.go.
func (t Toleration) tolerates(taint string) bool {
	if t.Effect != "" && t.Effect != "NoSchedule" || t.Key != "" && t.Key != taint {
		return false
	}
	return t.Operator == "Exists" || (t.Operator == "" || t.Operator == "Equal") && t.Value == ""
}

func (p *DrainPod) finished() bool { return p.Phase == "Succeeded" || p.Phase == "Failed" }

// ToleratesDrainTaint reports whether the pod tolerates the taint of nodes that are about
// to go, so that a drain of Karpenter does not evict it.
func (p *DrainPod) ToleratesDrainTaint() bool {
	return p.toleratesTaint(disrupted)
}

// ToleratesCordon reports whether the pod tolerates the taint of nodes that are cordoned,
// so that the scheduler may bind it to one.
//
// Source: the plugin NodeUnschedulable of the scheduler of Kubernetes 1.36.
func (p *DrainPod) ToleratesCordon() bool {
	return p.toleratesTaint("node.kubernetes.io/unschedulable")
}

func (p *DrainPod) toleratesTaint(taint string) bool {
	return slices.ContainsFunc(p.Tolerations, func(t Toleration) bool { return t.tolerates(taint) })
}

// Protected reports whether the pod's do-not-disrupt annotation holds: "true"
// does always, a duration does until the pod has run for so long. What is
// neither, or no duration above zero, is as if it were not there. Where the
// start is not known it holds.
//
// It keeps Karpenter from choosing the node and from evicting the pod. Expiry,
// interruption, repair and deletion by hand drain the node all the same, and
// wait for the pod until the deadline.
//
// Source: IsDoNotDisruptActive in pkg/utils/pod/scheduling.go of Karpenter 1.14.
func (p *DrainPod) Protected(now time.Time) bool {
	switch p.DoNotDisrupt {
	case "":
		return false
	case "true":
		return true
	}
	d, err := time.ParseDuration(p.DoNotDisrupt)
	if err != nil || d <= 0 {
		return false
	}
	return p.Started.IsZero() || now.Sub(p.Started) < d
}

// Until is when the pod's do-not-disrupt annotation ceases to hold: false where
// it does not, or where its start is not known.
func (p *DrainPod) Until() (time.Time, bool) {
	if p.DoNotDisrupt == "" || p.Started.IsZero() {
		return time.Time{}, false
	}
	d, _ := time.ParseDuration(p.DoNotDisrupt) // 0 where it is none
	return p.Started.Add(d), d > 0
}

// Disruptable reports whether the pod lets Karpenter choose its node for drift
// or consolidation, as far as the annotation goes.
//
// Source: IsDisruptable.
func (p *DrainPod) Disruptable(now time.Time) bool {
	return p.finished() || !p.Deleted.IsZero() || !p.Protected(now)
}

// Treatment is what a drain does about one pod.
type Treatment int

// The treatments.
const (
	// Leave: the drain does not touch the pod and does not wait for it. It is
	// gone when the node is, without an eviction.
	Leave Treatment = iota
	// Evict: the drain asks for its eviction, and waits until it is gone.
	Evict
	// Await: the drain does not ask, but waits until it is gone.
	Await
	// Abort: the drain fails before it evicts anything.
	Abort
)

func (t Treatment) String() string { return [...]string{"leave", "evict", "await", "abort"}[t] }

// StuckAfter is for how long past its grace Karpenter waits for a pod.
const StuckAfter = time.Minute

// Karpenter is what Karpenter does about a pod when it drains the node. It
// evicts DaemonSets' pods like any other, unless they tolerate its taint, as
// most do that tolerate everything.
//
// Source: IsWaitingEviction, IsDrainable, IsEvictable and IsStuckTerminating
// in pkg/utils/pod/scheduling.go of Karpenter 1.14.
func (p *DrainPod) Karpenter(now time.Time) Treatment {
	switch {
	case p.finished() || p.Static || p.ToleratesDrainTaint():
		return Leave
	case !p.Deleted.IsZero() && now.Sub(p.Deleted) > StuckAfter:
		return Leave
	case !p.Deleted.IsZero() || p.Protected(now):
		return Await
	}
	return Evict
}

// KubectlFlags are the flags of kubectl drain that decide about pods. The
// zero value is its default; drains that run by themselves set them all.
type KubectlFlags struct {
	IgnoreDaemonSets   bool // --ignore-daemonsets
	DeleteEmptyDirData bool // --delete-emptydir-data
	Force              bool // --force
	// SkipDeleted is --skip-wait-for-delete-timeout: pods that have been on
	// their way out for longer are left. 0 waits for all.
	SkipDeleted time.Duration
}

// EveryFlag is what drains use that nobody watches.
var EveryFlag = KubectlFlags{IgnoreDaemonSets: true, DeleteEmptyDirData: true, Force: true}

// Kubectl is what kubectl drain does about a pod, and so do the many drains
// that are built on it. It evicts finished pods, too, which no budget guards.
//
// Source: the filters in pkg/drain/filters.go of k8s.io/kubectl 0.36, in the
// order of makeFilters. The DaemonSet is taken as there. The Cluster API asks its
// own rules after them.
func (p *DrainPod) Kubectl(flags KubectlFlags, now time.Time) Treatment {
	skip := int(flags.SkipDeleted.Seconds())
	switch {
	case skip > 0 && !p.Deleted.IsZero() && int(now.Sub(p.Deleted).Seconds()) > skip:
		return Leave
	case p.DaemonSet && !p.finished():
		if flags.IgnoreDaemonSets {
			return Leave
		}
		return Abort
	case p.Static:
		return Leave
	case p.Skipped:
		return Leave
	case p.EmptyDir && !p.finished() && !flags.DeleteEmptyDirData:
		return Abort
	case p.Bare && !p.finished() && !flags.Force:
		return Abort
	case p.Awaited && p.Deleted.IsZero() && !p.finished():
		return Await
	}
	return Evict
}

// Group is the pod's turn in Karpenter's drains, from 0: pods first that are
// not critical, then critical ones, and of both those of DaemonSets last.
//
// Source: groupPodsByPriority in
// pkg/controllers/node/termination/terminator/terminator.go of Karpenter 1.14.
func (p *DrainPod) Group() int {
	group := 0
	if p.Critical {
		group = 2
	}
	if p.DaemonSet {
		group++
	}
	return group
}

// Groups is how many there are.
const Groups = 4

// Wave is what Karpenter works on next: the pods to ask evictions for, by
// index, and how many it waits for in all. A group begins when the one before
// is gone for good, so one pod that cannot be evicted holds up all that follow.
// With nothing to wait for the node is drained.
//
// Source: Terminator.Drain.
func Wave(pods []DrainPod, now time.Time) (evict []int, waiting int) {
	first := Groups
	for i := range pods {
		t := pods[i].Karpenter(now)
		if t == Leave {
			continue
		}
		waiting++
		g := pods[i].Group()
		if g < first {
			first, evict = g, nil
		}
		if g == first && t == Evict {
			evict = append(evict, i)
		}
	}
	return evict, waiting
}

// Expiring reports whether Karpenter now deletes a pod so that its grace ends
// when the node's deadline does, and what is left of its grace. Budgets and
// do-not-disrupt are not asked. A pod whose grace is longer than the node's is
// deleted at once and gets less than its grace. One that is on its way out
// already is deleted again where its grace would outlast the node.
//
// Source: Terminator.Drain, DeleteExpiringPods and
// podDeleteTimeWithGracePeriod; IsPodEligibleForForcedEviction.
func (p *DrainPod) Expiring(deadline, now time.Time) (grace time.Duration, due bool) {
	if p.Karpenter(now) == Leave || !p.Deleted.IsZero() && !p.Deleted.After(deadline) || !now.After(deadline.Add(-p.Grace)) {
		return 0, false
	}
	return max(deadline.Sub(now).Truncate(time.Second), time.Second), true
}

// Backoff is for how long a refused eviction waits until it is tried again.
// Failures counts this refusal.
type Backoff func(failures int) time.Duration

// KarpenterBackoff doubles from 100 ms to 10 s. The server's answer does not
// matter: several budgets on one pod are tried again like one that is
// exhausted. (All evictions together are further limited to some hundred a
// second.)
//
// Source: Queue.Register and Queue.Reconcile in
// pkg/controllers/node/termination/terminator/eviction.go of Karpenter 1.14;
// TypedItemExponentialFailureRateLimiter of client-go.
func KarpenterBackoff(failures int) time.Duration {
	const base, most = 100 * time.Millisecond, 10 * time.Second
	if failures > 7 { // 12.8 s would follow
		return most
	}
	return base << max(0, failures-1)
}

// KubectlBackoff is 5 s. It applies to a budget that is exhausted; any other
// refusal fails the drain.
//
// Source: EvictErrorRetryDelay in pkg/cmd/drain/drain.go of k8s.io/kubectl.
func KubectlBackoff(int) time.Duration { return 5 * time.Second }
