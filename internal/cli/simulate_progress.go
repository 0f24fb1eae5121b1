package cli

import (
	"fmt"
	"sync/atomic"
)

// simulating is what a simulation is at, for its progress to be told while it
// is.
type simulating struct {
	what     atomic.Value // string
	done, of atomic.Int64
}

// on begins something else.
func (p *simulating) on(what string) {
	p.done.Store(0)
	p.of.Store(0)
	p.what.Store(what)
}

// count says how many runs are done. It may be called from several goroutines.
func (p *simulating) count(done, of int) {
	p.of.Store(int64(of))
	for {
		was := p.done.Load()
		if int64(done) <= was || p.done.CompareAndSwap(was, int64(done)) {
			return
		}
	}
}

func (p *simulating) words() string {
	what, _ := p.what.Load().(string)
	if of := p.of.Load(); of > 0 {
		return fmt.Sprintf("%s: %d of %d runs", what, p.done.Load(), of)
	}
	return what
}
