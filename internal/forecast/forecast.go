// Package forecast says what the contracts under which an estate runs do to its
// workloads: from the contract it makes the disruptions to expect, plays them
// in virtual time, bounds them over every order of events, and judges each
// workload under each. Commands differ in what they ask and show, never in the
// judgement: check, simulate, and whatever comes later, go through Judge.
//
// The rule:
//
//   - A workload is held under a disruption where it is proved that no order of
//     events that the contract allows takes it below its floor. That it stayed
//     up in the runs that were played is not enough: the verdict is then
//     unknown, and people read "not proven".
//   - It is broken where a run takes it below its floor. A run is a witness: one
//     is enough, and it counts more than a bound, which does not look at
//     everything that is played.
//   - It is unknown, too, where something that the play rests on could not be
//     read, or its own pods were not, so that nothing about it was played.
//   - The floor is one ready pod, or what the scenario says; it is 0 for a
//     workload whose autoscaler may scale it to zero. Its owner accepts that no
//     pod is ready, so nothing breaks it.
//
// The outcome of the runs alone, which onus.simulation/v1 publishes as verdict,
// is Judgement.Outcome: held there says that no run that was played broke it.
package forecast

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/simulate"
)

// Stage is an estate made ready to be played under the contracts of the
// platforms that it runs on. It does not change once it is made, and forecasts
// may share it.
type Stage struct {
	Estate    *kubernetes.Estate
	Offerings []*responsibility.Offering // under whose contracts nodes go
	// Undated says that nothing in the estate tells the time, so that the clock
	// starts at the one that was given.
	Undated bool

	places   locate.Places
	world    *simulate.World
	names    scenario.Known
	defaults scenario.Given
	unread   []origin.Unread        // that playing rests on
	at       map[kubernetes.Ref]int // of what is watched, by its name
	of       map[kubernetes.Ref]*kubernetes.Workload
	floors   map[string]int // of workloads that may idle at zero, or whose owners set one
	dues     func() [][]simulate.Due
}

// NoContract is the error of an estate that runs where no contract says how
// nodes go.
type NoContract struct{}

func (NoContract) Error() string { return "no contract says how nodes go where it runs" }

// Prepare makes an estate ready. The clock starts at the newest time in the
// estate, or at start where nothing in it is dated. Overrides are what the user
// asked for. It fails with NoContract, or with what keeps the estate from being
// played.
func Prepare(e *kubernetes.Estate, places locate.Places, start time.Time, overrides scenario.Asked) (*Stage, error) {
	s := &Stage{Estate: e, places: places, Offerings: scenario.Contracts(e, &places), unread: simulate.Lacks(e), floors: map[string]int{}}
	if len(s.Offerings) == 0 {
		return nil, NoContract{}
	}
	var err error
	if s.world, err = simulate.Prepare(e, places, s.asked()); err != nil {
		return nil, err
	}
	s.names = scenario.Of(e, s.world, s.Offerings)
	s.defaults = scenario.Given{
		Start: e.Newest, Timings: scenario.Timings(s.Offerings, e.Timings), Assumed: scenario.Assumed(e.Timings), Asked: overrides,
	}
	if e.Newest.IsZero() {
		s.defaults.Start, s.Undated = start, true
	}
	s.dues = sync.OnceValue(s.world.Dues)
	watched := s.world.Watched(&simulate.Scenario{})
	s.at, s.of = make(map[kubernetes.Ref]int, len(watched)), make(map[kubernetes.Ref]*kubernetes.Workload, len(e.Workloads))
	for k, w := range watched {
		s.at[w.Ref] = k
	}
	for i := range e.Workloads {
		w := &e.Workloads[i]
		s.of[w.Ref] = w
		switch name := w.Namespace + "/" + w.Kind + "/" + w.Name; {
		case w.Floor != nil:
			s.floors[name] = *w.Floor
		case w.ScalesToZero():
			s.floors[name] = 0
		}
	}
	return s, nil
}

// asked reports whether the question is what if, so that what the nodes at hand
// say of another platform does not hold.
func (s *Stage) asked() bool { return s.places.Fallback.Basis == locate.Asked }

// Disruption is one way in which nodes go, as it is played, and who may bring
// it about.
type Disruption struct {
	simulate.Scenario
	About string // in sentences; empty for a scenario that somebody wrote
	// title is how nodes go, without what for; empty where the name says just that.
	title string
}

// Title is a disruption without what its scenario is for: drift, of "next roll:
// drift".
func (d *Disruption) Title() string { return cmp.Or(d.title, d.Name) }

// Disruptions are those that the contracts have for the estate: the next roll
// of nodes, expiry, a version upgrade, an urgent patch.
func (s *Stage) Disruptions() []Disruption {
	var all []Disruption
	for _, d := range scenario.Defaults(s.names, s.Estate, &s.places, s.defaults) {
		all = append(all, Disruption{Scenario: s.withFloors(d.Scenario), About: d.About, title: d.Disruption})
	}
	return all
}

// Written is the disruption that a scenario file describes.
func (s *Stage) Written(f *scenario.File) (Disruption, error) {
	x, err := f.Scenario(s.names, s.defaults)
	if err != nil {
		return Disruption{}, err
	}
	x.Name = f.Name()
	return Disruption{Scenario: s.withFloors(x)}, nil
}

// withFloors gives workloads the floor that their owners set, and those that may
// idle at zero one of 0, where the scenario does not say otherwise.
func (s *Stage) withFloors(x simulate.Scenario) simulate.Scenario {
	if len(s.floors) == 0 {
		return x
	}
	floors := maps.Clone(s.floors)
	for name, floor := range x.Floors {
		delete(floors, name)
		floors[name] = floor
	}
	x.Floors = floors
	return x
}

// Pods is how many pods are watched.
func (s *Stage) Pods() int {
	n := 0
	for _, w := range s.world.Watched(&simulate.Scenario{}) {
		n += w.Replicas
	}
	return n
}

// MadeUp is how many nodes were made up to place the workloads on, because none
// were read.
func (s *Stage) MadeUp() int { return s.world.Made() }

// Nodes are the names of the nodes before anything happens.
func (s *Stage) Nodes() []string { return s.world.Nodes() }

// Start is the clock at the beginning, and Runs how often a disruption is played.
func (s *Stage) Start() time.Time { return s.defaults.Start }

// unseen reports whether none of a workload's pods was read although those of
// others were, so that nothing about it can be played. Where no pods were read
// at all, those of every workload are placed and made ready first.
func (s *Stage) unseen(w *simulate.Watched) bool {
	return w.Ready < w.Floor && len(s.of[w.Ref].Pods) == 0
}

// unplayable reports whether something could not be read that every play rests
// on. Volumes are not of that kind: what is proved holds wherever pods find a
// node, and whether a run is a witness depends on the volumes of its workload.
func (s *Stage) unplayable() bool {
	return slices.ContainsFunc(s.unread, func(u origin.Unread) bool { return !slices.Contains(kubernetes.MountKinds, u.Kind) })
}
