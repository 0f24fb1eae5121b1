package kubernetes

import (
	"context"
	"errors"
	"fmt"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/command"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// hook runs a command for each node, on the machine that onus runs on and without a shell.
// Of one that ran when onus died nobody knows what became.
type hook struct {
	c    *Client
	runs command.Runs
}

func (*hook) Check(a *plan.Action) error {
	if _, err := command.Words(a.With[step.Command]); err != nil {
		return fmt.Errorf("%s: %w", a.Kind, err)
	}
	return checkNode(a)
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
			return r.runs.Observe(token)
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
	return r.runs.Start(w, w.With(step.Command), token, "NODE_NAME="+w.With(step.Node), "NODE_UID="+w.With(step.NodeUID))
}
