package manifest

import (
	"io"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// A line is that of an editor, however the text is read and wherever it is asked for.
func TestLineCounter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var b strings.Builder
		for _, n := range rapid.SliceOfN(rapid.IntRange(0, 200), 0, 40).Draw(t, "lines") {
			b.WriteString(strings.Repeat("x", n*rapid.SampledFrom([]int{0, 0, 1, 3}).Draw(t, "times")) + "\n")
		}
		text := b.String()
		l := &lineCounter{in: strings.NewReader(text), limit: int64(len(text)) + 1}
		asked := int64(0)
		for {
			n, err := l.Read(make([]byte, rapid.IntRange(1, 300).Draw(t, "buffer")))
			for range rapid.IntRange(0, 3).Draw(t, "questions") {
				if l.read > asked {
					asked = rapid.Int64Range(asked, l.read).Draw(t, "offset")
				}
				if got, want := l.at(asked), 1+strings.Count(text[:asked], "\n"); got != want {
					t.Fatalf("offset %d of %q is on line %d, want %d", asked, text, got, want)
				}
			}
			if err == io.EOF || n == 0 {
				break
			}
		}
		if held := len(l.ends); int64(held) > (l.read-asked)/64+2 {
			t.Fatalf("%d words are held for %d bytes", held, l.read-asked)
		}
	})
}
