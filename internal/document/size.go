package document

import "sync"

// mostParsed bounds the values of one text before it is parsed: each is a node of
// some 200 bytes then. What is honest has fewer: a store of clusters keeps no
// object of more than 1.5 MiB.
const mostParsed = 4_000_000

// large is a text, in bytes, of which one is parsed at a time, whatever the number
// of cores: a file may have many.
const large = 4 << 20

var oneLarge sync.Mutex

// tooMany reports whether a text may have more values than are parsed, by what
// stands between values: line ends, commas, brackets and dashes. It returns the
// line, from 0, on which there are too many.
func tooMany(data []byte) (line int, ok bool) {
	if len(data) <= mostParsed {
		return 0, false
	}
	n := 0
	for i, c := range data {
		switch c {
		case '\n':
			line++
			n++
		case ',', '[', '{':
			n++
		case ' ', '\t':
			if i > 0 && (data[i-1] == '-' || data[i-1] == '?') {
				n++
			}
		default:
			continue
		}
		if n > mostParsed {
			return line, true
		}
	}
	return line, false
}
