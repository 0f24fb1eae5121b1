package cli

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"golang.org/x/term"

	"github.com/onus-project/onus/internal/report"
	"github.com/onus-project/onus/internal/report/published"
)

// present writes a result. Text for a terminal has links, and goes through a pager where
// it is longer than the screen; everything else is written as it is.
func (s *console) present(w io.Writer, format string, v published.Value, screen report.Screen) error {
	f, ok := s.terminal()
	if !ok || format != "text" && format != "table" {
		return report.Write(w, format, v, screen)
	}
	var b bytes.Buffer
	if err := report.Write(&b, format, v, screen); err != nil {
		return err
	}
	text := b.String()
	pager := pagerOf(os.LookupEnv, s.noPager)
	_, height, err := term.GetSize(int(f.Fd()))
	paged := err == nil && len(pager) > 0 && strings.Count(text, "\n") >= height
	if linked(os.Getenv, screen.Colour) && (!paged || knowsLinks(pager)) {
		text = s.links().Link(text)
	}
	if paged && s.out.begin() {
		if done, err := page(pager, text, f, s.err); done {
			return err
		}
	}
	if _, err := io.WriteString(w, text); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}

// terminal is that on which results are shown, where it is one.
func (s *console) terminal() (*os.File, bool) {
	f, ok := s.out.to.(*os.File)
	return f, ok && term.IsTerminal(int(f.Fd()))
}

// shell runs a pager whose command is more than the name of a program, as git does it.
const shell = "sh"

// pagerOf is the command by which long text is read: that of ONUS_PAGER or else PAGER, or
// less where neither is set; nil for none, which an empty one asks for, and cat.
//
// Source: git's run-command.c (prepare_shell_cmd): the shell gets what is no single word.
func pagerOf(env func(string) (string, bool), off bool) []string {
	if dumb, _ := env("TERM"); off || dumb == "dumb" {
		return nil
	}
	for _, name := range []string{"ONUS_PAGER", "PAGER"} {
		if command, ok := env(name); ok {
			command = strings.TrimSpace(command)
			switch _, err := exec.LookPath(shell); {
			case command == "" || strings.Fields(command)[0] == "cat":
				return nil
			case !strings.ContainsAny(command, "|&;<>()$`\\\"' \t\n*?[#~=%"):
				return []string{command}
			case err == nil:
				return []string{shell, "-c", command}
			}
			return strings.Fields(command)
		}
	}
	return []string{"less"}
}

// knowsLinks reports whether a pager passes links on: less does, with the flags that it is
// given.
func knowsLinks(pager []string) bool {
	program := pager[0]
	if len(pager) == 3 && program == shell {
		program = strings.Fields(pager[2])[0]
	}
	return strings.TrimSuffix(filepath.Base(program), ".exe") == "less"
}

// linked reports whether text for a terminal has links.
func linked(env func(string) string, colour bool) bool { return colour && env("ONUS_LINKS") != "never" }

// notRun is the least status of a shell that could not run the program: 126 for one that is
// none, 127 for one that is not there.
const notRun = 126

// page shows text in a pager until that ends. It reports false where there is no such
// program, and nothing was shown.
func page(pager []string, text string, to *os.File, errs io.Writer) (done bool, err error) {
	cmd := exec.Command(pager[0], pager[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), to, errs
	cmd.Env = append(os.Environ(), "LESS="+cmp.Or(os.Getenv("LESS"), "FRX"), "LV="+cmp.Or(os.Getenv("LV"), "-c"))
	if err := cmd.Start(); err != nil {
		return false, nil
	}
	err = cmd.Wait()
	var exit *exec.ExitError
	if errors.As(err, &exit) && pager[0] == shell && exit.ExitCode() >= notRun {
		return false, nil
	}
	if errors.Is(err, syscall.EPIPE) || errors.As(err, &exit) { // somebody had read enough
		return true, nil
	}
	if err != nil {
		return true, fmt.Errorf("showing the result with %s: %w", pager[0], err)
	}
	return true, nil
}

// links are what text of this session leads to.
func (s *console) links() *report.Links {
	l := &report.Links{Sources: map[string]string{}, File: func(name string) (string, bool) {
		at, err := filepath.Abs(name)
		if err != nil {
			return "", false
		}
		info, err := os.Stat(at)
		return at, err == nil && info.Mode().IsRegular()
	}}
	if s.loaded != nil {
		for id, source := range s.loaded.Sources {
			l.Sources[id] = source.URL
		}
	}
	return l
}
