package simulate

import (
	"cmp"
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/words"
)

// Play plays a scenario in all its runs, on all cores, and then the worst of
// them once more with its events; the only one at once with them. Progress, where it is not nil, is told how
// many runs are done; it may be called from several goroutines.
//
// A scenario that does not fit the world is an error that says what is wrong.
// When the context ends, so does the play, after the runs that have begun; the
// error is then the context's.
func Play(ctx context.Context, w *World, s Scenario, progress func(done, of int)) (*Simulation, error) {
	if err := w.Check(&s); err != nil {
		return nil, err
	}
	sim := &Simulation{Scenario: s, Placed: w.placed, Made: w.made, Notes: slices.Clone(w.notes)}
	for _, l := range w.watchlist() {
		x := &w.workloads[l]
		sim.Workloads = append(sim.Workloads, Watched{Ref: x.Ref, Replicas: x.replicas, Floor: s.floor(x)})
	}
	if s.Runs > 1 {
		sim.Runs = playAll(ctx, w, &s, progress)
	}
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	worst, seed := 0, s.Seed
	for i := range sim.Runs {
		if sim.worse(i, worst) {
			worst, seed = i, sim.Runs[i].Seed
		}
	}
	e := newEngine(w, &s, seed, true)
	for i, l := range w.watchlist() {
		sim.Workloads[i].Ready = int(e.workloads[l].ready)
	}
	e.play()
	sim.Story = e.run
	if s.Runs == 1 {
		sim.Runs = []Run{e.run.withoutEvents()}
		if progress != nil {
			progress(1, 1)
		}
	}
	sim.Notes = append(append(sim.Notes, w.slow(&s)...), w.stalls(&s)...)
	sim.Notes = append(sim.Notes, e.triggers.assumed()...)
	sim.Notes = append(append(sim.Notes, e.rollouts.unfinished()...), e.controllers.failedJobs()...)
	sim.Notes = append(append(sim.Notes, e.attacher.unattached()...), e.consolidation.untraded()...)
	if e.run.Cut > 0 {
		sim.Notes = append(sim.Notes, fmt.Sprintf(
			"the story ends after %s, because more happened than could be kept; the numbers cover all of it",
			e.run.Cut.Truncate(time.Second)))
	}
	return sim, nil
}

// withoutEvents is a run as it is where no events are kept.
func (r Run) withoutEvents() Run {
	r.Events, r.Names, r.Cut, r.Workloads = nil, Names{}, 0, slices.Clone(r.Workloads)
	for i := range r.Workloads {
		r.Workloads[i].MinEvent = -1
	}
	return r
}

// playAll plays all runs, on all cores. Runs that had not begun when the context
// ended are not played.
func playAll(ctx context.Context, w *World, s *Scenario, progress func(done, of int)) []Run {
	runs := make([]Run, s.Runs)
	var next, done atomic.Int64
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), s.Runs) {
		workers.Go(func() {
			defer crash.Handle()
			for {
				i := int(next.Add(1)) - 1
				if i >= s.Runs || ctx.Err() != nil {
					return
				}
				e := newEngine(w, s, s.Seed+int64(i), false)
				e.play()
				runs[i] = e.run
				if progress != nil {
					progress(int(done.Add(1)), s.Runs)
				}
			}
		})
	}
	workers.Wait()
	return runs
}

// One plays a single run, without its events.
func One(w *World, s *Scenario, seed int64) Run {
	e := newEngine(w, s, seed, false)
	e.play()
	return e.run
}

// timingsOf are those of a workload; a zero field means that of all. Its pods are
// not ready before their probes ask, and are told to stop after their preStop hooks have slept,
// unless the scenario says what they take.
func (s *Scenario) timingsOf(l *workload) Timings {
	own := s.ownTimings(l)
	if own.PodReady == 0 && l.readyAfter > s.Timings.PodReady {
		own.PodReady = l.readyAfter
	}
	if own.PodStop == 0 && l.stopHook > 0 {
		own.PodStop = l.stopHook + s.Timings.PodStop
	}
	return own
}

// ownTimings are what the scenario says of a workload alone.
func (s *Scenario) ownTimings(l *workload) Timings {
	if own, ok := s.WorkloadTimings[l.Namespace+"/"+l.Name]; ok {
		return own
	}
	return s.WorkloadTimings[l.Namespace+"/"+l.Kind+"/"+l.Name]
}

// readySaid reports whether somebody said how long pods of a workload take to get
// ready. What their probes tell is the least.
func (s *Scenario) readySaid(l *workload) bool {
	return s.ownTimings(l).PodReady > 0 || !s.Assumed.PodReady && l.readyAfter <= s.Timings.PodReady
}

