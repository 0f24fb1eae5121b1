package simulate

import (
	"cmp"
	"slices"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// asking is what Karpenter still asks for of what a class requires and prefers.
type asking struct {
	term    int // of its required terms, of which it asks for one alone
	near    []preference
	anti    []preference
	nodes   []preferredNodes
	anyway  []preference // spreads that may fail
	lenient bool         // it tolerates taints that only prefer to have no pods
}

// wishesOf are what a class asks for while Karpenter takes what its pods prefer for
// what they require, and of several required terms of nodes the first: all of it at
// first, and each time without one more. They are none where that is never more
// than the class itself.
//
// Source: Preferences.Relax in
// pkg/controllers/provisioning/scheduling/preferences.go of Karpenter 1.14 with
// NewPodRequirements, for which of several nodes that are preferred the heaviest
// counts, Taints.Tolerates, and newForTopologies and newForAffinities in topology.go.
func (b nodeFits) wishesOf(c *class, fits *rowsOfFits) []class {
	a := asking{nodes: slices.Clone(c.preferred)}
	for _, p := range c.prefers {
		switch {
		case p.spreads:
			a.anyway = append(a.anyway, p)
		case p.weight > 0:
			a.near = append(a.near, p)
		default:
			a.anti = append(a.anti, p)
		}
	}
	a.anyway = droppedInTurn(a.anyway, c.spreads)
	slices.SortStableFunc(a.near, func(p, q preference) int { return cmp.Compare(q.weight, p.weight) })
	slices.SortStableFunc(a.anti, func(p, q preference) int { return cmp.Compare(p.weight, q.weight) })
	slices.SortStableFunc(a.nodes, func(p, q preferredNodes) int { return cmp.Compare(q.weight, p.weight) })
	terms := len(b.constraints.asked[c.constraint].terms)
	if len(c.prefers)+len(c.preferred) == 0 && terms <= 1 && !fits.lenient && fits.strictly(b.constraints, c.constraint) {
		return nil
	}
	all := []class{b.wish(c, &a, fits)}
	for a.relax(terms, fits.lenient) {
		all = append(all, b.wish(c, &a, fits))
	}
	if len(all) == 1 && slices.Equal(b.fits[all[0].constraint], b.fits[c.constraint]) {
		return nil
	}
	return all
}

// relax drops what is dropped next, and reports whether there was anything.
func (a *asking) relax(terms int, lenient bool) bool {
	switch {
	case a.term+1 < terms:
		a.term++
	case len(a.near) > 0:
		a.near = a.near[1:]
	case len(a.anti) > 0:
		a.anti = a.anti[1:]
	case len(a.nodes) > 0:
		a.nodes = a.nodes[1:]
	case len(a.anyway) > 0:
		a.anyway = a.anyway[1:]
	case lenient && !a.lenient:
		a.lenient = true
	default:
		return false
	}
	return true
}

// droppedInTurn are spreads that may fail in the order in which they are dropped: the
// first of them, in whose place the last of all constraints then stands.
//
// Source: removeTopologySpreadScheduleAnyway there.
func droppedInTurn(soft []preference, all int) []preference {
	list := make([]*preference, all)
	for i := range soft {
		list[soft[i].at] = &soft[i]
	}
	var turn []preference
	for {
		first := slices.IndexFunc(list, func(p *preference) bool { return p != nil })
		if first < 0 {
			return turn
		}
		turn = append(turn, *list[first])
		list[first] = list[len(list)-1]
		list = list[:len(list)-1]
	}
}

// wish is a class as Karpenter asks for it.
func (b nodeFits) wish(c *class, a *asking, fits *rowsOfFits) class {
	w := *c
	w.near, w.anti, w.spread = slices.Clone(c.near), slices.Clone(c.anti), slices.Clone(c.spread)
	for _, p := range a.near {
		w.near = append(w.near, p.group)
	}
	for _, p := range a.anti {
		w.anti = append(w.anti, p.group)
	}
	for _, p := range a.anyway {
		w.spread = append(w.spread, spread{p.group, p.maxSkew})
	}
	asked := b.constraints.asked[c.constraint]
	if len(asked.terms) > 1 {
		asked.terms, asked.names = asked.terms[a.term:a.term+1], asked.names[a.term:a.term+1]
	}
	row := make([]bool, len(b.shapes))
	for i := range row {
		s := &b.shapes[i]
		row[i] = asked.admits(s) && (a.lenient || toleratesAll(asked.tolerate, s.taints)) && (len(a.nodes) == 0 || a.nodes[0].attracts(s))
	}
	w.constraint = fits.of(b.World, row)
	return w
}

// strictly reports whether pods of a constraint may run on the same nodes when taints that
// only prefer to have no pods keep them off.
func (r *rowsOfFits) strictly(b *nodeConstraints, constraint int32) bool {
	is, known := r.strict[constraint]
	if !known {
		asked := &b.asked[constraint]
		is = !slices.ContainsFunc(b.shapes, func(s shape) bool { return asked.admits(&s) && !toleratesAll(asked.tolerate, s.taints) })
		r.strict[constraint] = is
	}
	return is
}

// rowsOfFits are the rows of World.fits, each of them once.
type rowsOfFits struct {
	at     map[string]int32
	strict map[int32]bool // what strictly found
	// lenient: Karpenter comes to tolerate taints that only prefer to have no pods.
	// It does where a pool has such a taint.
	//
	// Source: NewScheduler in pkg/controllers/provisioning/scheduling/scheduler.go of
	// Karpenter 1.14.
	lenient bool
}

func (b nodeFits) rowsOfFits() *rowsOfFits {
	r := &rowsOfFits{at: map[string]int32{}, strict: map[int32]bool{}}
	for i, row := range b.fits {
		r.at[rowKey(row)] = int32(i)
	}
	r.lenient = slices.ContainsFunc(b.estate.Pools, func(p kubernetes.Pool) bool {
		return slices.ContainsFunc(p.Taints, func(t kubernetes.Taint) bool { return t.Effect == string(corev1.TaintEffectPreferNoSchedule) })
	})
	return r
}

// of is the index of a row, which is added where there is none like it.
func (r *rowsOfFits) of(w *World, row []bool) int32 {
	key := rowKey(row)
	i, known := r.at[key]
	if !known {
		i = int32(len(w.fits))
		r.at[key] = i
		w.fits = append(w.fits, row)
	}
	return i
}

func rowKey(row []bool) string {
	key := make([]byte, len(row))
	for i, fits := range row {
		key[i] = byte(boolean(fits))
	}
	return string(key)
}

// placePod finds a place for a pod, by the first of its wishes that can be had, or by its
// class where it has none. It is not placed where none can, and not ok where it is one
// of a node to be chosen and would be on a node that is being started.
func (sv *solver) placePod(x *podState, own bool, claims *[]nodeClaim) (placed, ok bool) {
	c := &sv.classes[x.class]
	if c.devices { // Karpenter places no such pod: IgnoreDRARequests in pkg/operator/options/options.go
		return false, true
	}
	if c.alone || len(c.wishes) == 0 {
		return sv.seatAs(c, x, own, claims)
	}
	for i := range c.wishes {
		if placed, ok := sv.seatAs(&c.wishes[i], x, own, claims); placed || !ok {
			return placed, ok
		}
	}
	return false, true
}

func (sv *solver) seatAs(c *class, x *podState, own bool, claims *[]nodeClaim) (placed, ok bool) {
	if at := sv.nextReady(c, x.tie, own); at >= 0 {
		sv.tryPlace(x, sv.byPos[at])
		return true, true
	}
	if n := sv.launchingNode(c, x.tie); n >= 0 {
		if own {
			return false, false
		}
		sv.tryPlace(x, n)
		return true, true
	}
	return sv.nodeClaims.place(claims, x, c), true
}

// nextReady is the place of the first ready node that takes a pod, or -1. The pods
// of nodes that are not needed go where it is quiet alone.
func (sv *solver) nextReady(c *class, tie int32, own bool) int32 {
	if own && sv.consolidation.choosing {
		at := sv.readyNode(c, tie, 0)
		for at >= 0 && !sv.consolidation.quiet(sv.byPos[at]) {
			at = sv.readyNode(c, tie, at+1)
		}
		return at
	}
	at := sv.cursors.of(c.id, tie)
	if at < 0 {
		return -1
	}
	at = sv.readyNode(c, tie, at)
	if c.alone || len(c.near) == 0 { // what did not fit before does not now
		sv.cursors.set(c.id, tie, at)
	}
	return at
}
