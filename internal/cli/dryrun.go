package cli

import (
	"context"
	"fmt"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/journal"
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
	if err := x.isStale(ctx, s); err != nil {
		return err
	}
	if open := apply.Open(x.plan, x.accept, apply.OnStuck(x.onStuck)); len(open) > 0 {
		return s.refuse(&apply.Unaccepted{Risks: open})
	}
	if err := x.site.free(ctx, s); err != nil {
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

// waitsFor is what holds the first steps of a plan, as far as it can be told before.
func (x *applying) waitsFor(ctx context.Context, s *session) string {
	guards := x.site.guards()
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

// isStale reports which facts of a plan are others now.
func (x *applying) isStale(ctx context.Context, s *session) error {
	facts := x.site.facts()
	if facts == nil {
		return nil
	}
	now, err := facts(ctx, x.plan.Facts)
	if err != nil {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("reading what the plan rests on: %w", err)}
	}
	if moved := x.plan.Stale(now); len(moved) > 0 {
		return s.refuse(&apply.Stale{Moved: moved})
	}
	return nil
}
