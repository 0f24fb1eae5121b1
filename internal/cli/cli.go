// Package cli is the command line of onus, one file a command.
//
// The rules of the interface:
//
//   - Results go to stdout, everything else to stderr.
//   - Text is a view of what -o json prints; it says nothing the JSON does not.
//   - Colour only on a terminal, never with NO_COLOR; the words carry the
//     meaning without it. So with links, and with a pager for what is longer
//     than the screen.
//   - An error is one line that names what is wrong and where. A second line,
//     where there is one, is the way out. Neither starts with a capital or
//     ends with a full stop.
//   - Exit status: 0 all held; 1 something is broken; 2 bad usage or bad
//     input; 3 could not finish; 4 a fault of onus itself.
//   - Ctrl-C ends a command with status 3: its result is whole or not there.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/onus-project/onus/catalog"
	"github.com/onus-project/onus/internal/crash"
	"github.com/onus-project/onus/internal/release"
	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/words"
)

// The exit status of every command.
const (
	exitHeld       = 0
	exitBroken     = 1
	exitUsage      = 2
	exitUnfinished = 3
	exitFault      = crash.Status
)

// exitError ends a command with a status of its own. A nil err prints nothing:
// the result has said it already.
type exitError struct {
	status int
	err    error
	hint   string
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit status %d", e.status)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// usage makes an error about what was typed; hint is the way out, or empty.
func usage(hint, format string, args ...any) error {
	return &exitError{status: exitUsage, err: fmt.Errorf(format, args...), hint: hint}
}

// session is what every command works with.
type session struct{ inputs }

// inputs reads what commands look at.
type inputs struct{ console }

func sessionOf(c console) *session { return &session{inputs{c}} }

// console is what commands read from and write to, and what completes their arguments.
type console struct {
	in      io.Reader
	out     *output
	err     io.Writer
	now     func() time.Time
	show    func(w io.Writer, format string, v published.Value, s report.Screen) error
	catalog string // --catalog
	colour  string // --color
	noPager bool   // --no-pager
	loaded  *responsibility.Catalog
}

// Main runs onus and returns its exit status.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	defer crash.Handle()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // what Helm warns a chart's author of
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer stop()
	context.AfterFunc(ctx, stop) // a second one ends onus at once
	s := sessionOf(console{in: stdin, out: &output{to: stdout}, err: stderr, now: time.Now})
	s.show = s.present
	return s.main(ctx, args)
}

// Commands are the commands of onus, for what is written about them. They are not for
// running: see Main.
func Commands() *cobra.Command { return (&session{}).root() }

func (s *session) main(ctx context.Context, args []string) int {
	root := s.root()
	root.SetArgs(args)
	root.SetIn(s.in)
	root.SetOut(s.out)
	root.SetErr(s.err)
	err := s.run(ctx, root)
	if err == nil {
		return exitHeld
	}
	var exit *exitError
	if !errors.As(err, &exit) {
		exit = &exitError{status: exitUsage, err: err}
	}
	if exit.err != nil {
		fmt.Fprintf(s.err, "onus: %s\n", report.OneLine(exit.err.Error()))
		if exit.hint != "" {
			fmt.Fprintf(s.err, "hint: %s\n", report.OneLine(exit.hint))
		}
	}
	return exit.status
}

