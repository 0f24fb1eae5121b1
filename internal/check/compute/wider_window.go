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
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// enough looks for the smallest of some sizes that does, of which a larger one does where a smaller one did: above low, which does
// not, and high at the most. It is false where high does not do, or that cannot be told.
func enough(low, high int, does func(n int) (bool, error)) (n int, ok bool) {
	if low >= high {
		return 0, false
	}
	if is, err := does(high); err != nil || !is {
		return 0, false
	}
	for low+1 < high {
		mid := (low + high) / 2
		is, err := does(mid)
		if err != nil {
			return 0, false
		}
		if is {
			high = mid
		} else {
			low = mid
		}
	}
	return high, true
}

// widening looks for what a pool needs whose nodes are not all replaced within its windows.
type widening struct {
	paced
	nodes int
	// does reports whether they are with some budgets, as long as they live.
	does func([]disruption.NodeBudget) (bool, error)
}

// wider is the way out for such a pool: the smallest windows in which they are, and how many nodes at once in those that it has. Each
// number was played, and so was one step less, which does not do. Where nodes are known it sets the windows.
func (x paced) wider(p *check.Pass, move simulate.Trigger, life time.Duration, nodes int, assumed bool, otherwise string) *finding.Fix {
	w := widening{x, nodes, func(budgets []disruption.NodeBudget) (bool, error) {
		of := x
		of.budgets = disruption.ParseNodeBudgets(budgets)
		t, err := of.played(p, move, life)
		return t.Left == 0 && t.closed.Length() < life, err
	}}
	fix := &finding.Fix{}
	var ways []string
	if says, budgets, ok := w.longerWindows(); ok {
		ways = append(ways, says)
		if !assumed && x.sound(budgets) {
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

// neither is what there is to be done where neither is enough by itself.
func (x *widening) neither(otherwise string) string {
	if is, err := x.does([]disruption.NodeBudget{{Nodes: "100%"}}); err == nil && !is {
		return "let nodes get older: no window is enough, and no number of nodes at once, since some stay even where budgets never close"
	}
	if at, _ := x.closing(); len(at) == 0 {
		return otherwise
	}
	return "widen the windows and allow more nodes at once within them: neither alone is enough"
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
	for _, step := range []time.Duration{time.Hour, 15 * time.Minute, time.Minute} {
		n, is := enough(0, int((shortest-1)/step), func(n int) (bool, error) { return x.does(open(n, step)) })
		if !is {
			continue
		}
		says, budgets, ok = x.longer(at, n, step), open(n, step), true
		if n > 1 { // else a shorter step may do
			break
		}
	}
	return says, budgets, ok
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
	if len(open) == 0 || slices.Min(open) != slices.Max(open) {
		return 0
	}
	return open[0]
}

// moreAtOnce is how many nodes at once are enough within the windows that there are.
func (x *widening) moreAtOnce() (says string, ok bool) {
	with := func(n int) []disruption.NodeBudget {
		all := slices.Clone(x.written)
		for i, b := range all {
			if !isZero(b) && forDrift(b) && x.allows(b) < n {
				all[i].Nodes = strconv.Itoa(n)
			}
		}
		return all
	}
	least := x.nodes
	for _, b := range x.written {
		if !isZero(b) && forDrift(b) {
			least = min(least, x.allows(b))
		}
	}
	n, ok := enough(least, x.nodes, func(n int) (bool, error) { return x.does(with(n)) })
	if !ok {
		return "", false
	}
	is := "is"
	if n > 2 {
		is = "are"
	}
	return fmt.Sprintf("allow %s at once within the windows: %d %s not enough", words.Count(n, "node"), n-1, is), true
}

// allows is how many of the nodes an entry lets go while it is active.
func (x *widening) allows(b disruption.NodeBudget) int {
	one := disruption.ParseNodeBudgets([]disruption.NodeBudget{{Nodes: b.Nodes}})
	return one.LeastOf([]int{0}, x.nodes, disruption.Drifted)
}
