package compute

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
)

// BudgetInvalid looks for node budgets that Karpenter cannot evaluate. Nothing else
// about a pool counts until that is put right.
var BudgetInvalid = check.Check{
	ID: "budget-invalid", Axis: Axis, Subjects: pools,
	Run: func(p *check.Pass) {
		for _, x := range poolsOf(p) {
			x.reportInvalid(p)
		}
	},
}

func (x paced) reportInvalid(p *check.Pass) {
	j := check.Judgement{Verdict: finding.Held, Message: "Karpenter can read all of its budgets", Position: x.Position}
	if x.Budgets == nil {
		j.Message = "sets no budgets, so the default of 10% applies"
	}
	for k, bad := range x.budgets.Invalid() {
		if k == 0 {
			j.Verdict, j.Position = finding.Broken, x.where(bad.Index)
			j.Message = fmt.Sprintf("budget %d has the %s %q, which the API server accepts and Karpenter cannot read: %v",
				bad.Index+1, bad.Field, bad.Value, bad.Err)
			j.Consequence = fmt.Sprintf("Karpenter then disrupts no node of pool %s, for any reason and at any time, "+
				"whatever the other budgets say; it only logs an ERROR. %s", x.Name, x.unpatched())
			j.Fix = x.fixInvalid()
		}
		j.Evidence = append(j.Evidence, finding.Evidence{Text: bad.Error(), Position: x.where(bad.Index)})
	}
	x.report(p, j)
}

// fixInvalid corrects the schedules that people write for other crons, where
// it is clear what they mean.
func (x paced) fixInvalid() *finding.Fix {
	fixed := slices.Clone(x.written)
	for _, bad := range x.budgets.Invalid() {
		if bad.Field != "schedule" {
			return &finding.Fix{Summary: fmt.Sprintf("correct the number of budget %d", bad.Index+1)}
		}
		schedule, ok := respelled(bad.Value)
		if !ok {
			return &finding.Fix{Summary: fmt.Sprintf("correct the schedule of budget %d: five fields (minute 0-59, hour 0-23, "+
				"day 1-31, month 1-12, weekday 0-6 from Sunday), in UTC and without a time zone", bad.Index+1)}
		}
		fixed[bad.Index].Schedule = schedule
	}
	y := x
	y.written, y.budgets = fixed, disruption.ParseNodeBudgets(fixed)
	if y.budgets.Err() != nil {
		return &finding.Fix{Summary: "correct the schedules: five fields, in UTC"}
	}
	if !y.sound(fixed) { // what a schedule that cannot be read hides would come out
		y.judged = y.budgets.Judge(scheduleEpoch)
		fix := y.fixBudgets()
		fix.Summary = "write the schedule in the form that Karpenter reads; then " + fix.Summary
		for i := range fix.Changes {
			for k := range fix.Changes[i].Edits {
				fix.Changes[i].Edits[k].Before = finding.DataOf(asPatched(x.written))
			}
		}
		return fix
	}
	return &finding.Fix{Summary: "write the schedule in the form that Karpenter reads", Changes: x.block(fixed)}
}

// respelled rewrites weekdays that other crons take: 7 for Sunday, and ranges
// over the end of the week. A time zone cannot be put right without knowing
// which hours are meant.
func respelled(schedule string) (string, bool) {
	f := strings.Fields(schedule)
	if len(f) != 5 {
		return "", false
	}
	day := func(s string) (int, bool) {
		if d, ok := disruption.Weekday(s); ok && len(s) == 3 {
			return int(d), true
		}
		n, err := strconv.Atoi(s)
		return n, err == nil && n >= 0 && n <= 7
	}
	var days []int
	for _, part := range strings.Split(f[4], ",") {
		low, high, isRange := strings.Cut(part, "-")
		from, ok := day(low)
		until := from
		if isRange && ok {
			until, ok = day(high)
		}
		if !ok {
			return "", false
		}
		if until < from {
			until += 7
		}
		for d := from; d <= until; d++ {
			if !slices.Contains(days, d%7) {
				days = append(days, d%7)
			}
		}
	}
	slices.Sort(days)
	var names []string
	for _, d := range days {
		names = append(names, strconv.Itoa(d))
	}
	f[4] = strings.Join(names, ",")
	s := strings.Join(f, " ")
	return s, disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: "1", Schedule: s, Duration: time.Hour}}).Err() == nil
}
