package compute

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/check"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// mostPlayed bounds what looking for wider windows takes in one check: so many nodes and pods of an estate, once for each play of it.
// Where that is not enough, a fix has no numbers.
const mostPlayed = 12000

// plays is how many of them are left.
type plays struct{ left int }

func playsOf(p *check.Pass) *plays {
	return check.Shared(p, func(*check.Pass) *plays { return &plays{mostPlayed} })
}

var errPlayedEnough = errors.New("as much was played as one check may")

// fewPlays is how many an answer takes, about: one is not begun where not so many are left.
const fewPlays = 8

// enough looks for the smallest of some sizes that does, of which a larger one does where a smaller one did: above low, which does
// not, and up to top, which does. It is looked for close to a guess first.
func enough(low, top, guess int, does func(n int) (bool, error)) (int, error) {
	for at, far := min(max(guess, low+1), top-1), 1; low+1 < top; far *= 2 {
		if at <= low || at >= top {
			at = (low + top) / 2
		}
		is, err := does(at)
		switch {
		case err != nil:
			return 0, err
		case is:
			top, at = at, at-far
		default:
			low, at = at, at+far
		}
	}
	return top, nil
}

// widening looks for what a pool needs whose nodes are not all replaced within its windows.
type widening struct {
	paced
	nodes, gone int // and how many of them go within the windows that there are
	// does reports whether they are with some budgets, as long as they live.
	does func([]disruption.NodeBudget) (bool, error)
}

// wider is the way out for such a pool: the smallest windows in which they are, and how many nodes at once in those that it has. Each
// number was played, and so was one step less, which does not do. Where nodes are known it sets the windows.
func (x paced) wider(p *check.Pass, move simulate.Trigger, life time.Duration, now turns, otherwise string) *finding.Fix {
	stage, left := outcomesOf(p).outlook.Stage, playsOf(p)
	each := max(1, now.Runs) * (len(stage.Nodes()) + stage.Pods())
	w := widening{x, now.Nodes, now.Nodes - now.Left, func(budgets []disruption.NodeBudget) (bool, error) {
		if left.left -= each; left.left < 0 {
			return false, errPlayedEnough
		}
		of := x
		of.budgets = disruption.ParseNodeBudgets(budgets)
		t, err := of.played(p, move, life)
		return t.Left == 0 && t.closed.Length() < life, err
	}}
	if i := w.shut(); i >= 0 {
		return x.orNever(&finding.Fix{Summary: fmt.Sprintf("take out budget %d (%s): no window opens while it is there", i+1, x.entry(i))})
	}
	if left.left < each*fewPlays {
		return x.orNever(&finding.Fix{Summary: otherwise})
	}
	fix := &finding.Fix{}
	var ways []string
	switch is, err := w.does([]disruption.NodeBudget{{Nodes: "100%"}}); {
	case err != nil:
		return x.orNever(&finding.Fix{Summary: otherwise})
	case !is:
		return x.orNever(&finding.Fix{Summary: "let nodes get older: no window is enough, and no number of nodes at once, " +
			"since some stay even where budgets never close"})
	}
	if says, budgets, ok := w.longerWindows(); ok {
		ways = append(ways, says)
		if stage.MadeUp() == 0 && x.sound(budgets) {
			fix.Changes = x.block(budgets)
		}
	}
	if says, ok := w.moreAtOnce(); ok {
		ways = append(ways, says)
	}
	if len(ways) == 0 {
		ways = append(ways, w.neither(otherwise))
	}
	fix.Summary = strings.Join(ways, "; or ")
	return x.orNever(fix)
}

// shut is an entry that lets no node go at any time; -1 for none.
func (x *widening) shut() int {
	return slices.IndexFunc(x.written, func(b disruption.NodeBudget) bool { return isZero(b) && forDrift(b) && b.Schedule == "" })
}

// neither is what there is to be done where neither is enough by itself.
func (x *widening) neither(otherwise string) string {
	at, shortest := x.closing()
	if len(at) == 0 || shortest <= time.Minute {
		return otherwise
	}
	both := x.atOnce(x.nodes)
	for _, i := range at {
		both[i].Duration -= shortest - time.Minute
	}
	if is, err := x.does(both); err != nil || !is {
		return otherwise
	}
	return "widen the windows and allow more nodes at once within them: neither alone was found to be enough"
}

// closing are the entries that make windows: between those of them no node goes for drift.
func (x *widening) closing() (all []int, shortest time.Duration) {
	for i, b := range x.written {
		if !isZero(b) || !forDrift(b) || b.Schedule == "" || b.Duration <= 0 {
			continue
		}
		if all = append(all, i); shortest == 0 || b.Duration < shortest {
			shortest = b.Duration
		}
	}
	return all, shortest
}

