package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/onus-project/onus/lab/cluster"
)

// A cluster that outlives the command that starts it is held by a process that
// does nothing else: when it ends, whatever ends it, the cluster does.
//
// The holder keeps its lock as long as it lives, and its number in it.
const (
	lockFile  = "lock"
	readyFile = "ready"
)

// up starts a holder and waits until its cluster works.
func up(ctx context.Context, dir string) error {
	if _, held := holder(dir); held {
		return fmt.Errorf("a cluster runs in %s already", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	os.Remove(filepath.Join(dir, readyFile))
	self, err := os.Executable()
	if err != nil {
		return err
	}
	log, err := os.Create(filepath.Join(dir, "lab.log"))
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(self, "hold", dir)
	cmd.Stdout, cmd.Stderr = log, log
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return err
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case <-ended:
			said, _ := os.ReadFile(log.Name())
			return fmt.Errorf("no cluster: %s", strings.TrimSpace(string(said)))
		case <-ctx.Done():
			cmd.Process.Signal(syscall.SIGTERM)
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
		if _, err := os.Stat(filepath.Join(dir, readyFile)); err == nil {
			fmt.Printf("export KUBECONFIG=%s\n", filepath.Join(dir, "kubeconfig"))
			return nil
		}
	}
}

// hold runs a cluster until it is told to end, or one of its processes does.
func hold(ctx context.Context, dir string) error {
	lock, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer lock.Close()
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return fmt.Errorf("a cluster runs in %s already", dir)
	}
	if err := lock.Truncate(0); err != nil {
		return err
	}
	fmt.Fprintf(lock, "%d", os.Getpid())
	c, err := cluster.Start(ctx, dir, cluster.Options{})
	if err != nil {
		return err
	}
	defer c.Stop()
	if err := os.WriteFile(filepath.Join(dir, readyFile), nil, 0o600); err != nil {
		return err
	}
	defer os.Remove(filepath.Join(dir, readyFile))
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(time.Second):
		}
		if err := c.Err(); err != nil {
			return err
		}
	}
}

// down ends the holder of a cluster, and waits until it has.
func down(ctx context.Context, dir string) error {
	pid, held := holder(dir)
	if !held {
		return nil
	}
	if err := syscall.Kill(pid, syscall.SIGTERM); err != nil {
		return err
	}
	for held {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
		_, held = holder(dir)
	}
	return nil
}

// holder is the process that holds the cluster in a folder, if one does.
func holder(dir string) (pid int, held bool) {
	lock, err := os.Open(filepath.Join(dir, lockFile))
	if err != nil {
		return 0, false
	}
	defer lock.Close()
	if syscall.Flock(int(lock.Fd()), syscall.LOCK_SH|syscall.LOCK_NB) == nil {
		return 0, false
	}
	data, err := os.ReadFile(lock.Name())
	if err != nil {
		return 0, false
	}
	pid, err = strconv.Atoi(string(data))
	return pid, err == nil && pid > 0
}
