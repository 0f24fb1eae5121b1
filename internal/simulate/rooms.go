package simulate

// rooms holds the nodes that take pods by how empty they are, so that a
// scheduler that wants the emptiest need not look at the full ones.
type rooms struct {
	buckets [roomSteps][]int32
}

const roomSteps = 64

// emptiness is which bucket a node belongs in: the mean of the shares of CPU
// and memory that are free, as LeastAllocated scores it.
func emptiness(free, capacity *amount) int32 {
	share := func(i int) int64 {
		if capacity[i] == 0 {
			return 0
		}
		return max(0, min(free[i], capacity[i])) * (roomSteps - 1) / capacity[i]
	}
	if capacity[memory] > 1<<55 { // not known: by pods
		return int32(share(slots))
	}
	return int32((share(cpu) + share(memory)) / 2)
}

// enter puts a node where it belongs.
func (e *engine) enter(n int32) {
	x := &e.nodes[n]
	b := emptiness(&x.free, &e.shapes[x.shape].capacity)
	x.room, x.at = b, int32(len(e.roomy.buckets[b]))
	e.roomy.buckets[b] = append(e.roomy.buckets[b], n)
}

// leave takes a node out.
func (e *engine) leave(n int32) {
	x := &e.nodes[n]
	if x.room < 0 {
		return
	}
	all := e.roomy.buckets[x.room]
	last := all[len(all)-1]
	all[x.at] = last
	e.nodes[last].at = x.at
	e.roomy.buckets[x.room] = all[:len(all)-1]
	x.room = -1
}

// moved is called when what is free on a node has changed.
func (e *engine) moved(n int32) {
	x := &e.nodes[n]
	if x.room < 0 {
		return
	}
	if b := emptiness(&x.free, &e.shapes[x.shape].capacity); b != x.room {
		e.leave(n)
		e.enter(n)
	}
	e.firstFit.set(x.pos, &x.free)
}

// tree finds the first node that has room: each inner node knows the most that
// is free below it, of each of the resources that every pod asks for.
type tree struct {
	size int // of the lowest level, a power of two
	most []room
}

// room is what is free of CPU, memory and pods.
type room [others]int64

func roomOf(a *amount) room { return room(a[:others]) }

func (r *room) holds(asks *room) bool {
	return r[cpu] >= asks[cpu] && r[memory] >= asks[memory] && r[slots] >= asks[slots]
}

func newTree(n int) tree {
	size := 64
	for size < n {
		size *= 2
	}
	return tree{size: size, most: make([]room, 2*size)}
}

// set says what is free at i.
func (t *tree) set(i int32, free *amount) {
	if int(i) >= t.size {
		bigger := newTree(int(i) + 1)
		copy(bigger.most[bigger.size:], t.most[t.size:])
		for k := bigger.size - 1; k > 0; k-- {
			bigger.most[k] = both(&bigger.most[2*k], &bigger.most[2*k+1])
		}
		*t = bigger
	}
	k := t.size + int(i)
	t.most[k] = roomOf(free)
	for k /= 2; k > 0; k /= 2 {
		up := both(&t.most[2*k], &t.most[2*k+1])
		if up == t.most[k] {
			return
		}
		t.most[k] = up
	}
}

func both(a, b *room) room {
	return room{max(a[cpu], b[cpu]), max(a[memory], b[memory]), max(a[slots], b[slots])}
}

// first is the first from i on with room for what is asked, or -1. What is
// free in each resource may lie on different nodes of one branch, so a branch
// may be entered in vain.
func (t *tree) first(i int32, amount *amount) int32 {
	if int(i) >= t.size {
		return -1
	}
	asks := roomOf(amount)
	asks[slots] = max(asks[slots], 1) // a place that no node has is empty
	k := t.size + int(i)
	for {
		if t.most[k].holds(&asks) {
			if k >= t.size {
				return int32(k - t.size)
			}
			k *= 2
			continue
		}
		for k&1 == 1 { // a right child: up, until there is something to the right
			k /= 2
		}
		if k == 0 {
			return -1
		}
		k++
		if k&(k-1) == 0 { // past the end of its level
			return -1
		}
	}
}
