package cli

import (
	"io"
	"strings"
	"testing"
)

// The whole of onus ladder, from the catalog's files to the text; it has to
// answer at the speed of a prompt.
func BenchmarkLadder(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if status := Main([]string{"ladder"}, strings.NewReader(""), io.Discard, io.Discard); status != exitHeld {
			b.Fatalf("exit status %d", status)
		}
	}
}
