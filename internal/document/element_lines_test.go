package document

import (
	"slices"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

func TestElementLines(t *testing.T) {
	for _, c := range []struct {
		name, text string
		at         jsontext.Pointer
		want       []int
	}{
		{"plain YAML", "a:\n  b:\n  - {x: 1}\n  - y: 2\n    z: [1, 2]\n\n  - 3\n", "/a/b", []int{3, 4, 7}},
		{"YAML with an anchor", "o: &o {x: 1}\na:\n- *o\n- &b\n  x: 2\n- [[], []]\n- s\n", "/a", []int{3, 4, 6, 7}},
		{"by way of an alias", "o: &o\n- 1\n- 2\na: *o\n", "/a", []int{2, 3}},
		{"JSON", "{\"a\": [\n{\"x\": [1,\n2]},\n[[], {}], 3\n]}", "/a", []int{2, 4, 4}},
		{"in one that stands in another", "{\"a\": [[1],\n[2,\n3]]}", "/a/1", []int{2, 3}},
		{"nothing", "a: []\n", "/a", nil},
		{"no sequence", "a: {b: 1}\n", "/a", nil},
		{"not there", "a: {b: 1}\n", "/c", nil},
		{"a key that stands twice", "a: [1]\na:\n- 2\n- 3\n", "/a", []int{1}},
	} {
		doc, err := Parse([]byte(c.text), 1)
		if err != nil {
			t.Fatal(err)
		}
		got := doc.Lines(c.at)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
		for i, line := range got {
			if one := doc.Line(c.at.AppendToken(string(rune('0' + i)))); line != one {
				t.Errorf("%s: element %d is on line %d, or on %d", c.name, i, line, one)
			}
		}
	}
}
