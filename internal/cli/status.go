package cli

import (
	"context"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/report/publish"
	"github.com/onus-project/onus/internal/report/published"
)

func (s *session) statusCommand() *cobra.Command {
	x := carried{}
	cmd := &cobra.Command{
		Use:   "status PLAN",
		Short: "How a plan stands that was begun: what is done, paused and unknown",
		Long: `Status says by its journal how a plan stands: what is done and how long it took beside what
was predicted, what is stuck and why, and of which changes nobody knows whether they were
made. It changes nothing.

With --context or --kubeconfig it says as well whether a process carries the plan out now,
and which nodes some plan has cordoned that nobody carries out.

Exit status: 0 done, not begun, or carried out now, 1 paused, or some of it is left or
unknown, 2 bad usage or bad input, 3 could not finish, 4 a fault of onus itself.`,
		Example: `  onus status plan.json
  onus status plan.json --context prod`,
		Args: onePlan,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(x.output, published.Run{}); err != nil {
				return err
			}
			if err := x.read(args[0]); err != nil {
				return err
			}
			asked := cmd.Flags().Changed("context") || cmd.Flags().Changed("kubeconfig")
			if asked || x.plan.Target.Kind == steps.TargetFleet {
				if err := x.reach(cmd); err != nil {
					return err
				}
			}
			return s.status(cmd.Context(), &x)
		},
	}
	x.flags(cmd)
	return cmd
}

func (s *session) status(ctx context.Context, x *carried) error {
	r, err := s.record(ctx, x, false)
	if err != nil {
		return err
	}
	if r == nil {
		r = &journal.Record{}
	}
	state := apply.Fold(x.plan, r.Entries)
	var holder string
	var marked []published.MarkedNode
	if x.site != nil {
		if holder, marked, err = x.site.standing(ctx, s.now()); err != nil {
			return err
		}
	}
	alive := strings.HasPrefix(holder, x.plan.ID+"/") && !pausedBy(r, state, holder)
	if x.site == nil { // a process that is killed says nothing: what is noted last is a sign
		alive = s.now().Sub(state.Last) < leaseTime && !state.Paused
	}
	status, why := publish.Standing(state, alive)
	if x.site == nil && status == apply.Interrupted && !state.Paused { // one that waits for long notes nothing
		why = "the process that carried it out is gone, or waits: --context tells which"
	}
	v := publish.Run(x.plan, x.hash, r, status, why)
	v.Marked = append(v.Marked, marked...)
	v.Next = x.next(status)
	if err := s.result(x.output, v); err != nil {
		return err
	}
	meant := func(m published.MarkedNode) bool { // a plan that is done may leave nodes cordoned: it is what was asked for
		return status == apply.Finished && m.Plan == x.plan.ID
	}
	if slices.Contains([]apply.Status{apply.NotBegun, apply.Running, apply.Finished, apply.Aborted}, status) &&
		!slices.ContainsFunc(marked, func(m published.MarkedNode) bool { return !meant(m) }) {
		return nil
	}
	return &exitError{status: exitBroken}
}

// pausedBy reports whether who holds the lease is who has paused the plan: it could not give the lease back, as where it has
// lost the right to.
func pausedBy(r *journal.Record, state *apply.State, holder string) bool {
	return state.Paused && len(r.Holders) > 0 && r.Holders[len(r.Holders)-1].Who == holder
}

func (s *session) abortCommand() *cobra.Command {
	x := carried{}
	cmd := &cobra.Command{
		Use:   "abort PLAN",
		Short: "Give a plan up that was begun, and undo what can be undone",
		Long: `Abort undoes what a plan has begun and not done: it uncordons the nodes that the plan has
cordoned, and no others. What is done for good, such as a node that is replaced, stays.
The plan cannot be gone on with afterwards. Of a plan that was given up, or is done, abort
undoes what was left cordoned then.

Exit status: 0 given up, 1 something of it could not be undone, 2 bad usage or bad input,
3 could not finish, 4 a fault of onus itself.`,
		Example: `  onus abort plan.json --context prod`,
		Args:    onePlan,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkFormat(x.output, published.Run{}); err != nil {
				return err
			}
			if err := x.telling.check(); err != nil {
				return err
			}
			if err := x.read(args[0]); err != nil {
				return err
			}
			return s.abort(cmd, &x)
		},
	}
	x.flags(cmd)
	x.telling.flags(cmd)
	return cmd
}

func (s *session) abort(cmd *cobra.Command, x *carried) error {
	ctx := cmd.Context()
	r, err := s.record(ctx, x, true)
	switch {
	case err != nil:
		return err
	case r == nil:
		return usage("", "%s was not begun: %s is not there, or is no journal", x.file, x.journal)
	}
	x.held = r.Holders
	if err := x.reach(cmd); err != nil {
		return err
	}
	if err := x.site.fits(ctx); err != nil {
		return err
	}
	defer keepWriting()()
	s.out.begin()
	status, err := s.hold(ctx, x, true, apply.Settings{}, func(ctx context.Context, e *apply.Engine) (apply.Status, error) {
		status, err := e.Abort(ctx)
		if status != apply.Aborted || err != nil {
			return status, err
		}
		x.marked, err = x.site.left(ctx, e)
		return status, err
	})
	return s.ran(x, status, err)
}
