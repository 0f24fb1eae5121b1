package journal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

var head = Head{Hash: "abc", ID: "p1", Format: "onus.plan/v1"}

// TestMain writes a journal for ever where it is the child of TestKilled.
func TestMain(m *testing.M) {
	if file := os.Getenv("ONUS_TEST_JOURNAL"); file != "" {
		if err := writeForEver(file); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if file := os.Getenv("ONUS_TEST_LOCKS"); file != "" {
		if err := lockForEver(file, os.Getenv("ONUS_TEST_STATEMENT")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	os.Exit(m.Run())
}

// writeForEver appends entries and says of each that it is there.
func writeForEver(file string) error {
	ctx := context.Background()
	j, err := Open(ctx, file, head, time.Now())
	if err != nil {
		return err
	}
	all, err := j.Entries(ctx)
	if err != nil {
		return err
	}
	r, err := Read(ctx, file)
	if err != nil {
		return err
	}
	if err := j.Hold(ctx, int64(len(r.Holders)+1), "child", time.Now()); err != nil {
		return err
	}
	for n := len(all); ; n++ {
		e := nth(n)
		if err := j.Append(ctx, &e); err != nil {
			return err
		}
		fmt.Println(n)
	}
}

// nth is an entry of any kind, each another.
func nth(n int) Entry {
	e := Entry{Step: "drain/" + strconv.Itoa(n), Attempt: 1, Kind: Begin, At: noon.Add(time.Duration(n)), Detail: strings.Repeat("é", n%700)}
	switch n % 3 {
	case 1:
		e.Kind, e.Change, e.Token, e.Target, e.Try = Intent, "evict/"+strconv.Itoa(n), "t", "u", n
	case 2:
		e.Kind, e.Change, e.Outcome, e.Final, e.Undo = Result, "evict", Done, true, true
	}
	return e
}

func opened(t *testing.T, file string, fence int64) *Journal {
	t.Helper()
	j, err := Open(t.Context(), file, head, noon)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	if err := j.Hold(t.Context(), fence, "me", noon); err != nil {
		t.Fatal(err)
	}
	return j
}

// What was appended is there, as it was, and another process reads it meanwhile.
func TestReadBack(t *testing.T) {
	file := filepath.Join(t.TempDir(), "of 100% é?.journal")
	j := opened(t, file, 3)
	for n := range 10 {
		e := nth(n)
		if err := j.Append(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
		r, err := Read(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if r.Head != head || len(r.Holders) != 1 || r.Holders[0].Fence != 3 || len(r.Entries) != n+1 || r.Entries[n] != e {
			t.Fatalf("%+v, want %+v", r, e)
		}
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

// The journal of a plan that was refused, and never begun, is taken over by another one.
func TestTakenOver(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j")
	opened(t, file, 7).Close()
	next := Head{Hash: "new", ID: "p2", Format: head.Format}
	j, err := Open(t.Context(), file, next, noon)
	if err != nil {
		t.Fatal(err)
	}
	defer j.Close()
	if err := j.Hold(t.Context(), 1, "other", noon); err != nil {
		t.Error(err)
	}
	if r, err := Read(t.Context(), file); err != nil || r.Head != next || len(r.Holders) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

// The journal of another plan that was begun is refused, and so is what is no journal.
func TestOtherPlan(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j")
	begun := opened(t, file, 1)
	if err := begun.Append(t.Context(), &Entry{Kind: Note, Target: "plan", At: noon}); err != nil {
		t.Fatal(err)
	}
	begun.Close()
	for _, h := range []Head{{Hash: "abd", ID: "p1", Format: head.Format}, {Hash: "abc", ID: "p2", Format: head.Format}} {
		var other *OtherPlan
		if _, err := Open(t.Context(), file, h, noon); !errors.As(err, &other) || other.Has != head {
			t.Errorf("%+v: %v", h, err)
		}
	}
	text := filepath.Join(t.TempDir(), "text")
	if err := os.WriteFile(text, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), text, head, noon); err == nil || !strings.Contains(err.Error(), "not a database") {
		t.Error(err)
	}
	if _, err := Read(t.Context(), text); err == nil {
		t.Error("reads a text")
	}
	if _, err := Read(t.Context(), filepath.Join(t.TempDir(), "none")); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	data, err := os.ReadFile(text)
	if err != nil || len(data) != 1500 {
		t.Error("a text was changed")
	}
}

// Who has lost the lease writes nothing any more, and a change is begun once a try.
func TestFence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j")
	old, now := opened(t, file, 1), opened(t, file, 2)
	e := nth(1)
	if err := old.Append(t.Context(), &e); !errors.Is(err, ErrFenced) {
		t.Error(err)
	}
	if err := now.Append(t.Context(), &e); err != nil {
		t.Error(err)
	}
	if err := now.Append(t.Context(), &e); err == nil {
		t.Error("the same try has two intents")
	}
	if err := old.Hold(t.Context(), 2, "you", noon); !errors.Is(err, ErrFenced) {
		t.Error(err)
	}
	if err := old.Hold(t.Context(), 1, "me", noon); !errors.Is(err, ErrFenced) {
		t.Error(err)
	}
	if r, err := Read(t.Context(), file); err != nil || len(r.Entries) != 1 {
		t.Errorf("%+v, %v", r, err)
	}
}

// Whatever was acknowledged before a kill -9 is there after it, as it was and in its order.
func TestKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	file := filepath.Join(t.TempDir(), "j")
	acknowledged, kills := 0, 12
	for range kills {
		cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), "ONUS_TEST_JOURNAL="+file)
		cmd.Stderr = os.Stderr
		out, err := cmd.StdoutPipe()
		if err == nil {
			err = cmd.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		acknowledged = max(acknowledged, killAfter(t, cmd, out, rand.IntN(20)))
		r, err := Read(t.Context(), file)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Entries) < acknowledged {
			t.Fatalf("%d of %d acknowledged entries are there", len(r.Entries), acknowledged)
		}
		for n, is := range r.Entries {
			want := nth(n)
			want.Seq, want.Fence = is.Seq, is.Fence
			if is != want || is.Seq != int64(n+1) {
				t.Fatalf("entry %d is %+v, want %+v", n, is, want)
			}
		}
	}
	t.Logf("%d kills, %d acknowledged entries, none lost", kills, acknowledged)
}

// killAfter kills a child that has acknowledged so many more entries, and gives how many it
// has acknowledged in all.
func killAfter(t *testing.T, cmd *exec.Cmd, out io.Reader, more int) (acknowledged int) {
	t.Helper()
	lines := bufio.NewScanner(out)
	for range more + 1 {
		if !lines.Scan() {
			t.Fatal("the child ended by itself")
		}
	}
	time.Sleep(time.Duration(rand.IntN(10_000)) * time.Microsecond)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	last := lines.Text()
	for lines.Scan() {
		last = lines.Text()
	}
	_ = cmd.Wait() // it was killed
	n, err := strconv.Atoi(last)
	if err != nil {
		return 0 // half of a number
	}
	return n + 1
}
