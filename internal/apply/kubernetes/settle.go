package kubernetes

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

// settle is done once workloads have as many ready pods as they want, and have had for a
// while. The while counts from when it was seen first; after a crash it begins anew, since
// nobody watched meanwhile.
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
	var short []string
	for _, x := range all {
		of, err := r.c.of(ctx, x)
		if err != nil {
			return apply.Result{}, err
		}
		n, err := r.c.readyOf(ctx, x, &of)
		if err != nil {
			return apply.Result{}, err
		}
		if !of.gone && n < of.wants {
			short = append(short, fmt.Sprintf("%s has %d of %d pods ready", x, n, of.wants))
		}
	}
	const key = "settled"
	if len(short) > 0 {
		if _, err := w.Note(ctx, key, "no"); err != nil {
			return apply.Result{}, err
		}
		return apply.Waiting(more(short), pause), nil
	}
	since, err := w.Note(ctx, key, "yes")
	if err != nil {
		return apply.Result{}, err
	}
	if from := w.Since(); from.After(since) {
		since = from
	}
	if left := soak - w.Now().Sub(since); left > 0 {
		return apply.Waiting("all pods are ready, and are watched for "+words.Duration(soak), min(left, poll)), nil
	}
	return apply.Done(""), nil
}
