package cli

import (
	"context"
	"errors"
	"fmt"
	"testing"
)

func TestInterruptionsAreInWords(t *testing.T) {
	other := errors.New("no such file")
	for _, c := range []struct {
		err    error
		status int
		want   string
	}{
		{&exitError{status: exitUnfinished, err: context.Canceled}, exitUnfinished, "interrupted before there was a result"},
		{context.Canceled, exitUnfinished, "interrupted before there was a result"},
		{unplayed("next roll: drift", context.Canceled), exitUnfinished, "interrupted: next roll: drift"},
		{fmt.Errorf("reading x: %w", context.Canceled), exitUnfinished, "interrupted: reading x"},
		{&exitError{status: exitBroken, err: other}, exitBroken, "no such file"},
		{&exitError{status: exitUnfinished, err: fmt.Errorf("%w, and went on", context.Canceled)}, exitUnfinished,
			"context canceled, and went on"},
	} {
		got := inWords(c.err)
		var exit *exitError
		if !errors.As(got, &exit) || exit.status != c.status || got.Error() != c.want {
			t.Errorf("%v: %v, want %s and status %d", c.err, got, c.want, c.status)
		}
	}
	if inWords(nil) != nil {
		t.Error("nothing is an interruption")
	}
}
