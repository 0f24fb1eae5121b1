package main

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// roomy is how much memory onus takes before it looks after what it takes.
const roomy = 384 << 20

// rarely has memory collected less often than a server would: a run is short, and
// what it reads is kept. Beyond roomy it is collected as often as keeps all of it
// at twice what is in use. GOGC and GOMEMLIMIT in the environment still decide.
func rarely() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(roomy)
		follow(&collected{})
	}
}

// collected is let go of at once, which tells of the end of a collection.
type collected struct{ _ [1]*int }

// follow moves the limit with what is in use, after each collection.
func follow(c *collected) {
	runtime.SetFinalizer(c, func(c *collected) {
		live := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
		metrics.Read(live)
		if live[0].Value.Kind() == metrics.KindUint64 {
			debug.SetMemoryLimit(max(roomy, 2*int64(live[0].Value.Uint64())))
		}
		follow(c)
	})
}
