package source

import (
	"bufio"
	"errors"
	"io"
	"io/fs"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/purpose"
	"github.com/onus-project/onus/internal/source/manifest"
	"github.com/onus-project/onus/internal/source/terraform"
)

// module adds a file of Terraform to those of its directory, or one of values for it. One that
// cannot be read hides no object of a cluster.
func (r *reading) module(name string, in *bufio.Reader) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return document.PathError(name, err)
	}
	if terraform.IsValues(name) && purpose.OfFile(name) == purpose.Samples {
		return nil
	}
	var fault *document.Error
	if err := r.modules.Add(name, text); errors.As(err, &fault) {
		r.fault(manifest.Fault{Error: fault})
	}
	return nil
}

// clusters adds what Terraform makes to the objects that were read.
func (r *reading) clusters() {
	r.modules.Aside = r.asideOfTerraform
	r.modules.Read = r.inTree
	for _, o := range r.modules.Objects() {
		r.kubernetes.Objects = append(r.kubernetes.Objects, o)
	}
	r.installs()
}

// asideOfTerraform reports whether modules in a directory are no part of what runs.
func (d *door) asideOfTerraform(dir string) bool {
	of, _ := d.folders.OfDir(dir)
	return of != purpose.Deployed
}

// inTree reads a file of one of the directories that were given, within its bounds.
func (d *door) inTree(file string) ([]byte, error) {
	err := fs.ErrNotExist
	for _, tree := range d.trees {
		text, fault := tree.ReadFile(file)
		if fault == nil {
			return text, nil
		}
		err = fault
	}
	return nil, err
}
