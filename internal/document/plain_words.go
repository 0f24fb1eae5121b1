package document

import (
	"strings"

	"go.yaml.in/yaml/v3"
)

// begins reports whether a word may begin with a byte: others mean something to YAML.
func begins(c byte) bool {
	switch c {
	case '?', ':', ',', '[', ']', '{', '}', '#', '&', '*', '!', '|', '>', '\'', '"', '%', '@', '`', ' ', '\t':
		return false
	}
	return true
}

// word finds the end of the words that begin here, without the spaces behind them, and
// what ends them: a colon, a comment (#), the end of the line (\n), within brackets one
// of those or a comma; 0 for what is none.
func (p *plain) word(bracketed bool) (end int, stop byte) {
	if !p.atWord(bracketed) {
		return p.pos, 0
	}
	stop = '\n'
	i := p.pos
scan:
	for ; i < p.end; i++ {
		switch c := p.in[i]; c {
		case ':':
			if i+1 == p.end || p.in[i+1] == ' ' {
				stop = ':'
				break scan
			}
			if bracketed && !wordly(p.in[i+1]) {
				return p.pos, 0
			}
		case '#':
			if p.in[i-1] == ' ' {
				stop = '#'
				break scan
			}
		case '\t':
			return p.pos, 0
		case ',', '[', ']', '{', '}':
			if bracketed {
				stop = c
				break scan
			}
		case '?':
			if bracketed {
				return p.pos, 0
			}
		}
	}
	for end = i; end > p.pos && p.in[end-1] == ' '; end-- {
	}
	return end, stop
}

// words writes words to the end of a line and those on the lines below that they go on
// with, which stand further right than a column, and goes to the line behind them.
func (p *plain) words(all []byte, column int) {
	last, folded := p.line, false
	for p.advance(); !p.done && p.column() > column; p.advance() {
		end, stop := p.word(false)
		if p.line != last+1 || stop != '\n' {
			p.fail() // empty lines count, a comment ends them, and a colon is a fault
			return
		}
		if !folded {
			folded, p.spare = true, append(p.spare[:0], all...)
		}
		p.spare = append(append(p.spare, ' '), p.in[p.pos:end]...)
		last, p.pos, all = p.line, end, p.spare
	}
	p.scalar(all)
}

// atWord reports whether words begin here.
func (p *plain) atWord(bracketed bool) bool {
	if p.pos == p.end || !begins(p.in[p.pos]) || p.dash() {
		return false
	}
	return !bracketed || !p.at('-') || p.pos+1 < p.end && wordly(p.in[p.pos+1])
}

// wordly reports whether a byte belongs to a word wherever it stands.
func wordly(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '/' || c == '.' || c == '_' || c == '-'
}

// scalar writes words as what they are to YAML.
func (p *plain) scalar(word []byte) {
	switch c := word[0]; {
	case c >= '0' && c <= '9', c == '-', c == '+', c == '.':
		if plainNumber(word) {
			p.out = append(p.out, word...)
			return
		}
		if noNumber(word) {
			p.string(word)
			return
		}
	case strings.IndexByte("yYnNtTfFoO~<", c) < 0 || len(word) > len("false"):
		p.string(word)
		return
	case string(word) == "true" || string(word) == "false":
		p.out = append(p.out, word...)
		return
	}
	w := writer{out: p.out}
	if w.scalar(&yaml.Node{Kind: yaml.ScalarNode, Value: string(word)}) != nil {
		p.fail()
		return
	}
	p.out = w.out
}

// noNumber reports whether words that begin like a number hold a letter that stands in
// no number and no time.
func noNumber(word []byte) bool {
	if c := word[0]; (c == '+' || c == '-') && len(word) > 1 && word[1] == '.' || c == '.' {
		return false
	}
	for _, c := range word {
		if lower := c | 0x20; lower >= 'g' && lower < 'z' && lower != 'o' && lower != 'x' && lower != 't' {
			return true
		}
	}
	return false
}
