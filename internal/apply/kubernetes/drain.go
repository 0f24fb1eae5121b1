package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
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
	_, result, err := r.further(ctx, w)
	return result, err
}

// further takes a drain a little further. What is left of the node's pods is empty where it did not
// come to ask for their evictions.
func (r drain) further(ctx context.Context, w *apply.Work) (left leaving, _ apply.Result, _ error) {
	n, err := r.c.node(ctx, w)
	if err != nil || n == nil {
		return left, apply.Done(isGone), err
	}
	if !n.Spec.Unschedulable {
		return left, apply.Result{}, uncordoned(n)
	}
	if err := r.answer(ctx, w); err != nil {
		result, err := r.refused(err)
		return left, result, err
	}
	pods, err := r.c.podsOn(ctx, n.Name)
	if err != nil {
		return left, apply.Result{}, err
	}
	all := toGo(pods, w.With(step.Named) != "", w.Now())
	switch {
	case len(all.kept) > 0:
		return left, apply.Result{}, errors.New(more(all.kept)) // before any other is moved for nothing
	case all.done():
		return left, apply.Done(""), nil
	}
	if err := r.c.notItself(all.evict); err != nil {
		return left, apply.Result{}, err
	}
	if err := r.bounded(ctx, w, len(all.evict)); err != nil {
		return left, apply.Result{}, err
	}
	if err := r.evict(ctx, w, &all); err != nil {
		result, err := r.refused(err)
		return left, result, err
	}
	return all, all.wait(w.Now()), nil
}

// uncordoned pauses the plan: to take the cordon off is how people stop a drain.
func uncordoned(n *corev1.Node) error {
	return &apply.Halt{Why: n.Name + " was uncordoned by somebody: nothing further is evicted from it"}
}

// bounded fails a drain whose pods come back to the node: it would go on for as long as its time.
func (drain) bounded(ctx context.Context, w *apply.Work, pods int) error {
	const key = "pods"
	at, ok := w.Noted(key)
	if !ok {
		_, err := w.Note(ctx, key, strconv.Itoa(pods))
		return err
	}
	first, err := strconv.Atoi(at.Detail)
	if err != nil {
		return fmt.Errorf("what was noted of the pods of %s: %w", w.With(step.Node), err)
	}
	if made := w.Changes(); pods > 0 && made > 2*first+2 {
		return fmt.Errorf("%s had %s and %d were evicted: they come back to it", w.With(step.Node), words.Count(first, "pod"), made)
	}
	return nil
}

// answer looks for what became of evictions whose answer nobody has.
func (r drain) answer(ctx context.Context, w *apply.Work) error {
	for _, u := range w.Unanswered() {
		p := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Namespace: u.About["namespace"], Name: u.About["pod"], UID: types.UID(u.Target)}}
		p.Spec.NodeName = u.About[step.Node]
		if strings.HasPrefix(u.Key, forcing) { // what is forced is decided anew each time
			if err := w.Seen(ctx, r.forcingOf(p, u.About[aboutOwner])); err != nil {
				return err
			}
			continue
		}
		err := w.Change(ctx, r.evictionOf(p, u.About[aboutOwner]))
		var no *declined
		if err != nil && (!errors.As(err, &no) || !no.ofOne()) {
			return err
		}
	}
	return nil
}

