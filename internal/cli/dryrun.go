package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
	"github.com/onus-project/onus/internal/apply/kubernetes"
	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/report/publish"
)

// dryRun looks whether a plan could begin, and says how it stands.
func (s *session) dryRun(ctx context.Context, x *applying) error {
	r, err := s.record(ctx, &x.carried, false)
	if err != nil {
		return err
	}
	if r != nil && apply.Fold(x.plan, r.Entries).Finished == journal.Done {
		return s.result(x.output, publish.Run(x.plan, x.hash, r, apply.Finished, ""))
	}
	now, err := x.client.Facts(ctx, x.plan.Facts)
	if err != nil {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("reading what the plan rests on: %w", err)}
	}
	if moved := x.plan.Stale(now); len(moved) > 0 {
		return s.refuse(&apply.Stale{Moved: moved})
	}
	if open := apply.Open(x.plan, x.accept, apply.OnStuck(x.onStuck)); len(open) > 0 {
		return s.refuse(&apply.Unaccepted{Risks: open})
	}
	if err := s.mayChange(ctx, x); err != nil {
		return err
	}
	says := "it could begin: nothing that it rests on has changed"
	if why := x.waitsFor(ctx, s); why != "" {
		says += ", and it would wait: " + why
	}
	v := publish.Run(x.plan, x.hash, nil, apply.NotBegun, says)
	v.Next = []string{x.again("apply")}
	return s.result(x.output, v)
}

// mayChange reports whether another process holds the lease, or a right is missing.
func (s *session) mayChange(ctx context.Context, x *applying) error {
	holder, err := x.client.Holder(ctx, x.leaseNamespace, s.now())
	if err != nil {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("who holds the lease: %w", err)}
	}
	if holder != "" {
		return s.refuse(&kubernetes.Taken{Holder: holder, Until: s.now().Add(leaseTime)})
	}
	lacks, err := x.client.Lacks(ctx, x.plan, x.leaseNamespace, x.onStuck == string(apply.EscalateOnStuck))
	if err != nil {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("asking what onus may do: %w", err)}
	}
	if len(lacks) > 0 {
		return usage("docs/rbac-apply.yaml has what it takes", "onus may not %s", strings.Join(lacks, ", nor "))
	}
	return x.poolsFit(ctx)
}

// poolsFit reports what of a pool is not as it was planned, by what its provider says.
func (x *applying) poolsFit(ctx context.Context) error {
	for i := range x.plan.Steps {
		a := &x.plan.Steps[i].Action
		if a.Kind != steps.ByEKS {
			continue
		}
		err := x.nodegroups().Fits(ctx, a)
		var wait *apply.Wait
		var halt *apply.Halt
		switch {
		case errors.As(err, &wait) || errors.As(err, &halt):
			return &exitError{status: exitUnfinished, err: err}
		case err != nil:
			return usage("make it so, or make the plan anew", "%w", err)
		}
	}
	return nil
}

// waitsFor is what holds the first steps of a plan, as far as it can be told before.
func (x *applying) waitsFor(ctx context.Context, s *session) string {
	guards := kubernetes.Guards(x.client)
	for i := range x.plan.Steps {
		st := &x.plan.Steps[i]
		if len(st.Needs) > 0 {
			continue
		}
		for k := range st.Guards {
			v, err := guards[st.Guards[k].Kind].Check(ctx, &st.Guards[k], apply.Moment{Now: s.now()})
			if err == nil && !v.Holds {
				return v.Why
			}
		}
	}
	return ""
}
