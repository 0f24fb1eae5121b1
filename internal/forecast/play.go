package forecast

import (
	"context"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/simulate"
)

// Forecast is one disruption in full: all its runs, the worst of them with its
// events, bounds, and how much would have to go wrong.
type Forecast struct {
	*simulate.Simulation
	Disruption Disruption
	Judgements []Judgement    // of the workloads, in their order
	Finishes   []bound.Finish // how far the provider gets, by pool
	NotBounded string         // why there are no bounds
	Faults     []Fault
	// Unread is what the play rests on and could not be read: there is no
	// verdict then.
	Unread []origin.Unread
	// Unrecognised are nodes of which nothing tells how they go: there is no verdict of
	// what is on them.
	Unrecognised simulate.Unrecognised
}

// Fault is the disruption played again with one thing gone wrong.
type Fault struct {
	simulate.Margin
	// Breaks says by workload that it fell below its floor, and did not without
	// the fault.
	Breaks []bool
}

// Verdict is that of the fault: broken where it breaks what the runs without
// it did not.
func (f *Fault) Verdict() finding.Verdict {
	for _, b := range f.Breaks {
		if b {
			return finding.Broken
		}
	}
	return finding.Held
}

// Progress is told what is being played and how many of its runs are done. It
// may be called from several goroutines.
type Progress interface {
	Begin(what string)
	Count(done, of int)
}

// Play plays a disruption in all its runs, bounds it and judges every workload.
// With faults it is also played with one thing gone wrong at a time. It fails
// where the disruption does not fit the estate, and with the context's error.
func (s *Stage) Play(ctx context.Context, d Disruption, faults bool, progress Progress) (*Forecast, error) {
	f := &Forecast{Disruption: d, Unread: s.unread}
	progress.Begin("playing " + d.Name)
	world := s.world.For(&d.Scenario)
	f.Unrecognised = world.Unrecognised(&d.Scenario)
	var err error
	if f.Simulation, err = simulate.Play(ctx, world, d.Scenario, progress.Count); err != nil {
		return nil, err
	}
	f.Judge(s.bound(world, f), s.unseen)
	if !faults || len(s.unread) > 0 { // without a verdict nothing is held that could fall
		return f, nil
	}
	progress.Begin("playing " + d.Name + " with one fault")
	margins, err := simulate.Margins(ctx, world, d.Scenario, progress.Count)
	for _, m := range margins {
		f.Faults = append(f.Faults, f.fault(m))
	}
	return f, err
}

// Judge judges every workload of a simulation. Bounds are in their order, nil
// for none; unseen says of a workload that nothing about it was played.
func (f *Forecast) Judge(bounds []bound.Bound, unseen func(*simulate.Watched) bool) {
	f.Judgements = nil
	for k := range f.Workloads {
		var b *bound.Bound
		if bounds != nil {
			b = &bounds[k]
		}
		f.Judgements = append(f.Judgements, Judge(f.Workloads[k], b, f.Runs, k,
			len(f.Unread) > 0 || f.Unrecognised.Of(k) || unseen(&f.Workloads[k])))
	}
}

func (f *Forecast) fault(m simulate.Margin) Fault {
	x := Fault{Margin: m, Breaks: make([]bool, len(m.Least))}
	for k, least := range m.Least {
		j := &f.Judgements[k]
		x.Breaks[k] = least < j.Workload.Floor && j.Outcome() == finding.Held
	}
	return x
}

// bound bounds the workloads that are watched, in their order; nil where it
// cannot.
func (s *Stage) bound(world *simulate.World, f *Forecast) []bound.Bound {
	if len(s.unread) > 0 {
		f.NotBounded = origin.Plurals(s.unread) + " could not be read"
		return nil
	}
	model, err := world.Model(&f.Disruption.Scenario)
	if err != nil {
		f.NotBounded = err.Error()
		return nil
	}
	f.Finishes = bound.Finishes(model, 0)
	return watchedOf(world, bound.Bounds(model))
}

// watchedOf picks from bounds over a model those of what is watched.
func watchedOf(world *simulate.World, all []bound.Bound) []bound.Bound {
	var watched []bound.Bound
	for _, l := range world.At() {
		watched = append(watched, all[l])
	}
	return watched
}

// Verdict is what the runs came to, over all workloads.
func (f *Forecast) Verdict() finding.Verdict {
	if len(f.Unread) > 0 {
		return finding.Unknown
	}
	verdicts := make([]finding.Verdict, len(f.Judgements))
	for k := range f.Judgements {
		verdicts[k] = f.Judgements[k].Outcome()
	}
	return Worst(verdicts...)
}
