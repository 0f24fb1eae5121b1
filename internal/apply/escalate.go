package apply

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/words"
)

// escalated is the target of the note that a step is escalated, in the attempt in which it is.
const escalated = "escalated"

// Open are the risks of a plan that nobody has accepted, of those that have to be.
func Open(p *plan.Plan, accepted []string, how OnStuck) []plan.Risk {
	return slices.DeleteFunc(p.RisksOf(how == EscalateOnStuck), func(r plan.Risk) bool { return slices.Contains(accepted, r.Name()) })
}

// unaccepted are the risks that have to be accepted now. Who goes on with a plan accepts those of
// escalations anew: who began it may not have asked for any.
func (x *Settings) unaccepted(begun bool) []plan.Risk {
	open := Open(x.Plan, x.Accept, x.OnStuck)
	if begun {
		of := x.Plan.RisksOfEscalations()
		open = slices.DeleteFunc(open, func(r plan.Risk) bool { return !slices.Contains(of, r) })
	}
	return open
}

// accepted names the risks that were accepted, for the journal.
func (x *Settings) accepted() string {
	var all []string
	for i := range x.Plan.Risks {
		if name := x.Plan.Risks[i].Name(); slices.Contains(x.Accept, name) {
			all = append(all, name)
		}
	}
	return strings.Join(all, ", ")
}

// escalation is what a step is taken on by, and since when; nil where it is not escalated. That counts
// from when this process and those before it without a break had it in hand.
func escalation(e *Engine, s *plan.Step, st *StepState) (by *plan.Escalation, since time.Time) {
	since = st.Escalated()
	if since.IsZero() || e.OnStuck != EscalateOnStuck || s.Escalation == nil {
		return nil, since
	}
	if st.Since.After(since) {
		since = st.Since
	}
	return s.Escalation, since
}

// escalate has a step that is stuck be taken on by its escalation.
func escalate(ctx context.Context, e *Engine, s *plan.Step, st *StepState, why string) error {
	e.crash("escalate.before")
	if err := e.append(ctx, &journal.Entry{Step: s.ID, Attempt: st.Attempt, Kind: journal.Note, Target: escalated, Detail: why}); err != nil {
		return err
	}
	e.crash("escalate.after")
	e.tell(StepEscalated, s.ID, why)
	e.lookAgain(e.Clock.Now())
	return nil
}

// escalatedTooLong says why a step that is escalated has taken too long, where it has.
func escalatedTooLong(e *Engine, s *plan.Step, by *plan.Escalation, since time.Time) string {
	if most := time.Duration(by.TimeoutSeconds) * time.Second; e.Clock.Now().Sub(since) >= most {
		return e.because(s.ID, "not done "+words.Duration(most)+" after it was escalated")
	}
	return ""
}

// Latest is when a change of one sort was last made, or may have been, by whichever step of the plan: one
// whose key begins so. It is zero where none was.
func (w *Work) Latest(sort string) (at time.Time) {
	for _, st := range w.engine.state.Steps {
		for key, c := range st.changes {
			if strings.HasPrefix(key.key, sort) && c.mayBe() && c.at.After(at) {
				at = c.at
			}
		}
	}
	return at
}

// Seen looks for what became of a change whose answer nobody has, and does not make it.
func (w *Work) Seen(ctx context.Context, c *Change) error {
	was := w.state().changes[changeKey{w.Attempt, w.Undo, c.Key}]
	if was == nil || !was.open {
		return nil
	}
	_, err := w.observe(ctx, c, was)
	return err
}
