package cluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"

	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/cluster/clustertest"
)

// Each error has the cause that a user can do something about, and only what may
// pass is asked for again: where nobody listens, or the server has decided,
// asking again would only keep the user waiting.
func TestCausesOfErrors(t *testing.T) {
	pods := schema.GroupResource{Resource: "pods"}
	asked := func(err error) error {
		return fmt.Errorf("pods: %w", &url.Error{Op: "Get", URL: "https://10.0.0.1/api/v1/pods?limit=500", Err: err})
	}
	status := func(code int32, reason metav1.StatusReason) error {
		return &apierrors.StatusError{
			ErrStatus: metav1.Status{Status: metav1.StatusFailure, Code: code, Reason: reason, Message: "the server said so"},
		}
	}
	dial := func(err error) error { return &net.OpError{Op: "dial", Net: "tcp", Err: err} }
	for _, c := range []struct {
		name    string
		err     error
		cause   origin.Cause
		reason  string
		passing bool
	}{
		{"a user who may not",
			apierrors.NewForbidden(pods, "", errors.New(`User "me" cannot list resource "pods" in API group "" at the cluster scope`)),
			origin.Forbidden, `forbidden: User "me" cannot list it`, false},
		{"a policy", apierrors.NewForbidden(pods, "", errors.New("a policy says no")), origin.Forbidden,
			`forbidden: pods is forbidden: a policy says no`, false},
		{"a token that has expired", apierrors.NewUnauthorized("token has expired"), origin.Unauthorized,
			"unauthorized: the server does not accept the credentials", false},
		{"a kind that is gone", status(404, metav1.StatusReasonNotFound), origin.NotServed, "not served: the server said so", false},
		{"a list that grew too old", apierrors.NewResourceExpired("too old"), origin.Expired,
			"expired: the list grew too old while it was read", false},
		{"a list that is gone", apierrors.NewGone("gone"), origin.Expired, "expired: the list grew too old while it was read", false},
		{"a request that is wrong", status(400, metav1.StatusReasonBadRequest), origin.Failed, "failed: the server said so", false},
		{"a server that is asked too often", status(429, metav1.StatusReasonTooManyRequests), origin.Failed, "failed: the server said so", true},
		{"a fault of the server", status(500, metav1.StatusReasonInternalError), origin.Failed, "failed: the server said so", true},
		{"an overloaded server", status(503, metav1.StatusReasonServiceUnavailable), origin.Failed, "failed: the server said so", true},
		{"a server that gave up", status(504, metav1.StatusReasonTimeout), origin.TimedOut, "timed out: the server said so", true},
		{"a server that asks for patience", apierrors.NewServerTimeout(pods, "list", 1), origin.TimedOut,
			`timed out: The list operation against pods could not be completed at this time, please try again.`, true},
		{"no answer in time", asked(context.DeadlineExceeded), origin.TimedOut, "timed out: no answer in time", false},
		{"nothing more in time", asked(os.ErrDeadlineExceeded), origin.TimedOut, "timed out: no answer in time", false},
		{"no way there in time", asked(dial(os.NewSyscallError("connect", syscall.ETIMEDOUT))), origin.TimedOut,
			"timed out: dial tcp: connect: connection timed out", false},
		{"nobody listens", asked(dial(os.NewSyscallError("connect", syscall.ECONNREFUSED))), origin.ConnectionLost,
			"connection lost: dial tcp: connect: connection refused", false},
		{"no such host", asked(dial(&net.DNSError{Err: "no such host", Name: "api.example", IsNotFound: true})), origin.ConnectionLost,
			"connection lost: dial tcp: lookup api.example: no such host", true},
		{"the connection was reset", asked(&net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)}),
			origin.ConnectionLost, "connection lost: read tcp: read: connection reset by peer", true},
		{"the connection was reset below", asked(syscall.ECONNRESET), origin.ConnectionLost, "connection lost: connection reset by peer", true},
		{"the connection closed", asked(io.EOF), origin.ConnectionLost, "connection lost: EOF", true},
		{"the answer ends in the middle", io.ErrUnexpectedEOF, origin.ConnectionLost, "connection lost: unexpected EOF", true},
		{"the answer ends in the middle of a list", fmt.Errorf("decoding: %w", io.ErrUnexpectedEOF), origin.ConnectionLost,
			"connection lost: decoding: unexpected EOF", true},
		{"a connection that cannot be written to", asked(errors.New("http: can't write HTTP request on broken connection")),
			origin.ConnectionLost, "connection lost: http: can't write HTTP request on broken connection", true},
		{"HTTP/2 lost the connection", asked(errors.New("http2: client connection lost")), origin.ConnectionLost,
			"connection lost: http2: client connection lost", true},
		{"the body broke off", errors.New("unexpected error when reading response body.\nPlease retry."), origin.ConnectionLost,
			"connection lost: unexpected error when reading response body. Please retry.", true},
		{"a certificate of somebody else", asked(errors.New("x509: certificate signed by unknown authority")), origin.Failed,
			"failed: x509: certificate signed by unknown authority", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			u := unreadOf(kinds()[0], c.err)
			if u.Cause != c.cause || u.Reason != c.reason || u.Kind == "" || u.Resource == "" {
				t.Errorf("%+v\nwant %s, as %q", u, c.cause, c.reason)
			}
			if passing(c.err) != c.passing {
				t.Errorf("passing %t", !c.passing)
			}
			if e := (&Unusable{Err: c.err}); e.Denied() != (c.cause == origin.Forbidden || c.cause == origin.Unauthorized) || !errors.Is(e, c.err) ||
				e.Error() != c.reason {
				t.Errorf("of a whole cluster: denied %t, %s", e.Denied(), e)
			}
		})
	}
}

