//go:build !unix

package command

import (
	"os"
	"os/exec"
)

// ownGroup keeps Ctrl-C from a command, where a system has groups of processes.
func ownGroup(*exec.Cmd) {}

// keepsEnd is a command; false says that it leaves its exit status nowhere: that takes a shell of POSIX.
func keepsEnd(args []string, _ string) (cmd *exec.Cmd, kept bool) {
	cmd = exec.Command(args[0], args[1:]...)
	cmd.Env = os.Environ()
	return cmd, false
}

// runs reports whether a process is there.
func runs(pid int) bool {
	p, err := os.FindProcess(pid)
	if err == nil {
		_ = p.Release()
	}
	return err == nil
}

// begun tells a process from another one that got its number later: this system does not tell.
func begun(int) string { return untold }

// left reports whether something of a command still runs whose process has ended: this system does not tell.
func left(int, string) bool { return false }

// kill ends a process.
func kill(pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return p.Kill()
}
