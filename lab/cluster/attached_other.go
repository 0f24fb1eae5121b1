//go:build unix && !linux

package cluster

import "syscall"

// attached is a process group of its own. Nothing ends it when its parent is
// killed.
func attached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setpgid: true} }
