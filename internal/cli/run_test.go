package cli

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/published"
)

// faulty is onus with a fault: it panics where it would print its result.
func faulty() {
	s := sessionOf(console{in: os.Stdin, out: &output{to: os.Stdout}, err: os.Stderr, now: time.Now})
	s.show = func(io.Writer, string, published.Value, report.Screen) error { panic("no such format\nat all") }
	os.Exit(s.main(context.Background(), os.Args[1:]))
}

// A fault of onus is told as one, and never as bad input.
func TestFaultOfOnus(t *testing.T) {
	cmd := exec.CommandContext(t.Context(), "onus-faulty", "ladder", "-o", "json")
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != exitFault || out.Len() > 0 {
		t.Errorf("%v: %s", err, &out)
	}
	want := regexp.MustCompile(`^onus: a fault of onus itself, not of your input: no such format at all \(at internal/cli/run_test\.go:\d+\)
hint: please report this line with the version \(.+\) and the command \(onus ladder -o json\) at https://\S+; ` +
		`ONUS_TRACE=1 prints the trace to add\n$`)
	if !want.Match(errs.Bytes()) {
		t.Errorf("%s", &errs)
	}
}

// A command that is interrupted prints the whole of its result or nothing.
func TestInterrupted(t *testing.T) {
	for _, c := range []struct {
		name   string
		show   func(s *session, w io.Writer, interrupt func()) error
		status int
		out    string
		errs   string
	}{
		{"before its result", func(s *session, w io.Writer, interrupt func()) error {
			interrupt()
			for closed := false; !closed; time.Sleep(time.Millisecond) {
				s.out.mu.Lock()
				closed = s.out.closed
				s.out.mu.Unlock()
			}
			_, err := io.WriteString(w, "all of it\n")
			return err
		}, exitUnfinished, "", "onus: interrupted before there was a result\n"},
		{"while it is written", func(_ *session, w io.Writer, interrupt func()) error {
			if _, err := io.WriteString(w, "the first half, "); err != nil {
				return err
			}
			interrupt()
			time.Sleep(50 * time.Millisecond)
			_, err := io.WriteString(w, "the second half\n")
			return err
		}, exitHeld, "the first half, the second half\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			ctx, interrupt := context.WithCancel(t.Context())
			var out, errs bytes.Buffer
			s := sessionOf(console{in: strings.NewReader(""), out: &output{to: &out}, err: &errs, now: time.Now})
			s.show = func(w io.Writer, _ string, _ published.Value, _ report.Screen) error { return c.show(s, w, interrupt) }
			status := s.main(ctx, []string{"ladder"})
			if status != c.status || out.String() != c.out || errs.String() != c.errs {
				t.Errorf("exit status %d, %q, %q", status, out.String(), errs.String())
			}
		})
	}
}

// Whatever COLUMNS says there is a text, and none is cut.
func TestColumns(t *testing.T) {
	words := func(columns string) []string {
		t.Setenv("COLUMNS", columns)
		var out, errs bytes.Buffer
		if status := Main([]string{"check", "../../examples/cockroachdb"}, nil, &out, &errs); status != exitBroken {
			t.Fatalf("%s: exit status %d, %s", columns, status, &errs)
		}
		return strings.Fields(out.String())
	}
	want := words("80")
	for _, columns := range []string{"1", "20", "39", "1000000000", "-1", "wide"} {
		if got := words(columns); len(got) < len(want) {
			t.Errorf("COLUMNS=%s has %d words of %d", columns, len(got), len(want))
		}
	}
}

// Where nobody reads on, as behind head, onus ends as other programs do: quietly, by the
// signal for that, whatever it was writing.
func TestNobodyReadsOn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("there is no such signal")
	}
	for _, args := range [][]string{
		{"ladder"}, {"ladder", "-o", "json"}, {"explain", "drift"}, {"check", "../../examples/cockroachdb"}, {"--help"}, {"completion", "bash"},
		{"check", "../../examples/cockroachdb", "-o", "sarif"}, {"simulate", "../../examples/cockroachdb", "--runs", "1", "-o", "yaml"},
	} {
		reading, writing, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		reading.Close()
		cmd := exec.CommandContext(t.Context(), "onus", args...)
		var errs bytes.Buffer
		cmd.Stdout, cmd.Stderr = writing, &errs
		err = cmd.Run()
		writing.Close()
		if err == nil || err.Error() != "signal: broken pipe" || errs.Len() > 0 {
			t.Errorf("onus %s: %v, %s", strings.Join(args, " "), err, &errs)
		}
	}
}
