package document

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"testing"

	"github.com/go-json-experiment/json/jsontext"
)

// Whatever the bytes, Parse does not panic, faults lie within the document,
// and what was parsed is written as JSON of which every value has a line.
func FuzzParse(f *testing.F) {
	f.Fuzz(func(t *testing.T, data []byte) {
		const first = 10
		last := first + bytes.Count(data, []byte("\n")) + bytes.Count(data, []byte("\r")) + // the parser's idea of
			3*len(data)/2*strings.Count(string(data), "\u2028") + 3*len(data)/2*strings.Count(string(data), "\u2029") + // a line end
			3*len(data)/2*strings.Count(string(data), "\u0085")
		within := func(err error) {
			var fault *Error
			if !errors.As(err, &fault) {
				t.Fatalf("%T: %v", err, err)
			}
			if fault.Line < first || fault.Line > last+1 {
				t.Errorf("line %d is not in %d to %d: %v", fault.Line, first, last, err)
			}
		}
		doc, err := Parse(bytes.Clone(data), first)
		if err != nil {
			within(err)
			return
		}
		if doc == nil {
			return
		}
		_, _ = doc.String("kind"), doc.Elements()
		doc.Items("items")
		out, err := doc.JSON()
		if err != nil {
			within(err)
			return
		}
		if !jsontext.Value(out).IsValid(jsontext.AllowDuplicateNames(true)) {
			t.Fatalf("not JSON: %s", out)
		}
		dec := jsontext.NewDecoder(bytes.NewReader(out), jsontext.AllowDuplicateNames(true))
		for range 200 {
			if _, err := dec.ReadToken(); err != nil {
				break
			}
			if line := doc.Line(dec.StackPointer()); line < first || line > last+1 {
				t.Errorf("%s is on line %d, which is not in %d to %d", dec.StackPointer(), line, first, last)
			}
		}
		for _, at := range []jsontext.Pointer{"", "/items", "/a", "/a/0"} {
			for i, line := range doc.Lines(at) {
				if one := doc.Line(at.AppendToken(strconv.Itoa(i))); line != one {
					t.Errorf("%s/%d is on line %d, or on %d", at, i, line, one)
				}
			}
		}
		var into map[string]any
		if err := doc.Decode(&into); err != nil {
			within(err)
		}
	})
}
