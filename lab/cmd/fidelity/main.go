// Fidelity plays scenarios on the real control plane and in the simulator, and
// prints the two side by side:
//
//	go run ./cmd/fidelity [NAME...]
//
// Exit status: 0 they agree, or their differences are explained; 1 something
// was missed; 2 bad usage; 3 the real thing could not be played.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/fidelity"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/lab/compare"
	"github.com/onus-project/onus/lab/components"
)

func main() {
	parallel := flag.Int("parallel", 5, "how many scenarios to play at once, each on a cluster of its own; most of the time all wait")
	out := flag.String("out", "", "where the recorded runs go (default: fidelity in the lab's cache folder)")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: fidelity [-parallel N] [-out DIR] [NAME...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	paths, err := scenarios(flag.Args())
	if *parallel < 1 {
		err = fmt.Errorf("-parallel is %d, wants 1 or more", *parallel)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fidelity:", err)
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	missed, err := run(ctx, paths, *parallel, *out)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "fidelity:", err)
		os.Exit(3)
	case missed:
		os.Exit(1)
	}
}

// scenarios are the files of those that are named, or of all.
func scenarios(names []string) ([]string, error) {
	if len(names) == 0 {
		return filepath.Glob("scenarios/*/scenario.yaml")
	}
	var paths []string
	for _, name := range names {
		path := filepath.Join("scenarios", name, "scenario.yaml")
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is no scenario %q", name)
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// run plays the scenarios, prints each as it ends, and all of them at last.
func run(ctx context.Context, paths []string, parallel int, out string) (missed bool, err error) {
	set, err := components.Find()
	if err != nil {
		return false, err
	}
	if err := set.Build(ctx, os.Stderr); err != nil {
		return false, err
	}
	cache, err := components.Cache()
	if err != nil {
		return false, err
	}
	if out == "" {
		out = filepath.Join(cache, "fidelity")
	}
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		return false, err
	}
	began := time.Now()
	player := &compare.Player{Catalog: c, Runs: "../testdata/runs", Out: out, Log: os.Stderr}
	outcomes, err := play(ctx, player, paths, parallel)
	total := fidelity.Total{}
	matched := 0
	for _, o := range outcomes {
		if o == nil {
			continue
		}
		fmt.Println(o.Summary())
		total.Add(o.Tries[len(o.Tries)-1].Total())
		if o.Verdict() == fidelity.Missed {
			missed = true
		} else {
			matched++
		}
	}
	fmt.Printf("\n%d of %d scenarios matched, or their differences are explained; %s; in %s\n", matched, len(paths), total,
		time.Since(began).Round(time.Second))
	return missed, err
}

// play plays scenarios side by side. An outcome is nil where there is none.
func play(ctx context.Context, player *compare.Player, paths []string, parallel int) ([]*compare.Outcome, error) {
	outcomes, faults := make([]*compare.Outcome, len(paths)), make([]error, len(paths))
	var printing sync.Mutex
	var all sync.WaitGroup
	turn := make(chan struct{}, parallel)
	for i, path := range paths {
		turn <- struct{}{}
		all.Go(func() {
			defer func() { <-turn }()
			if faults[i] = ctx.Err(); faults[i] != nil {
				return
			}
			if outcomes[i], faults[i] = player.Play(ctx, path); faults[i] != nil {
				fmt.Fprintln(os.Stderr, strings.TrimSpace(faults[i].Error()))
				return
			}
			printing.Lock()
			defer printing.Unlock()
			faults[i] = outcomes[i].Write(os.Stdout)
		})
	}
	all.Wait()
	return outcomes, errors.Join(faults...)
}
