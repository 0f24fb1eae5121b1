// Package locate says which offering each part of an estate stands on, and by
// what evidence. What counts as evidence is data: the rules of each offering
// in the catalog.
package locate

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/contract"
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
	Assumed  Basis = "assumed"  // nothing in the input tells
	Conflict Basis = "conflict" // it is shown to stand on more than one
)

// Place is where something stands. Where that is on several offerings, the
// one whose contract is hardest on it comes first.
type Place struct {
	Offering *responsibility.Offering
	Also     []*responsibility.Offering
	Basis    Basis
	Evidence string // in words: label karpenter.sh/nodepool=web
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
}

// rule is a rule of an offering.
type rule struct {
	offering *responsibility.Offering
	responsibility.Rule
}

// locator holds the catalog's rules by what they look at.
type locator struct {
	catalog *responsibility.Catalog
	rules   map[string][]rule
}

func newLocator(c *responsibility.Catalog) *locator {
	l := &locator{catalog: c, rules: map[string][]rule{}}
	for _, o := range c.Offerings {
		for _, r := range o.Evidence {
			l.rules[r.On] = append(l.rules[r.On], rule{o, r})
		}
	}
	return l
}

// Locate places an estate. With as set, everything stands there. What nothing
// tells about stands where everything else does, or else on fallback.
func Locate(c *responsibility.Catalog, e *kubernetes.Estate, as, fallback *responsibility.Offering) Places {
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
	l := newLocator(c)
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
	only := sole(places.Nodes, places.Pools)
	present := places.Offerings()
	switch {
	case only != nil:
		places.Fallback = Place{Offering: only, Basis: Only, Evidence: "every node and pool in the input runs on " + only.ID}
	case len(present) > 0:
		places.Fallback = Place{Basis: Possible, Evidence: "no evidence of which of these it runs on: " + ids(present)}
		places.Fallback.on(present...)
	case fallback != nil:
		places.Fallback = Place{Offering: fallback, Basis: Assumed, Evidence: "no evidence of a platform: assumed " + fallback.ID + "; override with --as"}
	}
	if lacks := e.Lacks(kubernetes.NodeKinds, kubernetes.PoolKinds); len(lacks) > 0 {
		places.Fallback.doubt(lacks)
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		places.Workloads[i] = l.workload(e, w, &places, byNode, poolByName)
		if places.Workloads[i].Offering == nil {
			places.Workloads[i] = places.Fallback
		}
	}
	return places
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
func (l *locator) workload(e *kubernetes.Estate, w *kubernetes.Workload, places *Places, byNode map[string]int, poolByName map[[2]string]int) Place {
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
	if strange != "" && places.Fallback.Offering != nil {
		return Place{Offering: places.Fallback.Offering, Also: places.Fallback.Also, Basis: Assumed,
			Evidence: "its pods run on " + strange + ", which nothing in the catalog recognises; assumed " + places.Fallback.Offering.ID + "; override with --as"}
	}
	if found = l.place("pod", podFields(&w.Template)); found.Offering != nil {
		return found
	}
	kind, name := l.catalog.SelectedPool(w.Template.NodeSelector)
	if pool, ok := poolByName[[2]string{kind, name}]; ok && places.Pools[pool].Offering != nil {
		at := places.Pools[pool]
		at.Evidence = "it asks for the pool " + e.Pools[pool].Name + ", which has " + at.Evidence
		return at
	}
	return Place{}
}

// on places something on one or several offerings, the hardest contract first.
func (p *Place) on(offerings ...*responsibility.Offering) {
	sorted := slices.Clone(offerings)
	slices.SortFunc(sorted, func(a, b *responsibility.Offering) int {
		return cmp.Or(hardness(b)-hardness(a), a.Order-b.Order, strings.Compare(a.ID, b.ID))
	})
	sorted = slices.Compact(sorted)
	p.Offering, p.Also = sorted[0], sorted[1:]
}

// softest orders what may follow a deadline by how hard it is on pods.
var softest = []contract.OnDeadline{contract.ThenUnstated, contract.ThenWait, contract.ThenSkip, contract.ThenFail, contract.ThenForce}

// hardness ranks contracts by what a drain that a budget blocks ends in, the
// provider's own moves above the customer's.
func hardness(o *responsibility.Offering) int {
	if o.Contract == nil {
		return 0
	}
	t := o.Contract.Routine()
	rank := 2 * (1 + slices.Index(softest, t.OnDeadline))
	if t.Initiator == contract.ByProvider {
		rank++
	}
	return rank
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

// place finds the offering whose rules match: proofs go before hints, and one
// that refines others before those. What is left beside it is a conflict.
func (l *locator) place(on string, f fields) Place {
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

// fields is what a rule can look at: for each field the values there, by key
// for those that have keys.
type fields struct {
	keyed  map[string]map[string]string
	values map[string]string
}

func nodeFields(n *kubernetes.Node) fields {
	return fields{
		keyed:  map[string]map[string]string{"label": n.Labels, "annotation": n.Annotations, "taint": taints(n.Taints)},
		values: map[string]string{"provider-id": n.ProviderID, "kubelet-version": n.KubeletVersion, "os-image": n.OSImage, "name": n.Name},
	}
}

func poolFields(p *kubernetes.Pool) fields {
	return fields{
		keyed:  map[string]map[string]string{"label": p.Labels, "taint": taints(p.Taints)},
		values: map[string]string{"api": p.API, "node-class": p.NodeClass, "name": p.Name},
	}
}

// taints are by key what rules look at.
func taints(all []kubernetes.Taint) map[string]string {
	byKey := make(map[string]string, len(all))
	for _, t := range all {
		byKey[t.Key] = t.Value
	}
	return byKey
}

func podFields(t *kubernetes.PodTemplate) fields {
	tolerated := map[string]string{}
	for _, tol := range t.Tolerations {
		tolerated[tol.Key] = tol.Value
	}
	return fields{keyed: map[string]map[string]string{
		"label": t.Labels, "annotation": t.Annotations, "node-selector": t.NodeSelector, "toleration": tolerated,
	}}
}

// match reports whether a rule holds, and the evidence in words.
func (f fields) match(r responsibility.Rule) (string, bool) {
	var said []string
	for _, c := range r.All {
		w, ok := f.satisfies(c)
		if !ok {
			return "", false
		}
		said = append(said, w)
	}
	for _, c := range r.None {
		if _, ok := f.satisfies(c); ok {
			return "", false
		}
	}
	return words.And(said), true
}

func (f fields) satisfies(c responsibility.Condition) (string, bool) {
	name := strings.ReplaceAll(c.Field, "-", " ")
	if with, ok := f.keyed[c.Field]; ok {
		v, there := with[c.Key]
		return fmt.Sprintf("%s %s=%s", name, c.Key, v), there && c.Matches(v)
	}
	v := f.values[c.Field]
	return name + " " + v, v != "" && c.Matches(v)
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
