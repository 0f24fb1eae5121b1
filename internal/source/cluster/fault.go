package cluster

import (
	"context"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"regexp"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/origin"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	utilnet "k8s.io/apimachinery/pkg/util/net"
)

// Unusable is the error of a cluster of which nothing could be read.
type Unusable struct {
	Context string
	Server  string
	Err     error
}

func (e *Unusable) Error() string { return Reason(e.Err) }

func (e *Unusable) Unwrap() error { return e.Err }

// Denied reports whether the server was there and gave nothing away.
func (e *Unusable) Denied() bool {
	return apierrors.IsForbidden(e.Err) || apierrors.IsUnauthorized(e.Err)
}

// Reason is why something could not be read, for people: its cause, and after
// a colon what the server or the system said.
func Reason(err error) string {
	said := innermost(err)
	cause := causeOf(err)
	switch cause {
	case origin.Forbidden:
		if who := whoMayNot.FindStringSubmatch(said); who != nil {
			said = who[1] + " cannot list it" // what it is stands beside the reason
		}
	case origin.Unauthorized:
		said = "the server does not accept the credentials"
	case origin.Expired:
		said = "the list grew too old while it was read"
	}
	return string(cause) + ": " + said
}

// causeOf is the sort of thing that went wrong.
func causeOf(err error) origin.Cause {
	switch {
	case apierrors.IsForbidden(err):
		return origin.Forbidden
	case apierrors.IsUnauthorized(err):
		return origin.Unauthorized
	case apierrors.IsNotFound(err):
		return origin.NotServed
	case expired(err):
		return origin.Expired
	case errors.Is(err, errEndless):
		return origin.Failed
	case timedOut(err):
		return origin.TimedOut
	case lost(err):
		return origin.ConnectionLost
	}
	return origin.Failed
}

var whoMayNot = regexp.MustCompile(`is forbidden: (User "[^"]*") cannot list resource "[^"]*" in API group "[^"]*" at the cluster scope$`)

func unreadOf(k kind, err error) origin.Unread {
	return origin.Unread{Resource: k.GroupResource(), Kind: k.Name, Cause: causeOf(err), Reason: Reason(err)}
}

// innermost is an error without the request that it befell, on one line.
func innermost(err error) string {
	var of *url.Error
	if errors.As(err, &of) {
		err = of.Err
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return "no answer in time"
	}
	if errors.Is(err, errEndless) {
		err = errEndless // without that it had better be asked for again
	}
	return withoutPassword(strings.Join(strings.Fields(err.Error()), " "))
}

func expired(err error) bool { return apierrors.IsResourceExpired(err) || apierrors.IsGone(err) }

func timedOut(err error) bool {
	var n net.Error
	return errors.As(err, &n) && n.Timeout() || errors.Is(err, context.DeadlineExceeded) || apierrors.IsTimeout(err) ||
		apierrors.IsServerTimeout(err)
}

// lost reports whether a connection broke, or was never made.
func lost(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) || errors.Is(err, io.ErrUnexpectedEOF) || utilnet.IsProbableEOF(err) || utilnet.IsConnectionReset(err) ||
		utilnet.IsHTTP2ConnectionLost(err) || strings.Contains(err.Error(), "when reading response body")
}

// passing reports whether an error may be another the next time: everything
// but what the server has decided. Where nobody listens, or nobody answered in
// time, asking again would only keep the user waiting.
func passing(err error) bool {
	var status apierrors.APIStatus
	if errors.As(err, &status) {
		code := status.Status().Code
		return code == 429 || code >= 500
	}
	return lost(err) && !errors.Is(err, errEndless) && !timedOut(err) && !utilnet.IsConnectionRefused(err)
}

// How often something is asked for until it counts as refused, and how long
// it is left alone in between at first.
const (
	tries      = 3
	firstRetry = 250 * time.Millisecond
)

// persist asks until there is an answer.
func (c *Cluster) persist(ctx context.Context, ask func() error) error {
	wait := c.retry
	for n := 1; ; n++ {
		err := ask()
		if err == nil || n == tries || ctx.Err() != nil || !passing(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
		wait *= 2
	}
}
