package bound

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
)

const day = 24 * time.Hour

// until is the end of the time in which nodes are begun.
func (m *Model) until() time.Time {
	if m.Until.IsZero() {
		return m.Start.Add(366 * day)
	}
	return m.Until
}

// limit is the most nodes of a pool that are ever on their way out at once, of
// those that the trigger means. Where replacements come before, they count
// among the nodes that percentages are of, so that one on its way may let
// another go.
func (m *Model) limit(p *Pool, meant int, before bool) int {
	from, until := m.Start, m.until()
	if p.Window.Days.Every != disruption.Never && len(p.Window.Openings(disruption.NodeWork, from, until)) == 0 {
		return 0
	}
	most := meant
	if p.Full || p.Paused || p.Refused != "" {
		return 0
	}
	if p.AtOnce > 0 {
		most = min(most, p.AtOnce)
	}
	if p.Budgets == nil {
		return most
	}
	allowed := 0
	patterns := p.Budgets.Patterns(from, until)
	for grown := true; grown && allowed < most; {
		nodes := p.size(allowed, before)
		grown = false
		for _, at := range patterns {
			if n := p.Budgets.Allowed(at.At, nodes, p.Reason); n > allowed {
				allowed, grown = n, true
			}
		}
		grown = grown && before
	}
	return min(most, allowed)
}

// paused says what keeps every node of a pool from being begun.
func (p *Pool) paused() string {
	if p.PausedBy != "" {
		return fmt.Sprintf("no node of node pool %s is begun (%s)", p.Name, p.PausedBy)
	}
	return fmt.Sprintf("node pool %s is paused", p.Name)
}

// usedUp reports whether nodes that are not ready may be as many as the budgets of a pool
// ever let go, so that no node is begun while they are not. A share is the fewest once they
// are all that is left of their pool.
//
// Source: BuildDisruptionBudgetMapping in pkg/controllers/disruption/helpers.go of
// Karpenter 1.14.
func (m *Model) usedUp(p *Pool) bool {
	return p.Budgets != nil && p.Down > 0 && !slices.ContainsFunc(p.Budgets.Patterns(m.Start, m.until()), func(at disruption.Pattern) bool {
		return p.Budgets.Allowed(at.At, p.Down, p.Reason) > p.Down
	})
}

// allows is how many nodes may be on their way at some time, when so many are.
func (p *Pool) allows(at time.Time, going int, before bool) int {
	if !p.Window.Contains(at, false) {
		return 0
	}
	most := none
	if p.Full || p.Paused || p.Refused != "" {
		return 0
	}
	if p.AtOnce > 0 {
		most = p.AtOnce
	}
	if p.Budgets == nil {
		return most
	}
	return min(most, p.Budgets.Allowed(at, p.size(going, before), p.Reason))
}

// size is the most nodes that a pool has while so many are on their way.
func (p *Pool) size(going int, before bool) int {
	switch {
	case p.Grows:
		return anySize
	case before:
		return p.Nodes + going
	}
	return p.Nodes
}

// shareGrows reports whether its node budgets would limit how many go at once at a time, if no more nodes came to it.
func (p *Pool) shareGrows(at time.Time) bool {
	return p.Grows && p.Budgets != nil && p.Budgets.Allowed(at, p.Nodes, p.Reason) < p.Nodes
}

// anySize is more nodes than a pool has.
const anySize = 1 << 20

// changes is when the pool may next allow another number; false for never.
func (p *Pool) changes(at time.Time) (time.Time, bool) {
	var next time.Time
	if p.Budgets != nil {
		if t, ok := p.Budgets.NextChange(at); ok {
			next = t
		}
	}
	if p.Window.Days.Every != disruption.Never {
		if o, ok := p.Window.Next(at); ok {
			t := o.From
			if !t.After(at) {
				t = o.Until
			}
			if next.IsZero() || t.Before(next) {
				next = t
			}
		}
	}
	return next, !next.IsZero()
}

// stepsMost is how often the clock is looked at before a roll is given up; what
// has passed by then is as true a bound.
const stepsMost = 100_000

// yetToCome are those of some times in order that lie after now.
func yetToCome(times []time.Time, now time.Time) []time.Time {
	for len(times) > 0 && !times[0].After(now) {
		times = times[1:]
	}
	return times
}

// play is the least time in which a pool's nodes go, each taking so long, and
// how many are gone by the end of the time. After each it rests.
func (p *Pool) play(from, until time.Time, nodes int, each time.Duration, before bool) (least time.Duration, gone int, done bool) {
	var ends, rests []time.Time // of those on their way, in order; and when each makes way for another
	now := from
	for step, begun := 0, 0; ; step++ {
		if now.After(until) {
			return until.Sub(from), gone, false
		}
		left := yetToCome(ends, now)
		ends, gone, rests = left, gone+len(ends)-len(left), yetToCome(rests, now)
		if gone == nodes {
			return now.Sub(from), gone, true
		}
		if step > stepsMost {
			return now.Sub(from), gone, false
		}
		if begun < nodes {
			if n := min(nodes-begun, p.allows(now, len(rests), before)-len(rests)); n > 0 {
				for range n {
					ends, rests = append(ends, now.Add(each)), append(rests, now.Add(each+p.Soak))
				}
				begun += n
				continue
			}
		}
		var next time.Time
		if len(ends) > 0 {
			next = ends[0]
		}
		if len(rests) > 0 && (next.IsZero() || rests[0].Before(next)) {
			next = rests[0]
		}
		if begun < nodes {
			if t, ok := p.changes(now); ok && (next.IsZero() || t.Before(next)) {
				next = t
			}
		}
		if next.IsZero() {
			return now.Sub(from), gone, false
		}
		now = next
	}
}
