// Image makes the image of a release out of its binary, without a container engine and without another image to begin
// from: the binary, the certificates by which it knows the servers of clouds, and a user who is nobody. It has no shell.
// The same binary makes the same bytes.
//
// What it writes is an image layout in a tar file, as `podman load`, `docker load`, `ctr images import` and
// `skopeo copy oci-archive:FILE docker://…` take it.
package main

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

func main() {
	out := flag.String("o", "bin/onus-image.tar", "the `FILE` that is written")
	name := flag.String("name", "onus:dev", "the `NAME` that the image has where it is loaded")
	flag.Parse()
	if err := run(flag.Args(), *out, *name); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

// run makes an image of the one binary that is named.
func run(args []string, out, name string) error {
	if len(args) != 1 {
		return fmt.Errorf("wants the binary to make an image of, and got %d names: make build makes bin/onus", len(args))
	}
	binary, err := os.ReadFile(args[0])
	if err != nil {
		return fmt.Errorf("reading the binary: %w", err)
	}
	arch, err := archOf(binary)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	return writeTo(out, func(w io.Writer) error { return Write(w, binary, arch, name) })
}

// writeTo writes a file whole or not at all.
func writeTo(file string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(file), filepath.Base(file)+".*")
	if err != nil {
		return fmt.Errorf("writing the image: %w", err)
	}
	defer os.Remove(f.Name())
	err = write(f)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return fmt.Errorf("writing %s: %w", file, err)
	}
	return nil
}
