package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/report/published"
)

// site is where a plan is carried out: a cluster, or a fleet that commands reach.
type site interface {
	// fits reports whether the plan is for it, and one that can be carried out there.
	fits(ctx context.Context) error
	// alone reports, before anything is changed, who or what else there is in the way.
	alone(ctx context.Context) error
	// permits reports, before anything is changed, all the rights that are missing for what is left of the plan, with what is
	// stuck escalated, where it is.
	permits(ctx context.Context, s *session, escalated bool) error
	// free reports whether another process holds the lease, or a provider has something else than was planned.
	free(ctx context.Context, s *session) error
	// facts are what those of the plan are now; nil where nobody can be asked.
	facts() func(context.Context, []plan.Fact) ([]plan.Fact, error)
	runners() map[string]apply.Runner
	guards() map[string]apply.Guard
	lease(clock apply.Clock) (l tenure, holder string)
	// left are the nodes that the plan has cordoned, and that are neither undone nor on their way out.
	left(ctx context.Context, e *apply.Engine) ([]published.MarkedNode, error)
	// standing is who carries a plan out there now, and which nodes others have left.
	standing(ctx context.Context, now time.Time) (holder string, left []published.MarkedNode, err error)
}

// tenure is a lease as who takes it sees it.
type tenure interface {
	apply.Lease
	Take(ctx context.Context) (int64, error)
	Release(ctx context.Context) error
	// Before is the number of who carried the plan out last, as far as the lease knows; 0 for nobody.
	Before() int64
	// Note notes that the plan is carried out under its number. It is called once the journal has that number.
	Note(ctx context.Context) error
}

// reach finds the place that a plan is for.
func (x *carried) reach(cmd *cobra.Command) error {
	if x.plan.Target.Kind != steps.TargetFleet {
		return x.connect(cmd)
	}
	for _, name := range []string{"context", "kubeconfig", "lease-namespace"} {
		if cmd.Flags().Changed(name) {
			return usage("", "--%s is of clusters, and %s is for a fleet that commands reach", name, x.file)
		}
	}
	x.site = fleetSite{x}
	return nil
}
