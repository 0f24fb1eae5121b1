package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/onus-project/onus/internal/apply"
	"github.com/onus-project/onus/internal/disruption"
	"github.com/onus-project/onus/internal/plan"
	"github.com/onus-project/onus/internal/plan/step"
	"github.com/onus-project/onus/internal/words"
)

const (
	// poll is after how long budgets are looked at again that allow nothing.
	poll = 5 * time.Second
	// going is after how long it is looked whether pods are gone that are on their way out.
	going = time.Second
	// overdue is how long past its grace a pod may take to go until it is named.
	overdue = 30 * time.Second
)

// drain evicts the pods of a node, each once, and is done when they are gone.
type drain struct{ c *Client }

func (drain) Check(a *plan.Action) error { return checkNode(a) }

func (r drain) Step(ctx context.Context, w *apply.Work) (apply.Result, error) {
	if err := r.answer(ctx, w); err != nil {
		return r.refused(err)
	}
	n, err := r.c.node(ctx, w)
	if err != nil || n == nil {
		return apply.Done(isGone), err
	}
	pods, err := r.c.podsOn(ctx, n.Name)
	if err != nil {
		return apply.Result{}, err
	}
	left := toGo(pods, w.Now())
	if left.done() {
		return apply.Done(""), nil
	}
	if err := r.evict(ctx, w, &left); err != nil {
		return r.refused(err)
	}
	return left.wait(w.Now()), nil
}

// answer looks for what became of evictions whose answer nobody has.
func (r drain) answer(ctx context.Context, w *apply.Work) error {
	for _, u := range w.Unanswered() {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: u.About["namespace"], Name: u.About["pod"], UID: types.UID(u.Target)}}
		p.Spec.NodeName = u.About[step.Node]
		if err := w.Change(ctx, r.eviction(p)); err != nil {
			return err
		}
	}
	return nil
}

// evict asks for the eviction of each pod that its budget lets go.
func (r drain) evict(ctx context.Context, w *apply.Work, left *leaving) error {
	if len(left.evict) == 0 {
		return nil
	}
	allowed, err := r.c.budgets(ctx)
	if err != nil {
		return err
	}
	for _, p := range left.evict {
		if d, why := allowed.decide(p); !d.Evicts() {
			left.held = append(left.held, why)
			continue
		}
		err := w.Change(ctx, r.eviction(p))
		var no *declined
		if errors.As(err, &no) && (no.answer == noBudget || no.answer == uncounted || no.answer == overlap2) {
			left.held = append(left.held, named(p)+": "+no.says)
			continue
		}
		if err != nil {
			return err
		}
		left.going = append(left.going, p)
		if allowed, err = r.c.budgets(ctx); err != nil { // as this eviction has left them
			return err
		}
	}
	return nil
}

func (r drain) eviction(p *corev1.Pod) *apply.Change {
	return &apply.Change{Key: "evict/" + string(p.UID), Target: string(p.UID),
		About: map[string]string{"namespace": p.Namespace, "pod": p.Name, step.Node: p.Spec.NodeName},
		Do:    func(ctx context.Context, _ string) error { return r.c.evict(ctx, p) },
		Observe: func(ctx context.Context, _ string) (apply.Observation, error) {
			is, err := r.c.pod(ctx, p.Namespace, p.Name, string(p.UID))
			switch {
			case err != nil:
				return "", err
			case is == nil || is.DeletionTimestamp != nil || is.Spec.NodeName != p.Spec.NodeName:
				return apply.IsDone, nil
			}
			return apply.IsNotBegun, nil
		}}
}

// refused is what the drain waits for after an eviction that was not made.
func (r drain) refused(err error) (apply.Result, error) {
	var no *declined
	if errors.As(err, &no) {
		return apply.Waiting("an eviction was refused: "+no.says, max(no.wait, going)), nil
	}
	return tryAgain("evicting", err)
}

// leaving are the pods of a node that a drain is about.
type leaving struct {
	evict, going []*corev1.Pod
	held         []string // why some are not evicted now
	kept         []string // why some are not evicted at all
}

// toGo sorts the pods of a node by what the drain does about them.
func toGo(pods []corev1.Pod, now time.Time) (l leaving) {
	for i := range pods {
		p := &pods[i]
		d := drained(p)
		switch d.Kubectl(disruption.KubectlFlags{IgnoreDaemonSets: true, DeleteEmptyDirData: true}, now) {
		case disruption.Leave:
			continue
		case disruption.Abort:
			if p.DeletionTimestamp == nil {
				l.kept = append(l.kept, named(p)+" would not come back: nothing makes it again")
				continue
			}
		}
		if p.DeletionTimestamp != nil {
			l.going = append(l.going, p)
		} else {
			l.evict = append(l.evict, p)
		}
	}
	return l
}

func (l *leaving) done() bool { return len(l.evict)+len(l.going)+len(l.kept) == 0 }

// wait is what the drain waits for: first what somebody has to do something about.
func (l *leaving) wait(now time.Time) apply.Result {
	switch {
	case len(l.kept) > 0:
		return apply.Waiting(more(l.kept), poll)
	case len(l.held) > 0:
		return apply.Waiting(more(l.held), poll)
	}
	for _, p := range l.going {
		if p.DeletionTimestamp != nil && now.Sub(p.DeletionTimestamp.Time) > overdue {
			return apply.Waiting(fmt.Sprintf("%s should have been gone %s ago", named(p),
				words.Duration(now.Sub(p.DeletionTimestamp.Time).Truncate(10*time.Second))), poll)
		}
	}
	return apply.Waiting(words.Count(len(l.going), "pod")+" to be gone", going)
}

// more is the first of some reasons, and how many there are besides.
func more(all []string) string {
	if len(all) == 1 {
		return all[0]
	}
	return fmt.Sprintf("%s; and %d more", all[0], len(all)-1)
}
