package simulate

import (
	"cmp"
	"slices"
)

// few is up to how many drifted nodes each is looked at in every pass, in an
// order that is random as Karpenter's is. Of more than that those whose
// largest pods are alike are looked at together.
const few = 128

// mostTried is how many candidates are tried in full in one pass over many.
// Karpenter has no such limit; a pass that gets to it takes minutes there.
const mostTried = 64

// many holds the drifted nodes by the kind of the pod that Karpenter would
// place first: mostly that one decides whether a node can be chosen, and where
// it cannot, neither can any of its kind.
type many struct {
	on     bool
	groups []leadGroup // the first is of nodes with nothing to move
	of     map[kindOfPod]int32
}

type leadGroup struct {
	kind  kindOfPod
	leads []lead
}

// lead is a node by the first of its pods.
type lead struct {
	created int64
	uid     uint64
	node    int32
}

// begin puts the nodes into their groups.
func (m *many) begin(e *engine) {
	if m.on {
		return
	}
	m.on, m.of, m.groups = true, map[kindOfPod]int32{}, []leadGroup{{}}
	for _, n := range e.loop.wanted {
		m.enter(e, n)
	}
}

// want has a node drift when its turn comes.
func (l *loop) want(e *engine, n int32) {
	l.wanted = append(l.wanted, n)
	if l.many.on {
		l.many.enter(e, n)
	}
}

func (l *loop) unwant(e *engine, n int32) {
	if k := slices.Index(l.wanted, n); k >= 0 {
		l.wanted[k] = l.wanted[len(l.wanted)-1]
		l.wanted = l.wanted[:len(l.wanted)-1]
	}
	if l.many.on {
		l.many.leave(e, n)
	}
}

// enter finds the group of a node.
func (m *many) enter(e *engine, n int32) {
	x := &e.nodes[n]
	x.moves = e.movable(n, x.moves[:0])
	slices.SortFunc(x.moves, e.byKarpenter)
	m.file(e, n)
}

// file puts a node whose moves are known into its group.
func (m *many) file(e *engine, n int32) {
	x := &e.nodes[n]
	g := int32(0)
	first := lead{node: n}
	if len(x.moves) > 0 {
		p := x.moves[0]
		c := &e.classes[e.pods[p].class]
		k := kindOfPod{c.asks, c.constraint, e.pods[p].zone}
		var ok bool
		if g, ok = m.of[k]; !ok {
			g = int32(len(m.groups))
			m.groups = append(m.groups, leadGroup{kind: k})
			m.of[k] = g
		}
		first.created, first.uid = e.pods[p].created, e.pods[p].uid
	}
	x.group, x.inGroup = g+1, int32(len(m.groups[g].leads))
	m.groups[g].leads = append(m.groups[g].leads, first)
}

func (m *many) leave(e *engine, n int32) {
	x := &e.nodes[n]
	if x.group == 0 {
		return
	}
	g := &m.groups[x.group-1]
	last := g.leads[len(g.leads)-1]
	g.leads[x.inGroup] = last
	e.nodes[last.node].inGroup = x.inGroup
	g.leads = g.leads[:len(g.leads)-1]
	x.group = 0
}

// podCame and podWent are called when a pod that can move has come to a node
// or is no longer to be moved from it.
func (e *engine) podCame(n, p int32) {
	x := &e.nodes[n]
	if x.group == 0 {
		return
	}
	switch c := &e.classes[e.pods[p].class]; {
	case c.drain.DoNotDisrupt != "": // it depends on the time
		e.refile(n)
		return
	case c.drain.DaemonSet || c.drain.Static || !c.dodges && (c.blocked || len(c.guards) > 1):
		return
	}
	at, _ := slices.BinarySearchFunc(x.moves, p, e.byKarpenter)
	x.moves = slices.Insert(x.moves, at, p)
	if at == 0 {
		e.loop.many.leave(e, n)
		e.loop.many.file(e, n)
	}
}

// refile looks at all pods of a node anew.
func (e *engine) refile(n int32) {
	if e.nodes[n].group > 0 {
		e.loop.many.leave(e, n)
		e.loop.many.enter(e, n)
	}
}

func (e *engine) podWent(n, p int32) {
	x := &e.nodes[n]
	if x.group == 0 {
		return
	}
	at := slices.Index(x.moves, p)
	if at < 0 {
		return
	}
	x.moves = slices.Delete(x.moves, at, at+1)
	if at == 0 {
		e.loop.many.leave(e, n)
		e.loop.many.file(e, n)
	}
}

// driftMany is drift over many nodes.
func (e *engine) driftMany(left []int) bool {
	l := &e.loop
	m := &l.many
	tried := 0
	from := e.rng.IntN(len(m.groups))
	for i := range m.groups {
		g := (from + i) % len(m.groups)
		if i == 0 {
			g = 0 // empty ones come first
		} else if g == 0 {
			g = from
		}
		leads := m.groups[g].leads
		turn := int32(0)
		if g > 0 && len(leads) > 0 {
			turn = l.ahead.turnOf(e, m.groups[g].kind)
		}
		if len(leads) == 0 || int(turn) > len(l.base) {
			continue
		}
		start := e.rng.IntN(len(leads))
		for k := range leads {
			x := &leads[(start+k)%len(leads)]
			if turn > 0 && x.before(e, l.base[turn-1], &m.groups[g].kind) {
				continue
			}
			if left[e.nodes[x.node].pool] == 0 || !e.candidate(x.node) {
				continue
			}
			if tried++; tried > mostTried {
				return false
			}
			if e.tryDrift(x.node, e.nodes[x.node].moves, left) {
				return true
			}
		}
	}
	return false
}

// before reports whether the pod comes before another one in Karpenter's order.
func (x *lead) before(e *engine, other int32, kind *kindOfPod) bool {
	y := &e.pods[other]
	asks := &e.classes[y.class].asks
	return cmp.Or(cmp.Compare(asks[cpu], kind.asks[cpu]), cmp.Compare(asks[memory], kind.asks[memory]), cmp.Compare(x.created, y.created), cmp.Compare(x.uid, y.uid)) < 0
}
