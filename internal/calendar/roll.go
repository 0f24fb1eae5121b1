package calendar

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/forecast"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/simulate"
)

// Roll is whether the routine replacement of the nodes of a pool fits into the time
// that its budgets leave open. What is not known is zero.
type Roll struct {
	// Fits is held where all nodes are begun within one opening, broken where they are
	// not, and unknown where it cannot be computed.
	Fits    finding.Verdict
	Why     string // of unknown, and of what stays where no opening would do
	Title   string // of the terms: drift
	Nodes   int
	Assumed bool // the nodes were made up, or the platform was
	Runs    int
	// Never: no node goes, in this time or any other. Always: nothing closes.
	Never, Always bool
	// Opening is the one that was looked at: the first that begins in the range.
	Opening disruption.Opening
	// Pace is what the budgets allow in it, or what is taken where they never open.
	Pace string
	// Smallest is the smallest window in which every run began all nodes, Takes how long
	// the slowest took until the last node was gone, AtLeast what no order of events is
	// faster than.
	Smallest, Takes, AtLeast time.Duration
	// InOpening is how many nodes the opening takes, where not all.
	InOpening int
	// Openings is how many a roll needs by the calendar as it is, Done when the last
	// node is gone; zero where it is not done within the Longest time looked at.
	Openings int
	Done     time.Time
}

// Longest is how far a roll by the calendar as it is is looked at: two months.
const Longest = 8 * 7 * 24 * time.Hour

// roll plays the routine terms on the nodes of the pool.
func (x *pool) roll(ctx context.Context) (Roll, error) {
	c := x.contract()
	r := Roll{Fits: finding.Unknown}
	x.opening(&r)
	switch {
	case c == nil:
		r.Why = "it is not known where the pool runs"
		return r, nil
	case !c.Paced(c.Routine()):
		r.Never, r.Always = false, false
		r.Why = "node budgets do not pace " + c.Routine().Title() + " on " + x.at.Offering.Title
		return r, nil
	case x.stage.why != "":
		r.Why = x.stage.why
		return r, nil
	}
	routine := c.Routine()
	r.Title, r.Runs = routine.Title(), runsFor(x.stage.Pods())
	known := []locate.Basis{locate.Proof, locate.Asked, locate.Hint, locate.Only}
	r.Assumed = x.stage.MadeUp() > 0 || !slices.Contains(known, x.at.Basis)
	r, err := x.playing(ctx, routine, r.Runs).fit(r)
	if r.Assumed && r.Fits == finding.Broken && !r.Never {
		r.Fits = finding.Unknown // an assumption breaks nothing
	}
	return r, err
}

// runsFor is how often a roll is played.
func runsFor(pods int) int {
	switch {
	case pods > 1000:
		return 1
	case pods > 300:
		return 3
	}
	return 5
}

// opening finds the first time in the range in which nodes may go for drift, and what
// may go then.
func (x *pool) opening(r *Roll) {
	open := func(at time.Time) bool { return x.budgets.Allowed(at, 1, disruption.Drifted) > 0 }
	r.Never = len(x.budgets.Invalid()) > 0 || slices.Contains(x.judged.Closed, disruption.Drifted)
	r.Always = !r.Never && !slices.ContainsFunc(x.judged.Patterns, func(p disruption.Pattern) bool { return !open(p.At) })
	switch {
	case r.Never:
		r.Opening = disruption.Opening{From: x.From}
		return
	case r.Always:
		r.Opening = disruption.Opening{From: x.From}
	default:
		r.Opening = x.firstOpening(open)
	}
	r.Pace = x.limitAt(r.Opening.From).String()
}

func (x *pool) limitAt(at time.Time) disruption.Limit {
	return x.budgets.Limit(x.activeAt(at), disruption.Drifted)
}

func (x *pool) activeAt(at time.Time) []int {
	var active []int
	for i := range x.written {
		if x.budgets.Active(i, at) {
			active = append(active, i)
		}
	}
	return active
}

// firstOpening is the first that begins in the range or after it. One that is under
// way at the start of the range is cut, and counts only where none follows.
func (x *pool) firstOpening(open func(time.Time) bool) disruption.Opening {
	at, was := x.From, open(x.From)
	var found disruption.Opening
	for range 10_000 {
		next, ok := x.budgets.NextChange(at)
		if !ok {
			break
		}
		next = next.In(x.From.Location())
		now := open(next)
		switch {
		case now && !was:
			found = disruption.Opening{From: next}
		case was && !now && !found.From.IsZero():
			found.Until = next
			return found
		}
		at, was = next, now
	}
	if found.From.IsZero() {
		found.From = x.From
	}
	return found
}

// played is a roll that is played in windows of several lengths.
type played struct {
	*pool
	ctx context.Context
	of  forecast.Roll
}

// playing is the roll of the pool on some terms.
func (x *pool) playing(ctx context.Context, t contract.Terms, runs int) *played {
	return &played{pool: x, ctx: ctx, of: forecast.Roll{
		Trigger: simulate.Trigger{Kind: t.Trigger, Move: t.Name, Pool: x.Name}, Runs: runs,
	}}
}

// in plays the roll with some budgets.
func (p *played) in(b disruption.NodeBudgets, from time.Time, within time.Duration) (forecast.Replacement, error) {
	r := p.of
	r.From, r.Within, r.Terms = from, within, []simulate.PoolTerms{{Pool: p.Name, Budgets: &b}}
	return p.stage.Roll(p.ctx, r)
}

