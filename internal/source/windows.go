package source

import (
	"bufio"

	"github.com/onus-project/onus/internal/source/maintenance"
)

// windows adds the windows of maintenance of a file.
func (r *reading) windows(name string, in *bufio.Reader) error {
	r.faultsOf(maintenance.Read(name, in, &r.cloud))
	return nil
}
