package compute

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/words"
)

// The obligations on a node pool's budgets.
var poolChecks = []string{"budget-invalid", "budget-closed", "budget-gap", "budget-dead", "expiry-unbounded"}

// aMonday begins the year in which schedules are played through. Any would do,
// for they know no years; this one has a 29 February.
var aMonday = time.Date(2028, time.January, 3, 0, 0, 0, 0, time.UTC)

// paced is a Karpenter pool with what its budgets amount to.
type paced struct {
	*kubernetes.Pool
	written []disruption.NodeBudget
	budgets disruption.NodeBudgets
	judged  disruption.Judged
	at      locate.Place
}

// pool looks at the obligations on one node pool's budgets.
func (a *auditor) pool(i int) {
	p := &a.estate.Pools[i]
	if p.API != kubernetes.KarpenterPool {
		return
	}
	at := a.places.Pools[i]
	if at.Offering == nil {
		at = a.places.Fallback
	}
	x := paced{Pool: p, written: p.NodeBudgets(), at: at}
	x.budgets = disruption.ParseNodeBudgets(x.written)
	if a.invalid(x) {
		return // nothing else about it counts until that is put right
	}
	x.judged = x.budgets.Judge(aMonday)
	a.closed(x)
	a.gap(x)
	a.dead(x)
	a.unbounded(x)
}

func (x paced) ref() kubernetes.Ref { return kubernetes.Ref{Kind: "NodePool", Name: x.Name} }

// where is the position of an entry, or of the pool where none is written.
func (x paced) where(entry int) origin.Position {
	if entry < len(x.Budgets) {
		return x.Budgets[entry].Position
	}
	return x.Position
}

func (a *auditor) invalid(x paced) bool {
	j := judgement{verdict: finding.Held, message: "all of its budgets can be evaluated", position: x.Position}
	if x.Budgets == nil {
		j.message = "sets no budgets, so the default of 10% holds"
	}
	for k, bad := range x.budgets.Invalid() {
		if k == 0 {
			j.verdict, j.position = finding.Broken, x.where(bad.Index)
			j.message = fmt.Sprintf("budget %d has the %s %q, which the API server takes and Karpenter cannot read: %v", bad.Index+1, bad.Field, bad.Value, bad.Err)
			j.consequence = fmt.Sprintf("Karpenter then lets no node of pool %s go, for any reason and at any time, whatever the other budgets say, and tells nobody. %s", x.Name, a.unpatched(x))
			j.fix = a.fixInvalid(x)
		}
		j.evidence = append(j.evidence, finding.Evidence{Text: bad.Error(), Position: x.where(bad.Index)})
	}
	a.find("budget-invalid", x.ref(), x.at, j)
	return j.verdict == finding.Broken
}

// closed looks at drift, by which nodes are patched. Never to consolidate is a
// wish like any other.
func (a *auditor) closed(x paced) {
	j := judgement{verdict: finding.Held, position: x.Position}
	if !slices.Contains(x.judged.Closed, disruption.Drifted) {
		j.message = "lets nodes go for drift " + x.opens()
		if len(x.judged.Closed) > 0 {
			j.evidence = append(j.evidence, finding.Evidence{Text: "never for " + words.And(x.judged.Closed) + ": no node is consolidated for that", Position: x.Position})
		}
		a.find("budget-closed", x.ref(), x.at, j)
		return
	}
	j.verdict = finding.Broken
	j.message = "never lets a node go for drift: the strictest of all budgets that are active counts"
	if len(x.written) == 1 {
		j.message = "never lets a node go for drift: its only budget is " + x.entry(0)
	}
	for i, b := range x.written {
		if b.Reasons == nil || slices.Contains(b.Reasons, disruption.Drifted) {
			j.evidence = append(j.evidence, finding.Evidence{Text: fmt.Sprintf("budget %d: %s", i+1, x.entry(i)), Position: x.where(i)})
		}
	}
	if opened, ok := x.outdone(); ok {
		j.evidence = append(j.evidence, opened)
	}
	j.consequence = a.unpatched(x)
	j.fix = a.fixBudgets(x)
	a.find("budget-closed", x.ref(), x.at, j)
}

