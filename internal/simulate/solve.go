package simulate

import (
	"cmp"
	"slices"
	"sort"
)

// claim is a node that Karpenter would make.
type claim struct {
	pool    int32
	options []int32 // shapes of the pool on which its pods fit
	used    amount
	classes []int32
	pods    int
	room    amount // the most that is left on any of them
}

// undoLog remembers what a trial run of the scheduler changed.
type undoLog struct {
	placed []placed
	zones  []zoneCount
}

type placed struct{ class, node int32 }

// zoneCount is a change to a group's count in a domain.
type zoneCount struct {
	group, domain, by int32
}

// byKarpenter orders pods as Karpenter's scheduler takes them: by CPU and
// memory, then age, then UID.
//
// Source: byCPUAndMemoryDescending in
// pkg/controllers/provisioning/scheduling/queue.go of Karpenter 1.14.
func (e *engine) byKarpenter(a, b int32) int {
	x, y := &e.pods[a], &e.pods[b]
	switch {
	case x.cpu != y.cpu:
		return cmp.Compare(y.cpu, x.cpu)
	case x.memory != y.memory:
		return cmp.Compare(y.memory, x.memory)
	case x.created != y.created:
		return cmp.Compare(x.created, y.created)
	case x.uid != y.uid:
		return cmp.Compare(x.uid, y.uid)
	}
	return cmp.Compare(a, b)
}

// homeless are the pods that Karpenter sees to: those that no node takes, and
// those on nodes that are on their way out, as far as they can leave at all.
//
// Source: Provisioner.Schedule and GetPendingPods, and
// Limits.IsCurrentlyReschedulable, of Karpenter 1.14.
func (e *engine) homeless(into []int32) []int32 {
	for _, p := range e.pending {
		if x := &e.pods[p]; x.state == podPending && x.unschedulable && !e.classes[x.class].drain.DaemonSet {
			into = append(into, p)
		}
	}
	kept := e.marked[:0]
	for _, n := range e.marked {
		x := &e.nodes[n]
		if x.state != nodeMarked && x.state != nodeDraining {
			continue
		}
		kept = append(kept, n)
		if e.World.pools[x.pool].managed {
			into = e.movable(n, into)
		}
	}
	e.marked = kept
	slices.SortFunc(into, e.byKarpenter)
	return into
}

// movable adds a node's pods that can be scheduled elsewhere.
func (e *engine) movable(n int32, into []int32) []int32 {
	for _, p := range e.nodes[n].pods {
		x := &e.pods[p]
		c := &e.classes[x.class]
		if c.drain.DaemonSet || c.drain.Static {
			continue
		}
		active := x.state == podRunning
		if !active && e.World.loads[c.load].kind != ordered {
			continue
		}
		if active && !c.dodges && (c.blocked || len(c.guards) > 1) || active && c.drain.DoNotDisrupt != "" && e.protected(p) {
			continue
		}
		into = append(into, p)
	}
	return into
}

// solve finds a place for pods, in their order, as Karpenter's scheduler does:
// on nodes there are, the ready ones first, then on nodes that are being
// started, then on new ones. It changes nothing.
//
// List and moves are both in that order. Moves are the pods of nodes that are
// to be chosen: they must all find a place, and not on a node that is being
// started. Those of other nodes on their way out must find one, too, so that
// nothing is chosen while they do not. Else ok is false, and the work is cut
// short.
//
// Source: Scheduler.add in scheduler.go with Results.AllNonPendingPodsScheduled,
// SimulateScheduling in pkg/controllers/disruption/helpers.go of Karpenter 1.14.
func (e *engine) solve(list, moves []int32, choosing bool) (claims []claim, ok bool) {
	e.lift(list)
	e.lift(moves)
	defer e.restore()
	cursor := e.cursor
	clear(cursor)
	for len(list)+len(moves) > 0 {
		own := len(list) == 0 || len(moves) > 0 && e.byKarpenter(moves[0], list[0]) < 0
		from := &list
		if own {
			from = &moves
		}
		p := (*from)[0]
		*from = (*from)[1:]
		x := &e.pods[p]
		c := &e.classes[x.class]
		kind := [2]int32{x.class, x.zone}
		at := cursor[kind]
		switch {
		case own && e.loop.consolidation.choosing:
			at = e.readyNode(c, x.zone, 0)
			for at >= 0 && !e.atRest(e.byPos[at]) {
				at = e.readyNode(c, x.zone, at+1)
			}
		case at >= 0:
			at = e.readyNode(c, x.zone, at)
			if len(c.near) == 0 { // what had no room before has none now
				cursor[kind] = at
			}
		}
		if at >= 0 {
			e.tryPlace(x.class, e.byPos[at])
			continue
		}
		if n := e.launchingNode(c, x.zone); n >= 0 {
			if own {
				return nil, false
			}
			e.tryPlace(x.class, n)
			continue
		}
		if !e.toClaim(&claims, x) && choosing && x.node >= 0 {
			return nil, false
		}
	}
	return claims, true
}

