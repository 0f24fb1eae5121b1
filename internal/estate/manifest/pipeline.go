package manifest

import (
	"errors"
	"runtime"
	"strings"
	"sync"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
)

// pipeline decodes chunks of one file on all cores and keeps their order.
type pipeline struct {
	file    string
	jobs    chan job
	ordered chan chan outcome
	done    chan struct{}
	workers sync.WaitGroup

	merged *estate.Estate
	err    error
	failed chan struct{} // closed at the first fault: no more need be cut
}

type job struct {
	chunk  chunk
	result chan outcome
}

type outcome struct {
	part *estate.Estate
	err  error
}

// errStop ends the cutting of a file after a fault in one of its objects.
var errStop = errors.New("stopped")

func newPipeline(file string) *pipeline {
	n := runtime.GOMAXPROCS(0)
	p := &pipeline{
		file: file, jobs: make(chan job, 4*n), ordered: make(chan chan outcome, 4*n),
		done: make(chan struct{}), failed: make(chan struct{}), merged: &estate.Estate{},
	}
	for range n {
		p.workers.Go(func() {
			for j := range p.jobs {
				part, err := decode(p.file, j.chunk)
				j.result <- outcome{part, err}
			}
		})
	}
	go p.collect()
	return p
}

func (p *pipeline) collect() {
	defer close(p.done)
	for result := range p.ordered {
		o := <-result
		switch {
		case p.err != nil:
		case o.err != nil:
			p.err = o.err
			close(p.failed)
		default:
			p.merged.Append(o.part)
		}
	}
}

// submit hands a chunk over; it fails with errStop once some chunk was at fault.
func (p *pipeline) submit(c chunk) error {
	select {
	case <-p.failed:
		return errStop
	default:
	}
	j := job{chunk: c, result: make(chan outcome, 1)}
	p.ordered <- j.result
	p.jobs <- j
	return nil
}

// wait returns everything decoded, or the first fault in the order of the file.
func (p *pipeline) wait() (*estate.Estate, error) {
	close(p.jobs)
	p.workers.Wait()
	close(p.ordered)
	<-p.done
	return p.merged, p.err
}

// decode turns one chunk into the part of an estate that it holds.
func decode(file string, c chunk) (*estate.Estate, error) {
	part := &estate.Estate{}
	r := objectReader{file: file, into: part}
	if c.kind == jsonValue {
		return part, r.object(document.FromJSON(c.data, c.line), c.api, c.listed)
	}
	doc, err := document.Parse(c.data, c.line)
	if err != nil {
		err := faultIn(file, err)
		var e *Error
		if strings.Contains(string(c.data), "{{") && errors.As(err, &e) {
			e.Hint = "this looks like a template; render it first: helm template CHART | onus check -"
		}
		return nil, err
	}
	if doc == nil {
		return part, nil
	}
	if c.kind == yamlElements {
		for _, element := range doc.Elements() {
			if err := r.object(element, c.api, c.listed); err != nil {
				return nil, err
			}
		}
		return part, nil
	}
	if items, ok := doc.Items("items"); ok && strings.HasSuffix(doc.String("kind"), "List") {
		for _, item := range items {
			if err := r.object(item, doc.String("apiVersion"), listed(doc.String("kind"))); err != nil {
				return nil, err
			}
		}
		return part, nil
	}
	return part, r.object(doc, "", "")
}
