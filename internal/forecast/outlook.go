package forecast

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/simulate"
)

// Outlook is every disruption that the contracts have for an estate, each
// bounded over every order of events, and played where that proves not enough.
// It judges as a Forecast does, by fewer runs.
type Outlook struct {
	// Stage is that of the whole estate.
	Stage *Stage
	cases []*Case
	// played is where it is played: Stage, or one with only the workloads in
	// question.
	played *Stage
	// notPlayed is a disruption that cannot be played, and why.
	notPlayed string
}

// Case is one disruption of an outlook.
type Case struct {
	Disruption
	// Same are the titles of other disruptions that take the same nodes in the
	// same way, so that they are not looked at themselves.
	Same []string
	// NotBounded is why there are no bounds.
	NotBounded string

	watched []simulate.Watched
	bounds  []bound.Bound // of what is watched; nil where it is not bounded
	mayStay bool          // a node that it means may stay
	outlast []bound.Outlast
	refused []string // webhooks that may refuse to let pods of nodes go that it means
	waits   []Wait
	strange simulate.Unrecognised
	play    *play // nil where nothing was in question
}

// play is a case as it was played, maybe with fewer workloads.
type play struct {
	stage *Stage
	Disruption
	watched []simulate.Watched
	runs    []simulate.Run
	mutex   sync.Mutex
	told    map[int64]*telling // by seed
}

// How often an outlook plays each disruption: chance decides little where there
// are many pods. A forecast of the same has more runs, and so may find a witness
// where an outlook says that nothing is proven.
const (
	fewRuns  = 3
	manyPods = 1000
)

func runsFor(pods int) int {
	if pods > manyPods {
		return 1
	}
	return fewRuns
}

// mostTogether is how many pods are placed on made-up nodes and played
// together. Of more only the workloads in question are: nothing says that they
// share their nodes with others.
const mostTogether = 2000

// Look makes the outlook of an estate. Concerns says which workloads the
// question is about. The clock starts as Prepare says. It fails as Prepare
// does, and with the context's error.
func Look(
	ctx context.Context, e *kubernetes.Estate, places locate.Places, start time.Time, concerns func(workload int) bool,
) (*Outlook, error) {
	o := &Outlook{}
	var err error
	if o.Stage, err = newStage(e, places, start); err != nil {
		return nil, err
	}
	o.find()
	question := map[kubernetes.Ref]bool{}
	for i := range e.Workloads {
		if concerns(i) && o.inQuestion(e.Workloads[i].Ref) {
			question[e.Workloads[i].Ref] = true
		}
	}
	o.played = o.Stage
	if len(question) == 0 && !slices.ContainsFunc(o.cases, o.mayHold) {
		return o, nil
	}
	if o.Stage.MadeUp() > 0 && o.Stage.Pods() > mostTogether && len(question) < len(o.Stage.at) {
		some, at := subset(e, places, question)
		if alone, err := newStage(some, at, start); err == nil {
			o.played = alone
		}
	}
	return o, o.playAll(ctx)
}

func newStage(e *kubernetes.Estate, places locate.Places, start time.Time) (*Stage, error) {
	s, err := Prepare(e, places, start, scenario.Asked{})
	if err == nil {
		s.defaults.Asked.Runs = runsFor(s.Pods())
	}
	return s, err
}

// subset is an estate with some of its workloads, and where they run.
func subset(e *kubernetes.Estate, places locate.Places, wanted map[kubernetes.Ref]bool) (*kubernetes.Estate, locate.Places) {
	some, kept := e.Subset(func(w *kubernetes.Workload) bool { return wanted[w.Ref] })
	at := places
	at.Workloads = nil
	for _, i := range kept {
		at.Workloads = append(at.Workloads, places.Workloads[i])
	}
	return some, at
}

// playable are the disruptions of a stage that can be played on it, and one
// that cannot, with the reason: it takes nodes of a platform of which there are none.
func (s *Stage) playable() (all []Disruption, not string) {
	for _, d := range s.Disruptions() {
		d.Begins = true // what is said of workloads holds once PDBs are mended that have it refused now
		if err := s.world.Check(&d.Scenario); err != nil {
			not = d.Name + ": " + err.Error()
			continue
		}
		all = append(all, d)
	}
	return all, not
}

