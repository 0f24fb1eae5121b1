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

// brief is how long the first tests may take that are run together, in one
// process. Those after them may take twice as long, and so on: what tests of a
// process share, such as a catalog, is then read a few times and not for each
// test, and a mutant that the quick ones catch is still caught quickly.
const brief = 200 * time.Millisecond

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
func (p *Package) baseline(ctx context.Context, binary, dir string, workers int, progress io.Writer) ([]test, error) {
	cmd := exec.CommandContext(ctx, binary, "-test.list", ".")
	cmd.Dir = p.Dir
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", p.Path, err)
	}
	names := strings.Fields(string(out))
	names = slices.DeleteFunc(names, func(name string) bool { return strings.HasPrefix(name, "Benchmark") })
	outcomes, logs := make([]outcome, len(names)), make([]string, len(names))
	each(workers, len(names), func(i int) {
		logs[i] = filepath.Join(dir, "reached"+strconv.Itoa(i))
		outcomes[i] = p.run(ctx, binary, names[i:i+1], "MUTANTS_REACHED="+logs[i])
	})
	var tests []test
	for i, o := range outcomes {
		if !o.passed {
			fmt.Fprintf(progress, "%s: %s fails without a mutant, and is left out:\n%s", p.Path, names[i], o.out)
			continue
		}
		reaches, err := reached(logs[i])
		if err != nil {
			return nil, err
		}
		tests = append(tests, test{name: names[i], took: o.took, reaches: reaches})
	}
	slices.SortFunc(tests, func(a, b test) int { return int(a.took - b.took) })
	return tests, nil
}

// reached are the mutants that a test's log names.
func reached(log string) (map[int32]bool, error) {
	ids, err := os.ReadFile(log)
	if err != nil && !os.IsNotExist(err) {
		return nil, err
	}
	all := map[int32]bool{}
	for _, id := range strings.Fields(string(ids)) {
		n, _ := strconv.Atoi(id)
		all[int32(n)] = true
	}
	return all, nil
}

// try runs what may catch a mutant, the quickest tests first. Tests that take
// much longer than without it are taken for an endless loop, which is caught.
func (p *Package) try(ctx context.Context, binary string, m *Mutant, tests []test, patience time.Duration) {
	var names []string
	var takes, slowest time.Duration
	together := brief
	flush := func() {
		if len(names) == 0 || m.caught {
			return
		}
		limit := patience + takes + 10*slowest
		// Those that wait for ever use no processor.
		limited, cancel := context.WithTimeout(ctx, 20*limit)
		defer cancel()
		o := p.run(limited, binary, names, fmt.Sprintf("MUTANT=%d", m.ID), "MUTANT_TIME="+limit.String())
		m.caught, m.endless = !o.passed, o.endless
		names, takes, slowest = nil, 0, 0
		together *= 2
	}
	for _, t := range tests {
		if !t.reaches[m.ID] {
			continue
		}
		m.reached = true
		names, takes, slowest = append(names, t.name), takes+t.took, max(slowest, t.took)
		if takes > together {
			flush()
		}
	}
	flush()
}

// each calls f with every number below n, several at a time.
func each(workers, n int, f func(int)) {
	queue := make(chan int)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for i := range queue {
				f(i)
			}
		})
	}
	for i := range n {
		queue <- i
	}
	close(queue)
	group.Wait()
}
