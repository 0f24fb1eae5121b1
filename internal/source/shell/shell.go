// Package shell finds the simple commands that a script for a POSIX shell has, as far as that takes no running of it:
// what is quoted, commented or handed to a program as a text is none.
package shell

import "strings"

// Command is a simple command: its words without their quotes, with variables as they are written.
type Command struct {
	Line  int
	Words []string
}

// Commands are those of a text, in their order; those within $(...) behind the one that they are part of.
func Commands(text string) []Command { return commands(strings.ReplaceAll(text, "\r\n", "\n"), 0) }

// deepest is how many $(...) within each other are looked into: each is read once for itself.
const deepest = 3

func commands(text string, depth int) []Command {
	s := &scanner{text: text, line: 1, depth: depth}
	s.scan()
	return s.all
}

type scanner struct {
	text   string
	at     int
	line   int
	depth  int
	all    []Command
	inner  []Command // of the command that is being read
	words  []string
	begun  int
	word   strings.Builder
	within bool     // a word has begun
	skips  bool     // the next word is a file that something is written to or read from
	heredo []string // the ends of texts that begin behind this line
	cut    bool     // whether such a text awaits its end as the next word
}

func (s *scanner) scan() {
	for s.at < len(s.text) {
		c := s.text[s.at]
		switch {
		case c == '#' && !s.within:
			s.until("\n")
		case c == '\n':
			s.end()
			s.next()
			s.texts()
		case c == ' ' || c == '\t':
			s.endWord()
			s.next()
		case c == '&' && s.redirects(): // &>file
			s.endWord()
			s.next()
		case strings.IndexByte(";&|()", c) >= 0:
			s.end()
			s.next()
		case c == '<' || c == '>':
			s.redirect()
		default:
			s.part(c)
		}
	}
	s.end()
}

func (s *scanner) redirects() bool { return strings.HasPrefix(s.text[s.at:], "&>") }

// next passes one byte, and counts lines.
func (s *scanner) next() {
	if s.text[s.at] == '\n' {
		s.line++
	}
	s.at++
}

// until passes all up to a text, or the end.
func (s *scanner) until(text string) string {
	rest := s.text[s.at:]
	if i := strings.Index(rest, text); i >= 0 {
		rest = rest[:i]
	}
	s.line += strings.Count(rest, "\n")
	s.at += len(rest)
	return rest
}

// part takes what stands at a place into the word.
func (s *scanner) part(c byte) {
	if len(s.words) == 0 && !s.within {
		s.begun = s.line
	}
	rest := s.text[s.at:]
	switch {
	case strings.HasPrefix(rest, "\\\n"):
		s.at++
		s.next()
		return
	case c == '\\':
		s.at++
		if s.at < len(s.text) {
			s.keep()
		}
	case c == '\'':
		s.at++
		s.word.WriteString(s.until("'"))
		s.pass()
	case c == '"':
		s.double()
	case c == '`':
		s.at++
		s.word.WriteString("`" + s.until("`") + "`")
		s.pass()
	case strings.HasPrefix(rest, "$(") || strings.HasPrefix(rest, "${"):
		s.substituted()
	default:
		s.keep()
	}
	s.within = true
}

// keep takes one byte into the word as it is.
func (s *scanner) keep() {
	s.word.WriteByte(s.text[s.at])
	s.next()
}

// pass passes the end of a quote, where it has one.
func (s *scanner) pass() {
	if s.at < len(s.text) {
		s.at++
	}
}

// double takes what is quoted by ".
func (s *scanner) double() {
	for s.at++; s.at < len(s.text) && s.text[s.at] != '"'; {
		rest := s.text[s.at:]
		switch {
		case strings.HasPrefix(rest, "\\\n"):
			s.at++
			s.next()
		case rest[0] == '\\' && len(rest) > 1 && strings.IndexByte("\"\\$`", rest[1]) >= 0:
			s.at++
			s.keep()
		case strings.HasPrefix(rest, "$(") || strings.HasPrefix(rest, "${"):
			s.substituted()
		default:
			s.keep()
		}
	}
	s.pass()
}

// substituted takes $(...) or ${...} as it is written, and the commands in the first.
func (s *scanner) substituted() {
	from, line, depth := s.at, s.line, 0
	opens, closes := s.text[s.at+1], byte(')')
	if opens == '{' {
		closes = '}'
	}
	for s.next(); s.at < len(s.text); s.next() {
		switch c := s.text[s.at]; {
		case c == '\\' && s.at+1 < len(s.text):
			s.next()
		case c == '\'' && opens == '(':
			s.at++
			if s.until("'"); s.at == len(s.text) {
				s.at--
			}
		case c == opens:
			depth++
		case c == closes:
			depth--
		}
		if depth == 0 {
			break
		}
	}
	if s.at < len(s.text) {
		s.at++
	}
	whole := s.text[from:s.at]
	s.word.WriteString(whole)
	if opens == '(' && !strings.HasPrefix(whole, "$((") && s.depth < deepest {
		for _, c := range commands(strings.TrimSuffix(whole[2:], ")"), s.depth+1) {
			c.Line += line - 1
			s.inner = append(s.inner, c)
		}
	}
}

// redirect passes what sends input or output elsewhere.
func (s *scanner) redirect() {
	if w := s.word.String(); s.within && strings.Trim(w, "0123456789") == "" { // the number of a stream
		s.word.Reset()
		s.within = false
	}
	s.endWord()
	rest := s.text[s.at:]
	switch {
	case strings.HasPrefix(rest, "<<<"):
		s.at += 3
		s.skips = true
	case strings.HasPrefix(rest, "<<"):
		s.at += 2
		if s.at < len(s.text) && s.text[s.at] == '-' {
			s.at++
		}
		s.cut = true
	case strings.HasPrefix(rest, "<(") || strings.HasPrefix(rest, ">("):
		s.at++
	default:
		s.at++
		for s.at < len(s.text) && strings.IndexByte("<>&|", s.text[s.at]) >= 0 {
			s.at++
		}
		s.skips = true
	}
}

func (s *scanner) endWord() {
	if !s.within {
		return
	}
	w := s.word.String()
	s.word.Reset()
	s.within = false
	switch {
	case s.cut:
		s.heredo, s.cut = append(s.heredo, w), false
	case s.skips:
		s.skips = false
	default:
		s.words = append(s.words, w)
	}
}

// end ends a command.
func (s *scanner) end() {
	s.endWord()
	s.skips, s.cut = false, false
	if len(s.words) > 0 {
		s.all = append(s.all, Command{Line: s.begun, Words: s.words})
	}
	s.all = append(s.all, s.inner...)
	s.words, s.inner = nil, nil
}

// texts passes the texts that begin behind a line.
func (s *scanner) texts() {
	for _, end := range s.heredo {
		for s.at < len(s.text) {
			line := s.until("\n")
			if s.at < len(s.text) {
				s.next()
			}
			if strings.TrimLeft(line, "\t") == end {
				break
			}
		}
	}
	s.heredo = nil
}
