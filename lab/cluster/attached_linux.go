package cluster

import "syscall"

// attached is a process group of its own that ends with its parent.
func attached() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
