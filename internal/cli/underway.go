package cli

import (
	"fmt"
	"sync/atomic"
)

// underway is what a command is at, and how many runs of it are done, for its
// progress to be told while it is.
type underway struct {
	what     atomic.Value // string
	done, of atomic.Int64
}

// Begin begins something else.
func (p *underway) Begin(what string) {
	p.done.Store(0)
	p.of.Store(0)
	p.what.Store(what)
}

// Count says how many runs are done. It may be called from several goroutines.
func (p *underway) Count(done, of int) {
	p.of.Store(int64(of))
	for {
		was := p.done.Load()
		if int64(done) <= was || p.done.CompareAndSwap(was, int64(done)) {
			return
		}
	}
}

func (p *underway) words() string {
	what, _ := p.what.Load().(string)
	if of := p.of.Load(); of > 0 {
		return fmt.Sprintf("%s: %d of %d runs", what, p.done.Load(), of)
	}
	return what
}
