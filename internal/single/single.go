// Package single plays, of a workload with one pod, what its owner may do before the node under that goes, each beside the others:
// nothing, another node first, a restart, a second replica.
package single

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/plan/basis"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/words"
)

// Way is what is done before the node goes.
type Way string

// The ways.
const (
	Nothing Way = "as it is"
	Node    Way = "another node first"
	Restart Way = "restart before"
	Second  Way = "second replica"
)

// Played is what came of a way.
type Played struct {
	Way  Way
	Why  string // it was not played; empty where it was
	Runs int
	// Done is in how many of them the node was emptied in its time, and Held why it was not in the others.
	Done int
	Held string
	// Lowest is the fewest ready pods in any run, and Least, Middle and Most for how long none was.
	Lowest              int
	Least, Middle, Most time.Duration
}

// Compared is a workload with what came of each way.
type Compared struct {
	Of   kubernetes.Ref
	Node string // that goes
	Ways []Played
	// Assumes is what it rests on that nobody said.
	Assumes []string
}

// Question is what is asked of a workload.
type Question struct {
	Of kubernetes.Ref
	// NoSecond says why no second replica is played; empty where one is.
	NoSecond string
}

const (
	// runs is how often each way is played.
	runs = 5
	// drain is how long the drain may take, and settled how long a second pod has to come before.
	drain   = 30 * time.Minute
	settled = 15 * time.Minute
)

// Stage is an estate in which ways are played: it is made ready once for all single pods.
type Stage struct {
	e      *kubernetes.Estate
	places locate.Places
	start  time.Time
	world  *simulate.World // nil until something is played
}

// On is a stage of an estate, from the newest time in it on, or from now.
func On(e *kubernetes.Estate, places locate.Places, now time.Time) *Stage {
	s := &Stage{e: e, places: places, start: e.Newest}
	if s.start.IsZero() {
		s.start = now
	}
	return s
}

// Compare plays the ways of a workload. Why says that none can be played; it fails with the context's error alone.
func (s *Stage) Compare(ctx context.Context, q Question) (c Compared, why string, err error) {
	e := s.e
	c.Of = q.Of
	i := slices.IndexFunc(e.Workloads, func(w kubernetes.Workload) bool { return w.Ref == q.Of })
	if i < 0 {
		return c, "it was not read", nil
	}
	w := &e.Workloads[i]
	if why = unplayable(e, w); why != "" {
		return c, why, nil
	}
	on := e.Pods[w.Pods[0]].Node
	p := &player{Stage: s, w: w, at: slices.IndexFunc(e.Nodes, func(n kubernetes.Node) bool { return n.Name == on })}
	c.Node = e.Nodes[p.at].Name
	for _, way := range []Way{Nothing, Node, Restart, Second} {
		x := Played{Way: way}
		switch {
		case way == Restart:
			x.Why = basis.NoSurge(e, w)
		case way == Second:
			x.Why = q.NoSecond
		}
		if x.Why == "" {
			if err := p.play(ctx, &x); ctx.Err() != nil {
				return c, "", ctx.Err()
			} else if err != nil {
				x.Why = err.Error()
			}
		}
		c.Ways = append(c.Ways, x)
	}
	t := scenario.Timings(scenario.Contracts(e, &s.places), e.Timings)
	if assumed := scenario.Assumed(e.Timings); assumed.PodReady {
		c.Assumes = append(c.Assumes, fmt.Sprintf("a pod is ready %s after it has a node, and a node %s after it is asked for",
			words.Duration(t.PodReady), words.Duration(t.NodeReady)))
	}
	return c, "", nil
}

// unplayable says why nothing is played of a workload; empty where it is.
func unplayable(e *kubernetes.Estate, w *kubernetes.Workload) string {
	switch unread := simulate.Lacks(e); {
	case len(unread) > 0:
		return origin.Plurals(unread) + " could not be read"
	case w.Replicas != 1 || len(w.Pods) != 1 || !w.Evictable || !w.Lasting:
		return "it has no single pod that is there to stay"
	}
	pod := &e.Pods[w.Pods[0]]
	at := slices.IndexFunc(e.Nodes, func(n kubernetes.Node) bool { return n.Name == pod.Node })
	switch {
	case at < 0:
		return "no node was read that its pod is on: a live cluster, or a snapshot, has it"
	case !pod.Ready || !pod.Deleted.IsZero():
		return "its pod is not ready as it is"
	case e.Nodes[at].NotReady || !e.Nodes[at].Deleted.IsZero():
		return "its node is not ready, or on its way out"
	}
	return ""
}

// player plays the ways of one workload.
type player struct {
	*Stage
	w  *kubernetes.Workload
	at int // the node of its pod
}