// longerWindows are budgets that close for a shorter time, each by as much: the least that does.
func (x *widening) longerWindows() (says string, budgets []disruption.NodeBudget, ok bool) {
	at, shortest := x.closing()
	open := func(steps int, step time.Duration) []disruption.NodeBudget {
		all := slices.Clone(x.written)
		for _, i := range at {
			all[i].Duration -= time.Duration(steps) * step
		}
		return all
	}
	steps := []time.Duration{time.Hour, 15 * time.Minute, time.Minute}
	for k, step := range steps {
		top := int((shortest - 1) / step)
		if ok { // a step before does
			top = int(steps[k-1] / step)
		} else if top == 0 {
			continue
		} else if is, err := x.does(open(top, step)); err != nil || !is {
			break
		}
		n, err := enough(0, top, x.guess(at, step, top), func(n int) (bool, error) { return x.does(open(n, step)) })
		if err != nil {
			break
		}
		says, budgets, ok = x.longer(at, n, step), open(n, step), true
		if n > 1 { // else a shorter step may do
			break
		}
	}
	return says, budgets, ok
}

// guess is by how many steps windows are to be longer where nodes go as fast as they do now.
func (x *widening) guess(at []int, step time.Duration, top int) int {
	if is := x.window(at[0]); is > 0 && x.gone > 0 && x.gone < x.nodes {
		return int(is * time.Duration(x.nodes-x.gone) / time.Duration(x.gone) / step)
	}
	return top / 2
}

// longer says which windows are enough, and that a step less is not.
func (x *widening) longer(at []int, n int, step time.Duration) string {
	more := time.Duration(n) * step
	if len(at) > 1 {
		return fmt.Sprintf("shorten each budget of 0 with a schedule by %s: that is enough, and %s is not",
			words.Duration(more), lessOf(more-step))
	}
	b := x.written[at[0]]
	says := fmt.Sprintf("close for %s in place of %s from each %q", words.Exact(b.Duration-more), words.Exact(b.Duration), b.Schedule)
	is := x.window(at[0])
	if is == 0 {
		return fmt.Sprintf("%s: for %s is not enough", says, words.Exact(b.Duration-more+step))
	}
	return fmt.Sprintf("%s: a window of %s is enough, and one of %s is not", says, words.Duration(is+more), words.Duration(is+more-step))
}

func lessOf(d time.Duration) string {
	if d == 0 {
		return "what is written"
	}
	return "by " + words.Duration(d)
}

// window is how long a budget leaves open between two of its times; zero where these differ.
func (x *widening) window(i int) time.Duration {
	b := x.written[i]
	first := disruption.ParseNodeBudgets([]disruption.NodeBudget{b})
	var open []time.Duration
	for s := range first.EachStretch(scheduleEpoch, scheduleEpoch.Add(closedWithin)) {
		if len(s.Active) == 0 && s.From.After(scheduleEpoch) && s.Until.Before(scheduleEpoch.Add(closedWithin)) {
			open = append(open, s.Until.Sub(s.From))
		}
	}
	if len(open) < 2 || slices.Min(open) != slices.Max(open) {
		return 0
	}
	return open[0]
}

// moreAtOnce is how many nodes at once are enough within the windows that there are.
func (x *widening) moreAtOnce() (says string, ok bool) {
	least := x.nodes
	for _, b := range x.written {
		if !isZero(b) && forDrift(b) {
			least = min(least, x.allows(b))
		}
	}
	guess := x.nodes / 2
	if x.gone > 0 {
		guess = least * x.nodes / x.gone
	}
	if least >= x.nodes {
		return "", false
	}
	if is, err := x.does(x.atOnce(x.nodes)); err != nil || !is {
		return "", false
	}
	n, err := enough(least, x.nodes, guess, func(n int) (bool, error) { return x.does(x.atOnce(n)) })
	if err != nil {
		return "", false
	}
	is := "is"
	if n > 2 {
		is = "are"
	}
	return fmt.Sprintf("allow %s at once within the windows: %d %s not enough", words.Count(n, "node"), n-1, is), true
}

// atOnce are its budgets with so many nodes at once at the least where they let any go.
func (x *widening) atOnce(n int) []disruption.NodeBudget {
	all := slices.Clone(x.written)
	for i, b := range all {
		if !isZero(b) && forDrift(b) && x.allows(b) < n {
			all[i].Nodes = strconv.Itoa(n)
		}
	}
	return all
}

// allows is how many of the nodes an entry lets go while it is active.
func (x *widening) allows(b disruption.NodeBudget) int {
	one := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: b.Nodes}})
	return one.LeastOf([]int{0}, x.nodes, disruption.Drifted)
}