func (s *session) root() *cobra.Command {
	root := &cobra.Command{
		Use:   "onus",
		Short: "Who is responsible, and is your side held?",
		Long: `onus turns the cloud's shared responsibility model into something a team can run:
who holds each layer under the offering you bought, what that leaves to you, and
whether your side is held.

Exit status: 0 all is held, 1 something is broken, 2 bad usage or bad input, 3 could not
finish, 4 a fault of onus itself. Ctrl-C ends a command with 3: its result is whole or
not there. After a fault, ONUS_TRACE=1 prints the trace to report.`,
		Example: `  onus check ./manifests --as eks-auto-mode
  kubectl get pods,deploy,rs,sts,ds,pdb,hpa,svc,nodes -A -o json | onus check -
  onus check --context prod
  onus simulate cluster.json --as eks-auto-mode
  onus ladder eks-standard eks-auto-mode
  onus diff eks-standard eks-auto-mode
  onus explain pdb-never-allows`,
		Version:       release.Version(),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return cmd.Help()
			}
			var names []string
			for _, sub := range cmd.Commands() {
				names = append(names, sub.Name())
			}
			hint := "onus --help lists the commands"
			if near := responsibility.Nearest(args[0], names); len(near) > 0 {
				hint = "did you mean onus " + strings.Join(near, " or onus ") + "?"
			}
			return usage(hint, "there is no command %q", args[0])
		},
	}
	if name := calledAs(os.Args); name != "onus" {
		root.Annotations = map[string]string{cobra.CommandDisplayNameAnnotation: name}
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return usage(cmd.CommandPath()+" --help lists the flags", "%w", err)
	})
	root.PersistentFlags().StringVar(&s.catalog, "catalog", "", "`DIR` of catalog files that add to or override the built-in ones")
	root.PersistentFlags().StringVar(&s.colour, "color", "auto", "colour the text: auto, always or never")
	root.PersistentFlags().BoolVar(&s.noPager, "no-pager", false, "show long text without ONUS_PAGER or PAGER, on a terminal, too")
	_ = root.RegisterFlagCompletionFunc("color", cobra.FixedCompletions([]string{"auto", "always", "never"},
		cobra.ShellCompDirectiveNoFileComp))
	root.AddCommand(s.checkCommand(), s.simulateCommand(), s.snapshotCommand(), s.ladderCommand(), s.diffCommand(), s.explainCommand(),
		s.versionCommand(), s.initCommand(), s.reportCommand(), s.calendarCommand(), s.matrixCommand(), s.fixCommand(),
		s.configCommand(), s.planCommand(), s.applyCommand(), s.statusCommand(), s.abortCommand())
	asCalled(root)
	return root
}

// load reads the built-in catalog and lays --catalog over it.
func (s *console) load() (*responsibility.Catalog, error) {
	if s.loaded != nil {
		return s.loaded, nil
	}
	layers := []responsibility.Files{{FS: catalog.Files, Name: "catalog", Checked: true}}
	if s.catalog != "" {
		if info, err := os.Stat(s.catalog); err != nil {
			return nil, usage("", "--catalog: %w", err)
		} else if !info.IsDir() {
			return nil, usage("it holds offerings/, obligations/ and sources/ like the built-in catalog", "--catalog: %s is not a directory",
				s.catalog)
		}
		layers = append(layers, responsibility.Files{FS: os.DirFS(s.catalog), Name: s.catalog})
	}
	c, err := responsibility.Load(layers...)
	if err != nil {
		return nil, &exitError{status: exitUsage, err: err}
	}
	s.loaded = c
	return c, nil
}

// screen is what the text output is made for: the terminal, or what COLUMNS says.
func (s *console) screen() (report.Screen, error) {
	screen := report.Screen{Width: 80, Now: s.now()}
	tty := false
	if f, ok := s.terminal(); ok {
		tty = true
		if w, _, err := term.GetSize(int(f.Fd())); err == nil && w > 0 {
			screen.Width = w
		}
	} else if w, err := strconv.Atoi(os.Getenv("COLUMNS")); err == nil && w > 0 {
		screen.Width = w
	}
	switch s.colour {
	case "auto":
		screen.Colour = tty && os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb"
	case "always":
		screen.Colour = true
	case "never":
	default:
		return screen, usage("", "--color is %q, wants auto, always or never", s.colour)
	}
	return screen, nil
}

// offering finds an offering by the name that was typed.
func offering(c *responsibility.Catalog, name string) (*responsibility.Offering, error) {
	if o := c.Offering(name); o != nil {
		return o, nil
	}
	if p := c.Platform(name); p != nil {
		return nil, usage("name one of "+words.And(p.Offerings)+", or see onus explain "+p.ID, "%s is a platform, and no offering", p.ID)
	}
	var names, called []string
	for _, axis := range c.Axes { // of each in the order of its ladder
		for _, o := range c.On(axis.ID) {
			if slices.Contains(names, o.ID) {
				continue
			}
			names = append(names, o.ID)
			if strings.Contains(strings.ToLower(o.Title), strings.ToLower(name)) {
				called = append(called, o.ID)
			}
		}
	}
	if len(responsibility.Family(name, names)) == 0 && len(name) > 2 && len(called) > 0 {
		return nil, usage("did you mean "+words.Or(called[:min(len(called), mostNamed)])+"?", "there is no offering %q", name)
	}
	return nil, unknown("offering", name, names)
}

// unknown answers a name that is none of names with the nearest ones.
func unknown(what, name string, names []string) error {
	if near := responsibility.Nearest(name, names); len(near) > 0 {
		return usage("did you mean "+words.Or(near)+"?", "there is no %s %q", what, name)
	}
	return usage("onus ladder lists the offerings; onus explain what they mean", "there is no %s %q", what, name)
}
