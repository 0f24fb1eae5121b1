package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	"github.com/onus-project/onus/internal/apply"
)

// LeaseName is the lease by which one process at a time carries a plan out in a cluster.
const LeaseName = "onus-apply"

// Lease is that lease. Its transitions are the fencing number: each holder has a higher one,
// and looks before each change whether another has come after it.
type Lease struct {
	Client    *Client
	Namespace string
	Holder    string
	Duration  time.Duration
	Clock     apply.Clock
	// After is the number of the holder before, as a journal has it: somebody may have deleted the lease.
	After int64

	// Plan is the ID of the plan that is carried out; empty keeps no account of it.
	Plan string

	before int64 // see Before
	fence  int64
	until  atomic.Int64 // in nanoseconds of the wall clock: a process that slept has missed it
	saw    record       // what was read of another holder
	since  time.Time    // when that was read first
}

// record is what changes when a holder renews its lease, or another takes it.
type record struct {
	holder string
	number int32
	renew  time.Time
}

// left is for how long what this process sends is sent under the lease.
func (l *Lease) left() time.Duration { return time.Duration(l.until.Load() - l.Clock.Now().UnixNano()) }

// Take takes the lease, and gives the fencing number. One that somebody holds is taken over only
// after this process itself has seen it unchanged for as long as it is good for: clocks differ.
// Where it is not, the error is Taken, and Take may be called again.
func (l *Lease) Take(ctx context.Context) (int64, error) {
	is, err := l.get(ctx)
	if apierrors.IsNotFound(err) {
		is, err = l.create(ctx)
	}
	if err != nil {
		return 0, fmt.Errorf("lease %s/%s: %w", l.Namespace, LeaseName, lacking(err))
	}
	now := l.Clock.Now()
	if holder, _ := holderOf(is); holder != "" && holder != l.Holder {
		if until := l.unchanged(is, now); now.Before(until) {
			return 0, &apply.Taken{Holder: holder, Until: until, In: "cluster", Renewed: is.Spec.RenewTime.Time}
		}
	}
	fence := l.After + 1
	if is.Spec.LeaseTransitions != nil {
		fence = max(fence, int64(*is.Spec.LeaseTransitions)+1)
	}
	is.Spec.HolderIdentity, is.Spec.LeaseTransitions = &l.Holder, new(int32(fence))
	is.Spec.AcquireTime = &metav1.MicroTime{Time: now}
	if err := l.renew(ctx, is, now); err != nil {
		if apierrors.IsConflict(err) {
			return 0, &apply.Taken{In: "cluster", Holder: "one that was a moment earlier", Until: now.Add(l.Duration), Renewed: now}
		}
		return 0, fmt.Errorf("lease %s/%s: %w", l.Namespace, LeaseName, lacking(err))
	}
	l.fence, l.before = fence, plansOf(is)[l.Plan]
	l.Client.lease.Store(l)
	return fence, nil
}

// unchanged is until when a lease of another has to stay as it is to be taken over.
func (l *Lease) unchanged(is *coordinationv1.Lease, now time.Time) time.Time {
	saw := record{holder: *is.Spec.HolderIdentity, renew: is.Spec.RenewTime.Time}
	if n := is.Spec.LeaseTransitions; n != nil {
		saw.number = *n
	}
	if l.since.IsZero() || saw.holder != l.saw.holder || saw.number != l.saw.number || !saw.renew.Equal(l.saw.renew) {
		l.saw, l.since = saw, now
	}
	return l.since.Add(time.Duration(*is.Spec.LeaseDurationSeconds) * time.Second)
}

func (l *Lease) get(ctx context.Context) (*coordinationv1.Lease, error) {
	ctx, done := l.Client.brief(ctx)
	defer done()
	return l.Client.kube.CoordinationV1().Leases(l.Namespace).Get(ctx, LeaseName, metav1.GetOptions{})
}

