package document

import "bytes"

// Nearly all manifests are written in a small part of YAML: mappings and sequences
// told by indentation, words, quoted strings of one line, blocks of lines, and {…} and
// […]. plainJSON writes that as JSON in one pass over the bytes. Of
// whatever else it finds, faults included, it says nothing: the YAML library reads
// the text then, and is the judge of it. FuzzPlain holds the two against each other.

// deepestPlain is how far values may be nested.
const deepestPlain = 100

// longestKey is how long a key may be: the library takes some 1,000 characters.
const longestKey = 1000

// mark says that what is written from an offset on stands on a line.
type mark struct{ off, line int }

// plain is a text on its way to JSON. It stands at a line that holds something, at
// byte pos of the text; of what it cannot read, ok is false from then on.
type plain struct {
	in    []byte
	next  int // where the line behind this one begins
	line  int // of the text, from 0
	start int // where this line begins
	pos   int // what is to be read next
	end   int // of this line, without its line end
	done  bool
	ok    bool
	depth int

	out   []byte
	marks []mark
	spare []byte // for strings to be taken apart
}

// plainJSON writes a YAML document as JSON, as Document.JSON would, with where the
// lines of the text begin in it.
func plainJSON(text []byte) (out []byte, marks []mark, ok bool) {
	if !plainBytes(text) {
		return nil, nil, false
	}
	p := plain{in: text, ok: true, line: -1, out: make([]byte, 0, len(text)+len(text)/8)}
	p.advance()
	if p.ok && !p.done && p.marker("---") {
		if p.pos += 3; !p.nothing() {
			return nil, nil, false
		}
		p.advance()
	}
	if !p.ok || p.done {
		return nil, nil, false
	}
	p.block(false)
	return p.out, p.marks, p.ok && p.done
}

// odd are bytes that stand in no plain text: those of which the library says that
// they are not allowed, and carriage returns, which end lines.
var odd = func() (is [256]bool) {
	for c := range 0x20 {
		is[c] = c != '\n' && c != '\t'
	}
	is[0x7f] = true
	return is
}()

// plainBytes reports whether a text, which is UTF-8, has no characters that are not
// allowed, or that end lines in some ways of counting.
func plainBytes(text []byte) bool {
	ascii := true
	for _, c := range text {
		if odd[c] {
			return false
		}
		ascii = ascii && c < 0x80
	}
	if ascii {
		return true
	}
	for _, r := range string(text) {
		if r >= 0x80 && r < 0xa0 || r == '\u2028' || r == '\u2029' || r == '\ufeff' || r == '\ufffe' || r == '\uffff' {
			return false
		}
	}
	return true
}

// advance goes to the next line that holds something.
func (p *plain) advance() {
	for p.next < len(p.in) {
		p.start = p.next
		p.line++
		if n := bytes.IndexByte(p.in[p.start:], '\n'); n >= 0 {
			p.end, p.next = p.start+n, p.start+n+1
		} else {
			p.end, p.next = len(p.in), len(p.in)
		}
		p.pos = p.start
		p.spaces()
		if p.pos < p.end && p.in[p.pos] != '#' {
			return
		}
	}
	p.done, p.pos, p.end = true, len(p.in), len(p.in)
}

func (p *plain) spaces() {
	for p.pos < p.end && p.in[p.pos] == ' ' {
		p.pos++
	}
}

// column is where on its line the next byte stands.
func (p *plain) column() int { return p.pos - p.start }

// at reports whether a byte is next.
func (p *plain) at(c byte) bool { return p.pos < p.end && p.in[p.pos] == c }

// marker reports whether the line is one.
func (p *plain) marker(m string) bool { return p.pos == p.start && IsMarker(p.in[p.start:p.end], m) }

// nothing reports whether nothing but a comment is left on the line.
func (p *plain) nothing() bool {
	from := p.pos
	p.spaces()
	return p.pos == p.end || p.in[p.pos] == '#' && p.pos > from
}

// fail leaves the text to the library.
func (p *plain) fail() { p.ok = false }

// mark notes the line of what is written next.
func (p *plain) mark() {
	if n := len(p.marks); n == 0 || p.marks[n-1].line != p.line {
		p.marks = append(p.marks, mark{len(p.out), p.line})
	}
}

func (p *plain) write(c byte) {
	p.mark()
	p.out = append(p.out, c)
}

