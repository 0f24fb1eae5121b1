package publish

import (
	"fmt"
	"strings"
	"testing"

	"github.com/aymanbagabas/go-udiff"
)

// Comments are told that stand on a line which is changed, or directly above it, and no others.
func TestComments(t *testing.T) {
	before := "# head\na: 1\n# of b\n# and more\nb: 2 # two\nc: 3#not\n\n# of none\n\nd: 4\n# of e\ne: 5\n"
	after := strings.NewReplacer("b: 2", "b: 3", "c: 3", "c: 4", "d: 4", "d: 5", "a: 1\n", "a: 1\nnew: 1 # new\n").Replace(before)
	var got []string
	for _, c := range comments("x", udiff.Unified("a", "b", before, after)) {
		got = append(got, fmt.Sprint(c.Line, " ", c.Text))
	}
	if is, want := strings.Join(got, ", "), "3 of b, 4 and more, 5 two"; is != want {
		t.Errorf("%s, want %s", is, want)
	}
}