// lift takes the pods out of the counts of the zones they are in: they are to
// be placed anew.
func (e *engine) lift(list []int32) {
	if !e.zonal {
		return
	}
	for _, p := range list {
		x := &e.pods[p]
		if x.node < 0 {
			continue
		}
		for _, g := range e.classes[x.class].member {
			if d, byNode := e.domainOf(g, x.node); !byNode && d >= 0 {
				e.zoneCount(g, d, -1)
			}
		}
	}
}

func (e *engine) zoneCount(g, d, by int32) {
	e.counts[g].live[d] += by
	e.counts[g].all[d] += by
	e.undo.zones = append(e.undo.zones, zoneCount{g, d, by})
}

// tryPlace puts a pod of a class on a node until the trial is over.
func (e *engine) tryPlace(class, n int32) {
	c := &e.classes[class]
	x := &e.nodes[n]
	x.free.sub(&c.asks)
	if x.room >= 0 {
		e.firstFit.set(x.pos, &x.free)
	}
	e.tally(c, n, 1, 1)
	if e.nominating {
		e.nominees = append(e.nominees, n)
	}
	e.undo.placed = append(e.undo.placed, placed{class, n})
}

// restore undoes what a trial changed.
func (e *engine) restore() {
	for i := len(e.undo.placed) - 1; i >= 0; i-- {
		p := e.undo.placed[i]
		c := &e.classes[p.class]
		x := &e.nodes[p.node]
		x.free.add(&c.asks)
		if x.room >= 0 {
			e.firstFit.set(x.pos, &x.free)
		}
		e.tally(c, p.node, -1, -1)
	}
	for _, z := range e.undo.zones {
		e.counts[z.group].live[z.domain] -= z.by
		e.counts[z.group].all[z.domain] -= z.by
	}
	e.undo.placed, e.undo.zones = e.undo.placed[:0], e.undo.zones[:0]
}

// readyNode is the place of the first ready node from some place on that takes
// a pod, or -1.
func (e *engine) readyNode(c *class, zone, from int32) int32 {
	for at := e.firstFit.first(from, &c.asks); at >= 0; at = e.firstFit.first(at+1, &c.asks) {
		if n := e.byPos[at]; e.nodes[n].free.holds(&c.asks) && e.suits(c, zone, n, true) {
			return at
		}
	}
	return -1
}

// launchingNode is the first node being started that will take a pod, or -1.
func (e *engine) launchingNode(c *class, zone int32) int32 {
	for _, n := range e.launching {
		x := &e.nodes[n]
		if x.state == nodeLaunching && x.free.holds(&c.asks) && e.suits(c, zone, n, true) {
			return n
		}
	}
	return -1
}

// toClaim puts a pod on a new node, the one with the fewest pods first that
// takes it, or on one more. It is false where no pool has nodes it fits on.
func (e *engine) toClaim(claims *[]claim, x *podState) bool {
	c := &e.classes[x.class]
	if len(*claims) == 0 {
		e.fewest = e.fewest[:0]
	}
	for at, i := range e.fewest {
		k := &(*claims)[i]
		if !k.room.holds(&c.asks) {
			continue
		}
		if options := e.optionsFor(k, c, x.zone); len(options) > 0 {
			// It goes to the end of those that had as many pods, and so stays in order.
			end := at + sort.Search(len(e.fewest)-at, func(n int) bool { return (*claims)[e.fewest[at+n]].pods > k.pods }) - 1
			e.fewest[at], e.fewest[end] = e.fewest[end], i
			e.addToClaim(k, x.class, options)
			return true
		}
	}
	if e.scenario.Mishap.NoCapacity {
		return false
	}
	for _, p := range e.byWeight {
		if x := &e.World.pools[p]; !x.managed || x.closed {
			continue
		}
		k := claim{pool: p, options: e.withinLimits(p, *claims)}
		if options := e.optionsFor(&k, c, x.zone); len(options) > 0 {
			e.addToClaim(&k, x.class, options)
			at := sort.Search(len(e.fewest), func(n int) bool { return (*claims)[e.fewest[n]].pods > 1 })
			e.fewest = slices.Insert(e.fewest, at, int32(len(*claims)))
			*claims = append(*claims, k)
			return true
		}
	}
	return false
}

