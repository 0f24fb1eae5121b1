package fidelity

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/simulate"
)

// Measure is one thing that is compared: what the runs of the simulator gave,
// and what the repetitions on the real thing showed. Where nothing happened
// there is no value, and it is counted that it never did.
type Measure struct {
	Name      string
	Kind      string // the same without the workload
	Simulated []float64
	Observed  []float64
	Seconds   bool    // it is a time, and not a count
	Most      float64 // it can be, by what was known before: the pods, the nodes, or the horizon
	Why       string  // it is known to differ, and this is why

	neverSimulated, neverObserved int
}

// The kinds of measures, of each workload and of the nodes.
const (
	minReady      = "min ready"
	minReadyAt    = "min ready at"
	minServing    = "min serving"
	minServingAt  = "min serving at"
	nodesDrained  = "nodes drained"
	nodesGone     = "nodes gone"
	nodesDraining = "nodes draining at once"
	firstDrainAt  = "first drain at"
	lastGoneAt    = "last gone at"
)

// Kinds are those of measures, in the order of tables.
var Kinds = []string{minReady, minReadyAt, minServing, minServingAt, nodesDrained, nodesGone, nodesDraining, firstDrainAt, lastGoneAt}

// Verdict says how a measure came out.
type Verdict string

// The verdicts on a measure.
const (
	Covered   Verdict = "covered"   // the simulator's runs cover all that was observed
	Noise     Verdict = "noise"     // most of what was observed, and not all
	Explained Verdict = "explained" // they do not, and it is known why
	Missed    Verdict = "MISSED"
	Stale     Verdict = "STALE" // it is said to differ and does not
)

// Verdict is how the measure came out.
func (m *Measure) Verdict() Verdict {
	missed := m.outside()
	switch {
	case m.Why != "" && missed == 0:
		return Stale
	case m.Why != "":
		return Explained
	case missed == 0:
		return Covered
	case 2*missed < len(m.Observed)+m.neverObserved:
		return Noise
	}
	return Missed
}

// How far off a time may be and still count as the same: the loops of a real
// control plane stand anywhere when a run starts, the longest for 10 s.
const (
	slackSeconds = 15
	slackShare   = 0.2
)

// outside counts the repetitions that are not covered: counts are covered where
// they lie within the range of the simulator's runs, times within a fifth or 15 s
// of it. That nothing happened is covered where nothing did in some run.
func (m *Measure) outside() int {
	n := 0
	if m.neverSimulated == 0 {
		n = m.neverObserved
	}
	if len(m.Simulated) == 0 {
		return n + len(m.Observed)
	}
	least, most := slices.Min(m.Simulated), slices.Max(m.Simulated)
	for _, o := range m.Observed {
		slack := 0.0
		if m.Seconds {
			slack = max(slackSeconds, slackShare*o)
		}
		if o < least-slack || o > most+slack {
			n++
		}
	}
	return n
}

// measures compares a simulation with what was observed.
func measures(sim *simulate.Simulation, nodes int, horizon time.Duration, seen []Observed) []Measure {
	var all []Measure
	time := func(name, kind string) Measure {
		return Measure{Name: name, Kind: kind, Seconds: true, Most: horizon.Seconds()}
	}
	count := func(name, kind string, most int) Measure { return Measure{Name: name, Kind: kind, Most: float64(most)} }
	for k, wl := range sim.Workloads {
		least, at := count(wl.Name+" "+minReady, minReady, wl.Replicas), time(wl.Name+" "+minReadyAt, minReadyAt)
		serving, servingAt := count(wl.Name+" "+minServing, minServing, wl.Replicas), time(wl.Name+" "+minServingAt, minServingAt)
		for _, r := range sim.Runs {
			w := &r.Workloads[k]
			least.Simulated = append(least.Simulated, float64(w.MinCounted))
			at.simulate(w.CountedAt)
			serving.Simulated = append(serving.Simulated, float64(w.MinReady))
			servingAt.simulate(w.MinAt)
		}
		for _, o := range seen {
			x := o.Workloads[wl.Name]
			if x == nil {
				continue
			}
			least.Observed = append(least.Observed, float64(x.MinReady))
			at.observe(x.MinReadyAtSeconds)
			if x.Serving != nil {
				serving.Observed = append(serving.Observed, float64(x.Serving.Min))
				servingAt.observe(x.Serving.MinAtSeconds)
			}
		}
		if all = append(all, least, at); len(serving.Observed) > 0 {
			all = append(all, serving, servingAt)
		}
	}
	drained, gone := count(nodesDrained, nodesDrained, nodes), count(nodesGone, nodesGone, nodes)
	draining := count(nodesDraining, nodesDraining, nodes)
	first, last := time(firstDrainAt, firstDrainAt), time(lastGoneAt, lastGoneAt)
	for i := range sim.Runs {
		r := &sim.Runs[i]
		drained.Simulated = append(drained.Simulated, float64(r.Drained))
		gone.Simulated = append(gone.Simulated, float64(r.Gone))
		draining.Simulated = append(draining.Simulated, float64(r.Draining))
		first.simulate(r.FirstDrain)
		last.simulate(r.LastGone)
	}
	for i := range seen {
		n := &seen[i].Nodes
		drained.Observed = append(drained.Observed, float64(n.Drained))
		gone.Observed = append(gone.Observed, float64(n.Gone))
		draining.Observed = append(draining.Observed, float64(n.MaxConcurrentlyDraining))
		first.observe(n.FirstDrainAtSeconds)
		last.observe(n.LastGoneAtSeconds)
	}
	return append(all, drained, gone, draining, first, last)
}

func (m *Measure) simulate(at time.Duration) {
	if at == simulate.None {
		m.neverSimulated++
		return
	}
	m.Simulated = append(m.Simulated, at.Seconds())
}

func (m *Measure) observe(seconds *float64) {
	if seconds == nil {
		m.neverObserved++
		return
	}
	m.Observed = append(m.Observed, *seconds)
}
