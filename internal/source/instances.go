package source

import (
	"bufio"
	"bytes"
	"io"

	"github.com/onus-project/onus/internal/document"
	"github.com/onus-project/onus/internal/source/instances"
	"github.com/onus-project/onus/internal/source/maintenance"
)

// instances adds the database instances of a file, and the windows that it may say with them.
func (r *reading) instances(name string, in *bufio.Reader) error {
	data, err := io.ReadAll(io.LimitReader(in, instances.Most+1))
	if err != nil {
		return document.PathError(name, err)
	}
	r.faultsOf(instances.Read(name, data, &r.database))
	if maintenance.Is(data, topKeys(data)) {
		r.faultsOf(maintenance.Read(name, bytes.NewReader(data), &r.cloud))
	}
	return nil
}
