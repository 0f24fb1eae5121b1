// Package locate says which offering each part of an estate stands on, and by
// what evidence. What counts as evidence is data: the rules of each offering
// in the catalog.
package locate

import (
	"cmp"
	"slices"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/fields"
	"github.com/onus-project/onus/internal/responsibility"
)

// locator holds the catalog's rules by what they look at.
type locator struct {
	catalog   *responsibility.Catalog
	rules     map[string][]rule // of offerings
	platforms map[string][]platformRule
	// several stand for one of several, by the ids of those: one for each set.
	several map[string]*responsibility.Offering
}

func newLocator(c *responsibility.Catalog) *locator {
	l := &locator{
		catalog: c, rules: map[string][]rule{}, platforms: map[string][]platformRule{},
		several: map[string]*responsibility.Offering{},
	}
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
	names, by := poolsOf(c, e)
	places := Places{
		Nodes: make([]Place, len(e.Nodes)), NodePools: names, NodePoolLabels: by,
		Pools: make([]Place, len(e.Pools)), PoolLabels: make([]string, len(e.Pools)),
		Workloads: make([]Place, len(e.Workloads)), SpotLabels: c.SpotLabels(),
	}
	for i := range e.Pools {
		places.PoolLabels[i] = c.PoolLabel(e.Pools[i].API)
	}
	if as != nil {
		places.ask(as)
		return places
	}
	byNode := make(map[string]int, len(e.Nodes))
	for i := range e.Nodes {
		byNode[e.Nodes[i].Name] = i
		places.Nodes[i] = l.place("node", fields.OfNode(&e.Nodes[i]))
	}
	poolByName := map[[2]string]int{}
	for i := range e.Pools {
		places.Pools[i] = l.place("pool", fields.OfPool(&e.Pools[i]))
		poolByName[[2]string{e.Pools[i].API, e.Pools[i].Name}] = i
	}
	u.own = l.groups(e)
	own := make([]Place, len(e.Workloads)) // by what each asks for itself
	for i := range e.Workloads {
		own[i] = l.place("pod", fields.OfPods(&e.Workloads[i].Template))
	}
	seen := l.sightings(e, own)
	l.fall(e, &places, seen, fallback, l.counting(u.Path, u.of(u.Path, beside)))
	all := places.Fallback
	byFile := map[string]Place{} // or directory
	var apart alternatives
	var forms variants
	if u.Scattered {
		apart, forms = alternativesOf(e), variantsOf(e)
		beside = slices.Concat(u.placed(l.clusters(e, apart.beside(seen, ""))), u.placed(l.machines(nil, e.Pools)), beside)
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		if u.Scattered {
			at, dir := apart.of(w.Position.File), directory(w.Position.File)
			if _, ok := byFile[at]; !ok {
				clusters := slices.Concat(u.placed(l.clusters(e, apart.in(seen, at))), beside)
				byFile[at] = l.fallIn(dir, e, &places, forms.about(dir, apart.beside(seen, at)), fallback, u.of(dir, clusters))
			}
			places.Fallback = byFile[at]
		}
		places.Workloads[i] = l.workload(&u, w, own[i], &places, byNode, poolByName)
		if places.Workloads[i].Offering == nil {
			places.Workloads[i] = places.Fallback
		}
	}
	places.Fallback = all
	return places
}

// ask has everything stand where the user says.
func (p *Places) ask(as *responsibility.Offering) {
	p.Fallback = Place{Offering: as, Basis: Asked, Evidence: Seen("set by --as")}
	for _, all := range [][]Place{p.Nodes, p.Pools, p.Workloads} {
		for i := range all {
			all[i] = p.Fallback
		}
	}
}

// poolsOf names the pool of each node, and the label by which it is named. That does not
// depend on where it is asked to stand.
func poolsOf(c *responsibility.Catalog, e *kubernetes.Estate) (names, by []string) {
	labels := c.PoolLabels()
	names, by = make([]string, len(e.Nodes)), make([]string, len(e.Nodes))
	for i := range e.Nodes {
		for _, l := range labels {
			if name := e.Nodes[i].Labels[l]; name != "" && names[i] == "" {
				names[i], by[i] = name, l
			}
		}
		names[i] = cmp.Or(names[i], e.ConfigPoolOf(&e.Nodes[i]))
		names[i] = cmp.Or(names[i], e.OwnerOfMachine(&e.Nodes[i]))
	}
	return names, by
}
