package source

import (
	"bufio"
	"io"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/azure"
	"github.com/onus-project/onus/internal/source/manifest"
)

// bicep adds the clusters of a file of Bicep.
func (r *reading) bicep(name string, in *bufio.Reader) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return document.PathError(name, err)
	}
	r.kubernetes.Objects = append(r.kubernetes.Objects, azure.Bicep(name, text)...)
	return nil
}

// project adds the hosts of an azd project. One that cannot be read hides no
// object of a cluster.
func (r *reading) project(name string, in *bufio.Reader) error {
	text, err := io.ReadAll(in)
	if err != nil {
		return document.PathError(name, err)
	}
	objects, fault := azure.Project(name, text)
	if fault != nil {
		r.fault(manifest.Fault{Error: fault})
	}
	r.kubernetes.Objects = append(r.kubernetes.Objects, objects...)
	return nil
}
