package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/simulate"
)

// Default is a scenario that a contract has in store, and where it comes from.
type Default struct {
	simulate.Scenario
	About string
}

// Defaults are what the contracts under which an estate stands have in store
// for it: the next roll of nodes, expiry, a version upgrade, an urgent patch,
// and what has to be done within a time. As says that the question is what if,
// so that what claims say of another platform does not hold.
func Defaults(k Known, e *kubernetes.Estate, places *locate.Places, as bool, g Given) []Default {
	var all []Default
	for _, o := range k.Offerings {
		if g.Asked.Runs == 0 {
			g.Asked.Runs = runsFor(len(k.Nodes))
		}
		d := defaults{Known: k, Given: g, estate: e, places: places, as: as, offering: o, contract: o.Contract}
		for _, s := range d.all() {
			if len(k.Offerings) > 1 {
				s.Name += ", " + o.Title
			}
			g.over(&s.Scenario)
			all = append(all, s)
		}
	}
	return all
}

// runsFor is how often default scenarios are played: of a large cluster, which
// takes seconds a run, less often. Chance matters less there.
func runsFor(nodes int) int {
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
	as       bool
	offering *responsibility.Offering
	contract *responsibility.Contract
}

func (d *defaults) all() []Default {
	routine := d.contract.Routine()
	all := []Default{d.move("next roll: "+routine.Title(), routine, "to patch nodes")}
	if s, ok := d.expiry(); ok {
		all = append(all, s)
	}
	if m, ok := upgrade(d.contract); ok {
		all = append(all, d.move("version upgrade: "+m.Title(), m, "to give nodes another version"))
	}
	if m, ok := urgent(d.contract); ok {
		all = append(all, d.urgent(m))
	}
	for _, m := range d.contract.Triggers {
		if m.Timeout != nil {
			all = append(all, d.within(m))
		}
	}
	return all
}

// upgrade is the move by which nodes get another version, where that is not
// the routine one: the first that somebody else starts, or at other times.
// Moves that differ in how they go are settings of the customer's.
func upgrade(c *responsibility.Contract) (responsibility.Move, bool) {
	routine := c.Routine()
	for _, m := range c.Triggers {
		if m.Trigger == simulate.Upgrade && m.Timeout == nil &&
			(routine.Trigger != simulate.Upgrade || m.Initiator.Is != routine.Initiator.Is || m.Cadence.Is != routine.Cadence.Is) {
			return m, true
		}
	}
	return responsibility.Move{}, false
}

// urgent is the move by which urgent patches come: its own, or the routine one
// where that asks node budgets which an urgent patch would not. A maintenance
// window is not known here, so without one nothing would be different.
func urgent(c *responsibility.Contract) (responsibility.Move, bool) {
	if m, ok := c.Move(simulate.UrgentPatch); ok {
		return m, true
	}
	m := c.Routine()
	if m.Windows.Is != "bind" || c.Windows.Is != "node-budget-schedules" {
		return m, false
	}
	m.Trigger, m.Name, m.Windows.Is = simulate.UrgentPatch, "", "ignored"
	return m, true
}

// move plays one move on every node of the offering.
func (d *defaults) move(name string, m responsibility.Move, why string) Default {
	s := d.base()
	s.Name = name
	s.Triggers = d.everywhere(m)
	s.Horizon = d.takes(m)
	return Default{s, d.begins(m) + ", " + why + "."}
}

// urgent is a move that asks no window.
func (d *defaults) urgent(m responsibility.Move) Default {
	s := d.move("urgent patch", m, "")
	who := d.offering.Provider
	if m.Initiator.Is == string(responsibility.Customer) {
		who = "You"
	}
	s.About = who + " may do this at any time, whatever windows say."
	return s
}

// within plays a move that is cancelled after a time, for as long.
func (d *defaults) within(m responsibility.Move) Default {
	s := d.base()
	s.Name = "in time: " + m.Title()
	s.Triggers = d.everywhere(m)
	timeout, _ := m.Timeout.Duration()
	if timeout <= 0 || timeout > year {
		timeout = d.takes(m)
	}
	s.Horizon = timeout
	about := fmt.Sprintf("%s; %s cancels it after %s", d.begins(m), d.offering.Provider, spoken(timeout))
	if m.Timeout.Control != "" {
		about += ", unless " + m.Timeout.Control + " says otherwise"
	}
	return Default{s, about + ". What is not replaced by then is not done."}
}

// expiry plays the timers of nodes up to the last of them. Where no timer was
// read all nodes were born together, as far as anybody knows, and die together.
func (d *defaults) expiry() (Default, bool) {
	m, ok := d.contract.Move(simulate.Expiry)
	if !ok {
		return Default{}, false
	}
	s := d.base()
	s.Name = "expiry"
	settle := d.takesAtOnce(m)
	first, last, shortest := d.timers()
	if !last.IsZero() {
		s.Triggers = []simulate.Trigger{{Kind: simulate.Expiry, Move: m.Name}}
		s.Horizon = max(last.Sub(s.Start), 0) + min(settle, max(shortest/2, time.Minute))
		if s.Horizon > year {
			s.Horizon = year
		}
		about := fmt.Sprintf("Each node goes when its own time is up: the first at %s, the last at %s.", clock(first), clock(last))
		if last.Equal(first) {
			about = fmt.Sprintf("Each node goes when its own time is up: all of them at %s.", clock(first))
		}
		return Default{s, about}, true
	}
	life, finite := d.contract.MaxNodeLife.Duration()
	if life = d.written(life); !finite && life == 0 || life == responsibility.Forever || life == 0 {
		return Default{}, false
	}
	s.Triggers = []simulate.Trigger{{Kind: simulate.Expiry, Move: m.Name, Nodes: d.nodes()}}
	s.Horizon = settle
	return Default{s, fmt.Sprintf("When nodes were made was not read: taken as born together, they reach their age of %s together, and that is the start.", spoken(life))}, true
}

