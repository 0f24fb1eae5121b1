//go:build unix

package cluster

import "syscall"

// endGroup kills a process and what it started. What a cluster knows is worth
// nothing once it is gone, so nobody is asked to leave.
func endGroup(pid int) { syscall.Kill(-pid, syscall.SIGKILL) }
