package publish

import (
	"cmp"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/simulate"
)

// told is the run that is told, along its time.
func (p *played) told() published.SimulatedStory {
	from, until := p.story.Span()
	s := published.SimulatedStory{
		Seed: p.Story.Seed, FromSeconds: seconds(from), UntilSeconds: seconds(until),
		Windows: p.windows(from, until), Ready: p.ready(), Nodes: []published.NodeLine{}, NodeCounts: []published.CountLine{},
		GivenUp: []string{}, Stopped: []float64{}, ClosedPools: []string{},
	}
	lines := p.nodeLines()
	s.Untouched = p.untouched(lines)
	if len(lines) <= published.MostNodeLines {
		s.Nodes = lines
	} else {
		s.NodeCounts = []published.CountLine{p.count(published.NodeDraining), p.count(published.NodeStarting)}
	}
	for i := range p.Story.Events {
		switch ev := &p.Story.Events[i]; ev.Kind {
		case simulate.NodeGivenUp:
			s.GivenUp = append(s.GivenUp, p.story.Node(ev.Node))
		case simulate.Stopped:
			s.Stopped = append(s.Stopped, seconds(ev.At))
		case simulate.PassedOver:
			if s.PassedOver == nil {
				s.PassedOver = &published.PassedOver{}
			}
			s.PassedOver.Nodes, s.PassedOver.Why = append(s.PassedOver.Nodes, p.story.Node(ev.Node)), ev.Detail
		}
	}
	if len(lines)+len(s.Ready) == 0 {
		s.ClosedPools = p.closedPools()
	}
	return s
}

// ready is how many pods were ready of those workloads that lost some.
func (p *played) ready() []published.ReadyLine {
	lines := []published.ReadyLine{}
	for _, i := range p.value.WorstFirst() {
		fall, fell := p.falls[i]
		if !fell || !p.asked(p.value.Workloads[i].Namespace) {
			continue
		}
		if len(lines) == published.MostReadyLines {
			break
		}
		line := published.ReadyLine{Workload: i, Start: p.Workloads[i].Ready, Steps: []published.Step{}}
		now := line.Start
		for _, e := range fall.Events {
			ev := &p.Story.Events[e]
			if ev.Kind == simulate.RolledOut || ev.Kind == simulate.Scaled || int(ev.Ready) == now {
				continue // the first two carry what they led to
			}
			now = int(ev.Ready)
			line.Steps = append(line.Steps, published.Step{AtSeconds: seconds(ev.At), Number: now})
		}
		lines = append(lines, line)
	}
	return lines
}

// states are what nodes are at from some events on.
var states = map[simulate.EventKind]published.NodeState{
	simulate.Chosen: published.NodeChosen, simulate.NodeRequested: published.NodeStarting, simulate.NodeReady: published.NodeInUse,
	simulate.DrainBegan: published.NodeDraining, simulate.NodeGone: published.NodeAway, simulate.NodeGivenUp: published.NodeKept,
}

// nodeLines are those of the nodes to which something happened, by when it
// first did.
func (p *played) nodeLines() []published.NodeLine {
	lines := make([]published.NodeLine, len(p.Story.Names.Nodes))
	first := map[string]time.Duration{}
	for i := range lines {
		lines[i].Name = p.Story.Names.Nodes[i]
	}
	for i := range p.Story.Events {
		ev := &p.Story.Events[i]
		state, changes := states[ev.Kind]
		if ev.Node < 0 || !changes {
			continue
		}
		n := &lines[ev.Node]
		if n.Changes == nil {
			first[n.Name] = ev.At
			if ev.Kind != simulate.NodeRequested { // it was there at the start
				n.Changes = append(n.Changes, published.NodeChange{State: published.NodeInUse})
			}
		}
		n.Changes = append(n.Changes, published.NodeChange{AtSeconds: seconds(ev.At), State: state})
	}
	lines = slices.DeleteFunc(lines, func(n published.NodeLine) bool { return n.Changes == nil })
	slices.SortStableFunc(lines, func(a, b published.NodeLine) int { return cmp.Compare(first[a.Name], first[b.Name]) })
	return lines
}

