package calendar

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/words"
)

// The obligations that remarks are about.
const (
	BudgetInvalid   = "budget-invalid"
	BudgetClosed    = "budget-closed"
	BudgetGap       = "budget-gap"
	ExpiryUnbounded = "expiry-unbounded"
)

// remarks are what a reader of the budgets would take otherwise.
func (x *pool) remarks(tracks []Track) []Remark {
	if len(x.budgets.Invalid()) > 0 {
		return []Remark{{BudgetInvalid, "closed for every reason, for ever, until what Karpenter cannot read is corrected"}}
	}
	var all []Remark
	if closed := x.judged.Closed; len(closed) > 0 {
		said := words.And(closed) + ": closed for ever, in this time and any other; of all active budgets the strictest counts"
		if slices.Contains(closed, disruption.Drifted) {
			said += "; its nodes are patched only when they expire or somebody deletes them"
		}
		id := BudgetClosed
		if !slices.Contains(closed, disruption.Drifted) {
			id = ""
		}
		all = append(all, Remark{id, said})
	}
	all = append(all, x.gaps(tracks)...)
	if x.shifts() && slices.ContainsFunc(tracks, func(t Track) bool { return len(t.Stretches) > 1 }) {
		_, was := x.From.Zone()
		_, is := x.Until.Zone()
		all = append(all, Remark{"", fmt.Sprintf(
			"clocks change in this time, and schedules are in UTC: by the clock here what opens and closes comes %s %s from then on",
			words.Duration(time.Duration(max(was-is, is-was))*time.Second), map[bool]string{true: "later", false: "earlier"}[is > was])})
	}
	return all
}

// shifts reports whether clocks change in the range while a schedule is read by them.
func (x *pool) shifts() bool {
	return shifts(x.From.Location(), x.Range) && x.budgets.Scheduled()
}

// gaps are the times at which nothing limits some reasons.
func (x *pool) gaps(tracks []Track) []Remark {
	var all []Remark
	for _, t := range tracks {
		var open []Stretch
		for i := range t.Stretches {
			if t.Stretches[i].Open() {
				open = append(open, t.Stretches[i])
			}
		}
		switch gap, known := x.judged.Gaps[t.Reasons[0]]; {
		case len(open) == 1 && open[0].From.Equal(x.From) && open[0].Until.Equal(x.Until) && len(x.written) == 0:
			said := words.And(t.Reasons) + ": nothing limits how many nodes go at once, at any time: the list of budgets is empty"
			all = append(all, Remark{BudgetGap, said})
		case len(open) > 0:
			said := fmt.Sprintf("%s: nothing limits how many nodes go at once %s", words.And(t.Reasons), Between(open[0].From, open[0].Until))
			if n := len(open) - 1; n > 0 {
				said += fmt.Sprintf(", and %s more: no budget is active then, which is no limit, and not closed", words.Count(n, "time"))
			} else {
				said += ": no budget is active then, which is no limit, and not closed"
			}
			all = append(all, Remark{BudgetGap, said})
		case known:
			said := fmt.Sprintf("%s: nothing limits how many nodes go at once from %s on, outside of this time",
				words.And(t.Reasons), gap.At.In(x.From.Location()).Format("Mon 2 Jan 2006 15:04"))
			all = append(all, Remark{BudgetGap, said})
		}
	}
	return all
}

// expiring says that nodes expire whatever the budgets say.
func expiring(c *contract.Contract, age contract.Age, in []Expiry) []Remark {
	if c == nil || age.Never() {
		return nil
	}
	if t, ok := c.First(contract.Expiry); !ok || t.Windows.Holds() {
		return nil
	}
	said := "no budget binds expiry"
	if life, ok := age.Finite(); ok {
		said = fmt.Sprintf("no budget binds expiry: each node goes when it is %s old, at any hour", words.Duration(life))
	}
	n := 0
	for _, e := range in {
		n += len(e.Nodes)
	}
	if n > 0 {
		said += fmt.Sprintf("; %s in this time, the first on %s", words.Count(n, "node"), in[0].At.Format(minute))
	}
	return []Remark{{ExpiryUnbounded, said}}
}
