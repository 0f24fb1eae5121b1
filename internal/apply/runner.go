package apply

import (
	"context"
	"errors"
	"time"

	"github.com/onus-project/onus/internal/plan"
)

// Runner takes the steps of one kind. Step does what can be done of a step now and comes
// back: it never waits for anything but an answer. What it changes goes through Work.Change.
//
// Its error ends the attempt, but for these: *Wait, what Change returns, and *Halt.
type Runner interface {
	Check(a *plan.Action) error // what of an action it cannot carry out
	Step(ctx context.Context, w *Work) (Result, error)
}

// Watcher is a runner of steps that change nothing. They are left out where a run is to end.
type Watcher interface{ Watches() }

// Result is how far a step is: done, with what is to be said of it, or waiting.
type Result struct {
	Wait *Wait // nil where the step is done
	Says string
}

// Done is the result of a step that is done.
func Done(says string) Result { return Result{Says: says} }

// Waiting is the result of a step that waits for something, and looks again after some time.
func Waiting(what string, poll time.Duration) Result {
	return Result{Wait: &Wait{What: what, Poll: poll}}
}

// Wait is what a step waits for. As an error it is a result as well.
type Wait struct {
	What string
	Poll time.Duration
}

func (w *Wait) Error() string { return w.What }

// Halt is the error that pauses the whole plan.
type Halt struct{ Why string }

func (h *Halt) Error() string { return h.Why }

// Refused is the error of a change that the other side did not make, and will not: it said no.
// Any other error of a change leaves open whether it was made.
type Refused struct{ Err error }

func (r *Refused) Error() string { return r.Err.Error() }
func (r *Refused) Unwrap() error { return r.Err }

// errUnknown says that nobody can tell whether a change was made.
var errUnknown = errors.New("it cannot be told whether it was done")

// Guard tells whether a condition holds, as it is now.
type Guard interface {
	Check(ctx context.Context, g *plan.Guard, m Moment) (Verdict, error)
}

// Knower is a guard that can tell, before anything is done, what of a plan it cannot ask.
type Knower interface {
	Knows(g *plan.Guard) error
}

// Moment is what a guard is asked for.
type Moment struct {
	Now       time.Time
	PlanBegun time.Time
	// Begun says that something of the step's group was changed that no undo takes back.
	Begun bool
	// WaveBegun says the same of some group of the step's wave.
	WaveBegun bool
	Change    *Change // that is to be made; nil where a step is to begin
	// Approved is what somebody has approved, by name.
	Approved map[string]bool
	others
}

// Verdict is the answer of a guard.
type Verdict struct {
	Holds bool
	Why   string        // it does not
	Poll  time.Duration // after which it is asked again
	// Undo says that what was begun of the group is to be undone until it holds again.
	Undo bool
	// Patient says that it may take as long as it takes: no step is stuck by it.
	Patient bool
	// Level is what it has looked at, where that is a number.
	Level *Level
	// Pause says that it does not hold until somebody does something: the plan is paused.
	Pause bool
}

// Observation is what became of a change whose answer nobody has.
type Observation string

// What may be observed.
const (
	IsDone     Observation = "done"
	IsNotBegun Observation = "not-begun"
	IsFailed   Observation = "failed"
	IsUnknown  Observation = "unknown"
	IsUnderway Observation = "underway" // by this very process
)

// Change is one thing that a step changes outside.
type Change struct {
	Key    string // tells it from the other changes of the step, in each run
	Target string // the UID of what is changed
	// Final says that what the group did before it is not undone any more.
	Final bool
	About map[string]string // for guards, and for who reads the journal
	// Do makes it. The token is the same where it is made again because nobody knew.
	Do func(ctx context.Context, token string) error
	// Observe tells whether it was made, where the answer of Do was lost.
	Observe func(ctx context.Context, token string) (Observation, error)
}
