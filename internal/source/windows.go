package source

import (
	"bufio"

	"github.com/onus-project/onus/internal/source/launch"
	"github.com/onus-project/onus/internal/source/maintenance"
)

// windows adds the windows of maintenance of a file.
func (r *reading) windows(name string, in *bufio.Reader) error {
	r.faultsOf(maintenance.Read(name, in, &r.cloud))
	return nil
}

// launchRule adds the rule of a file for the images that instances may be launched from.
func (r *reading) launchRule(name string, in *bufio.Reader) error {
	r.faultsOf(launch.Read(name, in, &r.cloud))
	return nil
}
