package apply

import "time"

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
