package compute

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/onus-project/onus/internal/bound"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/scenario"
	"github.com/onus-project/onus/internal/simulate"
	"github.com/onus-project/onus/internal/story"
)

// The obligations that are looked at by playing what contracts have in store.
var foreseen = []string{"survives-replacement", "expiry-cohort", "expiry-unbounded"}

// Foreseen reports whether an obligation is looked at by playing: it is then
// about what comes of everything, and others are about why.
func Foreseen(obligation string) bool { return slices.Contains(foreseen, obligation) }

// foresight is what contracts have in store for an estate: each move bounded
// over every order of events, and played where that proves not enough.
type foresight struct {
	why    string // nothing can be played, and why
	all    *stage
	played *stage // all, or only the workloads in question
}

// stage is an estate with the moves that are played on it.
type stage struct {
	estate *kubernetes.Estate
	world  *simulate.World
	known  scenario.Known
	given  scenario.Given
	moves  []*move
	at     map[kubernetes.Ref]int // of what is watched, by its name
	expire [][]simulate.Due
	// leftOut is a move that cannot be played, and why.
	leftOut string
	undated
}

// undated says that nothing in an estate tells the time. What is played then
// begins on some Monday, so that the same input has the same findings on any day.
type undated bool

// move is a scenario that a contract has in store.
type move struct {
	scenario.Default
	also    []string // others that go the same way
	watched []simulate.Watched
	bounds  []bound.Bound // of what is watched; nil where the move is not bounded
	open    string        // why it is not
	runs    []simulate.Run
	told    map[int64]*telling
}

// telling is the story of one run.
type telling struct {
	*story.Story
	falls map[int]story.Fall
}

// How often each move is played: chance decides little where there are many pods.
const (
	fewRuns  = 3
	manyPods = 1000
)

// mostTogether is how many pods are placed on made-up nodes and played
// together. Of more only the workloads in question are: nothing says that they
// share their nodes with others.
const mostTogether = 2000

// foresee plays what is in store, once.
func (a *auditor) foresee() *foresight {
	if a.ahead != nil {
		return a.ahead
	}
	a.ahead = &foresight{}
	if why := a.ahead.prepare(a); why != "" {
		a.ahead.why = why
	}
	return a.ahead
}

func (f *foresight) prepare(a *auditor) (why string) {
	var err error
	if f.all, err = newStage(a.estate, a.places); err != nil {
		return err.Error()
	}
	f.all.find(a.estate, &a.places)
	question := map[kubernetes.Ref]bool{}
	for i := range a.estate.Workloads {
		if w := &a.estate.Workloads[i]; a.stands(i) && f.all.inQuestion(w.Ref) {
			question[w.Ref] = true
		}
	}
	f.played = f.all
	if len(question) == 0 {
		return ""
	}
	if f.all.world.Made() > 0 && f.all.pods() > mostTogether && len(question) < len(f.all.at) {
		e, places := only(a.estate, a.places, question)
		if alone, err := newStage(e, places); err == nil {
			alone.same(f.all, e, &places)
			f.played = alone
		}
	}
	f.played.play(f.all)
	return ""
}

// stands reports whether a workload is looked at: drains evict its pods, and
// it is meant to be there all the time.
func (a *auditor) stands(i int) bool {
	w := &a.estate.Workloads[i]
	return w.Evictable && !w.Transient && w.AtLeast() > 0 && a.serves(i)
}

// only is an estate with only some of its workloads.
func only(e *kubernetes.Estate, places locate.Places, wanted map[kubernetes.Ref]bool) (*kubernetes.Estate, locate.Places) {
	some, kept := e.Subset(func(w *kubernetes.Workload) bool { return wanted[w.Ref] })
	at := places
	at.Workloads = nil
	for _, i := range kept {
		at.Workloads = append(at.Workloads, places.Workloads[i])
	}
	return some, at
}

func newStage(e *kubernetes.Estate, places locate.Places) (*stage, error) {
	s := &stage{estate: e, at: map[kubernetes.Ref]int{}}
	offerings := scenario.Contracts(e, &places)
	var err error
	if s.world, err = simulate.Prepare(e, places, places.Fallback.Basis == locate.Asked); err != nil {
		return nil, err
	}
	s.known = scenario.Of(e, s.world, offerings)
	s.given = scenario.Given{Start: e.Newest, Timings: scenario.Timings(offerings)}
	if e.Newest.IsZero() {
		s.given.Start, s.undated = aMonday, true
	}
	for k, w := range s.world.Watched(&simulate.Scenario{}) {
		s.at[w.Ref] = k
	}
	s.given.Asked.Runs = fewRuns
	if s.pods() > manyPods {
		s.given.Asked.Runs = 1
	}
	return s, nil
}

