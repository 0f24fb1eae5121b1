package scenario

import (
	"fmt"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// expiry plays nodes that reach their age, up to the last of them. Where it is
// not known when nodes were created, all that live as long are taken to expire
// at once, which is the worst that may come, and nodes of pools with other ages
// expire on another day.
func (d *defaults) expiry() []Default {
	t, ok := d.contract.First(contract.Expiry)
	if !ok {
		return nil
	}
	ages := d.ages()
	if dated := datedOnly(ages); len(dated) > 0 {
		return []Default{d.byTimers(t, dated)}
	}
	var lives []time.Duration
	for _, a := range ages {
		if a.Life < contract.Forever && !slices.Contains(lives, a.Life) {
			lives = append(lives, a.Life)
		}
	}
	slices.Sort(lives)
	var all []Default
	for _, life := range lives {
		all = append(all, d.cohort(t, ages, life, len(lives) > 1))
	}
	return all
}

// ages are those of the offering's nodes. Of nodes that are only named the
// contract says how old they get.
func (d *defaults) ages() []simulate.NodeAge {
	byName := make(map[string]simulate.NodeAge, len(d.Ages))
	for _, a := range d.Ages {
		byName[a.Node] = a
	}
	var ages []simulate.NodeAge
	for _, name := range d.nodes() {
		a, ok := byName[name]
		if !ok {
			unset := contract.ExpireAfter{}
			a = simulate.NodeAge{Node: name, Life: contract.NodeAge(unset, unset, d.contract).Life()}
		}
		ages = append(ages, a)
	}
	return ages
}

// datedOnly are the ages of which it is known when they are reached.
func datedOnly(ages []simulate.NodeAge) []simulate.NodeAge {
	return slices.DeleteFunc(slices.Clone(ages), func(a simulate.NodeAge) bool { return a.Created.IsZero() || a.Life >= contract.Forever })
}

// byTimers plays each node's own time.
func (d *defaults) byTimers(t contract.Terms, dated []simulate.NodeAge) Default {
	first, last, shortest := dated[0].Due(), dated[0].Due(), dated[0].Life
	for _, a := range dated[1:] {
		if due := a.Due(); due.Before(first) {
			first = due
		} else if due.After(last) {
			last = due
		}
		shortest = min(shortest, a.Life)
	}
	s := d.base()
	s.Name = "expiry"
	s.Triggers = []simulate.Trigger{{Kind: contract.Expiry, Move: t.Name}}
	s.Horizon = min(max(last.Sub(s.Start), 0)+min(d.takesAtOnce(t), max(shortest/2, time.Minute)), year)
	about := fmt.Sprintf("Each node expires at its maximum age: the first at %s, the last at %s.", clock(first), clock(last))
	if last.Equal(first) {
		about = fmt.Sprintf("Each node expires at its maximum age: all of them at %s.", clock(first))
	}
	return Default{Scenario: s, About: about}
}

// cohort plays the nodes that live as long, all at once. Among says that others
// expire at another age.
func (d *defaults) cohort(t contract.Terms, ages []simulate.NodeAge, life time.Duration, among bool) Default {
	s := d.base()
	s.Name = "expiry"
	if among {
		s.Name = "expiry at " + words.Duration(life)
	}
	var nodes []string
	for _, a := range ages {
		if a.Life == life {
			nodes = append(nodes, a.Node)
		}
	}
	s.Triggers = []simulate.Trigger{{Kind: contract.Expiry, Move: t.Name, Nodes: nodes}}
	s.Horizon = d.takesAtOnce(t)
	return Default{Scenario: s, About: fmt.Sprintf("Node ages unknown: assuming that all nodes with a maximum age of %s expire at once.",
		words.Duration(life))}
}
