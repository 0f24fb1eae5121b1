//go:build darwin || freebsd

package journal

// process is what the system tells of a process: its number.
func process(pid int) Process { return Process{PID: pid} }