// prepared is what a way is played in.
func (p *player) prepared(way Way) (world *simulate.World, err error) {
	if way == Node {
		e, places := p.withNode()
		return simulate.Prepare(e, places, false)
	}
	if p.world == nil {
		p.world, err = simulate.Prepare(p.e, p.places, false)
	}
	return p.world, err
}

func (p *player) play(ctx context.Context, x *Played) error {
	e := p.e
	world, err := p.prepared(x.Way)
	if err != nil {
		return err
	}
	going := simulate.Going{Node: p.e.Nodes[p.at].Name, Then: p.then(), Timeout: drain + p.w.Template.Grace}
	waves := &simulate.Waves{Settle: settled, Floors: map[string]int{}}
	begin, triggers := time.Duration(0), []simulate.Trigger(nil)
	switch x.Way {
	case Restart:
		going.Restarts = []kubernetes.Ref{p.w.Ref}
	case Second: // with the PDB that comes with it, which keeps one of the two
		begin = settled
		triggers = append(triggers, simulate.Trigger{Kind: simulate.Scale, Workload: p.w.Ref, Replicas: 2})
		waves.Floors[p.w.Ref.String()] = 1
	}
	waves.Nodes = [][]simulate.Going{{going}}
	timings := scenario.Timings(scenario.Contracts(e, &p.places), e.Timings)
	s := simulate.Scenario{Name: string(x.Way), Start: p.start, Runs: min(runs, scenario.RunsFor(len(e.Nodes))),
		Seed: scenario.DefaultSeed, Timings: timings, Assumed: scenario.Assumed(e.Timings), Floors: map[string]int{p.w.Ref.String(): 1},
		Horizon:  begin + going.Timeout + timings.NodeReady + 2*settled,
		Triggers: append(triggers, simulate.Trigger{At: begin, Kind: simulate.Planned, Waves: waves})}
	sim, err := simulate.Play(ctx, world, s, nil)
	if err != nil {
		return err
	}
	return p.read(sim, x)
}

// read reads what came of a play.
func (p *player) read(sim *simulate.Simulation, x *Played) error {
	k := slices.IndexFunc(sim.Workloads, func(w simulate.Watched) bool { return w.Ref == p.w.Ref })
	if k < 0 {
		return fmt.Errorf("nothing that is played watches it")
	}
	x.Runs, x.Lowest = len(sim.Runs), sim.Runs[0].Workloads[k].MinReady
	var down []time.Duration
	for i := range sim.Runs {
		r := &sim.Runs[i]
		x.Lowest = min(x.Lowest, r.Workloads[k].MinReady)
		down = append(down, r.Workloads[k].BelowFloor)
		switch held := heldBy(r); held {
		case "":
			x.Done++
		default:
			x.Held = held
		}
	}
	slices.Sort(down)
	x.Least, x.Middle, x.Most = down[0], down[(len(down)-1)/2], down[len(down)-1]
	return nil
}

// heldBy is why the node was not done in a run; empty where it was.
func heldBy(r *simulate.Run) string {
	for _, w := range r.Waves {
		for _, n := range w.Nodes {
			if n.Stuck != nil {
				return n.Stuck.Why
			}
		}
	}
	switch {
	case r.Halted != nil:
		return r.Halted.Why
	case len(r.Waves) == 0 || r.Waves[0].Done == simulate.None:
		return "it took too long"
	}
	return ""
}

// then is what comes after the node is empty, by what it was started for.
func (p *player) then() simulate.Then {
	switch n := &p.e.Nodes[p.at]; {
	case n.NodeClaim != nil:
		return simulate.Removed
	case p.places.NodePools[p.at] != "":
		return simulate.Replaced
	}
	return simulate.Returns
}

// withNode is the estate with another node like that of the pod, which is empty.
func (p *player) withNode() (*kubernetes.Estate, locate.Places) {
	e, _ := p.e.Subset(func(*kubernetes.Workload) bool { return true })
	n := e.Nodes[p.at]
	was := n.Name
	n.Name, n.UID, n.ProviderID, n.NodeClaim = was+"-first", "", "", nil
	n.Labels = maps.Clone(n.Labels)
	for key, value := range n.Labels {
		if value == was && strings.HasSuffix(key, "hostname") {
			n.Labels[key] = n.Name
		}
	}
	n.Cordoned = false
	e.Nodes = append(e.Nodes, n)
	places := p.places
	places.Nodes = append(slices.Clone(places.Nodes), places.Nodes[p.at])
	places.NodePools = append(slices.Clone(places.NodePools), places.NodePools[p.at])
	places.NodePoolLabels = append(slices.Clone(places.NodePoolLabels), places.NodePoolLabels[p.at])
	return e, places
}