// untouched counts the nodes of the start to which nothing happened.
func (p *played) untouched(lines []published.NodeLine) int {
	seen := map[string]bool{}
	for _, n := range lines {
		seen[n.Name] = true
	}
	count := 0
	for _, name := range p.Nodes {
		if !seen[name] {
			count++
		}
	}
	return count
}

// count is how many nodes were in a state at once.
func (p *played) count(state published.NodeState) published.CountLine {
	line := published.CountLine{State: state, Steps: []published.Step{}}
	now := 0
	is := map[int32]bool{}
	for i := range p.Story.Events {
		ev := &p.Story.Events[i]
		to, changes := states[ev.Kind]
		if !changes || is[ev.Node] == (to == state) {
			continue
		}
		if is[ev.Node] = to == state; is[ev.Node] {
			now++
		} else {
			now--
		}
		line.Steps = append(line.Steps, published.Step{AtSeconds: seconds(ev.At), Number: now})
	}
	return line
}

// windows are when nodes may be replaced: by node budgets that have a schedule,
// and by the maintenance window of the scenario.
func (p *played) windows(from, until time.Duration) []published.WindowLine {
	s := &p.Simulation.Scenario
	lines := []published.WindowLine{}
	add := func(pool string, is func(time.Time) bool) {
		lines = append(lines, published.WindowLine{Pool: pool, Open: open(from, until,
			func(at time.Duration) bool { return is(s.Start.Add(at)) })})
	}
	if p.budgeted() {
		for i := range p.Estate.Pools {
			pool := &p.Estate.Pools[i]
			budgets := pool.NodeBudgets()
			if !budgets.Scheduled() {
				continue
			}
			add(pool.Name, func(now time.Time) bool { return budgets.Allowed(now, 100, disruption.Drifted) > 0 })
		}
	}
	if windowed(s.Window) {
		add("", func(now time.Time) bool { return s.Window.Contains(now, false) })
	}
	return lines
}

// looks is how often a window is looked at over a story: one that opens and
// closes between two looks is not seen.
const looks = 480

// open are the intervals in which a window is open, to the second.
func open(from, until time.Duration, is func(time.Duration) bool) []published.Interval {
	all := []published.Interval{}
	was, since, before := is(from), from, from
	for i := 1; i <= looks; i++ {
		at := from + time.Duration(float64(until-from)*float64(i)/looks)
		if is(at) != was {
			low, high := before, at // the change is after low and no later than high
			for high-low > time.Second {
				if middle := (low + high) / 2; is(middle) == was {
					low = middle
				} else {
					high = middle
				}
			}
			if was {
				all = append(all, published.Interval{FromSeconds: seconds(since), UntilSeconds: seconds(high)})
			}
			was, since = !was, high
		}
		before = at
	}
	if was && until > since {
		all = append(all, published.Interval{FromSeconds: seconds(since), UntilSeconds: seconds(until)})
	}
	return all
}

// closedPools are those whose node budgets let no node go at any time that was
// played.
func (p *played) closedPools() []string {
	names := []string{}
	if !p.budgeted() {
		return names
	}
	start := p.Simulation.Scenario.Start
	for i := range p.Estate.Pools {
		pool := &p.Estate.Pools[i]
		if pool.Budgets == nil {
			continue
		}
		budgets := *pool.Budgets
		ever := slices.ContainsFunc(budgets.Patterns(start, start.Add(p.Simulation.Scenario.Horizon)), func(x disruption.Pattern) bool {
			return budgets.Allowed(x.At, len(p.Nodes), disruption.Drifted) > 0
		})
		if !ever {
			names = append(names, pool.Name)
		}
	}
	return names
}
