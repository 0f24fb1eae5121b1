package cluster

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"k8s.io/client-go/rest"
)

// odd is a server that answers version and groups as the real one does, and all else
// as a test wants it. It notes what it was asked for.
type odd struct {
	mu     sync.Mutex
	asked  []string
	groups string
	answer func(w http.ResponseWriter, r *http.Request)
}

func (o *odd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	o.asked = append(o.asked, r.URL.Path)
	o.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	switch {
	case r.URL.Path == "/version":
		fmt.Fprint(w, `{"gitVersion":"v1.36.3"}`)
	case r.URL.Path == "/apis" && o.groups != "":
		fmt.Fprint(w, o.groups)
	case r.URL.Path == "/apis":
		fmt.Fprint(w, `{"groups":[]}`)
	default:
		o.answer(w, r)
	}
}

// saved is what comes of a cluster that such a server is: why each kind was not read,
// or why nothing was.
func (o *odd) saved(t *testing.T) map[string]string {
	t.Helper()
	server := httptest.NewServer(o)
	defer server.Close()
	defer server.CloseClientConnections()
	c, err := open("odd", &rest.Config{Host: server.URL}, Access{Timeout: 20 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	c.retry = time.Millisecond
	unread, err := c.Save(context.Background(), io.Discard, time.Unix(0, 0), func(string, int) {})
	var unusable *Unusable
	switch {
	case errors.As(err, &unusable):
		return map[string]string{"": err.Error()}
	case err != nil:
		t.Fatal(err)
	}
	why := map[string]string{}
	for _, u := range unread {
		why[u.Resource] = u.Reason
	}
	return why
}

// podsOf answers for pods alone; every other list is empty.
func podsOf(answer func(w http.ResponseWriter, r *http.Request)) func(w http.ResponseWriter, r *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/pods") {
			answer(w, r)
			return
		}
		parts := strings.Split(r.URL.Path, "/")
		kind := map[string]string{}
		for _, k := range kinds() {
			kind[k.Resource] = k.Name
		}
		version := strings.Join(parts[2:len(parts)-1], "/")
		fmt.Fprintf(w, `{"apiVersion":%q,"kind":%q,"items":[]}`, version, kind[parts[len(parts)-1]]+"List")
	}
}

// A list that never ends does end, whatever keeps it going, and the rest is read.
func TestListsWithoutEnd(t *testing.T) {
	page := func(token string) string {
		return `{"apiVersion":"v1","kind":"PodList","metadata":{"continue":"` + token + `"},"items":[{"metadata":{"name":"p"}}]}`
	}
	turn := 0
	for _, c := range []struct {
		name   string
		answer func(w http.ResponseWriter, r *http.Request)
		want   string
	}{
		{"the same token", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, page("a")) },
			"failed: the server gave the same page of the list again"},
		{"two tokens in turn", func(w http.ResponseWriter, _ *http.Request) {
			turn++
			fmt.Fprint(w, page(string(rune('a'+turn%2))))
		}, "failed: the server gave the same page of the list again"},
		{"a body without end", func(w http.ResponseWriter, _ *http.Request) {
			part := []byte(strings.Repeat(" ", 1<<20))
			for {
				if _, err := w.Write(part); err != nil {
					return
				}
			}
		}, "failed: the server gave more than 128 MiB in one answer"},
		{"a small body that unpacks to a large one", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			packed := gzip.NewWriter(w)
			part := []byte(strings.Repeat(" ", 1<<20))
			for range mostOfAnswer>>20 + 1 {
				if _, err := packed.Write(part); err != nil {
					return
				}
			}
			packed.Close()
		}, "failed: the server gave more than 128 MiB in one answer"},
		{"something else", func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `{"apiVersion":"v1","kind":"Pod","items":[]}`)
		},
			"failed: the server gave no list"},
	} {
		t.Run(c.name, func(t *testing.T) {
			why := (&odd{answer: podsOf(c.answer)}).saved(t)
			if len(why) != 1 || !strings.HasPrefix(why["pods"], c.want) {
				t.Errorf("not read: %q, want %q of pods alone", why, c.want)
			}
		})
	}
}

// No redirect is followed, to wherever it leads: what comes back would be taken for what
// was asked for.
func TestNoRedirectIsFollowed(t *testing.T) {
	const want = "failed: the server sends the request to another address, and no redirect is followed"
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{"/api/v1/secrets", "//other.invalid/api/v1/pods", "/api/v1/pods?limit=1", "pods"} {
			o := &odd{answer: podsOf(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", to)
				w.WriteHeader(status)
			})}
			if why := o.saved(t); len(why) != 1 || why["pods"] != want {
				t.Errorf("%d to %s: not read: %q", status, to, why)
			}
			pods := 0
			for _, path := range o.asked {
				if strings.HasSuffix(path, "/pods") {
					pods++
				}
				if strings.Contains(path, "secrets") {
					t.Errorf("%d to %s: asked for %s", status, to, path)
				}
			}
			if pods != 1 {
				t.Errorf("%d to %s: asked %d times for pods", status, to, pods)
			}
		}
	}
}

// Nothing is asked for but the lists that are granted, whatever a server says that it has.
func TestNothingElseIsAskedFor(t *testing.T) {
	granted := map[string]bool{"/version": true, "/apis": true, "/apis/karpenter.sh/v1": true}
	for _, k := range kinds() {
		version := k.Version
		if version == "" {
			version = "v1"
		}
		at := "/apis/" + k.Group + "/" + version + "/"
		if k.Group == "" {
			at = "/api/" + version + "/"
		}
		granted[at+k.Resource] = true
	}
	group := func(version, groupVersion string) string {
		v := fmt.Sprintf(`{"groupVersion":%q,"version":%q}`, groupVersion, version)
		return fmt.Sprintf(`{"groups":[{"name":"karpenter.sh","versions":[%s],"preferredVersion":%s}]}`, v, v)
	}
	for _, c := range []struct{ name, groups, resource string }{
		{"a resource of another name", group("v1", "karpenter.sh/v1"), "secrets"},
		{"a resource that leads elsewhere", group("v1", "karpenter.sh/v1"), "../../../api/v1/secrets"},
		{"a group version that leads elsewhere", group("v1", "../api/v1/secrets"), "nodepools"},
		{"a version that leads elsewhere", group("../../api/v1/secrets", "karpenter.sh/v1"), "nodepools"},
		{"a version with a query", group("v1?a=", "karpenter.sh/v1?a="), "nodepools"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lists := podsOf(func(w http.ResponseWriter, _ *http.Request) {
				fmt.Fprint(w, `{"apiVersion":"v1","kind":"PodList","items":[]}`)
			})
			o := &odd{groups: c.groups, answer: func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/apis/karpenter.sh/v1" {
					fmt.Fprintf(w, `{"resources":[{"name":%q,"kind":"NodePool","verbs":["list"]}]}`, c.resource)
					return
				}
				lists(w, r)
			}}
			o.saved(t)
			for _, path := range o.asked {
				if !granted[path] {
					t.Errorf("asked for %s", path)
				}
			}
		})
	}
}

// A server that answers without an answer is no empty cluster.
func TestAnswersWithoutABody(t *testing.T) {
	for _, status := range []int{http.StatusNoContent, http.StatusNotModified, http.StatusResetContent} {
		o := &odd{answer: func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(status) }}
		if why := o.saved(t); why[""] == "" {
			t.Errorf("status %d is an empty cluster: %q", status, why)
		}
	}
}
