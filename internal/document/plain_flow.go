package document

import "bytes"

// flow reads a collection in brackets, all of it on this line.
func (p *plain) flow() {
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
		if p.spaces(); first && p.at(closing) {
			break
		}
		if !first {
			p.out = append(p.out, ',')
		}
		if open == '{' {
			p.flowKey()
		}
		if p.ok {
			p.flowValue()
		}
		if p.spaces(); !p.ok || p.at(closing) {
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
func (p *plain) flowValue() {
	switch {
	case p.at('"') || p.at('\''):
		p.quoted()
	case p.at('{') || p.at('['):
		p.flow()
	default:
		end, stop := p.word(true)
		if stop != ',' && stop != ']' && stop != '}' {
			p.fail()
			return
		}
		p.scalar(p.in[p.pos:end])
		p.pos = end
	}
}
