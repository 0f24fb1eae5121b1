package nodes

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/check/compute"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/simulate"
)

const (
	// fewRuns is how often each order is played to choose among them.
	fewRuns = 3
	// settles is how long workloads may take to be ready again.
	settles = 15 * time.Minute
	// drains is how long a drain may take beside the longest grace of a pod on the node.
	drains = 30 * time.Minute
	year   = 365 * 24 * time.Hour
)

// played is an order with what comes of it.
type played struct {
	order
	*simulate.Simulation
	naive *played // nil where it is that
}

// settleOn chooses an order, and leaves the nodes that do not get done in it, until all do.
func (p *planner) settleOn(ctx context.Context) (*played, error) {
	for len(p.nodes) > 0 {
		orders := p.orders()
		best, err := p.choose(ctx, orders)
		if err != nil {
			return nil, err
		}
		p.tell("playing the plan")
		chosen, err := p.play(ctx, best, p.base.Runs)
		if err != nil {
			return nil, err
		}
		if p.drop(chosen) {
			continue
		}
		if best.name != orders[0].name {
			p.tell("playing the nodes by name")
			if chosen.naive, err = p.play(ctx, orders[0], p.base.Runs); err != nil {
				return nil, err
			}
		}
		return chosen, nil
	}
	return nil, nil
}

func (p *planner) tell(what string) {
	if p.Progress != nil {
		p.Progress(what)
	}
}

// choose plays each order a few times, and takes the best.
func (p *planner) choose(ctx context.Context, orders []order) (order, error) {
	best, least := orders[0], []int(nil)
	if len(orders) == 1 {
		return best, nil
	}
	for _, o := range orders {
		p.tell("trying the nodes " + o.name)
		x, err := p.play(ctx, o, min(fewRuns, p.base.Runs))
		if err != nil {
			return best, err
		}
		if cost := p.cost(x); least == nil || better(cost, least) {
			best, least = o, cost
		}
	}
	return best, nil
}

// better reports whether an order costs less than one that is simpler. Seconds count where they
// are more than chance makes of them: half a minute, and a twentieth.
func better(cost, than []int) bool {
	last := len(cost) - 1
	if c := slices.Compare(cost[:last], than[:last]); c != 0 {
		return c < 0
	}
	saved := than[last] - cost[last]
	return saved > 30 && 20*saved > than[last]
}

// cost is what an order costs, what matters most first: whether it gets through, floors that
// break, pods that are deleted past their PDBs, evictions, and seconds.
func (p *planner) cost(x *played) []int {
	halted, stuck := 0, 0
	for i := range x.Runs {
		halted += count(x.Runs[i].Halted != nil)
		for _, w := range x.Runs[i].Waves {
			for _, n := range w.Nodes {
				stuck += count(n.Stuck != nil)
			}
		}
	}
	broken := 0
	for k := range x.Workloads {
		floor, _ := p.floorOf(x.Workloads[k].Ref.String())
		broken += max(0, floor-x.lowest(k))
	}
	return []int{halted, stuck, broken, x.forced(), x.evicted(), int(x.took().MedianSeconds)}
}

// play plays an order.
func (p *planner) play(ctx context.Context, o order, runs int) (*played, error) {
	w := &simulate.Waves{Soak: p.Soak, Window: p.Window, Settle: settles, Floors: map[string]int{}, CordonFirst: o.cordonFirst}
	restarts := p.restarted()
	for _, wave := range o.waves {
		var all []simulate.Going
		for _, k := range wave {
			n := &p.nodes[k]
			all = append(all, simulate.Going{Node: n.name, Then: n.way.then, Timeout: p.timeout(n.name), Restarts: restarts,
				Escalation: p.escalated(n)})
			for _, ref := range p.moved(n.name) {
				if floor, _ := p.floorOf(ref); floor > 0 {
					w.Floors[ref] = floor
				}
			}
		}
		w.Nodes = append(w.Nodes, all)
	}
	s := p.base
	s.Runs, s.Horizon = runs, p.horizon(o)
	s.Triggers = []simulate.Trigger{{Kind: simulate.Planned, Waves: w}}
	sim, err := simulate.Play(ctx, p.world, s, nil)
	return &played{order: o, Simulation: sim}, ended(ctx, err)
}

// timeout is how long the drain of a node may take.
func (p *planner) timeout(name string) time.Duration {
	if p.Drain > 0 {
		return p.Drain
	}
	longest := time.Duration(0)
	for _, k := range p.on[name] {
		if w := &p.Estate.Workloads[p.Estate.Pods[k].Workload]; w.Evictable {
			longest = max(longest, w.Template.Grace)
		}
	}
	return drains + longest.Round(time.Second)
}

// horizon is how far an order is played: as long as all of it may take, in openings of the
// window, and a year at the most.
func (p *planner) horizon(o order) time.Duration {
	need := time.Hour
	for _, wave := range o.waves {
		long := time.Duration(0)
		for _, k := range wave {
			of := p.timeout(p.nodes[k].name)
			if x := p.escalated(&p.nodes[k]); x != nil {
				of += x.Timeout
			}
			long = max(long, of)
		}
		need += long + p.base.Timings.NodeReady + settles + p.Soak
	}
	if p.Window.Days.Every == disruption.Never {
		return min(need, year)
	}
	for _, open := range p.Window.Openings(disruption.NodeWork, p.Start, p.Start.Add(year)) {
		if need -= open.Length(); need <= 0 {
			return min(open.Until.Sub(p.Start)+24*time.Hour, year)
		}
	}
	return year
}

