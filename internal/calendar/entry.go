package calendar

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// minute is how instants are written: Mon 30 Nov 09:00.
const minute = "Mon 2 Jan 15:04"

// Between writes a stretch of time, the day once where it ends on the same one.
func Between(from, until time.Time) string {
	end := minute
	if y, m, d := from.Date(); until.Sub(from) < 24*time.Hour {
		if uy, um, ud := until.Date(); y == uy && m == um && d == ud {
			end = "15:04"
		}
	}
	return from.Format(minute) + " to " + until.Format(end)
}

// entryWords is a budget as it is written.
func entryWords(b disruption.NodeBudget) string {
	s := b.Nodes + " at any time"
	if b.Schedule != "" {
		s = fmt.Sprintf("%s for %s from each %q", b.Nodes, words.Exact(b.Duration), b.Schedule)
	}
	switch {
	case b.Reasons == nil:
	case len(b.Reasons) == 0:
		s += " for no reason"
	default:
		s += " for " + words.And(b.Reasons)
	}
	return s
}

// entries are the budgets of the pool, each with what it does.
func (x *pool) entries() []Entry {
	all := make([]Entry, len(x.written))
	for i := range x.written {
		e := &all[i]
		e.Written, e.Position = entryWords(x.written[i]), x.where(i)
		e.Means, e.Counts = x.means(i)
	}
	return all
}

// where is the position of an entry, or of the pool where none is written.
func (x *pool) where(entry int) origin.Position {
	if entry < len(x.BudgetsAt) {
		return x.BudgetsAt[entry]
	}
	return x.Position
}

// means says what an entry really does, and whether it ever decides.
func (x *pool) means(i int) (string, bool) {
	b := x.written[i]
	for _, bad := range x.budgets.Invalid() {
		if bad.Index == i {
			return fmt.Sprintf("Karpenter cannot read its %s %q: no node of the pool goes, for any reason, at any time", bad.Field, bad.Value), true
		}
	}
	if len(x.budgets.Invalid()) > 0 {
		return "does not count: another budget cannot be read, which holds the pool", false
	}
	by, dead := x.judged.Dead[i]
	always := slices.Contains(x.judged.Always, i)
	switch {
	case dead && by >= 0:
		return fmt.Sprintf("never counts: budget %d (%s) is as strict or stricter whenever it is active", by+1, entryWords(x.written[by])), false
	case dead && b.Reasons != nil && len(b.Reasons) == 0:
		return "never counts: its list of reasons is empty", false
	case dead:
		return "never counts: it is never active", false
	case always && b.Nodes != "0":
		return fmt.Sprintf("is active at all times: %s at once, and the next goes as soon as one is replaced. It is no rate", b.Nodes), true
	case always:
		return "is active at all times: no node goes", true
	case b.Schedule == "":
		return "", true
	}
	alone := disruption.ParseNodeBudgets([]disruption.NodeBudget{b})
	for _, s := range alone.Stretches(x.From, x.Until) {
		if len(s.Active) > 0 && s.From.After(x.From) {
			return "active " + Between(s.From, s.Until) + x.again(alone, s), true
		}
	}
	for _, s := range alone.Stretches(x.From, x.Until) {
		if len(s.Active) > 0 {
			return "active until " + s.Until.Format(minute), true
		}
	}
	if next, ok := alone.NextChange(x.Until.Add(-time.Nanosecond)); ok {
		return "not active in this time; next on " + next.In(x.From.Location()).Format("Mon 2 Jan 2006 15:04"), true
	}
	return "not active in this time", true
}

// again says that an entry is active more often than once, within what is shown.
func (x *pool) again(alone disruption.NodeBudgets, first disruption.Stretch) string {
	n := 0
	for _, s := range alone.Stretches(first.Until, x.Until) {
		n += min(len(s.Active), 1)
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", and %s more", words.Count(n, "time"))
}
