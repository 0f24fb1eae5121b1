// Package journal is the durable record of a plan while it is carried out: what was about
// to be done is there before it is done, and what came of it after. It is an SQLite
// database, a file a plan; what it has acknowledged outlives a kill and the loss of power.
package journal

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver
)

//go:embed schema.sql
var schema string

// Head is which plan a journal is of. It is the first row.
type Head struct {
	Hash   string
	ID     string
	Format string // the schema of the plan
}

// Journal is one that is written. Only one process at a time has it for writing: see Hold.
type Journal struct {
	db     *sql.DB
	file   string
	fence  int64
	looked looks // at who has locked it: to close them before it is closed gives up the locks
}

// OtherPlan says that a journal is of another plan, to the letter.
type OtherPlan struct {
	File     string
	Has, Had Head // what the journal has, and what was asked for
}

func (e *OtherPlan) Error() string {
	if e.Has.ID == e.Had.ID {
		return fmt.Sprintf("%s: is the journal of plan %s as it was before somebody changed it", e.File, e.Has.ID)
	}
	return fmt.Sprintf("%s: is the journal of plan %s, and not of %s", e.File, e.Has.ID, e.Had.ID)
}

// ErrFenced says that somebody else carries the plan out by now.
var ErrFenced = errors.New("somebody else carries the plan out by now")

// ErrNone says that a file is no journal.
var ErrNone = errors.New("is no journal of onus")

// Open opens the journal of a plan, or begins it. One of another plan is refused.
func Open(ctx context.Context, file string, head Head, now time.Time) (*Journal, error) {
	failed := func(err error) error { return fmt.Errorf("journal %s: %w", file, err) }
	if on := network(filepath.Dir(file)); on != "" {
		return nil, failed(&Fault{Says: "is on a network file system (" + on + "), where two machines do not see each other's locks" + elsewhere})
	}
	if err := create(file); err != nil {
		return nil, failed(err)
	}
	db, err := open(file, "rw", "")
	if err != nil {
		return nil, failed(err)
	}
	j := &Journal{db: db, file: file}
	if err := patiently(ctx, file, func() error { return j.begin(ctx, head, now) }); err != nil {
		db.Close()
		return nil, failed(named(err, LockedBy))
	}
	return j, nil
}

// create makes an empty file for who runs onus alone, and has its name outlive a loss of power.
func create(file string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if errors.Is(err, os.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(file))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}

// open opens the database. With one connection no statement waits for another of ours.
func open(file, mode, more string) (*sql.DB, error) {
	abs, err := filepath.Abs(file)
	if err != nil {
		return nil, err
	}
	const settings = "&_pragma=busy_timeout(200)&_pragma=foreign_keys(ON)&_pragma=synchronous(FULL)&_txlock=immediate"
	dsn := "file:" + (&url.URL{Path: filepath.ToSlash(abs)}).EscapedPath() + "?mode=" + mode + settings + more
	if mode == "rw" {
		dsn += "&_pragma=journal_mode(WAL)"
	}
	db, err := sql.Open("sqlite", dsn)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// begin looks whether a journal is of a plan, and makes the tables of one that is new. It locks
// the journal for that alone.
func (j *Journal) begin(ctx context.Context, head Head, now time.Time) error {
	tables, err := j.of(ctx, j.db, head)
	if err != nil || tables {
		return err
	}
	tx, err := j.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()                                           //nolint:errcheck // nothing is to be kept where it was not committed
	if tables, err := j.of(ctx, tx, head); err != nil || tables { // another has made them meanwhile
		return err
	}
	if _, err := tx.ExecContext(ctx, schema); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, "INSERT INTO plan(hash,id,begun_at,format) VALUES(?,?,?,?)",
		head.Hash, head.ID, text(now), head.Format); err != nil {
		return err
	}
	return tx.Commit()
}

// of reports whether a journal has its tables. One of another plan is an error.
func (j *Journal) of(ctx context.Context, q querier, head Head) (tables bool, err error) {
	var n int
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM sqlite_schema").Scan(&n); err != nil || n == 0 {
		return false, err
	}
	has, err := headOf(ctx, q)
	if err == nil && has != head {
		err = j.takeOver(ctx, q, has, head)
	}
	return true, err
}

