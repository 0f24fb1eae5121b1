package report

import (
	"encoding/xml"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/onus-project/onus/internal/report/published"
)

// Sizes of a ladder as a picture, in pixels.
const (
	svgLabels   = 190 // how wide the names of layers are
	svgColumn   = 150
	svgRow      = 30
	svgLine     = 16 // of the titles of offerings
	svgLetters  = 18 // as many of a title fit into a column
	svgGap      = 4
	svgFootnote = 24
)

// svgColours are those of a cell by its holder: its ground and its text. They are told apart
// without seeing red or green, and read on paper.
var svgColours = map[published.Party][2]string{
	published.Provider: {"#d6e4f0", "#1b3a57"},
	published.Partner:  {"#e3d9ee", "#41295a"},
	published.Split:    {"#f6e3b4", "#5b4300"},
	published.Customer: {"#f4c7a1", "#5e2a00"},
	published.None:     {"#f2f2f2", "#8a8a8a"},
}

// svgOf draws a ladder as a picture for a slide or a page: the bottom layer at the bottom, a
// column an offering, and in bold what is load-bearing.
func svgOf(v published.Value) writer {
	l, ok := v.(published.Ladder)
	if !ok {
		return nil
	}
	return func(w io.Writer, _ Screen) error {
		_, err := io.WriteString(w, ladderSVG(legible(l)))
		return err
	}
}

func ladderSVG(l published.Ladder) string {
	titles, lines := make([][]string, len(l.Offerings)), 1
	for i, o := range l.Offerings {
		titles[i] = inColumn(o.Title)
		lines = max(lines, len(titles[i]))
	}
	top := lines*svgLine + 2*svgGap
	width := svgLabels + len(l.Offerings)*svgColumn + svgGap
	height := top + len(l.Layers)*svgRow + svgGap
	foot := ""
	if anyLoadBearing(l) {
		height += svgFootnote
		foot = svgText(svgLabels+svgGap, height-svgGap*2, `fill="#5e2a00"`, loadBearingIs)
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" `+
		`font-family="system-ui, Helvetica, Arial, sans-serif" font-size="13">`+"\n", width, height, width, height)
	fmt.Fprintf(&b, "<title>%s</title>\n", svgEscaped("Who is responsible: "+l.Axis+", from the bottom up"))
	fmt.Fprintf(&b, `<rect width="%d" height="%d" fill="#ffffff"/>`+"\n", width, height)
	for i, title := range titles {
		for k, line := range title {
			y := top - svgGap*2 - (len(title)-1-k)*svgLine
			b.WriteString(svgText(svgLabels+i*svgColumn+svgColumn/2, y, `text-anchor="middle" font-weight="bold" fill="#222222"`, line))
		}
	}
	for row, layer := range slices.Backward(l.Layers) {
		y := top + (len(l.Layers)-1-row)*svgRow
		b.WriteString(svgText(svgLabels-svgGap*2, y+svgRow/2+5, `text-anchor="end" fill="#222222"`, layer.Title))
		for i, o := range l.Offerings {
			b.WriteString(cellSVG(svgLabels+i*svgColumn, y, o, layer.Cells[o.ID]))
		}
	}
	return b.String() + foot + "</svg>\n"
}

func cellSVG(x, y int, o published.Offering, c published.Cell) string {
	colours, known := svgColours[c.Party]
	if !known {
		colours = svgColours[published.None]
	}
	outline, weight := "", ""
	if c.LoadBearing {
		outline, weight = ` stroke="#5e2a00" stroke-width="2"`, ` font-weight="bold"`
	}
	ground := fmt.Sprintf(`<rect x="%d" y="%d" width="%d" height="%d" rx="3" fill="%s"%s/>`+"\n",
		x+svgGap/2, y+svgGap/2, svgColumn-svgGap, svgRow-svgGap, colours[0], outline)
	written := fmt.Sprintf(`text-anchor="middle" fill="%s"%s`, colours[1], weight)
	return ground + svgText(x+svgColumn/2, y+svgRow/2+5, written, strings.ReplaceAll(shown(o, c), glue, " "))
}

// inColumn is a title in lines that fit into a column.
func inColumn(title string) []string {
	var lines []string
	for word := range strings.FieldsSeq(title) {
		if last := len(lines) - 1; last >= 0 && len(lines[last])+1+len(word) <= svgLetters {
			lines[last] += " " + word
		} else {
			lines = append(lines, word)
		}
	}
	return lines
}

func svgText(x, y int, attributes, text string) string {
	return fmt.Sprintf(`<text x="%d" y="%d" %s>%s</text>`+"\n", x, y, attributes, svgEscaped(text))
}

func svgEscaped(text string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(text)) // a Builder does not fail
	return b.String()
}
