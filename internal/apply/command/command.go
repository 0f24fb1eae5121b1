// Package command runs the commands of steps, on the machine that onus runs on and without a shell.
// They outlive onus: whoever it starts anew looks whether they still run.
package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/words"
)

// poll is how long after a command was begun it is looked whether it has ended.
const poll = 250 * time.Millisecond

// mostOutput is how much of what a command prints is kept: its end.
const mostOutput = 4 << 10

// Runs are the commands that this process has begun.
type Runs struct {
	mu sync.Mutex
	at map[string]*process // by token
}

// process is a command that runs, or has ended.
type process struct {
	pid    int
	begun  time.Time
	done   chan struct{}
	err    error
	output string // the file that it prints to: not a pipe, since whoever it starts outlives the command
}

// Words are those of a command: a list as JSON, or what stands between spaces.
func Words(command string) (all []string, err error) {
	if strings.HasPrefix(command, "[") {
		err = json.Unmarshal([]byte(command), &all)
	} else {
		all = strings.Fields(command)
	}
	if err == nil && (len(all) == 0 || all[0] == "") {
		err = errors.New("command is not set")
	}
	return all, err
}

// Start starts a command with some variables more, and has the step wait for it. What it prints is kept
// in a file beside the journal, and so is which process it is.
func (r *Runs) Start(w *apply.Work, command, token string, env ...string) error {
	args, err := Words(command)
	if err != nil {
		return &apply.Refused{Err: err}
	}
	output, err := outputOf(w, token)
	if err != nil {
		return &apply.Refused{Err: fmt.Errorf("a file for what %s prints: %w", args[0], err)}
	}
	p := &process{begun: w.Now(), done: make(chan struct{}), output: output.Name()}
	defer output.Close() // the command has its own
	if _, err := exec.LookPath(args[0]); err != nil {
		return &apply.Refused{Err: err}
	}
	cmd, kept := keepsEnd(args, endFile(w, token))
	cmd.Env = append(append(cmd.Env, env...), "ONUS_TOKEN="+token)
	cmd.Stdout, cmd.Stderr = output, output
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		return &apply.Refused{Err: err}
	}
	p.pid = cmd.Process.Pid
	if name := pidFile(w, token); name != "" { // who is started anew looks there; without it nobody knows
		text := fmt.Appendf(nil, "%d %s %d %t\n", p.pid, begun(p.pid), p.begun.UnixNano(), kept)
		if err := os.WriteFile(name, text, 0o600); err != nil {
			failed := errors.Join(err, kill(p.pid), cmd.Wait())
			return &apply.Refused{Err: fmt.Errorf("noting which process %s is: %w", args[0], failed)}
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.at == nil {
		r.at = map[string]*process{}
	}
	r.at[token] = p
	go func() {
		defer crash.Handle()
		p.err = cmd.Wait()
		if p.err != nil && left(p.pid, token) { // nothing goes on of what is told as failed
			p.err = errors.Join(p.err, kill(p.pid))
			for range 100 { // what is killed takes a moment to end
				if !left(p.pid, token) {
					break
				}
				time.Sleep(10 * time.Millisecond)
			}
		}
		close(p.done)
	}()
	return &apply.Wait{What: args[0] + " runs", Poll: poll}
}

// outputOf is the file for what a command prints: beside the journal, where that is a file.
func outputOf(w *apply.Work, token string) (*os.File, error) {
	name := w.File(short(token) + ".log")
	if name == "" {
		return os.CreateTemp("", "onus-*.log")
	}
	return os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
}

// pidFile is where it stands which process a command is; empty where there is no place for it.
func pidFile(w *apply.Work, token string) string { return w.File(short(token) + ".pid") }

// endFile is where it stands how a command has ended; empty where there is no place for it.
func endFile(w *apply.Work, token string) string { return w.File(short(token) + ".ended") }

// short is as much of a token as files are told apart by.
func short(token string) string { return token[:min(16, len(token))] }

// end is the end of what a command has printed, on one line, and where all of it is.
func (p *process) end() string {
	failed := func(err error) string { return "what it printed cannot be read: " + err.Error() }
	output, err := os.Open(p.output)
	if err != nil {
		return failed(err)
	}
	defer output.Close()
	from := int64(0)
	if info, err := output.Stat(); err == nil {
		from = max(0, info.Size()-mostOutput)
	}
	data, err := io.ReadAll(io.NewSectionReader(output, from, mostOutput))
	if err != nil {
		return failed(err)
	}
	return words.OneLine(string(data)) + " (" + p.output + ")"
}

// Observe tells what became of a command that this process has begun; unknown for others.
func (r *Runs) Observe(token string) (apply.Observation, error) {
	r.mu.Lock()
	p := r.at[token]
	r.mu.Unlock()
	if p == nil {
		return apply.IsUnknown, nil
	}
	select {
	case <-p.done:
	default:
		return apply.IsUnderway, nil
	}
	if p.err == nil {
		return apply.IsDone, nil
	}
	return apply.IsFailed, fmt.Errorf("%w: %s", p.err, p.end())
}

// Trace is what stands beside the journal of a command, whoever has begun it.
type Trace struct {
	PID   int
	Begun time.Time
	Alive bool // it runs, or something that it has started and whose end nobody notes
	// Ended is the exit status with which it has ended, nil where none stands there. CutOff says that it has ended without one:
	// it was killed together with what notes that, as where the machine was lost.
	Ended  *int
	CutOff bool

	token string
}

// Trace is that of a command; false where nothing is known of it, or where the system does not tell whether the process
// is still that one.
func (r *Runs) Trace(w *apply.Work, token string) (Trace, bool) {
	r.mu.Lock()
	p := r.at[token]
	r.mu.Unlock()
	if p != nil {
		select {
		case <-p.done:
			return Trace{PID: p.pid, Begun: p.begun, token: token}, true
		default:
			return Trace{PID: p.pid, Begun: p.begun, Alive: true, token: token}, true
		}
	}
	name := pidFile(w, token)
	if name == "" {
		return Trace{}, false
	}
	data, err := os.ReadFile(filepath.Clean(name))
	if err != nil {
		return Trace{}, false
	}
	t := Trace{token: token}
	var since string
	var at int64
	var kept bool
	if n, _ := fmt.Sscan(string(data), &t.PID, &since, &at, &kept); n < 3 || t.PID <= 0 || since == untold { // kept came later
		return Trace{}, false
	}
	t.Begun = time.Unix(0, at)
	t.Alive = runs(t.PID) && begun(t.PID) == since
	if kept && !t.Alive {
		t.Ended = exitOf(endFile(w, token))
		t.Alive = t.Ended == nil && left(t.PID, token) // what notes its end was killed, and it was not
		t.CutOff = t.Ended == nil && !t.Alive
	}
	return t, true
}

// exitOf is the exit status that stands in a file; nil for none.
func exitOf(name string) *int {
	data, err := os.ReadFile(filepath.Clean(name))
	if err != nil {
		return nil
	}
	var status int
	if _, err := fmt.Sscan(string(data), &status); err != nil {
		return nil
	}
	return &status
}

// untold is in place of when a process was begun, where the system does not tell.
const untold = "-"

// Kill ends what still runs of a command, and of all that it has started.
func (t Trace) Kill() error {
	if !t.Alive && !left(t.PID, t.token) {
		return nil
	}
	return kill(t.PID)
}

// Unanswered is the error of a command that gave no answer: it could not be run, or did not end.
type Unanswered struct{ Err error }

func (e *Unanswered) Error() string { return e.Err.Error() }
func (e *Unanswered) Unwrap() error { return e.Err }

// Ask runs a command to its end, for an answer: nil where it ends well. Its error has the end of what it printed, or is
// Unanswered.
func Ask(ctx context.Context, command string, most time.Duration, env ...string) error {
	args, err := Words(command)
	if err != nil {
		return &Unanswered{err}
	}
	ctx, cancel := context.WithTimeout(ctx, most)
	defer cancel()
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Env = append(os.Environ(), env...)
	cmd.WaitDelay = time.Second
	ownGroup(cmd)
	cmd.Cancel = func() error { return kill(cmd.Process.Pid) }
	out := &tail{}
	cmd.Stdout, cmd.Stderr = out, out
	err = cmd.Run()
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Unanswered{errors.New("no answer within " + words.Duration(most))}
	case ctx.Err() != nil:
		return &Unanswered{ctx.Err()}
	}
	var ended *exec.ExitError
	if !errors.As(err, &ended) {
		return &Unanswered{err}
	}
	if said := words.OneLine(string(out.kept)); said != "" {
		return errors.New(said)
	}
	return err
}

// tail keeps the end of what is written to it: a command may print without an end.
type tail struct{ kept []byte }

func (t *tail) Write(data []byte) (int, error) {
	t.kept = append(t.kept, data[max(0, len(data)-mostOutput):]...)
	t.kept = t.kept[max(0, len(t.kept)-mostOutput):]
	return len(data), nil
}
