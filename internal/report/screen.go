// Package report turns results into what a person or a program reads, one
// file a format. Text is made from the same value that JSON publishes.
package report

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
)

// Screen is what text is laid out for: Width in columns of a terminal.
type Screen struct {
	Width  int
	Colour bool
	Held   bool // findings that are held are listed, too
	Full   bool // evidence and what led to what are told of each finding; where Held is, too
	Quiet  bool // nothing is listed: only how many findings there are
	// Now dates the formats that have to carry the time at which they were made.
	Now time.Time
}

// The colours of the interface. The words carry the meaning without them.
var (
	bad    = text.Colors{text.FgRed, text.Bold}
	warn   = text.Colors{text.FgYellow}
	good   = text.Colors{text.FgGreen}
	faint  = text.Colors{text.Faint}
	strong = text.Colors{text.Bold}
)

// full reports whether everything is told of what is told at all.
func (s Screen) full() bool { return s.Held || s.Full }

func (s Screen) paint(c text.Colors, words string) string {
	if !s.Colour || words == "" {
		return words
	}
	return c.EscapeSeq() + words + text.Reset.EscapeSeq()
}

// Printable takes out of a text what no API server lets into a name but a file
// may hold: what a terminal would obey. Line ends, tabs and, where there is colour, its
// escapes stay.
func (s Screen) Printable(words string) string {
	if strings.IndexFunc(words, func(r rune) bool { return obeyed(r) && r != '\n' && r != '\t' }) < 0 {
		return words
	}
	var b strings.Builder
	for i := 0; i < len(words); {
		if s.Colour {
			if n := sgr(words[i:]); n > 0 {
				b.WriteString(words[i : i+n])
				i += n
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(words[i:])
		if obeyed(r) && r != '\n' && r != '\t' && !strings.HasPrefix(words[i:], "\r\n") {
			r = unicode.ReplacementChar
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}

// obeyed reports whether a character is not shown but obeyed: it moves a cursor,
// ends a line, or turns the direction of writing around.
func obeyed(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029'
}

// sgr is the length of the escape for colour that words start with, or 0.
func sgr(words string) int {
	rest, ok := strings.CutPrefix(words, "\x1b[")
	if !ok {
		return 0
	}
	n := len(rest) - len(strings.TrimLeft(rest, "0123456789;"))
	if n < len(rest) && rest[n] == 'm' {
		return len("\x1b[") + n + 1
	}
	return 0
}

// wrap folds prose to the screen, every line after an indent of spaces. Words
// longer than a line, such as paths, stay whole.
func (s Screen) wrap(indent int, prose string) string {
	var b strings.Builder
	pad := strings.Repeat(" ", indent)
	width := max(s.Width-indent, 20)
	col := 0
	for _, word := range strings.Fields(prose) {
		w := text.StringWidthWithoutEscSequences(word)
		switch {
		case col == 0:
			b.WriteString(pad)
		case col+1+w > width:
			b.WriteString("\n" + pad)
			col = 0
		default:
			b.WriteByte(' ')
			col++
		}
		b.WriteString(word)
		col += w
	}
	return b.String()
}