func (l *Lease) create(ctx context.Context) (*coordinationv1.Lease, error) {
	ctx, done := l.Client.brief(ctx)
	defer done()
	is, err := l.Client.kube.CoordinationV1().Leases(l.Namespace).Create(ctx,
		&coordinationv1.Lease{ObjectMeta: metav1.ObjectMeta{Namespace: l.Namespace, Name: LeaseName}}, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return l.get(ctx)
	}
	return is, err
}

func (l *Lease) renew(ctx context.Context, is *coordinationv1.Lease, now time.Time) error {
	ctx, done := l.Client.brief(ctx)
	defer done()
	is.Spec.RenewTime = &metav1.MicroTime{Time: now}
	is.Spec.LeaseDurationSeconds = new(int32(l.Duration / time.Second))
	_, err := l.Client.kube.CoordinationV1().Leases(l.Namespace).Update(ctx, is, metav1.UpdateOptions{})
	if err == nil {
		l.until.Store(now.Add(l.Duration).UnixNano())
	}
	return err
}

// holderOf is who holds a lease, and until when unless it is renewed.
func holderOf(is *coordinationv1.Lease) (holder string, until time.Time) {
	s := &is.Spec
	if s.HolderIdentity == nil || *s.HolderIdentity == "" || s.RenewTime == nil || s.LeaseDurationSeconds == nil {
		return "", time.Time{}
	}
	return *s.HolderIdentity, s.RenewTime.Add(time.Duration(*s.LeaseDurationSeconds) * time.Second)
}

// Hold reads the lease, and renews it where a third of its time is over. What is left of it
// when it returns is more than one request takes.
func (l *Lease) Hold(ctx context.Context) error {
	is, err := l.get(ctx)
	switch {
	case apierrors.IsNotFound(err):
		return &apply.Lost{}
	case err != nil:
		return unread("the lease "+l.Namespace+"/"+LeaseName, err)
	}
	holder, until := holderOf(is)
	if holder != l.Holder || is.Spec.LeaseTransitions == nil || int64(*is.Spec.LeaseTransitions) != l.fence {
		return &apply.Lost{Holder: holder}
	}
	now := l.Clock.Now()
	if left := until.Sub(now); left < l.Duration*2/3 {
		if err := l.renew(ctx, is, now); err != nil {
			return l.notRenewed(err, until)
		}
		until = now.Add(l.Duration)
	}
	if !l.Clock.Now().Add(l.Client.timeout).Before(until) {
		return errors.New("the lease is about to end")
	}
	return nil
}

// notRenewed is the error of a lease that was not renewed. Another may have taken it: it is looked again. Where it
// may not be renewed any more, what is left of it is for what is in hand to be undone.
func (l *Lease) notRenewed(err error, until time.Time) error {
	err = refused(err)
	var halt *apply.Halt
	if !errors.As(err, &halt) {
		return err
	}
	why := "the lease " + l.Namespace + "/" + LeaseName + ": " + halt.Why
	if l.Clock.Now().Add(l.Client.timeout).Before(until) {
		return &apply.Ending{Why: why}
	}
	return &apply.Halt{Why: why}
}

// Release gives the lease back. Its number stays, for who comes next.
func (l *Lease) Release(ctx context.Context) error {
	is, err := l.get(ctx)
	if err != nil {
		return err
	}
	if holder, _ := holderOf(is); holder != l.Holder {
		return nil
	}
	is.Spec.HolderIdentity = new("")
	return l.renew(ctx, is, l.Clock.Now())
}

// Holder is who holds the lease of a cluster now; empty for nobody.
func (c *Client) Holder(ctx context.Context, namespace string, now time.Time) (string, error) {
	l := &Lease{Client: c, Namespace: namespace}
	is, err := l.get(ctx)
	if apierrors.IsNotFound(err) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	if holder, until := holderOf(is); now.Before(until) {
		return holder, nil
	}
	return "", nil
}
