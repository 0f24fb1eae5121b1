package journal

import (
	"errors"
	"os"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"
)

// Fault is an error of the place where a journal is, in words.
type Fault struct {
	Says string
	err  error
}

func (e *Fault) Error() string { return e.Says }
func (e *Fault) Unwrap() error { return e.err }

// elsewhere is the way out where a journal cannot stay where it is.
const elsewhere = ": --journal says where else to keep it, and one that was begun can be copied there"

// codeOf is what SQLite says in a number; 0 where it was not SQLite that failed.
func codeOf(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code()
	}
	return 0
}

// said is an error of SQLite in words that say what to do, where there are some.
func said(file string, err error) error {
	code := codeOf(err)
	says := ""
	switch code & 0xff {
	case sqlite3.SQLITE_FULL:
		says = "its disk is full: make room, then --resume; what stands in it is safe"
	case sqlite3.SQLITE_READONLY:
		says = "may not be written to, or its folder may not" + elsewhere
	case sqlite3.SQLITE_CANTOPEN:
		says = "its folder takes no further files, and some are kept beside it while it is open" + elsewhere
		if f, failed := os.Open(file); failed != nil {
			says = "may not be read by who runs onus"
		} else {
			f.Close()
		}
	case sqlite3.SQLITE_PROTOCOL:
		says = "its file system does not lock files rightly, as some network file systems" + elsewhere
	case sqlite3.SQLITE_IOERR:
		says = "its disk fails: " + err.Error()
		switch code {
		case sqlite3.SQLITE_IOERR_LOCK, sqlite3.SQLITE_IOERR_RDLOCK, sqlite3.SQLITE_IOERR_UNLOCK, sqlite3.SQLITE_IOERR_SHMLOCK,
			sqlite3.SQLITE_IOERR_SHMMAP, sqlite3.SQLITE_IOERR_SHMOPEN, sqlite3.SQLITE_IOERR_SHMSIZE, sqlite3.SQLITE_IOERR_CHECKRESERVEDLOCK:
			says = "its file system does not share memory or lock files as it has to" + elsewhere
		}
	case sqlite3.SQLITE_CORRUPT:
		says = "is damaged: keep a copy, and begin a new plan; onus status --context names the nodes that are cordoned"
	default:
		return err
	}
	return &Fault{says, err}
}
