package disruption

import (
	"slices"
	"time"
)

// judgeHorizon is how far ahead budgets are judged: what they do repeats within a
// year, but for 29 February.
const judgeHorizon = 366 * day

// Judged is what a set of node budgets amounts to, over a year from some time.
type Judged struct {
	Patterns []Pattern
	// Closed reasons never let a node go, whatever the size of the pool.
	Closed []string
	// Gaps are the reasons that nothing limits at some time, by the first
	// pattern in which nothing does.
	Gaps map[string]Pattern
	// Dead entries never decide, each with one that stands in its way: the
	// outcome is the same without it, at any time, for any reason and in pools
	// of up to a thousand nodes. Of two that say the same the later is dead.
	Dead map[int]int
	// Always are the entries that have a schedule and are active at any time: its
	// hits follow each other within the duration, as each hour for an hour, so
	// that it neither opens nor closes.
	Always []int
}

// Judge says what the budgets amount to from now on. Where one of them cannot
// be evaluated, Err says all there is to say and there is nothing to judge.
func (b NodeBudgets) Judge(now time.Time) Judged {
	if len(b.Invalid()) > 0 {
		return Judged{}
	}
	j := Judged{Patterns: b.Patterns(now, now.Add(judgeHorizon)), Gaps: map[string]Pattern{}, Dead: map[int]int{}}
	for _, reason := range Reasons {
		closed := true
		for _, p := range j.Patterns {
			// Percentages round up, so one node tells whether any may go.
			allowed := b.least(p.Active, 1, reason)
			closed = closed && allowed <= 0
			if _, known := j.Gaps[reason]; allowed == Unlimited && !known {
				j.Gaps[reason] = p
			}
		}
		if closed {
			j.Closed = append(j.Closed, reason)
		}
	}
	for i := range b.entries {
		if b.entries[i].schedule != nil && !slices.ContainsFunc(j.Patterns, func(p Pattern) bool { return !p.has(i) }) {
			j.Always = append(j.Always, i)
		}
	}
	b.findDead(&j)
	return j
}

// least is what the entries given allow together.
func (b NodeBudgets) least(entries []int, total int, reason string) int {
	least := Unlimited
	for _, i := range entries {
		if e := &b.entries[i]; e.covers(reason) {
			least = min(least, e.value(total))
		}
	}
	return least
}