// optionsFor are the shapes of a claim that still hold it with one more pod.
func (e *engine) optionsFor(k *claim, c *class, zone int32) []int32 {
	for _, other := range k.classes {
		if e.repel(c, &e.classes[other]) {
			return nil
		}
	}
	for _, x := range c.spread { // by node: it counts on this one alone
		if e.groups[x.group].key == 0 {
			here := int32(boolean(e.isMember(c, x.group)))
			for _, other := range k.classes {
				here += int32(boolean(e.isMember(&e.classes[other], x.group)))
			}
			if here > x.maxSkew {
				return nil
			}
		}
	}
	used := k.used
	used.add(&c.asks)
	var options []int32
	fewest := int32(1 << 30)
	for _, s := range k.options {
		free := e.shapes[s].capacity
		free.sub(&e.overhead[s])
		if !e.fits[c.constraint][s] || !free.holds(&used) || zone >= 0 && e.shapes[s].domains[e.zoned] != zone {
			continue
		}
		n, ok := e.zoneSuits(c, s, k)
		if !ok {
			continue
		}
		// Where the zone matters a new node goes to the emptiest.
		if len(c.spread) > 0 {
			if n > fewest {
				continue
			}
			if n < fewest {
				fewest, options = n, nil
			}
		}
		options = append(options, s)
	}
	return options
}

// repel reports whether two pods may not share a node.
func (e *engine) repel(c, other *class) bool {
	for _, g := range c.anti {
		if e.groups[g].key == 0 && e.isMember(other, g) {
			return true
		}
	}
	return false
}

// zoneSuits reports whether a new node of some shape would lie where a pod may
// go, and how many of its like are there.
func (e *engine) zoneSuits(c *class, shape int32, k *claim) (here int32, ok bool) {
	for _, g := range c.anti {
		if key := e.groups[g].key; key != 0 {
			if d := e.shapes[shape].domains[key]; d >= 0 && e.counts[g].all[d] > 0 {
				return 0, false
			}
		}
	}
	for _, g := range c.near {
		key := e.groups[g].key
		if key == 0 {
			near := false
			for _, other := range k.classes {
				near = near || e.isMember(&e.classes[other], g)
			}
			if !near && (e.anywhere(g) || !e.isMember(c, g)) {
				return 0, false
			}
			continue
		}
		if d := e.shapes[shape].domains[key]; d < 0 || e.counts[g].all[d] == 0 && (e.anywhere(g) || !e.isMember(c, g)) {
			return 0, false
		}
	}
	for _, x := range c.spread {
		key := e.groups[x.group].key
		if key == 0 {
			continue
		}
		d := e.shapes[shape].domains[key]
		if d < 0 {
			return 0, false
		}
		n := e.counts[x.group].live[d]
		if n+int32(boolean(e.isMember(c, x.group)))-e.least(x.group, true) > x.maxSkew {
			return 0, false
		}
		here += n
	}
	return here, true
}

func (e *engine) addToClaim(k *claim, class int32, options []int32) {
	c := &e.classes[class]
	k.options = options
	k.used.add(&c.asks)
	k.pods++
	k.room = amount{}
	for _, s := range options {
		free := e.shapes[s].capacity
		free.sub(&e.overhead[s])
		free.sub(&k.used)
		for r := range k.room {
			k.room[r] = max(k.room[r], free[r])
		}
	}
	if !slices.Contains(k.classes, class) {
		k.classes = append(k.classes, class)
	} else if len(c.spread) > 0 { // several of one class count each
		k.classes = append(k.classes, class)
	}
	for _, g := range c.member {
		if key := e.groups[g].key; key != 0 {
			if d := e.shapes[options[0]].domains[key]; d >= 0 {
				e.zoneCount(g, d, 1)
			}
		}
	}
}

// shape is the node that is made of a claim: of those that hold it one of the
// smallest.
func (e *engine) shapeOf(k *claim) int32 {
	same := 1
	for same < len(k.options) && e.shapes[k.options[same]].capacity == e.shapes[k.options[0]].capacity {
		same++
	}
	return k.options[e.rng.IntN(same)]
}
