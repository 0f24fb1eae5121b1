package components

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// Build builds what is missing, one component after the other, and tells w
// about it.
func (s *Set) Build(ctx context.Context, w io.Writer) error {
	for _, c := range s.Missing() {
		fmt.Fprintf(w, "building %s\n", c.Name)
		began := time.Now()
		if err := c.build(ctx, s.paths[c.Name], w); err != nil {
			return fmt.Errorf("building %s: %w", c.Name, err)
		}
		fmt.Fprintf(w, "built %s in %s\n", c.Name, time.Since(began).Round(time.Second))
	}
	return nil
}

// build leaves no half of a program behind when it is interrupted.
func (c *Component) build(ctx context.Context, path string, w io.Writer) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	half := fmt.Sprintf("%s.%d", path, os.Getpid())
	defer os.Remove(half)
	cmd := exec.CommandContext(ctx, "go", "build", "-p", "2", "-trimpath", "-ldflags", "-s -w "+c.flags, "-o", half, c.main)
	cmd.Dir = c.folder()
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off")
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Run(); err != nil {
		return err
	}
	return os.Rename(half, path)
}