// evict asks for the eviction of each pod that its budget lets go. One that is held holds no
// other.
func (r drain) evict(ctx context.Context, w *apply.Work, left *leaving) error {
	if len(left.evict) == 0 {
		return nil
	}
	allowed, err := r.c.budgets(ctx)
	if err != nil {
		return err
	}
	for _, p := range left.evict {
		owner, err := r.c.ownerOf(ctx, p)
		if err != nil {
			return err
		}
		if why := guarded(w, p, owner, len(allowed.of(p)) > 0); why != "" {
			left.held = append(left.held, why)
			continue
		}
		if d, why := allowed.decide(p); !d.Evicts() {
			if left.held = append(left.held, why); allowed.counted(p) {
				left.blocked = append(left.blocked, p)
			}
			continue
		}
		err = w.Change(ctx, r.eviction(p, owner))
		if err != nil && left.holds(p, err) {
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

// holds notes that one pod is held by an error, where it is no more than that.
func (l *leaving) holds(p *corev1.Pod, err error) bool {
	var no *declined
	var held *apply.Held
	switch {
	case errors.As(err, &held) && held.Guard.Kind == step.Floor:
		l.held = append(l.held, held.Why)
		return true
	case !errors.As(err, &no) || !no.ofOne():
		return false
	case no.answer != gone: // else it is looked again
		if no.answer == noBudget || no.answer == overlap2 {
			l.blocked = append(l.blocked, p)
		}
		l.held, l.slow = append(l.held, named(p)+": "+no.says), max(l.slow, no.wait)
	}
	return true
}

// guarded says why a pod is not evicted of which nobody knows how many of its kind have to
// stay: its workload came after the plan was made. Empty where it may be.
func guarded(w *apply.Work, p *corev1.Pod, owner workload, budget bool) string {
	endsByItself := p.Spec.RestartPolicy == corev1.RestartPolicyNever || p.Spec.RestartPolicy == corev1.RestartPolicyOnFailure
	if budget || endsByItself || owner == (workload{}) || !isReady(p) {
		return "" // pods that nothing makes anew are sorted before
	}
	for i := range w.Step.Guards {
		if g := &w.Step.Guards[i]; g.Kind == step.Floor && workloadOfGuard(g) == owner {
			return ""
		}
	}
	if slices.Contains(strings.Split(w.With(step.Free), ","), owner.String()) {
		return ""
	}
	return fmt.Sprintf("%s is of %s, which the plan does not know and no PodDisruptionBudget guards: make the plan anew", named(p), owner)
}

// aboutOwner is the workload of a pod that is evicted.
const aboutOwner = "workload"

func (r drain) eviction(p *corev1.Pod, owner workload) *apply.Change {
	if owner == (workload{}) {
		return r.evictionOf(p, "")
	}
	return r.evictionOf(p, owner.String())
}

func (r drain) evictionOf(p *corev1.Pod, owner string) *apply.Change {
	return &apply.Change{Key: "evict/" + string(p.UID), Target: string(p.UID),
		About:   map[string]string{"namespace": p.Namespace, "pod": p.Name, step.Node: p.Spec.NodeName, aboutOwner: owner},
		Do:      func(ctx context.Context, _ string) error { return r.c.evict(ctx, p) },
		Observe: r.wentOf(p)}
}

// wentOf tells of a pod whether it goes.
func (r drain) wentOf(p *corev1.Pod) func(context.Context, string) (apply.Observation, error) {
	return func(ctx context.Context, _ string) (apply.Observation, error) {
		is, err := r.c.pod(ctx, p.Namespace, p.Name, string(p.UID))
		switch {
		case err != nil:
			return "", err
		case is == nil || is.DeletionTimestamp != nil || is.Spec.NodeName != p.Spec.NodeName:
			return apply.IsDone, nil
		}
		return apply.IsNotBegun, nil
	}
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
	held         []string      // why some are not evicted now
	blocked      []*corev1.Pod // those of them that a PDB holds
	kept         []string      // why some are not evicted at all
	slow         time.Duration // after which those that are held are asked for again
}

// toGo sorts the pods of a node by what the drain does about them. Where the node was asked for
// by name, annotations do not keep them.
func toGo(pods []corev1.Pod, asked bool, now time.Time) (l leaving) {
	for i := range pods {
		p := &pods[i]
		d := drained(p)
		kept := disruption.KeepsPod(p.Annotations, d.Started, now)
		does := d.Kubectl(disruption.KubectlFlags{IgnoreDaemonSets: true, DeleteEmptyDirData: true}, now)
		switch {
		case does == disruption.Leave:
		case p.DeletionTimestamp != nil:
			l.going = append(l.going, p)
		case d.ToleratesCordon(): // it would come back
		case does == disruption.Abort:
			l.kept = append(l.kept, named(p)+" would not come back: nothing makes it again")
		case kept != "" && !asked && !ended(p):
			l.kept = append(l.kept, named(p)+" is annotated "+kept+": nobody is to disrupt it")
		default:
			l.evict = append(l.evict, p)
		}
	}
	return l
}

func ended(p *corev1.Pod) bool {
	return p.Status.Phase == corev1.PodSucceeded || p.Status.Phase == corev1.PodFailed
}

func (l *leaving) done() bool { return len(l.evict)+len(l.going)+len(l.kept) == 0 }

// wait is what the drain waits for: first what somebody has to do something about.
func (l *leaving) wait(now time.Time) apply.Result {
	if len(l.held) > 0 {
		return apply.Waiting(more(l.held), max(poll, l.slow))
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
