// Package fleet is what the steps of a plan of a fleet of databases do, and what guards them: commands of who runs the
// fleet patch one instance after the other, say whether a set may lose a member, and whether it is well.
package fleet

import (
	"context"
	"fmt"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/command"
	"github.com/onus-project/onus/internal/apply/guard"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// Runners are what takes the steps of a plan of a fleet; rolls is nil where no controller rolls anything out.
func Runners(rolls Roller) map[string]apply.Runner {
	runs := &command.Runs{}
	return map[string]apply.Runner{step.Patch: patch{runs}, step.Back: back{runs}, step.Bake: bake{runs, rolls}, step.Announce: announce{},
		step.Gate: gate{}}
}

// Guards are what guards them.
func Guards() map[string]apply.Guard {
	return map[string]apply.Guard{step.Quorum: quorum{}, step.Hours: guard.Hours{}, step.Protected: guard.Protected{},
		step.Elapsed: guard.Elapsed{}, step.InHand: guard.InHand{}, step.Tolerates: guard.Tolerates{}, step.Approval: guard.Approval{}}
}

// gate is done as soon as it is begun.
type gate struct{}

// Watches says that a gate changes nothing.
func (gate) Watches() {}

func (gate) Check(*plan.Action) error { return nil }

func (gate) Step(context.Context, *apply.Work) (apply.Result, error) { return apply.Done(""), nil }

// poll is after how long it is looked again whether something is so.
const poll = 2 * time.Second

// mostAsked is how long a command that is asked something may take.
const mostAsked = 30 * time.Second

// environment is what a command is told about what it is for, by the fields of an action or of a guard.
func environment(with map[string]string) (all []string) {
	for _, v := range []struct{ name, field string }{{"INSTANCE", step.Instance}, {"HOST", step.Host},
		{"PRODUCT", step.Product}, {"DEPLOYMENT", step.Deployment}, {"ROLE", step.Role},
		{"ACCOUNT", step.Account}, {"REGION", step.Region}, {"VERSION", step.Running}, {"FIX", step.Fix}} {
		all = append(all, v.name+"="+with[v.field])
	}
	return all
}

// checkCommand reports what is wrong with a command of an action; it may be left out where it is optional.
func checkCommand(a *plan.Action, field string, optional bool) error {
	text := a.With[field]
	if text == "" && optional {
		return nil
	}
	if _, err := command.Words(text); err != nil {
		return fmt.Errorf("%s: %s: %w", a.Kind, field, err)
	}
	return nil
}

// within is how long something may take.
func within(a *plan.Action, field string) (time.Duration, error) {
	d, err := time.ParseDuration(a.With[field])
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s: %s is %q, wants a time such as 1h", a.Kind, field, a.With[field])
	}
	return d, nil
}
