package report

import (
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"
)

// grid is a table whose first column names its rows. On a terminal columns
// that do not fit beside each other are stacked in blocks, each with the first
// column again; no line is ever wider than the screen.
type grid struct {
	head  []string
	rows  [][]string
	paint func(row, col int) text.Colors // of a cell, where the terminal has colour; may be nil
}

// glue holds two words together that must stay on one line.
const glue = "\u00a0"

const gap = 2 // columns between columns

func (g grid) markdown() string {
	if len(g.rows) == 0 {
		return ""
	}
	var b strings.Builder
	row := func(cells []string) {
		for _, c := range cells {
			b.WriteString("| " + escaped(c) + " ")
		}
		b.WriteString("|\n")
	}
	row(g.head)
	b.WriteString(strings.Repeat("| --- ", len(g.head)) + "|\n")
	for _, r := range g.rows {
		row(r)
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func (g grid) terminal(s Screen, indent int) string {
	if len(g.rows) == 0 {
		return ""
	}
	var blocks []string
	for _, cols := range g.stack(s.Width - indent) {
		blocks = append(blocks, g.block(s, indent, cols))
	}
	return strings.Join(blocks, "\n\n")
}

// column is one that is shown, and how wide.
type column struct{ at, width int }

// stack deals the columns into blocks that fit a width: as few blocks as they
// can be, then evenly.
func (g grid) stack(width int) [][]column {
	least, most := make([]int, len(g.head)), make([]int, len(g.head))
	for col := range g.head {
		g.each(col, func(cell string) {
			most[col] = max(most[col], text.StringWidthWithoutEscSequences(cell))
			for _, word := range breakable(cell) {
				least[col] = max(least[col], text.StringWidthWithoutEscSequences(word))
			}
		})
	}
	if one := deal(least, width-least[0], len(g.head)); len(one) == 1 {
		fit(one[0], most, least, width)
		return one
	}
	first := min(most[0], max(least[0], width/2))
	blocks := deal(least, width-first, len(g.head))
	if n := len(blocks); n > 1 {
		if even := deal(least, width-first, (len(g.head)-2+n)/n); len(even) == n {
			blocks = even
		}
	}
	most[0], least[0] = first, first
	for _, cols := range blocks {
		fit(cols, most, least, width)
	}
	return blocks
}

func (g grid) each(col int, f func(cell string)) {
	f(g.head[col])
	for _, r := range g.rows {
		f(r[col])
	}
}

// deal fills blocks with at most a number of columns beside the first, as wide
// as they must be, until the room beside the first column is used up.
func deal(least []int, room, most int) [][]column {
	var blocks [][]column
	cols, left := []column{{}}, room
	for at := 1; at < len(least); at++ {
		if len(cols) > 1 && (least[at]+gap > left || len(cols) > most) {
			blocks = append(blocks, cols)
			cols, left = []column{{}}, room
		}
		cols = append(cols, column{at: at})
		left -= least[at] + gap
	}
	return append(blocks, cols)
}

// fit gives every column the width its longest cell wants and then takes from
// the widest until they fit: down to the longest word, first beside the first
// column and then from it too, and, where a word alone is wider than the
// screen, further.
func fit(cols []column, most, least []int, width int) {
	total := gap * (len(cols) - 1)
	for i, c := range cols {
		cols[i].width = most[c.at]
		total += cols[i].width
	}
	floors := []func(column) int{
		func(c column) int {
			if c.at == 0 {
				return c.width
			}
			return least[c.at]
		},
		func(c column) int { return least[c.at] },
		func(column) int { return narrowest },
	}
	for _, floor := range floors {
		for total > width {
			widest := -1
			for i, c := range cols {
				if c.width > floor(c) && (widest < 0 || c.width > cols[widest].width) {
					widest = i
				}
			}
			if widest < 0 {
				break
			}
			cols[widest].width--
			total--
		}
	}
}

// narrowest is what is left of a column whose words are wider than the screen.
const narrowest = 4

func (g grid) block(s Screen, indent int, cols []column) string {
	lines := g.lines(s, cols, g.head, func(int) text.Colors { return strong })
	rule := make([]string, len(g.head))
	for _, c := range cols {
		rule[c.at] = strings.Repeat("─", c.width)
	}
	lines = append(lines, g.lines(s, cols, rule, func(int) text.Colors { return faint })...)
	for i, row := range g.rows {
		lines = append(lines, g.lines(s, cols, row, func(col int) text.Colors {
			if g.paint == nil {
				return nil
			}
			return g.paint(i, col)
		})...)
	}
	pad := strings.Repeat(" ", indent)
	return pad + strings.Join(lines, "\n"+pad)
}

// lines are one row of the table, as many as its tallest cell needs.
func (g grid) lines(s Screen, cols []column, cells []string, paint func(col int) text.Colors) []string {
	folded, height := make([][]string, len(cols)), 0
	for i, c := range cols {
		folded[i] = foldCell(cells[c.at], c.width)
		height = max(height, len(folded[i]))
	}
	lines := make([]string, height)
	for l := range lines {
		var b strings.Builder
		for i, c := range cols {
			words := ""
			if l < len(folded[i]) {
				words = folded[i][l]
			}
			if colours := paint(c.at); colours != nil {
				words = s.paint(colours, words)
			}
			b.WriteString(words)
			b.WriteString(strings.Repeat(" ", c.width-text.StringWidthWithoutEscSequences(words)+gap))
		}
		lines[l] = strings.TrimRight(b.String(), " ")
	}
	return lines
}

// breakable are the parts of a cell between which a line may break.
func breakable(cell string) []string {
	return strings.FieldsFunc(cell, func(r rune) bool { return r == ' ' || r == '\n' || r == '\t' })
}

// foldCell breaks a cell into lines of a width, inside a word only where the
// word alone is wider.
func foldCell(cell string, width int) []string {
	var words []string
	for _, word := range breakable(cell) {
		words = append(words, chopped(word, width)...)
	}
	lines := fold(words, width, width)
	for i := range lines {
		lines[i] = strings.ReplaceAll(lines[i], glue, " ")
	}
	return lines
}

func chopped(word string, width int) []string {
	if text.StringWidthWithoutEscSequences(word) <= width {
		return []string{word}
	}
	var parts []string
	part, col := "", 0
	for _, r := range word {
		w := text.RuneWidth(r)
		if col > 0 && col+w > width {
			parts = append(parts, part)
			part, col = "", 0
		}
		part, col = part+string(r), col+w
	}
	return append(parts, part)
}
