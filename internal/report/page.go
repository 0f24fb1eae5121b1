package report

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// page is a text on its way to a reader. The same page goes to a terminal and
// into Markdown, so that the two say the same.
type page []block

// block is a part of a page. Both forms end without a newline; one that is
// empty is left out.
type block interface {
	terminal(s Screen, indent int) string
	markdown() string
}

// joined puts the forms of blocks that are not empty under each other.
func joined(blocks []block, form func(block) string, between func(above, below block) string) string {
	var b strings.Builder
	var above block
	for _, below := range blocks {
		part := form(below)
		if part == "" {
			continue
		}
		if above != nil {
			b.WriteString(between(above, below))
		}
		b.WriteString(part)
		above = below
	}
	return b.String()
}

// title opens a page.
type title string

func (t title) terminal(s Screen, indent int) string {
	return s.paint(strong, s.fill(indent, string(t)))
}
func (t title) markdown() string { return "# " + escaped(string(t)) }

// prose is a paragraph.
type prose string

func (p prose) terminal(s Screen, indent int) string { return s.fill(indent, string(p)) }
func (p prose) markdown() string                     { return escaped(string(p)) }

// section is a headed part of a page, left out where nothing stands in it.
type section struct {
	head string
	body []block
}

func (x section) terminal(s Screen, indent int) string {
	body := joined(x.body, func(b block) string { return b.terminal(s, indent+2) }, func(above, below block) string {
		if airy(above) || airy(below) {
			return "\n\n"
		}
		return "\n"
	})
	if body == "" {
		return ""
	}
	return s.paint(strong, s.fill(indent, x.head)) + "\n" + body
}

func (x section) markdown() string {
	body := joined(x.body, func(b block) string {
		part := b.markdown()
		if _, inner := b.(section); inner && part != "" {
			return "#" + part
		}
		return part
	}, func(block, block) string { return "\n\n" })
	if body == "" {
		return ""
	}
	return "## " + escaped(x.head) + "\n\n" + body
}

// airy blocks have an empty line above and below them in a section.
func airy(b block) bool {
	switch b.(type) {
	case grid, section:
		return true
	}
	return false
}

// bullets is a list of sentences.
type bullets []string

func (l bullets) terminal(s Screen, indent int) string {
	lines := make([]string, len(l))
	for i, sentence := range l {
		lines[i] = s.hang(indent, "-", 2, sentence)
	}
	return strings.Join(lines, "\n")
}

func (l bullets) markdown() string {
	lines := make([]string, len(l))
	for i, sentence := range l {
		lines[i] = "- " + escaped(sentence)
	}
	return strings.Join(lines, "\n")
}

// pairs is a list of names, each with what is said of it beside it.
type pairs [][2]string

func (l pairs) terminal(s Screen, indent int) string {
	width := 0
	for _, p := range l {
		width = max(width, text.StringWidthWithoutEscSequences(p[0]))
	}
	width = min(width, s.Width/3)
	lines := make([]string, len(l))
	for i, p := range l {
		lines[i] = s.hang(indent, s.paint(strong, p[0]), width+2, p[1])
	}
	return strings.Join(lines, "\n")
}

func (l pairs) markdown() string {
	lines := make([]string, len(l))
	for i, p := range l {
		lines[i] = "- **" + escaped(p[0]) + "**: " + escaped(p[1])
	}
	return strings.Join(lines, "\n")
}

// steps are the commands that lead on from here.
type steps []string

func (n steps) terminal(s Screen, indent int) string {
	lines := make([]string, len(n))
	for i, command := range n {
		word := "    "
		if i == 0 {
			word = s.paint(faint, "next")
		}
		lines[i] = s.hang(indent, word, len("next")+2, command)
	}
	return strings.Join(lines, "\n")
}

func (n steps) markdown() string {
	if len(n) == 0 {
		return ""
	}
	return "Next: `" + strings.Join(n, "`, `") + "`"
}

// entry is a name, a few words beside it, and paragraphs under it. The mark
// stands before the name of what is load-bearing.
type entry struct {
	marked bool
	name   string
	beside string
	under  []string
}

// entries is a list of them.
type entries []entry

func (l entries) terminal(s Screen, indent int) string {
	lines := make([]string, 0, 2*len(l))
	under := 2 // and two more where names stand behind a mark
	if slices.ContainsFunc(l, func(e entry) bool { return e.marked }) {
		under = 4
	}
	for _, e := range l {
		mark := strings.Repeat(" ", under-2)
		if e.marked {
			mark = s.paint(bad, loadMark) + " "
		}
		head := mark + s.paint(strong, e.name)
		if e.beside != "" {
			head += " "
		}
		lines = append(lines, strings.TrimRight(s.hang(indent, head, under, e.beside), " "))
		for _, p := range e.under {
			lines = append(lines, s.fill(indent+under, p))
		}
	}
	return strings.Join(lines, "\n")
}

func (l entries) markdown() string {
	lines := make([]string, 0, 2*len(l))
	for _, e := range l {
		line := "- **" + escaped(e.name) + "**"
		if e.marked {
			line = "- " + loadMark + " **" + escaped(e.name) + "**"
		}
		if e.beside != "" {
			line += " " + escaped(e.beside)
		}
		lines = append(lines, line)
		for _, p := range e.under {
			lines = append(lines, "", "  "+escaped(p))
		}
	}
	return strings.Join(lines, "\n")
}

// loadMark marks what is load-bearing.
const loadMark = "!"

// hang folds prose to the screen beside a first word: it starts at a column
// after the indent, further lines stand under it. After a word that reaches
// beyond the column the first line starts later.
func (s Screen) hang(indent int, word string, column int, words string) string {
	at := text.StringWidthWithoutEscSequences(word)
	start := max(column, at+1)
	rest := max(s.Width-indent-column, 20)
	lines := fold(foldable(words, rest), s.Width-indent-start, rest)
	pad := strings.Repeat(" ", indent)
	if len(lines) == 0 {
		return pad + word
	}
	first := pad + word
	if lines[0] != "" {
		first += strings.Repeat(" ", start-at) + lines[0]
	}
	lines[0] = first
	return strings.Join(lines, "\n"+pad+strings.Repeat(" ", column))
}

// fill folds prose to the screen, every line after an indent.
func (s Screen) fill(indent int, words string) string {
	width := max(s.Width-indent, 20)
	pad := strings.Repeat(" ", indent)
	lines := fold(foldable(words, width), width, width)
	if len(lines) == 0 {
		return ""
	}
	return pad + strings.Join(lines, "\n"+pad)
}

// foldable are the words of prose, cut where one is wider than a line. A path or
// an address stays whole, for a reader to follow.
func foldable(prose string, width int) []string {
	var words []string
	for _, word := range strings.Fields(prose) {
		if strings.Contains(word, "/") {
			words = append(words, word)
		} else {
			words = append(words, chopped(word, width)...)
		}
	}
	return words
}

// fold puts words on lines, the first of one width and the rest of another.
// Where a word does not fit on the first line that line is empty.
func fold(words []string, first, rest int) []string {
	var lines []string
	line, col, width := "", 0, first
	for _, word := range words {
		w := text.StringWidthWithoutEscSequences(word)
		switch {
		case col == 0 && (w <= width || len(lines) > 0 || width >= rest): // the next line has no more room
			line, col = word, w
		case col > 0 && col+1+w <= width:
			line, col = line+" "+word, col+1+w
		default:
			lines = append(lines, line)
			line, col, width = word, w, rest
		}
	}
	if col > 0 {
		lines = append(lines, line)
	}
	return lines
}
