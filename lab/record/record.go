// Package record plays scenarios on the real control plane and writes down
// what happened, in the form in which the simulator is held against it.
package record

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"slices"
	"time"

	"github.com/onus-project/onus/internal/fidelity"
	"github.com/onus-project/onus/lab/cluster"
)

// Settle is how long a cluster is left alone before the start, from when all
// was applied; up to Jitter more, so that the loops of its controllers stand
// anywhere. Timers that run already would go off at another time in each
// repetition, so where they are what is played there is no jitter.
const (
	Settle = 55 * time.Second
	Jitter = 10 * time.Second
)

// registering is about how long it takes from asking for a node until it is
// registered: the rest of nodeReady it boots.
const registering = 2 * time.Second

// nodeGrace is after how long without a heartbeat a node counts as lost where some
// are to be.
const nodeGrace = 40 * time.Second

// Run is one repetition.
type Run struct {
	Start    time.Time
	Estate   []byte
	Observed fidelity.Observed
	Timeline []Event
	packing  []string
}

// ErrUnlike: a repetition would start from another packing of pods on nodes
// than the first.
var ErrUnlike = errors.New("pods lie on nodes otherwise than in the first repetition")

// Once plays a scenario once, on a cluster of its own in a folder, and tells
// log how it goes. The first run is nil, or one that this is to be compared with.
func (s *Scenario) Once(ctx context.Context, dir string, first *Run, log io.Writer) (*Run, error) {
	t := s.Written.Timings
	o := cluster.Options{PodReady: t.PodReady.Duration, PodStop: t.PodStop.Duration, NodeBoot: max(0, t.NodeReady.Duration-registering)}
	if len(s.Lose) > 0 {
		o.NodeGrace, o.Heartbeats, o.Repairs = nodeGrace, true, true
	}
	c, err := cluster.Start(ctx, dir, o)
	if err != nil {
		return nil, err
	}
	defer c.Stop()
	run, err := s.play(ctx, c, first, log)
	if fallen := c.Err(); fallen != nil {
		return nil, fallen
	}
	return run, err
}

func (s *Scenario) play(ctx context.Context, c *cluster.Cluster, first *Run, log io.Writer) (*Run, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	fmt.Fprintf(log, "%s: applying\n", s.Name)
	applied := time.Now()
	if _, err := c.Kubectl(ctx, bytes.Join(s.Objects, []byte("\n---\n")), "apply", "--filename=-"); err != nil {
		return nil, err
	}
	if err := holdBack(ctx, c); err != nil {
		return nil, err
	}
	if err := s.settled(ctx, c, applied.Add(s.settle())); err != nil {
		return nil, err
	}
	if err := s.prepare(ctx, c); err != nil {
		return nil, err
	}
	if err := s.lose(ctx, c); err != nil {
		return nil, err
	}
	tally := newTally()
	changes, err := look(ctx, c.Kubeconfig)
	if err != nil {
		return nil, err
	}
	run := &Run{}
	if err := tally.until(ctx, changes, time.Now(), s.startAt(time.Now())); err != nil {
		return nil, err
	}
	if run.Estate, err = estate(ctx, c); err != nil {
		return nil, err
	}
	if run.packing, err = packing(run.Estate); err != nil {
		return nil, err
	}
	if first != nil && !slices.Equal(run.packing, first.packing) {
		return nil, ErrUnlike
	}
	replicas, err := replicas(run.Estate)
	if err != nil {
		return nil, err
	}
	// The file has whole seconds.
	run.Start = time.Now().Add(time.Second).Truncate(time.Second)
	if err := tally.until(ctx, changes, run.Start, run.Start); err != nil {
		return nil, err
	}
	tally.start(replicas)
	fmt.Fprintf(log, "%s: started at %s\n", s.Name, run.Start.UTC().Format(time.RFC3339))
	if err := s.unfold(ctx, c, tally, changes, run.Start); err != nil {
		return nil, err
	}
	run.Observed, run.Timeline = tally.result(), tally.timeline
	return run, nil
}

// prepare does what a scenario wants done before the start, and lets it take
// effect.
func (s *Scenario) prepare(ctx context.Context, c *cluster.Cluster) error {
	for _, args := range s.Before {
		if _, err := c.Kubectl(ctx, nil, args...); err != nil {
			return err
		}
	}
	if len(s.Before) == 0 {
		return nil
	}
	return s.settled(ctx, c, time.Now().Add(effect+s.Written.Timings.PodStop.Duration))
}

// effect is how long the controllers get for what was done before the start.
const effect = 5 * time.Second

func (s *Scenario) settle() time.Duration {
	if s.timers() {
		return s.Settle
	}
	return s.Settle + rand.N(Jitter)
}

// timers reports whether something runs from when it was made: the age of a
// node, a do-not-disrupt that ends, or the time until a pod crashes.
func (s *Scenario) timers() bool {
	for _, own := range s.Written.Own {
		if own.Crashes != nil {
			return true
		}
	}
	return slices.ContainsFunc(s.Written.Triggers, func(t Trigger) bool { return t.Kind == "expiry" }) ||
		slices.ContainsFunc(s.Objects, func(o []byte) bool { return endsAfter.Match(o) })
}

// endsAfter is a do-not-disrupt for a time, as it is written.
var endsAfter = regexp.MustCompile(`karpenter\.sh/do-not-disrupt: '?[0-9]`)

// reading is about how long it takes to read the estate before the start.
const reading = 2 * time.Second

// startAt is when to read the estate so that the run starts in phase.
func (s *Scenario) startAt(now time.Time) time.Time {
	// A few seconds at least, in which what is there is seen.
	soon := now.Add(3 * time.Second)
	return soon.Add(s.Phase.wait(soon.Add(reading)))
}

// unfold fires the triggers and watches until the horizon.
func (s *Scenario) unfold(ctx context.Context, c *cluster.Cluster, tally *tally, changes <-chan seen, start time.Time) error {
	fired := make(chan error, len(s.Written.Triggers))
	for _, t := range s.Written.Triggers {
		time.AfterFunc(time.Until(start.Add(t.At.Duration)), func() {
			if err := t.fire(ctx, c); err != nil {
				fired <- fmt.Errorf("%s: %w", t.Kind, err)
			}
		})
	}
	if err := tally.until(ctx, changes, start, start.Add(s.Written.Horizon.Duration)); err != nil {
		return err
	}
	select {
	case err := <-fired:
		return err
	default:
		return nil
	}
}

// until sees changes until a time. Times are counted from start.
func (c *tally) until(ctx context.Context, changes <-chan seen, start, end time.Time) error {
	over := time.After(time.Until(end))
	for {
		select {
		case s := <-changes:
			if s.lost != nil {
				return s.lost
			}
			if err := c.see(max(0, s.at.Sub(start)), s); err != nil {
				return err
			}
		case <-over:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
