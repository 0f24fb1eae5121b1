package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/source/cluster"
)

func (s *session) snapshotCommand() *cobra.Command {
	var l live
	var file string
	cmd := &cobra.Command{
		Use:   "snapshot",
		Short: "Save a live cluster as a file that every command reads",
		Long: `Snapshot writes what onus looks at of a live cluster, to look at it later, elsewhere or
again: every command that takes a PATH reads it and finds what it would find in the
cluster itself. Without --context it reads kubectl's current one.

It holds no Secrets and no ConfigMaps, and of containers neither images, commands nor
variables. It does hold names, labels and annotations: look through it before you pass
it on. What you may not list is named in it as unread, and a warning says so.

Exit status: 0 saved, if in part; 2 bad usage, 3 nothing could be read, or not all of
it written, 4 a fault of onus itself.`,
		Example: `  onus snapshot -f prod.json
  onus snapshot --context staging | gzip > staging.json.gz
  onus check prod.json
  onus simulate prod.json --as eks-auto-mode`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return usage("onus snapshot -f "+args[0]+" writes there", "snapshot takes no arguments: %q", args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			c, err := l.open(cmd, nil)
			if errors.Is(err, cluster.ErrNone) {
				return usage("--kubeconfig FILE or KUBECONFIG says which", "there is no kubeconfig that says which cluster to read")
			}
			if err != nil {
				return err
			}
			return s.snapshot(cmd.Context(), c, file)
		},
	}
	cmd.Flags().StringVarP(&file, "file", "f", "", "`FILE` to write (default: standard output)")
	l.flags(cmd)
	_ = cmd.MarkFlagFilename("file", "json")
	return cmd
}

func (s *session) snapshot(ctx context.Context, c *cluster.Cluster, file string) error {
	going := &underway{}
	going.Begin("reading " + clusterName(c))
	done := s.progress(going.words)
	defer done()
	save := func(to io.Writer) error { return s.saveCluster(ctx, c, to, going) }
	if file == "" || file == "-" {
		return save(s.out)
	}
	return whole(file, save)
}

// ownerOnly is the mode of a file that was not there: what it holds is for who looks
// through it first.
const ownerOnly = 0o600

// target is the file that a link leads to, and not the link: also where there is no
// such file yet.
func target(path string) string {
	for range 40 { // as many links as Linux follows
		to, err := os.Readlink(path)
		if err != nil {
			return path
		}
		if !filepath.IsAbs(to) {
			to = filepath.Join(filepath.Dir(path), to)
		}
		path = to
	}
	return path
}

// whole writes a file that is never there by half: it appears under its name
// once all of it is written, and takes the place of one that was there. What
// is no file, such as a pipe, is written to as it is.
func whole(path string, write func(io.Writer) error) error {
	failed := func(err error) error {
		return &exitError{status: exitUnfinished, err: fmt.Errorf("writing %s: %w", path, reason(err))}
	}
	path = target(path)
	info, err := os.Stat(path)
	if err == nil && info.IsDir() {
		return usage("name a file in it", "--file: %s is a directory", path)
	}
	if err == nil && !info.Mode().IsRegular() {
		f, err := os.OpenFile(path, os.O_WRONLY, 0)
		if err != nil {
			return failed(err)
		}
		if err := write(f); err != nil {
			f.Close()
			return passOn(err, failed)
		}
		if err := f.Close(); err != nil {
			return failed(err)
		}
		return nil
	}
	p, err := newPart(path)
	if err != nil {
		return failed(err)
	}
	defer p.remove()
	if err := write(p); err != nil {
		return passOn(err, failed)
	}
	if err := p.commit(); err != nil {
		return failed(err)
	}
	return nil
}

// passOn gives an error that has its answer as it is; any other one is that of
// the file.
func passOn(err error, failed func(error) error) error {
	var exit *exitError
	if errors.As(err, &exit) {
		return err
	}
	return failed(err)
}

// reason is an error without the name of the file, which may be a passing one.
func reason(err error) error {
	var at *fs.PathError
	if errors.As(err, &at) {
		return at.Err
	}
	var link *os.LinkError
	if errors.As(err, &link) {
		return link.Err
	}
	return err
}
