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

// BudgetClosed looks for pools whose budgets never let a node go for drift.
var BudgetClosed = check.Check{
	ID: "budget-closed", Axis: Axis, Subjects: pools,
	Run: eachPool(func(p *check.Pass, x paced) { x.reportClosed(p) }),
}

// reportClosed looks at drift, by which nodes are patched. Never to consolidate is a
// wish like any other.
func (x paced) reportClosed(p *check.Pass) {
	j := check.Judgement{Verdict: finding.Held, Position: x.Position}
	if !slices.Contains(x.judged.Closed, disruption.Drifted) {
		j.Message = "allows drift " + x.opens()
		if len(x.judged.Closed) > 0 {
			never := "never for " + words.And(x.judged.Closed) + ": no node is consolidated for these reasons"
			j.Evidence = append(j.Evidence, finding.Evidence{Text: never, Position: x.Position})
		}
		x.report(p, j)
		return
	}
	j.Verdict = finding.Broken
	j.Message = "never allows drift: of all active budgets the strictest counts"
	if len(x.written) == 1 {
		j.Message = "never allows drift: its only budget is " + x.entry(0)
	}
	for i, b := range x.written {
		if forDrift(b) {
			j.Evidence = append(j.Evidence, finding.Evidence{Text: fmt.Sprintf("budget %d: %s", i+1, x.entry(i)), Position: x.where(i)})
		}
	}
	if opened, ok := x.outdone(); ok {
		j.Evidence = append(j.Evidence, opened)
	}
	j.Consequence = x.unpatched()
	j.Fix = x.fixBudgets()
	if x.emptiesOnly() && !x.keepsPods(p) {
		j.Severity, j.Because = "low", "its nodes go once they are empty, so that few are there for long"
		j.Consequence = "Its nodes go once they have been empty for " + words.Duration(x.ConsolidateAfter) +
			", as its budgets say, and drift takes none of the others. " + j.Consequence
	}
	x.report(p, j)
}

// emptiesOnly reports whether who wrote the budgets wants nodes to go when they are empty and
// at no other time, as of builds and bursts: an entry lets them go for Empty by name, and what
// closes drift is for other reasons by name.
func (x paced) emptiesOnly() bool {
	if x.ConsolidateAfter == kubernetes.Never || slices.Contains(x.judged.Closed, disruption.EmptyNode) {
		return false
	}
	lets := false
	for _, b := range x.written {
		switch {
		case isZero(b) && forDrift(b) && b.Reasons == nil:
			return false
		case !isZero(b) && slices.Contains(b.Reasons, disruption.EmptyNode):
			lets = true
		}
	}
	return lets
}

// keepsPods reports whether something that was read asks for nodes of the pool and always
// has pods there.
func (x paced) keepsPods(p *check.Pass) bool {
	label := p.Catalog.PoolLabel(x.API)
	all := p.Estate.Kubernetes.Workloads
	for i := range all {
		w := &all[i]
		passing := !w.Evictable || !w.Lasting || w.ScalesToZero() || w.AtLeast() == 0 // a node with pods of a DaemonSet is empty
		if asks := w.Template.NodeSelector; len(asks) > 0 && !passing && x.MayHave(asks, label) {
			return true
		}
	}
	return false
}

// forDrift reports whether an entry limits drift.
func forDrift(b disruption.NodeBudget) bool {
	return b.Reasons == nil || slices.Contains(b.Reasons, disruption.Drifted)
}

// outdone is the instant at which an entry that would let nodes go for drift opens,
// and what it comes to.
func (x paced) outdone() (finding.Evidence, bool) {
	for i, b := range x.written {
		if b.Schedule == "" || isZero(b) || !forDrift(b) {
			continue
		}
		for _, p := range x.judged.Patterns {
			if !slices.Contains(p.Active, i) {
				continue
			}
			for _, k := range p.Active {
				if isZero(x.written[k]) && forDrift(x.written[k]) {
					said := fmt.Sprintf("%s: budget %d opens with %s, budget %d still says %s, and 0 counts",
						x.instant(x.begin(i, p.At)), i+1, b.Nodes, k+1, x.written[k].Nodes)
					return finding.Evidence{Text: said, Position: x.where(i)}, true
				}
			}
		}
	}
	return finding.Evidence{}, false
}

// begin goes back from an instant at which an entry is active to its opening.
func (x paced) begin(entry int, at time.Time) time.Time {
	alone := disruption.ParseNodeBudgets([]disruption.NodeBudget{x.written[entry]})
	t := at.Add(-x.written[entry].Duration)
	for range 1000 {
		next, ok := alone.NextChange(t)
		if !ok || next.After(at) {
			return at
		}
		if t = next; alone.Active(0, t) {
			return t
		}
	}
	return at
}

// opens says when nodes may go for drift: the first instant from which they
// may after one at which they may not. Only entries of 0 decide that, so only
// their schedules are played through.
func (x paced) opens() string {
	var zeros []disruption.NodeBudget
	for _, b := range x.written {
		if isZero(b) && forDrift(b) {
			zeros = append(zeros, b)
		}
	}
	budgets := disruption.ParseNodeBudgets(zeros)
	open := func(t time.Time) bool { return budgets.Allowed(t, 1, disruption.Drifted) > 0 }
	was, t := open(scheduleEpoch), scheduleEpoch
	for range 1000 { // entries of 0 that only ever overlap; enough to see most open
		next, ok := budgets.NextChange(t)
		if !ok {
			break
		}
		if now := open(next); now != was {
			if now {
				return "from " + x.instant(next) + " on"
			}
			was = now
		}
		t = next
	}
	if was {
		return "at any time"
	}
	return "at some times"
}
