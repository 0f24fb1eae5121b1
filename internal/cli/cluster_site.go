package cli

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/eks"
	"github.com/onus-project/onus/internal/apply/fleet"
	"github.com/onus-project/onus/internal/apply/kubernetes"
	"github.com/onus-project/onus/internal/plan"
	steps "github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/release"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/source/cluster"
	"github.com/onus-project/onus/internal/words"
)

// clusterSite is the cluster in which a plan is carried out.
type clusterSite struct {
	*carried
	name   string
	client *kubernetes.Client
}

// connect finds the cluster.
func (x *carried) connect(cmd *cobra.Command) error {
	if t := x.live.access.Timeout; t <= 0 || t > leaseTime/3 {
		return usage("", "--request-timeout is %s, wants more than 0 and no more than a third of the lease, %s", t, leaseTime/3)
	}
	name, client, err := x.live.client(cmd.Name()+" wants", x.live.access.Timeout)
	if err != nil {
		return err
	}
	x.site = clusterSite{x, name, client}
	return nil
}

// client reaches the cluster that the flags name, with what it is called, and waits so long for each answer. Who wants it is told
// where there is none.
func (l *live) client(who string, timeout time.Duration) (name string, c *kubernetes.Client, err error) {
	l.access.Agent = "onus/" + release.Version()
	name, config, err := cluster.Config(l.access)
	var unknown *cluster.UnknownContext
	var unusable *cluster.Unusable
	switch {
	case errors.Is(err, cluster.ErrNone):
		return "", nil, usage("--context or --kubeconfig says which", "%s a cluster: there is no kubeconfig", who)
	case errors.As(err, &unknown):
		return "", nil, usage(contextHint(unknown), "%w", err)
	case errors.As(err, &unusable):
		return "", nil, unfinished(unusable, "this cluster")
	case err != nil:
		return "", nil, usage("", "%w", err)
	}
	if c, err = kubernetes.New(config, timeout); err != nil {
		return "", nil, usage("", "%w", err)
	}
	return name, c, nil
}

// fits reports whether the cluster is the plan's, and the plan one that can be carried out.
func (x clusterSite) fits(ctx context.Context) error {
	if err := apply.Check(x.plan, x.runners(), x.guards()); err != nil {
		return badInput(fmt.Errorf("%s: %w", x.file, err))
	}
	if x.plan.Target.UID == "" {
		return usage("make the plan from the live cluster, by --context",
			"%s does not say by a UID which cluster it is for, and is carried out in none", x.file)
	}
	uid, err := x.client.UID(ctx)
	if err != nil {
		return unfinished(&cluster.Unusable{Context: x.name, Server: "it", Err: err}, x.clusterName())
	}
	if uid != x.plan.Target.UID {
		return usage("--context says in which cluster to carry it out", "%s is for cluster %s, and %s is another one",
			x.file, x.plan.Target.Name, x.clusterName())
	}
	return nil
}

func (x clusterSite) clusterName() string {
	if x.name == "" {
		return "this cluster"
	}
	return x.name
}

// runners are what takes the steps of a plan, in the cluster and at its provider.
func (x clusterSite) runners() map[string]apply.Runner {
	all := kubernetes.Runners(x.client)
	all[steps.ByEKS] = x.nodegroups()
	rolls := kubernetes.Rolls(x.client)
	maps.Copy(all, fleet.Runners(rolls))
	maps.Copy(all, rolls.Runners())
	return all
}

func (x clusterSite) nodegroups() eks.Nodegroup {
	return eks.Nodegroup{Nodes: x.client.NodesOf, API: eks.Configured()}
}

func (x clusterSite) guards() map[string]apply.Guard {
	all := kubernetes.Guards(x.client)
	maps.Copy(all, fleet.Guards())
	return all
}

func (x clusterSite) facts() func(context.Context, []plan.Fact) ([]plan.Fact, error) {
	return x.client.Facts
}

func (x clusterSite) lease(clock apply.Clock) (l tenure, who string) {
	who = holder(x.plan.ID)
	return &kubernetes.Lease{Client: x.client, Namespace: x.leaseNamespace, Holder: who, Duration: leaseTime, Clock: clock,
		After: x.after(), Plan: x.plan.ID}, who
}

// alone reports, before anything is changed, that another plan has nodes cordoned under a lease in
// another namespace, or that this process would evict itself.
func (x clusterSite) alone(ctx context.Context) error {
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
	if why := x.client.Evicts(x.plan, x.carried.isDone); why != "" {
		return usage(kubernetes.AwayFromIt, "%s", why)
	}
	return nil
}

func (x clusterSite) permits(ctx context.Context, s *session, escalated bool) error {
	going := &underway{}
	done := s.progress(going.words)
	lacks, err := x.client.Lacks(ctx, x.plan, x.leaseNamespace, escalated, x.carried.isDone, func(n, of int) {
		going.Begin(fmt.Sprintf("asking what onus may do in %s: %d of %s", x.clusterName(), n, words.Count(of, "right")))
	})
	done()
	switch {
	case errors.Is(err, kubernetes.ErrUnasked): // a right that is missing pauses the plan where it is needed
		s.warn(err.Error() + ": the rights of the plan are not known beforehand")
	case err != nil:
		return &exitError{status: exitUnfinished, err: fmt.Errorf("asking what onus may do in %s: %w", x.clusterName(), err)}
	case len(lacks) > 0:
		return usage("docs/rbac-apply.yaml has what it takes, but for what is said to be in another file; kubectl auth whoami says who you are",
			"in %s onus may not %s", x.clusterName(), strings.Join(lacks, ", nor "))
	}
	return nil
}

func (x clusterSite) free(ctx context.Context, s *session) error {
	holder, err := x.client.Holder(ctx, x.leaseNamespace, s.now())
	if err != nil {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("who holds the lease: %w", err)}
	}
	if holder != "" {
		return s.refuse(&apply.Taken{In: "cluster", Holder: holder, Until: s.now().Add(leaseTime)})
	}
	return x.poolsFit(ctx)
}

// poolsFit reports what of a pool is not as it was planned, by what its provider says.
func (x clusterSite) poolsFit(ctx context.Context) error {
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

func (x clusterSite) left(ctx context.Context, e *apply.Engine) (left []published.MarkedNode, err error) {
	all, err := x.client.Marked(ctx)
	if err != nil {
		return nil, fmt.Errorf("reading which nodes are left cordoned: %w", err)
	}
	for _, m := range all {
		if m.Plan == x.plan.ID && !e.Over(m.Step) {
			left = append(left, markedNode(&m))
		}
	}
	return left, nil
}

func (x clusterSite) standing(ctx context.Context, now time.Time) (holder string, left []published.MarkedNode, err error) {
	failed := func(err error) error {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("reading %s: %w", x.clusterName(), err)}
	}
	if holder, err = x.client.Holder(ctx, x.leaseNamespace, now); err != nil {
		return "", nil, failed(err)
	}
	all, err := x.client.Marked(ctx)
	if err != nil {
		return "", nil, failed(err)
	}
	for i := range all {
		if of := all[i].Plan; of == "" || !strings.HasPrefix(holder, of+"/") {
			left = append(left, markedNode(&all[i]))
		}
	}
	return holder, left, nil
}

func markedNode(m *kubernetes.Marked) published.MarkedNode {
	return published.MarkedNode{Node: m.Node, Plan: m.Plan, Since: m.Since.UTC().Format(time.RFC3339)}
}
