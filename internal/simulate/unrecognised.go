package simulate

import "slices"

// Unrecognised are nodes of which nothing tells who replaces them, and how: they are played
// under the contract of others, or of a platform that was taken. What comes of them there is
// no verdict.
type Unrecognised struct {
	Nodes  []string // by name
	Pools  []string // that they are of
	Under  []bool   // of what is watched: whether a pod of it is on such a node
	MadeUp bool     // no nodes were read
}

// Unrecognised are those that the triggers of a scenario take as some contract says. It has
// no part in what somebody does by hand, and in releases.
func (w *World) Unrecognised(s *Scenario) Unrecognised {
	u := Unrecognised{MadeUp: w.made > 0}
	strange := make([]bool, len(w.nodes))
	for n := range w.nodes {
		x := &w.nodes[n]
		strange[n] = x.strange && slices.ContainsFunc(s.Triggers, func(t Trigger) bool {
			return t.byContract() && (takenNodes{w}).takes(&t, x, s)
		})
		if !strange[n] {
			continue
		}
		u.Nodes = append(u.Nodes, x.name)
		if pool := w.pools[w.shapes[x.shape].pool].name; !slices.Contains(u.Pools, pool) {
			u.Pools = append(u.Pools, pool)
		}
	}
	if len(u.Nodes) == 0 {
		return u
	}
	under := make([]bool, len(w.workloads))
	for i := range w.pods {
		if p := &w.pods[i]; p.node >= 0 && strange[p.node] {
			under[w.classes[p.class].workload] = true
		}
	}
	for _, l := range w.watchlist() {
		u.Under = append(u.Under, under[l])
	}
	return u
}

// Any reports whether there are some.
func (u *Unrecognised) Any() bool { return len(u.Nodes) > 0 }

// Of reports whether something that is watched is on such nodes.
func (u *Unrecognised) Of(k int) bool { return u.Any() && u.Under[k] }

// byContract reports whether a contract says how a trigger takes nodes.
func (t *Trigger) byContract() bool {
	return !slices.Contains([]string{Drain, Planned, Rollout, Scale}, t.Kind)
}
