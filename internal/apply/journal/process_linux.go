package journal

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
)

// process is what the system tells of a process.
func process(pid int) Process {
	p := Process{PID: pid}
	if pid == 0 { // it is of another machine, or of another container
		return p
	}
	status, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/status")
	if err != nil {
		return p
	}
	for line := range strings.Lines(string(status)) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		switch value = strings.TrimSpace(value); key {
		case "Name":
			p.Name = value
		case "State":
			p.Stopped = strings.HasPrefix(value, "T") || strings.HasPrefix(value, "t")
		}
	}
	p.Stopped = p.Stopped || frozen(pid)
	return p
}

// frozen reports whether the processes of a container were paused.
func frozen(pid int) bool {
	groups, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/cgroup")
	if err != nil {
		return false
	}
	_, path, ok := strings.Cut(string(groups), "0::")
	if !ok {
		return false
	}
	path, _, _ = strings.Cut(path, "\n")
	events, err := os.ReadFile(filepath.Join("/sys/fs/cgroup", path, "cgroup.events"))
	return err == nil && strings.Contains(string(events), "frozen 1")
}

// networks are the file systems on which what SQLite shares does not hold between machines, by
// their numbers in statfs(2).
var networks = map[uint32]string{0x6969: "NFS", 0xff534d42: "CIFS", 0xfe534d42: "SMB", 0x517b: "SMB", 0x5346414f: "AFS",
	0x00c36400: "Ceph", 0x0bd00bd0: "Lustre"}

// network is the network file system that a folder is on; empty for none.
func network(folder string) string {
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		return ""
	}
	return networks[uint32(fs.Type)]
}
