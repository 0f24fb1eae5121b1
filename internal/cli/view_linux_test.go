package cli

import (
	"io"
	"os"
	"strings"
	"testing"
)

// said is what apply says on a terminal that is its stderr.
func (x *carriedOut) said(t *testing.T, file string) string {
	t.Helper()
	return shownOn(t, 24, func(side *os.File) {
		if got := Main([]string{"apply", file, "--kubeconfig", x.config}, strings.NewReader(""), io.Discard, side); got != 0 {
			t.Error(got)
		}
	})
}

// On a terminal the plan is shown below the lines, and taken back when it ends. With NO_COLOR, or on a terminal that
// takes no lines back, there are lines alone.
func TestViewOnATerminal(t *testing.T) {
	for _, plain := range [][2]string{{"", ""}, {"NO_COLOR", "1"}, {"TERM", "dumb"}} {
		t.Setenv("TERM", "xterm")
		t.Setenv("NO_COLOR", "")
		if plain[0] != "" {
			t.Setenv(plain[0], plain[1])
		}
		x := inACluster(t)
		all := x.said(t, x.file(t))
		if plain[0] != "" {
			if strings.Contains(all, "\x1b") || !strings.Contains(all, "drain/node-0 done") {
				t.Errorf("with %v it is %q", plain, all)
			}
			continue
		}
		if !strings.Contains(all, "p1: wave 1 of 1, 0 of 1 node done") && !strings.Contains(all, "p1: 0 of 1 node done") ||
			!strings.Contains(all, "\x1b[") || !strings.Contains(all, "  node-0: drain, for") {
			t.Errorf("it is %q", all)
		}
		for _, line := range screenOf(t, all) {
			if strings.HasPrefix(line, "p1:") || strings.HasPrefix(line, "  node-0") {
				t.Errorf("%q is left on the screen", line)
			}
		}
	}
}