// slowed is how long pods that take so long to start do in a scenario where all are slow.
func (s *Scenario) slowed(d time.Duration) time.Duration {
	if s.Fault.Slow == 0 {
		return d
	}
	return time.Duration(float64(d) * s.Fault.Slow)
}

// slow says which workloads take longer to get ready, or to stop, than the scenario says.
func (w *World) slow(s *Scenario) []string {
	ready := w.taking(func(l *workload) time.Duration {
		if l.readyAfter > s.Timings.PodReady && s.timingsOf(l).PodReady == l.readyAfter {
			return l.readyAfter
		}
		return 0
	}, "get ready after", "since their probes ask no sooner")
	hooked := func(l *workload) (takes, grace time.Duration) {
		if l.stopHook > 0 && s.ownTimings(l).PodStop == 0 {
			return s.timingsOf(l).PodStop, w.classes[l.class].grace
		}
		return 0, 0
	}
	stopped := w.taking(func(l *workload) time.Duration {
		if takes, grace := hooked(l); takes <= grace {
			return takes
		}
		return 0
	}, "take to stop", "since a preStop hook sleeps before")
	killed := w.taking(func(l *workload) time.Duration {
		if takes, grace := hooked(l); takes > grace {
			return grace
		}
		return 0
	}, "are killed after", "since a preStop hook leaves too little of their grace period")
	return slices.Concat(ready, stopped, killed)
}

// taking says which workloads take how long to do something, and why; nothing where none takes
// any time.
func (w *World) taking(how func(l *workload) time.Duration, do, why string) []string {
	var names []string
	longest := time.Duration(0)
	for _, i := range w.watchlist() {
		l := &w.workloads[i]
		if d := how(l); d > 0 {
			names = append(names, l.Namespace+"/"+l.Name)
			longest = max(longest, d)
		}
	}
	switch len(names) {
	case 0:
		return nil
	case 1:
		return []string{fmt.Sprintf("pods of %s %s %s, %s", names[0], do, words.Duration(longest), why)}
	}
	return []string{fmt.Sprintf("pods of %s %s up to %s, %s", words.Few(names), do, words.Duration(longest), why)}
}

// stalls says which Deployments are reported as failed in each of their rollouts, since
// no pod of theirs gets further within their progress deadline.
//
// Source: DeploymentProgressing and DeploymentTimedOut in
// pkg/controller/deployment/util/deployment_util.go of Kubernetes 1.36: a pod that is made,
// gets ready or counts as available is progress.
func (w *World) stalls(s *Scenario) []string {
	var notes []string
	for _, i := range w.watchlist() {
		l := &w.workloads[i]
		if l.Kind != "Deployment" || l.rollout.Progress == 0 {
			continue
		}
		step, what := s.timingsOf(l).PodReady, "get ready"
		if l.rollout.MinReady > step {
			step, what = l.rollout.MinReady, "count as available, by minReadySeconds,"
		}
		if step >= l.rollout.Progress {
			notes = append(notes, fmt.Sprintf("each rollout of %s/%s is reported as failed (ProgressDeadlineExceeded): its pods %s after %s, "+
				"and its progressDeadlineSeconds are %s", l.Namespace, l.Name, what, words.Duration(step), words.Duration(l.rollout.Progress)))
		}
	}
	return notes[:min(len(notes), mostWaits)]
}

func (s *Scenario) floor(l *workload) int {
	for _, name := range []string{l.Namespace + "/" + l.Name, l.Namespace + "/" + l.Kind + "/" + l.Name} {
		if f, ok := s.Floors[name]; ok {
			return f
		}
	}
	return 1
}

// worse reports whether run i is worse than run j: more of it below the floors, then
// closer to them, then for longer, then with more nodes left. Where none is below, the
// nodes come first.
func (s *Simulation) worse(i, j int) bool {
	score := func(r *Run) (below, slack int, long time.Duration) {
		slack = 1 << 30
		for k := range r.Workloads {
			short := s.Workloads[k].Floor - r.Workloads[k].MinReady
			below += max(0, short)
			slack = min(slack, -short)
			long += r.Workloads[k].BelowFloor
		}
		return
	}
	b1, s1, l1 := score(&s.Runs[i])
	b2, s2, l2 := score(&s.Runs[j])
	left := cmp.Compare(s.Runs[j].Unreplaced, s.Runs[i].Unreplaced)
	if b1 == 0 && b2 == 0 {
		return cmp.Or(left, cmp.Compare(s1, s2)) < 0
	}
	return cmp.Or(cmp.Compare(b2, b1), cmp.Compare(s1, s2), cmp.Compare(l2, l1), left) < 0
}