// drop leaves nodes that most runs do not get done, and reports whether there were any.
func (p *planner) drop(x *played) bool {
	stuck, held := map[string]int{}, map[string]*simulate.Stay{}
	halts, unreached := map[int]int{}, 0
	halted := map[int]*simulate.Halt{}
	for i := range x.Runs {
		r := &x.Runs[i]
		for _, w := range r.Waves {
			for _, n := range w.Nodes {
				if n.Stuck != nil {
					stuck[n.Node]++
					held[n.Node] = n.Stuck
				}
			}
		}
		if r.Halted != nil {
			halts[r.Halted.Wave]++
			halted[r.Halted.Wave] = r.Halted
		} else if x.done(i) == simulate.None {
			unreached++
		}
	}
	dropped := map[string]plan.Left{}
	for _, name := range slices.Sorted(maps.Keys(stuck)) {
		n := stuck[name]
		if 2*n > len(x.Runs) {
			dropped[name] = stays(name, held[name])
		} else {
			p.note("the drain of %s did not end in time in %d of %d runs: %s", name, n, len(x.Runs), held[name].Why)
		}
	}
	for wave, n := range halts {
		if 2*n > len(x.Runs) {
			for _, k := range x.waves[wave] {
				name := p.nodes[k].name
				dropped[name] = plan.Left{Group: name, Why: "its pods are not ready again elsewhere: " + halted[wave].Why,
					Obligation: "survives-replacement", Subject: halted[wave].Workload.String(),
					Fix: "free capacity for them: another node, or less that they ask for"}
			}
		}
	}
	if len(dropped) == 0 && 2*unreached > len(x.Runs) {
		for k := range x.waves[len(x.waves)-1] {
			name := p.nodes[x.waves[len(x.waves)-1][k]].name
			dropped[name] = plan.Left{Group: name, Why: "its wave is not done within a year", Fix: "a longer window, or more nodes at a time"}
		}
	}
	for _, name := range slices.Sorted(maps.Keys(dropped)) {
		p.left = append(p.left, dropped[name])
	}
	p.nodes = slices.DeleteFunc(p.nodes, func(n node) bool { _, gone := dropped[n.name]; return gone })
	if len(dropped) > 0 {
		p.notes = nil // they are told of another order
	}
	return len(dropped) > 0
}

func (p *planner) note(format string, args ...any) {
	p.notes = append(p.notes, fmt.Sprintf(format, args...))
}

// stays is why a node never drains, with the finding of check that says so and its fix.
func stays(name string, s *simulate.Stay) plan.Left {
	l := plan.Left{Group: name, Why: cmp.Or(s.Why, "its drain does not end in time"), Obligation: "replacement-finishes",
		Fix: compute.FixOf(s, "See onus check for what holds it, or give drains more time: --drain-timeout.")}
	if ids := compute.Explains(s.Cause); len(ids) > 0 {
		l.Obligation = ids[0]
	}
	if s.Cause == simulate.ByFloor {
		l.Obligation, l.Fix = "survives-replacement", "Run more replicas than its floor, or lower the floor."
	}
	if s.Holder.Name != "" {
		l.Subject = s.Holder.String()
	}
	return l
}

// done is when a run was through; None where it was not.
func (x *played) done(i int) time.Duration {
	waves := x.Runs[i].Waves
	if len(waves) < len(x.waves) {
		return simulate.None
	}
	return waves[len(waves)-1].Done
}

// took is how long all of it takes, over the runs that got through.
func (x *played) took() plan.Predicted { return spread(x.durations()) }

func (x *played) durations() []time.Duration {
	var all []time.Duration
	for i := range x.Runs {
		if d := x.done(i); d != simulate.None {
			all = append(all, d)
		}
	}
	return all
}

// evicted is how many pods are evicted, in the middle of the runs.
func (x *played) evicted() int {
	all := make([]int, len(x.Runs))
	for i := range x.Runs {
		all[i] = x.Runs[i].Evicted
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// lowest is the fewest ready pods of a workload in any run.
func (x *played) lowest(k int) int {
	least := x.Runs[0].Workloads[k].MinReady
	for i := range x.Runs {
		least = min(least, x.Runs[i].Workloads[k].MinReady)
	}
	return least
}

// spread is the least, the middle and the most of some times.
func spread(all []time.Duration) plan.Predicted {
	if len(all) == 0 {
		return plan.Predicted{}
	}
	slices.Sort(all)
	return plan.Predicted{MinSeconds: seconds(all[0]), MedianSeconds: seconds(all[len(all)/2]), MaxSeconds: seconds(all[len(all)-1])}
}

// seconds is a time to a tenth of a second: no more is known.
func seconds(d time.Duration) float64 { return d.Round(100 * time.Millisecond).Seconds() }