// written is the shortest life that a pool gives its nodes, or else that of
// the contract.
func (d *defaults) written(life time.Duration) time.Duration {
	for i := range d.estate.Pools {
		if at := d.places.Pools[i].Offering; at != nil && at != d.offering {
			continue
		}
		if own, err := time.ParseDuration(d.estate.Pools[i].ExpireAfter); err == nil && own > 0 && (life == 0 || own < life) {
			life = own
		}
	}
	return life
}

// timers are when the first and the last node of the offering expire, zero
// where none is known to, and the shortest life among them.
func (d *defaults) timers() (first, last time.Time, shortest time.Duration) {
	contract, _ := d.contract.MaxNodeLife.Duration()
	byName := map[string]string{}
	for i := range d.estate.Pools {
		byName[d.estate.Pools[i].Name] = d.estate.Pools[i].ExpireAfter
	}
	for i := range d.estate.Nodes {
		n := &d.estate.Nodes[i]
		if d.places.Nodes[i].Offering != nil && d.places.Nodes[i].Offering != d.offering {
			continue
		}
		created, life := n.Created, contract
		switch pool := byName[n.Labels["karpenter.sh/nodepool"]]; pool {
		case "":
		case "Never":
			life = responsibility.Forever
		default:
			if own, err := time.ParseDuration(pool); err == nil {
				life = own
			}
		}
		if n.NodeClaim != nil && !d.as {
			if !n.NodeClaim.Created.IsZero() {
				created = n.NodeClaim.Created
			}
			if n.NodeClaim.ExpireAfter > 0 {
				life = n.NodeClaim.ExpireAfter
			}
		}
		if created.IsZero() || life <= 0 || life >= responsibility.Forever {
			continue
		}
		if due := created.Add(life); last.IsZero() || due.After(last) {
			last = due
		}
		if due := created.Add(life); first.IsZero() || due.Before(first) {
			first = due
		}
		if shortest == 0 || life < shortest {
			shortest = life
		}
	}
	return first, last, shortest
}

// everywhere is a trigger for the nodes of the offering: without names where it
// is the only one.
func (d *defaults) everywhere(m responsibility.Move) []simulate.Trigger {
	t := simulate.Trigger{Kind: m.Trigger, Move: m.Name}
	if len(d.Offerings) > 1 {
		t.Nodes = d.nodes()
	}
	return []simulate.Trigger{t}
}

// nodes are those that stand on the offering.
func (d *defaults) nodes() []string {
	if len(d.Offerings) == 1 || len(d.estate.Nodes) == 0 {
		return slices.Clone(d.Known.Nodes)
	}
	var names []string
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
func (d *defaults) takes(m responsibility.Move) time.Duration {
	const week = 7 * day
	t := d.Timings
	each := t.NodeReady + 10*(t.PodReady+t.PodStop) + time.Minute
	if deadline, ok := m.Deadline.Duration(); ok && deadline < responsibility.Forever {
		each += deadline
	}
	nodes := max(1, len(d.nodes()))
	if d.scheduled(m) || each > week/time.Duration(nodes) {
		return week
	}
	return max(time.Hour, (time.Duration(nodes)*each + time.Hour - 1).Truncate(time.Hour))
}

// takesAtOnce is the same for a move that takes all nodes together.
func (d *defaults) takesAtOnce(m responsibility.Move) time.Duration {
	one := *d
	one.Known.Nodes, one.estate = nil, &kubernetes.Estate{}
	return one.takes(m)
}

// scheduled reports whether the move asks node budgets that open and close.
func (d *defaults) scheduled(m responsibility.Move) bool {
	if m.Windows.Is != "bind" || d.contract.Windows.Is != "node-budget-schedules" {
		return false
	}
	return slices.ContainsFunc(d.estate.Pools, func(p kubernetes.Pool) bool {
		return slices.ContainsFunc(p.Budgets, func(b kubernetes.NodeBudget) bool { return b.Schedule != "" })
	})
}

// begins says who starts a move, and when.
func (d *defaults) begins(m responsibility.Move) string {
	who := "You start it"
	if m.Initiator.Is == string(responsibility.Provider) {
		who = d.offering.Provider + " starts it"
	}
	switch m.Cadence.Is {
	case "on-demand", "event", "unstated", "continuous":
		return who
	case "timer":
		return who + " by a timer"
	}
	if every, ok := m.Cadence.Duration(); ok {
		return who + ", about every " + spoken(every)
	}
	return who
}

// spoken writes a duration as people say it: 30 min, 12 h, 7 days.
func spoken(d time.Duration) string {
	switch {
	case d >= 2*day && d%day == 0:
		return fmt.Sprintf("%d days", d/day)
	case d >= time.Hour && d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	case d >= time.Minute && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	}
	return d.String()
}

func clock(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05 UTC") }