// What passes is asked for three times, and what was decided once.
func TestHowOftenIsAsked(t *testing.T) {
	gone := status503()
	for _, c := range []struct {
		name    string
		answers []error // the last one for good
		asked   int
		err     error
	}{
		{"an answer", []error{nil}, 1, nil},
		{"an answer at last", []error{gone, gone, nil}, 3, nil},
		{"never an answer", []error{gone}, 3, gone},
		{"a decision", []error{os.ErrPermission}, 1, os.ErrPermission},
	} {
		n := 0
		err := (&Cluster{retry: time.Microsecond}).persist(t.Context(), func() error {
			n++
			return c.answers[min(n, len(c.answers))-1]
		})
		if n != c.asked || !errors.Is(err, c.err) {
			t.Errorf("%s: asked %d times, %v", c.name, n, err)
		}
	}
	// Who interrupts while something is waited for gets to know that at once.
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(10*time.Millisecond, cancel)
	began := time.Now()
	if err := (&Cluster{retry: time.Minute}).persist(ctx, func() error { return gone }); !errors.Is(err, context.Canceled) ||
		time.Since(began) > 30*time.Second {
		t.Errorf("interrupted: %v after %s", err, time.Since(began))
	}
}

func status503() error {
	return &apierrors.StatusError{ErrStatus: metav1.Status{Code: http.StatusServiceUnavailable, Reason: metav1.StatusReasonServiceUnavailable}}
}

// A snapshot that cannot be written is an error, whichever write fails.
func TestSaveFailsWithAnyWrite(t *testing.T) {
	s := clustertest.Start(t, many(2, 2))
	for n := 1; ; n++ {
		w := &failing{at: n}
		_, err := openServer(t, s).Save(t.Context(), w, taken, silent)
		if w.writes < n {
			if err != nil || n < 5 {
				t.Errorf("of %d writes none fails: %v", n-1, err)
			}
			return
		}
		if !errors.Is(err, errFull) {
			t.Errorf("write %d fails: %v", n, err)
		}
	}
}

// failing fails with one of its writes, and takes what comes after it.
type failing struct{ at, writes int }

func (f *failing) Write(p []byte) (int, error) {
	if f.writes++; f.writes == f.at {
		return 0, errFull
	}
	return len(p), nil
}

// Which kinds are read, and how far that is, is told to who waits.
func TestSaveCounts(t *testing.T) {
	s := clustertest.Start(t, many(10, 120))
	counts := map[string][]int{}
	told := make(chan struct {
		kind string
		n    int
	}, 1000)
	var b bytes.Buffer
	if _, err := openServer(t, s).Save(t.Context(), &b, taken, func(kind string, n int) {
		told <- struct {
			kind string
			n    int
		}{kind, n}
	}); err != nil {
		t.Fatal(err)
	}
	close(told)
	for x := range told {
		counts[x.kind] = append(counts[x.kind], x.n)
	}
	if !slices.Equal(counts["Pod"], []int{1, 501, 1001, 1200}) || !slices.Equal(counts["Node"], []int{1, 10}) ||
		!slices.Equal(counts["Service"], []int{0}) {
		t.Errorf("pods %v, nodes %v, services %v", counts["Pod"], counts["Node"], counts["Service"])
	}
}

// A kubeconfig that cannot be read is told by its name, and one that names
// clusters but no context is not taken for none.
func TestOpenOfBadKubeconfigs(t *testing.T) {
	t.Setenv("KUBERNETES_SERVICE_HOST", "")
	for _, c := range []struct{ name, text, want string }{
		{"not YAML", "clusters: [", "reading the kubeconfig: "},
		{"clusters and no context", "apiVersion: v1\nkind: Config\nclusters:\n- name: a\n  cluster: {server: 'https://example.invalid'}\n",
			`the kubeconfig has no current context`},
		{"a context of no cluster", "apiVersion: v1\nkind: Config\ncurrent-context: a\ncontexts:\n- name: a\n  context: {cluster: b, user: c}\n",
			"reading the kubeconfig: context a: "},
	} {
		path := filepath.Join(t.TempDir(), "kubeconfig")
		if err := os.WriteFile(path, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		t.Setenv("KUBECONFIG", path)
		for _, a := range []Access{{}, {Kubeconfig: path}} {
			if _, err := Open(a); err == nil || errors.Is(err, ErrNone) || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%s, %+v: %v", c.name, a, err)
			}
		}
	}
}
