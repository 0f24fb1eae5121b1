package velocity

import (
	"context"
	"time"
)

// Outcome is what became of a deployment.
type Outcome uint8

// The outcomes. Waiting is that of what the time was over for, or the rollout stopped before.
const (
	Waiting Outcome = iota
	Patched
	Failed      // a member failed with the fix, and it was rolled back
	NoFix       // there is nothing to patch it with
	NoQuorum    // one member at a time is too many
	NoWindow    // its window never has room for one member
	NothingToDo // all of its members are fixed
)

var outcomeNames = [...]string{"waiting", "patched", "failed", "no-fix", "no-quorum", "no-window", "nothing-to-do"}

func (o Outcome) String() string { return outcomeNames[o] }

// Cause is what a deployment waits for.
type Cause uint8

// The causes. Those of the waves before a deployment's own are counted by what the last of each waited for.
const (
	ForSchedule    Cause = iota // its wave, by the strategy's own times
	ForBake                     // the bake of waves before
	ForWindow                   // its window
	ForDeferral                 // its owner put it off
	ForCapacity                 // somebody to do it
	ForConcurrency              // others of its group
	ForStraggler                // those that could not be had
	ForWork                     // the work itself
	Causes                      // how many there are
)

var causeNames = [Causes]string{"schedule", "bake", "window", "deferral", "capacity", "concurrency", "stragglers", "work"}

func (c Cause) String() string { return causeNames[c] }

// Waits is for how long something waited, by cause.
type Waits [Causes]time.Duration

// Sum is all of it.
func (w *Waits) Sum() (sum time.Duration) {
	for _, d := range w {
		sum += d
	}
	return sum
}

func (w *Waits) add(more *Waits) {
	for i := range w {
		w[i] += more[i]
	}
}

// Never is the time of what did not happen.
const Never time.Duration = -1

// Turn is how a deployment fared. Times are from the start.
type Turn struct {
	Group, Wave int
	Outcome     Outcome
	Begin, End  time.Duration // of its first member and its last; Never where it did not begin
	Waits       Waits         // since its wave began, the work included
	Steps       []Step
	Why         string // it is left
}

// Step is one member, in its turn.
type Step struct {
	Member     int
	Begin, End time.Duration
	Failed     bool
}

// Round is a wave as it was played.
type Round struct {
	Name        string
	Groups      int // the first so many
	Deployments int
	Begin, Done time.Duration
	Baked       time.Duration // when the next one may begin
	Failed      int
	Waits       Waits // until it began, by what the last of each wave before waited for
}

// Stop is why nothing was begun any more.
type Stop struct {
	At       time.Duration
	Wave     int
	Failures int
}

// Played is a rollout as it was played.
type Played struct {
	Fleet    *Fleet
	Strategy *Strategy
	Settings
	Groups []string
	Rounds []Round
	Turns  []Turn // as the deployments of the fleet
	Stop   *Stop
}

// Play plays a rollout. The same input has the same result.
func Play(ctx context.Context, f *Fleet, s *Strategy, with Settings) (*Played, error) {
	if err := with.check(); err != nil {
		return nil, err
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	p := &player{Settings: with, fleet: f, strategy: s, calendars: map[[2]int]*openings{}}
	p.prepare()
	if err := p.run(ctx); err != nil {
		return nil, err
	}
	return p.played(), nil
}

// player plays.
type player struct {
	Settings
	fleet     *Fleet
	strategy  *Strategy
	calendars map[[2]int]*openings
	groups    []group
	stages    []stage
	rounds    []Round
	members   [][]int32 // the deployments of each round, in their order
	turns     []Turn
	orders    [][]int // the members of a deployment that are left to do
	state     []state
	queues    []heap[waiting, *waiting] // by group
	limits    []int                     // of each group; 0 for none
	running   []int                     // of each group
	inHand    int                       // that people have
	hot       []int                     // groups in which something waits for its turn
	closed    []int                     // of each round
	patched   int                       // instances
	ahead     heap[event, *event]
	now       time.Duration
	stop      *Stop
}

// state is how a deployment stands while it is played.
type state struct {
	since    time.Duration // it waits
	cause    Cause         // for this
	straggle bool          // it has been late once
	latest   time.Duration // it may begin in this opening
	broken   bool          // a member failed
}

// prepare puts the fleet into groups and waves.
func (p *player) prepare() {
	n := len(p.fleet.Deployments)
	p.turns, p.state, p.orders = make([]Turn, n), make([]state, n), make([][]int, n)
	p.groups = p.groupsOf()
	p.stages = p.strategy.stages(len(p.groups))
	p.rounds = make([]Round, len(p.stages))
	p.closed, p.members = make([]int, len(p.stages)), make([][]int32, len(p.stages))
	p.queues, p.limits, p.running = make([]heap[waiting, *waiting], len(p.groups)), make([]int, len(p.groups)), make([]int, len(p.groups))
	for k := range p.stages {
		p.rounds[k] = Round{Name: p.stages[k].name, Groups: p.stages[k].groups, Begin: Never, Done: Never, Baked: Never}
	}
	for g := range p.groups {
		all := p.groups[g].all
		if c := p.strategy.Concurrency; c.Set {
			p.limits[g] = c.atLeastOne(len(all))
		}
		k := 0
		for at, i := range all {
			for g >= p.stages[k].groups || at >= p.stages[k].share(len(all)) {
				k++
			}
			p.members[k] = append(p.members[k], i)
			p.turns[i] = Turn{Group: g, Wave: k, Begin: Never, End: Never}
			p.rounds[k].Deployments++
		}
	}
	for i := range p.turns {
		p.orders[i] = p.fleet.Deployments[i].Order()
	}
}

// played is what came of it.
func (p *player) played() *Played {
	out := &Played{Fleet: p.fleet, Strategy: p.strategy, Settings: p.Settings, Rounds: p.rounds, Turns: p.turns, Stop: p.stop}
	for _, g := range p.groups {
		out.Groups = append(out.Groups, g.name)
	}
	return out
}
