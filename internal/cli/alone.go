package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/kubernetes"
)

// alone reports, before anything is changed, that another plan has nodes cordoned under a lease in
// another namespace, or that this process would evict itself.
func (x *carried) alone(ctx context.Context) error {
	err := x.client.Alone(ctx, x.plan.ID, x.leaseNamespace)
	var strange *kubernetes.Strange
	if errors.As(err, &strange) {
		return usage("--lease-namespace "+strange.Lease+" has both wait for each other; onus abort takes back what plan "+strange.Plan+
			" has cordoned", "%w", err)
	}
	if err == nil {
		err = x.client.RunsIn(ctx)
	}
	if err != nil {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("looking who else is in %s: %w", x.clusterName(), err)}
	}
	if why := x.client.Evicts(x.plan, x.isDone); why != "" {
		return usage(kubernetes.AwayFromIt, "%s", why)
	}
	return nil
}

// isDone reports whether a step was done before.
func (x *carried) isDone(id string) bool {
	return x.state != nil && x.state.Steps[id] != nil && x.state.Steps[id].Status == apply.StepFinished
}
