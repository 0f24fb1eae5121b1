package compute

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/words"
)

// BudgetGap looks for times at which no budget of a pool limits some reason.
var BudgetGap = check.Check{
	ID: "budget-gap", Axis: Axis, Subjects: pools,
	Run: eachPool(func(p *check.Pass, x paced) { x.reportGap(p) }),
}

// reportGap looks for a time at which a reason has no limit.
func (x paced) reportGap(p *check.Pass) {
	j := check.Judgement{Verdict: finding.Held, Position: x.Position, Message: "limits every reason at all times"}
	if x.Budgets == nil {
		j.Message = "sets no budgets, so the default of 10% limits every reason at all times"
	}
	var reasons []string
	for _, reason := range disruption.Reasons {
		if _, ok := x.judged.Gaps[reason]; ok && x.happens(reason) {
			reasons = append(reasons, reason)
		}
	}
	if len(reasons) == 0 {
		x.report(p, j)
		return
	}
	j.Verdict = finding.Broken
	stretches := x.stretches(reasons)
	j.Message = x.unlimitedSaid(stretches[0])
	for _, g := range stretches[1:] {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: "no limit for " + words.And(g.reasons) + " " + x.when(g), Position: x.Position})
	}
	for i := range x.written {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: fmt.Sprintf("budget %d: %s", i+1, x.entry(i)), Position: x.where(i)})
	}
	c := x.consequence()
	switch {
	case slices.Contains(reasons, disruption.Drifted):
		j.Consequence = fmt.Sprintf("A budget counts only within its schedule, and the default of 10%% does not apply to a pool with budgets: "+
			"at those times all nodes of pool %s may be replaced at once. %s", x.Name, c.coming())
	case slices.Contains(reasons, disruption.Underutilized):
		j.Consequence = fmt.Sprintf("At those times all underutilized nodes of pool %s may be consolidated at once. Drift stays limited.", x.Name)
	default:
		j.Severity, j.Because = "low", "empty nodes run no service"
		j.Consequence = fmt.Sprintf("At those times all empty nodes of pool %s may be removed at once. "+
			"They run no service, but new pods then wait for new nodes.", x.Name)
	}
	j.Fix = x.fixBudgets()
	x.report(p, j)
}

// gap is a stretch of time in which nothing limits some reasons; it has no beginning where
// nothing ever does.
type gap struct {
	reasons     []string
	from, until time.Time
}

// stretches are the first gaps of some reasons, those together that have the same; the first
// reason, which weighs most, is in the first of them.
func (x paced) stretches(reasons []string) []gap {
	var all []gap
	for _, reason := range reasons {
		from, until := x.unlimited(reason)
		same := func(g gap) bool { return g.from.Equal(from) && g.until.Equal(until) }
		if i := slices.IndexFunc(all, same); i >= 0 {
			all[i].reasons = append(all[i].reasons, reason)
		} else {
			all = append(all, gap{[]string{reason}, from, until})
		}
	}
	return all
}

// unlimitedSaid says of some reasons when they have no limit.
func (x paced) unlimitedSaid(g gap) string {
	if len(x.written) == 0 {
		return "has an empty list of budgets, which sets no limit: the default of 10% is for pools without that field"
	}
	why := "no budget is active then"
	if g.from.IsZero() {
		why = "no budget covers that"
	}
	return "sets no limit for " + words.And(g.reasons) + " " + x.when(g) + ": " + why
}

// when says when a gap is.
func (x paced) when(g gap) string {
	if g.from.IsZero() {
		return "at any time"
	}
	return fmt.Sprintf("from %s to %s", x.instant(g.from), x.instant(g.until))
}

// happens reports whether Karpenter disrupts nodes of the pool for a reason.
func (x paced) happens(reason string) bool {
	switch {
	case reason == disruption.Drifted:
		return true
	case x.ConsolidateAfter == kubernetes.Never:
		return false
	}
	return reason == disruption.EmptyNode || !x.WhenEmpty
}

// unlimited is a stretch of time in which nothing limits a reason, from its
// beginning to its end. It is zero where nothing ever does.
func (x paced) unlimited(reason string) (from, until time.Time) {
	open := func(t time.Time) bool { return x.budgets.Allowed(t, 1, reason) == disruption.Unlimited }
	t := scheduleEpoch
	if p, ok := x.judged.Gaps[reason]; ok && p.At.After(t) {
		t = p.At.Add(-1)
	}
	was := open(t)
	for range 10000 {
		next, ok := x.budgets.NextChange(t)
		if !ok {
			break
		}
		now := open(next)
		switch {
		case now && !was:
			from = next
		case was && !now && !from.IsZero():
			return from, next
		}
		t, was = next, now
	}
	return time.Time{}, time.Time{}
}
