package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// test is one top-level test of a package, and what it took without mutants.
type test struct {
	name    string
	took    time.Duration // of the processor
	reaches map[int32]bool
}

// brief is how long tests may take that are run together, in one process.
const brief = 100 * time.Millisecond

// outcome is what became of some tests.
type outcome struct {
	passed, endless bool
	took            time.Duration
	out             []byte
}

// run starts the test binary for some tests.
func (p *Package) run(ctx context.Context, binary string, names []string, env ...string) outcome {
	args := []string{"-test.run", "^(" + strings.Join(names, "|") + ")$", "-test.failfast", "-test.count=1"}
	if p.rapid {
		// The same inputs each time, and no search for the smallest that fails.
		args = append(args, "-rapid.seed=1", "-rapid.shrinktime=0s", "-rapid.nofailfile")
	}
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env = p.Dir, append(os.Environ(), env...)
	cmd.WaitDelay = time.Second
	out, err := cmd.CombinedOutput()
	o := outcome{passed: err == nil, out: out, endless: ctx.Err() != nil}
	if s := cmd.ProcessState; s != nil {
		o.took = s.UserTime() + s.SystemTime()
		o.endless = o.endless || s.ExitCode() == exitEndless
	}
	return o
}

// baseline runs each test alone and without mutants. One that fails so, as a test
// of time does on a busy machine, catches nothing.
func (p *Package) baseline(ctx context.Context, binary, dir string, progress io.Writer) ([]test, error) {
	cmd := exec.CommandContext(ctx, binary, "-test.list", ".")
	cmd.Dir = p.Dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Path, err)
	}
	var tests []test
	for i, name := range strings.Fields(string(out)) {
		if strings.HasPrefix(name, "Benchmark") {
			continue
		}
		log := filepath.Join(dir, "reached"+strconv.Itoa(i))
		o := p.run(ctx, binary, []string{name}, "MUTANTS_REACHED="+log)
		if !o.passed {
			fmt.Fprintf(progress, "%s: %s fails without a mutant, and is left out:\n%s", p.Path, name, o.out)
			continue
		}
		t := test{name: name, took: o.took, reaches: map[int32]bool{}}
		ids, err := os.ReadFile(log)
		if err != nil && !os.IsNotExist(err) {
			return nil, err
		}
		for _, id := range strings.Fields(string(ids)) {
			n, _ := strconv.Atoi(id)
			t.reaches[int32(n)] = true
		}
		tests = append(tests, t)
	}
	slices.SortFunc(tests, func(a, b test) int { return int(a.took - b.took) })
	return tests, nil
}

// try runs what may catch a mutant, the quickest tests first. Tests that take
// much longer than without it are taken for an endless loop, which is caught.
func (p *Package) try(ctx context.Context, binary string, m *Mutant, tests []test, patience time.Duration) {
	var names []string
	var takes time.Duration
	flush := func() {
		if len(names) == 0 || m.caught {
			return
		}
		limit := patience + 10*takes
		// Those that wait for ever use no processor.
		limited, cancel := context.WithTimeout(ctx, 20*limit)
		defer cancel()
		o := p.run(limited, binary, names, fmt.Sprintf("MUTANT=%d", m.ID), "MUTANT_TIME="+limit.String())
		m.caught, m.endless = !o.passed, o.endless
		names, takes = nil, 0
	}
	for _, t := range tests {
		if !t.reaches[m.ID] {
			continue
		}
		m.reached = true
		if t.took > brief {
			flush()
		}
		names, takes = append(names, t.name), takes+t.took
	}
	flush()
}

// tryAll tries mutants, several at a time.
func (p *Package) tryAll(ctx context.Context, binary string, mutants []*Mutant, tests []test, o options) {
	queue := make(chan *Mutant)
	var group sync.WaitGroup
	for range o.workers {
		group.Go(func() {
			for m := range queue {
				p.try(ctx, binary, m, tests, o.patience)
			}
		})
	}
	for _, m := range mutants {
		queue <- m
	}
	close(queue)
	group.Wait()
}
