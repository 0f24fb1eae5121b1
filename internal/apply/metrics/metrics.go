// Package metrics counts what a plan does while it is carried out, as Prometheus reads it.
package metrics

import (
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
)

// Metrics are those of one plan.
type Metrics struct {
	registry                               *prometheus.Registry
	evictions, changes                     *prometheus.CounterVec
	ready, floor, wanted                   *prometheus.GaugeVec
	steps, predicted, observed             *prometheus.GaugeVec
	planPredicted, planObserved, escalated prometheus.Gauge

	mu    sync.Mutex
	plan  *plan.Plan
	state *apply.State
	waves map[int][2]time.Time // from when to when each has been at work
}

// New are the metrics of a plan of which nothing is known yet.
func New(p *plan.Plan) *Metrics {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "onus", Name: name, Help: help}, labels)
	}
	gauge := func(name, help string, labels ...string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Namespace: "onus", Name: name, Help: help}, labels)
	}
	m := &Metrics{registry: prometheus.NewRegistry(), plan: p, state: apply.Fold(p, nil), waves: map[int][2]time.Time{},
		evictions: counter("evictions_total", "Evictions by the answer of the eviction API.", "answer"),
		changes:   counter("changes_total", "Changes by what they are and what came of them.", "change", "outcome"),
		ready:     gauge("ready_pods", "Ready pods of a workload when it was last looked at.", "workload"),
		floor:     gauge("floor_pods", "Ready pods of a workload that have to stay.", "workload"),
		wanted:    gauge("wanted_pods", "Pods that a workload is to have.", "workload"),
		steps:     gauge("steps", "Steps of the plan by how they stand.", "status"),
		predicted: gauge("wave_predicted_seconds", "How long a wave was predicted to take.", "wave"),
		observed:  gauge("wave_observed_seconds", "How long a wave has taken so far.", "wave"),
	}
	info := gauge("plan_info", "The plan that is carried out: 1.", "plan", "title", "cluster")
	one := func(name, help string) prometheus.Gauge {
		return prometheus.NewGauge(prometheus.GaugeOpts{Namespace: "onus", Name: name, Help: help})
	}
	m.planPredicted = one("plan_predicted_seconds", "How long the plan was predicted to take.")
	m.planObserved = one("plan_observed_seconds", "How long the plan has taken so far.")
	m.escalated = one("steps_escalated", "Steps that were escalated since this process began.")
	m.registry.MustRegister(m.evictions, m.changes, m.ready, m.floor, m.wanted, m.steps, m.predicted, m.observed, info, m.planPredicted,
		m.planObserved, m.escalated)
	info.WithLabelValues(p.ID, p.Title, p.Target.Name).Set(1)
	m.planPredicted.Set(p.Prediction.Took.MedianSeconds)
	for _, w := range p.Waves {
		m.predicted.WithLabelValues(strconv.Itoa(w.Number)).Set(w.Seconds)
	}
	m.count()
	return m
}

// Handler answers who scrapes.
func (m *Metrics) Handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// Record takes over an entry of the journal: what is counted survives a process that dies.
func (m *Metrics) Record(e *journal.Entry) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.state.Add(e)
	if e.Kind == journal.Result || e.Kind == journal.Observed {
		what, _, _ := strings.Cut(e.Change, "/")
		m.changes.WithLabelValues(what, string(e.Outcome)).Inc()
		switch {
		case what != "evict":
		case e.Outcome == journal.Done:
			m.evictions.WithLabelValues("allowed").Inc()
		case e.Outcome == journal.Refused:
			m.evictions.WithLabelValues("refused").Inc()
		}
	}
	for i := range m.plan.Steps {
		if s := &m.plan.Steps[i]; s.ID == e.Step {
			w, begun := m.waves[s.Wave]
			if !begun {
				w[0] = e.At
			}
			w[1] = e.At
			m.waves[s.Wave] = w
			m.observed.WithLabelValues(strconv.Itoa(s.Wave)).Set(w[1].Sub(w[0]).Seconds())
		}
	}
	m.planObserved.Set(m.state.Last.Sub(m.state.Begun).Seconds())
	m.count()
}

// statuses are all that a step may have: those that none has are there as 0.
var statuses = []apply.StepStatus{apply.StepPending, apply.StepRunning, apply.StepFinished, apply.StepIsStuck, apply.StepIsUnknown,
	apply.StepUndoing}

// count counts the steps by how they stand.
func (m *Metrics) count() {
	n := map[apply.StepStatus]int{}
	for _, s := range m.state.Steps {
		n[s.Status]++
	}
	for _, status := range statuses {
		m.steps.WithLabelValues(string(status)).Set(float64(n[status]))
	}
}

// Event takes over what was seen that is not in the journal.
func (m *Metrics) Event(e *apply.Event) {
	switch {
	case e.Kind == apply.StepEscalated:
		m.escalated.Inc()
	case e.Level == nil:
	default:
		m.ready.WithLabelValues(e.Level.Name).Set(float64(e.Level.Has))
		m.wanted.WithLabelValues(e.Level.Name).Set(float64(e.Level.Wants))
		if e.Level.Least > 0 {
			m.floor.WithLabelValues(e.Level.Name).Set(float64(e.Level.Least))
		}
	}
}
