// Record plays a scenario on the real control plane and writes down what
// happened:
//
//	go run ./cmd/record scenarios/delete-all/scenario.yaml OUTDIR
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"syscall"

	"github.com/onus-project/onus/lab/record"
)

func main() {
	repetitions := flag.Int("repetitions", 2, "how often to play it, each time on a new cluster")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: record [-repetitions N] SCENARIO.yaml OUTDIR")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 2 || *repetitions < 1 {
		flag.Usage()
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := play(ctx, flag.Arg(0), flag.Arg(1), *repetitions); err != nil {
		fmt.Fprintln(os.Stderr, "record:", err)
		os.Exit(1)
	}
}

func play(ctx context.Context, scenario, out string, repetitions int) error {
	s, err := record.Load(scenario)
	if err != nil {
		return err
	}
	var runs []*record.Run
	for range repetitions {
		run, err := once(ctx, s)
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

func once(ctx context.Context, s *record.Scenario) (*record.Run, error) {
	dir, err := os.MkdirTemp("", "onus-lab-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	return s.Once(ctx, dir, os.Stderr)
}
