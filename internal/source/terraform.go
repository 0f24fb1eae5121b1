package source

import (
	"bufio"
	"errors"
	"io"
	"maps"
	"path/filepath"
	"slices"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/terraform"
)

// module adds a file of Terraform to those of its directory. One that cannot be
// read hides no object of a cluster.
func (r *reading) module(name string, in *bufio.Reader) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return document.PathError(name, err)
	}
	if r.modules == nil {
		r.modules = map[string]*terraform.Module{}
	}
	dir := filepath.Dir(name)
	if r.modules[dir] == nil {
		r.modules[dir] = &terraform.Module{}
	}
	var fault *document.Error
	if err := r.modules[dir].Add(name, text); errors.As(err, &fault) {
		r.fault(manifest.Fault{Error: fault})
	}
	return nil
}

// clusters adds what Terraform makes to the objects that were read.
func (r *reading) clusters() {
	for _, dir := range slices.Sorted(maps.Keys(r.modules)) {
		for _, o := range r.modules[dir].Objects() {
			r.kubernetes.Objects = append(r.kubernetes.Objects, o)
			r.terraformed(o)
		}
	}
}
