package simulate

import (
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/contract"
)

// roller takes the nodes of a pool so many at a time.
type upgrader struct {
	*engine
	upgrades []*rollingUpgrade
	alike    []int32 // scratch
}

// rollingUpgrade takes nodes one after the other, or so many at once.
type rollingUpgrade struct {
	id       int32
	policy   *contract.Policy
	todo     []int32
	limit    int
	active   int
	replaces map[int32]int32 // the new node to the one it comes before
	lacking  []int32         // nodes that are chosen, and before which no other can be started
	ahead    []int32         // nodes that go before another comes, where others do not
	stopped  bool
	due      bool
	waits    bool // for pods that may not be evicted now
	cause    int32
}

// soon has the upgrade look for its next nodes.
func (r *rollingUpgrade) soon(e *engine) {
	if !r.due && !r.stopped && len(r.todo) > 0 {
		r.due = true
		e.after(e.between(upgradeContinues), doUpgrade, r.id, 0, 0)
	}
}

// advance begins as many nodes as the upgrade may.
func (ro *upgrader) advance(i int32) {
	r := ro.upgrades[i]
	for !r.stopped && r.active < r.limit && len(r.todo) > 0 {
		if r.policy.Windowed && !ro.scenario.Window.Contains(ro.timeOfDay(), false) {
			if next, ok := ro.scenario.Window.Next(ro.timeOfDay()); ok {
				r.due = true
				ro.at(int64(next.From.Sub(ro.start)), doUpgrade, i, 0, 0)
			}
			return
		}
		k := r.next(ro.engine)
		if k < 0 {
			r.waits = true // until something changes
			return
		}
		n := r.todo[k]
		r.todo[k] = r.todo[len(r.todo)-1]
		r.todo = r.todo[:len(r.todo)-1]
		x := &ro.nodes[n]
		if x.state != nodeActive {
			continue
		}
		r.active++
		x.cause = ro.event(Event{
			Kind: Chosen, Node: n, Pod: -1, Workload: -1, Cause: r.cause, Number: int32(min(r.limit-r.active, 1<<30)),
			Detail: r.words(ro.engine),
		})
		if !r.policy.Before || len(r.ahead) < r.policy.Unreplaced {
			if r.policy.Before {
				r.ahead = append(r.ahead, n)
			}
			x.upgrade = i
			ro.drainer.begin(n, x.cause)
			continue
		}
		if ro.scenario.Fault.NoCapacity {
			r.lacking = append(r.lacking, n) // it waits for a node that never comes
			continue
		}
		fresh := ro.nodeLifecycle.relaunch(x.pool, ro.surge(r.policy, x.shape), x.cause, -1, -1)
		ro.nodes[fresh].upgrade = i
		r.replaces[fresh] = n
	}
}

// surge is the shape of a node that comes before one that goes. Where the contract does
// not promise it the zone of that one, a group of machines over several zones adds one
// where it has the fewest. It is like the other in all else but its name; where names are
// kept that of the other is taken to be there at once.
func (ro *upgrader) surge(policy *contract.Policy, shape int32) int32 {
	anew := ro.shapes[shape].anew
	if policy.KeepsNames && anew != shape {
		return shape
	}
	shape = anew
	if policy.Zone == contract.SameZone {
		return shape
	}
	s := &ro.shapes[shape]
	alike := ro.alike[:0]
	fewest := 1 << 30
	for _, other := range ro.World.pools[s.pool].shapes {
		if !s.likeButForZone(&ro.shapes[other]) {
			continue
		}
		n := ro.inZone(s.pool, ro.shapes[other].domains[ro.zoned])
		if n < fewest {
			alike, fewest = alike[:0], n
		}
		if n == fewest {
			alike = append(alike, other)
		}
	}
	ro.alike = alike
	if len(alike) == 1 {
		return alike[0]
	}
	return alike[ro.rng.IntN(len(alike))]
}

// inZone is how many nodes of a pool there are in a zone.
func (ro *upgrader) inZone(pool, zone int32) int {
	n := 0
	for s := range ro.shapes {
		if x := &ro.shapes[s]; x.pool == pool && x.domains[ro.zoned] == zone {
			n += ro.alive[s]
		}
	}
	return n
}

// likeButForZone reports whether two shapes of a pool differ in their zone alone.
func (s *shape) likeButForZone(other *shape) bool {
	if s.capacity != other.capacity || !slices.Equal(s.taints, other.taints) {
		return false
	}
	for k, v := range s.labels {
		if k != zone && other.labels[k] != v {
			return false
		}
	}
	return len(s.labels) == len(other.labels)
}

// next picks one of the nodes to come, any of them as nobody says which, or -1
// where each has pods that may not be evicted now and such are not chosen.
func (r *rollingUpgrade) next(e *engine) int {
	from, first := e.rng.IntN(len(r.todo)), never
	for i := range r.todo {
		k := (from + i) % len(r.todo)
		x := &e.nodes[r.todo[k]]
		if until, _ := e.extendedUntil(r.todo[k]); until > e.now && x.state == nodeActive {
			first = min(first, until)
			continue
		}
		if x.state != nodeActive || (!x.policy.SkipBlocked || x.blocks == 0) && e.unneeded(r.todo[k]) {
			return k
		}
	}
	if first < never {
		e.at(first, doUpgrade, r.id, 0, 0)
	}
	return -1
}

func (r *rollingUpgrade) words(e *engine) string {
	switch {
	case !e.recording:
		return ""
	case r.limit >= 1<<30:
		return fmt.Sprintf("%s takes nodes without a limit, and asks no node budget", r.policy.Title)
	}
	return fmt.Sprintf("%s takes %d at once", r.policy.Title, r.limit)
}

// arrived is called when a node that the upgrade asked for is ready.
func (r *rollingUpgrade) arrived(e *engine, fresh int32) {
	e.nodes[fresh].upgrade = -1
	old, ok := r.replaces[fresh]
	if !ok {
		r.done(e)
		return
	}
	delete(r.replaces, fresh)
	if x := &e.nodes[old]; x.state == nodeActive {
		x.upgrade = r.id
		e.drainer.begin(old, x.cause)
		return
	}
	r.done(e)
}

// done is called when a node is replaced.
func (r *rollingUpgrade) done(e *engine) {
	if r.policy.Soak > 0 {
		e.after(r.policy.Soak, doRested, r.id, 0, 0)
		return
	}
	r.active--
	r.soon(e)
}

// wasAhead reports whether a node that is done went before another came, where
// others do not.
func (r *rollingUpgrade) wasAhead(n int32) bool {
	k := slices.Index(r.ahead, n)
	if k >= 0 {
		r.ahead = slices.Delete(r.ahead, k, k+1)
	}
	return k >= 0
}

// left is called when a node of the upgrade is gone.
func (r *rollingUpgrade) left(e *engine, n int32) {
	x := &e.nodes[n]
	after := r.wasAhead(n) || r.policy.After
	if after && !r.policy.Karpenter && (r.policy.Returns || !e.scenario.Fault.NoCapacity) {
		var fresh int32
		if r.policy.Returns {
			fresh = e.nodeLifecycle.relaunch(x.pool, x.shape, x.cause, x.initial, x.name)
		} else {
			fresh = e.nodeLifecycle.launch(x.pool, x.shape, x.cause)
		}
		e.nodes[fresh].upgrade = r.id
		return
	}
	if !after || r.policy.Karpenter {
		r.done(e)
	}
}