// outdone is the instant at which an entry that would let nodes go opens, and
// what it comes to.
func (x paced) outdone() (finding.Evidence, bool) {
	for i, b := range x.written {
		if b.Schedule == "" || isZero(b) {
			continue
		}
		for _, p := range x.judged.Patterns {
			if !slices.Contains(p.Active, i) {
				continue
			}
			for _, k := range p.Active {
				if isZero(x.written[k]) {
					return finding.Evidence{Text: fmt.Sprintf("%s: budget %d opens with %s, budget %d still says %s, and 0 counts", x.instant(x.begin(i, p.At)), i+1, b.Nodes, k+1, x.written[k].Nodes), Position: x.where(i)}, true
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

func isZero(b disruption.NodeBudget) bool {
	return strings.Trim(strings.TrimSuffix(b.Nodes, "%"), "0") == ""
}

// gap looks for a time at which a reason has no limit.
func (a *auditor) gap(x paced) {
	j := judgement{verdict: finding.Held, position: x.Position, message: "limits every reason at all times"}
	if x.Budgets == nil {
		j.message = "sets no budgets, so the default of 10% limits every reason at all times"
	}
	var reasons []string
	for _, reason := range disruption.Reasons {
		if _, ok := x.judged.Gaps[reason]; ok && x.happens(reason) {
			reasons = append(reasons, reason)
		}
	}
	if len(reasons) == 0 {
		a.find("budget-gap", x.ref(), x.at, j)
		return
	}
	j.verdict = finding.Broken
	from, until := x.unlimited(reasons[0])
	when := "at any time"
	if !from.IsZero() {
		when = fmt.Sprintf("from %s to %s", x.instant(from), x.instant(until))
	}
	j.message = fmt.Sprintf("sets no limit for %s %s: no budget is active then", words.And(reasons), when)
	switch {
	case len(x.Budgets) == 0:
		j.message = "has an empty list of budgets, which sets no limit: the default of 10% is for pools that leave them out"
	case from.IsZero():
		j.message = fmt.Sprintf("sets no limit for %s at any time: no budget is about that", words.And(reasons))
	}
	for i := range x.written {
		j.evidence = append(j.evidence, finding.Evidence{Text: fmt.Sprintf("budget %d: %s", i+1, x.entry(i)), Position: x.where(i)})
	}
	c := a.poolConsequence(x)
	switch {
	case slices.Contains(reasons, disruption.Drifted):
		j.consequence = fmt.Sprintf("Outside its schedule a budget does not count, and the default of 10%% is gone as soon as one is written: all nodes of pool %s may be replaced at once then. %s", x.Name, c.coming())
	case slices.Contains(reasons, disruption.Underutilized):
		j.consequence = fmt.Sprintf("All nodes of pool %s that are not full enough may be consolidated at once then. Replacing them for drift stays limited.", x.Name)
	default:
		j.severity = "low"
		j.consequence = fmt.Sprintf("All empty nodes of pool %s may be removed at once then. No service is on them; what comes next waits for new ones.", x.Name)
	}
	j.fix = a.fixBudgets(x)
	a.find("budget-gap", x.ref(), x.at, j)
}

// happens reports whether Karpenter disrupts nodes of the pool for a reason.
func (x paced) happens(reason string) bool {
	switch {
	case reason == disruption.Drifted:
		return true
	case x.ConsolidateAfter == "Never":
		return false
	}
	return reason == disruption.EmptyNode || x.Consolidation != "WhenEmpty"
}

// unlimited is a stretch of time in which nothing limits a reason, from its
// beginning to its end. It is zero where nothing ever does.
func (x paced) unlimited(reason string) (from, until time.Time) {
	open := func(t time.Time) bool { return x.budgets.Allowed(t, 1, reason) == disruption.Unlimited }
	t := aMonday
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

// dead looks for entries without effect.
func (a *auditor) dead(x paced) {
	if len(x.Budgets) == 0 {
		return
	}
	j := judgement{verdict: finding.Held, position: x.Position, message: "each of its budgets decides at some time"}
	if len(x.Budgets) == 1 {
		j.message = "its budget decides"
	}
	var told []string
	for i := range x.written {
		by, dead := x.judged.Dead[i]
		if !dead {
			continue
		}
		if j.verdict != finding.Broken {
			j.verdict, j.position = finding.Broken, x.where(i)
		}
		text := fmt.Sprintf("budget %d (%s) has no effect: ", i+1, x.entry(i))
		switch {
		case by >= 0:
			text += fmt.Sprintf("budget %d (%s) is as strict or stricter whenever it is active", by+1, x.entry(by))
			j.evidence = append(j.evidence, finding.Evidence{Text: fmt.Sprintf("budget %d: %s", by+1, x.entry(by)), Position: x.where(by)})
		case x.written[i].Reasons != nil && len(x.written[i].Reasons) == 0:
			text += "its list of reasons is empty, and it covers none"
		default:
			text += "it is never active"
		}
		told = append(told, text)
	}
	if len(told) > 0 {
		j.message = strings.Join(told, "; ")
		j.consequence = "Budgets do not add up and do not replace each other, the strictest counts. Who reads the pool believes what does not hold."
		j.fix = a.fixBudgets(x)
	}
	a.find("budget-dead", x.ref(), x.at, j)
}

func (a *auditor) poolConsequence(x paced) consequence {
	return consequence{offering: x.at.Offering, ages: []contract.Age{x.age()}}
}

// unpatched says what becomes of nodes that drift never takes.
func (a *auditor) unpatched(x paced) string {
	age := x.age()
	if age.Never() {
		return "Its nodes never expire either: they stay as they are, unpatched, until somebody deletes them."
	}
	when := "at their maximum age"
	if life, ok := age.Finite(); ok {
		when = "when they are " + words.Duration(life) + " old"
	}
	return fmt.Sprintf("Its nodes are patched only as they expire, %s. No budget applies to that, no replacement is started first, and nodes born together go together.", when)
}

// entry is one budget in words.
func (x paced) entry(i int) string {
	b := x.written[i]
	s := b.Nodes + " at any time"
	if b.Schedule != "" {
		s = fmt.Sprintf("%s for %s from each %q", b.Nodes, words.Exact(b.Duration), b.Schedule)
	}
	if b.Reasons != nil {
		s += " for " + words.And(b.Reasons)
	}
	return s
}

// opens says when nodes may go for drift: the first instant from which they
// may after one at which they may not. Only entries of 0 decide that, so only
// their schedules are played through.
func (x paced) opens() string {
	var zeros []disruption.NodeBudget
	for _, b := range x.written {
		if strings.Trim(b.Nodes, "0%") == "" && (b.Reasons == nil || slices.Contains(b.Reasons, disruption.Drifted)) {
			zeros = append(zeros, b)
		}
	}
	budgets := disruption.ParseNodeBudgets(zeros)
	open := func(t time.Time) bool { return budgets.Allowed(t, 1, disruption.Drifted) > 0 }
	was, t := open(aMonday), aMonday
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

// instant writes a time as the pool's schedules repeat: by the day, by the
// week, or within the year.
func (x paced) instant(t time.Time) string {
	weekly, daily := true, true
	for _, b := range x.written {
		if f := strings.Fields(b.Schedule); len(f) == 5 {
			free := func(s string) bool { return s == "*" || s == "?" }
			weekly = weekly && free(f[2]) && free(f[3])
			daily = daily && free(f[4])
		} else if b.Schedule != "" {
			daily = daily && b.Schedule != "@weekly"
			weekly = weekly && slices.Contains([]string{"@weekly", "@daily", "@midnight", "@hourly"}, b.Schedule)
		}
	}
	switch {
	case !weekly:
		return t.UTC().Format("2 Jan 15:04 UTC")
	case !daily:
		return t.UTC().Format("Mon 15:04 UTC")
	}
	return t.UTC().Format("15:04 UTC")
}
