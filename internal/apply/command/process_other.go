//go:build !unix

package command

import (
	"os"
	"os/exec"
)

// ownGroup keeps Ctrl-C from a command, where a system has groups of processes.
func ownGroup(*exec.Cmd) {}

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

// kill ends a process.
func kill(pid int) error {
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return p.Kill()
}
