package document

import (
	"strings"
	"testing"
)

// A text is not parsed that has more values than memory should hold: by whatever
// they are kept apart. Long strings are no values.
func TestTooManyValues(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int
		many       bool
	}{
		{"commas", "a: 1\nx: [" + strings.Repeat("1,", mostParsed) + "1]", 1, true},
		{"brackets", "x: " + strings.Repeat("[", mostParsed+1), 0, true},
		{"braces", "x: " + strings.Repeat("[{},", mostParsed/3+1), 0, true},
		{"lines", strings.Repeat("-\n", mostParsed+1), mostParsed + 1, true},
		{"dashes in a line", "a: 1\n" + strings.Repeat("- ", mostParsed), 1, true},
		{"questions", strings.Repeat("?\t", mostParsed+1), 0, true},
		{"as many as there may be", "x: [" + strings.Repeat("1,", mostParsed-1) + "1]", 0, false},
		{"one long string", "x: " + strings.Repeat("word word. ", mostParsed), 0, false},
	} {
		if line, many := tooMany([]byte(c.text)); many != c.many || line != c.line {
			t.Errorf("%s: %t on line %d, want %t on %d", c.name, many, line, c.many, c.line)
		}
	}
	if _, err := Parse([]byte("a: 1\nx: ["+strings.Repeat("1,", mostParsed)), 7); err == nil || err.(*Error).Line != 8 ||
		!strings.Contains(err.Error(), "has more than 4000000 values") {
		t.Errorf("got %v", err)
	}
}
