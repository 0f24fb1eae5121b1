package unit

import (
	"runtime"
	"sync"

	"github.com/onus-project/onus/internal/crash"
)

// Each calls do for each number below n, on all cores.
func Each(n int, do func(i int)) {
	next := make(chan int)
	var workers sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), n) {
		workers.Go(func() {
			defer crash.Handle()
			for i := range next {
				do(i)
			}
		})
	}
	for i := range n {
		next <- i
	}
	close(next)
	workers.Wait()
}
