package publish

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/story"
	"github.com/onus-project/onus/internal/words"
)

// Played is a forecast and what is known around it.
type Played struct {
	*forecast.Forecast
	Offerings []*responsibility.Offering // under whose contracts nodes go
	Estate    *kubernetes.Estate
	// Unreadable is what could not be read of the input.
	Unreadable []origin.Fault
	Nodes      []string // before anything happened
	Timeline   bool     // every event is asked for
	Namespaces []string // what is in these alone is told; none for everything
}

// played is what was played, on its way to a published value.
type played struct {
	Played
	story *story.Story
	falls map[int]story.Fall // by workload
	value published.Simulation
}

// Simulation is one scenario that was played.
func Simulation(x Played) published.Simulation {
	p := played{Played: x, story: story.New(x.Estate, x.budgeted(), &x.Simulation.Scenario, x.Workloads, &x.Simulation.Story)}
	p.falls = p.story.Falls()
	s := &x.Simulation.Scenario
	v := &p.value
	*v = published.Simulation{
		Head: published.Head{Schema: published.SimulationSchema}, Scenario: s.Name, About: p.Disruption.About,
		Offerings: []string{}, Platforms: []published.Offering{}, Start: s.Start.UTC().Format(time.RFC3339Nano),
		HorizonSeconds: seconds(s.Horizon), Runs: len(p.Runs), Seed: s.Seed,
		Timings: published.SimulatedTimings{
			NodeReady: seconds(s.Timings.NodeReady), PodReady: seconds(s.Timings.PodReady), PodStop: seconds(s.Timings.PodStop),
		},
		Triggers: simulatedTriggers(s.Triggers), Workloads: []published.SimulatedWorkload{}, Verdict: p.Verdict(), NotBounded: p.NotBounded,
	}
	for _, o := range p.Offerings {
		v.Offerings = append(v.Offerings, o.ID)
		v.Platforms = append(v.Platforms, offering(o))
	}
	v.Notes = append([]string{}, p.Notes...)
	v.Unread, v.Unreadable = append([]origin.Unread{}, p.Estate.Unread...), p.Unreadable
	if len(p.Unread) > 0 {
		v.Notes = append([]string{origin.Plurals(p.Unread) + " could not be read: this is what happens by what was, and no verdict"}, v.Notes...)
	}
	if p.Unrecognised.Any() {
		v.Notes = append([]string{unrecognised(&p.Played)}, v.Notes...)
	}
	if windowed(s.Window) && !p.asks(contract.WindowKind.Calendar) {
		v.Notes = append(v.Notes, "the window of the scenario changes nothing: no maintenance window is asked under "+strings.Join(v.Offerings,
			", "))
	}
	titles := workloadTitles(p.Workloads)
	for i := range p.Workloads {
		w := p.workload(i)
		w.Title = titles[i]
		v.Workloads = append(v.Workloads, w)
	}
	p.bounds()
	v.Rollouts = simulatedRollouts(p.Runs, len(p.Unread) > 0)
	p.overPools()
	p.margins()
	v.Nodes, v.Pods = simulatedNodes(p.Runs), simulatedPods(p.Runs)
	v.Waiting = simulatedWaits(p.Runs)
	v.Story = p.told()
	p.within()
	if p.Timeline {
		v.Events = p.events()
	}
	return p.value
}

// overPools takes into the verdict what pools and releases came to.
func (p *played) overPools() {
	v := &p.value
	for i := range v.Finish {
		v.Verdict = forecast.Worst(v.Verdict, v.Finish[i].Verdict)
	}
	for i := range v.Rollouts {
		v.Verdict = forecast.Worst(v.Verdict, v.Rollouts[i].Verdict)
	}
}

// unrecognised says which nodes nothing tells of, under which contract they were played, and
// that there is no verdict.
func unrecognised(p *Played) string {
	var on []string
	for _, o := range p.Offerings {
		on = append(on, o.Title)
	}
	said := fmt.Sprintf("nothing in the catalog recognises node %s", words.Few(p.Unrecognised.Nodes))
	if len(p.Unrecognised.Nodes) > 1 {
		said = fmt.Sprintf("nothing in the catalog recognises nodes %s", words.Few(p.Unrecognised.Nodes))
	}
	if p.Unrecognised.MadeUp {
		said = "nothing in the input says where it runs"
	}
	return said + ": this is what would happen on " + words.Or(on) + ", and no verdict; --as OFFERING takes one"
}

// workloadTitles are what workloads are called in text: with their kind where
// another has the same name.
func workloadTitles(all []simulate.Watched) []string {
	short := func(w *simulate.Watched) string {
		if w.Namespace == "" {
			return w.Name
		}
		return w.Namespace + "/" + w.Name
	}
	count := map[string]int{}
	for i := range all {
		count[short(&all[i])]++
	}
	titles := make([]string, len(all))
	for i := range all {
		if titles[i] = short(&all[i]); count[titles[i]] > 1 {
			titles[i] = all[i].String()
		}
	}
	return titles
}

// asks reports whether some contract has a window of a kind.
func (p *Played) asks(of func(contract.WindowKind) bool) bool {
	return slices.ContainsFunc(p.Offerings, func(o *responsibility.Offering) bool { return o.Contract != nil && of(o.Contract.Window) })
}

// budgeted reports whether some contract asks the node budgets of pools.
func (p *Played) budgeted() bool { return p.asks(contract.WindowKind.NodeBudgets) }

// windowed reports whether a maintenance window is ever closed.
func windowed(w disruption.Window) bool {
	return w.Days.Every != disruption.Never || len(w.Exclusions) > 0
}

