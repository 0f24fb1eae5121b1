package command

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// What cannot be run, does not end, or is cut off has given no answer; what ends badly has said no, with the end of what it
// printed.
func TestAsk(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("the commands are those of a POSIX shell")
	}
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for _, c := range []struct {
		command  string
		ctx      context.Context
		most     time.Duration
		answered bool
		says     string
	}{
		{`["sh", "-c", "exit 0"]`, t.Context(), time.Minute, true, ""},
		{`["sh", "-c", "echo first; echo one member is down; exit 1"]`, t.Context(), time.Minute, true, "one member is down"},
		{`["sh", "-c", "exit 3"]`, t.Context(), time.Minute, true, "exit status 3"},
		{`["sh", "-c", "test $ROLE = primary"]`, t.Context(), time.Minute, true, ""},
		{"./not-there", t.Context(), time.Minute, false, "not-there"},
		{"sleep 60", t.Context(), 50 * time.Millisecond, false, "no answer within"},
		{"sleep 60", stopped, time.Minute, false, "canceled"},
		{"[]", t.Context(), time.Minute, false, "command is not set"},
	} {
		err := Ask(c.ctx, c.command, c.most, "ROLE=primary")
		var none *Unanswered
		if errors.As(err, &none) == c.answered || (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.command, err)
		}
	}
}

// Of what a command prints without an end the end is kept.
func TestTail(t *testing.T) {
	var out tail
	for range 3 {
		if n, err := out.Write([]byte(strings.Repeat("x", mostOutput))); n != mostOutput || err != nil {
			t.Fatal(n, err)
		}
	}
	if _, err := out.Write([]byte("the end")); err != nil {
		t.Fatal(err)
	}
	if len(out.kept) != mostOutput || !strings.HasSuffix(string(out.kept), "xthe end") {
		t.Errorf("%d bytes are kept", len(out.kept))
	}
}
