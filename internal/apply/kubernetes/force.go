package kubernetes

import (
	"context"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// force takes a drain on that is stuck. It evicts as the drain does. Of the pods that a PDB holds it
// deletes one, past that PDB, and the next one only after Interval, whichever node that is on: where all
// others of its workload have been Ready for Healthy. Floors are asked as before any eviction.
type force struct{ drain }

// forcing is what the keys of these deletions begin with.
const forcing = "force/"

func (force) Check(a *plan.Action) error {
	for _, field := range []string{step.Healthy, step.Interval} {
		if _, err := longEnough(a.With[field]); err != nil {
			return fmt.Errorf("%s: %s %w", a.Kind, field, err)
		}
	}
	if _, err := workloadsOf(a.With[step.Workloads]); err != nil {
		return fmt.Errorf("%s: %w", a.Kind, err)
	}
	return checkNode(a)
}

// longEnough reads a time that is not nothing.
func longEnough(text string) (time.Duration, error) {
	d, err := time.ParseDuration(text)
	if err != nil || d <= 0 {
		return 0, fmt.Errorf("is %q, wants a time such as 5m", text)
	}
	return d, nil
}

func (r force) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	left, result, err := r.further(ctx, w)
	if err != nil || len(left.blocked) == 0 {
		return result, err
	}
	interval, err := longEnough(w.With(step.Interval))
	if err != nil {
		return apply.Result{}, err
	}
	if rest := interval - w.Now().Sub(w.Latest(forcing)); rest > 0 {
		return apply.Waiting(fmt.Sprintf("%s; the next pod may be deleted %s after the last one", more(left.held), words.Duration(interval)),
			min(rest, poll)), nil
	}
	var held []string
	for _, p := range left.blocked {
		why, err := r.one(ctx, w, p)
		if err != nil {
			return r.refused(err)
		}
		if why == "" {
			return apply.Waiting(named(p)+" to be gone, which was deleted past its PodDisruptionBudget", going), nil
		}
		held = append(held, why)
	}
	return apply.Waiting(more(held), poll), nil
}

// one deletes a pod, or says why not now.
func (r force) one(ctx context.Context, w *apply.Work, p *corev1.Pod) (why string, err error) {
	owner, err := r.c.ownerOf(ctx, p)
	if err != nil {
		return "", err
	}
	healthy, err := longEnough(w.With(step.Healthy))
	if err != nil {
		return "", err
	}
	all, err := workloadsOf(w.With(step.Workloads))
	switch {
	case err != nil:
		return "", err
	case !slices.Contains(all, owner):
		return named(p) + " is held, and is of no workload whose pods may be deleted", nil
	}
	if why, err = r.shaky(ctx, w, owner, p, healthy); err != nil || why != "" {
		return why, err
	}
	err = w.Change(ctx, r.forcingOf(p, owner.String()))
	var of leaving
	if err != nil && of.holds(p, err) {
		if len(of.held) == 0 {
			return named(p) + " went by itself", nil
		}
		return more(of.held), nil
	}
	return "", err
}

// shaky says why the others of a workload are not healthy for long enough that one of its pods may be
// deleted; empty where they are.
func (r force) shaky(ctx context.Context, w *apply.Work, x workload, p *corev1.Pod, healthy time.Duration) (string, error) {
	of, err := r.c.of(ctx, x)
	if err != nil {
		return "", err
	}
	n := 0
	for i := range of.pods {
		o := &of.pods[i]
		if o.UID == p.UID || o.DeletionTimestamp != nil || ended(o) {
			continue
		}
		if owner, err := r.c.ownerOf(ctx, o); err != nil || owner != x {
			if err != nil {
				return "", err
			}
			continue
		}
		since, is := readySince(o)
		switch {
		case !is:
			return fmt.Sprintf("%s is not deleted, since %s is not Ready", named(p), named(o)), nil
		case since.IsZero() || w.Now().Sub(since) < healthy:
			return fmt.Sprintf("%s is not deleted until %s has been Ready for %s", named(p), named(o), words.Duration(healthy)), nil
		}
		n++
	}
	if n < of.wants-1 {
		return fmt.Sprintf("%s is not deleted, since %s has %d of %d other pods", named(p), x, n, of.wants-1), nil
	}
	return "", nil
}

// readySince is since when a pod is ready; zero where nobody says it.
func readySince(p *corev1.Pod) (since time.Time, is bool) {
	for i := range p.Status.Conditions {
		if c := &p.Status.Conditions[i]; c.Type == corev1.PodReady {
			since = c.LastTransitionTime.Time
		}
	}
	return since, isReady(p)
}

func (r drain) forcingOf(p *corev1.Pod, owner string) *apply.Change {
	c := r.evictionOf(p, owner)
	c.Key = forcing + string(p.UID)
	c.About[aboutForced] = "true"
	c.Do = func(ctx context.Context, _ string) error { return r.c.letGo(ctx, p, true) }
	return c
}

// aboutForced is of a pod that is deleted past its PDB.
const aboutForced = "forced"
