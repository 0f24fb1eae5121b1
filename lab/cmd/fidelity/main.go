// Fidelity plays scenarios on the real control plane and in the simulator, and
// prints the two side by side:
//
//	go run ./cmd/fidelity [NAME...]
//	go run ./cmd/fidelity -random N -seed S
//	go run ./cmd/fidelity -random N -seed S -shrink PLAYS
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
	"github.com/onus-project/onus/lab/mix"
	"github.com/onus-project/onus/lab/record"
)

// options are what to play, and how.
type options struct {
	parallel int
	out      string
	random   int
	seed     uint64
	from     int
	shrink   int
}

func main() {
	var o options
	flag.IntVar(&o.parallel, "parallel", 5, "how many scenarios to play at once, each on a cluster of its own; most of the time all wait")
	flag.StringVar(&o.out, "out", "", "where the recorded runs go (default: fidelity in the lab's cache folder)")
	flag.IntVar(&o.random, "random", 0, "play so many mixes that are drawn at random, each once, in place of scenarios")
	flag.Uint64Var(&o.seed, "seed", 1, "the seed that mixes are drawn by")
	flag.IntVar(&o.from, "from", 1, "the number of the first mix of the seed")
	flag.IntVar(&o.shrink, "shrink", 0, "of what is missed, look for the smallest scenario that still is, by so many plays at the most")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: fidelity [-parallel N] [-out DIR] [-shrink N] [-random N [-seed S] [-from N] | NAME...]")
		flag.PrintDefaults()
	}
	flag.Parse()
	all, err := o.scenarios(flag.Args())
	if o.parallel < 1 {
		err = fmt.Errorf("-parallel is %d, wants 1 or more", o.parallel)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "fidelity:", err)
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	missed, err := o.run(ctx, all)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "fidelity:", err)
		os.Exit(3)
	case missed:
		os.Exit(1)
	}
}

// scenarios are mixes, or those that are named, or all that there are.
func (o *options) scenarios(names []string) ([]*record.Scenario, error) {
	var all []*record.Scenario
	if o.random > 0 {
		if len(names) > 0 {
			return nil, fmt.Errorf("-random takes no names of scenarios, and there is %s", names[0])
		}
		for n := range o.random {
			s, err := mix.Draw(o.seed, uint64(o.from+n))
			if err != nil {
				return nil, err
			}
			all = append(all, s)
		}
		return all, nil
	}
	paths, err := filepath.Glob("scenarios/*/scenario.yaml")
	if len(names) > 0 {
		paths = nil
	}
	for _, name := range names {
		paths = append(paths, filepath.Join("scenarios", name, "scenario.yaml"))
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err != nil {
			return nil, fmt.Errorf("there is no scenario %q", filepath.Base(filepath.Dir(path)))
		}
		s, err := record.Load(path)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, err
}

// player makes what plays on both sides.
func (o *options) player(ctx context.Context) (*compare.Player, error) {
	set, err := components.Find()
	if err != nil {
		return nil, err
	}
	if err := set.Build(ctx, os.Stderr); err != nil {
		return nil, err
	}
	cache, err := components.Cache()
	if err != nil {
		return nil, err
	}
	if o.out == "" {
		o.out = filepath.Join(cache, "fidelity")
	}
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		return nil, err
	}
	tries := compare.Tries
	if o.random > 0 {
		tries = 1
	}
	return &compare.Player{Catalog: c, Runs: "../testdata/runs", Out: o.out, Tries: tries, Log: os.Stderr}, nil
}

// run plays the scenarios, prints each as it ends, and all of them at last.
func (o *options) run(ctx context.Context, all []*record.Scenario) (missed bool, err error) {
	player, err := o.player(ctx)
	if err != nil {
		return false, err
	}
	began := time.Now()
	outcomes, err := play(ctx, player, all, o.parallel)
	total, byKind := fidelity.Total{}, fidelity.ByKind{}
	matched := 0
	for _, x := range outcomes {
		if x == nil {
			continue
		}
		fmt.Println(x.Summary())
		last := x.Tries[len(x.Tries)-1]
		total.Add(last.Total())
		byKind.Add(last)
		if x.Verdict() == fidelity.Missed {
			missed = true
		} else {
			matched++
		}
	}
	fmt.Printf("\n%s\n%d of %d scenarios matched, or their differences are explained; %s; in %s\n", byKind, matched, len(all), total,
		time.Since(began).Round(time.Second))
	for i, x := range outcomes {
		if o.shrink > 0 && x != nil && x.Verdict() == fidelity.Missed {
			err = errors.Join(err, o.smallest(ctx, player, all[i], x.Missed()))
		}
	}
	return missed, err
}

// play plays scenarios side by side, so many at once, and the next ones when
// these are done: a cluster that comes up costs those beside it what they need
// to be as quick as they are. An outcome is nil where there is none.
func play(ctx context.Context, player *compare.Player, all []*record.Scenario, parallel int) ([]*compare.Outcome, error) {
	outcomes, faults := make([]*compare.Outcome, len(all)), make([]error, len(all))
	var printing sync.Mutex
	for from := 0; from < len(all); from += parallel {
		var playing sync.WaitGroup
		for i := from; i < min(from+parallel, len(all)); i++ {
			playing.Go(func() {
				if faults[i] = ctx.Err(); faults[i] != nil {
					return
				}
				if outcomes[i], faults[i] = player.Play(ctx, all[i]); faults[i] != nil {
					fmt.Fprintln(os.Stderr, strings.TrimSpace(faults[i].Error()))
					return
				}
				printing.Lock()
				defer printing.Unlock()
				faults[i] = outcomes[i].Write(os.Stdout)
			})
		}
		playing.Wait()
	}
	return outcomes, errors.Join(faults...)
}
