package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/fleet"
	"github.com/onus-project/onus/internal/apply/machine"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/report/published"
)

// fleetSite is a fleet of databases, which commands of who runs it reach from this machine.
type fleetSite struct{ *carried }

func (x fleetSite) fits(context.Context) error {
	if err := apply.Check(x.plan, x.runners(), x.guards()); err != nil {
		return badInput(fmt.Errorf("%s: %w", x.file, err))
	}
	return nil
}

func (fleetSite) alone(context.Context) error { return nil }

func (fleetSite) permits(context.Context, *session, bool) error { return nil }

func (x fleetSite) free(_ context.Context, s *session) error {
	holder, err := machine.Holder(x.lockFile())
	if err != nil {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("who holds the lock: %w", err)}
	}
	if holder != "" {
		return s.refuse(&apply.Taken{Holder: holder, In: "fleet"})
	}
	return nil
}

// facts are asked of nobody: guards and commands look at each instance before it is patched.
func (fleetSite) facts() func(context.Context, []plan.Fact) ([]plan.Fact, error) { return nil }

func (fleetSite) runners() map[string]apply.Runner { return fleet.Runners(nil) }

func (fleetSite) guards() map[string]apply.Guard { return fleet.Guards() }

// lockFile is that by which one process at a time carries a plan out.
func (x fleetSite) lockFile() string { return x.journal + ".lock" }

func (x fleetSite) lease(apply.Clock) (l tenure, who string) {
	who = holder(x.plan.ID)
	return &machine.Lock{File: x.lockFile(), Holder: who, After: x.after()}, who
}

func (fleetSite) left(context.Context, *apply.Engine) ([]published.MarkedNode, error) {
	return nil, nil
}

func (x fleetSite) standing(context.Context, time.Time) (holder string, left []published.MarkedNode, err error) {
	holder, err = machine.Holder(x.lockFile())
	if err != nil {
		return "", nil, &exitError{status: exitUnfinished, err: fmt.Errorf("who holds the lock: %w", err)}
	}
	return holder, nil, nil
}
