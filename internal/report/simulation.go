package report

import (
	"io"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/story"
)

// Simulation is a scenario that was played, as onus.simulation/v1 publishes
// it.
type Simulation struct {
	Schema         string              `json:"schema"`
	Scenario       string              `json:"scenario"`
	About          string              `json:"about,omitempty"`
	Offerings      []string            `json:"offerings"`
	Unread         []origin.Unread     `json:"unread"`
	Start          string              `json:"start"`
	HorizonSeconds float64             `json:"horizonSeconds"`
	Runs           int                 `json:"runs"`
	Seed           int64               `json:"seed"`
	Timings        SimulatedTimings    `json:"timings"`
	Triggers       []SimulatedTrigger  `json:"triggers"`
	Workloads      []SimulatedWorkload `json:"workloads"`
	Nodes          SimulatedNodes      `json:"nodes"`
	Pods           SimulatedPods       `json:"pods"`
	Bounds         []SimulatedBound    `json:"bounds,omitempty"`
	Finish         []SimulatedFinish   `json:"finish,omitempty"`
	Margins        []SimulatedMargin   `json:"margins,omitempty"`
	Notes          []string            `json:"notes"`
	Verdict        string              `json:"verdict"`
	Story          SimulatedStory      `json:"story"`
	Events         []SimulatedEvent    `json:"events,omitempty"`
	played         Played              // what the text is drawn from
	story          *story.Story
	worst          map[int]story.Fall // by workload
}

// SimulatedTimings are what was assumed.
type SimulatedTimings struct {
	NodeReady float64 `json:"nodeReadySeconds"`
	PodReady  float64 `json:"podReadySeconds"`
	PodStop   float64 `json:"podStopSeconds"`
}

// SimulatedTrigger is one thing the scenario did.
type SimulatedTrigger struct {
	AtSeconds float64         `json:"atSeconds"`
	Kind      string          `json:"kind"`
	Move      string          `json:"move,omitempty"`
	Pool      string          `json:"pool,omitempty"`
	Nodes     []string        `json:"nodes,omitempty"`
	Workload  *kubernetes.Ref `json:"workload,omitempty"`
	Replicas  *int            `json:"replicas,omitempty"`
	Words     string          `json:"words"`
}

// SimulatedWorkload is a workload over all runs.
type SimulatedWorkload struct {
	Namespace         string          `json:"namespace"`
	Kind              string          `json:"kind"`
	Name              string          `json:"name"`
	Replicas          int             `json:"replicas"`
	Floor             int             `json:"floor"`
	MinReady          Spread          `json:"minReady"`
	MinReadyAtSeconds *Spread         `json:"minReadyAtSeconds"`
	Serving           *Serving        `json:"serving,omitempty"`
	BelowFloorSeconds Spread          `json:"belowFloorSeconds"`
	BrokenRuns        int             `json:"brokenRuns"`
	Verdict           string          `json:"verdict"`         // what was played, against the floor
	Proof             string          `json:"proof,omitempty"` // proved, refuted or open; absent where there is no verdict
	Worst             *SimulatedWorst `json:"worst,omitempty"`
	title             string
}

// Serving counts without pods whose node is gone: the API server calls them
// ready until it collects them as garbage, and they are not. It stands where
// that makes a difference, and floors are held against it.
type Serving struct {
	Min          Spread  `json:"min"`
	MinAtSeconds *Spread `json:"minAtSeconds"`
}

// least is the fewest pods that a workload could count on.
func (w *SimulatedWorkload) least() Spread {
	if w.Serving != nil {
		return w.Serving.Min
	}
	return w.MinReady
}

// SimulatedWorst is the moment of the story at which the fewest pods of a
// workload were ready, and what led to it.
type SimulatedWorst struct {
	AtSeconds float64         `json:"atSeconds"`
	At        string          `json:"at"`
	Ready     int             `json:"ready"`
	Chain     []SimulatedLink `json:"chain"`
	at        time.Duration
}

// SimulatedLink is a part of a chain of causes.
type SimulatedLink struct {
	AtSeconds float64 `json:"atSeconds"`
	At        string  `json:"at"`
	Text      string  `json:"text"`
	at        time.Duration
	part      story.Part
}