// dash reports whether an element of a sequence is next.
func (p *plain) dash() bool {
	return p.at('-') && (p.pos+1 == p.end || p.in[p.pos+1] == ' ')
}

// block reads the mapping or the sequence that begins where the text stands. Within a
// mapping a sequence may have dashes that are not indented.
func (p *plain) block(flush bool) {
	if p.depth++; p.depth > deepestPlain || p.marker("---") || p.marker("...") {
		p.fail()
		return
	}
	if p.dash() {
		p.sequence(flush)
	} else {
		p.mapping()
	}
	p.depth--
}

// sequence reads elements. Where its dashes are flush with the keys of the mapping that
// it is in, a key ends it.
func (p *plain) sequence(flush bool) {
	column := p.column()
	for open := byte('['); ; open = ',' {
		if open == '[' {
			p.write(open)
		} else {
			p.out = append(p.out, open)
		}
		p.pos++
		if p.nothing() {
			p.fail() // null, or what stands on lines of its own
			return
		}
		if p.element(column); !p.ok {
			return
		}
		if p.done || p.column() < column {
			break
		}
		if p.column() == column && p.dash() {
			continue
		}
		if p.column() == column && flush {
			break
		}
		p.fail()
		return
	}
	p.out = append(p.out, ']')
}

// element reads one behind its dash.
func (p *plain) element(column int) {
	switch {
	case p.dash():
		p.fail()
	case p.isKey():
		p.block(false)
	default:
		p.value(column)
	}
}

// mapping reads keys and their values.
func (p *plain) mapping() {
	column := p.column()
	p.write('{')
	for first := true; ; first = false {
		if !first {
			p.out = append(p.out, ',')
		}
		if p.key(); !p.ok {
			return
		}
		p.out = append(p.out, ':')
		if p.nothing() {
			p.below(column)
		} else {
			p.value(column)
		}
		if !p.ok {
			return
		}
		if p.done || p.column() < column {
			break
		}
		if p.column() > column || p.dash() || p.marker("---") || p.marker("...") {
			p.fail()
			return
		}
	}
	p.out = append(p.out, '}')
}

// below reads the value of a key that stands on the lines below it, if any.
func (p *plain) below(column int) {
	p.advance()
	switch {
	case !p.done && p.column() > column:
		switch {
		case p.dash() || p.isKey():
			p.block(false)
		case p.at('|') || p.at('>'):
			p.fail()
		default:
			p.value(column)
		}
	case !p.done && p.column() == column && p.dash():
		p.block(true)
	default:
		p.out = append(p.out, "null"...)
	}
}

// isKey reports whether a key is next.
func (p *plain) isKey() bool {
	if p.pos == p.end {
		return false
	}
	switch p.in[p.pos] {
	case '"', '\'':
		after, ok := p.quoteEnd()
		for ok && after < p.end && p.in[after] == ' ' {
			after++
		}
		return ok && after < p.end && p.in[after] == ':'
	}
	_, stop := p.word(false)
	return stop == ':'
}

// key reads one with its colon.
func (p *plain) key() {
	p.mark()
	from := p.pos
	switch p.in[p.pos] {
	case '"', '\'':
		p.quoted()
		p.spaces()
	default:
		end, stop := p.word(false)
		if stop != ':' || bytes.Equal(p.in[p.pos:end], []byte("<<")) {
			p.fail()
			return
		}
		p.string(p.in[p.pos:end])
		for p.pos = end; p.at(' '); p.pos++ {
		}
	}
	if !p.at(':') || p.pos+1 < p.end && p.in[p.pos+1] != ' ' || p.pos-from > longestKey {
		p.fail()
		return
	}
	p.pos++
}

// value reads what stands behind a key or a dash, in a collection whose keys or dashes
// stand at a column, and goes to the line behind it.
func (p *plain) value(column int) {
	p.mark()
	switch p.in[p.pos] {
	case '"', '\'':
		p.quoted()
	case '{', '[':
		p.flow(column)
	case '|', '>':
		p.lines(column, p.at('>'))
		return
	default:
		end, stop := p.word(false)
		if stop == ':' || stop == 0 {
			p.fail()
			return
		}
		word := p.in[p.pos:end]
		if p.pos = end; stop == '\n' {
			p.words(word, column)
			return
		}
		p.scalar(word)
	}
	if !p.ok || !p.nothing() {
		p.fail()
		return
	}
	if p.advance(); !p.done && p.column() > column {
		p.fail() // it goes on
	}
}
