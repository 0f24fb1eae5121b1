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
	"github.com/onus-project/onus/internal/source/manifest"
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
	// nil for none.
	Live io.Reader
}

// Read fills an estate. In a directory, files that do not end in .yaml, .yml,
// .json, .tfstate or .csv and documents that are of no known form are counted
// and passed over; directories whose names start with a dot are not entered.
// The first fault, in the order of the paths, is returned as *document.Error.
// Once ctx is done Read ends, with its error.
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
	e := &estate.Estate{Kubernetes: kubernetes.Link(&r.kubernetes), Database: r.database}
	if len(r.noReader) > 0 {
		e.NoReader = r.noReader
	}
	return e, nil
}

// Kubernetes is the Kubernetes section of what Read reads.
func Kubernetes(ctx context.Context, in Input) (*kubernetes.Estate, error) {
	e, err := Read(ctx, in)
	if err != nil {
		return nil, err
	}
	return e.Kubernetes, nil
}

// reading is what has been read so far, a raw section for each of an estate.
type reading struct {
	ctx        context.Context
	kubernetes kubernetes.Raw
	database   database.Estate
	noReader   map[string]int
}

func (r *reading) path(path string, stdin io.Reader) error {
	if path == Stdin {
		return r.stream("<stdin>", stdin)
	}
	files, skipped, err := list(r.ctx, path)
	if err != nil {
		return err
	}
	r.kubernetes.Seen.Skipped += skipped
	for _, file := range files {
		if err := r.file(file); err != nil {
			return err
		}
	}
	return nil
}

func (r *reading) file(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return document.PathError(path, err)
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
	in, head, err := document.Text(name, stoppable{r.ctx, from})
	if err == nil {
		r.kubernetes.Seen.Files++
		if f := sniff(name, head); f.read != nil {
			err = f.read(r, name, in)
		} else {
			r.kubernetes.Seen.Skipped++
			r.noReader[f.name]++
		}
	}
	if stopped := r.ctx.Err(); err != nil && stopped != nil {
		return stopped
	}
	return err
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