// pods is how many are watched.
func (s *stage) pods() int {
	n := 0
	for _, w := range s.world.Watched(&simulate.Scenario{}) {
		n += w.Replicas
	}
	return n
}

// defaults are the moves that the contracts have in store.
func (s *stage) defaults(e *kubernetes.Estate, places *locate.Places) []*move {
	var all []*move
	for _, d := range scenario.Defaults(s.known, e, places, s.given) {
		if err := s.world.Check(&d.Scenario); err != nil {
			s.leftOut = d.Name + ": " + err.Error() // nodes of a platform of which there are none
			continue
		}
		all = append(all, &move{Default: d, watched: s.world.Watched(&d.Scenario), told: map[int64]*telling{}})
	}
	return all
}

// find bounds what the contracts have in store. Of moves that take nodes in
// the same way one is kept.
func (s *stage) find(e *kubernetes.Estate, places *locate.Places) {
	var models []*bound.Model
	for _, m := range s.defaults(e, places) {
		model, err := s.world.Model(&m.Scenario)
		if err != nil {
			m.open = err.Error()
		}
		if k := slices.IndexFunc(s.moves, func(x *move) bool { return x.covers(m) && alike(models[slices.Index(s.moves, x)], model) }); k >= 0 {
			s.moves[k].also = append(s.moves[k].also, m.title())
			continue
		}
		if model != nil {
			bounds := bound.Bounds(model)
			for _, l := range s.world.At() {
				m.bounds = append(m.bounds, bounds[l])
			}
		}
		s.moves, models = append(s.moves, m), append(models, model)
	}
}

// covers reports whether a move is played for as long as another one.
func (m *move) covers(other *move) bool {
	return m.Horizon >= other.Horizon && m.expires() == other.expires()
}

// alike reports whether two moves take the same nodes in the same way.
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

// same takes over which moves are looked at.
func (s *stage) same(as *stage, e *kubernetes.Estate, places *locate.Places) {
	all := s.defaults(e, places)
	for _, m := range as.moves {
		if k := slices.IndexFunc(all, func(x *move) bool { return x.Name == m.Name }); k >= 0 {
			all[k].also = m.also
			s.moves = append(s.moves, all[k])
		}
	}
}

// inQuestion reports whether some move is not proved to leave a workload up.
func (s *stage) inQuestion(ref kubernetes.Ref) bool {
	k, ok := s.at[ref]
	return ok && slices.ContainsFunc(s.moves, func(m *move) bool { return m.bounds == nil || m.bounds[k].Least < m.watched[k].Floor })
}

// play plays the moves that something is in question under. A move that is
// played once is told at once; of several runs only the worst ones are, when
// somebody asks.
func (s *stage) play(of *stage) {
	var going sync.WaitGroup
	for _, m := range s.moves {
		switch {
		case !of.named(m.Name).inQuestion(of.at, s.at):
		case m.Runs > 1:
			m.runs, _ = simulate.Runs(s.world, m.Scenario) // which was checked
		default:
			going.Go(func() {
				run := simulate.Told(s.world, m.Scenario, m.Seed)
				m.runs = []simulate.Run{run}
				s.tell(m, &run)
			})
		}
	}
	going.Wait()
}

// inQuestion reports whether the move is not proved to leave up some workload
// that is among those.
func (m *move) inQuestion(at, those map[kubernetes.Ref]int) bool {
	for ref, k := range at {
		if _, among := those[ref]; among && (m.bounds == nil || m.bounds[k].Least < m.watched[k].Floor) {
			return true
		}
	}
	return false
}

// tell makes the story of a run.
func (s *stage) tell(m *move, run *simulate.Run) *telling {
	t := &telling{Story: story.New(s.estate, s.budgeted(), &m.Scenario, m.watched, run)}
	if s.undated {
		t.Clock = s.clock(m)
	}
	t.falls = t.Falls()
	m.told[run.Seed] = t
	return t
}

func (s *stage) named(name string) *move {
	if k := slices.IndexFunc(s.moves, func(m *move) bool { return m.Name == name }); k >= 0 {
		return s.moves[k]
	}
	return nil
}

// title is a move without what its scenario is for: drift, for next roll: drift.
func (m *move) title() string {
	if _, after, ok := strings.Cut(m.Name, ": "); ok {
		return after
	}
	return m.Name
}

// titles are its own and those of the moves that go the same way.
func (m *move) titles() []string {
	all := []string{m.title()}
	for _, t := range m.also {
		if !slices.Contains(all, t) {
			all = append(all, t)
		}
	}
	return all
}

func (m *move) expires() bool {
	return slices.ContainsFunc(m.Triggers, func(t simulate.Trigger) bool { return t.Kind == simulate.Expiry })
}

