// Package story tells a run that was played: what led to the worst moment of
// each workload, and how it came back, in plain words with clock times.
package story

import (
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/simulate"
)

// Story is a run with its events, and what is known around it.
type Story struct {
	scenario  *simulate.Scenario
	workloads []simulate.Watched
	run       *simulate.Run
	pdbs      pdbs
	pools     nodePools
	// Clock writes the time so long after the start: the time of day, with the
	// day where there are several, unless another is set.
	Clock func(after time.Duration) string
}

// New takes a run of a scenario on an estate. Budgeted says that it is played
// under a contract that asks node budgets: then it tells which were not asked.
func New(e *kubernetes.Estate, budgeted bool, scenario *simulate.Scenario, workloads []simulate.Watched, run *simulate.Run) *Story {
	s := &Story{scenario: scenario, workloads: workloads, run: run, pdbs: newPDBs(e)}
	if budgeted {
		s.pools = newNodePools(e)
	}
	layout := time.TimeOnly
	if s.SeveralDays() {
		layout = "Jan _2 15:04:05"
	}
	s.Clock = func(after time.Duration) string { return scenario.Start.UTC().Add(after).Format(layout) }
	return s
}

// SeveralDays reports whether what happened did so on more than one day.
func (s *Story) SeveralDays() bool {
	start := s.scenario.Start.UTC()
	_, last := s.Span()
	return start.Format(time.DateOnly) != start.Add(last).Format(time.DateOnly)
}

// Span is the part of the run in which something happened besides what the
// scenario began with: all of it where nothing did.
func (s *Story) Span() (from, until time.Duration) {
	horizon := s.scenario.Horizon
	first, last := time.Duration(-1), time.Duration(0)
	for i := range s.run.Events {
		if ev := &s.run.Events[i]; ev.Kind != simulate.Triggered && ev.Kind != simulate.PassedOver {
			if first < 0 {
				first = ev.At
			}
			last = ev.At
		}
	}
	if first < 0 {
		return 0, horizon
	}
	if s.drainingAtTheEnd() {
		last = horizon
	}
	margin := max((last-first)/20, time.Second)
	return max(0, first-margin), min(horizon, last+margin)
}

// drainingAtTheEnd reports whether some drain had not come to an end.
func (s *Story) drainingAtTheEnd() bool {
	under := map[int32]bool{}
	for i := range s.run.Events {
		switch ev := &s.run.Events[i]; ev.Kind {
		case simulate.DrainBegan:
			under[ev.Node] = true
		case simulate.NodeGone, simulate.NodeGivenUp:
			delete(under, ev.Node)
		}
	}
	return len(under) > 0
}

// Fall is the worst moment of a workload in a run: the fewest of its pods were
// ready.
type Fall struct {
	Workload int
	At       time.Duration
	Ready    int
	Events   []int32 // of the workload, in their order
}

// Falls finds the worst moments of those workloads that lost pods at all.
func (s *Story) Falls() map[int]Fall {
	own := make([][]int32, len(s.workloads))
	for i := range s.run.Events {
		if w := s.run.Events[i].Workload; w >= 0 {
			own[w] = append(own[w], int32(i))
		}
	}
	all := map[int]Fall{}
	for i, w := range s.run.Workloads {
		if w.MinAt != simulate.None {
			all[i] = Fall{Workload: i, At: w.MinAt, Ready: w.MinReady, Events: own[i]}
		}
	}
	return all
}