// SimulatedNodes counts what became of nodes.
type SimulatedNodes struct {
	Drained                 Spread  `json:"drained"`
	Gone                    Spread  `json:"gone"`
	Forced                  Spread  `json:"forced"`
	MaxConcurrentlyDraining Spread  `json:"maxConcurrentlyDraining"`
	FirstDrainAtSeconds     *Spread `json:"firstDrainAtSeconds"`
	LastGoneAtSeconds       *Spread `json:"lastGoneAtSeconds"`
	Asked                   Spread  `json:"asked"`
	Unpatched               Spread  `json:"unpatched"`
}

// SimulatedPods counts what became of pods.
type SimulatedPods struct {
	Evicted          Spread `json:"evicted"`
	EvictionsRefused Spread `json:"evictionsRefused"`
	Forced           Spread `json:"forced"`
	Pending          Spread `json:"pending"`
}

// SimulatedStory is the run that is told: the worst of them.
type SimulatedStory struct {
	Seed int64 `json:"seed"`
}

// Played is a forecast and what is known around it.
type Played struct {
	*forecast.Forecast
	Offerings []*responsibility.Offering // under whose contracts nodes go
	Estate    *kubernetes.Estate
	Nodes     []string // before anything happened
	Timeline  bool     // every event is asked for
}