// fit finds the smallest window in which all nodes are begun, and holds the opening
// against it.
func (p *played) fit(r Roll) (Roll, error) {
	from := r.Opening.From.Truncate(time.Minute)
	if from.Before(r.Opening.From) {
		from = from.Add(time.Minute)
	}
	open := p.whileOpen(&r, from)
	whole, err := p.in(open, from, Longest)
	if err != nil {
		r.Why = err.Error()
		return r, p.ctx.Err()
	}
	if !r.possible(&whole, "none of its nodes was read, and no workload that was read needs one") {
		return r, nil
	}
	atLeast := p.of
	atLeast.From, atLeast.Within, atLeast.Terms = from, Longest, []simulate.PoolTerms{{Pool: p.Name, Budgets: &open}}
	r.AtLeast, _ = p.stage.AtLeast(atLeast)
	r.Smallest, err = smallest(whole.Takes, func(length time.Duration) (forecast.Replacement, error) {
		return p.in(closing(open, from, length), from, whole.Takes+length+time.Hour)
	})
	if err != nil {
		return r, err
	}
	return p.against(r, open, from)
}

// possible takes over how far a roll gets in a window that does not close, and reports
// whether that is to all of its nodes. None is why there are no nodes.
func (r *Roll) possible(whole *forecast.Replacement, none string) bool {
	r.Nodes = whole.Nodes
	switch {
	case whole.Nodes == 0:
		r.Fits, r.Why = finding.Unknown, none
		return false
	case whole.Left > 0:
		r.Fits = finding.Broken
		r.Why = fmt.Sprintf("no window would do: %d of %d nodes stay in %d weeks", whole.Left, whole.Nodes, Longest/(7*24*time.Hour))
		if whole.Why != "" {
			r.Why += ": " + whole.Why
		}
		return false
	}
	r.Takes = whole.Takes
	return true
}

// against holds the opening against the smallest window.
func (p *played) against(r Roll, open disruption.NodeBudgets, from time.Time) (Roll, error) {
	switch {
	case r.Never:
		r.Fits = finding.Broken
		return r, nil
	case r.Always || r.Opening.Until.IsZero() || r.Smallest <= r.Opening.Until.Sub(from):
		r.Fits, r.Openings, r.Done = finding.Held, 1, from.Add(r.Takes)
		return r, nil
	}
	r.Fits = finding.Broken
	length := r.Opening.Until.Sub(from)
	some, err := p.in(closing(open, from, length), from, length+r.Takes)
	if err != nil {
		return r, err
	}
	r.InOpening = some.Nodes - some.Left
	real, err := p.in(p.budgets, from, Longest)
	if err != nil || real.Left > 0 {
		return r, err
	}
	r.Done = from.Add(real.Takes)
	for _, s := range p.track(p.budgets.Stretches(from, r.Done), disruption.Drifted) {
		if !s.Closed() {
			r.Openings++
		}
	}
	return r, nil
}

// whileOpen are the budgets of the opening, at any time. Where the pool never opens it
// is what was meant to go: the strictest entry that is not 0, or one node.
func (p *played) whileOpen(r *Roll, from time.Time) disruption.NodeBudgets {
	if !r.Never {
		return p.budgets.Always(p.activeAt(from))
	}
	var meant []disruption.NodeBudget
	for _, b := range p.written {
		readable := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: b.Nodes}})
		if len(readable.Invalid()) == 0 && readable.Allowed(from, 1, disruption.Drifted) > 0 &&
			(b.Reasons == nil || slices.Contains(b.Reasons, disruption.Drifted)) {
			meant = append(meant, disruption.NodeBudget{Nodes: strings.TrimSpace(b.Nodes)})
		}
	}
	if meant == nil {
		meant = []disruption.NodeBudget{{Nodes: "1"}}
	}
	budgets := disruption.ParseNodeBudgets(meant)
	all := make([]int, len(meant))
	for i := range all {
		all[i] = i
	}
	r.Pace = budgets.Limit(all, disruption.Drifted).String()
	return budgets
}

// closing are budgets that close after some time, for the rest of the year.
func closing(open disruption.NodeBudgets, from time.Time, after time.Duration) disruption.NodeBudgets {
	at := from.Add(after).UTC()
	const rest = 300 * 24 * time.Hour
	return disruption.ParseNodeBudgets(append(open.Written(), disruption.NodeBudget{
		Nodes: "0", Schedule: fmt.Sprintf("%d %d %d %d *", at.Minute(), at.Hour(), at.Day(), int(at.Month())), Duration: rest,
	}))
}

// smallest is the smallest window in which all nodes are begun in every run, by steps
// that people write windows in; in plays one that closes after so long. One in which all
// of them are gone always is one. Runs with the same seed are the same until the window
// closes, so a longer one always does where a shorter one did.
func smallest(takes time.Duration, in func(length time.Duration) (forecast.Replacement, error)) (time.Duration, error) {
	step := stepOf(takes)
	low, high := 0, int((takes+step-1)/step)
	for low+1 < high {
		mid := (low + high) / 2
		got, err := in(time.Duration(mid) * step)
		if err != nil {
			return 0, err
		}
		if got.Left == 0 {
			high = mid
		} else {
			low = mid
		}
	}
	return time.Duration(high) * step, nil
}

// stepOf is by what steps windows are looked at that take about so long.
func stepOf(takes time.Duration) time.Duration {
	switch {
	case takes <= 2*time.Hour:
		return time.Minute
	case takes <= 12*time.Hour:
		return 5 * time.Minute
	case takes <= 48*time.Hour:
		return 15 * time.Minute
	}
	return time.Hour
}

// Stuck reports whether the nodes of the pool can never be replaced by it: it never
// opens, or no window would do.
func (r *Roll) Stuck() bool { return r.Never || r.Fits == finding.Broken && r.Smallest == 0 }
