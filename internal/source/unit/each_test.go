package unit

import (
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// Each number is taken once, and all are done at the end; the program keeps its cores.
func TestEach(t *testing.T) {
	cores := runtime.GOMAXPROCS(max(2, runtime.GOMAXPROCS(0)))
	defer runtime.GOMAXPROCS(cores)
	before := runtime.GOMAXPROCS(0)
	for _, n := range []int{0, 1, 7, 40} {
		done := make([]atomic.Int32, n)
		Each(n, func(i int) {
			time.Sleep(time.Millisecond) // it takes longer than to hand it out
			done[i].Add(1)
		})
		for i := range done {
			if times := done[i].Load(); times != 1 {
				t.Errorf("of %d, number %d is done %d times", n, i, times)
			}
		}
	}
	if after := runtime.GOMAXPROCS(0); after != before {
		t.Errorf("the program runs on %d cores, and ran on %d", after, before)
	}
}

// What is made of a path is made once, for each type that is asked for, and again as long
// as it fails.
func TestOnce(t *testing.T) {
	tree, failed := &Tree{}, errors.New("failed")
	made := 0
	number := func(err error) func() (int, error) {
		return func() (int, error) { made++; return made, err }
	}
	for i, x := range []struct {
		path    string
		gives   error
		want    int
		wantErr error
	}{
		{"a", failed, 1, failed}, {"a", nil, 2, nil}, {"a", failed, 2, nil},
		{"b", nil, 3, nil}, {"a", nil, 2, nil}, {"b", nil, 3, nil},
	} {
		if got, err := Once(tree, x.path, number(x.gives)); got != x.want || !errors.Is(err, x.wantErr) {
			t.Errorf("%d: of %s %d, %v, want %d, %v", i, x.path, got, err, x.want, x.wantErr)
		}
	}
	if text, err := Once(tree, "a", func() (string, error) { return "text", nil }); text != "text" || err != nil {
		t.Errorf("as text: %q, %v", text, err)
	}
}
