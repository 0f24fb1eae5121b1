package kubernetes

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// settle is done once workloads have as many ready pods as they want, and have had for a while. The
// while counts from when it was seen first, as the journal has it. After a crash it goes on to count where
// the pods themselves say that they have been Ready all along, and begins anew where they do not: nobody
// watched meanwhile. It begins anew as well where a pod stopped being Ready between two looks.
type settle struct{ c *Client }

// Watches says that a settling changes nothing.
func (settle) Watches() {}

func (settle) Check(a *plan.Action) error {
	if _, err := soakOf(a.With[step.Soak]); err != nil {
		return fmt.Errorf("%s: %w", a.Kind, err)
	}
	_, err := workloadsOf(a.With[step.Workloads])
	return err
}

func soakOf(text string) (time.Duration, error) {
	if text == "" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("soak is %q, wants a time such as 5m", text)
	}
	return d, nil
}

func workloadsOf(text string) (all []workload, err error) {
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		w, err := parseWorkload(part)
		if err != nil {
			return nil, err
		}
		all = append(all, w)
	}
	return all, nil
}

func (r settle) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	soak, err := soakOf(w.With(step.Soak))
	if err != nil {
		return apply.Result{}, err
	}
	all, err := workloadsOf(w.With(step.Workloads))
	if err != nil {
		return apply.Result{}, err
	}
	looked, err := look(ctx, r.c, all)
	if err != nil {
		return apply.Result{}, err
	}
	for _, l := range looked.levels {
		w.Level(l)
	}
	const key = "settled"
	if len(looked.short) > 0 {
		if _, err := w.Note(ctx, key, "no"); err != nil {
			return apply.Result{}, err
		}
		return apply.Waiting(more(looked.short), pause), nil
	}
	since, err := w.Note(ctx, key, "yes")
	if err != nil {
		return apply.Result{}, err
	}
	if noted, ok := w.Noted(key); ok && noted.At.Before(since) && looked.allAlong(noted.At) {
		since = noted.At
	}
	said := "all pods are ready, and are watched for " + words.Duration(soak)
	if again, pod := looked.again(since); pod != "" {
		since, said = again, fmt.Sprintf("%s stopped being Ready, and all are watched anew for %s", pod, words.Duration(soak))
	}
	if left := soak - w.Now().Sub(since); left > 0 {
		return apply.Waiting(said, min(left, poll)), nil
	}
	return apply.Done(""), nil
}

// readiness is how ready the pods of some workloads are.
type readiness struct {
	levels []apply.Level
	short  []string // which have fewer ready pods than they want
	steady []steady
}

// steady is a workload with as many ready pods as it wants.
type steady struct {
	wants int
	ready []corev1.Pod
}

// look reads the pods of workloads, and which of them are ready. A workload that is gone is left out.
func look(ctx context.Context, c *Client, all []workload) (is readiness, err error) {
	for _, x := range all {
		of, err := c.of(ctx, x)
		if err != nil {
			return is, err
		}
		ready, err := c.readyPods(ctx, x, &of)
		if err == nil && !of.gone {
			is.levels = append(is.levels, apply.Level{Name: x.String(), Has: len(ready), Wants: of.wants})
		}
		switch {
		case err != nil:
			return is, err
		case of.gone:
		case len(ready) < of.wants:
			is.short = append(is.short, fmt.Sprintf("%s has %d of %d pods ready", x, len(ready), of.wants))
		default:
			is.steady = append(is.steady, steady{of.wants, ready})
		}
	}
	return is, nil
}

// allAlong reports whether the pods themselves say that as many as are wanted have been ready from a time on.
func (r *readiness) allAlong(from time.Time) bool {
	return !slices.ContainsFunc(r.steady, func(x steady) bool {
		n := 0
		for i := range x.ready {
			if since, _ := readySince(&x.ready[i]); !since.IsZero() && !since.After(from) {
				n++
			}
		}
		return n < x.wants
	})
}

// again is when a pod was last ready again that was there at a time and has not been ready ever since, and its
// name; pods that came later may be more of them.
func (r *readiness) again(from time.Time) (at time.Time, pod string) {
	for _, x := range r.steady {
		for i := range x.ready {
			p := &x.ready[i]
			made := p.CreationTimestamp.Time
			if since, _ := readySince(p); !made.IsZero() && made.Before(from) && since.After(from) && since.After(at) {
				at, pod = since, named(p)
			}
		}
	}
	return at, pod
}
