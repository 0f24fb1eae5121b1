package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// Default is a scenario of what a contract allows, and where it comes from.
type Default struct {
	simulate.Scenario
	// Disruption is how nodes go, where the name says first what for: drift, of
	// "next roll: drift". Empty where the name says no more.
	Disruption string
	About      string
}

// purposed names a scenario by what nodes go for, and how.
func (d *Default) purposed(purpose, disruption string) {
	d.Name, d.Disruption = purpose+": "+disruption, disruption
}

// Defaults are what the contracts that an estate runs under allow: the routine
// rolling update of nodes, expiry, a version upgrade, an urgent patch, that spot
// capacity is taken back, and what has to be done within a time.
func Defaults(k Known, e *kubernetes.Estate, places *locate.Places, g Given) []Default {
	var all []Default
	for _, o := range k.Offerings {
		if g.Asked.Runs == 0 {
			g.Asked.Runs = RunsFor(len(k.Nodes))
		}
		d := defaults{Known: k, Given: g, estate: e, places: places, offering: o}
		var left string
		d.contract, left = leaves(e, o.Contract, o.Provider)
		if len(d.nodes()) == 0 && slices.ContainsFunc(k.Ages, func(a simulate.NodeAge) bool { return slices.Contains(k.Offerings, a.On) }) {
			continue // what would go is on the others
		}
		for i, s := range d.all() {
			if i == 0 && left != "" {
				s.About += " " + left
			}
			if len(k.Offerings) > 1 {
				s.Name += ", " + o.Title
				if s.Disruption != "" {
					s.Disruption += ", " + o.Title
				}
			}
			g.over(&s.Scenario)
			all = append(all, s)
		}
	}
	return all
}

// RunsFor is how often default scenarios are played: of a large cluster, which
// takes seconds a run, less often. Chance matters less there.
func RunsFor(nodes int) int {
	switch {
	case nodes > 2000:
		return 3
	case nodes > 300:
		return 5
	}
	return DefaultRuns
}

// defaults makes those of one offering.
type defaults struct {
	Known
	Given
	estate   *kubernetes.Estate
	places   *locate.Places
	offering *responsibility.Offering
	contract *contract.Contract
}

func (d *defaults) all() []Default {
	routine := d.contract.Routine()
	all := []Default{d.roll("next roll", routine, "to patch nodes")}
	all = append(all, d.expiry()...)
	if m, ok := upgrade(d.contract); ok {
		all = append(all, d.roll("version upgrade", m, "to give nodes another version"))
	}
	if m, ok := urgent(d.contract); ok {
		all = append(all, d.urgent(m))
	}
	if s, ok := d.spot(); ok {
		all = append(all, s)
	}
	for _, m := range d.contract.Terms {
		if m.Timeout != nil {
			all = append(all, d.within(m))
		}
	}
	return all
}

// followed are the terms by which nodes of the offering go where the owners of all its pools that
// have nodes chose one strategy. Where they did not, it says which pools go otherwise.
func (d *defaults) followed(t contract.Terms) (how contract.Terms, others string) {
	how = t
	var otherwise []string
	titles := map[string]bool{}
	for i := range d.estate.Pools {
		if at := d.places.Pools[i].Offering; at != d.offering && (at != nil || len(d.Offerings) > 1) || d.empty(i) {
			continue
		}
		x := d.contract.Following(t, d.estate.Pools[i].Settings())
		how, titles[x.Title()] = x, true
		if x.Title() != t.Title() {
			otherwise = append(otherwise, fmt.Sprintf("%s (%s)", d.estate.Pools[i].Name, x.Title()))
		}
	}
	if len(titles) < 2 {
		return how, ""
	}
	return t, words.Agree(len(otherwise), "Another way goes pool ", "Another way go pools ") + words.And(otherwise) + "."
}

// empty reports whether no node is of a pool, though others are of pools that were read.
func (d *defaults) empty(i int) bool {
	return !slices.Contains(d.places.NodePools, d.estate.Pools[i].Name) &&
		slices.ContainsFunc(d.estate.Pools, func(p kubernetes.Pool) bool { return slices.Contains(d.places.NodePools, p.Name) })
}

// upgrade are the terms by which nodes get another version, where those are not
// the routine ones: the first that somebody else starts, or at other times.
// Terms that differ in how nodes go are settings of the customer's.
func upgrade(c *contract.Contract) (contract.Terms, bool) {
	routine := c.Routine()
	for _, t := range c.Terms {
		if t.Trigger == contract.Upgrade && t.Timeout == nil &&
			(routine.Trigger != contract.Upgrade || t.Initiator != routine.Initiator || t.Cadence != routine.Cadence) {
			return t, true
		}
	}
	return contract.Terms{}, false
}

// urgent are the terms by which urgent patches come: their own, or the routine
// ones where those ask node budgets which an urgent patch would not. A
// maintenance window is not known here, so without one nothing would differ.
func urgent(c *contract.Contract) (contract.Terms, bool) {
	if t, ok := c.First(contract.UrgentPatch); ok {
		return t, true
	}
	t := c.Routine()
	if t.Windows != contract.Binds || !c.NodeBudgets() {
		return t, false
	}
	t.Trigger, t.Name, t.Windows = contract.UrgentPatch, "", contract.Ignored
	return t, true
}