// takeOver makes a journal one of another plan where it has no entry: the plan that it was of was refused, and never begun.
func (j *Journal) takeOver(ctx context.Context, q querier, has, head Head) error {
	var n int
	if err := q.QueryRowContext(ctx, "SELECT count(*) FROM entry").Scan(&n); err != nil {
		return err
	}
	if n > 0 {
		return &OtherPlan{File: j.file, Has: has, Had: head}
	}
	_, err := q.ExecContext(ctx, `DELETE FROM holder WHERE NOT EXISTS(SELECT 1 FROM entry);
		UPDATE plan SET hash=?,id=?,format=? WHERE NOT EXISTS(SELECT 1 FROM entry)`, head.Hash, head.ID, head.Format)
	return err
}

type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

func headOf(ctx context.Context, q querier) (h Head, err error) {
	var tables int
	const named = "SELECT count(*) FROM sqlite_schema WHERE type='table' AND name IN('plan','holder','entry')"
	if err := q.QueryRowContext(ctx, named).Scan(&tables); err != nil {
		return h, err
	}
	if tables != 3 {
		return h, ErrNone
	}
	err = q.QueryRowContext(ctx, "SELECT hash,id,format FROM plan").Scan(&h.Hash, &h.ID, &h.Format)
	if errors.Is(err, sql.ErrNoRows) {
		return h, ErrNone
	}
	return h, err
}

// Hold notes who carries the plan out from now on. The fence is the number of the lease: who
// has a lower one writes nothing any more.
func (j *Journal) Hold(ctx context.Context, fence int64, who string, now time.Time) error {
	var last int64
	var is string
	err := j.patiently(ctx, func() error {
		_, err := j.db.ExecContext(ctx, `INSERT INTO holder(fence,who,since) SELECT ?,?,?
			WHERE NOT EXISTS(SELECT 1 FROM holder WHERE fence>=?)`, fence, who, text(now), fence)
		if err != nil {
			return err
		}
		return j.db.QueryRowContext(ctx, "SELECT fence,who FROM holder ORDER BY fence DESC LIMIT 1").Scan(&last, &is)
	})
	if err != nil {
		return fmt.Errorf("journal %s: who carries it out: %w", j.file, err)
	}
	if last != fence || is != who {
		return fmt.Errorf("journal: %w: %s, with %d after our %d", ErrFenced, is, last, fence)
	}
	j.fence = fence
	return nil
}

// Append commits an entry: when it returns, the entry is there for good.
func (j *Journal) Append(ctx context.Context, e *Entry) error {
	var result sql.Result
	err := j.patiently(ctx, func() (err error) {
		result, err = j.db.ExecContext(ctx, `INSERT INTO entry(fence,step,attempt,undo,change,try,kind,outcome,token,target,final,detail,at)
			SELECT ?,?,?,?,?,?,?,?,?,?,?,?,? WHERE (SELECT max(fence) FROM holder)=?`,
			j.fence, e.Step, e.Attempt, e.Undo, e.Change, e.Try, string(e.Kind), string(e.Outcome), e.Token, e.Target, e.Final,
			e.Detail, text(e.At), j.fence)
		return err
	})
	if err != nil {
		return fmt.Errorf("journal %s: %s of %s %s: %w", j.file, e.Kind, e.Step, e.Change, err)
	}
	if n, err := result.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("journal: %s of %s %s: %w", e.Kind, e.Step, e.Change, errors.Join(err, ErrFenced))
	}
	e.Fence = j.fence
	e.Seq, err = result.LastInsertId()
	return err
}

// patiently does something with a journal that is open.
func (j *Journal) patiently(ctx context.Context, do func() error) error {
	return named(patiently(ctx, j.file, do), j.looked.lockedBy)
}

// Entries are all, in their order.
func (j *Journal) Entries(ctx context.Context) (all []Entry, err error) {
	err = j.patiently(ctx, func() (err error) {
		all, err = entriesOf(ctx, j.db)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("journal %s: %w", j.file, err)
	}
	return all, nil
}

// Close ends the writing. What was appended is there without it.
func (j *Journal) Close() error {
	defer j.looked.close()
	return j.db.Close()
}

func text(t time.Time) string { return t.UTC().Format(time.RFC3339Nano) }
