package document

import (
	"errors"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// Characters that end a line to the parser, and to no editor, move no line number.
func TestLinesOfSeparators(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       int // line of b
	}{
		{"none", "a: 1\nb: x\n", 2},
		{"a line separator in a string", "a: \"1\u20282\"\nb: x\n", 2},
		{"a paragraph separator in a comment", "# 1\u2029# 2\na: 1\nb: x\n", 3},
		{"a next line in a string", "a: \"1\u00852\"\nb: x\n", 2},
		{"all of them, and carriage returns", "a: \"1\u00852\u2028\u2029\"\r\nc: 1\rb: x\n", 3},
	} {
		doc := parse(t, c.text)
		if got := doc.Line(jsontext.Pointer("/b")); got != c.want {
			t.Errorf("%s: b is on line %d, want %d", c.name, got, c.want)
		}
		var into struct {
			B int `json:"b"`
		}
		var fault *Error
		if err := doc.Decode(&into); !errors.As(err, &fault) || fault.Line != c.want {
			t.Errorf("%s: fault %v, want line %d", c.name, err, c.want)
		}
	}
}

// What the parser refuses without a line is found, whatever stands before it.
func TestLineOfUnprintable(t *testing.T) {
	for _, c := range []struct {
		text string
		want int
	}{
		{"a: \x00\n", 1},
		{"a: 1\nb: \x01\n", 2},
		{"a: 1\nb: 2\n# \u0080\n", 3},
		{"a: \"\u2028\"\nb: \ufffe\n", 2},
		{"a: \u0085\nb: \x7f\n", 2},
	} {
		_, err := Parse([]byte(c.text), 1)
		var fault *Error
		if !errors.As(err, &fault) || fault.Line != c.want || fault.Msg != unprintable {
			t.Errorf("%q: %v on line %d, want %d", c.text, err, fault.Line, c.want)
		}
	}
}
