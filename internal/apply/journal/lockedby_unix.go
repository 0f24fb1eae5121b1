//go:build linux || darwin || freebsd

package journal

import (
	"io"
	"os"
	"syscall"
)

// Where SQLite locks: in the file of the shared memory for writing, and in the database itself.
const (
	sharedLocks, sharedLength   = 120, 9
	databaseLocks, databaseMore = 1 << 30, 512
)

// LockedBy is who has locked a journal so that nobody else can write, or open it. It is not for a
// process that has the journal open: to close a file gives up all the locks that a process has on it.
func LockedBy(file string) (Process, bool) {
	var looked looks
	defer looked.close()
	return looked.lockedBy(file)
}

// looks are files that were opened to look who has locked them.
type looks []*os.File

func (l *looks) lockedBy(file string) (Process, bool) {
	for _, at := range []struct {
		file          string
		start, length int64
	}{{file + "-shm", sharedLocks, sharedLength}, {file, databaseLocks, databaseMore}} {
		f, err := os.Open(at.file)
		if err != nil {
			continue
		}
		*l = append(*l, f)
		lock := syscall.Flock_t{Type: syscall.F_RDLCK, Whence: io.SeekStart, Start: at.start, Len: at.length}
		if err := syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &lock); err == nil && lock.Type != syscall.F_UNLCK {
			return process(max(int(lock.Pid), 0)), true
		}
	}
	return Process{}, false
}

func (l *looks) close() {
	for _, f := range *l {
		f.Close()
	}
}
