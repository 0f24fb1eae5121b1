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
	before  *before
	faults  []Fault
	whole   *document.Error // that nothing of the file is to be used for
	failed  chan struct{}   // closed at that: no more need be cut
}

type job struct {
	chunk  chunk
	result chan outcome
}

type outcome struct {
	part   *kubernetes.Raw
	faults []Fault
	whole  *document.Error
	// unnamed are elements of a list without a kind of their own, while that of
	// the list has not been read.
	unnamed []*document.Document
	chunk   *chunk // where it tells of a list, and holds nothing itself
}

// errStop ends the cutting of a file of which nothing is to be used.
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
		if p.whole != nil {
			continue
		}
		if o.chunk != nil {
			o = p.marked(o.chunk)
		}
		p.faults = append(p.faults, o.faults...)
		if o.whole != nil {
			p.whole = o.whole
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

// before is what was read before the items of a list.
type before struct {
	estate  kubernetes.Raw
	faults  []Fault
	unnamed []*document.Document
}

// LastCounts is said of a key that stands twice in an object.
const LastCounts = "stands here twice: the last one counts"

// marked is what follows of where a list begins, begins once more or is named.
func (p *pipeline) marked(c *chunk) outcome {
	none := outcome{part: &kubernetes.Raw{}}
	switch c.kind {
	case listBegins:
		p.before = &before{*p.into, p.faults, p.unnamed}
	case listAgain:
		*p.into, p.faults, p.unnamed = p.before.estate, p.before.faults, p.before.unnamed
		if c.fault != nil {
			p.before.faults = append(p.faults, Fault{Error: c.fault}) // also where it stands there a third time
			p.faults = p.before.faults
		}
	default:
		return p.named(c)
	}
	return none
}

// named decodes the elements that waited for the kind of their list.
func (p *pipeline) named(list *chunk) outcome {
	r := objectReader{file: p.file, into: &kubernetes.Raw{}}
	for _, doc := range p.unnamed {
		r.add(doc, list.api, list.listed)
	}
	p.unnamed = nil
	return r.outcome()
}

// submit hands a chunk over; it fails with errStop once nothing of the file is
// to be used, and with the error of the context once that is done.
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

// wait waits until all is decoded, and returns what could not be, in the order
// of the file, or why nothing of the file is to be used.
func (p *pipeline) wait() ([]Fault, *document.Error) {
	close(p.jobs)
	p.workers.Wait()
	close(p.ordered)
	<-p.done
	return p.faults, p.whole
}

// decode turns one chunk into the part of an estate that it holds.
func decode(file string, c chunk) outcome {
	r := objectReader{file: file, into: &kubernetes.Raw{}, late: c.unnamed, from: source{data: c.data, first: c.line}}
	switch c.kind {
	case listName, listBegins, listAgain:
		return outcome{chunk: &c, part: r.into}
	case uncut:
		r.failed(c.fault, "", "", nil)
		if c.foreign {
			r.faults[0].Foreign, r.faults[0].Any = true, false
		}
		r.faults[0].Rest = c.rest
	case jsonValue:
		r.value(&c, c.data, c.line)
	case jsonValues:
		from := 0
		for _, e := range c.ends {
			r.value(&c, c.data[from:e.at:e.at], e.line)
			from = e.at
		}
	case yamlElements:
		r.elements(&c)
	case yamlDocuments:
		from := 0
		for _, e := range c.ends {
			r.document(c.data[from:e.at], e.line)
			from = e.at
		}
	}
	return r.outcome()
}

// outcome is what was read, and what could not be.
func (r *objectReader) outcome() outcome {
	return outcome{part: r.into, faults: r.faults, whole: r.whole, unnamed: r.unnamed}
}

// value adds what one JSON value holds, which may be an element of a list.
func (r *objectReader) value(c *chunk, data []byte, first int) {
	r.from = sourceOf(data, first)
	if doc := document.FromJSON(data, first); !r.encrypted(data, doc) {
		r.add(doc, c.api, c.listed)
	}
}

// document adds what one YAML document holds.
func (r *objectReader) document(data []byte, first int) {
	r.from = sourceOf(data, first)
	doc, err := document.Parse(data, first)
	if err != nil {
		if filled := r.toFill(nil, data, first); filled != nil {
			doc, err = filled, nil
		}
	}
	switch {
	case err != nil:
		r.failed(err, "", "", nil)
		return
	case doc == nil:
		return
	}
	if r.encrypted(data, doc) {
		return
	}
	if fault := ytt(data, first); fault != nil {
		r.failed(fault, "", "", nil)
		return
	}
	r.documents(r.toFill(doc, data, first))
}

// tried is what could not be read of a document, of which nothing is kept.
func (r *objectReader) tried(doc *document.Document) []Fault {
	trial := objectReader{file: r.file, into: &kubernetes.Raw{}, line: r.line, from: r.from}
	trial.documents(doc)
	return trial.faults
}

// documents adds the objects of a document.
func (r *objectReader) documents(doc *document.Document) {
	objects := doc.Elements()
	if !slices.ContainsFunc(objects, func(d *document.Document) bool { return d.String("kind") != "" }) {
		r.add(doc, "", "")
		return
	}
	for _, o := range objects {
		r.add(o, "", "")
	}
}

// encrypted counts a document of which SOPS has encrypted values: it keeps the
// keys to them and a checksum in a member of its own.
//
// Source: getsops.io/docs (SOPS metadata).
func (r *objectReader) encrypted(data []byte, doc *document.Document) bool {
	if !bytes.Contains(data, []byte("sops")) || !doc.Has("sops") || !bytes.Contains(data, []byte("ENC[")) {
		return false
	}
	r.into.Seen.Encrypted++
	return true
}

// elements adds a batch of a list's elements: one by one where they cannot be
// parsed together, so that one does not hide the others.
func (r *objectReader) elements(c *chunk) {
	r.from = sourceOf(c.data, c.line)
	objects, err := parseElements(*c)
	if err == nil {
		for _, o := range objects {
			r.add(o, c.api, c.listed)
		}
		return
	}
	each := split(c)
	if len(each) < 2 {
		r.failed(err, c.api, c.listed, nil)
		return
	}
	for i := range each {
		r.elements(&each[i])
	}
}

// split cuts a batch into its elements: they begin with a dash as far left as
// that of the first.
func split(c *chunk) []chunk {
	var all []chunk
	indent, _ := dashed(c.data)
	line := c.line
	for text := range bytes.Lines(c.data) {
		if at, dash := dashed(text); len(all) == 0 || dash && at == indent {
			one := *c
			one.data, one.line = nil, line
			all = append(all, one)
		}
		last := &all[len(all)-1]
		last.data = append(last.data, text...)
		line++
	}
	return all
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
