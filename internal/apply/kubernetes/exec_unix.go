//go:build unix

package kubernetes

import (
	"os/exec"
	"syscall"
)

// ownGroup keeps Ctrl-C, which a terminal sends to all that run in it, from a command.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }
