package kubernetes

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	policyv1 "k8s.io/api/policy/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	utilnet "k8s.io/apimachinery/pkg/util/net"

	"github.com/onus-project/onus/internal/apply"
)

// answer is what the server's answer to an eviction means.
type answer int

const (
	accepted  answer = iota
	gone             // it is not that pod any more
	changed          // it was changed meanwhile: look again
	noBudget         // the budget allows none now
	uncounted        // the budget is not counted yet
	throttled        // the server has too much to do
	busy             // too many evictions at once: it may or may not have been made
	overlap2         // several budgets: it will never work
	dead             // the budget's status is beyond reason: nobody counts
	ending           // the namespace is being deleted: the pod goes anyhow
	forbidden        // who asks may not
	unsure           // whatever else: nobody knows whether the pod goes
	unreached        // the server was never reached
	objected         // a webhook of the cluster says no, or did not answer: what it guards goes by itself, or later
	invalid          // whatever else the server says no with
)

// otherUID is what the server says of 409 where an object is not the one that was meant. It
// says 409 of other things, too.
const otherUID = "UID in precondition"

// meaning tells what an error of an eviction means, and after how long it is tried again,
// where the server says so.
//
// Source: EvictionREST.Create in pkg/registry/core/pod/storage/eviction.go of Kubernetes 1.36.
func meaning(err error) (answer, time.Duration) {
	var status apierrors.APIStatus
	switch {
	case err == nil:
		return accepted, 0
	case utilnet.IsConnectionRefused(err):
		return unreached, pause
	case !errors.As(err, &status):
		return unsure, 0
	}
	s := status.Status()
	said := s.Message
	wait := time.Duration(0)
	if s.Details != nil {
		wait = time.Duration(s.Details.RetryAfterSeconds) * time.Second
	}
	if strings.Contains(said, "admission webhook") || strings.Contains(said, "failed calling webhook") {
		return objected, max(wait, slowly)
	}
	switch s.Code {
	case 401, 403:
		return notAllowed(&s)
	case 404:
		return gone, 0
	case 408:
		return unsure, wait
	case 409:
		if strings.Contains(said, otherUID) {
			return gone, 0
		}
		return changed, time.Second
	case 429:
		return tooMany(&s, wait)
	case 504:
		return busy, max(wait, poll)
	}
	switch {
	case s.Code == 500 && strings.Contains(said, "more than one PodDisruptionBudget"):
		return overlap2, 0
	case s.Code >= 400 && s.Code < 500:
		return invalid, max(wait, slowly)
	}
	return unsure, wait
}

// notAllowed tells the meanings of 403 apart: of a budget whose status is beyond reason, of a
// namespace that goes, and of who asks.
func notAllowed(s *metav1.Status) (answer, time.Duration) {
	switch {
	case hasCause(s, corev1.NamespaceTerminatingCause):
		return ending, poll
	case strings.Contains(s.Message, "disruptions allowed is negative") || strings.Contains(s.Message, "DisruptedPods map too big"):
		return dead, 0
	}
	return forbidden, 0
}

// tooMany tells the meanings of 429 apart: only those of a budget name it as their cause.
func tooMany(s *metav1.Status, wait time.Duration) (answer, time.Duration) {
	switch {
	case !hasCause(s, policyv1.DisruptionBudgetCause):
		return throttled, max(wait, time.Second)
	case strings.Contains(causeSays(s, policyv1.DisruptionBudgetCause), "still being processed"):
		return uncounted, max(wait, poll)
	}
	return noBudget, poll
}

func hasCause(s *metav1.Status, cause metav1.CauseType) bool { return causeSays(s, cause) != "" }

func causeSays(s *metav1.Status, cause metav1.CauseType) string {
	if s.Details == nil {
		return ""
	}
	for _, c := range s.Details.Causes {
		if c.Type == cause {
			return c.Message + " "
		}
	}
	return ""
}

// declined is the error of an eviction that was not made.
type declined struct {
	answer answer
	wait   time.Duration
	says   string
}

func (d *declined) Error() string { return d.says }

// ofOne reports whether it is about one pod, and says nothing of others.
func (d *declined) ofOne() bool {
	return slices.Contains([]answer{gone, noBudget, uncounted, overlap2, ending, objected, invalid}, d.answer)
}

// atIt is for how long the server may still be at an eviction whose answer was lost: it writes
// the budget up to twenty times, half a second apart.
const atIt = 10 * time.Second

// slowly is after how long somebody is asked again who said no of himself.
const slowly = 15 * time.Second

// evict asks for the eviction of a pod, once, as it was read a moment ago: by UID and on that
// node. The server checks the UID only after it has charged the budget, so it is read first.
func (c *Client) evict(ctx context.Context, p *corev1.Pod) error { return c.letGo(ctx, p, false) }

// letGo has a pod go, by its eviction, or by its deletion where that is forced: with the grace of its own.
func (c *Client) letGo(ctx context.Context, p *corev1.Pod, forced bool) error {
	is, err := c.pod(ctx, p.Namespace, p.Name, string(p.UID))
	if err != nil {
		return notMade(err)
	}
	if is == nil || is.DeletionTimestamp != nil || is.Spec.NodeName != p.Spec.NodeName {
		return &apply.Refused{Err: &declined{gone, 0, "it is gone, or on its way out, already"}}
	}
	options := &metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: new(types.UID(p.UID))}}
	body := &policyv1.Eviction{ObjectMeta: metav1.ObjectMeta{Namespace: p.Namespace, Name: p.Name}, DeleteOptions: options}
	of, what, rights := c.kube.CoreV1().RESTClient().Post().SubResource("eviction").Body(body), "evict", "docs/rbac-apply.yaml"
	if forced {
		of, what, rights = c.kube.CoreV1().RESTClient().Delete().Body(options), "delete", "docs/rbac-escalate.yaml"
	}
	ctx, done, err := c.under(ctx)
	if err != nil {
		return err
	}
	defer done()
	err = of.Namespace(p.Namespace).Resource("pods").Name(p.Name).MaxRetries(0).Do(ctx).Error()
	kind, wait := meaning(err)
	switch kind {
	case accepted:
		return nil
	case unsure, busy:
		return &apply.Wait{What: "the answer was lost: " + said(err), Poll: max(wait, atIt)}
	case dead:
		return &apply.Halt{Why: fmt.Sprintf("nobody counts what PodDisruptionBudgets of %s allow: %s", p.Namespace, said(err))}
	case forbidden:
		return &apply.Halt{Why: fmt.Sprintf("may not %s %s: %s; %s", what, named(p), said(err), wayOut(err, rights+" has what it takes"))}
	}
	return &apply.Refused{Err: &declined{kind, wait, said(err)}}
}

// notMade is an error of what came before a change: nothing was changed.
func notMade(err error) error {
	var halt *apply.Halt
	if err == nil || errors.As(err, &halt) {
		return err
	}
	return &apply.Refused{Err: err}
}
