// Package cluster runs the real control plane on one machine, without
// containers and without root: etcd, kube-apiserver, kube-controller-manager
// and kube-scheduler, Karpenter on its kwok provider, and kwok for kubelets.
//
// A cluster listens on free loopback ports and lives in a folder, so that
// several can run side by side.
package cluster

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/onus-project/onus/lab/components"
)

// Cluster is one that runs.
type Cluster struct {
	Dir        string // what it keeps, its logs included
	Kubeconfig string // a file

	server  string
	options Options
	set     *components.Set
	keeper  *keeper
}

// Start starts a cluster in a folder and waits until it works. The folder is
// made anew.
func Start(ctx context.Context, dir string, o Options) (*Cluster, error) {
	set, err := components.Find()
	if err != nil {
		return nil, err
	}
	if missing := set.Missing(); len(missing) > 0 {
		return nil, fmt.Errorf("%s is not built; see make lab", missing[0].Name)
	}
	if dir, err = filepath.Abs(dir); err != nil {
		return nil, err
	}
	c := &Cluster{Dir: dir, Kubeconfig: filepath.Join(dir, "kubeconfig"), options: o.whole(), set: set}
	for _, sub := range []string{"etcd", "certs", "crds"} {
		if err := errors.Join(os.RemoveAll(c.file(sub)), os.MkdirAll(c.file(sub), 0o700)); err != nil {
			return nil, err
		}
	}
	c.keeper = newKeeper(dir)
	if err := c.bringUp(ctx); err != nil {
		c.Stop()
		return nil, err
	}
	return c, nil
}

// Stop ends every process of the cluster. Its folder stays.
func (c *Cluster) Stop() { c.keeper.stop() }

// Err says which process of the cluster ended by itself, if any did.
func (c *Cluster) Err() error { return c.keeper.fallen() }

// patience is how long a cluster may take until it works; on a machine that
// has nothing else to do it is about ten seconds.
const patience = 3 * time.Minute

func (c *Cluster) bringUp(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ports, err := freePorts(6)
	if err != nil {
		return err
	}
	etcd, api, health := "http://127.0.0.1:"+ports[0], ports[2], ports[4]
	c.server = "https://127.0.0.1:" + api
	if err := c.credentials(); err != nil {
		return err
	}
	if err := c.startEtcd(etcd, "http://127.0.0.1:"+ports[1]); err != nil {
		return err
	}
	if err := c.startAPI(etcd, api); err != nil {
		return err
	}
	if err := c.until(ctx, c.apiReady); err != nil {
		return err
	}
	if err := c.define(ctx); err != nil {
		return err
	}
	if err := c.startControllers(ports[3], health, ports[5]); err != nil {
		return err
	}
	return c.until(ctx, answers("http://127.0.0.1:"+health+"/readyz"))
}

// until waits until something is so, a process ended, or patience did.
func (c *Cluster) until(ctx context.Context, so func(context.Context) error) error {
	for {
		err := so(ctx)
		if err == nil {
			return nil
		}
		if fallen := c.Err(); fallen != nil {
			return fallen
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the cluster does not get ready: %w", err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}
