package fleet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"

	"github.com/go-json-experiment/json"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
)

// announce tells who listens at an address that a wave is about to begin, and waits until that has answered. The same
// announcement, made again since its answer was lost, has the same Idempotency-Key.
type announce struct{}

func (announce) Check(a *plan.Action) error {
	if err := step.CheckURL(a.With[step.URL]); err != nil {
		return fmt.Errorf("%s: %s %w", a.Kind, step.URL, err)
	}
	return nil
}

// Announcement is what is sent.
type Announcement struct {
	Plan        string `json:"plan"`
	Title       string `json:"title"`
	Wave        int    `json:"wave"`
	Deployments int    `json:"deployments"`
	Reason      string `json:"reason,omitempty"`
}

func (r announce) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	err := w.Change(ctx, &apply.Change{Key: "announce", Target: w.Step.ID, Final: true,
		About:   map[string]string{step.Deployments: w.With(step.Deployments)},
		Do:      func(ctx context.Context, token string) error { return r.send(ctx, w, token) },
		Observe: func(context.Context, string) (apply.Observation, error) { return apply.IsNotBegun, nil }})
	var failed *apply.Refused
	if errors.As(err, &failed) {
		return apply.Waiting("it is announced again: "+failed.Error(), again), nil
	}
	if err != nil {
		return apply.Result{}, err
	}
	return apply.Done("announced"), nil
}

// send sends it once. Where the answer says no, it is announced anew later.
func (announce) send(ctx context.Context, w *apply.Work, token string) error {
	n, _ := strconv.Atoi(w.With(step.Deployments))
	body, err := json.Marshal(Announcement{w.Plan.ID, w.Plan.Title, w.Step.Wave, n, w.With(step.Reason)})
	if err != nil {
		return &apply.Refused{Err: err}
	}
	ctx, done := context.WithTimeout(ctx, mostAsked)
	defer done()
	ask, err := http.NewRequestWithContext(ctx, http.MethodPost, w.With(step.URL), bytes.NewReader(body))
	if err != nil {
		return &apply.Refused{Err: withoutURL(err)}
	}
	ask.Header.Set("Content-Type", "application/json")
	ask.Header.Set("Idempotency-Key", token)
	client := http.Client{Timeout: mostAsked, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.Do(ask)
	if err != nil { // it may have come all the same: it is sent again with the same key
		return withoutURL(err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, 64<<10)
	switch answer.StatusCode / 100 {
	case 2:
		return nil
	case 5:
		return errors.New("the answer was " + answer.Status)
	}
	return &apply.Refused{Err: errors.New("the answer was " + answer.Status)}
}

// withoutURL is an error of a request without its address, which may have a secret in it.
func withoutURL(err error) error {
	var of *url.Error
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}
