package manifest

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"slices"
	"sync"

	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate/kubernetes"
)

// pipeline decodes chunks of one file on all cores and keeps their order.
type pipeline struct {
	ctx     context.Context
	file    string
	jobs    chan job
	ordered chan chan outcome
	done    chan struct{}
	workers sync.WaitGroup

	into   *kubernetes.Raw
	shared *sharer
	// unnamed wait for the kind of their list. Writers that sort keys put it
	// behind the items.
	unnamed []*document.Document
	err     error
	failed  chan struct{} // closed at the first fault: no more need be cut
}

type job struct {
	chunk  chunk
	result chan outcome
}

type outcome struct {
	part *kubernetes.Raw
	err  error
	// unnamed are elements of a list without a kind of their own, while that of
	// the list has not been read.
	unnamed []*document.Document
	chunk   *chunk // where it is a listName
}

// errStop ends the cutting of a file after a fault in one of its objects.
var errStop = errors.New("stopped")

func newPipeline(ctx context.Context, file string, into *kubernetes.Raw) *pipeline {
	n := runtime.GOMAXPROCS(0)
	p := &pipeline{
		ctx: ctx, file: file, jobs: make(chan job, 4*n), ordered: make(chan chan outcome, 4*n),
		done: make(chan struct{}), failed: make(chan struct{}), into: into, shared: newSharer(),
	}
	for range n {
		p.workers.Go(func() {
			defer crash.Handle()
			for j := range p.jobs {
				j.result <- decode(p.file, j.chunk)
			}
		})
	}
	go func() {
		defer crash.Handle()
		p.collect()
	}()
	return p
}

func (p *pipeline) collect() {
	defer close(p.done)
	for result := range p.ordered {
		o := <-result
		if p.err != nil {
			continue
		}
		if o.err == nil && o.chunk != nil {
			o = p.named(o.chunk)
		}
		if o.err != nil {
			p.err = o.err
			close(p.failed)
			continue
		}
		for i := range o.part.Pods {
			p.shared.pod(&o.part.Pods[i])
		}
		p.into.Append(o.part)
		p.unnamed = append(p.unnamed, o.unnamed...)
	}
}

// named decodes the elements that waited for the kind of their list.
func (p *pipeline) named(list *chunk) outcome {
	part := &kubernetes.Raw{}
	r := objectReader{file: p.file, into: part}
	for _, doc := range p.unnamed {
		if err := r.object(doc, list.api, list.listed); err != nil {
			return outcome{err: err}
		}
	}
	p.unnamed = nil
	return outcome{part: part}
}

// submit hands a chunk over; it fails with errStop once some chunk was at
// fault, and with the error of the context once that is done.
func (p *pipeline) submit(c chunk) error {
	select {
	case <-p.ctx.Done():
		return p.ctx.Err()
	case <-p.failed:
		return errStop
	default:
	}
	j := job{chunk: c, result: make(chan outcome, 1)}
	p.ordered <- j.result
	p.jobs <- j
	return nil
}

// wait waits until all is decoded, and returns the first fault in the order of
// the file: what stands before it has been added then.
func (p *pipeline) wait() error {
	close(p.jobs)
	p.workers.Wait()
	close(p.ordered)
	<-p.done
	return p.err
}

// decode turns one chunk into the part of an estate that it holds.
func decode(file string, c chunk) outcome {
	r := objectReader{file: file, into: &kubernetes.Raw{}, late: c.unnamed}
	var err error
	switch c.kind {
	case listName:
		return outcome{chunk: &c, part: r.into}
	case jsonValue:
		err = r.object(document.FromJSON(c.data, c.line), c.api, c.listed)
	case yamlElements:
		err = hinted(r.elements(&c), c.data, c.line)
	case yamlDocuments:
		from := 0
		for _, e := range c.ends {
			data := c.data[from:e.at]
			if err = hinted(r.document(data, e.line), data, e.line); err != nil {
				break
			}
			from = e.at
		}
	}
	return outcome{part: r.into, err: err, unnamed: r.unnamed}
}

// document adds what one YAML document holds.
func (r *objectReader) document(data []byte, first int) error {
	doc, err := document.Parse(data, first)
	if err != nil {
		return document.In(r.file, err)
	}
	if doc == nil {
		return nil
	}
	objects := doc.Elements()
	if !slices.ContainsFunc(objects, func(d *document.Document) bool { return d.String("kind") != "" }) {
		return r.object(doc, "", "")
	}
	for _, o := range objects {
		if err := r.object(o, "", ""); err != nil {
			return err
		}
	}
	return nil
}

// elements adds a batch of a list's elements.
func (r *objectReader) elements(c *chunk) error {
	objects, err := parseElements(*c)
	if err != nil {
		return document.In(r.file, err)
	}
	for _, o := range objects {
		if err := r.object(o, c.api, c.listed); err != nil {
			return err
		}
	}
	return nil
}

// parseElements parses a batch by itself, and with what stands before the
// items only where that is at fault: an element may use an anchor of it.
func parseElements(c chunk) ([]*document.Document, error) {
	doc, err := document.Parse(c.data, c.line)
	if err == nil {
		if doc == nil {
			return nil, nil
		}
		return doc.Elements(), nil
	}
	whole := bytes.Clone(c.head)
	for range c.line - c.headLine - bytes.Count(whole, []byte("\n")) {
		whole = append(whole, '\n') // keep lines
	}
	if doc, err := document.Parse(append(whole, c.data...), c.headLine); err == nil && doc != nil {
		objects, _ := doc.Items("items")
		return objects, nil
	}
	return nil, err
}

// hinted adds a hint to the fault of a document, which starts on line
// first, where it is a template's and not the author's.
func hinted(err error, data []byte, first int) error {
	var e *document.Error
	if !errors.As(err, &e) || e.Hint != "" || !bytes.Contains(data, braces) {
		return err
	}
	// A value of the wrong type is a template's only where that stands.
	if e.Field == "" || bytes.Contains(lineAt(data, e.Line-first), braces) {
		e.Hint = "this looks like a template; render it first: helm template CHART | onus check -"
	}
	return err
}

var braces = []byte("{{")

func lineAt(data []byte, n int) []byte {
	for line := range bytes.Lines(data) {
		if n == 0 {
			return line
		}
		n--
	}
	return nil
}
