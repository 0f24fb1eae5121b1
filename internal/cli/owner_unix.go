//go:build unix

package cli

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a file the owner of another one, where that is allowed.
func keepOwner(f *os.File, of fs.FileInfo) {
	if of == nil {
		return
	}
	if s, ok := of.Sys().(*syscall.Stat_t); ok {
		_ = f.Chown(int(s.Uid), int(s.Gid)) // who may not is the owner of what it writes
	}
}