// find bounds every disruption. Of those that take nodes in the same way one is
// kept.
func (o *Outlook) find() {
	var models []*bound.Model
	var all []Disruption
	all, o.notPlayed = o.Stage.playable()
	for _, d := range all {
		c := &Case{Disruption: d, watched: o.Stage.world.Watched(&d.Scenario), strange: o.Stage.world.Unrecognised(&d.Scenario)}
		model, err := o.Stage.world.Model(&d.Scenario)
		if err != nil {
			c.NotBounded = err.Error()
		}
		covered := false
		for k, x := range o.cases {
			if covered = x.covers(c) && alike(models[k], model); covered {
				x.Same = append(x.Same, c.Title())
				break
			}
		}
		if covered {
			continue
		}
		c.mayStay = true
		if model != nil {
			c.bounds = watchedOf(o.Stage.world, bound.Bounds(model))
			finishes := bound.Finishes(model, 0)
			c.mayStay = mayStay(finishes, model.Timings != nil)
			for k := range finishes {
				c.outlast = append(c.outlast, finishes[k].Outlast...)
				c.refused = append(c.refused, finishes[k].RefusedBy...)
				if len(finishes[k].Waits) > 0 {
					c.waits = append(c.waits, Wait{Pool: finishes[k].Pool, For: finishes[k].Waits})
				}
			}
		}
		o.cases, models = append(o.cases, c), append(models, model)
	}
}

// covers reports whether a case is played for as long as another one.
func (c *Case) covers(other *Case) bool {
	return c.Horizon >= other.Horizon && c.Expires() == other.Expires()
}

// alike reports whether two disruptions take the same nodes in the same way.
func alike(x, y *bound.Model) bool {
	if x == nil || y == nil || len(x.Groups) != len(y.Groups) || !reflect.DeepEqual(x.Pools, y.Pools) {
		return false
	}
	for i := range x.Groups {
		a, b := x.Groups[i], y.Groups[i]
		if a.Disruption.Title, b.Disruption.Title = "", ""; a != b {
			return false
		}
	}
	return slices.EqualFunc(x.Nodes, y.Nodes, func(a, b bound.Node) bool { return a.Group == b.Group })
}

// inQuestion reports whether some disruption is not proved to leave a workload up.
func (o *Outlook) inQuestion(ref kubernetes.Ref) bool {
	k, ok := o.Stage.at[ref]
	return ok && slices.ContainsFunc(o.cases, func(c *Case) bool { return !c.proves(k) })
}

func (c *Case) proves(k int) bool {
	return c.watched[k].Floor <= 0 || c.bounds != nil && c.bounds[k].Least >= c.watched[k].Floor
}

// playAll plays the disruptions under which something is in question. One that is played
// once is told at once where a workload is likely to fall in it; all others are played again
// for that, when somebody asks.
func (o *Outlook) playAll(ctx context.Context) error {
	disruptions, _ := o.played.playable()
	var going sync.WaitGroup
	for _, c := range o.cases {
		k := slices.IndexFunc(disruptions, func(d Disruption) bool { return d.Name == c.Name })
		if k < 0 || !o.leavesOpen(c) && !o.mayHold(c) {
			continue
		}
		p := &play{stage: o.played, Disruption: disruptions[k], watched: o.played.world.Watched(&disruptions[k].Scenario),
			told: map[int64]*telling{}}
		if p.Runs > 1 {
			var err error
			if p.runs, err = simulate.Runs(ctx, o.played.world, p.Scenario); err != nil {
				return fmt.Errorf("%s: %w", p.Name, err)
			}
		} else {
			going.Go(func() {
				defer crash.Handle()
				if !o.likelyFalls(c) {
					p.runs = []simulate.Run{simulate.One(o.played.world, &p.Scenario, p.Seed)}
					return
				}
				run := simulate.RunWithEvents(o.played.world, p.Scenario, p.Seed)
				p.runs = []simulate.Run{run}
				p.tell(&run)
			})
		}
		c.play = p
	}
	going.Wait()
	return ctx.Err()
}

// mayHold reports whether a node that was read may stay under a case.
func (o *Outlook) mayHold(c *Case) bool { return c.mayStay && o.Stage.MadeUp() == 0 }

// leavesOpen reports whether a case is not proved to leave up some workload of
// those that are played.
func (o *Outlook) leavesOpen(c *Case) bool {
	for ref, k := range o.Stage.at {
		if _, among := o.played.at[ref]; among && !c.proves(k) {
			return true
		}
	}
	return false
}

// likelyFalls reports whether some workload that is played is likely to fall below its
// floor under a case: it is not proved that it does not, and it has no pod to spare.
func (o *Outlook) likelyFalls(c *Case) bool {
	for ref, k := range o.Stage.at {
		w := &c.watched[k]
		if _, among := o.played.at[ref]; among && w.Replicas <= w.Floor && !c.proves(k) {
			return true
		}
	}
	return false
}

// Titles are its own and those of the disruptions that go the same way.
func (c *Case) Titles() []string {
	all := []string{c.Title()}
	for _, t := range c.Same {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all
}

// Expires reports whether nodes go because they reach their age.
func (d *Disruption) Expires() bool {
	return slices.ContainsFunc(d.Triggers, func(t simulate.Trigger) bool { return t.Kind == contract.Expiry })
}

// NotPlayed is a disruption that could not be played and the reason, where
// there is one.
func (o *Outlook) NotPlayed() string { return o.notPlayed }
