// Lab builds the real control plane, and runs a cluster of it in a folder:
//
//	go run ./cmd/lab build
//	go run ./cmd/lab up [DIR]
//	go run ./cmd/lab down [DIR]
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"

	"github.com/onus-project/onus/lab/components"
)

const usage = `usage: lab build        build what is missing
       lab up [DIR]     start a cluster, and print where its kubeconfig is
       lab down [DIR]   end it`

var errUsage = errors.New(usage)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	switch err := run(ctx, os.Args[1:]); {
	case errors.Is(err, errUsage):
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case err != nil:
		fmt.Fprintln(os.Stderr, "lab:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, args []string) error {
	if len(args) == 0 || len(args) > 2 {
		return errUsage
	}
	dir, err := folder(args[1:])
	if err != nil {
		return err
	}
	switch {
	case args[0] == "build" && len(args) == 1:
		set, err := components.Find()
		if err != nil {
			return err
		}
		return set.Build(ctx, os.Stderr)
	case args[0] == "up":
		return up(ctx, dir)
	case args[0] == "down":
		return down(ctx, dir)
	case args[0] == "hold" && len(args) == 2:
		return hold(ctx, dir)
	}
	return errUsage
}

// folder is where a cluster lives: as said, or in the cache.
func folder(args []string) (string, error) {
	if len(args) == 1 {
		return filepath.Abs(args[0])
	}
	cache, err := components.Cache()
	return filepath.Join(cache, "cluster"), err
}
