package locate

import (
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
)

// fall finds where things stand that are not placed themselves, and what is
// shown of the cluster.
func (l *locator) fall(e *kubernetes.Estate, places *Places, seen []sighting, fallback *responsibility.Offering, beside Place) {
	alone := l.shown(seen, everything)
	shown := l.narrowed(alone, beside)
	for _, all := range [][]Place{places.Nodes, places.Pools} {
		for i := range all {
			if all[i].Offering != nil && all[i].Offering.Undecided() {
				all[i] = l.narrowed(all[i], shown)
			}
		}
	}
	machines := onMachines(places.Nodes, places.Pools)
	if len(places.Nodes) == 0 {
		machines = l.besidePools(machines, shown)
	}
	switch {
	case machines.Offering != nil:
		places.Fallback, places.Shown = machines, machines
	case shown.Offering != nil:
		places.Fallback, places.Shown = shown, alone
	default:
		places.Fallback = unplaced(e, fallback)
		return
	}
	if lacks := e.Lacks(kubernetes.NodeKinds, kubernetes.PoolKinds); len(lacks) > 0 {
		places.Fallback.doubt(lacks)
	}
}

// fallIn is where things of one directory stand that are not placed themselves,
// where each directory stands for itself: on the nodes and pools of those above
// and below, or by what else counts there. Beside has what is the cluster's own,
// and pools of others: a hint.
func (l *locator) fallIn(
	dir string, e *kubernetes.Estate, places *Places, seen []sighting, fallback *responsibility.Offering, beside []near,
) Place {
	var nodes, pools []Place
	for i := range e.Nodes {
		if at := directory(e.Nodes[i].Position.File); within(at, dir) || within(dir, at) {
			nodes = append(nodes, places.Nodes[i])
		}
	}
	for i := range e.Pools {
		if at := directory(e.Pools[i].Position.File); within(at, dir) || within(dir, at) {
			pools = append(pools, places.Pools[i])
		}
	}
	shown := l.narrowed(l.shownIn(dir, seen), l.counting(dir, beside))
	p := onMachines(nodes, pools)
	if len(nodes) == 0 {
		p = l.besidePools(p, shown)
	}
	if p.Offering != nil {
		if p.Basis == Only && len(nodes)+len(pools) < len(e.Nodes)+len(e.Pools) {
			p.Evidence = Seen("every node and pool in directories above and below it runs on " + p.Offering.ID)
		}
		return p
	}
	if shown.Offering == nil {
		return unplaced(e, fallback)
	}
	return shown
}

// besidePools is where things stand that run on some pools, or on what else is shown
// of the cluster: pools say nothing of groups of nodes that something else makes. Where
// nodes were read these are all.
func (l *locator) besidePools(pools, shown Place) Place {
	if pools.Offering == nil || shown.Offering == nil || pools.Basis == Conflict || shown.Basis == Conflict {
		return pools
	}
	on := each(append([]*responsibility.Offering{pools.Offering}, pools.Also...))
	of := each(append([]*responsibility.Offering{shown.Offering}, shown.Also...))
	inside := !slices.ContainsFunc(on, func(o *responsibility.Offering) bool { return !slices.Contains(of, o) })
	both, _ := shared([]tell{{offerings: on}, {offerings: of}})
	switch {
	case shown.several && inside && len(of) > len(on):
		return shown
	case len(both) == 0:
		if p := l.common([]Place{pools, shown}); p.Offering != nil {
			return p
		}
	}
	return pools
}

// onMachines is where things stand that run on some nodes, and on those of some
// pools; without an Offering where there are none that are recognised.
func onMachines(nodes, pools []Place) Place {
	present := (&Places{Nodes: nodes, Pools: pools}).Offerings()
	if only := sole(nodes, pools); only != nil {
		return Place{Offering: only, Basis: Only, Evidence: Seen("every node and pool in the input runs on " + only.ID)}
	}
	if len(present) == 0 {
		return Place{}
	}
	p := Place{Basis: Possible, Evidence: Seen("no evidence of which of these it runs on: " + ids(present))}
	p.on(present...)
	return p
}

// sole is the one offering on which all of some nodes and pools stand, or nil.
func sole(groups ...[]Place) *responsibility.Offering {
	var one *responsibility.Offering
	for _, places := range groups {
		for _, p := range places {
			switch {
			case p.Offering == nil || len(p.Also) > 0:
				return nil
			case one == nil:
				one = p.Offering
			case one != p.Offering:
				return nil
			}
		}
	}
	return one
}

// unplaced is where things stand of which nothing tells.
func unplaced(e *kubernetes.Estate, fallback *responsibility.Offering) Place {
	var p Place
	switch {
	case fallback == nil:
	case fallback.Undecided():
		p = Place{Offering: fallback, Basis: Unknown, Evidence: Seen("nothing in the input says where it runs")}
	default:
		p = Place{Offering: fallback, Basis: Assumed,
			Evidence: Seen("no evidence of a platform: assumed " + fallback.ID).and("override with --as")}
	}
	if lacks := e.Lacks(kubernetes.NodeKinds, kubernetes.PoolKinds); len(lacks) > 0 {
		p.doubt(lacks)
	}
	return p
}

// doubt says of a place that was told by all there is that this was not all:
// what could not be read may stand elsewhere, and things run there.
func (p *Place) doubt(lacks []origin.Unread) {
	unread := origin.Plurals(lacks) + " could not be read"
	switch p.Basis {
	case Only:
		p.Basis = Assumed
		p.Evidence = Seen(unread+", and everything that was read runs on "+p.Offering.ID).and("assumed that it does too", "override with --as")
	case Possible:
		p.Evidence = p.Evidence.and(unread)
	case Unknown:
		p.Evidence = Seen(unread + ", and nothing else says where it runs")
	case Assumed:
		p.Evidence = Seen(unread + ", and there is no other evidence of a platform: assumed " + p.Offering.ID).and("override with --as")
	}
}
