package compute

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// ExpiryUnbounded looks at whether nodes are replaced within the windows of their
// pool before they expire.
var ExpiryUnbounded = check.Check{
	ID: "expiry-unbounded", Axis: Axis, Subjects: pools, Outcome: true, ByContract: true,
	Needs: check.Needs{Held: []check.Need{everythingPlayed, place}, Broken: []check.Need{everythingPlayed, place}},
	Run:   eachPool(func(p *check.Pass, x paced) { x.reportUnbounded(p) }),
}

// reportUnbounded looks at a pool whose node budgets make windows: whether the
// routine move replaces its nodes within them before their age does at any
// hour. Pools that are never closed have no window to keep.
func (x paced) reportUnbounded(p *check.Pass) {
	o := x.at.Offering
	if o == nil || o.Contract == nil || !o.Contract.NodeBudgets() || !x.windowed() {
		return
	}
	if expiry, ok := o.Contract.First(contract.Expiry); !ok || expiry.Windows == contract.Binds {
		return
	}
	j := check.Judgement{Verdict: finding.Unknown, Position: x.Position}
	lacks := p.Lacks(&check.Judgement{Verdict: finding.Held, Place: x.at})
	j.Settled = true
	age := x.age()
	switch life, finite := age.Finite(); {
	case age.Never():
		j.Verdict, j.Message = finding.Held, "its nodes do not expire"
		j = j.WithDoubt(place(p, &check.Judgement{Place: x.at}))
	case !finite:
		j.Message = "the maximum age of its nodes is not known"
	case len(lacks) > 0:
		j.Message = "nothing was simulated: " + origin.Plurals(lacks) + " could not be read"
		j.Evidence = check.Unread(lacks)
	case outcomesOf(p).why != "":
		j.Message = "nothing could be simulated: " + outcomesOf(p).why
	default:
		x.turnover(p, &j, o.Contract.Routine(), life)
	}
	x.report(p, j)
}

// windowed reports whether the pool's budgets let nodes go for drift at some
// times only.
func (x paced) windowed() bool {
	if !x.budgets.Scheduled() {
		return false
	}
	return slices.ContainsFunc(x.judged.Patterns, func(p disruption.Pattern) bool {
		return x.budgets.Allowed(p.At, 1000, disruption.Drifted) == 0
	})
}

// age is how old its nodes get, as far as the pool says.
func (x paced) age() contract.Age {
	var c *contract.Contract
	if x.at.Offering != nil {
		c = x.at.Offering.Contract
	}
	return contract.NodeAge(x.ExpireAfter, contract.ExpireAfter{}, c)
}

// turns is what became of a pool whose nodes were replaced for as long as they live, and
// from when on that was played.
type turns struct {
	forecast.Replacement
	begins string
	closed disruption.Opening // the longest time in which no node goes
}

// played is what comes of a move on the pool for as long as its nodes live: from the start,
// and, where nothing tells when that is, from when the budgets are closed for longest.
func (x paced) played(p *check.Pass, move simulate.Trigger, life time.Duration) (turns, error) {
	s := outcomesOf(p).outlook.Stage
	terms := []simulate.PoolTerms{{Pool: x.Name, Budgets: &x.budgets}}
	roll, err := s.Roll(p, forecast.Roll{Trigger: move, Within: life, Terms: terms})
	t := turns{Replacement: roll, begins: begins(s)}
	if err != nil || roll.Nodes == 0 || roll.Left > 0 {
		return t, err
	}
	if t.closed = x.longestClosed(roll.Nodes, s.Start().UTC(), life); s.Undated && t.closed.Length() > 0 {
		late, err := s.Roll(p, forecast.Roll{Trigger: move, Within: life, From: t.closed.From, Terms: terms})
		if err == nil && late.Left > 0 {
			t.Replacement, t.begins = late, x.instant(t.closed.From)
		}
	}
	return t, nil
}

// The longest times in which nodes do not go are looked for in so much time, and among so
// many changes of the budgets.
const (
	closedWithin  = 366 * 24 * time.Hour // of what comes each year, with its beginning
	mostStretches = 5000
)

