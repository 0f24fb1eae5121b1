package apply

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/apply/audit"
	"github.com/onus-project/onus/internal/apply/journal"
)

// accounted opens an account beside the journal, in which each run goes on.
func (b *bench) accounted(t *testing.T, file string) {
	t.Helper()
	l, err := audit.Open(file, audit.Of{Plan: "p1", Hash: "h"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	b.each = l.Record
}

// An engine may die between its journal and the account of it: the next one adds what is missing, and nothing twice.
func TestAccountIsWhole(t *testing.T) {
	whole := on(t, newWorld("a"), planFor("a"))
	whole.accounted(t, filepath.Join(t.TempDir(), "audit"))
	if status, err := whole.run(t, t.Context(), false); status != Finished || err != nil {
		t.Fatal(status, err)
	}
	died := 0
	for at, point := range whole.w.points {
		if point != "journaled.before" {
			continue
		}
		died++
		w := newWorld("a")
		w.dieAt = at + 1
		b, file := on(t, w, planFor("a")), filepath.Join(t.TempDir(), "audit")
		b.accounted(t, file)
		_, _ = b.run(t, t.Context(), false) // it dies
		b.accounted(t, file)
		if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
			t.Fatalf("died at %d: %s, %v", at+1, status, err)
		}
		b.replaced(t, "a")
		b.isAccounted(t, file)
	}
	if died < 20 {
		t.Error(died)
	}
}

// isAccounted holds that each change of the journal is in an account, once.
func (b *bench) isAccounted(t *testing.T, file string) {
	t.Helper()
	r, err := journal.Read(t.Context(), b.file)
	if err != nil {
		t.Fatal(err)
	}
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := map[int64]string{}
	for s := bufio.NewScanner(f); s.Scan(); {
		var line struct {
			Seq               int64
			Msg, Change, Step string
		}
		if err := json.Unmarshal(s.Bytes(), &line); err != nil {
			t.Fatal(err, s.Text())
		}
		if lines[line.Seq] != "" {
			t.Errorf("entry %d stands there twice", line.Seq)
		}
		lines[line.Seq] = fmt.Sprint(line.Step, " ", line.Change, " ", line.Msg)
	}
	changes := 0
	for i := range r.Entries {
		e := &r.Entries[i]
		if e.Kind != journal.Result && e.Kind != journal.Observed {
			continue
		}
		changes++
		if want := fmt.Sprint(e.Step, " ", e.Change, " ", e.Outcome); lines[e.Seq] != want {
			t.Errorf("of %s there is %q", want, lines[e.Seq])
		}
	}
	if changes < 5 {
		t.Error(changes)
	}
}

// Where the account takes nothing any more the run ends: what is changed has to be accounted for.
func TestUnaccounted(t *testing.T) {
	w := newWorld("a")
	b := on(t, w, planFor("a"))
	b.each = func(e *journal.Entry) error {
		if e.Kind == journal.Result && e.Change == "evict/2" {
			return errors.New("the disk is full")
		}
		return nil
	}
	status, err := b.run(t, t.Context(), false)
	var unwritten *Unwritten
	if status != Paused || !errors.As(err, &unwritten) || w.made["evict a 2"] != 1 || w.made["evict a 1"] != 0 {
		t.Error(status, err, w.made)
	}
	b.each = nil
	if status, err := b.run(t, t.Context(), true); status != Finished || err != nil {
		t.Error(status, err)
	}
	b.replaced(t, "a")
}
