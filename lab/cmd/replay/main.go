// Replay plays recorded runs again in the simulator alone, and prints those in
// which something is missed, or all, beside what the real thing showed:
//
//	go run ./cmd/replay [-all] DIR...
//	go run ./cmd/replay -pack ../testdata/mixes/seed-3.zip DIR...
//
// With -pack they are kept in one archive, each by the name of the folder that
// its tries lie in.
//
// Exit status: 0 nothing was missed; 1 something was; 2 bad usage; 3 a run could
// not be played.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/fidelity"
	"github.com/onus-project/onus/internal/responsibility"
)

func main() {
	all := flag.Bool("all", false, "print those, too, of which all is covered")
	pack := flag.String("pack", "", "an archive to keep them in")
	flag.Usage = func() {
		fmt.Fprintln(os.Stderr, "usage: replay [-all] [-pack FILE] DIR...")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	if *pack != "" {
		if err := keep(*pack, flag.Args()); err != nil {
			fmt.Fprintln(os.Stderr, "replay:", err)
			os.Exit(3)
		}
	}
	missed, err := replay(flag.Args(), *all)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "replay:", err)
		os.Exit(3)
	case missed:
		os.Exit(1)
	}
}

func keep(file string, dirs []string) error {
	runs := map[string]string{}
	for _, dir := range dirs {
		runs[filepath.Base(filepath.Dir(filepath.Clean(dir)))] = dir
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	return errors.Join(fidelity.Pack(out, runs), out.Close())
}

func replay(dirs []string, all bool) (missed bool, err error) {
	c, err := responsibility.Load(responsibility.Files{FS: catalog.Files, Name: "catalog", Checked: true})
	if err != nil {
		return false, err
	}
	total, byKind := fidelity.Total{}, fidelity.ByKind{}
	var faults []error
	for _, dir := range dirs {
		r, err := fidelity.Load(dir, c)
		if err != nil {
			faults = append(faults, fmt.Errorf("%s: %w", dir, err))
			continue
		}
		r.Name = dir
		compared, err := r.Compare()
		if err != nil {
			faults = append(faults, err)
			continue
		}
		t := compared.Total()
		total.Add(t)
		byKind.Add(compared)
		missed = missed || t[fidelity.Missed] > 0
		if !all && t[fidelity.Missed] == 0 {
			continue
		}
		if err := compared.Write(os.Stdout); err != nil {
			return missed, err
		}
	}
	fmt.Printf("\n%s\n%s\n", byKind, total)
	return missed, errors.Join(faults...)
}