// fate is what becomes of a workload under a move.
type fate struct {
	*move
	stage   *stage
	verdict bound.Verdict
	words   string
	bound   *bound.Bound
	at      int // among what is watched
	worst   simulate.WorkloadRun
	seed    int64 // of the run it is of
	below   int   // runs in which it fell below its floor
	longest time.Duration
}

// fates are those of a workload under each move that wanted says, the worst
// first; false where it was not played.
func (f *foresight) fates(ref kubernetes.Ref, wanted func(*move) bool) ([]fate, bool) {
	k, ok := f.all.at[ref]
	if !ok {
		return nil, false
	}
	var all []fate
	for _, m := range f.all.moves {
		if wanted(m) {
			all = append(all, f.fate(ref, k, m))
		}
	}
	rank := []bound.Verdict{bound.Refuted, bound.Open, bound.Proved}
	slices.SortStableFunc(all, func(x, y fate) int {
		if c := slices.Index(rank, x.verdict) - slices.Index(rank, y.verdict); c != 0 || x.verdict == bound.Proved {
			return c
		}
		return x.worst.MinReady - y.worst.MinReady
	})
	return all, true
}

func (f *foresight) fate(ref kubernetes.Ref, k int, m *move) fate {
	x := fate{move: m, stage: f.all, at: k, bound: &bound.Bound{Of: m.watched[k].Replicas}}
	if m.bounds != nil {
		x.bound = &m.bounds[k]
	}
	search := bound.Search{}
	if here, ok := f.played.at[ref]; ok {
		if played := f.played.named(m.Name); played != nil && played.runs != nil {
			x.move, x.stage, x.at = played, f.played, here
			search = x.search()
		}
	}
	x.verdict, x.words = bound.Judge(*x.bound, x.watched[x.at].Floor, search)
	return x
}

// search finds the worst run.
func (x *fate) search() bound.Search {
	for i := range x.runs {
		r := &x.runs[i].Workloads[x.at]
		if i == 0 || r.MinReady < x.worst.MinReady {
			x.worst, x.seed = *r, x.runs[i].Seed
		}
		if r.MinReady < x.watched[x.at].Floor {
			x.below++
			x.longest = max(x.longest, r.BelowFloor)
		}
	}
	return bound.Search{Runs: len(x.runs), Least: x.worst.MinReady}
}

// clock is the time so long after the start: with its day, or, where nothing
// tells the day, on which day of the week, since budgets go by that, or else
// how long after.
func (s *stage) clock(m *move) func(time.Duration) string {
	return func(after time.Duration) string {
		switch at := m.Start.Add(after).UTC(); {
		case !bool(s.undated):
			return at.Format("2006-01-02 15:04:05")
		case s.scheduled():
			return at.Format("Mon 15:04:05")
		}
		const day = 24 * time.Hour
		days := ""
		if n := after / day; n > 0 {
			days = fmt.Sprintf("%dd ", n)
		}
		return "+" + days + time.Time{}.Add(after%day).Format(time.TimeOnly)
	}
}

func (s *stage) scheduled() bool {
	return slices.ContainsFunc(s.estate.Pools, func(p kubernetes.Pool) bool {
		return slices.ContainsFunc(p.Budgets, func(b kubernetes.NodeBudget) bool { return b.Schedule != "" })
	})
}

// moment is a time in a sentence.
func (s *stage) moment(m *move, after time.Duration) string {
	if bool(s.undated) && !s.scheduled() {
		return story.Roughly(after) + " after it begins"
	}
	return "at " + s.clock(m)(after) + " UTC"
}

// mostLinks is how many lines of a chain a finding has.
const mostLinks = 9

// trace tells how the workload came to its worst moment, in lines.
func (x *fate) trace() []finding.Evidence {
	told, ok := x.told[x.seed]
	if !ok {
		run := simulate.Told(x.stage.world, x.Scenario, x.seed)
		told = x.stage.tell(x.move, &run)
	}
	fall, ok := told.falls[x.at]
	if !ok {
		return nil
	}
	var lines []finding.Evidence
	links := told.Chain(fall)
	for k, l := range links {
		switch skipped := len(links) - mostLinks; {
		case skipped > 0 && k == mostLinks/2:
			lines = append(lines, finding.Evidence{Text: count(skipped+1, "step") + " more"})
		case skipped > 0 && k > mostLinks/2 && k <= mostLinks/2+skipped:
		default:
			lines = append(lines, finding.Evidence{Text: told.Clock(l.At) + "  " + l.Text})
		}
	}
	return lines
}

// dues are when nodes expire, by what is watched.
func (s *stage) dues() [][]simulate.Due {
	if s.expire == nil {
		s.expire = s.world.Dues()
	}
	return s.expire
}

// budgeted reports whether node budgets are asked under some contract here.
func (s *stage) budgeted() bool {
	return slices.ContainsFunc(s.known.Offerings, func(o *responsibility.Offering) bool { return o.Contract.NodeBudgets() })
}
