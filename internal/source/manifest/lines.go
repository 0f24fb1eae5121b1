package manifest

import (
	"bytes"
	"errors"
	"io"
	"math/bits"
)

// lineCounter tells the line of an offset in what was read through it. Line
// ends are kept only until an offset behind them has been asked for.
type lineCounter struct {
	in    io.Reader
	read  int64
	limit int64 // bytes that may be read
	// ends has a bit for each byte from offset base on, set where a line ends: a
	// text may be all line ends, and a number for each would be eight times as long.
	ends   []uint64
	base   int64
	passed int64 // offset up to which line counts
	line   int   // line ends before passed
}

// errTooLong stops the decoder, which would hold a value of any length.
var errTooLong = errors.New("too long")

func (l *lineCounter) Read(p []byte) (int, error) {
	if l.read >= l.limit {
		return 0, errTooLong
	}
	n, err := l.in.Read(p[:min(int64(len(p)), l.limit-l.read)])
	for at, rest := 0, p[:n]; ; {
		i := bytes.IndexByte(rest, '\n')
		if i < 0 {
			break
		}
		l.mark(l.read + int64(at+i))
		at += i + 1
		rest = rest[i+1:]
	}
	l.read += int64(n)
	return n, err
}

// mark notes that a line ends at an offset.
func (l *lineCounter) mark(offset int64) {
	bit := offset - l.base
	for int64(len(l.ends)) <= bit/64 {
		l.ends = append(l.ends, 0)
	}
	l.ends[bit/64] |= 1 << (bit % 64)
}

// at returns the 1-based line of an offset no smaller than any asked before.
func (l *lineCounter) at(offset int64) int {
	if offset <= l.passed {
		return l.line + 1
	}
	last := (offset - l.base) / 64
	for word := (l.passed - l.base) / 64; word <= last && word < int64(len(l.ends)); word++ {
		if word < last {
			l.line += bits.OnesCount64(l.ends[word])
			l.ends[word] = 0
			continue
		}
		before := uint64(1)<<((offset-l.base)%64) - 1
		l.line += bits.OnesCount64(l.ends[word] & before)
		l.ends[word] &^= before
	}
	l.passed = offset
	switch {
	case last >= int64(len(l.ends)):
		l.ends, l.base = l.ends[:0], offset/64*64
	case last > 0:
		l.ends, l.base = append(l.ends[:0], l.ends[last:]...), l.base+last*64
	}
	return l.line + 1
}
