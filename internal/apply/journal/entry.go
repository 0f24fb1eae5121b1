package journal

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"time"

	sqlite3 "modernc.org/sqlite/lib"
)

// Kind is what an entry is about.
type Kind string

// The kinds. Intent, Result and Observed are of a change of a step; Begin and End of a step,
// Note says something of one; Pause, Resume and Finish are of the plan.
const (
	Begin    Kind = "begin"
	End      Kind = "end"
	Intent   Kind = "intent"
	Result   Kind = "result"
	Observed Kind = "observed"
	Note     Kind = "note"
	Pause    Kind = "pause"
	Resume   Kind = "resume"
	Finish   Kind = "finish"
)

// Outcome is what came of something.
type Outcome string

// The outcomes.
const (
	Done     Outcome = "done"
	NotBegun Outcome = "not-begun" // observed: nothing of the change is there
	Refused  Outcome = "refused"   // the other side said no, and did nothing
	Failed   Outcome = "failed"
	Unknown  Outcome = "unknown" // it cannot be told whether it was done
	Stuck    Outcome = "stuck"
	Skipped  Outcome = "skipped"
	Reset    Outcome = "reset" // undone, to be begun anew
	Left     Outcome = "left"  // of a plan: it came to its end, and some of it is not done
	Aborted  Outcome = "aborted"
)

// Entry is a row. Seq and Fence are set where it is appended.
type Entry struct {
	Seq     int64
	Fence   int64
	Step    string
	Attempt int
	Undo    bool
	Change  string
	Try     int
	Kind    Kind
	Outcome Outcome
	Token   string
	Target  string
	Final   bool
	Detail  string
	At      time.Time
}

// Holder is a run that held the lease.
type Holder struct {
	Fence int64
	Who   string
	Since time.Time
}

// Record is a journal as it is read.
type Record struct {
	Head    Head
	Holders []Holder
	Entries []Entry
}

// Read reads a journal that another process may be writing, and changes nothing in it.
func Read(ctx context.Context, file string) (r *Record, err error) {
	if _, err := os.Stat(file); err != nil {
		return nil, err
	}
	more := ""
	err = patiently(ctx, file, func() error {
		r, err = read(ctx, file, more)
		if code := codeOf(err) & 0xff; (code == sqlite3.SQLITE_CANTOPEN || code == sqlite3.SQLITE_READONLY) && more == "" && whole(file) {
			more = "&immutable=1" // its folder takes no further files
			r, err = read(ctx, file, more)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("journal %s: %w", file, named(err, LockedBy))
	}
	return r, nil
}

// whole reports whether all of a journal is in its own file: nobody has it open for writing, nor
// died while it had.
func whole(file string) bool {
	info, err := os.Stat(file + "-wal")
	return err != nil && os.IsNotExist(err) || err == nil && info.Size() == 0
}

func read(ctx context.Context, file, more string) (*Record, error) {
	db, err := open(file, "ro", more)
	if err != nil {
		return nil, err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // all of it as it is at one moment
	if err != nil {
		return nil, err
	}
	defer tx.Rollback() //nolint:errcheck // it reads
	r := &Record{}
	if r.Head, err = headOf(ctx, tx); err != nil {
		return nil, err
	}
	if r.Holders, err = holdersOf(ctx, tx); err != nil {
		return nil, err
	}
	if r.Entries, err = entriesOf(ctx, tx); err != nil {
		return nil, err
	}
	return r, nil
}

func holdersOf(ctx context.Context, q querier) (all []Holder, err error) {
	rows, err := q.QueryContext(ctx, "SELECT fence,who,since FROM holder ORDER BY fence")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var h Holder
		var since string
		if err := rows.Scan(&h.Fence, &h.Who, &since); err != nil {
			return nil, err
		}
		if h.Since, err = time.Parse(time.RFC3339Nano, since); err != nil {
			return nil, err
		}
		all = append(all, h)
	}
	return all, rows.Err()
}

func entriesOf(ctx context.Context, q querier) (all []Entry, err error) {
	rows, err := q.QueryContext(ctx, `SELECT seq,fence,step,attempt,undo,change,try,kind,outcome,token,target,final,detail,at
		FROM entry ORDER BY seq`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var e Entry
		var at string
		if err := rows.Scan(&e.Seq, &e.Fence, &e.Step, &e.Attempt, &e.Undo, &e.Change, &e.Try, &e.Kind, &e.Outcome, &e.Token,
			&e.Target, &e.Final, &e.Detail, &at); err != nil {
			return nil, err
		}
		if e.At, err = time.Parse(time.RFC3339Nano, at); err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, rows.Err()
}
