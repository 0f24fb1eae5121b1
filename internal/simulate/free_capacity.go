package simulate

// freeCapacity finds nodes that take pods by what is free on them: the emptiest,
// as the scheduler wants it, and the first that fits, as Karpenter does.
type freeCapacity struct {
	emptiest nodesByFree
	firstFit tree    // by position in the order
	byPos    []int32 // the nodes in that order
}

// open lets pods onto a node, close keeps them off.
func (s *state) open(n int32) {
	x := &s.nodes[n]
	if x.unready || x.cordoned {
		return
	}
	s.indexFree(n)
	s.firstFit.set(x.pos, &x.free, s.kindOfShape[x.shape])
}

func (s *state) close(n int32) {
	s.unindexFree(n)
	s.firstFit.set(s.nodes[n].pos, &amount{}, 0)
}

// nodesByFree holds the nodes that take pods by how empty they are, so that a
// scheduler that wants the emptiest need not look at the full ones.
type nodesByFree struct {
	buckets [freeSteps][]int32
}

const freeSteps = 64

// emptiness is which bucket a node belongs in: the mean of the shares of CPU
// and memory that are free, as LeastAllocated scores it.
func emptiness(free, capacity *amount) int32 {
	share := func(i int) int64 {
		if capacity[i] == 0 {
			return 0
		}
		return max(0, min(free[i], capacity[i])) * (freeSteps - 1) / capacity[i]
	}
	if capacity[memory] > 1<<55 { // not known: by pods
		return int32(share(slots))
	}
	return int32((share(cpu) + share(memory)) / 2)
}

// indexFree puts a node where it belongs.
func (s *state) indexFree(n int32) {
	x := &s.nodes[n]
	b := emptiness(&x.free, &s.shapes[x.shape].capacity)
	x.freeBucket, x.at = b, int32(len(s.emptiest.buckets[b]))
	s.emptiest.buckets[b] = append(s.emptiest.buckets[b], n)
}

// unindexFree takes a node out.
func (s *state) unindexFree(n int32) {
	x := &s.nodes[n]
	if x.freeBucket < 0 {
		return
	}
	all := s.emptiest.buckets[x.freeBucket]
	last := all[len(all)-1]
	all[x.at] = last
	s.nodes[last].at = x.at
	s.emptiest.buckets[x.freeBucket] = all[:len(all)-1]
	x.freeBucket = -1
}

// reindexFree is called when what is free on a node has changed.
func (s *state) reindexFree(n int32) {
	x := &s.nodes[n]
	if x.freeBucket < 0 {
		return
	}
	if b := emptiness(&x.free, &s.shapes[x.shape].capacity); b != x.freeBucket {
		s.unindexFree(n)
		s.indexFree(n)
	}
	s.firstFit.set(x.pos, &x.free, s.kindOfShape[x.shape])
}

// tree finds the first node with enough free capacity: each inner node knows the most that
// is free below it, of each of the resources that every pod asks for, and which kinds of
// nodes are.
type tree struct {
	size int // of the lowest level, a power of two
	most []branch
}

// branch is what is to be found below an inner node: the most that is free, and the kinds
// of the nodes. It is small, since a tree of them is gone through for each pod.
type branch struct {
	cpu, memory int64
	slots       int32
	kinds       nodeKinds
}

func branchOf(free *amount, of nodeKinds) branch {
	return branch{free[cpu], free[memory], int32(max(-1, min(free[slots], 1<<30))), of}
}

func (b *branch) holds(asks *branch) bool {
	return b.kinds&asks.kinds != 0 && b.cpu >= asks.cpu && b.memory >= asks.memory && b.slots >= asks.slots
}

func newTree(n int) tree {
	size := 64
	for size < n {
		size *= 2
	}
	return tree{size: size, most: make([]branch, 2*size)}
}

// set says what is free at i, and of which kind the node there is.
func (t *tree) set(i int32, free *amount, of nodeKinds) {
	if int(i) >= t.size {
		bigger := newTree(int(i) + 1)
		copy(bigger.most[bigger.size:], t.most[t.size:])
		for k := bigger.size - 1; k > 0; k-- {
			bigger.most[k] = both(&bigger.most[2*k], &bigger.most[2*k+1])
		}
		*t = bigger
	}
	k := t.size + int(i)
	leaf := branchOf(free, of)
	if t.most[k] == leaf {
		return
	}
	t.most[k] = leaf
	for k /= 2; k > 0; k /= 2 {
		up := both(&t.most[2*k], &t.most[2*k+1])
		if up == t.most[k] {
			return
		}
		t.most[k] = up
	}
}

func both(x, y *branch) branch {
	return branch{max(x.cpu, y.cpu), max(x.memory, y.memory), max(x.slots, y.slots), x.kinds | y.kinds}
}

// first is the first from i on that is of some kinds and has enough free for what is asked,
// or -1. What is free in each resource may lie on different nodes of one branch, so a
// branch may be entered in vain.
func (t *tree) first(i int32, amount *amount, any nodeKinds) int32 {
	if int(i) >= t.size {
		return -1
	}
	asks := branchOf(amount, any)
	asks.slots = max(asks.slots, 1) // a place that no node has is empty
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
