package simulate

import (
	"cmp"
	"slices"
)

// mostSingly is up to how many drifted nodes each is looked at in every pass, in an
// order that is random as Karpenter's is. Of more than that those whose
// largest pods are alike are looked at together.
const mostSingly = 128

// mostTried is how many candidates are tried in full in one pass over many.
// Karpenter has no such limit; a pass that gets to it takes minutes there.
const mostTried = 64

// driftGroups holds the drifted nodes by the kind of the pod that Karpenter would
// place first: mostly that one decides whether a node can be chosen, and where
// it cannot, neither can any of its kind.
type driftGroups struct {
	on     bool
	groups []driftGroup // the first is of empty nodes
	of     map[kindOfPod]int32
}

type driftGroup struct {
	kind    kindOfPod
	members []firstPod
}

// firstPod is a node by the first of its pods.
type firstPod struct {
	created int64
	uid     uint64
	node    int32
}

// begin puts the nodes into their groups.
func (m *driftGroups) begin(e *engine) {
	if m.on {
		return
	}
	m.on, m.of, m.groups = true, map[kindOfPod]int32{}, []driftGroup{{}}
	for _, n := range e.drift.wanted {
		m.enter(e, n)
	}
}

// enter finds the group of a node.
func (m *driftGroups) enter(e *engine, n int32) {
	x := &e.nodes[n]
	x.moves = e.solver.movable(n, x.moves[:0])
	slices.SortFunc(x.moves, e.solver.before)
	m.file(e, n)
}

// file puts a node whose moves are known into its group.
func (m *driftGroups) file(e *engine, n int32) {
	x := &e.nodes[n]
	g := int32(0)
	first := firstPod{node: n}
	switch {
	case len(x.moves) > 0:
		p := x.moves[0]
		g = m.groupOf(e.kindOf(p))
		first.created, first.uid = e.pods[p].created, e.pods[p].uid
	case !e.solver.bare(n): // none of its pods may be moved now
		g = m.groupOf(kindOfPod{tie: untied, choosy: true})
	}
	x.group, x.inGroup = g+1, int32(len(m.groups[g].members))
	m.groups[g].members = append(m.groups[g].members, first)
}

// groupOf is the group of nodes whose first pod is of a kind.
func (m *driftGroups) groupOf(k kindOfPod) int32 {
	g, known := m.of[k]
	if !known {
		g = int32(len(m.groups))
		m.groups = append(m.groups, driftGroup{kind: k})
		m.of[k] = g
	}
	return g
}

func (m *driftGroups) leave(e *engine, n int32) {
	x := &e.nodes[n]
	if x.group == 0 {
		return
	}
	g := &m.groups[x.group-1]
	last := g.members[len(g.members)-1]
	g.members[x.inGroup] = last
	e.nodes[last.node].inGroup = x.inGroup
	g.members = g.members[:len(g.members)-1]
	x.group = 0
}

// podCame and podWent are called when a pod that can move has come to a node
// or is no longer to be moved from it.
func (df *drifter) podCame(n, p int32) {
	x := &df.nodes[n]
	if x.group == 0 {
		return
	}
	switch c := &df.classes[df.pods[p].class]; {
	case c.protected: // it depends on the time
		df.refile(n)
		return
	case c.ofNode:
		return
	case !c.toleratesDrain && (c.blocked || len(c.pdbs) > 1):
		if len(x.moves) == 0 { // it is not empty any more
			df.refile(n)
		}
		return
	}
	at, _ := slices.BinarySearchFunc(x.moves, p, df.solver.before)
	x.moves = slices.Insert(x.moves, at, p)
	if at == 0 {
		df.groups.leave(df.engine, n)
		df.groups.file(df.engine, n)
	}
}

// refile looks at all pods of a node anew.
func (df *drifter) refile(n int32) {
	if df.nodes[n].group > 0 {
		df.groups.leave(df.engine, n)
		df.groups.enter(df.engine, n)
	}
}

func (df *drifter) podWent(n, p int32) {
	x := &df.nodes[n]
	if x.group == 0 {
		return
	}
	at := slices.Index(x.moves, p)
	if at < 0 {
		if len(x.moves) == 0 { // it may be empty now
			df.refile(n)
		}
		return
	}
	x.moves = slices.Delete(x.moves, at, at+1)
	if at == 0 {
		df.groups.leave(df.engine, n)
		df.groups.file(df.engine, n)
	}
}

// replaceOneOfMany is drift over many nodes.
func (df *drifter) replaceOneOfMany(left []int) bool {
	m := &df.groups
	tried := 0
	from := df.rng.IntN(len(m.groups))
	for i := range m.groups {
		g := (from + i) % len(m.groups)
		if i == 0 {
			g = 0 // empty ones come first
		} else if g == 0 {
			g = from
		}
		members := m.groups[g].members
		turn := int32(0)
		if g > 0 && len(members) > 0 {
			turn = df.solver.launchForecast.turnOf(df.engine, m.groups[g].kind)
		}
		if len(members) == 0 || int(turn) > len(df.solver.base) {
			continue
		}
		start := df.rng.IntN(len(members))
		for k := range members {
			x := &members[(start+k)%len(members)]
			if turn > 0 && x.before(df.engine, df.solver.base[turn-1], &m.groups[g].kind) {
				continue
			}
			if left[df.nodes[x.node].pool] == 0 || !df.dynamic(x.node) || !df.loop.candidate(x.node) {
				continue
			}
			if tried++; tried > mostTried {
				return false
			}
			if df.try(x.node, df.nodes[x.node].moves, left) {
				return true
			}
		}
	}
	return false
}

// before reports whether the pod comes before another one in Karpenter's order.
func (x *firstPod) before(e *engine, other int32, kind *kindOfPod) bool {
	y := &e.pods[other]
	asks := &e.classes[y.class].asks
	return cmp.Or(
		cmp.Compare(asks[cpu], kind.asks[cpu]), cmp.Compare(asks[memory], kind.asks[memory]),
		cmp.Compare(x.created, y.created), cmp.Compare(x.uid, y.uid),
	) < 0
}
