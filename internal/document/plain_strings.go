package document

import (
	"bytes"

	"github.com/go-json-experiment/json/jsontext"
)

// string writes a string.
func (p *plain) string(s []byte) {
	for _, c := range s {
		if c < ' ' || c == '"' || c == '\\' || c >= 0x7f {
			out, err := jsontext.AppendQuote(p.out, s)
			if err != nil {
				p.fail()
				return
			}
			p.out = out
			return
		}
	}
	p.out = append(p.out, '"')
	p.out = append(p.out, s...)
	p.out = append(p.out, '"')
}

// quoteEnd finds the end of the quoted string that begins here, behind its quote. It
// ends on this line.
func (p *plain) quoteEnd() (after int, ok bool) {
	quote := p.in[p.pos]
	for i := p.pos + 1; i < p.end; i++ {
		switch {
		case p.in[i] == '\\' && quote == '"':
			i++
		case p.in[i] != quote:
		case quote == '\'' && i+1 < p.end && p.in[i+1] == quote:
			i++
		default:
			return i + 1, true
		}
	}
	return 0, false
}

// quoted writes a quoted string.
func (p *plain) quoted() {
	after, ok := p.quoteEnd()
	if !ok {
		p.fail()
		return
	}
	text, quote := p.in[p.pos+1:after-1], p.in[p.pos]
	p.pos = after
	switch {
	case quote == '\'' && bytes.IndexByte(text, '\'') >= 0:
		text = bytes.ReplaceAll(text, []byte("''"), []byte("'"))
	case quote == '"' && bytes.IndexByte(text, '\\') >= 0:
		text, p.ok = p.unescaped(text)
	}
	p.string(text)
}

// unescaped is a string without the escapes that are common.
func (p *plain) unescaped(text []byte) ([]byte, bool) {
	p.spare = p.spare[:0]
	for i := 0; i < len(text); i++ {
		c := text[i]
		if c == '\\' {
			if i++; i == len(text) {
				return nil, false
			}
			switch text[i] {
			case '"', '\\':
				c = text[i]
			case 'n':
				c = '\n'
			case 't':
				c = '\t'
			default:
				return nil, false
			}
		}
		p.spare = append(p.spare, c)
	}
	return p.spare, true
}

// lines reads a block of lines, as they are or folded, and goes to the line behind it. Its
// lines stand further right than the column of what it belongs to.
func (p *plain) lines(column int, folded bool) {
	chomp, ok := p.header()
	if !ok {
		p.fail()
		return
	}
	p.spare = p.spare[:0]
	indent, breaks := -1, 0 // line ends that wait for a line
	for {
		from := p.next
		end, ok := p.lineEnd(from)
		if !ok {
			p.fail() // the text ends without a line end
			return
		}
		text := bytes.TrimLeft(p.in[from:end], " ")
		left := end - from - len(text)
		if from == len(p.in) || len(text) > 0 && (left <= column || indent >= 0 && left < indent) {
			if len(text) > 0 && left > column {
				p.fail()
			}
			break
		}
		p.next, p.line = end+1, p.line+1
		if len(text) == 0 && indent >= 0 && left <= indent {
			breaks++
			continue
		}
		if oddLine(text, left, indent, folded) {
			p.fail()
			return
		}
		if indent < 0 {
			indent = left
		}
		p.breaks(breaks, folded)
		p.spare = append(p.spare, p.in[from+indent:end]...)
		breaks = 1
	}
	if indent < 0 {
		p.fail()
		return
	}
	p.chomped(chomp, breaks)
}

// oddLine reports whether a line of a block, that stands so far right, is left to the library:
// it has spaces that may count, or stands further right than those that are folded.
func oddLine(text []byte, left, indent int, folded bool) bool {
	return len(text) == 0 || text[0] == '\t' && (indent < 0 || folded) || folded && indent >= 0 && left > indent
}

// breaks writes the line ends between two lines. Folded, the first of several is left out, and
// a single one is a space.
func (p *plain) breaks(n int, folded bool) {
	switch {
	case folded && n == 1:
		p.spare = append(p.spare, ' ')
		return
	case folded:
		n--
	}
	for ; n > 0; n-- {
		p.spare = append(p.spare, '\n')
	}
}

// lineEnd is where the line ends that begins at a byte: there, where the text does. False where
// the text ends within it.
func (p *plain) lineEnd(from int) (end int, ok bool) {
	if n := bytes.IndexByte(p.in[from:], '\n'); n >= 0 {
		return from + n, true
	}
	return from, from == len(p.in)
}

// header reads what stands on the line on which a block of lines begins: which line ends behind
// them are wanted, and nothing else.
func (p *plain) header() (chomp byte, ok bool) {
	p.pos++
	if p.at('-') || p.at('+') {
		chomp = p.in[p.pos]
		p.pos++
	}
	return chomp, p.nothing()
}

// chomped writes a block of lines, with the line ends that are wanted of those behind it.
func (p *plain) chomped(chomp byte, breaks int) {
	switch chomp {
	case 0:
		breaks = 1
	case '-':
		breaks = 0
	}
	for ; breaks > 0; breaks-- {
		p.spare = append(p.spare, '\n')
	}
	p.string(p.spare)
	p.advance()
}
