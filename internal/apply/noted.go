package apply

import (
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
)

// Since is from when on this process, and those before it without a break, had the step in hand:
// it was begun, or gone on with.
func (w *Work) Since() time.Time { return w.state().Since }

// FirstNoted is what was noted under a key by the earliest attempt that did.
func (w *Work) FirstNoted(key string) (journal.Entry, bool) {
	for attempt := 1; attempt <= w.Attempt; attempt++ {
		if e, ok := w.state().notes[noteKey(&journal.Entry{Attempt: attempt, Target: key})]; ok {
			return e, true
		}
	}
	return journal.Entry{}, false
}

// LastNoted is what was noted under a key by the latest attempt that did, and whether that is this one.
func (w *Work) LastNoted(key string) (e journal.Entry, own, ok bool) {
	for attempt := w.Attempt; attempt > 0; attempt-- {
		if e, ok := w.state().notes[noteKey(&journal.Entry{Attempt: attempt, Target: key})]; ok {
			return e, attempt == w.Attempt, true
		}
	}
	return journal.Entry{}, false, false
}

// Changes is how many changes were made in this attempt.
func (w *Work) Changes() (n int) {
	for key, c := range w.state().changes {
		if key.attempt == w.Attempt && key.undo == w.Undo && c.done {
			n++
		}
	}
	return n
}
