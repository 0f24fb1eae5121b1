package forecast

import (
	"context"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/simulate"
)

// Roll is one trigger on its own, from some time on, and what is set for it over
// what the estate says.
type Roll struct {
	simulate.Trigger
	From   time.Time // zero for the start of the stage
	Within time.Duration
	Runs   int // 0 for as many as the stage has
	Terms  []simulate.PoolTerms
	Window disruption.Window // of a platform that asks a maintenance window
}

// Replacement is how far one trigger gets with the nodes of a pool.
type Replacement struct {
	Nodes int           // that it is to replace; 0 where there are none
	Left  int           // that it did not, in the worst of the runs
	Takes time.Duration // until the last one that went was gone, in the slowest run
	Runs  int
	Why   string // one of those that are left stays, where that is known
}

// scenario is what is played of a roll.
func (s *Stage) scenario(r *Roll) simulate.Scenario {
	x := simulate.Scenario{
		Start: s.defaults.Start, Horizon: r.Within, Runs: max(1, s.defaults.Asked.Runs), Seed: 1, Timings: s.defaults.Timings,
		Triggers: []simulate.Trigger{r.Trigger}, Terms: r.Terms, Window: r.Window,
	}
	if r.Runs > 0 {
		x.Runs = r.Runs
	}
	if !r.From.IsZero() {
		x.Start = r.From
	}
	return x
}

// Roll plays a roll.
func (s *Stage) Roll(ctx context.Context, r Roll) (Replacement, error) {
	runs, err := simulate.Runs(ctx, s.world, s.scenario(&r))
	if err != nil {
		return Replacement{}, err
	}
	got := Replacement{Nodes: runs[0].Asked, Runs: len(runs)}
	for i := range runs {
		got.Left, got.Takes = max(got.Left, runs[i].Unreplaced), max(got.Takes, runs[i].LastGone)
		if got.Why == "" && len(runs[i].Stays) > 0 {
			got.Why = runs[i].Stays[0].Why
		}
	}
	return got, nil
}

// AtLeast is how long a roll of a pool takes in the best order of events; false where
// that is not bounded, or not done within its time.
func (s *Stage) AtLeast(r Roll) (time.Duration, bool) {
	x := s.scenario(&r)
	model, err := s.world.Model(&x)
	if err != nil || model.Timings == nil {
		return 0, false
	}
	all := bound.Finishes(model, 0)
	i := slices.IndexFunc(all, func(f bound.Finish) bool { return f.Pool == r.Pool && f.Nodes > 0 })
	if i < 0 || !all[i].Done {
		return 0, false
	}
	return all[i].Takes, true
}

// Ages are those of the nodes of which something is known.
func (s *Stage) Ages() []simulate.NodeAge { return s.names.Ages }

// Unplayable is what every play rests on and could not be read; empty for nothing.
func (s *Stage) Unplayable() string {
	if !s.unplayable() {
		return ""
	}
	return origin.Plurals(s.unread)
}
