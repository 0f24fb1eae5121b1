package cluster

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/go-logr/logr"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/klog/v2"

	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/source/manifest"
)

// atATime is how many kinds are listed side by side.
const atATime = 4

// Save writes a snapshot, which was taken at a time, and returns what of the
// cluster could not be read. Counted is told how many objects of a kind are
// there so far, from several goroutines. Where nothing can be read, nothing is
// written and the error is *Unusable; with any other error, what was written
// is half a snapshot.
func (c *Cluster) Save(ctx context.Context, w io.Writer, taken time.Time, counted func(kind string, n int)) ([]origin.Unread, error) {
	// What goes wrong is told once, by the error and by unread.
	ctx, cancel := context.WithCancel(klog.NewContext(ctx, logr.Discard()))
	defer cancel()
	var version string
	err := c.loggedIn(ctx, func() (err error) {
		version, err = c.version(ctx)
		return err
	})
	if err != nil {
		return nil, c.failed(ctx, err)
	}
	have, unread := c.served(ctx)
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	out := &writer{to: w, header: header{Schema: manifest.Snapshot, APIVersion: "v1", Kind: "List", Taken: taken.UTC().Format(time.RFC3339),
		Context: c.Context, Asks: true}}
	out.header.Server.Version = version
	var first error // of those that kept a kind from being read
	silent := 0     // kinds of which nothing was heard
	for l := range c.listAll(ctx, have, counted) {
		<-l.done
		switch {
		case ctx.Err() != nil:
			return nil, ctx.Err()
		case l.err != nil:
			first = firstOf(first, l.err)
			unread = append(unread, unreadOf(l.kind, l.err))
			if timedOut(l.err) || lost(l.err) {
				silent++
			}
			if silent == atATime && !out.begun {
				return nil, c.failed(ctx, first) // the server is gone: do not wait for every kind
			}
		default:
			if err := out.add(l.spool); err != nil {
				return nil, err
			}
		}
	}
	if !out.begun {
		return nil, c.failed(ctx, first)
	}
	return unread, out.end(unread)
}

func firstOf(a, b error) error {
	if a != nil {
		return a
	}
	return b
}

// failed is the error of a cluster of which nothing could be read.
func (c *Cluster) failed(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return &Unusable{Context: c.Context, Server: c.server, Err: err}
}

// listing is a kind that is listed, or was.
type listing struct {
	kind  kind
	done  chan struct{}
	spool *spool
	err   error
}

// listAll lists kinds side by side and gives them in order.
func (c *Cluster) listAll(ctx context.Context, all []kind, counted func(string, int)) func(yield func(*listing) bool) {
	return func(yield func(*listing) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		listings := make([]*listing, len(all))
		for i, k := range all {
			listings[i] = &listing{kind: k, done: make(chan struct{}), spool: newSpool()}
		}
		work := make(chan *listing, len(all))
		for _, l := range listings {
			work <- l
		}
		close(work)
		for range atATime {
			running.Go(func() {
				defer crash.Handle()
				for l := range work {
					l.err = c.listInto(ctx, l, counted)
					close(l.done)
				}
			})
		}
		for _, l := range listings {
			if !yield(l) {
				return
			}
		}
	}
}

// listInto fills a listing's spool.
func (c *Cluster) listInto(ctx context.Context, l *listing, counted func(string, int)) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	var line bytes.Buffer
	enc := json.NewEncoder(&line)
	enc.SetEscapeHTML(false)
	err := c.list(ctx, l.kind, l.spool.reset, func(o runtime.Object) error {
		object, err := keep(l.kind, o)
		if err != nil {
			return err
		}
		line.Reset()
		if err := enc.Encode(object); err != nil {
			return fmt.Errorf("writing an object down: %w", err)
		}
		if err := l.spool.add(bytes.TrimSuffix(line.Bytes(), []byte("\n"))); err != nil {
			return err
		}
		if l.spool.n%page == 1 {
			counted(l.kind.Name, l.spool.n)
		}
		return nil
	})
	counted(l.kind.Name, l.spool.n)
	return err
}

// header is what a snapshot starts with.
type header struct {
	Schema     string `json:"schema"`
	APIVersion string `json:"apiVersion"`
	Kind       string `json:"kind"`
	Taken      string `json:"taken"`
	Context    string `json:"context,omitempty"`
	Asks       bool   `json:"asks"` // its pods say what they ask of their nodes
	Server     struct {
		Version string `json:"version,omitempty"`
	} `json:"server"`
}

// writer writes a snapshot, an object a line: two of them can be compared.
type writer struct {
	to     io.Writer
	header header
	begun  bool
	comma  bool // an object stands before
}

// add writes the objects of a kind.
func (w *writer) add(s *spool) error {
	if !w.begun {
		w.begun = true
		head, err := json.Marshal(w.header)
		if err != nil {
			return err
		}
		if _, err := fmt.Fprintf(w.to, "%s,\"items\":[", head[:len(head)-1]); err != nil {
			return err
		}
	}
	if s.n == 0 {
		return nil
	}
	if w.comma {
		if _, err := io.WriteString(w.to, ","); err != nil {
			return err
		}
	}
	w.comma = true
	return s.writeTo(w.to)
}

// end writes what is known at last.
func (w *writer) end(unread []origin.Unread) error {
	if unread == nil {
		unread = []origin.Unread{}
	}
	tail, err := json.Marshal(unread)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w.to, "\n],\n\"unread\":%s}\n", tail)
	return err
}
