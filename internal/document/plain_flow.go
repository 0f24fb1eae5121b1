package document

import "bytes"

// flow reads a collection in brackets. What of it is not on this line stands further right
// than the column of what it belongs to.
func (p *plain) flow(column int) {
	if p.depth++; p.depth > deepestPlain {
		p.fail()
		return
	}
	open, closing := p.in[p.pos], byte(']')
	if open == '{' {
		closing = '}'
	}
	p.out = append(p.out, open)
	p.pos++
	for first := true; p.ok; first = false {
		if p.gap(column); first && p.at(closing) {
			break
		}
		if !first {
			p.out = append(p.out, ',')
		}
		if p.mark(); open == '{' {
			p.flowKey()
		}
		if p.ok {
			p.flowValue(column)
		}
		if p.gap(column); !p.ok || p.at(closing) {
			break
		}
		if !p.at(',') {
			p.fail()
			return
		}
		p.pos++
	}
	p.out = append(p.out, closing)
	p.pos++
	p.depth--
}

// gap goes to what is next in brackets, on this line or on one below.
func (p *plain) gap(column int) {
	for p.ok && p.nothing() {
		if p.advance(); p.done || p.column() <= column {
			p.fail()
		}
	}
}

// flowKey reads a key in brackets with its colon.
func (p *plain) flowKey() {
	from := p.pos
	switch {
	case p.at('"') || p.at('\''):
		p.quoted()
	default:
		end, stop := p.word(true)
		if stop != ':' || bytes.Equal(p.in[p.pos:end], []byte("<<")) {
			p.fail()
			return
		}
		p.string(p.in[p.pos:end])
		p.pos = end
	}
	if !p.ok || !p.at(':') || p.pos+1 >= p.end || p.in[p.pos+1] != ' ' || p.pos-from > longestKey {
		p.fail()
		return
	}
	p.out = append(p.out, ':')
	p.pos++
	p.spaces()
}

// flowValue reads a value in brackets.
func (p *plain) flowValue(column int) {
	switch {
	case p.at('"') || p.at('\''):
		p.quoted()
	case p.at('{') || p.at('['):
		p.flow(column)
	default:
		end, stop := p.word(true)
		if stop != ',' && stop != ']' && stop != '}' && stop != '\n' {
			p.fail()
			return
		}
		p.scalar(p.in[p.pos:end])
		p.pos = end
	}
}
