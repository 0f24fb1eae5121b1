package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"strings"
	"time"
)

// options are what the command line asks for.
type options struct {
	dir        string
	patterns   []string
	number     int
	seed       uint64
	share      float64
	workers    int
	patience   time.Duration
	equivalent string
	only       *regexp.Regexp
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o := options{dir: "."}
	only := ""
	flag.IntVar(&o.number, "number", 400, "mutants in all, spread over packages by size; 0 for every one there is")
	flag.Uint64Var(&o.seed, "seed", 1, "which mutants: the same seed picks the same ones")
	flag.Float64Var(&o.share, "share", 85, "the share of mutants in percent that tests have to catch, in every package")
	flag.IntVar(&o.workers, "workers", runtime.NumCPU(), "mutants tried at once")
	flag.DurationVar(&o.patience, "patience", 3*time.Second, "how much of the processor tests may take that took none without a mutant")
	flag.StringVar(&o.equivalent, "equivalent", "mutants-equivalent.txt", "the list of mutants that nothing can tell apart")
	flag.StringVar(&only, "only", "", "mutants whose file and function match this regular expression")
	flag.Parse()
	o.patterns = flag.Args()
	var err error
	if o.only, err = regexp.Compile(only); err != nil {
		fmt.Fprintln(os.Stderr, "-only:", err)
		os.Exit(2)
	}
	enough, err := mutate(ctx, o, os.Stdout, os.Stderr)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	case !enough:
		os.Exit(1)
	}
}

// tally is what became of a package's mutants.
type tally struct {
	path                  string
	made, caught, endless int // endless: of those caught
}

func (t tally) share() float64 {
	if t.made == 0 {
		return 100
	}
	return 100 * float64(t.caught) / float64(t.made)
}

// mutate does it all. It is false where too few are caught, or where the list of
// equivalents names what is not there.
func mutate(ctx context.Context, o options, stdout, progress io.Writer) (bool, error) {
	listed, err := readEquivalents(o.equivalent)
	if err != nil {
		return false, err
	}
	packages, err := load(ctx, o.dir, o.patterns)
	if err != nil {
		return false, err
	}
	used := map[string]bool{}
	all := make([][]*Mutant, len(packages))
	sizes := make([]int, len(packages))
	for i, p := range packages {
		for _, m := range listed.split(find(p), used) {
			if o.only == nil || o.only.MatchString(m.File+" "+m.Func) {
				all[i] = append(all[i], m)
			}
		}
		sizes[i] = len(all[i])
	}
	var tallies []tally
	var survivors []*Mutant
	for i, n := range shares(sizes, o.number) {
		began := time.Now()
		mutants := sample(all[i], n, o.seed)
		t, left, err := packages[i].judge(ctx, mutants, o, progress)
		if err != nil {
			return false, err
		}
		fmt.Fprintf(progress, "%s: %d of %d caught in %s\n", t.path, t.caught, t.made, time.Since(began).Round(time.Second))
		tallies, survivors = append(tallies, t), append(survivors, left...)
	}
	return report(stdout, o, tallies, survivors, stale(packages, listed, used)), nil
}

// judge tries some mutants of a package, and says which survive.
func (p *Package) judge(ctx context.Context, mutants []*Mutant, o options, progress io.Writer) (tally, []*Mutant, error) {
	t := tally{path: relative(p.Path)}
	dir, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return t, nil, err
	}
	defer os.RemoveAll(dir)
	binary, err := p.compile(ctx, mutants, dir)
	if err != nil {
		return t, nil, err
	}
	tests, err := p.baseline(ctx, binary, dir, o.workers, progress)
	if err != nil {
		return t, nil, err
	}
	var compiled, left []*Mutant
	for _, m := range mutants {
		if !m.broken {
			compiled = append(compiled, m)
		}
	}
	each(o.workers, len(compiled), func(i int) { p.try(ctx, binary, compiled[i], tests, o.patience) })
	for _, m := range compiled {
		t.made++
		switch {
		case !m.caught:
			left = append(left, m)
		case m.endless:
			t.endless++
			fallthrough
		default:
			t.caught++
		}
	}
	return t, left, ctx.Err()
}

// stale are entries of the list for packages at hand that match no mutant.
func stale(packages []*Package, listed equivalents, used map[string]bool) []string {
	here := map[string]bool{}
	for _, p := range packages {
		for _, name := range p.names {
			here[name] = true
		}
	}
	var all []string
	for what := range listed {
		file, _, _ := strings.Cut(what, " ")
		if here[file] && !used[what] {
			all = append(all, what)
		}
	}
	return all
}

func report(w io.Writer, o options, tallies []tally, survivors []*Mutant, stale []string) bool {
	enough := true
	sum := tally{path: "all"}
	line := func(t tally) {
		fmt.Fprintf(w, "%-32s %6d %8d %12d %10d %8.1f %%\n", t.path, t.made, t.caught, t.endless, t.made-t.caught, t.share())
	}
	fmt.Fprintf(w, "%-32s %6s %8s %12s %10s %10s\n", "package", "made", "caught", "of it hung", "survived", "share")
	for _, t := range tallies {
		line(t)
		sum.made, sum.caught, sum.endless = sum.made+t.made, sum.caught+t.caught, sum.endless+t.endless
		enough = enough && t.share() >= o.share
	}
	line(sum)
	if len(survivors) > 0 {
		fmt.Fprintln(w, "\nsurvivors")
	}
	for _, m := range survivors {
		fmt.Fprintf(w, "%s:%d %s\n", m.File, m.Line, m.change())
	}
	if len(stale) > 0 {
		enough = false
		fmt.Fprintf(w, "\n%s names what is not there\n%s\n", o.equivalent, strings.Join(stale, "\n"))
	}
	return enough
}

// change is the mutant for people.
func (m *Mutant) change() string {
	s := m.within()
	if !m.reached {
		s += "  (no test gets there)"
	}
	return s
}
