// Package machine is the lease of plans that are carried out from one machine, and in no cluster: a lock on a file, which
// the system gives back when the process that has it ends, however it does.
package machine

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/gofrs/flock"

	"github.com/onus-project/onus/internal/apply"
)

// Lock is a lock on a file.
type Lock struct {
	File   string
	Holder string
	After  int64 // the fencing number of who had it before, as a journal has it

	lock *flock.Flock
	is   fs.FileInfo // the file that is locked
}

// Take takes the lock and gives the fencing number. Where another process has it the error is apply.Taken: that lives.
func (l *Lock) Take(ctx context.Context) (int64, error) {
	lock := flock.New(l.File, flock.SetPermissions(0o600))
	ctx, done := context.WithTimeout(ctx, patience)
	defer done()
	ok, err := lock.TryLockContext(ctx, patience/10) // who looks whether somebody has it has it for a moment
	if errors.Is(err, context.DeadlineExceeded) {
		err = nil
	}
	switch {
	case err != nil:
		return 0, fmt.Errorf("lock %s: %w", l.File, err)
	case !ok:
		return 0, &apply.Taken{Holder: said(l.File), In: "fleet"}
	}
	if err := os.WriteFile(l.File+by, []byte(l.Holder+"\n"), 0o600); err != nil {
		_ = lock.Close()
		return 0, fmt.Errorf("lock %s: %w", l.File, err)
	}
	if l.is, err = os.Stat(l.File); err != nil {
		_ = lock.Close()
		return 0, fmt.Errorf("lock %s: %w", l.File, err)
	}
	l.lock = lock
	return l.After + 1, nil
}

// patience is how long a lock is tried for.
const patience = time.Second

// by ends the name of the file beside a lock in which it stands who has it: no other process may read one that is locked,
// on some systems.
const by = ".by"

// Hold reports whether the lock is still ours: a file that somebody deleted locks out nobody.
func (l *Lock) Hold(context.Context) error {
	is, err := os.Stat(l.File)
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && !os.SameFile(is, l.is):
		return &apply.Lost{}
	case err != nil:
		return fmt.Errorf("lock %s: %w", l.File, err)
	}
	return nil
}

// Release gives it back. The file stays: who deletes it may delete that of another.
func (l *Lock) Release(context.Context) error {
	_ = os.Remove(l.File + by)
	return l.lock.Close()
}

// Before is the number of who had it last: a file does not know it.
func (*Lock) Before() int64 { return 0 }

// Note has nothing to note: the journal lies beside the lock.
func (*Lock) Note(context.Context) error { return nil }

// Holder is who has the lock of a file now; empty for nobody.
func Holder(file string) (string, error) {
	if _, err := os.Stat(file); errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	lock := flock.New(file, flock.SetPermissions(0o600))
	ok, err := lock.TryLock()
	switch {
	case err != nil:
		return "", err
	case ok:
		return "", lock.Close()
	}
	return said(file), nil
}

// said is who has the lock by what stands in its file.
func said(file string) string {
	data, err := os.ReadFile(file + by)
	if name := strings.TrimSpace(string(data)); err == nil && name != "" {
		return name
	}
	return "a process of this machine"
}
