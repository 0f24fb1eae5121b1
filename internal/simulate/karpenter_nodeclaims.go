package simulate

import (
	"slices"
	"sort"
)

// claimPlanner plans the nodes that Karpenter would make for pods.
type claimPlanner struct {
	*engine
	byWeight []int32 // the pools, in the order in which they are asked for nodes
	fewest   []int32 // the claims of a trial, by how many pods they have
	over     []bool  // scratch: by pool, whether it has more than its limits
}

// withinLimits are the shapes of one more node that a pool may have: those that
// fit in what its limits leave. Nodes on their way out do not count, and of
// each that was claimed before the largest that it may be.
//
// Source: updateRemainingResources, filterByRemainingResources and subtractMax
// in pkg/controllers/provisioning/scheduling/scheduler.go of Karpenter 1.14,
// which Provisioner.Schedule and SimulateScheduling give the active nodes only.
func (cp *claimPlanner) withinLimits(p int32, claims []nodeClaim) []int32 {
	pool := &cp.World.pools[p]
	limits := &pool.limits
	if *limits == (amount{}) {
		return pool.shapes
	}
	used := cp.pools[p].used
	for i := range claims {
		if claims[i].pool == p {
			used.add(&cp.shapes[claims[i].options[len(claims[i].options)-1]].size)
		}
	}
	var all []int32
	for _, s := range pool.shapes {
		with := used
		with.add(&cp.shapes[s].size)
		if !exceeds(&with, limits) {
			all = append(all, s)
		}
	}
	return all
}

func exceeds(used, limits *amount) bool {
	for _, r := range [...]int{cpu, memory, slots} { // nodes have the place of pods
		if limits[r] > 0 && used[r] > limits[r] {
			return true
		}
	}
	return false
}

// overLimits says by pool whether it has more than its limits, so that nothing
// is started there.
//
// Source: Provisioner.Create in pkg/controllers/provisioning/provisioner.go,
// with Limits.ExceededBy, and updateNodePoolResources in
// pkg/controllers/state/cluster.go.
func (cp *claimPlanner) overLimits() []bool {
	over := cp.over
	for p := range cp.pools {
		over[p] = exceeds(&cp.pools[p].used, &cp.World.pools[p].limits)
	}
	return over
}

// nodeClaim is a node that Karpenter would make.
type nodeClaim struct {
	pool     int32
	options  []int32 // shapes of the pool on which its pods fit
	used     amount
	classes  []int32
	pods     int
	mostFree amount // the most that is left on any of them
}

// place puts a pod on a new node, the one with the fewest pods first that
// takes it, or on one more. It is false where no pool has nodes it fits on, by its
// class or by what it would rather have.
func (cp *claimPlanner) place(claims *[]nodeClaim, x *podState, c *class) bool {
	if len(*claims) == 0 {
		cp.fewest = cp.fewest[:0]
	}
	for at, i := range cp.fewest {
		k := &(*claims)[i]
		if !k.mostFree.holds(&c.asks) {
			continue
		}
		if options := cp.optionsFor(k, c, x.tie); len(options) > 0 {
			// It goes to the end of those that had as many pods, and so stays in order.
			end := at + sort.Search(len(cp.fewest)-at, func(n int) bool { return (*claims)[cp.fewest[at+n]].pods > k.pods }) - 1
			cp.fewest[at], cp.fewest[end] = cp.fewest[end], i
			cp.add(k, x.class, c, options)
			return true
		}
	}
	if cp.scenario.Fault.NoCapacity {
		return false
	}
	for _, p := range cp.byWeight {
		if x := &cp.World.pools[p]; !x.managed || x.closed || x.static {
			continue
		}
		k := nodeClaim{pool: p, options: cp.withinLimits(p, *claims)}
		if options := cp.optionsFor(&k, c, x.tie); len(options) > 0 {
			cp.add(&k, x.class, c, options)
			at := sort.Search(len(cp.fewest), func(n int) bool { return (*claims)[cp.fewest[n]].pods > 1 })
			cp.fewest = slices.Insert(cp.fewest, at, int32(len(*claims)))
			*claims = append(*claims, k)
			return true
		}
	}
	return false
}

