package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// hook runs a command for each node, on the machine that onus runs on and without a shell.
// Of one that ran when onus died nobody knows what became.
type hook struct {
	c  *Client
	mu sync.Mutex
	at map[string]*process // by token
}

// process is a command that runs, or has ended.
type process struct {
	done   chan struct{}
	err    error
	output *os.File // not a pipe: the command outlives onus, and whoever it starts outlives the command
}

func (*hook) Check(a *plan.Action) error {
	if _, err := wordsOf(a.With[step.Command]); err != nil {
		return fmt.Errorf("%s: %w", a.Kind, err)
	}
	return checkNode(a)
}

// wordsOf are those of a command: a list as JSON, or what stands between spaces.
func wordsOf(command string) (all []string, err error) {
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

func (r *hook) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	if _, made := w.Made("exec"); !made && len(w.Unanswered()) == 0 {
		if n, err := r.c.nodeNamed(ctx, w); err != nil || n == nil {
			return apply.Done(isGone), err
		}
	}
	err := w.Change(ctx, &apply.Change{Key: "exec", Target: w.With(step.NodeUID), Final: true, About: map[string]string{
		step.Command: w.With(step.Command), step.Node: w.With(step.Node)},
		Do: func(ctx context.Context, token string) error { return r.begin(ctx, w, token) },
		Observe: func(_ context.Context, token string) (apply.Observation, error) {
			return r.observe(token)
		}})
	var failed *apply.Refused
	if errors.As(err, &failed) {
		return apply.Result{}, failed.Err // the attempt failed
	}
	if err != nil {
		return apply.Result{}, err
	}
	n, err := r.c.node(ctx, w)
	switch {
	case err != nil:
		return apply.Result{}, err
	case n == nil:
		return apply.Done(isGone), nil
	case !nodeReady(n):
		return apply.Waiting("the command is done, and the node is not ready", pause), nil
	}
	return apply.Done("the command is done, and the node is ready"), nil
}

// mostOutput is how much of what a command prints is kept: its end.
const mostOutput = 4 << 10

// begin starts the command where the node is as its drain left it.
func (r *hook) begin(ctx context.Context, w *apply.Work, token string) error {
	if err := r.c.empty(ctx, w); err != nil {
		return notMade(err)
	}
	_, done, err := r.c.under(ctx)
	if err != nil {
		return err
	}
	done()
	return r.start(w, token)
}

// start starts the command, and has the step wait for it.
func (r *hook) start(w *apply.Work, token string) error {
	args, err := wordsOf(w.With(step.Command))
	if err != nil {
		return &apply.Refused{Err: err}
	}
	output, err := outputOf(w, token)
	if err != nil {
		return &apply.Refused{Err: fmt.Errorf("a file for what %s prints: %w", args[0], err)}
	}
	p := &process{done: make(chan struct{}), output: output}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), "NODE_NAME="+w.With(step.Node), "NODE_UID="+w.With(step.NodeUID), "ONUS_TOKEN="+token)
	cmd.Stdout, cmd.Stderr = output, output
	ownGroup(cmd)
	if err := cmd.Start(); err != nil {
		output.Close()
		return &apply.Refused{Err: err}
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
		close(p.done)
	}()
	return &apply.Wait{What: args[0] + " runs", Poll: pause}
}

// outputOf is the file for what a command prints: beside the journal, where that is a file.
func outputOf(w *apply.Work, token string) (*os.File, error) {
	name := w.File(token[:8] + ".log")
	if name == "" {
		return os.CreateTemp("", "onus-*.log")
	}
	return os.OpenFile(name, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
}

// end is the end of what a command has printed, on one line, and where all of it is.
func (p *process) end() string {
	from := int64(0)
	if info, err := p.output.Stat(); err == nil {
		from = max(0, info.Size()-mostOutput)
	}
	data, err := io.ReadAll(io.NewSectionReader(p.output, from, mostOutput))
	if err != nil {
		return "what it printed cannot be read: " + err.Error()
	}
	return words.OneLine(string(data)) + " (" + p.output.Name() + ")"
}

func (r *hook) observe(token string) (apply.Observation, error) {
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
