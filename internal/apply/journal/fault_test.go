package journal

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A disk that is full is told as such, and what stands in the journal is safe.
func TestFull(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j")
	j := opened(t, file, 1)
	if _, err := j.db.ExecContext(t.Context(), "PRAGMA max_page_count=1"); err != nil { // it has some: it takes no further ones
		t.Fatal(err)
	}
	n := 0
	var err error
	for ; n < 1000 && err == nil; n++ {
		e := nth(3 * n)
		err = j.Append(t.Context(), &e)
	}
	var fault *Fault
	if !errors.As(err, &fault) || !strings.Contains(err.Error(), "its disk is full: make room, then --resume") {
		t.Fatal(err)
	}
	if strings.Contains(err.Error(), "SQLITE") {
		t.Error(err)
	}
	if r, err := Read(t.Context(), file); err != nil || len(r.Entries) != n-1 {
		t.Errorf("%d of %d: %v", len(r.Entries), n-1, err)
	}
}

// fails opens a journal and goes on with it, which has to fail so.
func fails(t *testing.T, file, says string) {
	t.Helper()
	j, err := Open(context.Background(), file, head, noon)
	if err == nil {
		err = j.Hold(context.Background(), 7, "me", noon)
		j.Close()
	}
	if err == nil || !strings.Contains(err.Error(), says) || strings.Contains(err.Error(), "SQLITE") {
		t.Errorf("%v, want %q", err, says)
	}
}

// A journal that is damaged is told as such.
func TestDamaged(t *testing.T) {
	file := filepath.Join(t.TempDir(), "j")
	j := opened(t, file, 1)
	for n := range 200 {
		e := nth(n)
		if err := j.Append(t.Context(), &e); err != nil {
			t.Fatal(err)
		}
	}
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := 4096; i < len(data); i++ {
		data[i] = 0xa5
	}
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(t.Context(), file); err == nil || !strings.Contains(err.Error(), "is damaged: keep a copy") {
		t.Error(err)
	}
	fails(t, file, "is damaged: keep a copy")
}