// optionsFor are the shapes of a claim that still hold it with one more pod.
func (cp *claimPlanner) optionsFor(k *nodeClaim, c *class, tie int32) []int32 {
	for _, other := range k.classes {
		if cp.repels(c, &cp.classes[other]) {
			return nil
		}
	}
	for _, x := range c.spread { // by node: it counts on this one alone
		if cp.groups[x.group].key == 0 {
			here := int32(boolean(cp.isMember(c, x.group)))
			for _, other := range k.classes {
				here += int32(boolean(cp.isMember(&cp.classes[other], x.group)))
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
		free := cp.shapes[s].capacity
		free.sub(&cp.overhead[s])
		if !cp.fits[c.constraint][s] || !free.holds(&used) || !cp.tiedToNew(tie, s) || !cp.spreadsOver(c, s) {
			continue
		}
		n, ok := cp.zoneSuits(c, s, k)
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
	return cp.inOneDomain(options, c)
}

// spreadsOver reports whether nodes of a shape count to all that a pod is to be spread
// over. One that does not takes the pod no more than a ready node of the shape would:
// else a node would be made for it time and again, and none of them be used.
func (cp *claimPlanner) spreadsOver(c *class, shape int32) bool {
	for _, x := range c.spread {
		if g := &cp.groups[x.group]; g.spreads && !g.counts[shape] {
			return false
		}
	}
	return true
}

// inOneDomain keeps those shapes that lie where one of them does, as far as pods
// are to be spread: a claim asks for one domain from its first such pod on.
//
// Source: TopologyGroup.nextDomainTopologySpread in
// pkg/controllers/provisioning/scheduling/topologygroup.go of Karpenter 1.14.
func (cp *claimPlanner) inOneDomain(options []int32, c *class) []int32 {
	if len(options) < 2 || len(c.spread) == 0 {
		return options
	}
	pick := options[cp.rng.IntN(len(options))]
	return slices.DeleteFunc(options, func(s int32) bool {
		return slices.ContainsFunc(c.spread, func(x spread) bool {
			key := cp.groups[x.group].key
			return key != 0 && cp.shapes[s].domains[key] != cp.shapes[pick].domains[key]
		})
	})
}

// repels reports whether two pods may not share a node.
func (cp *claimPlanner) repels(c, other *class) bool {
	for _, g := range c.anti {
		if cp.groups[g].key == 0 && cp.isMember(other, g) {
			return true
		}
	}
	return false
}

// zoneSuits reports whether a new node of some shape would lie where a pod may
// go, and how many of its like are there.
func (cp *claimPlanner) zoneSuits(c *class, shape int32, k *nodeClaim) (here int32, ok bool) {
	for _, g := range c.anti {
		if key := cp.groups[g].key; key != 0 {
			if d := cp.shapes[shape].domains[key]; d >= 0 && cp.counts[g].all[d] > 0 {
				return 0, false
			}
		}
	}
	for _, g := range c.near {
		key := cp.groups[g].key
		if key == 0 {
			near := false
			for _, other := range k.classes {
				near = near || cp.isMember(&cp.classes[other], g)
			}
			if !near && (cp.anywhere(g) || !cp.isMember(c, g)) {
				return 0, false
			}
			continue
		}
		if d := cp.shapes[shape].domains[key]; d < 0 || cp.counts[g].all[d] == 0 && (cp.anywhere(g) || !cp.isMember(c, g)) {
			return 0, false
		}
	}
	for _, x := range c.spread {
		key := cp.groups[x.group].key
		if key == 0 {
			continue
		}
		d := cp.shapes[shape].domains[key]
		if d < 0 {
			return 0, false
		}
		n := cp.counts[x.group].live[d]
		if n+int32(boolean(cp.isMember(c, x.group)))-cp.least(x.group, true) > x.maxSkew {
			return 0, false
		}
		here += n
	}
	return here, true
}

func (cp *claimPlanner) add(k *nodeClaim, class int32, c *class, options []int32) {
	k.options = options
	k.used.add(&c.asks)
	k.pods++
	k.mostFree = amount{}
	for _, s := range options {
		free := cp.shapes[s].capacity
		free.sub(&cp.overhead[s])
		free.sub(&k.used)
		for r := range k.mostFree {
			k.mostFree[r] = max(k.mostFree[r], free[r])
		}
	}
	if !slices.Contains(k.classes, class) {
		k.classes = append(k.classes, class)
	} else if len(c.spread) > 0 { // several of one class count each
		k.classes = append(k.classes, class)
	}
	for _, g := range c.member {
		if key := cp.groups[g].key; key != 0 {
			if d := cp.shapes[options[0]].domains[key]; d >= 0 {
				cp.solver.zoneCount(g, d, 1)
			}
		}
	}
}

// shapeOf is the node that is made of a claim: of those that hold it one of the
// smallest.
func (cp *claimPlanner) shapeOf(k *nodeClaim) int32 {
	same := 1
	for same < len(k.options) && cp.shapes[k.options[same]].capacity == cp.shapes[k.options[0]].capacity {
		same++
	}
	return k.options[cp.rng.IntN(same)]
}
