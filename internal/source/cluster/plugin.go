package cluster

import (
	"context"
	"fmt"
	"runtime/metrics"
	"time"

	"github.com/onus-project/onus/internal/crash"
)

// How long a plugin may take for the credentials, in which somebody may have to log in
// in a browser, and how much memory what it says may take.
const (
	mostOfLogin   = 5 * time.Minute
	mostOfWords   = 512 << 20
	betweenLooks  = 20 * time.Millisecond
	memoryInUse   = "/memory/classes/heap/objects:bytes"
	endlessPlugin = "the credential plugin %s says more than credentials have room for"
	silentPlugin  = "the credential plugin %s has given nothing for %s"
)

// loggedIn asks for the first time, for which a plugin may have to give the credentials.
// The library waits for it without end, and holds all that it says.
func (c *Cluster) loggedIn(ctx context.Context, ask func() error) error {
	if c.plugin == "" {
		return ask()
	}
	done := make(chan error, 1)
	go func() { // is left behind where the plugin does not end
		defer crash.Handle()
		done <- ask()
	}()
	before, looks, late := inUse(), time.NewTicker(betweenLooks), time.After(mostOfLogin)
	defer looks.Stop()
	for {
		select {
		case err := <-done:
			return err
		case <-ctx.Done():
			return ctx.Err()
		case <-late:
			return fmt.Errorf(silentPlugin, c.plugin, mostOfLogin)
		case <-looks.C:
			if inUse() > before+mostOfWords {
				return fmt.Errorf(endlessPlugin, c.plugin)
			}
		}
	}
}

// inUse is how much memory is in use.
func inUse() uint64 {
	sample := []metrics.Sample{{Name: memoryInUse}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return 0
	}
	return sample[0].Value.Uint64()
}
