package simulate

import "context"

// Margin is a scenario played once more with one thing gone wrong.
type Margin struct {
	Name  string
	Fault Fault
	Runs  int
	// Least are the fewest ready pods over the runs, as World's workloads;
	// Unreplaced the most nodes that were not replaced by the end.
	Least      []int
	Unreplaced int
}

// faults are what may go wrong, one at a time.
var faults = []Margin{
	{Name: "one replica is not ready", Fault: Fault{OneDown: true}},
	{Name: "pods start twice as slowly", Fault: Fault{Slow: 2}},
	{Name: "no node can be started", Fault: Fault{NoCapacity: true}},
	{Name: "one more node drains at the same time", Fault: Fault{ExtraDrain: true}},
}

// marginRuns is how many runs each of them gets at the most, and marginPods how
// many pods it may play in all of them together.
const (
	marginRuns = 10
	marginPods = 100_000
)

// Margins plays a scenario with each fault, to see how much would have to go
// wrong for a service to fall below its floor. A fault that the scenario has
// already is left out. It ends with the context, as Play does.
func Margins(ctx context.Context, w *World, s Scenario, progress func(done, of int)) ([]Margin, error) {
	s.Runs = min(s.Runs, marginRuns, max(1, marginPods/max(1, len(w.pods))))
	var all []Margin
	for _, m := range faults {
		x := s
		x.Fault = s.Fault.with(m.Fault)
		if x.Fault == s.Fault {
			continue
		}
		if err := w.Check(&x); err != nil {
			return nil, err
		}
		done := len(all) * s.Runs
		m.Runs = s.Runs
		runs := playAll(ctx, w, &x, func(n, _ int) {
			if progress != nil {
				progress(done+n, len(faults)*s.Runs)
			}
		})
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		for _, r := range runs {
			m.Unreplaced = max(m.Unreplaced, r.Unreplaced)
			for k := range r.Workloads {
				if len(m.Least) == k {
					m.Least = append(m.Least, r.Workloads[k].MinReady)
				}
				m.Least[k] = min(m.Least[k], r.Workloads[k].MinReady)
			}
		}
		all = append(all, m)
	}
	return all, nil
}

func (m Fault) with(o Fault) Fault {
	m.OneDown = m.OneDown || o.OneDown
	m.NoCapacity = m.NoCapacity || o.NoCapacity
	m.ExtraDrain = m.ExtraDrain || o.ExtraDrain
	m.Slow = max(m.Slow, o.Slow)
	return m
}
