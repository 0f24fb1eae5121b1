//go:build linux

package journal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// lockForEver begins a transaction, says so, and does nothing more.
func lockForEver(file, statement string) error {
	db, err := open(file, "rw", "")
	if err != nil {
		return err
	}
	c, err := db.Conn(context.Background())
	if err != nil {
		return err
	}
	for _, s := range strings.Split(statement, ";") {
		if _, err := c.ExecContext(context.Background(), s); err != nil {
			return err
		}
	}
	fmt.Println("in it")
	select {}
}

// locker is a process that is in a transaction of a journal, and stopped there.
func locker(t *testing.T, file, statement string) *os.Process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "ONUS_TEST_LOCKS="+file, "ONUS_TEST_STATEMENT="+statement)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	if lines := bufio.NewScanner(out); !lines.Scan() {
		t.Fatal("the child ended by itself")
	}
	if err := cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	if _, err := syscall.Wait4(cmd.Process.Pid, nil, syscall.WUNTRACED, nil); err != nil {
		t.Fatal(err)
	}
	return cmd.Process
}

// A process that is stopped in the midst of a write is named, with the way out; once it is killed the
// journal is as it was before.
func TestLocked(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j")
	j := opened(t, file, 1)
	child := locker(t, file, "BEGIN IMMEDIATE;INSERT INTO holder(fence,who,since) VALUES(2,'child','2026-11-22T12:00:00Z')")
	e := nth(0)
	other, err := Open(t.Context(), file, head, noon) // it does not have to write
	if err != nil {
		t.Fatal(err)
	}
	for what, do := range map[string]func(context.Context) error{
		"append":          func(ctx context.Context) error { return j.Append(ctx, &e) },
		"hold":            func(ctx context.Context) error { return j.Hold(ctx, 3, "you", noon) },
		"hold of another": func(ctx context.Context) error { return other.Hold(ctx, 3, "you", noon) },
	} {
		brief, done := context.WithTimeout(t.Context(), 300*time.Millisecond)
		err := do(brief)
		done()
		var locked *Locked
		if !errors.As(err, &locked) || locked.By.PID != child.Pid || !locked.By.Stopped || locked.By.Name == "" {
			t.Errorf("%s: %v", what, err)
			continue
		}
		if !strings.HasSuffix(err.Error(), fmt.Sprintf("is locked by process %d (%s), which is stopped", child.Pid, locked.By.Name)) {
			t.Errorf("%s: %v", what, err)
		}
		if !strings.HasPrefix(locked.WayOut(), fmt.Sprintf("kill -KILL %d ", child.Pid)) || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%s: %s", what, locked.WayOut())
		}
	}
	other.Close()
	if r, err := Read(t.Context(), file); err != nil || len(r.Holders) != 1 { // who reads does not wait
		t.Errorf("%+v %v", r, err)
	}
	if err := child.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := j.Append(t.Context(), &e); err != nil {
		t.Error(err)
	}
	if r, err := Read(t.Context(), file); err != nil || len(r.Holders) != 1 || len(r.Entries) != 1 {
		t.Errorf("%+v %v", r, err)
	}
}

// One that has the whole file for itself holds up who reads, too. While it is waited for it may end.
func TestLockedForReading(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j")
	opened(t, file, 1).Close()
	child := locker(t, file, "PRAGMA journal_mode=DELETE;BEGIN EXCLUSIVE")
	brief, done := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer done()
	var locked *Locked
	if _, err := Read(brief, file); !errors.As(err, &locked) || locked.By.PID != child.Pid {
		t.Error(err)
	}
	brief, done = context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer done()
	if _, err := Open(brief, file, head, noon); !errors.As(err, &locked) || locked.By.PID != child.Pid {
		t.Error(err)
	}
	time.AfterFunc(500*time.Millisecond, func() { _ = child.Kill() })
	if r, err := Read(t.Context(), file); err != nil || len(r.Holders) != 1 {
		t.Errorf("%+v %v", r, err)
	}
}

// A reader that is stopped holds up nobody.
func TestReaderStopped(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j")
	j := opened(t, file, 1)
	locker(t, file, "BEGIN;SELECT count(*) FROM entry")
	for n := range 1200 { // past what has SQLite tidy up
		e := nth(3 * n)
		if err := j.Append(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Error(err)
	}
	again := opened(t, file, 2)
	e := nth(9000)
	if err := again.Append(t.Context(), &e); err != nil {
		t.Error(err)
	}
	if r, err := Read(t.Context(), file); err != nil || len(r.Entries) != 1201 {
		t.Error(err)
	}
	if by, ok := LockedBy(file); ok {
		t.Error(by)
	}
}

// To look who has locked a journal that is open gives up none of its locks.
func TestLooksKeepLocks(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j")
	j := opened(t, file, 1)
	tx, err := j.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	j.looked.lockedBy(file)
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "ONUS_TEST_LOCKS="+file, "ONUS_TEST_STATEMENT=BEGIN IMMEDIATE")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), "locked") {
		t.Errorf("%v %s", err, out)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
}
