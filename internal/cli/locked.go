package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/apply/journal"
)

// readJournal reads the journal of a plan. Who goes on with the plan waits for one that is locked for
// as long as a lease holds: whoever has it locked may be awake again by then.
func (s *session) readJournal(ctx context.Context, x *carried, wait bool) (*journal.Record, error) {
	over := time.Now().Add(leaseTime)
	for said := false; ; said = true {
		r, err := journal.Read(ctx, x.journal)
		var locked *journal.Locked
		if !errors.As(err, &locked) || !wait || ctx.Err() != nil || time.Now().After(over) {
			return r, err
		}
		if !said {
			(&told{s: s}).say("waits for the journal: " + err.Error())
		}
	}
}

// unread is the error of a journal that could not be read.
func (x *carried) unread(err error) error {
	if locked := x.locked(err); locked != nil {
		return locked
	}
	return badInput(err)
}

// locked is the error of a journal that another process has locked, with the way out; nil where it
// is another error.
func (x *carried) locked(err error) error {
	var locked *journal.Locked
	if !errors.As(err, &locked) {
		return nil
	}
	if n := len(x.held); locked.By.PID == 0 && n > 0 {
		err = fmt.Errorf("%w; %s was the last to carry the plan out", err, x.held[n-1].Who)
	}
	return &exitError{status: exitUnfinished, err: err, hint: locked.WayOut()}
}
