package apply

import (
	"strconv"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
)

// StepStatus is how far a step is.
type StepStatus string

// How far it may be.
const (
	StepPending   StepStatus = "pending"
	StepRunning   StepStatus = "running"
	StepFinished  StepStatus = "done"
	StepIsStuck   StepStatus = "stuck"
	StepIsUnknown StepStatus = "unknown"
	StepUndoing   StepStatus = "undoing"
)

// StepState is what the journal says of a step.
type StepState struct {
	Status   StepStatus
	Attempt  int       // the last one that was begun
	Failures int       // since the run began
	Begun    time.Time // of that attempt
	Since    time.Time // from when on its time counts: it was begun, or gone on with
	Ended    time.Time
	Why      string // it is stuck, or failed
	Changed  int    // how many changes were made, in all attempts
	Open     string // the change of which nobody knows whether it was made
	made     bool   // a change was begun, and is not undone
	final    bool   // and one after which nothing is undone any more
	undoing  bool
	stuck    bool // in this run
	reset    int  // the last attempt of which what was done does not count any more
	changes  map[changeKey]*changeState
	notes    map[string]journal.Entry
}

type changeKey struct {
	attempt int
	undo    bool
	key     string
}

// changeState is what is known of a change. It is open while there is an intent without an
// outcome.
type changeState struct {
	try      int
	token    string
	open     bool
	done     bool
	final    bool
	underway bool // by this very process
	said     journal.Outcome
	at       time.Time
	target   string
	about    string
}

// Escalated is since when the last attempt is escalated; zero where it is not.
func (st *StepState) Escalated() time.Time {
	return st.notes[noteKey(&journal.Entry{Attempt: st.Attempt, Target: escalated})].At
}

// State is how a plan stands: what its journal says, and nothing else.
type State struct {
	Steps    map[string]*StepState
	Begun    time.Time
	Last     time.Time
	Paused   bool
	Why      string          // it is paused
	Finished journal.Outcome // empty while it is not
	Approved map[string]bool // what somebody has approved, by name
}

// Fold makes the state of a plan of its journal.
func Fold(p *plan.Plan, entries []journal.Entry) *State {
	s := &State{Steps: make(map[string]*StepState, len(p.Steps)), Approved: map[string]bool{}}
	for i := range p.Steps {
		s.Steps[p.Steps[i].ID] = &StepState{Status: StepPending, changes: map[changeKey]*changeState{}, notes: map[string]journal.Entry{}}
	}
	for i := range entries {
		s.Add(&entries[i])
	}
	return s
}

// Add takes over one more entry of the journal.
func (s *State) Add(e *journal.Entry) {
	if s.Begun.IsZero() {
		s.Begun = e.At
	}
	s.Last = e.At
	switch e.Kind {
	case journal.Pause:
		s.Paused, s.Why = true, e.Detail
	case journal.Resume:
		s.resume(e.At)
	case journal.Finish:
		s.Finished = e.Outcome
	case journal.Note:
		if e.Step == "" && e.Target == approved {
			s.Approved[e.Detail] = true
		}
	}
	if st := s.Steps[e.Step]; st != nil {
		st.add(e)
	}
}

// resume has what was stuck be tried again, and what is unknown be looked at again.
func (s *State) resume(at time.Time) {
	s.Paused, s.Why, s.Finished = false, "", ""
	for _, st := range s.Steps {
		st.Failures, st.stuck, st.Since = 0, false, at
		switch st.Status {
		case StepIsStuck:
			st.Status, st.Why = StepPending, ""
		case StepIsUnknown:
			st.Status, st.Why = StepRunning, ""
			if st.undoing {
				st.Status = StepUndoing
			}
		}
	}
}

func (st *StepState) add(e *journal.Entry) {
	switch e.Kind {
	case journal.Begin:
		if e.Undo {
			st.Status, st.undoing = StepUndoing, true
			return
		}
		st.takeOver(e.Attempt)
		st.Status, st.Attempt, st.Begun, st.Since, st.Why = StepRunning, e.Attempt, e.At, e.At, ""
	case journal.End:
		st.end(e)
	case journal.Note:
		st.notes[noteKey(e)] = *e
	case journal.Intent, journal.Result, journal.Observed:
		st.changed(e)
	}
}

// takeOver has an attempt look for what became of changes of which no attempt before it knows:
// they may be underway still.
func (st *StepState) takeOver(attempt int) {
	for key, c := range st.changes {
		if c.open && !key.undo && key.attempt != attempt {
			delete(st.changes, key)
			key.attempt = attempt
			st.changes[key] = c
		}
	}
}

func (st *StepState) end(e *journal.Entry) {
	st.Ended, st.Open = e.At, ""
	if e.Undo {
		st.Status, st.undoing, st.made = StepPending, false, false
		if st.stuck {
			st.Status = StepIsStuck
		}
		return
	}
	switch e.Outcome {
	case journal.Done:
		st.Status = StepFinished
	case journal.Failed:
		st.Status, st.Why = StepPending, e.Detail
		st.Failures++
	case journal.Stuck:
		st.Status, st.Why, st.stuck = StepIsStuck, e.Detail, true
	default: // reset
		st.Status, st.made, st.reset = StepPending, false, e.Attempt
		st.final = st.isFinal()
	}
}

func (st *StepState) changed(e *journal.Entry) {
	key := changeKey{e.Attempt, e.Undo, e.Change}
	c := st.changes[key]
	if c == nil {
		c = &changeState{}
		st.changes[key] = c
	}
	c.at = e.At
	if e.Kind == journal.Intent {
		c.try, c.token, c.open, c.said = e.Try, e.Token, true, ""
		c.target, c.about, c.final, c.underway = e.Target, e.Detail, e.Final, false
		st.made = st.made || !e.Undo
		st.final = st.isFinal()
		return
	}
	c.said = e.Outcome
	switch e.Outcome {
	case journal.Done:
		c.open, c.done = false, true
		st.Changed++
		st.Open = ""
	case journal.NotBegun:
		c.open = e.Detail != answeredByPerson // who says so has it begun anew, as another try
		st.Open = ""
	case journal.Unknown:
		st.Status, st.Open = StepIsUnknown, e.Change
	default: // refused, failed
		c.open = false
		st.Open = ""
	}
	st.final = st.isFinal()
}

// mayBe reports whether a change was made, or may have been: not one that was refused, nor one of
// which it was seen that it was not begun.
func (c *changeState) mayBe() bool { return c.done || c.open && c.said != journal.NotBegun }

// isFinal reports whether a change was made, or may have been, after which nothing is undone, since the step was begun
// anew.
func (st *StepState) isFinal() bool {
	for key, c := range st.changes {
		if key.attempt > st.reset && c.final && c.mayBe() {
			return true
		}
	}
	return false
}

// did reports whether something was changed, or may have been, since the step was begun anew.
func (st *StepState) did() bool {
	for key, c := range st.changes {
		if !key.undo && key.attempt > st.reset && c.mayBe() {
			return true
		}
	}
	return false
}

// noteKey tells the notes of a step apart: each attempt has its own.
func noteKey(e *journal.Entry) string { return strconv.Itoa(e.Attempt) + "/" + e.Target }
