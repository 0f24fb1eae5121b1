package apply

import (
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
)

// What happens, for lines, for metrics and for the audit.
const (
	PlanBegun   = "plan-begun"
	PlanResumed = "plan-resumed"
	PlanEnded   = "plan-ended"
	PlanPaused  = "plan-paused"
	StepBegun   = "step-begun"
	StepWaits   = "step-waits" // said again only where it is another reason
	StepDone    = "step-done"
	StepStuck   = "step-stuck"
	StepFailed  = "step-failed"
	// Measured is what a guard or a runner has seen of a Level.
	Measured = "measured"
	// StepEscalated is a step that is stuck, and is taken on by what the plan has for that.
	StepEscalated = "step-escalated"
	StepUnknown   = "step-unknown"
	StepReset     = "step-reset"
	UndoBegun     = "undo-begun"
	UndoDone      = "undo-done"
	Changed       = "changed"
	Refusal       = "refused"
	LeaseWaits    = "lease-waits"
)

// Event is one of them.
type Event struct {
	At     time.Time
	Kind   string
	Step   string
	Title  string // of the step
	Group  string
	Wave   int
	Change string
	Target string
	About  map[string]string // of the change
	Says   string
	Level  *Level
}

// Level is how much there was of what a plan keeps up when somebody looked, such as the ready pods of a service.
type Level struct {
	Name  string
	Has   int
	Least int // that have to stay; 0 where who looked does not know it
	Wants int // the same of how many there are to be
}

// Level tells what a runner has seen of what the plan keeps up.
func (w *Work) Level(l Level) {
	w.engine.emit(Event{At: w.Now(), Kind: Measured, Step: w.Step.ID, Title: w.Step.Title, Group: w.Step.Group, Wave: w.Step.Wave, Level: &l})
}

// journaled hands an entry on to who keeps an account of them.
func (x *Settings) journaled(e *journal.Entry) error {
	if x.Journaled == nil {
		return nil
	}
	x.crash("journaled.before")
	if err := x.Journaled(e); err != nil {
		return &Unwritten{err}
	}
	return nil
}

func (e *Engine) tell(kind, step, says string) {
	ev := Event{At: e.Clock.Now(), Kind: kind, Step: step, Says: says}
	if s := e.steps[step]; s != nil {
		ev.Title, ev.Group, ev.Wave = s.Title, s.Group, s.Wave
	}
	e.emit(ev)
}

func (x *Settings) emit(ev Event) {
	if x.Events != nil {
		x.Events(ev)
	}
}

// waits tells what a step waits for, once for each reason.
func (e *Engine) waits(step, what string) {
	if e.said[step] != what {
		e.said[step] = what
		e.tell(StepWaits, step, what)
	}
}
