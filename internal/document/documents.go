package document

import (
	"bytes"
	"iter"
)

// IsMarker reports whether a line of YAML begins with a marker, which is --- or
// ..., and not with a longer word.
//
// Source: https://yaml.org/spec/1.2.2/#912-document-markers.
func IsMarker(line []byte, marker string) bool {
	rest, ok := bytes.CutPrefix(line, []byte(marker))
	return ok && (len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n"), rest[0]) >= 0)
}

// Documents are the documents of a YAML text, in their order, each with the line
// on which it begins, from 1: that of its marker, where it has one. Put together
// they are the text.
func Documents(text []byte) iter.Seq2[int, []byte] {
	return func(yield func(int, []byte) bool) {
		from, first, at, line := 0, 1, 0, 1
		for row := range bytes.Lines(text) {
			if at > from && IsMarker(row, "---") {
				if !yield(first, text[from:at]) {
					return
				}
				from, first = at, line
			}
			at += len(row)
			line++
		}
		if at > from {
			yield(first, text[from:at])
		}
	}
}
