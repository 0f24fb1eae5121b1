package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"github.com/onus-project/onus/internal/config"
	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/release"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/source"
	"github.com/onus-project/onus/internal/source/cluster"
	"github.com/onus-project/onus/internal/source/helm"
	"github.com/onus-project/onus/internal/words"
)

// live is which live cluster a command was asked to read.
type live struct {
	access cluster.Access
	named  bool // by a flag
	// strictInput is not about the cluster only: what cannot be read ends it.
	strictInput bool
	units       []string // to read, of those of the input
	charts      helm.Given
	config      string // --config
	noConfig    bool
}

// flags adds the flags of a command that reads a cluster.
func (l *live) flags(cmd *cobra.Command) {
	cmd.Flags().StringVar(&l.access.Context, "context", "", "read the live cluster of this `CONTEXT` of the kubeconfig")
	cmd.Flags().StringVar(&l.access.Kubeconfig, "kubeconfig", "", "`FILE` with the clusters to reach (default: as kubectl)")
	cmd.Flags().DurationVar(&l.access.Timeout, "request-timeout", 30*time.Second, "how long the cluster may take for one answer")
	_ = cmd.RegisterFlagCompletionFunc("context", func(*cobra.Command, []string, string) ([]cobra.Completion, cobra.ShellCompDirective) {
		contexts, err := cluster.Contexts(l.access.Kubeconfig)
		if err != nil {
			cobra.CompErrorln(err.Error())
			return nil, cobra.ShellCompDirectiveError
		}
		return contexts, cobra.ShellCompDirectiveNoFileComp
	})
	_ = cmd.RegisterFlagCompletionFunc("request-timeout", cobra.NoFileCompletions)
	_ = cmd.MarkFlagFilename("kubeconfig")
}

// inputFlags adds the flags of a command that judges what it reads.
func (l *live) inputFlags(cmd *cobra.Command) {
	cmd.Flags().StringArrayVar(&l.units, "unit", nil, "read only the `UNIT` of this name or pattern (repeatable)")
	_ = cmd.RegisterFlagCompletionFunc("unit", cobra.NoFileCompletions)
	cmd.Flags().StringArrayVar(&l.charts.Values, "values", nil, "render charts with this `FILE` of values (repeatable)")
	cmd.Flags().StringArrayVar(&l.charts.Set, "set", nil, "render charts with this `KEY=VALUE` (repeatable)")
	_ = cmd.RegisterFlagCompletionFunc("set", cobra.NoFileCompletions)
	cmd.Flags().StringVar(&l.config, "config", "", "`FILE` with the configuration (default: the nearest .onus.yaml above the paths)")
	_ = cmd.MarkFlagFilename("config", "yaml", "yml")
	cmd.Flags().BoolVar(&l.noConfig, "no-config", false, "look for no .onus.yaml")
	cmd.Flags().BoolVar(&l.strictInput, "strict-input", false, "exit 2 when anything of the input cannot be read")
}

// open finds the cluster: the one that was named, or where no path was given
// kubectl's own. It is nil where there is only files to read.
func (l *live) open(cmd *cobra.Command, paths []string) (*cluster.Cluster, error) {
	for _, flag := range []string{"context", "kubeconfig"} {
		if cmd.Flags().Changed(flag) {
			l.named = true
			if f := cmd.Flags().Lookup(flag); f.Value.String() == "" {
				return nil, usage("", "--%s is empty", flag)
			}
		}
	}
	if l.access.Timeout <= 0 {
		return nil, usage("", "--request-timeout is %s, wants a time such as 30s", l.access.Timeout)
	}
	if len(paths) > 0 && !l.named {
		return nil, nil
	}
	l.access.Agent = "onus/" + release.Version()
	c, err := cluster.Open(l.access)
	var unknown *cluster.UnknownContext
	var unusable *cluster.Unusable
	switch {
	case err == nil:
		return c, nil
	case errors.Is(err, cluster.ErrNone):
		return nil, err
	case errors.As(err, &unknown):
		return nil, usage(contextHint(unknown), "%w", err)
	case errors.As(err, &unusable):
		return nil, unfinished(unusable, cmp.Or(unusable.Context, "this cluster"))
	}
	return nil, usage("", "%w", err)
}

