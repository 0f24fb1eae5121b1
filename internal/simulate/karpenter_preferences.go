package simulate

import (
	"cmp"
	"slices"
)

// wishesOf are what a class asks for while Karpenter takes what its pods prefer for
// what they require: all of it at first, and each time without one more. In the end
// nothing is left but what they do require, which is the class itself.
//
// Source: Preferences.Relax in
// pkg/controllers/provisioning/scheduling/preferences.go of Karpenter 1.14 with
// NewPodRequirements, for which of several nodes that are preferred the heaviest
// counts, and newForTopologies and newForAffinities in topology.go.
func (b *builder) wishesOf(c *class) []class {
	var near, anti, anyway []preference
	for _, p := range c.prefers {
		switch {
		case p.spreads:
			anyway = append(anyway, p)
		case p.weight > 0:
			near = append(near, p)
		default:
			anti = append(anti, p)
		}
	}
	nodes := slices.Clone(c.preferred)
	slices.SortStableFunc(near, func(p, q preference) int { return cmp.Compare(q.weight, p.weight) })
	slices.SortStableFunc(anti, func(p, q preference) int { return cmp.Compare(p.weight, q.weight) })
	slices.SortStableFunc(nodes, func(p, q preferredNodes) int { return cmp.Compare(q.weight, p.weight) })
	var all []class
	for len(near)+len(anti)+len(nodes)+len(anyway) > 0 {
		w := *c
		w.near, w.anti, w.spread = slices.Clone(c.near), slices.Clone(c.anti), slices.Clone(c.spread)
		for _, p := range near {
			w.near = append(w.near, p.group)
		}
		for _, p := range anti {
			w.anti = append(w.anti, p.group)
		}
		for _, p := range anyway {
			w.spread = append(w.spread, spread{p.group, p.maxSkew})
		}
		if len(nodes) > 0 {
			w.constraint = b.onlyWhere(c.constraint, &nodes[0])
		}
		all = append(all, w)
		switch {
		case len(near) > 0:
			near = near[1:]
		case len(anti) > 0:
			anti = anti[1:]
		case len(nodes) > 0:
			nodes = nodes[1:]
		default:
			anyway = anyway[1:]
		}
	}
	return all
}

// onlyWhere is a constraint that asks for preferred nodes as well.
func (b *builder) onlyWhere(c int32, nodes *preferredNodes) int32 {
	fits := slices.Clone(b.fits[c])
	for s := range fits {
		fits[s] = fits[s] && nodes.attracts(&b.shapes[s])
	}
	b.fits = append(b.fits, fits)
	return int32(len(b.fits) - 1)
}

// wish finds a place for a pod by what it prefers. It is not placed where nothing
// of that can be had, and not ok where it is one of a node to be chosen and would
// be on a node that is being started.
func (sv *solver) wish(x *podState, own bool, claims *[]nodeClaim) (placed, ok bool) {
	wishes := sv.classes[x.class].wishes
	for i := range wishes {
		w := &wishes[i]
		if at := sv.firstReady(w, x.tie, own); at >= 0 {
			sv.tryPlace(x.class, sv.byPos[at])
			return true, true
		}
		if n := sv.launchingNode(w, x.tie); n >= 0 {
			if own {
				return false, false
			}
			sv.tryPlace(x.class, n)
			return true, true
		}
		if sv.nodeClaims.place(claims, x, w) {
			return true, true
		}
	}
	return false, true
}

// firstReady is the place of the first ready node that takes a pod, or -1. The pods
// of nodes that are not needed go where it is quiet alone.
func (sv *solver) firstReady(c *class, tie int32, own bool) int32 {
	at := sv.readyNode(c, tie, 0)
	for own && sv.consolidation.choosing && at >= 0 && !sv.consolidation.quiet(sv.byPos[at]) {
		at = sv.readyNode(c, tie, at+1)
	}
	return at
}
