package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os/exec"
	"strings"
	"syscall"
	"time"

	"github.com/onus-project/onus/internal/report/published"
)

// look is what onus said of one repository, and what that cost.
type look struct {
	name     string
	exit     int // the exit status; -1 where it was stopped
	took     time.Duration
	peak     int64 // bytes of memory, at the most
	why      string
	lines    int // of the text that a user sees
	findings published.Findings
}

// answered reports whether onus said something of the repository: with status 2
// and above it did not.
func (l look) answered() bool { return l.exit == 0 || l.exit == 1 }

// check runs onus in a repository, twice: for the machine, timed, and for the
// reader, whose lines are counted.
func check(ctx context.Context, o options, name string) look {
	l := look{name: name}
	var out, faults bytes.Buffer
	l.exit, l.took, l.peak = run(ctx, o, []string{"check", name, "-o", "json"}, &out, &faults)
	if err := json.Unmarshal(out.Bytes(), &l.findings); err != nil || !l.answered() {
		l.why, _, _ = strings.Cut(strings.TrimSpace(faults.String()), "\n")
		return l
	}
	out.Reset()
	run(ctx, o, []string{"check", name}, &out, &faults)
	l.lines = bytes.Count(out.Bytes(), []byte("\n"))
	return l
}

func run(ctx context.Context, o options, args []string, out, faults *bytes.Buffer) (exit int, took time.Duration, peak int64) {
	ctx, cancel := context.WithTimeout(ctx, o.patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, o.onus, args...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = o.dir, out, faults
	begun := time.Now()
	err := cmd.Run()
	took = time.Since(begun)
	var failed *exec.ExitError
	switch {
	case errors.As(err, &failed):
		exit = failed.ExitCode()
	case err != nil:
		faults.WriteString(err.Error())
		return -1, took, 0
	}
	if used, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		peak = used.Maxrss << 10 // Linux counts in KiB
	}
	return exit, took, peak
}
