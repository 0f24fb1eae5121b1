package velocity

import (
	"context"
	"time"
)

// Scenario is when who learns of a flaw. The provider patches what it runs from the start, which is
// when it has the fix, and not in windows; what is the customer's own begins when the customer is told.
type Scenario struct {
	Settings
	Disclosed   time.Time     // when all is public; zero for at the start
	Notice      time.Duration // from then until the customer is told; negative for before
	Vendor, Own *Strategy
	Binds       bool // the provider's own work keeps to windows as well
}

// Result is how a scenario came out. Times are from the start.
type Result struct {
	Public, Told time.Duration
	// Vendor and Mine are the two rollouts, each with times from its own start; nil where there is none.
	Vendor, Mine *Played
	Whole        *Summary
	Tiers        map[string]*Summary
}

// Play plays it.
func (s *Scenario) Play(ctx context.Context, f *Fleet) (*Result, error) {
	r := &Result{Tiers: map[string]*Summary{}, Whole: newSummary()}
	if !s.Disclosed.IsZero() {
		r.Public = s.Disclosed.Sub(s.Start)
	}
	r.Told = max(0, r.Public+s.Notice)
	theirs, ours := f.split()
	for _, part := range []struct {
		of    *Fleet
		by    *Strategy
		later time.Duration
		into  **Played
		bound bool
	}{{theirs, s.Vendor, 0, &r.Vendor, s.Binds}, {ours, s.Own, r.Told, &r.Mine, true}} {
		if len(part.of.Deployments) == 0 {
			continue
		}
		with := s.Settings
		with.Start = with.Start.Add(part.later)
		if part.into == &r.Vendor {
			with.Override, with.Capacity = with.Override || !part.bound, 0
		}
		p, err := Play(ctx, part.of, part.by, with)
		if err != nil {
			return nil, err
		}
		*part.into = p
		whole, tiers := p.Summarize()
		r.Whole = Together(r.Whole, whole, part.later)
		for name, t := range tiers {
			before := r.Tiers[name]
			if before == nil {
				before = newSummary()
			}
			r.Tiers[name] = Together(before, t, part.later)
		}
	}
	return r, nil
}

// split is what the provider patches, and what the customer does.
func (f *Fleet) split() (theirs, ours *Fleet) {
	theirs, ours = &Fleet{Windows: f.Windows}, &Fleet{Windows: f.Windows}
	for i := range f.Deployments {
		to := ours
		if f.Deployments[i].Provider {
			to = theirs
		}
		to.Deployments = append(to.Deployments, f.Deployments[i])
	}
	return theirs, ours
}
