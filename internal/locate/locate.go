// Package locate says which offering each part of an estate stands on, and by
// what evidence. What counts as evidence is data: the rules of each offering
// in the catalog.
package locate

import (
	"cmp"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// Basis is how firmly something is located.
type Basis string

// From firm to weak.
const (
	Asked    Basis = "asked"    // --as: the question was what if it ran there
	Proof    Basis = "proof"    // its own nodes, pool or selector show it
	Hint     Basis = "hint"     // something weaker does
	Only     Basis = "only"     // all nodes and pools there are stand there
	Possible Basis = "possible" // it may run on any of those that nodes and pools stand on
	Assumed  Basis = "assumed"  // nothing that was read tells, and something was taken
	Unknown  Basis = "unknown"  // nothing in the input tells: what is said holds on all that it may be
	Conflict Basis = "conflict" // it is shown to stand on more than one
)

// Place is where something stands. Where that is on several offerings, the
// one whose contract is hardest on it comes first. Offering stands for one of
// several where the evidence leaves open which; see Offering.Candidates.
type Place struct {
	Offering *responsibility.Offering
	Also     []*responsibility.Offering
	Basis    Basis
	Evidence string // in words: label karpenter.sh/nodepool=web
	// several says that more than one of the candidates was seen: what stands
	// elsewhere does not decide between them.
	several bool
}

// Words say where it is, and how that is known.
func (p *Place) Words() string {
	on := p.Offering.ID
	if p.Offering.Undecided() {
		on = p.Offering.Title + " (" + ids(p.Offering.Candidates) + ")"
	}
	if p.Basis == Hint {
		on += " by a hint"
	}
	return "runs on " + on + ": " + p.Evidence
}

// Places is where everything in an estate stands. The slices run parallel to
// those of the estate. An Offering is nil where nothing tells and nothing was
// assumed.
type Places struct {
	Nodes []Place
	// NodePools are the names of the pools that the nodes are of, by the label
	// that some platform has for that, or by what the Cluster API writes on them;
	// empty where a node has none.
	NodePools []string
	Pools     []Place
	// PoolLabels are the labels by which the nodes of each pool name it; empty
	// where its kind has none.
	PoolLabels []string
	Workloads  []Place
	Instances  []Place // of databases
	// Fallback is where things stand that are not placed themselves.
	Fallback Place
	// Shown is what all this shows of the cluster, for others beside it that show
	// nothing; without an Offering where it shows nothing either.
	Shown Place
}

// Decided are the places with the hardest candidate in place of what stands for
// one of several: for those who have to take one.
func (p Places) Decided() Places {
	p.Nodes, p.Pools, p.Workloads = decided(p.Nodes), decided(p.Pools), decided(p.Workloads)
	p.Fallback = decided([]Place{p.Fallback})[0]
	return p
}

func decided(places []Place) []Place {
	all := slices.Clone(places)
	for i := range all {
		if o := all[i].Offering; o != nil && o.Undecided() {
			all[i].Offering, all[i].Basis = o.Hardest(), Assumed
			all[i].Evidence += "; assumed " + o.Hardest().ID + ", the hardest on pods of " + ids(o.Candidates)
		}
	}
	return all
}

// rule is a rule of an offering.
type rule struct {
	offering *responsibility.Offering
	responsibility.Rule
}

// locator holds the catalog's rules by what they look at.
type locator struct {
	catalog   *responsibility.Catalog
	rules     map[string][]rule // of offerings
	platforms map[string][]platformRule
	// several stand for one of several, by the ids of those: one for each set.
	several map[string]*responsibility.Offering
}

func newLocator(c *responsibility.Catalog) *locator {
	l := &locator{catalog: c, rules: map[string][]rule{}, platforms: map[string][]platformRule{}, several: map[string]*responsibility.Offering{}}
	for _, o := range c.Offerings {
		for _, r := range o.Evidence {
			l.rules[r.On] = append(l.rules[r.On], rule{o, r})
		}
	}
	for _, p := range c.Platforms {
		offerings := c.OfferingsOf(p)
		for _, r := range p.Evidence {
			l.platforms[r.On] = append(l.platforms[r.On], platformRule{offerings, r})
		}
	}
	return l
}

// Locate places an estate. With as set, everything stands there. What nothing
// tells about stands where everything else does, or else on fallback.
func Locate(c *responsibility.Catalog, e *kubernetes.Estate, as, fallback *responsibility.Offering) Places {
	return newLocator(c).locate(Unit{Estate: e}, as, fallback, nil)
}

// locate is Locate. Beside is what is shown of clusters by what stands beside the
// estate: a hint, where the estate leaves something open.
func (l *locator) locate(u Unit, as, fallback *responsibility.Offering, beside []near) Places {
	c, e := l.catalog, u.Estate
	places := Places{
		Nodes: make([]Place, len(e.Nodes)), NodePools: poolsOf(c, e),
		Pools: make([]Place, len(e.Pools)), PoolLabels: make([]string, len(e.Pools)),
		Workloads: make([]Place, len(e.Workloads)),
	}
	for i := range e.Pools {
		places.PoolLabels[i] = c.PoolLabel(e.Pools[i].API)
	}
	if as != nil {
		asked := Place{Offering: as, Basis: Asked, Evidence: "set by --as"}
		for _, all := range [][]Place{places.Nodes, places.Pools, places.Workloads} {
			for i := range all {
				all[i] = asked
			}
		}
		places.Fallback = asked
		return places
	}
	byNode := make(map[string]int, len(e.Nodes))
	for i := range e.Nodes {
		byNode[e.Nodes[i].Name] = i
		places.Nodes[i] = l.place("node", nodeFields(&e.Nodes[i]))
	}
	poolByName := map[[2]string]int{}
	for i := range e.Pools {
		places.Pools[i] = l.place("pool", poolFields(&e.Pools[i]))
		poolByName[[2]string{e.Pools[i].API, e.Pools[i].Name}] = i
	}
	own := make([]Place, len(e.Workloads)) // by what each asks for itself
	for i := range e.Workloads {
		own[i] = l.place("pod", podFields(&e.Workloads[i].Template))
	}
	seen := l.sightings(e, own)
	l.fall(e, &places, seen, fallback, l.counting(u.Path, u.of(u.Path, beside)))
	all := places.Fallback
	byDir := map[string]Place{}
	if u.Scattered {
		beside = slices.Concat(l.clusters(e, seen), l.machines(nil, e.Pools), beside)
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if u.Scattered {
			dir := directory(w.Position.File)
			if _, ok := byDir[dir]; !ok {
				byDir[dir] = l.fallIn(dir, e, &places, seen, fallback, u.of(dir, beside))
			}
			places.Fallback = byDir[dir]
		}
		places.Workloads[i] = l.workload(e, w, own[i], &places, byNode, poolByName)
		if places.Workloads[i].Offering == nil {
			places.Workloads[i] = places.Fallback
		}
	}
	places.Fallback = all
	return places
}

// onMachines is where things stand that run on some nodes, and on those of some
// pools; without an Offering where there are none that are recognised.
func onMachines(nodes, pools []Place) Place {
	present := (&Places{Nodes: nodes, Pools: pools}).Offerings()
	if only := sole(nodes, pools); only != nil {
		return Place{Offering: only, Basis: Only, Evidence: "every node and pool in the input runs on " + only.ID}
	}
	if len(present) == 0 {
		return Place{}
	}
	p := Place{Basis: Possible, Evidence: "no evidence of which of these it runs on: " + ids(present)}
	p.on(present...)
	return p
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
	if p := onMachines(nodes, pools); p.Offering != nil {
		if p.Basis == Only && len(nodes)+len(pools) < len(e.Nodes)+len(e.Pools) {
			p.Evidence = "every node and pool in directories above and below it runs on " + p.Offering.ID
		}
		return p
	}
	p := l.narrowed(l.shownIn(dir, seen), l.counting(dir, beside))
	if p.Offering == nil {
		return unplaced(e, fallback)
	}
	return p
}

// unplaced is where things stand of which nothing tells.
func unplaced(e *kubernetes.Estate, fallback *responsibility.Offering) Place {
	var p Place
	switch {
	case fallback == nil:
	case fallback.Undecided():
		p = Place{Offering: fallback, Basis: Unknown, Evidence: "nothing in the input says where it runs"}
	default:
		p = Place{Offering: fallback, Basis: Assumed, Evidence: "no evidence of a platform: assumed " + fallback.ID + "; override with --as"}
	}
	if lacks := e.Lacks(kubernetes.NodeKinds, kubernetes.PoolKinds); len(lacks) > 0 {
		p.doubt(lacks)
	}
	return p
}

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

// doubt says of a place that was told by all there is that this was not all:
// what could not be read may stand elsewhere, and things run there.
func (p *Place) doubt(lacks []origin.Unread) {
	unread := origin.Plurals(lacks) + " could not be read"
	switch p.Basis {
	case Only:
		p.Basis = Assumed
		p.Evidence = unread + ", and everything that was read runs on " + p.Offering.ID + "; assumed that it does too; override with --as"
	case Possible:
		p.Evidence += "; " + unread
	case Unknown:
		p.Evidence = unread + ", and nothing else says where it runs"
	case Assumed:
		p.Evidence = unread + ", and there is no other evidence of a platform: assumed " + p.Offering.ID + "; override with --as"
	}
}

// poolsOf names the pool of each node. That does not depend on where it is asked
// to stand.
func poolsOf(c *responsibility.Catalog, e *kubernetes.Estate) []string {
	labels := c.PoolLabels()
	names := make([]string, len(e.Nodes))
	for i := range e.Nodes {
		for _, l := range labels {
			names[i] = cmp.Or(names[i], e.Nodes[i].Labels[l])
		}
		names[i] = cmp.Or(names[i], e.OwnerOfMachine(&e.Nodes[i]))
	}
	return names
}

// workload is placed by the nodes its pods run on, else by what it asks for.
// Own is by what it asks for.
func (l *locator) workload(e *kubernetes.Estate, w *kubernetes.Workload, own Place, places *Places, byNode map[string]int, poolByName map[[2]string]int) Place {
	var on []*responsibility.Offering
	found := Place{Basis: Proof}
	strange := ""
	for _, p := range w.Pods {
		n, ok := byNode[e.Pods[p].Node]
		switch {
		case !ok:
		case places.Nodes[n].Offering == nil:
			strange = e.Nodes[n].Name
		case !slices.Contains(on, places.Nodes[n].Offering):
			at := places.Nodes[n]
			on = append(on, at.Offering)
			on = append(on, at.Also...)
			if found.Evidence != "" {
				found.Evidence += "; "
			}
			found.Evidence += "its pods run on " + e.Nodes[n].Name + ", which has " + at.Evidence
			if at.Basis != Proof {
				found.Basis = at.Basis
			}
		}
	}
	if len(on) > 0 {
		found.on(on...)
		return found
	}
	if strange != "" && places.Fallback.Basis == Unknown {
		return Place{Offering: places.Fallback.Offering, Basis: Unknown, Evidence: "its pods run on " + strange + ", which nothing in the catalog recognises"}
	}
	if strange != "" && places.Fallback.Offering != nil {
		return Place{Offering: places.Fallback.Offering, Also: places.Fallback.Also, Basis: Assumed,
			Evidence: "its pods run on " + strange + ", which nothing in the catalog recognises; assumed " + places.Fallback.Offering.ID + "; override with --as"}
	}
	if own.Offering != nil && !own.Offering.Undecided() {
		return own
	}
	kind, name := l.catalog.SelectedPool(w.Template.NodeSelector)
	if pool, ok := poolByName[[2]string{kind, name}]; ok && places.Pools[pool].Offering != nil {
		at := places.Pools[pool]
		at.Evidence = "it asks for the pool " + e.Pools[pool].Name + ", which has " + at.Evidence
		return at
	}
	return l.narrowed(own, l.open(e, w, places))
}

// open is where a workload stands that says no more than everything else: on what
// there is, but for pools whose nodes it rules out by their label.
func (l *locator) open(e *kubernetes.Estate, w *kubernetes.Workload, places *Places) Place {
	ruledOut := w.Template.Without()
	var nodes, pools []Place
	var out []*responsibility.Offering
	for i := range e.Pools {
		if at := places.Pools[i]; !slices.Contains(ruledOut, places.PoolLabels[i]) {
			pools = append(pools, at)
		} else if at.Offering != nil {
			out = append(out, each([]*responsibility.Offering{at.Offering})...)
		}
	}
	if len(out) == 0 || places.Fallback.Offering == nil {
		return places.Fallback
	}
	for i := range e.Nodes {
		if !slices.ContainsFunc(ruledOut, func(label string) bool { _, has := e.Nodes[i].Labels[label]; return has }) {
			nodes = append(nodes, places.Nodes[i])
		}
	}
	if p := onMachines(nodes, pools); p.Offering != nil {
		return p
	}
	var rest []*responsibility.Offering
	for _, o := range each(append([]*responsibility.Offering{places.Fallback.Offering}, places.Fallback.Also...)) {
		rest = append(rest, l.besides(o)...)
	}
	slices.SortFunc(rest, func(a, b *responsibility.Offering) int { return strings.Compare(a.ID, b.ID) })
	rest = slices.DeleteFunc(slices.Compact(rest), func(o *responsibility.Offering) bool { return slices.Contains(out, o) })
	if len(rest) == 0 {
		return places.Fallback
	}
	return Place{Offering: l.oneOf(rest), Basis: Hint, Evidence: "it asks for nodes without label " + words.And(ruledOut)}
}

// on places something on one or several offerings, the hardest contract first.
// What stands for one of several counts as each of them.
func (p *Place) on(offerings ...*responsibility.Offering) {
	sorted := responsibility.HardestFirst(each(offerings))
	p.Offering, p.Also = sorted[0], sorted[1:]
}

// each has the candidates of those that stand for one of several in their place.
func each(offerings []*responsibility.Offering) []*responsibility.Offering {
	var all []*responsibility.Offering
	for _, o := range offerings {
		if o.Undecided() {
			all = append(all, o.Candidates...)
		} else {
			all = append(all, o)
		}
	}
	return all
}

func ids(offerings []*responsibility.Offering) string {
	var list []string
	for _, o := range offerings {
		list = append(list, o.ID)
	}
	return strings.Join(list, ", ")
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

// place finds where something stands by the rules of offerings, and where those
// leave it open by the rules of platforms.
func (l *locator) place(on string, f fields) Place {
	p, of := l.placeByOfferings(on, f), l.resolve(l.platformTells(on, f))
	switch {
	case p.Offering == nil:
		return of
	case p.Basis == Hint && of.Basis == Proof && !slices.Contains(each([]*responsibility.Offering{of.Offering}), p.Offering):
		return of
	}
	return p
}

// placeByOfferings finds the offering whose rules match: proofs go before hints,
// and one that refines others before those. What is left beside it is a conflict.
func (l *locator) placeByOfferings(on string, f fields) Place {
	found := l.matches(on, f)
	if slices.ContainsFunc(found, func(p Place) bool { return p.Basis == Proof }) {
		found = slices.DeleteFunc(found, func(p Place) bool { return p.Basis == Hint })
	}
	all := slices.Clone(found)
	found = slices.DeleteFunc(found, func(p Place) bool {
		return slices.ContainsFunc(all, func(q Place) bool { return l.refines(q.Offering, p.Offering) })
	})
	switch len(found) {
	case 0:
		return Place{}
	case 1:
		return found[0]
	}
	conflict := Place{Basis: Conflict}
	var offerings []*responsibility.Offering
	var evidence []string
	for _, p := range found {
		offerings = append(offerings, p.Offering)
		evidence = append(evidence, p.Evidence)
	}
	conflict.on(offerings...)
	conflict.Evidence = strings.Join(evidence, "; ")
	return conflict
}

// matches are the offerings whose rules match, each once, by a proof where there
// is one.
func (l *locator) matches(on string, f fields) []Place {
	var found []Place
	for _, r := range l.rules[on] {
		evidence, ok := f.match(r.Rule)
		if !ok {
			continue
		}
		p := Place{Offering: r.offering, Basis: Proof, Evidence: evidence}
		if r.Strength == "hint" {
			p.Basis = Hint
		}
		i := slices.IndexFunc(found, func(q Place) bool { return q.Offering == p.Offering })
		switch {
		case i < 0:
			found = append(found, p)
		case found[i].Basis == Hint:
			found[i] = p
		}
	}
	return found
}

// refines reports whether a is a special case of b, at any remove.
func (l *locator) refines(a, b *responsibility.Offering) bool {
	for range l.catalog.Offerings { // a chain is no longer than this
		if a == nil || a.Refines == "" {
			return false
		}
		if a.Refines == b.ID {
			return true
		}
		a = l.catalog.Offering(a.Refines)
	}
	return false
}

// Offerings returns every offering that something stands on, in ladder order.
func (p *Places) Offerings() []*responsibility.Offering {
	var all []*responsibility.Offering
	for _, places := range [][]Place{p.Nodes, p.Pools, p.Workloads} {
		for _, at := range places {
			for _, o := range append([]*responsibility.Offering{at.Offering}, at.Also...) {
				if o != nil && !slices.Contains(all, o) {
					all = append(all, o)
				}
			}
		}
	}
	slices.SortFunc(all, func(a, b *responsibility.Offering) int {
		return cmp.Or(a.Order-b.Order, strings.Compare(a.ID, b.ID))
	})
	return all
}
