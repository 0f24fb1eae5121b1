package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/crash"
)

// output is stdout. It remembers that it could not be written, so that a
// result cut short is never taken for a whole one, and it can be closed before
// a result is begun.
type output struct {
	to io.Writer

	mu            sync.Mutex
	begun, closed bool
	failed        error
}

// errClosed is the error of a result that came after the command was
// interrupted.
var errClosed = errors.New("interrupted")

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return 0, errClosed
	}
	o.begun = true
	n, err := o.to.Write(p)
	if err != nil && o.failed == nil {
		o.failed = err
	}
	return n, err
}

// begin says that a result is being shown, by a program of its own. It reports false
// where the command was interrupted before.
func (o *output) begin() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.begun = o.begun || !o.closed
	return !o.closed
}

// close lets no result begin any more. It reports false where one has begun.
func (o *output) close() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.closed = !o.begun
	return o.closed
}

func (o *output) failure() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.failed
}

// tidying is how long an interrupted command may take to end by itself, to
// leave no half of a file.
const tidying = 2 * time.Second

// run runs a command to its end, or until the context ends: then a result that
// is being written is written whole, and one that is not is left out.
func (s *session) run(ctx context.Context, root *cobra.Command) error {
	ended := make(chan error, 1)
	go func() {
		defer crash.Handle()
		err := root.ExecuteContext(ctx)
		if failed := s.out.failure(); failed != nil {
			err = &exitError{status: exitUnfinished, err: fmt.Errorf("writing the result: %w", failed)}
		}
		ended <- err
	}()
	select {
	case err := <-ended:
		return inWords(err)
	case <-ctx.Done():
	}
	if !s.out.close() {
		return inWords(<-ended)
	}
	interrupted := &exitError{status: exitUnfinished, err: errInterrupted}
	select {
	case err := <-ended:
		var exit *exitError
		if err == nil || errors.As(err, &exit) { // it came to an end, or says itself at what it was
			return inWords(err)
		}
	case <-time.After(tidying):
	}
	return interrupted
}

var errInterrupted = errors.New("interrupted before there was a result")

// inWords is an error that says what interrupted a command in onus's words, where it ends
// in those of a library.
func inWords(err error) error {
	if !errors.Is(err, context.Canceled) {
		return err
	}
	said, found := strings.CutSuffix(err.Error(), context.Canceled.Error())
	if !found {
		return err
	}
	in := &exitError{status: exitUnfinished}
	var exit *exitError
	if errors.As(err, &exit) {
		in.status, in.hint = exit.status, exit.hint
	}
	if in.err = errInterrupted; said != "" {
		in.err = errors.New("interrupted: " + strings.TrimSuffix(said, ": "))
	}
	return in
}
