//go:build unix

package cli

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Where the terminal is lost, what onus has in hand is undone: the signal does not end it, nor
// does it that nobody reads any more what it says.
func TestApplyWithoutATerminal(t *testing.T) {
	if args := os.Getenv("ONUS_TEST_ARGS"); args != "" {
		os.Exit(Main(strings.Fields(args), os.Stdin, os.Stdout, os.Stderr))
	}
	x := inACluster(t)
	x.plan.Facts = nil
	x.server.StopAfter = time.Hour
	cmd := exec.Command(os.Args[0], "-test.run=^TestApplyWithoutATerminal$")
	cmd.Env = append(os.Environ(), "ONUS_TEST_ARGS=apply "+x.file(t)+" --kubeconfig "+x.config)
	said, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(said); lines.Scan() && !strings.Contains(lines.Text(), "1 pod to be gone"); {
	}
	said.Close()
	if err := cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	if err := cmd.Wait(); cmd.ProcessState.ExitCode() != 3 {
		t.Error(err)
	}
	if seen := x.server.Seen(); len(seen.Cordoned) > 0 || len(seen.Evicted) != 1 {
		t.Errorf("%+v", seen)
	}
}