func (p *played) workload(i int) published.SimulatedWorkload {
	judged := &p.Judgements[i]
	watched := judged.Workload
	over := func(f func(*simulate.WorkloadRun) float64) published.Spread {
		return spread(p.Runs, func(r *simulate.Run) (float64, bool) { return f(&r.Workloads[i]), true })
	}
	w := published.SimulatedWorkload{
		Namespace: watched.Namespace, Kind: watched.Kind, Name: watched.Name, Replicas: watched.Replicas, Floor: watched.Floor,
		Verdict: judged.Outcome(), BrokenRuns: judged.Played.Below,
		MinReady:          over(func(r *simulate.WorkloadRun) float64 { return float64(r.MinCounted) }),
		BelowFloorSeconds: over(func(r *simulate.WorkloadRun) float64 { return seconds(r.BelowFloor) }),
		MinReadyAtSeconds: spreadWhere(p.Runs, func(r *simulate.Run) time.Duration { return r.Workloads[i].CountedAt }),
	}
	if slices.ContainsFunc(p.Runs, func(r simulate.Run) bool {
		return r.Workloads[i].MinReady != r.Workloads[i].MinCounted || r.Workloads[i].MinAt != r.Workloads[i].CountedAt
	}) {
		w.Serving = &published.Serving{
			Min:          over(func(r *simulate.WorkloadRun) float64 { return float64(r.MinReady) }),
			MinAtSeconds: spreadWhere(p.Runs, func(r *simulate.Run) time.Duration { return r.Workloads[i].MinAt }),
		}
	}
	if judged.Outcome() != finding.Unknown {
		w.Proof = published.Proof(judged.Proof)
	}
	if fall, ok := p.falls[i]; ok {
		w.Worst = &published.SimulatedWorst{AtSeconds: seconds(fall.At), At: p.clock(fall.At), Ready: fall.Ready, Chain: p.chain(fall)}
	}
	return w
}

func simulatedNodes(runs []simulate.Run) published.SimulatedNodes {
	n := func(f func(*simulate.Run) int) published.Spread { return spreadOf(runs, f) }
	return published.SimulatedNodes{
		Drained:                 n(func(r *simulate.Run) int { return r.Drained }),
		Gone:                    n(func(r *simulate.Run) int { return r.Gone }),
		Forced:                  n(func(r *simulate.Run) int { return r.Forced }),
		MaxConcurrentlyDraining: n(func(r *simulate.Run) int { return r.Draining }),
		FirstDrainAtSeconds:     spreadWhere(runs, func(r *simulate.Run) time.Duration { return r.FirstDrain }),
		LastGoneAtSeconds:       spreadWhere(runs, func(r *simulate.Run) time.Duration { return r.LastGone }),
		Asked:                   n(func(r *simulate.Run) int { return r.Asked }),
		Unpatched:               n(func(r *simulate.Run) int { return r.Unreplaced }),
	}
}

func simulatedPods(runs []simulate.Run) published.SimulatedPods {
	n := func(f func(*simulate.Run) int) published.Spread { return spreadOf(runs, f) }
	return published.SimulatedPods{
		Evicted:          n(func(r *simulate.Run) int { return r.Evicted }),
		EvictionsRefused: n(func(r *simulate.Run) int { return r.Refused }),
		Forced:           n(func(r *simulate.Run) int { return r.ForceDeleted }),
		Pending:          n(func(r *simulate.Run) int { return r.Pending }),
	}
}

// simulatedWaits are the pods that wait at the end of the run in which the most do.
func simulatedWaits(runs []simulate.Run) []published.SimulatedWait {
	worst := slices.MaxFunc(runs, func(a, b simulate.Run) int { return len(a.Waits) - len(b.Waits) })
	var all []published.SimulatedWait
	for _, w := range worst.Waits {
		all = append(all, published.SimulatedWait{Workload: published.Ref(w.Workload), Pod: w.Pod, Why: w.Why})
	}
	return all
}

func simulatedTriggers(triggers []simulate.Trigger) []published.SimulatedTrigger {
	all := []published.SimulatedTrigger{}
	for _, t := range triggers {
		p := published.SimulatedTrigger{AtSeconds: seconds(t.At), Kind: t.Kind, Move: t.Move, Pool: t.Pool, Nodes: t.Nodes,
			Words: story.Trigger(t)}
		if t.Workload.Name != "" {
			p.Workload = new(published.Ref(t.Workload))
		}
		if t.Kind == simulate.Scale {
			p.Replicas = &t.Replicas
		}
		all = append(all, p)
	}
	return all
}

// chain is what led to a fall.
func (p *played) chain(f story.Fall) []published.SimulatedLink {
	var all []published.SimulatedLink
	for _, l := range p.story.Chain(f) {
		all = append(all, published.SimulatedLink{AtSeconds: seconds(l.At), At: p.clock(l.At), Part: parts[l.Part], Text: l.Text})
	}
	return all
}

// parts are what the parts of a chain are called.
var parts = map[story.Part]published.Part{
	story.Began: published.Began, story.Left: published.PodsWent, story.Least: published.AtWorst, story.Back: published.CameBack,
}

// clock is the time of day so long after the start, to the tenth of a second.
func (p *played) clock(after time.Duration) string {
	return p.Simulation.Scenario.Start.Add(after).UTC().Format("2006-01-02T15:04:05.0Z07:00")
}

// Simulations are several scenarios played on one estate.
func Simulations(all []published.Simulation) published.Simulations {
	verdicts := make([]finding.Verdict, len(all))
	for i := range all {
		verdicts[i] = all[i].Verdict
	}
	return published.Simulations{Head: published.Head{Schema: published.SimulationsSchema}, Verdict: forecast.Worst(verdicts...),
		Simulations: all}
}
