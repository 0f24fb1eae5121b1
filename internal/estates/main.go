// Estates runs onus over a folder of cloned repositories, as somebody would who
// has just cloned them, and prints what came of each, and a seeded sample of
// findings with the files that they are about, to be read by hand: whether
// findings are true is for a reader to say.
//
//	go run ./internal/estates -number 100 -seed 1 DIR
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"time"
)

// options are what the command line asks for.
type options struct {
	dir      string // of repositories, one folder each
	onus     string // the binary; built from the sources here where it is empty
	number   int    // of findings to read
	seed     uint64
	least    string // severity of those
	reading  string // the file of the reading list; standard output where it is empty
	patience time.Duration
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	var o options
	flag.StringVar(&o.onus, "onus", "", "the `binary`; by default onus is built from the sources here")
	flag.IntVar(&o.number, "number", 100, "findings on the reading list, in turns of one a repository")
	flag.Uint64Var(&o.seed, "seed", 1, "which findings: the same seed picks the same ones")
	flag.StringVar(&o.least, "severity", "medium", "the least `severity` of findings to read; those of low severity the text only counts")
	flag.StringVar(&o.reading, "reading", "", "the `file` that the reading list is written to; by default it follows the tables")
	flag.DurationVar(&o.patience, "patience", 5*time.Minute, "how long one repository may take")
	flag.Parse()
	if flag.NArg() != 1 {
		fmt.Fprintln(os.Stderr, "estates: give one folder, with a cloned repository in each of its folders")
		os.Exit(2)
	}
	o.dir = flag.Arg(0)
	fine, err := estates(ctx, o, os.Stdout, os.Stderr)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "estates:", err)
		os.Exit(2)
	case !fine:
		os.Exit(1)
	}
}

// estates does it all. It is false where onus gave no answer for a repository.
func estates(ctx context.Context, o options, stdout, progress io.Writer) (bool, error) {
	if o.onus == "" {
		built, clean, err := build(ctx)
		if err != nil {
			return false, err
		}
		defer clean()
		o.onus = built
	}
	names, err := repositories(o.dir)
	if err != nil {
		return false, err
	}
	looks := make([]look, 0, len(names))
	fine := true
	for _, name := range names {
		fmt.Fprintf(progress, "%s\n", name)
		l := check(ctx, o, name)
		if err := ctx.Err(); err != nil {
			return false, err
		}
		fine = fine && l.answered()
		looks = append(looks, l)
	}
	writeTables(stdout, looks)
	reading := stdout
	if o.reading != "" {
		f, err := os.Create(o.reading)
		if err != nil {
			return false, err
		}
		defer f.Close()
		reading = f
	}
	return fine, writeReading(reading, o.dir, sample(looks, o.number, o.seed, o.least))
}

// build builds onus into a folder that clean removes.
func build(ctx context.Context) (binary string, clean func(), err error) {
	dir, err := os.MkdirTemp("", "onus-estates")
	if err != nil {
		return "", nil, err
	}
	clean = func() { _ = os.RemoveAll(dir) }
	binary = filepath.Join(dir, "onus")
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", binary, "./cmd/onus").CombinedOutput(); err != nil {
		clean()
		return "", nil, fmt.Errorf("building onus: %w\n%s", err, out)
	}
	return binary, clean, nil
}

// repositories are the folders of a folder.
func repositories(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if e.IsDir() {
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return nil, fmt.Errorf("%s has no folders; clone repositories into it", dir)
	}
	return names, nil
}
