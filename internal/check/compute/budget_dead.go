package compute

import (
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/finding"
)

// BudgetDead looks for entries of budgets that are never the strictest.
var BudgetDead = check.Check{
	ID: "budget-dead", Axis: Axis, Subjects: pools,
	Run: eachPool(func(p *check.Pass, x paced) { x.reportDead(p) }),
}

// reportDead looks for entries without effect.
func (x paced) reportDead(p *check.Pass) {
	if x.Budgets == nil || len(x.written) == 0 {
		return
	}
	j := check.Judgement{Verdict: finding.Held, Position: x.Position, Message: "each of its budgets is the strictest at some time"}
	if len(x.written) == 1 {
		j.Message = "its budget has an effect"
	}
	var told []string
	for i := range x.written {
		by, dead := x.judged.Dead[i]
		if !dead {
			continue
		}
		if j.Verdict != finding.Broken {
			j.Verdict, j.Position = finding.Broken, x.where(i)
		}
		text := fmt.Sprintf("budget %d (%s) has no effect: ", i+1, x.entry(i))
		switch {
		case by >= 0:
			text += fmt.Sprintf("budget %d (%s) is as strict or stricter whenever it is active", by+1, x.entry(by))
			if x.written[i].Schedule != "" && !isZero(x.written[i]) {
				j.Severity = "medium" // a window that somebody counts on never opens
			}
			j.Evidence = append(j.Evidence, finding.Evidence{Text: fmt.Sprintf("budget %d: %s", by+1, x.entry(by)), Position: x.where(by)})
		case x.written[i].Reasons != nil && len(x.written[i].Reasons) == 0:
			text += "its list of reasons is empty, so it covers none"
		default:
			text += "it is never active"
		}
		told = append(told, text)
	}
	if len(told) > 0 {
		j.Message = strings.Join(told, "; ")
		j.Consequence = "Budgets do not add up and do not replace each other: the strictest counts. " +
			"The entry is misleading, because it never applies."
		j.Fix = x.fixBudgets()
	}
	if x.outdoneByZero() {
		j.Causes = []check.Cause{{Obligation: BudgetClosed.ID, Subject: subject(x.ref()), Same: true}}
	}
	x.deadSchedules(&j)
	x.report(p, j)
}

// outdoneByZero reports whether what has no effect is outdone by an entry that lets no node go
// for drift, so that the one edit that opens the pool mends both.
func (x paced) outdoneByZero() bool {
	for i := range x.written {
		by, dead := x.judged.Dead[i]
		if dead && (by < 0 || !isZero(x.written[by]) || !forDrift(x.written[by])) {
			return false
		}
	}
	return len(x.judged.Dead) > 0 && len(x.judged.Always) == 0
}

// deadSchedules looks for schedules without effect: the duration fills the time
// from one hit to the next, so that the entry is active always.
func (x paced) deadSchedules(j *check.Judgement) {
	for _, i := range x.judged.Always {
		if _, dead := x.judged.Dead[i]; dead {
			continue
		}
		text := fmt.Sprintf("budget %d (%s) is active at all times: its schedule has no effect", i+1, x.entry(i))
		if j.Verdict == finding.Broken {
			j.Evidence = append(j.Evidence, finding.Evidence{Text: text, Position: x.where(i)})
			continue
		}
		j.Verdict, j.Position, j.Message = finding.Broken, x.where(i), text
		j.Consequence = fmt.Sprintf("A budget limits how many nodes may be on their way at once, not how many go in a period: "+
			"with %s, the next node goes as soon as one is replaced.", x.written[i].Nodes)
		j.Fix = x.fixBudgets()
	}
}
