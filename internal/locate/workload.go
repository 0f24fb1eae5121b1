package locate

import (
	"maps"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// workload is placed by the nodes its pods run on, else by what it asks for.
// Own is by what it asks for.
func (l *locator) workload(
	u *Unit, w *kubernetes.Workload, own Place, places *Places, byNode map[string]int, poolByName map[[2]string]int,
) Place {
	e := u.Estate
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
			found.Evidence = append(found.Evidence, at.Evidence.of("its pods run on "+e.Nodes[n].Name+", which has")...)
			if at.Basis != Proof {
				found.Basis = at.Basis
			}
		}
	}
	if len(on) > 0 {
		found.on(on...)
		return found
	}
	unrecognised := "its pods run on " + strange + ", which nothing in the catalog recognises"
	if strange != "" && places.Fallback.Basis == Unknown {
		return Place{Offering: places.Fallback.Offering, Basis: Unknown, Evidence: Seen(unrecognised)}
	}
	if strange != "" && places.Fallback.Offering != nil {
		return Place{Offering: places.Fallback.Offering, Also: places.Fallback.Also, Basis: Assumed,
			Evidence: Seen(unrecognised).and("assumed "+places.Fallback.Offering.ID, "override with --as")}
	}
	if own.Offering != nil && !own.Offering.Undecided() {
		return own
	}
	kind, name := l.catalog.SelectedPool(w.Template.NodeSelector)
	if pool, ok := poolByName[[2]string{kind, name}]; ok && places.Pools[pool].Offering != nil {
		at := places.Pools[pool]
		at.Evidence = at.Evidence.of("it asks for the pool " + e.Pools[pool].Name + ", which has")
		return at
	}
	if at := l.labelled(u, w, places); at.Offering != nil {
		return l.narrowed(own, at)
	}
	return l.narrowed(own, l.open(e, w, places))
}

// open is where a workload stands that says no more than everything else: on what
// there is, but for pools whose nodes it rules out by their label, or that make none
// with the labels that it asks for.
func (l *locator) open(e *kubernetes.Estate, w *kubernetes.Workload, places *Places) Place {
	ruledOut := w.Template.Without()
	var nodes, pools []Place
	var out []*responsibility.Offering
	evidence := "it asks for nodes without label " + words.And(ruledOut)
	for i := range e.Pools {
		p, at := &e.Pools[i], places.Pools[i]
		switch lacks := len(p.Requirements) > 0 && !p.MayHave(w.Template.NodeSelector, places.PoolLabels[i]); {
		case !lacks && !slices.Contains(ruledOut, places.PoolLabels[i]):
			pools = append(pools, at)
			continue
		case lacks:
			evidence = "no pool that was read makes nodes with the labels that it asks for: " + selects(w.Template.NodeSelector)
		}
		if at.Offering != nil {
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
	return Place{Offering: l.oneOf(rest), Basis: Hint, Evidence: Seen(evidence)}
}

// selects are labels as a selector writes them.
func selects(labels map[string]string) string {
	var all []string
	for _, key := range slices.Sorted(maps.Keys(labels)) {
		all = append(all, key+"="+labels[key])
	}
	return strings.Join(all, ",")
}