// unitHint names units that there are.
func unitHint(e *source.UnknownUnit) string {
	if near := responsibility.Nearest(e.Name, e.Names); len(near) > 0 {
		return "did you mean " + words.Or(near) + "?"
	}
	return "it has " + words.First(e.Names, mostNamed)
}

// mostNamed is how many of what there is hints name.
const mostNamed = 8

func contextHint(e *cluster.UnknownContext) string {
	if len(e.Contexts) == 0 {
		return "it has none at all"
	}
	if near := responsibility.Nearest(e.Name, e.Contexts); e.Name != "" && len(near) > 0 {
		return "did you mean " + words.Or(near) + "?"
	}
	return "--context takes one of " + words.First(e.Contexts, mostNamed)
}

// input is where a command reads its estate: a live cluster, files, or files
// over a cluster.
type input struct {
	paths   []string
	cluster *cluster.Cluster
	strict  bool // what cannot be read ends it
	units   []string
	charts  helm.Given // what charts are rendered with
	config  *config.Config
	texts   map[string][]byte // files that are taken to hold other than they do: see source.Input
}

// source finds where to read. With neither a path nor a cluster the command
// was used wrongly; example is a right use.
func (s *inputs) source(cmd *cobra.Command, l *live, paths []string, example string) (input, error) {
	c, err := l.open(cmd, paths)
	if errors.Is(err, cluster.ErrNone) {
		return input{}, usage(
			cmd.CommandPath()+" "+example+", - for standard input, or --context for a live cluster",
			"%s wants a path: there is no kubeconfig that says which cluster to read", cmd.Name())
	}
	if err == nil {
		if wrong := l.charts.Check(); wrong != nil {
			return input{}, badInput(wrong)
		}
	}
	if err != nil {
		return input{}, err
	}
	configured, err := s.configured(l, paths)
	return input{paths: paths, cluster: c, strict: l.strictInput, units: l.units, charts: l.charts, config: configured}, err
}

// configured is the configuration that is named, or stands above what is read; nil for
// none.
func (s *inputs) configured(l *live, paths []string) (*config.Config, error) {
	if l.noConfig {
		if l.config != "" {
			return nil, usage("", "--config and --no-config contradict each other")
		}
		return nil, nil
	}
	file := l.config
	if file == "" {
		var err error
		if file, err = config.Find(paths); err != nil {
			return nil, badInput(err)
		}
	}
	if file == "" {
		return nil, nil
	}
	c, err := s.load()
	if err != nil {
		return nil, err
	}
	read, err := config.Read(file, c, s.waiving(c))
	if err != nil {
		return nil, badInput(err)
	}
	return read, nil
}

func (from input) String() string {
	var all []string
	if from.cluster != nil {
		all = append(all, clusterName(from.cluster))
	}
	return strings.Join(append(all, from.paths...), ", ")
}

func clusterName(c *cluster.Cluster) string {
	if c.Context == "" {
		return "this cluster"
	}
	return c.Context
}

// estate reads what a command works on. Ctrl-C ends it.
func (s *inputs) estate(ctx context.Context, from input, going *underway) (*estate.Whole, error) {
	going.Begin("reading " + from.String())
	e, err := s.readInput(ctx, from, going)
	var exit *exitError
	var noUnit *source.UnknownUnit
	switch {
	case errors.As(err, &noUnit):
		return nil, usage(unitHint(noUnit), "--unit: %w", err)
	case err == nil && from.strict && len(e.Unreadable) > 0:
		return nil, unreadable(e.Unreadable)
	case err == nil:
		for _, u := range e.Units {
			from.config.Estate(u.Kubernetes)
		}
		s.warnOfNoReader(e.NoReader)
		return e, nil
	case errors.As(err, &exit):
		return nil, err
	case ctx.Err() != nil:
		return nil, interrupted(from.String())
	}
	return nil, badInput(err)
}

