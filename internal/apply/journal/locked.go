package journal

import (
	"context"
	"errors"
	"fmt"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// patience is how long a journal that somebody has locked is waited for: a write takes a moment.
const patience = 5 * time.Second

// Locked is the error of a journal that another process has locked for longer than a write takes.
type Locked struct {
	File string
	By   Process
	err  error
}

// Process is one that has locked a file, as far as the system tells.
type Process struct {
	PID     int // 0 where it does not tell
	Name    string
	Stopped bool // it does nothing until somebody has it go on
}

func (p Process) String() string {
	switch {
	case p.PID == 0:
		return "a process that this system does not name"
	case p.Name == "":
		return fmt.Sprintf("process %d", p.PID)
	}
	return fmt.Sprintf("process %d (%s)", p.PID, p.Name)
}

func (e *Locked) Error() string {
	says := "is locked by " + e.By.String()
	if e.By.Stopped {
		says += ", which is stopped"
	}
	return says
}

func (e *Locked) Unwrap() error { return e.err }

// WayOut is what to do about it. A process that ends in the midst of a write leaves the journal
// as it was before.
func (e *Locked) WayOut() string {
	const then = "; the journal loses nothing by it, and --resume goes on"
	switch {
	case e.By.PID == 0:
		return "find out which process has " + e.File + " open, on whichever machine has it, and end it" + then
	case e.By.Stopped:
		return fmt.Sprintf("kill -KILL %d ends it%s", e.By.PID, then)
	}
	return fmt.Sprintf("wait until it has done, or end it: kill %d%s", e.By.PID, then)
}

// patiently does something with a journal, and again while another process has it locked.
func patiently(ctx context.Context, file string, do func() error) error {
	wall := time.NewTimer(patience)
	defer wall.Stop()
	var busy error
	for {
		err := do()
		if codeOf(err)&0xff != sqlite3.SQLITE_BUSY && (busy == nil || ctx.Err() == nil) {
			return said(file, err)
		}
		busy = err
		again := time.NewTimer(pause)
		select {
		case <-again.C:
			continue
		case <-ctx.Done():
			err = errors.Join(ctx.Err(), err)
		case <-wall.C:
		}
		again.Stop()
		return &Locked{File: file, err: err}
	}
}

// pause is between two looks at a journal that is locked.
const pause = 50 * time.Millisecond

// named is an error with who has the journal locked, where it is about that.
func named(err error, by func(file string) (Process, bool)) error {
	var locked *Locked
	if errors.As(err, &locked) && locked.By.PID == 0 {
		locked.By, _ = by(locked.File)
	}
	return err
}
