package bound

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

const (
	endless = time.Duration(math.MaxInt64)
	// pollInterval is how often a provider looks at a drain.
	pollInterval = 10 * time.Second
	// defaultGrace is a pod's terminationGracePeriodSeconds where it names none.
	defaultGrace = 30 * time.Second
)

func (w *Workload) grace() time.Duration { return cmp.Or(w.Grace, defaultGrace) }

// evictionTimes is how long evictions take, and whether deadlines come before they are done.
type evictionTimes struct {
	*survey
	takes []time.Duration // by workload: for how long at most its pods wait for evictions; endless for no end
	retry time.Duration   // for how long at most a refused eviction is not tried again
}

// timings of a workload.
func (s *evictionTimes) timings(w *Workload) Timings {
	t := Timings{
		NodeReady: cmp.Or(w.Timings.NodeReady, s.Timings.NodeReady),
		PodReady:  cmp.Or(w.Timings.PodReady, s.Timings.PodReady),
		PodStop:   cmp.Or(w.Timings.PodStop, s.Timings.PodStop),
	}
	if t.PodStop == 0 || t.PodStop > w.grace() {
		t.PodStop = w.grace() // no kubelet waits longer
	}
	return t
}

// replacementTime is the longest from when a pod is taken until another is
// ready, on a node that has to be started for it.
func (s *evictionTimes) replacementTime(w *Workload) time.Duration {
	t := s.timings(w)
	return t.PodStop + t.NodeReady + t.PodReady + w.MinReady + pollInterval
}

// backFrom is the longest from when a pod is taken, with its node if need be, until another
// is ready.
func (s *evictionTimes) backFrom(w *Workload) time.Duration { return s.replacementTime(w) + w.Reattach }

// due is when a deadline kills the workload's pods, from the start of the
// drain: with early deletion that is its grace before the end.
func (w *Workload) due(d disruption.Deadline) time.Duration {
	at, _, _ := d.ForceDeleted(time.Time{}, w.grace())
	return at.Sub(time.Time{})
}

// soonest is the first that a deadline kills pods of a workload, endless where
// none does, and 0 where they may be deleted as soon as a drain begins.
func (s *evictionTimes) soonest(w *Workload) time.Duration {
	first := endless
	s.eachPool(w, func(p *poolFacts) {
		if p.styles[byDeletion].there || p.styles[byDeletion|byKarpenter].there {
			first = 0
		}
		for _, d := range p.forces {
			first = min(first, w.due(d))
		}
	})
	return first
}

// deadlines finds the workloads no pod of which can be left when a deadline
// passes, and how long evictions can take at most.
//
// A budget that lets one pod go whenever all of its pods are ready does so
// again as soon as what it let go is ready elsewhere. So its pods leave one
// after the other, each within the time of one replacement and one try, if the
// tries are served in turn: none of its pods loses to another more than once.
// It takes that nothing else takes pods of the budget meanwhile, and in
// Karpenter's drains that the waves before are done.
func (s *evictionTimes) deadlines() {
	for l := range s.takes {
		s.takes[l] = endless
	}
	if s.Timings == nil {
		return
	}
	waves := 1
	s.retry = disruption.KubectlBackoff(none)
	if slices.ContainsFunc(s.Groups, func(g Group) bool { return g.Disruption.Karpenter }) {
		waves = disruption.Groups
		s.retry = disruption.KarpenterBackoff(none)
	}
	var before time.Duration // that all waves before take
	for wave := range waves {
		for b := range s.budgets {
			s.serve(b, wave, waves > 1, before)
		}
		if before = s.slowest(wave, before); before == endless {
			return
		}
	}
}

// returns reports whether pods of a workload may come back to the node they were evicted
// from, so that no number of evictions is enough.
func (s *evictionTimes) returns(w *Workload) bool {
	return slices.ContainsFunc(s.Groups, func(g Group) bool { return w.comesBack(g.Disruption.style()) })
}

// serve finds how long the evictions of the pods of one budget take at most, and
// whether they are done before any deadline that forces.
func (s *evictionTimes) serve(b, wave int, waves bool, before time.Duration) {
	r := &s.budgets[b]
	if !r.lively || len(r.workloads) == 0 {
		return
	}
	pods, each, atOnce := 0, time.Duration(0), r.slack()
	for _, l := range r.workloads {
		w := &s.Workloads[l]
		if waves && w.Wave != wave || len(w.Budgets) > 1 || w.Protected || w.ToleratesDrainTaint || s.returns(w) {
			return
		}
		if w.Kind == Ordered {
			atOnce = 1
		}
		pods += s.moving(int(l))
		each = max(each, s.replacementTime(w)+s.retry)
	}
	takes, exempt := before+time.Duration((pods+atOnce-1)/atOnce)*each, true
	for _, l := range r.workloads {
		exempt = exempt && takes < s.soonest(&s.Workloads[l])
	}
	for _, l := range r.workloads {
		s.exempt[l], s.takes[l] = exempt, takes
	}
}

// evictedInTime reports whether a bound rests on evictions that are done before any
// deadline, and backInTime on pods that are back before the next one.
func (s *evictionTimes) evictedInTime(l int, a *account) bool {
	return a.asking > 0 && s.exempt[l] && s.forcing(&s.Workloads[l])
}

func (s *evictionTimes) backInTime(a *account, least int) bool { return a.paced && least > a.anchored }

// moving is how many pods of a workload are not where nothing is taken.
func (s *evictionTimes) moving(l int) int {
	n := s.totals[l].pods
	for _, p := range s.Workloads[l].Pods {
		if p.Node != Unbound && s.Nodes[p.Node].Group == Stays {
			n -= p.Ready + p.Unready + p.Stuck
		}
	}
	return n
}

// slowest is how long a wave can take, those before included.
func (s *evictionTimes) slowest(wave int, before time.Duration) time.Duration {
	most := before
	for l := range s.Workloads {
		w := &s.Workloads[l]
		if w.Wave != wave || w.leaves(byKarpenter) || s.totals[l].pods == 0 {
			continue
		}
		switch {
		case s.exempt[l]:
			most = max(most, s.takes[l])
		case len(w.Budgets) == 0 && !w.Protected && len(w.NotEvictedBy) == 0:
			most = max(most, before+s.timings(w).PodStop+pollInterval)
		default:
			return endless
		}
	}
	return most
}

// atDeadlines is on how many nodes pods of a workload can be killed by deadlines
// and not yet be ready again, and how many pods on each; no nodes where nothing
// limits that.
//
// Where pods are ready again sooner than a deadline takes, nodes whose pods are
// down at once have all been on their way at once. On each of them stand as
// many pods as a node takes.
func (s *evictionTimes) atDeadlines(l int) (nodes, each int) {
	w := &s.Workloads[l]
	if s.Timings == nil || !w.Kind.lasts() || w.Lost || w.Unplaced != "" || len(w.NotCreatedBy) > 0 || w.PerNode == 0 ||
		s.totals[l].most < s.totals[l].pods {
		return 0, 0
	}
	again := s.backFrom(w)
	if w.Kind == Ordered { // one after the other
		again *= time.Duration(s.totals[l].pods)
	}
	if again >= s.soonest(w) {
		return 0, 0
	}
	each = w.PerNode
	for _, p := range w.Pods {
		if p.Node != Unbound {
			each = max(each, p.Ready+p.Unready+p.Stuck)
		}
	}
	s.eachPool(w, func(p *poolFacts) { nodes += p.comes })
	return nodes, each
}
