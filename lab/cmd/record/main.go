// Record plays a scenario on the real control plane and writes down what
// happened:
//
//	go run ./cmd/record scenarios/delete-all/scenario.yaml OUTDIR
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/onus-project/onus/lab/record"
)

func main() {
	var r recorder
	flag.IntVar(&r.repetitions, "repetitions", 2, "how often to play it, each time on a new cluster")
	flag.BoolVar(&r.keep, "keep", false, "keep the folders of the clusters, with their logs")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: record [-repetitions N] [-keep] SCENARIO.yaml OUTDIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 2 || r.repetitions < 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := r.play(ctx, flag.Arg(0), flag.Arg(1)); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

type recorder struct {
	repetitions int
	keep        bool
}

func (r *recorder) play(ctx context.Context, scenario, out string) error {
	s, err := record.Load(scenario)
	if err != nil {
		return err
	}
	var runs []*record.Run
	for tries := 3 * r.repetitions; len(runs) < r.repetitions; tries-- {
		run, err := r.once(ctx, s, runs)
		if errors.Is(err, record.ErrUnlike) && tries > 1 {
			fmt.Fprintf(os.Stderr, "%s: %v; once more\n", s.Name, err)
			continue
		}
		if err != nil {
			return err
		}
		// What there is survives a repetition that goes wrong.
		runs = append(runs, run)
		if err := s.Write(out, runs); err != nil {
			return err
		}
	}
	return nil
}

func (r *recorder) once(ctx context.Context, s *record.Scenario, before []*record.Run) (*record.Run, error) {
	dir, err := os.MkdirTemp("", "onus-lab-")
	if err != nil {
		return nil, err
	}
	if r.keep {
		fmt.Fprintln(os.Stderr, dir)
	} else {
		defer os.RemoveAll(dir)
	}
	var first *record.Run
	if len(before) > 0 {
		first = before[0]
	}
	return s.Once(ctx, dir, first, os.Stderr)
}
