package document

import (
	"strings"
	"testing"
)

// Of a key that stands twice the last one counts, wherever it stands and however it is
// written.
func TestLast(t *testing.T) {
	for text, want := range map[string]string{
		"a: 1\nb: {c: 2}\na: 3\n":                 `{"b":{"c":2},"a":3}`,
		"a:\n  b: 1\n  b: 2\n":                    `{"a":{"b":2}}`,
		"a: [{b: 1, 'b': 2, c: 3}]\n":             `{"a":[{"b":2,"c":3}]}`,
		"x: &x {a: 1, a: 2}\ny: *x\n":             `{"x":{"a":2},"y":{"a":2}}`,
		"{\"a\": 1, \"a\": {\"b\": 1, \"b\": 2}}": `{"a":{"b":2}}`,
		"a: 1\n":           `{"a":1}`,
		"- a: 1\n  a: 2\n": `[{"a":2}]`,
	} {
		doc, err := Parse([]byte(text), 1)
		if err != nil {
			t.Fatal(err)
		}
		last := doc.Last()
		if last == nil {
			t.Errorf("%q: nothing", text)
			continue
		}
		got, err := last.JSON()
		if err != nil || strings.ReplaceAll(string(got), " ", "") != want {
			t.Errorf("%q: %s %v, want %s", text, got, err, want)
		}
	}
	doc, _ := Parse([]byte("a: 1\nb:\n  c: x\n  c: y\n"), 5)
	if last := doc.Last(); last.Line("/b/c") != 8 {
		t.Errorf("stands on line %d", last.Line("/b/c"))
	}
	if doc := FromJSON([]byte(`{"a": "\/"`), 1); doc.Last() != nil {
		t.Error("what is not JSON has a last key")
	}
}
