package kubernetes

import (
	"context"
	"fmt"
	"strconv"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/apply/guard"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// floor is asked before a pod of its workload is evicted. It holds while enough are ready
// without that one; a pod that is not ready takes nothing away.
type floor struct{ c *Client }

func (f floor) Check(ctx context.Context, g *plan.Guard, m apply.Moment) (apply.Verdict, error) {
	least, err := strconv.Atoi(g.With[step.Least])
	if err != nil {
		return apply.Verdict{}, fmt.Errorf("floor is %q, wants a number", g.With[step.Least])
	}
	x := workloadOfGuard(g)
	if m.Change == nil {
		return apply.Verdict{Holds: true}, nil
	}
	pool := m.Change.About[step.Pool] != "" // which has pods of all workloads of its guards
	if owner := m.Change.About[aboutOwner]; !pool && (owner != "" && owner != x.String() || m.Change.About["namespace"] != x.namespace) {
		return apply.Verdict{Holds: true}, nil // it is about a pod of another one
	}
	of, err := f.c.of(ctx, x)
	if err != nil {
		return apply.Verdict{}, err
	}
	p := of.has(m.Change.Target)
	ready, err := f.c.readyOf(ctx, x, &of)
	if err != nil {
		return apply.Verdict{}, err
	}
	level := &apply.Level{Name: x.String(), Has: ready, Least: least, Wants: of.wants}
	if !pool && (p == nil || !isReady(p)) || ready > least {
		return apply.Verdict{Holds: true, Level: level}, nil
	}
	return apply.Verdict{Level: level, Poll: poll,
		Why: fmt.Sprintf("%s has %s ready, and %d have to stay", x, words.Count(ready, "pod"), least)}, nil
}

// Knows reports what of a guard cannot be asked.
func (floor) Knows(g *plan.Guard) error {
	if err := guard.OnlyFields(g, step.Namespace, step.Kind, step.Name, step.Least, step.Arrives); err != nil {
		return err
	}
	if _, err := strconv.Atoi(g.With[step.Least]); err != nil {
		return fmt.Errorf("floor is %q, wants a number", g.With[step.Least])
	}
	_, err := parseWorkload(workloadOfGuard(g).String())
	return err
}

func workloadOfGuard(g *plan.Guard) workload {
	return workload{g.With[step.Namespace], g.With[step.Kind], g.With[step.Name]}
}

// budget is a PDB: the eviction API asks it, each time.
type budget struct{}

// Knows reports what of a guard cannot be asked.
func (budget) Knows(g *plan.Guard) error { return guard.OnlyFields(g, step.Namespace, step.Name) }

func (budget) Check(context.Context, *plan.Guard, apply.Moment) (apply.Verdict, error) {
	return apply.Verdict{Holds: true}, nil
}