func (s *inputs) readInput(ctx context.Context, from input, going *underway) (*estate.Whole, error) {
	c, err := s.load()
	if err != nil {
		return nil, err
	}
	in := source.Input{Paths: from.paths, Stdin: s.in, Catalog: c, Units: from.units, Charts: from.charts, Ignore: from.config.Ignores}
	in.Texts = from.texts
	if from.cluster == nil {
		return source.Read(ctx, in)
	}
	reading, feeding := io.Pipe()
	saved := make(chan error, 1)
	go func() {
		defer crash.Handle()
		err := s.saveCluster(ctx, from.cluster, feeding, going)
		feeding.CloseWithError(err)
		saved <- err
	}()
	in.Live = reading
	e, err := source.Read(ctx, in)
	reading.CloseWithError(err) // so that nobody waits to write
	// Why it could not be read matters more than that what came was cut off;
	// unless it was cut off here.
	if failed := <-saved; failed != nil && (err == nil || !errors.Is(failed, err)) {
		return nil, failed
	}
	return e, err
}

// warnOfNoReader names what was recognised and is not read yet.
func (s *inputs) warnOfNoReader(files map[string]int) {
	if len(files) > 0 {
		s.warn("skipped, since onus does not read them yet: " + forms(files))
	}
}

// forms counts files by their form, in words.
func forms(files map[string]int) string {
	var all []string
	for _, form := range slices.Sorted(maps.Keys(files)) {
		all = append(all, words.Count(files[form], form))
	}
	return strings.Join(all, ", ")
}

func interrupted(name string) error {
	return &exitError{status: exitUnfinished, err: fmt.Errorf("interrupted while reading %s", name)}
}

// saveCluster writes a snapshot of a cluster as it is now, and says on stderr
// what it lacks.
func (s *inputs) saveCluster(ctx context.Context, c *cluster.Cluster, to io.Writer, going *underway) error {
	var t tally
	unread, err := c.Save(ctx, to, s.now(), func(kind string, n int) {
		t.count(kind, n)
		going.Begin("reading " + clusterName(c) + ": " + t.String())
	})
	var unusable *cluster.Unusable
	switch {
	case ctx.Err() != nil:
		return interrupted(clusterName(c))
	case errors.As(err, &unusable):
		return unfinished(unusable, clusterName(c))
	case err != nil:
		return err
	}
	if len(unread) > 0 {
		s.warn(notRead(clusterName(c), unread))
	}
	return nil
}

// unfinished is the answer where nothing of a cluster could be read.
func unfinished(u *cluster.Unusable, name string) error {
	exit := &exitError{status: exitUnfinished, err: fmt.Errorf("reading %s: %w", name, u)}
	if u.Denied() {
		exit.hint = "docs/rbac.yaml of onus has what it needs; kubectl auth whoami says who you are"
	} else {
		exit.hint = "is " + u.Server + " the right server, and can you reach it? kubectl version asks it, too"
	}
	return exit
}

// notRead says on one line what could not be read and why.
func notRead(name string, unread []origin.Unread) string {
	resources := func(all []origin.Unread) string {
		var names []string
		for _, u := range all {
			names = append(names, u.Resource)
		}
		return strings.Join(names, ", ")
	}
	return "not read of " + name + ", so nothing is known about them: " + origin.ByCause(unread, resources)
}

// tally counts what has been read so far, by kind.
type tally struct {
	mu sync.Mutex
	of map[string]int
}

func (t *tally) count(kind string, n int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of == nil {
		t.of = map[string]int{}
	}
	t.of[kind] = n
}

// String names the three largest kinds.
func (t *tally) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	var kinds []string
	for kind, n := range t.of {
		if n > 0 {
			kinds = append(kinds, kind)
		}
	}
	slices.SortFunc(kinds, func(a, b string) int { return cmp.Or(cmp.Compare(t.of[b], t.of[a]), cmp.Compare(a, b)) })
	var all []string
	for _, kind := range kinds[:min(3, len(kinds))] {
		all = append(all, fmt.Sprintf("%d %s", t.of[kind], kind))
	}
	return strings.Join(all, ", ")
}
