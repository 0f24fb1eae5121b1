package machine

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/onus-project/onus/internal/apply"
)

// One has the lock at a time, under a number that is higher than the one before; who it is can be read, and who deletes the
// file has taken it away.
func TestLock(t *testing.T) {
	file := filepath.Join(t.TempDir(), "plan.lock")
	holder := func(want string) {
		t.Helper()
		if is, err := Holder(file); err != nil || is != want {
			t.Errorf("held by %q, want %q: %v", is, want, err)
		}
	}
	holder("")
	first, second := &Lock{File: file, Holder: "first", After: 4}, &Lock{File: file, Holder: "second", After: 5}
	if fence, err := first.Take(t.Context()); fence != 5 || err != nil {
		t.Fatal(fence, err)
	}
	holder("first")
	var taken *apply.Taken
	if _, err := second.Take(t.Context()); !errors.As(err, &taken) || taken.Holder != "first" || !taken.Until.IsZero() {
		t.Errorf("%v", err)
	}
	if err := first.Hold(t.Context()); err != nil {
		t.Error(err)
	}
	if err := first.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	holder("")
	if fence, err := second.Take(t.Context()); fence != 6 || err != nil {
		t.Fatal(fence, err)
	}
	if err := os.Remove(file); err != nil {
		t.Skip(err) // some systems delete no file that is open
	}
	var lost *apply.Lost
	if err := second.Hold(t.Context()); !errors.As(err, &lost) {
		t.Errorf("%v", err)
	}
}
