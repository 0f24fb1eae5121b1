// Package apply carries a plan out. It knows nothing of what the steps are about: a runner
// of its kind takes each, a little at a time, and no step waits for another but where the
// plan says so. What is about to be changed stands in the journal before, and what came of
// it after, so that an engine that begins where another one died does nothing twice.
package apply

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/plan"
)

// Settings are what a plan is carried out with.
type Settings struct {
	Plan    *plan.Plan
	Journal *journal.Journal // held: see journal.Hold
	Runners map[string]Runner
	Guards  map[string]Guard
	Lease   Lease
	Clock   Clock
	Facts   func(context.Context, []plan.Fact) ([]plan.Fact, error) // what they are now; nil asks nobody
	Accept  []string                                                // names of risks
	Approve []string                                                // what guards wait for, by the names that they have for it
	OnStuck OnStuck
	// Answers are what people say of changes that are unknown, by step: whether they were made.
	Answers map[string]bool
	// Files is what the names of files begin with that runners keep; empty for none.
	Files  string
	Events func(Event) // called by who runs the engine; nil is told nothing
	// Journaled is handed each entry of the journal in its order: those that were there when the engine began, and each
	// as it is written. Where it fails the run ends, as where the journal takes nothing any more; nil for nobody.
	Journaled func(*journal.Entry) error
	// Crash is called at named points, for tests that die there; nil in earnest.
	Crash func(point string)
}

// Lease says whether this process is the one that may change anything. Hold renews it where
// that is due. *Lost says that another has it, and *Ending that it is still held, but not for long; any other error that it
// cannot be told now.
type Lease interface {
	Hold(ctx context.Context) error
}

// Clock is where the time comes from.
type Clock interface {
	Now() time.Time
	// Sleep sleeps so long, or until the context ends.
	Sleep(ctx context.Context, d time.Duration)
}

// OnStuck is what is done about a step that takes too long, or fails too often. What was begun of
// its group is undone, unless it is escalated.
type OnStuck string

// What can be done about it.
const (
	PauseOnStuck OnStuck = "pause" // nothing further is begun
	SkipOnStuck  OnStuck = "skip"  // its group is left, and the others go on
	// EscalateOnStuck has a step go on that is stuck, by what the plan has for that, and pauses where
	// that does not help either, or there is nothing.
	EscalateOnStuck OnStuck = "escalate"
)

// Status is how a plan stands when the engine ends.
type Status string

// How it may stand.
const (
	Finished    Status = "done"
	Left        Status = "left"    // to its end, and some of it is not done
	Paused      Status = "paused"  // by the engine, which says why
	Unknown     Status = "unknown" // what is left waits for a change of which nobody knows whether it was made
	Interrupted Status = "interrupted"
	Overtaken   Status = "overtaken" // another process carries it out
	Aborted     Status = "aborted"
	Running     Status = "running"
	NotBegun    Status = "not-begun"
)

// Lost is the error where another process has the lease, or nobody.
type Lost struct{ Holder string }

func (e *Lost) Error() string {
	if e.Holder == "" {
		return "the lease is not ours any more: it was deleted, or given back"
	}
	return "the lease is held by " + e.Holder
}

// Ending is the error of a lease that is held, and may not be renewed: until it is over what is in hand may be undone under it.
type Ending struct{ Why string }

func (e *Ending) Error() string { return e.Why }

// Taken is the error where another process holds the lease from the start.
type Taken struct {
	Holder  string
	In      string    // what it is the lease of: cluster
	Until   time.Time // it may be taken over then, where it was not renewed; zero where it may not be
	Renewed time.Time // by the clock of the holder
}

func (e *Taken) Error() string {
	return "another process carries out a plan in this " + e.In + ": " + e.Holder
}

// Unwritten is the error where the journal takes nothing any more. It ends the run: what is
// not written down must not be done, and what was done is looked for later.
type Unwritten struct{ Err error }

func (e *Unwritten) Error() string { return e.Err.Error() }
func (e *Unwritten) Unwrap() error { return e.Err }

// Stale is the error of a plan that rests on facts that are others now.
type Stale struct{ Moved []plan.Moved }

func (e *Stale) Error() string {
	var all []string
	for _, m := range e.Moved {
		all = append(all, fmt.Sprintf("%s: %s was %s and is %s", m.Object, m.Field, quoted(m.Was), quoted(m.Is)))
	}
	return "what the plan rests on has changed: " + strings.Join(all, "; ")
}

func quoted(value string) string {
	if value == "" {
		return "not there"
	}
	return value
}

// Unaccepted is the error of a plan with risks that nobody has accepted.
type Unaccepted struct{ Risks []plan.Risk }

func (e *Unaccepted) Error() string {
	var all []string
	for i := range e.Risks {
		all = append(all, e.Risks[i].Name()+" ("+e.Risks[i].Says+")")
	}
	return "the plan has risks that are not accepted: " + strings.Join(all, "; ")
}

// ErrNoEscalation is the error of a plan that has nothing to escalate with, where that is asked for.
var ErrNoEscalation = errors.New("the plan has nothing that may be done about a step that is stuck: it was made without --escalate")

// ErrBegun is the error of a plan that was begun before, where nobody said to go on with it.
var ErrBegun = errors.New("the plan was begun before")

// ErrAborted is the error of a plan that was given up.
var ErrAborted = errors.New("the plan was aborted: make a new one")

// realClock is that of the machine.
type realClock struct{}

// RealClock is that of the machine.
func RealClock() Clock { return realClock{} }

func (realClock) Now() time.Time { return time.Now() }

func (realClock) Sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}
