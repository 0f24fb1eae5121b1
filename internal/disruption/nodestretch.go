package disruption

import (
	"iter"
	"slices"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/intstr"
)

// Stretch is a time in which the same entries are active: [From, Until).
type Stretch struct {
	From, Until time.Time
	Active      []int // by index
}

// Stretches are those of [from, until) in their order. Entries that cannot be parsed
// are active in none.
func (b NodeBudgets) Stretches(from, until time.Time) []Stretch {
	return slices.Collect(b.EachStretch(from, until))
}

// EachStretch goes through these one by one, as there may be many.
func (b NodeBudgets) EachStretch(from, until time.Time) iter.Seq[Stretch] {
	return func(yield func(Stretch) bool) {
		var last Stretch
		for at := from; at.Before(until); {
			x := b.stretch(at, until)
			at = x.Until
			switch {
			case last.From.Equal(last.Until): // the first
				last = x
			case slices.Equal(last.Active, x.Active):
				last.Until = x.Until
			case !yield(last):
				return
			default:
				last = x
			}
		}
		if last.From.Before(last.Until) {
			yield(last)
		}
	}
}

// stretch is what is active at a time, until something changes.
func (b NodeBudgets) stretch(at, until time.Time) Stretch {
	x := Stretch{From: at, Until: until}
	for i := range b.entries {
		if b.Active(i, at) {
			x.Active = append(x.Active, i)
		}
	}
	if next, ok := b.NextChange(at); ok && next.Before(until) {
		x.Until = next.In(at.Location())
	}
	return x
}

// Limit is what some entries allow together for a reason, of a pool of any size.
type Limit struct {
	Unlimited  bool
	Number     string // the least number; empty for none
	Percentage string // the least percentage; empty for none
}

// String is the limit in words: 2, 10%, "5 or 10%, whichever is fewer", no limit.
func (l Limit) String() string {
	switch {
	case l.Unlimited:
		return "no limit"
	case l.Percentage == "":
		return l.Number
	case l.Number == "":
		return l.Percentage
	}
	return l.Number + " or " + l.Percentage + ", whichever is fewer"
}

// Zero reports whether no node may go, whatever the size of the pool.
func (l Limit) Zero() bool { return l.Number == "0" || l.Percentage == "0%" }

// Limit is what some entries, by index, allow together for a reason.
func (b NodeBudgets) Limit(entries []int, reason string) Limit {
	if b.frozen {
		return Limit{Number: "0"}
	}
	l := Limit{Unlimited: true}
	number, percentage := Unlimited, Unlimited
	for _, i := range entries {
		e := &b.entries[i]
		if e.badNodes != nil {
			return Limit{Number: "0"}
		}
		if !e.covers(reason) {
			continue
		}
		l.Unlimited = false
		if e.nodes.Type == intstr.Int {
			if n := e.value(1); n < number {
				number, l.Number = n, strings.TrimSpace(e.Nodes)
			}
		} else if n := e.value(100); n < percentage {
			percentage, l.Percentage = n, strings.TrimSpace(e.Nodes)
		}
	}
	switch {
	case number == 0 || percentage == 0:
		return Limit{Number: "0"}
	case number == 1: // a percentage is rounded up, to one node at least
		l.Percentage = ""
	case percentage >= 100:
		if l.Percentage = "100%"; l.Number != "" {
			l.Percentage = ""
		}
	}
	return l
}

// LeastOf is what the limit comes to in a pool of so many nodes.
func (b NodeBudgets) LeastOf(entries []int, total int, reason string) int {
	if b.frozen {
		return 0
	}
	if slices.ContainsFunc(entries, func(i int) bool { return b.entries[i].badNodes != nil }) {
		return 0
	}
	return b.least(entries, total, reason)
}

// Always are the budgets of some entries, by index, without their schedules: what they
// allow while they are active, at any time.
func (b NodeBudgets) Always(entries []int) NodeBudgets {
	var all []NodeBudget
	for _, i := range entries {
		x := b.entries[i].NodeBudget
		x.Schedule, x.Duration = "", 0
		all = append(all, x)
	}
	return ParseNodeBudgets(all)
}