// roll plays some terms on every node of the offering.
func (d *defaults) roll(purpose string, m contract.Terms, why string) Default {
	s := Default{Scenario: d.base(), About: m.Begins(d.offering.Provider) + ", " + why + "."}
	how, others := d.followed(m)
	if others != "" {
		s.About += " " + others
	}
	s.purposed(purpose, how.Title())
	s.Triggers = d.everywhere(m)
	s.Horizon = d.takes(how)
	return s
}

// urgent is a move that asks no window.
func (d *defaults) urgent(m contract.Terms) Default {
	s := d.roll("", m, "")
	s.Name, s.Disruption = "urgent patch", ""
	who := d.offering.Provider
	if m.Initiator == contract.ByCustomer {
		who = "You"
	}
	s.About = who + " may do this at any time; windows do not apply."
	return s
}

// within plays a move that is cancelled after a time, for as long.
func (d *defaults) within(m contract.Terms) Default {
	s := Default{Scenario: d.base()}
	s.purposed("in time", m.Title())
	s.Triggers = d.everywhere(m)
	timeout, _ := m.Timeout.Finite()
	if timeout <= 0 || timeout > year {
		timeout = d.takes(m)
	}
	s.Horizon = timeout
	about := fmt.Sprintf("%s; %s cancels it after %s", m.Begins(d.offering.Provider), d.offering.Provider, words.Duration(timeout))
	if m.Timeout.Control != "" {
		about += ", unless " + m.Timeout.Control + " says otherwise"
	}
	s.About = about + ". Nodes that are not replaced by then stay as they are."
	return s
}

// everywhere is a trigger for the nodes of the offering: without names where it
// is the only one.
func (d *defaults) everywhere(m contract.Terms) []simulate.Trigger {
	t := simulate.Trigger{Kind: m.Trigger, Move: m.Name}
	if len(d.Offerings) > 1 {
		t.Nodes = d.nodes()
	}
	return []simulate.Trigger{t}
}

// nodes are those that run on the offering; of made-up ones, those that are taken to.
func (d *defaults) nodes() []string {
	if len(d.Offerings) == 1 {
		return slices.Clone(d.Known.Nodes)
	}
	var names []string
	if len(d.estate.Nodes) == 0 {
		for _, a := range d.Ages {
			if a.On == d.offering {
				names = append(names, a.Node)
			}
		}
		return names
	}
	for i := range d.estate.Nodes {
		if at := d.places.Nodes[i]; at.Offering == d.offering || at.Offering == nil && d.places.Fallback.Offering == d.offering {
			names = append(names, d.estate.Nodes[i].Name)
		}
	}
	return names
}

// takes is how long a move may take at the most: one node after the other,
// each with time for its replacement, for ten pods to follow one another, and
// for its deadline. It is an hour at least and a week at the most; where node
// budgets open and close it is a week, so that each weekday comes once.
func (d *defaults) takes(m contract.Terms) time.Duration {
	const week = 7 * day
	t := d.Timings
	each := t.NodeReady + 10*(t.PodReady+t.PodStop) + time.Minute
	if deadline, ok := m.Deadline.Finite(); ok {
		each += deadline
	}
	grace := d.longestGrace()
	each += grace
	nodes := max(1, len(d.nodes()))
	if d.extended(m) {
		return week + day // to the last of those pods, and the drain after it
	}
	if d.scheduled(m) || each > week/time.Duration(nodes) {
		return max(week, (grace + day).Truncate(time.Hour)) // to the end of one drain at least
	}
	return max(time.Hour, (time.Duration(nodes)*each + time.Hour - 1).Truncate(time.Hour))
}

// longestGrace is the longest terminationGracePeriod of pools and claims of Karpenter:
// after it a drain ends whatever holds it.
func (d *defaults) longestGrace() time.Duration {
	longest := time.Duration(0)
	if d.contract.Drainer != contract.KarpenterDrain {
		return 0
	}
	for i := range d.estate.Pools {
		longest = max(longest, d.estate.Pools[i].Grace)
	}
	for i := range d.estate.Nodes {
		if c := d.estate.Nodes[i].NodeClaim; c != nil {
			longest = max(longest, c.Grace)
		}
	}
	return longest
}

// takesAtOnce is the same for a move that takes all nodes together.
func (d *defaults) takesAtOnce(m contract.Terms) time.Duration {
	one := *d
	one.Known.Nodes, one.estate = nil, &kubernetes.Estate{}
	return one.takes(m)
}

// scheduled reports whether the move asks node budgets that open and close.
func (d *defaults) scheduled(m contract.Terms) bool {
	if m.Windows != contract.Binds || !d.contract.NodeBudgets() {
		return false
	}
	return slices.ContainsFunc(d.estate.Pools, func(p kubernetes.Pool) bool { return p.NodeBudgets().Scheduled() })
}

// extended reports whether pods ask to run for days before their node goes, where the move
// lets them.
func (d *defaults) extended(m contract.Terms) bool {
	return slices.ContainsFunc(d.estate.Workloads, func(w kubernetes.Workload) bool { return m.Extended.Asked(w.Template.Annotations) })
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
