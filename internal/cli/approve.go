package cli

import (
	"slices"

	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// approves reports what nobody asks for of what is approved.
func (x *applying) approves() error {
	var asked []string
	for i := range x.plan.Steps {
		for _, g := range x.plan.Steps[i].Guards {
			if name := g.With[steps.Name]; g.Kind == steps.Approval && !slices.Contains(asked, name) {
				asked = append(asked, name)
			}
		}
	}
	for _, name := range x.approve {
		switch {
		case slices.Contains(asked, name):
		case len(asked) == 0:
			return usage("onus plan nodes --approval makes plans that wait for it", "--approve %s: nothing in %s waits to be approved", name, x.file)
		default:
			return usage("", "--approve is %q, wants %s", name, words.Or(asked))
		}
	}
	return nil
}