// longestClosed is the longest time, of those that begin in the year after start, in which the
// budgets let none of some nodes go for drift. One as long as the nodes live is long enough.
func (x paced) longestClosed(nodes int, start time.Time, life time.Duration) disruption.Opening {
	var longest, closed disruption.Opening
	soon, seen := start.Add(closedWithin), 0
	for s := range x.budgets.EachStretch(start, soon.Add(life)) {
		if seen++; seen > mostStretches || closed.Length() == 0 && s.From.After(soon) || longest.Length() >= life {
			break
		}
		switch {
		case x.budgets.LeastOf(s.Active, nodes, disruption.Drifted) > 0:
			closed = disruption.Opening{}
			continue
		case closed.Length() == 0:
			closed = disruption.Opening{From: s.From, Until: s.Until}
		default:
			closed.Until = s.Until
		}
		if closed.Length() > longest.Length() {
			longest = closed
		}
	}
	return longest
}

// turnover plays the routine move on one pool for as long as its nodes live.
func (x paced) turnover(p *check.Pass, j *check.Judgement, routine contract.Terms, life time.Duration) {
	s := outcomesOf(p).outlook.Stage
	move := simulate.Trigger{Kind: routine.Trigger, Move: routine.Name, Pool: x.Name}
	roll, err := x.played(p, move, life)
	if err != nil || roll.Nodes == 0 {
		j.Message = "none of its nodes was read, and no workload that was read needs one: how long replacing them takes is unknown"
		return
	}
	asked, left, takes := roll.Nodes, roll.Left, roll.Takes
	old := words.Duration(life)
	switch shut := roll.closed; {
	case left == 0 && shut.Length() >= life:
		j.Verdict = finding.Broken
		j.Message = fmt.Sprintf("its windows are closed for %s or longer from %s on, and nodes expire at %s: all of them do so then, at any hour",
			old, x.instant(shut.From), old)
		j.Consequence = fmt.Sprintf("Node budgets and windows do not apply to expiry: nodes created together expire together. %s",
			x.consequence().coming())
		j.Fix = x.wider(p, move, life, roll,
			"open the windows at least once in "+old+", or let nodes get older than the longest time between two of them")
	case left == 0:
		j.Verdict = finding.Held
		j.Message = fmt.Sprintf("%s replaces all %s within the windows in %s; they expire at %s",
			routine.Title(), words.Count(asked, "node"), words.Duration(takes), old)
	default:
		// That none is replaced holds of any number of nodes.
		j.Verdict, j.Assumed = finding.Broken, s.MadeUp() > 0 && left < asked
		j.Causes = []check.Cause{{Obligation: BudgetClosed.ID, Subject: subject(x.ref())}}
		replaces := "replaces"
		if j.Assumed {
			replaces = "may replace no more than"
		}
		j.Message = fmt.Sprintf("in the %s before nodes expire, %s %s %d of %s within the windows; the others expire at any hour",
			old, routine.Title(), replaces, asked-left, words.Count(asked, "node"))
		j.Consequence = fmt.Sprintf("Node budgets and windows do not apply to expiry: nodes created together expire together. %s",
			x.consequence().coming())
		j.Fix = x.wider(p, move, life, roll,
			"widen the windows, or allow more nodes at once within them, so that the whole pool is replaced well before that age")
	}
	x.witness(j, roll, routine, old, s)
}

// orNever adds another way out where the platform sets nodes no age.
func (x paced) orNever(fix *finding.Fix) *finding.Fix {
	if x.at.Offering.Contract.MaxNodeLife.Cap == 0 {
		fix.Summary += "; or set expireAfter to Never"
	}
	return fix
}

// witness says what a verdict on a turnover rests on.
func (x paced) witness(j *check.Judgement, roll turns, routine contract.Terms, old string, s *forecast.Stage) {
	if x.age().Cut {
		cut := fmt.Sprintf("expireAfter is %s: %s lets no node get older than %s", x.ExpireAfter, x.at.Offering.Title, old)
		j.Evidence = append(j.Evidence, finding.Evidence{Text: cut, Position: x.Position})
	}
	for i := range x.written {
		j.Evidence = append(j.Evidence, finding.Evidence{Text: fmt.Sprintf("budget %d: %s", i+1, x.entry(i)), Position: x.where(i)})
	}
	j.Evidence = append(j.Evidence, finding.Evidence{Text: fmt.Sprintf("simulated %s: %s of pool %s for %s, from %s on",
		words.Count(roll.Runs, "time"), routine.Title(), x.Name, old, roll.begins)})
	if s.MadeUp() > 0 {
		made := fmt.Sprintf("no nodes in the input: assumed %s for the workloads that were read", words.Count(roll.Nodes, "node"))
		j.Evidence = append(j.Evidence, finding.Evidence{Text: made})
	}
}

// begins is when what is played does.
func begins(s *forecast.Stage) string {
	if s.Undated {
		return "a Monday, 00:00 UTC,"
	}
	return instant(s.Start())
}
