package cluster

import (
	"io"
	"testing"

	"github.com/onus-project/onus/internal/source"
	"github.com/onus-project/onus/internal/source/cluster/clustertest"
)

// A cluster of 5,000 nodes with 50,000 pods: as a snapshot, and as an estate.
func BenchmarkLive(b *testing.B) {
	const nodes, pods = 5000, 10
	s := clustertest.Start(b, many(nodes, pods))
	if _, err := openServer(b, s).Save(b.Context(), io.Discard, taken, silent); err != nil { // so that the server has its pages
		b.Fatal(err)
	}
	perObject := func(b *testing.B) {
		b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/(nodes*(pods+1)), "µs/object")
	}
	b.Run("save", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			var n counter
			if _, err := openServer(b, s).Save(b.Context(), &n, taken, silent); err != nil {
				b.Fatal(err)
			}
			b.ReportMetric(float64(n)/(nodes*(pods+1)), "B/object")
		}
		perObject(b)
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c := openServer(b, s)
			out, in := io.Pipe()
			go func() {
				_, err := c.Save(b.Context(), in, taken, silent)
				in.CloseWithError(err)
			}()
			e, err := source.Kubernetes(b.Context(), source.Input{Live: out})
			if err != nil {
				b.Fatal(err)
			}
			if len(e.Pods) != nodes*pods {
				b.Fatal(len(e.Pods))
			}
		}
		perObject(b)
	})
}

// counter counts what is written to it.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
