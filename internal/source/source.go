// Package source is the one door through which everything is read: it finds
// the files, looks at what each is, and hands it to the reader of that form.
// What it recognises and nobody reads yet is passed over and counted by name.
package source

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/cloud"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/operator"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/gitops"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/source/kustomize"
	"github.com/onus-project/onus/internal/source/terraform"
	"github.com/onus-project/onus/internal/source/unit"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// Input is what to read.
type Input struct {
	// Paths are files, directories (recursively) or Stdin, of which each goes
	// over what came before.
	Paths []string
	Stdin io.Reader
	// Live streams the snapshot of a live cluster, which comes before the paths;
	// nil for none. What the paths hold goes over it, whichever unit it is of.
	Live io.Reader
	// Catalog knows what operators make of custom resources; nil for nothing.
	Catalog *responsibility.Catalog
	// Units are the names of those to read, or patterns of them as path.Match has
	// them; none for all.
	Units []string
	// Charts is what charts are rendered with.
	Charts helm.Given
	// Ignore reports whether a file or folder below a path is not to be read; nil for
	// none.
	Ignore func(path string) bool
	// Texts are files that are taken to hold other than what stands in them, by their
	// paths as unit.Real gives them.
	Texts map[string][]byte
}

// Read fills an estate for each unit of the input: see package unit. In a
// directory, files that do not end in one of the extensions that are read and
// documents that are of no known form are counted and passed over; directories
// whose names start with a dot are not entered. A file that a path names is read
// as it is.
//
// What cannot be read is among Unreadable, and takes nothing else away. Read
// fails with a *document.Error where a path leads to nothing, with an
// *UnknownUnit, and once ctx is done with its error.
func Read(ctx context.Context, in Input) (*estate.Whole, error) {
	d := &door{ctx: ctx, in: in, files: map[string]bool{}, noReader: map[string]int{}, applied: map[gitops.Object]bool{},
		others: map[string]int{}}
	if err := d.read(); err != nil {
		return nil, err
	}
	return d.whole()
}

// One is the estate of input that is one unit.
func One(ctx context.Context, in Input) (*estate.Estate, error) {
	whole, err := Read(ctx, in)
	if err != nil {
		return nil, err
	}
	if n := len(whole.Units); n != 1 {
		return nil, &document.Error{Msg: fmt.Sprintf("holds %d units where one is wanted", n)}
	}
	return whole.Units[0].Estate, nil
}

// Kubernetes is the Kubernetes section of input that is one unit, where all of it
// can be read. The first fault is returned as *document.Error.
func Kubernetes(ctx context.Context, in Input) (*kubernetes.Estate, error) {
	e, err := One(ctx, in)
	switch {
	case err != nil:
		return nil, err
	case len(e.Unreadable) > 0:
		return nil, Error(e.Unreadable[0])
	}
	return e.Kubernetes, nil
}

// Error is a fault as an error.
func Error(f origin.Fault) *document.Error {
	return &document.Error{File: f.File, Line: f.Line, Msg: f.Reason, Hint: f.Hint}
}

// text is what a file is taken to hold; false for what stands in it.
func (in *Input) text(path string) ([]byte, bool) {
	if len(in.Texts) == 0 {
		return nil, false
	}
	text, ok := in.Texts[unit.Real(path)]
	return text, ok
}

// reading is what has been read so far of one unit, a raw section for each of an
// estate.
type reading struct {
	*door
	unit       unit.Unit
	chart      *unit.ChartValues
	with       func(ctx context.Context, texts map[string][]byte) unit.Built // of a kustomization
	readFile   func(file string) ([]byte, error)                             // of a kustomization
	built      []string                                                      // the files that the tool of the unit read
	kubernetes kubernetes.Raw
	database   database.Estate
	cloud      cloud.Estate
	faults     []origin.Fault
	notes      []origin.Fault          // of what was read otherwise than its author may think
	makesNone  string                  // why its tool makes nothing of it
	notBuilt   *origin.Fault           // for which the tool of the unit builds nothing of it; nil for none
	modules    terraform.Configuration // of Terraform
	storage    *kubernetes.Storage     // what all that was read says of it
	operators  operator.Configuration  // the same
	named      bool                    // the file at hand is one that the user named
}

// append adds what another reading has.
func (r *reading) append(o *reading) {
	r.kubernetes.Append(&o.kubernetes)
	r.database.Append(&o.database)
	r.cloud.Windows = append(r.cloud.Windows, o.cloud.Windows...)
	r.cloud.Launch = append(r.cloud.Launch, o.cloud.Launch...)
	r.faults = append(r.faults, o.faults...)
	r.notes = append(r.notes, o.notes...)
}

func (r *reading) file(path string) error {
	if text, ok := r.in.text(path); ok {
		return r.stream(path, bytes.NewReader(text))
	}
	f, err := document.Open(path)
	if err != nil {
		r.faultsOf(document.PathError(path, err))
		return nil
	}
	defer f.Close()
	if kustomize.Is(path) {
		r.kubernetes.Seen.Patched++
	}
	return r.stream(path, f)
}

// stream hands what one file holds to the reader of its form. It fails with the context only.
func (r *reading) stream(name string, from io.Reader) error {
	in, head, err := text(name, stoppable{r.ctx, from})
	switch {
	case r.ctx.Err() != nil:
		return r.ctx.Err()
	case errors.Is(err, errEncrypted) && !r.named:
		r.kubernetes.Seen.Encrypted++
		return nil
	case errors.Is(err, document.ErrBinary) && !r.named:
		r.kubernetes.Seen.Skipped++
		return nil
	case err != nil:
		r.faultsOf(err)
		return nil
	}
	r.files[name] = true
	r.kubernetes.Seen.Files++
	f := sniff(name, head)
	if f.read == nil {
		r.kubernetes.Seen.Skipped++
		r.noReader[f.name]++
		return nil
	}
	err = f.read(r, name, in)
	if r.ctx.Err() != nil {
		return r.ctx.Err()
	}
	r.faultsOf(err)
	return nil
}

// stoppable is read until ctx is done.
type stoppable struct {
	ctx  context.Context
	from io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.from.Read(p)
	if err != nil && !errors.Is(err, io.EOF) && s.ctx.Err() != nil {
		err = s.ctx.Err()
	}
	return n, err
}
