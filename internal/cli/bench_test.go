package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"
)

// estateOf writes one file with n Deployments and n PodDisruptionBudgets of
// their own, in n/100 namespaces; every tenth budget never allows an eviction.
func estateOf(b *testing.B, n int) string {
	b.Helper()
	var out bytes.Buffer
	for i := range n {
		number := "minAvailable: 2"
		if i%10 == 0 {
			number = "minAvailable: 90%"
		}
		fmt.Fprintf(&out, workloadText+"---\n"+budgetText+"---\n", i, i/100, number)
	}
	file := filepath.Join(b.TempDir(), "estate.yaml")
	if err := os.WriteFile(file, out.Bytes(), 0o600); err != nil {
		b.Fatal(err)
	}
	return file
}

// BenchmarkCheck is the whole of onus check on one file: reading, locating,
// looking and printing. Growth from 500 to 5,000 shows whether it is linear;
// peak-MB is the most heap that was in use at once.
func BenchmarkCheck(b *testing.B) {
	for _, n := range []int{500, 1000, 2500, 5000} {
		for _, format := range []string{"text", "json"} {
			b.Run(fmt.Sprintf("%d/%s", n, format), func(b *testing.B) {
				file := estateOf(b, n)
				b.ReportAllocs()
				peak := watchHeap(b)
				for b.Loop() {
					if status := Main([]string{"check", file, "--as", "eks-auto-mode", "-o", format}, nil, io.Discard, io.Discard); status != exitBroken {
						b.Fatalf("exit status %d", status)
					}
				}
				b.ReportMetric(float64(peak())/1e6, "peak-MB")
				b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/float64(n), "µs/workload")
			})
		}
	}
}

// watchHeap samples the heap in use until the returned function is called,
// which returns the most it saw.
func watchHeap(b *testing.B) func() uint64 {
	runtime.GC()
	var most atomic.Uint64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		var m runtime.MemStats
		tick := time.NewTicker(20 * time.Millisecond)
		defer tick.Stop()
		for {
			runtime.ReadMemStats(&m)
			most.Store(max(most.Load(), m.HeapInuse))
			select {
			case <-stop:
				return
			case <-tick.C:
			}
		}
	}()
	return func() uint64 {
		close(stop)
		<-stopped
		return most.Load()
	}
}
