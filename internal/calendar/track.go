package calendar

import (
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

// Track is what some reasons may do over the range: those that fare alike.
type Track struct {
	Reasons   []string
	Stretches []Stretch
}

// Stretch is a time in which the same is allowed: [From, Until).
type Stretch struct {
	From, Until time.Time
	Limit       disruption.Limit
	// Allowed is how many nodes may be on their way at once, disruption.Unlimited for
	// no limit; nil where that depends on how many the pool has, and this is not known.
	Allowed *int
}

// Closed reports whether no node may go.
func (s *Stretch) Closed() bool { return s.Allowed != nil && *s.Allowed <= 0 || s.Limit.Zero() }

// Open reports whether nothing limits how many nodes go.
func (s *Stretch) Open() bool { return s.Limit.Unlimited }

func (s *Stretch) same(o *Stretch) bool {
	if s.Allowed != nil && o.Allowed != nil {
		return *s.Allowed == *o.Allowed && s.Limit.Unlimited == o.Limit.Unlimited
	}
	return s.Limit == o.Limit
}

// tracks are those of all reasons.
func (x *pool) tracks() []Track {
	times := x.budgets.Stretches(x.From, x.Until)
	var all []Track
	for _, reason := range disruption.Reasons {
		t := Track{Reasons: []string{reason}, Stretches: x.track(times, reason)}
		k := slices.IndexFunc(all, func(o Track) bool {
			return slices.EqualFunc(o.Stretches, t.Stretches, func(a, b Stretch) bool {
				return a.From.Equal(b.From) && a.Until.Equal(b.Until) && a.same(&b)
			})
		})
		if k >= 0 {
			all[k].Reasons = append(all[k].Reasons, reason)
			continue
		}
		all = append(all, t)
	}
	return all
}

func (x *pool) track(times []disruption.Stretch, reason string) []Stretch {
	var all []Stretch
	for _, at := range times {
		s := Stretch{From: at.From, Until: at.Until, Limit: x.budgets.Limit(at.Active, reason)}
		switch {
		case s.Limit.Unlimited:
			n := disruption.Unlimited
			s.Allowed = &n
		case x.nodes != nil:
			n := x.budgets.LeastOf(at.Active, *x.nodes, reason)
			s.Allowed = &n
		case s.Limit.Percentage == "":
			n := x.budgets.LeastOf(at.Active, 1, reason)
			s.Allowed = &n
		}
		if n := len(all); n > 0 && all[n-1].same(&s) {
			all[n-1].Until = s.Until
			continue
		}
		all = append(all, s)
	}
	return all
}
