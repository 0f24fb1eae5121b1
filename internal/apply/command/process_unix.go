//go:build unix

package command

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// ownGroup keeps Ctrl-C, which a terminal sends to all that run in it, from a command.
func ownGroup(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// noting runs a command and notes how it has ended, before it ends itself: who is started anew would not know. The words of the
// command are handed on as they are.
const noting = `"$@"; s=$?; echo $s >"$ONUS_ENDED.new" && mv "$ONUS_ENDED.new" "$ONUS_ENDED"; exit $s`

// keepsEnd is a command that leaves its exit status in a file; false where it leaves none: there is no place for it, or no sh.
func keepsEnd(args []string, file string) (cmd *exec.Cmd, kept bool) {
	sh, err := exec.LookPath("sh")
	if err != nil || file == "" {
		cmd = exec.Command(args[0], args[1:]...)
		cmd.Env = os.Environ()
		return cmd, false
	}
	cmd = exec.Command(sh, append([]string{"-c", noting, "sh"}, args...)...)
	cmd.Env = append(os.Environ(), "ONUS_ENDED="+file)
	return cmd, true
}

// runs reports whether a process is there.
func runs(pid int) bool { return syscall.Kill(pid, 0) == nil || syscall.Kill(pid, 0) == syscall.EPERM }

// begun tells a process from another one that got its number later; a dash where the system does not tell.
func begun(pid int) string {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return untold
	}
	fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:]) // a name may have spaces
	const since = 19                                                // starttime, the 22nd of proc(5)
	if len(fields) <= since || len(fields[0]) > 0 && (fields[0][0] == 'Z' || fields[0][0] == 'X') {
		return untold
	}
	return string(fields[since])
}

// left reports whether something of a command still runs whose process has ended: something of its group that has its token. The
// number alone may be that of another group by now. What may not be looked at, as where it runs as somebody else, is not seen,
// and nothing is without /proc.
func left(pid int, token string) bool {
	if syscall.Kill(-pid, 0) == syscall.ESRCH {
		return false
	}
	all, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		return false
	}
	for _, name := range all {
		data, err := os.ReadFile(filepath.Clean(name))
		if err != nil {
			continue // it has ended meanwhile
		}
		fields := bytes.Fields(data[bytes.LastIndexByte(data, ')')+1:])
		const group = 2 // pgrp, the 5th of proc(5)
		if len(fields) <= group || string(fields[group]) != strconv.Itoa(pid) {
			continue
		}
		env, err := os.ReadFile(filepath.Join(filepath.Dir(name), "environ"))
		if err == nil && slices.Contains(strings.Split(string(env), "\x00"), "ONUS_TOKEN="+token) {
			return true
		}
	}
	return false
}

// kill ends a process and all that it has started, which are of its group.
func kill(pid int) error { return syscall.Kill(-pid, syscall.SIGKILL) }
