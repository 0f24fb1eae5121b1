package velocity

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// Tail is what the last instances waited for.
type Tail struct {
	Instances int
	Waits     Waits  // of one, on average: together they are when it is patched, on average
	Last      []Late // the last deployments, the last one first
}

// Late is one of the last deployments.
type Late struct {
	Deployment int
	End        time.Duration
	Waits      Waits
}

// mostLate is how many of the last deployments are named.
const mostLate = 5

// Tail is what those waited for that were patched after some time. What the waves before were
// waited for is counted by what the last of each of them waited for.
func (p *Played) Tail(after time.Duration) Tail {
	var out Tail
	var sums [Causes]float64
	for i := range p.Turns {
		t := &p.Turns[i]
		if t.Outcome != Patched || t.End <= after {
			continue
		}
		waits := p.Path(i)
		for c := range waits {
			sums[c] += float64(waits[c]) * float64(len(t.Steps))
		}
		out.Instances += len(t.Steps)
		out.Last = append(out.Last, Late{i, t.End, waits})
	}
	for c := range sums {
		if out.Instances > 0 {
			out.Waits[c] = time.Duration(sums[c] / float64(out.Instances))
		}
	}
	slices.SortFunc(out.Last, func(a, b Late) int { return cmp.Or(cmp.Compare(b.End, a.End), cmp.Compare(a.Deployment, b.Deployment)) })
	out.Last = out.Last[:min(len(out.Last), mostLate)]
	return out
}

// Path is what a deployment waited for from the start until it was patched: all of it together is that time.
func (p *Played) Path(i int) Waits {
	waits := p.Rounds[p.Turns[i].Wave].Waits
	waits.add(&p.Turns[i].Waits)
	return waits
}

// Instead is what the same rollout would be without one thing that it waits for.
type Instead struct {
	What  string // override, deferrals, capacity, bake
	Whole *Summary
}

// Without plays the rollout again, each time without one thing that it has: windows, protected hours
// and deferrals all together, as an urgent override has it; deferrals; the bound of people; bakes.
func (p *Played) Without(ctx context.Context) ([]Instead, error) {
	var all []Instead
	for _, x := range []struct {
		what string
		has  bool
		with func(f *Fleet, s *Strategy, with *Settings)
	}{
		{"override", !p.Override && p.has(ForWindow, ForDeferral), func(_ *Fleet, _ *Strategy, with *Settings) { with.Override = true }},
		{"deferrals", !p.Override && p.has(ForDeferral), func(f *Fleet, _ *Strategy, _ *Settings) {
			f.Deployments = slices.Clone(f.Deployments)
			for i := range f.Deployments {
				f.Deployments[i].Deferrals = 0
			}
		}},
		{"capacity", p.Capacity > 0 && p.has(ForCapacity), func(_ *Fleet, _ *Strategy, with *Settings) { with.Capacity = 0 }},
		{"bake", p.has(ForBake), func(_ *Fleet, s *Strategy, _ *Settings) {
			s.Waves = slices.Clone(s.Waves)
			for i := range s.Waves {
				s.Waves[i].Bake, s.Waves[i].Events, s.Waves[i].Least = 0, 0, 0
				if c := s.Waves[i].Canary; c != nil {
					s.Waves[i].Canary = &Canary{Percent: c.Percent}
				}
			}
		}},
	} {
		if !x.has {
			continue
		}
		f, s, with := *p.Fleet, *p.Strategy, p.Settings
		x.with(&f, &s, &with)
		again, err := Play(ctx, &f, &s, with)
		if err != nil {
			return nil, err
		}
		whole, _ := again.Summarize()
		all = append(all, Instead{x.what, whole})
	}
	return all, nil
}

// has reports whether something was waited for, for one of some causes.
func (p *Played) has(causes ...Cause) bool {
	for i := range p.Turns {
		w := p.Path(i)
		for _, c := range causes {
			if w[c] > 0 {
				return true
			}
		}
	}
	return false
}
