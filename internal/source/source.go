// Package source is the one door through which everything is read: it finds
// the files, looks at what each is, and hands it to the reader of that form.
// What it recognises and nobody reads yet is passed over and counted by name.
package source

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/database"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/operator"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/terraform"
)

// Stdin is the path that stands for standard input.
const Stdin = "-"

// stdinName is the name of standard input where that of a file would stand.
const stdinName = "<stdin>"

// Input is what to read.
type Input struct {
	// Paths are files, directories (recursively) or Stdin, of which each goes
	// over what came before.
	Paths []string
	Stdin io.Reader
	// Live streams the snapshot of a live cluster, which comes before the paths;
	// nil for none.
	Live io.Reader
	// Catalog knows what operators make of custom resources; nil for nothing.
	Catalog *responsibility.Catalog
}

// Read fills an estate. In a directory, files that do not end in one of the
// extensions that are read and documents that are of no known form are counted
// and passed over; directories whose names start with a dot are not entered.
//
// What cannot be read is among Unreadable of the estate, and takes nothing else
// away. Read fails with a *document.Error where a path leads to nothing, and once
// ctx is done with its error.
func Read(ctx context.Context, in Input) (*estate.Estate, error) {
	r := reading{ctx: ctx, noReader: map[string]int{}}
	if in.Live != nil {
		if err := r.stream(manifest.Live, in.Live); err != nil {
			return nil, err
		}
		r.kubernetes.Seen.Clusters, r.kubernetes.Seen.Files = 1, 0
	}
	for _, path := range in.Paths {
		if err := r.path(path, in.Stdin); err != nil {
			return nil, err
		}
	}
	r.clusters()
	if in.Catalog != nil {
		operator.Make(in.Catalog, &r.kubernetes)
	}
	e := &estate.Estate{Kubernetes: kubernetes.Link(&r.kubernetes), Database: r.database, Unreadable: r.faults}
	if len(r.noReader) > 0 {
		e.NoReader = r.noReader
	}
	return e, nil
}

// Kubernetes is the Kubernetes section of what Read reads, where all of it can be
// read. The first fault is returned as *document.Error.
func Kubernetes(ctx context.Context, in Input) (*kubernetes.Estate, error) {
	e, err := Read(ctx, in)
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

// reading is what has been read so far, a raw section for each of an estate.
type reading struct {
	ctx        context.Context
	kubernetes kubernetes.Raw
	database   database.Estate
	noReader   map[string]int
	faults     []origin.Fault
	modules    map[string]*terraform.Module // of Terraform, by directory
	named      bool                         // the file at hand is one that the user named
}

func (r *reading) path(path string, stdin io.Reader) error {
	if path == Stdin {
		r.named = true
		return r.stream(stdinName, stdin)
	}
	found, err := list(r.ctx, path)
	if err != nil {
		return err
	}
	r.kubernetes.Seen.Skipped += found.skipped
	for form, n := range found.unbuilt {
		r.noReader[form] += n
	}
	for _, err := range found.faults {
		r.faultsOf(err)
	}
	for _, file := range found.files {
		r.named = file == path
		if err := r.file(file); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) file(path string) error {
	f, err := os.Open(path)
	if err != nil {
		r.faultsOf(document.PathError(path, err))
		return nil
	}
	defer f.Close()
	switch filepath.Base(path) {
	case "kustomization.yaml", "kustomization.yml":
		r.kubernetes.Seen.Patched++
	}
	return r.stream(path, f)
}

// stream hands what one file holds to the reader of its form.
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
	r.kubernetes.Seen.Files++
	f := sniff(name, head)
	if f.read == nil {
		r.kubernetes.Seen.Skipped++
		r.noReader[f.name]++
		return nil
	}
	return f.read(r, name, in)
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
