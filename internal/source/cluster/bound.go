package cluster

import (
	"errors"
	"fmt"
	"io"
	"net/http"

	"k8s.io/apimachinery/pkg/api/meta"
	"k8s.io/apimachinery/pkg/runtime"
)

// What a server may give at most: a page of 500 objects of a quarter MiB each, and as many
// pages as 10 million objects take. The largest cluster that Kubernetes is tested with
// has 150,000 pods.
const (
	mostOfAnswer = 128 << 20
	mostPages    = 20_000
)

// bounded reads no more of an answer than there can be, unpacked where it is packed.
func bounded(next http.RoundTripper) http.RoundTripper { return boundedAnswers{next} }

type boundedAnswers struct{ next http.RoundTripper }

// WrappedRoundTripper is what client-go cancels requests by.
func (b boundedAnswers) WrappedRoundTripper() http.RoundTripper { return b.next }

func (b boundedAnswers) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err != nil {
		return answer, err
	}
	if elsewhere(answer) {
		if answer.Body != nil {
			_ = answer.Body.Close()
		}
		return nil, errElsewhere
	}
	if answer.Body != nil {
		answer.Body = &boundedBody{answer.Body, mostOfAnswer}
	}
	return answer, nil
}

// errElsewhere is why a redirect is not followed: what is asked for is a fixed list, and a
// server, or who stands between, could lead to anything else with these credentials.
var errElsewhere = errors.New("the server sends the request to another address, and no redirect is followed")

// elsewhere reports whether an answer is that to ask at another address.
func elsewhere(answer *http.Response) bool {
	switch answer.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return true
	}
	return false
}

// boundedBody fails once more than is left was read.
type boundedBody struct {
	io.ReadCloser
	left int64
}

var errEndless = fmt.Errorf("the server gave more than %d MiB in one answer", mostOfAnswer>>20)

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errEndless
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// sequence is the pages of one list: each is another one, and some time there is a last.
type sequence struct {
	pages int
	seen  map[string]bool
}

var (
	errCircle = errors.New("the server gave the same page of the list again")
	errNoEnd  = fmt.Errorf("the list has more than %d pages", mostPages)
)

// next notes a page.
func (s *sequence) next(list runtime.Object) error {
	m, err := meta.ListAccessor(list)
	if err != nil {
		return fmt.Errorf("the server gave no list: %w", err)
	}
	token := m.GetContinue()
	switch s.pages++; {
	case token == "":
		return nil
	case s.pages > mostPages:
		return errNoEnd
	case s.seen[token]:
		return errCircle
	case s.seen == nil:
		s.seen = map[string]bool{}
	}
	s.seen[token] = true
	return nil
}