// NewSimulation prepares the published value.
func NewSimulation(p Played) Simulation {
	s := p.Simulation.Scenario
	v := Simulation{
		Schema: "onus.simulation/v1", Scenario: s.Name, About: p.Disruption.About, Offerings: []string{}, Start: s.Start.UTC().Format(time.RFC3339),
		HorizonSeconds: seconds(s.Horizon), Runs: len(p.Runs), Seed: s.Seed,
		Timings:  SimulatedTimings{seconds(s.Timings.NodeReady), seconds(s.Timings.PodReady), seconds(s.Timings.PodStop)},
		Triggers: simulatedTriggers(s.Triggers), Workloads: []SimulatedWorkload{}, Verdict: string(p.Verdict()),
		Story: SimulatedStory{p.Story.Seed}, played: p,
	}
	for _, o := range p.Offerings {
		v.Offerings = append(v.Offerings, o.ID)
	}
	v.Notes = append([]string{}, p.Notes...)
	v.Unread = append([]origin.Unread{}, p.Estate.Unread...)
	if len(p.Unread) > 0 {
		v.Notes = append([]string{origin.Plurals(p.Unread) + " could not be read: this is what happens by what was, and no verdict"}, v.Notes...)
	}
	if windowed(s.Window) && !p.asks(contract.WindowKind.Calendar) {
		v.Notes = append(v.Notes, "the window of the scenario changes nothing: no maintenance window is asked under "+strings.Join(v.Offerings, ", "))
	}
	v.story = story.New(p.Estate, p.budgeted(), &p.Simulation.Scenario, p.Workloads, &p.Simulation.Story)
	v.worst = v.story.Falls()
	titles := workloadTitles(p.Workloads)
	for i := range p.Workloads {
		w := v.workload(i)
		w.title = titles[i]
		v.Workloads = append(v.Workloads, w)
	}
	v.prove(&p)
	v.Nodes, v.Pods = simulatedNodes(p.Runs), simulatedPods(p.Runs)
	if p.Timeline {
		v.Events = v.events()
	}
	return v
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

// Broken reports whether some workload fell below its floor in some run.
func (v Simulation) Broken() bool { return v.Verdict == string(finding.Broken) }

// Unknown reports whether there is no verdict.
func (v Simulation) Unknown() bool { return v.Verdict == string(finding.Unknown) }

func (v Simulation) workload(i int) SimulatedWorkload {
	judged := &v.played.Judgements[i]
	watched := judged.Workload
	over := func(f func(*simulate.WorkloadRun) float64) Spread {
		return spread(v.played.Runs, func(r *simulate.Run) (float64, bool) { return f(&r.Workloads[i]), true })
	}
	w := SimulatedWorkload{
		Namespace: watched.Namespace, Kind: watched.Kind, Name: watched.Name, Replicas: watched.Replicas, Floor: watched.Floor,
		Verdict: string(judged.Outcome()), BrokenRuns: judged.Played.Below,
		MinReady:          over(func(r *simulate.WorkloadRun) float64 { return float64(r.MinCounted) }),
		BelowFloorSeconds: over(func(r *simulate.WorkloadRun) float64 { return seconds(r.BelowFloor) }),
		MinReadyAtSeconds: spreadWhere(v.played.Runs, func(r *simulate.Run) time.Duration { return r.Workloads[i].CountedAt }),
	}
	if slices.ContainsFunc(v.played.Runs, func(r simulate.Run) bool {
		return r.Workloads[i].MinReady != r.Workloads[i].MinCounted || r.Workloads[i].MinAt != r.Workloads[i].CountedAt
	}) {
		w.Serving = &Serving{
			Min:          over(func(r *simulate.WorkloadRun) float64 { return float64(r.MinReady) }),
			MinAtSeconds: spreadWhere(v.played.Runs, func(r *simulate.Run) time.Duration { return r.Workloads[i].MinAt }),
		}
	}
	if judged.Outcome() != finding.Unknown {
		w.Proof = string(judged.Proof)
	}
	if fall, ok := v.worst[i]; ok {
		w.Worst = &SimulatedWorst{AtSeconds: seconds(fall.At), At: v.clock(fall.At), Ready: fall.Ready, Chain: v.chain(fall), at: fall.At}
	}
	return w
}

func simulatedNodes(runs []simulate.Run) SimulatedNodes {
	n := func(f func(*simulate.Run) int) Spread { return spreadOf(runs, f) }
	return SimulatedNodes{
		Drained:                 n(func(r *simulate.Run) int { return r.Drained }),
		Gone:                    n(func(r *simulate.Run) int { return r.Gone }),
		Forced:                  n(func(r *simulate.Run) int { return r.Forced }),
		MaxConcurrentlyDraining: n(func(r *simulate.Run) int { return r.Draining }),
		FirstDrainAtSeconds:     spreadWhere(runs, func(r *simulate.Run) time.Duration { return r.FirstDrain }),
		LastGoneAtSeconds:       spreadWhere(runs, func(r *simulate.Run) time.Duration { return r.LastGone }),
		Asked:                   n(func(r *simulate.Run) int { return r.Asked }),
		Unpatched:               n(func(r *simulate.Run) int { return r.Left }),
	}
}

func simulatedPods(runs []simulate.Run) SimulatedPods {
	n := func(f func(*simulate.Run) int) Spread { return spreadOf(runs, f) }
	return SimulatedPods{
		Evicted:          n(func(r *simulate.Run) int { return r.Evicted }),
		EvictionsRefused: n(func(r *simulate.Run) int { return r.Refused }),
		Forced:           n(func(r *simulate.Run) int { return r.Killed }),
		Pending:          n(func(r *simulate.Run) int { return r.Pending }),
	}
}

func simulatedTriggers(triggers []simulate.Trigger) []SimulatedTrigger {
	all := []SimulatedTrigger{}
	for _, t := range triggers {
		p := SimulatedTrigger{AtSeconds: seconds(t.At), Kind: t.Kind, Move: t.Move, Pool: t.Pool, Nodes: t.Nodes, Words: story.Trigger(t)}
		if t.Workload.Name != "" {
			p.Workload = &t.Workload
		}
		if t.Kind == simulate.Scale {
			p.Replicas = &t.Replicas
		}
		all = append(all, p)
	}
	return all
}

// chain is what led to a fall, as it is published.
func (v Simulation) chain(f story.Fall) []SimulatedLink {
	var all []SimulatedLink
	for _, l := range v.story.Chain(f) {
		all = append(all, SimulatedLink{seconds(l.At), v.clock(l.At), l.Text, l.At, l.Part})
	}
	return all
}

// clock is the time of day so long after the start, to the tenth of a second.
func (v Simulation) clock(after time.Duration) string {
	return v.played.Simulation.Scenario.Start.Add(after).UTC().Format("2006-01-02T15:04:05.0Z07:00")
}

// Simulations are several scenarios played on one estate, as
// onus.simulations/v1 publishes them.
type Simulations struct {
	Schema      string       `json:"schema"`
	Verdict     string       `json:"verdict"`
	Simulations []Simulation `json:"simulations"`
}

// NewSimulations prepares the published value.
func NewSimulations(all []Simulation) Simulations {
	verdicts := make([]finding.Verdict, len(all))
	for i := range all {
		verdicts[i] = finding.Verdict(all[i].Verdict)
	}
	return Simulations{Schema: "onus.simulations/v1", Verdict: string(forecast.Worst(verdicts...)), Simulations: all}
}

// JSON writes the published value.
func (v Simulation) JSON(w io.Writer) error { return writeJSON(w, v) }

// JSON writes the published value.
func (v Simulations) JSON(w io.Writer) error { return writeJSON(w, v) }
