package report

import (
	"fmt"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// ladderPage shows the cells as a table and, under it, what does not fit into one:
// who does which part of a split layer, and where sources disagree.
func ladderPage(l published.Ladder) page {
	if len(l.Offerings) == 0 {
		return page{prose("no offering in the catalog has a line on the axis " + l.Axis)}
	}
	cells, notes := ladderCells(l)
	loaded := prose("")
	if anyLoadBearing(l) {
		loaded = loadBearingIs
	}
	return page{title("Who is responsible: " + l.Axis + ", from the bottom up"), cells, loaded, notes, ladderMore(l), ladderSteps(l)}
}

// loadBearingIs says under a ladder what the mark means.
const loadBearingIs = loadMark + " load-bearing: a service goes down if the customer does not do it"

func ladderCells(l published.Ladder) (grid, footnotes) {
	g := grid{head: []string{"Layer"}, paint: func(row, col int) text.Colors {
		if col == 0 {
			return nil
		}
		return colourOf(l.Layers[row].Cells[l.Offerings[col-1].ID])
	}}
	for _, o := range l.Offerings {
		g.head = append(g.head, o.Title)
	}
	for _, layer := range l.Layers {
		g.rows = append(g.rows, []string{layer.Title})
	}
	// Offering by offering, so that the marks of stacked columns follow each other.
	var notes footnotes
	for _, o := range l.Offerings {
		for row, layer := range l.Layers {
			cell := layer.Cells[o.ID]
			shown := shown(o, cell)
			if n, ok := ladderNote(o, layer, cell, l.Sources); ok {
				notes = append(notes, n)
				shown += fmt.Sprintf("%s[%d]", glue, len(notes))
			}
			g.rows[row] = append(g.rows[row], shown)
		}
	}
	return g, notes
}

func ladderNote(o published.Offering, layer published.Rung, cell published.Cell, cited sources) (footnote, bool) {
	n := footnote{about: o.Title + ", " + layer.Title + ": " + holder(o, cell.Party)}
	if cell.Party == published.Split {
		n.says = whoDoesWhat(o, cell.Duties)
	}
	if disputed(cell) {
		n.says = append(n.says, disagreement(o, cell, cited))
	}
	return n, len(n.says) > 0
}

func anyLoadBearing(l published.Ladder) bool {
	for _, layer := range l.Layers {
		for _, c := range layer.Cells {
			if c.LoadBearing {
				return true
			}
		}
	}
	return false
}

// ladderMore says that there are others, and how to see them.
func ladderMore(l published.Ladder) block {
	if len(l.More) == 0 {
		return prose("")
	}
	return prose(fmt.Sprintf(
		"%s more: name those to see side by side (onus ladder OFFERING OFFERING), or see all of them with onus ladder --axis %s. They are %s.",
		words.Count(len(l.More), "offering"), l.Axis, words.And(l.More)))
}

// ladderSteps is where a reader goes from here: into the first disagreement, and to
// what the difference means.
func ladderSteps(l published.Ladder) block {
	next := steps{"onus explain " + firstQuestion(l)}
	if len(l.Offerings) > 1 {
		next = append(next, "onus diff "+l.Offerings[0].ID+" "+l.Offerings[1].ID)
	}
	return next
}

func firstQuestion(l published.Ladder) string {
	for _, o := range l.Offerings {
		for _, layer := range l.Layers {
			if disputed(layer.Cells[o.ID]) {
				return o.ID + " " + layer.ID
			}
		}
	}
	return l.Offerings[0].ID
}

// footnote is what does not fit into a cell.
type footnote struct {
	about string
	says  []string
}

// footnotes are numbered from 1, in the order of the marks in the table.
type footnotes []footnote

func (f footnotes) terminal(s Screen, indent int) string {
	return joined(f.notes(), func(b block) string { return b.terminal(s, indent) }, func(block, block) string { return "\n" })
}

func (f footnotes) markdown() string {
	return joined(f.notes(), block.markdown, func(block, block) string { return "\n" })
}

func (f footnotes) notes() []block {
	var notes []block
	for i, n := range f {
		notes = append(notes, note{fmt.Sprintf("[%d]", i+1), n})
	}
	return notes
}

// note is one footnote with its mark.
type note struct {
	mark string
	footnote
}

func (n note) terminal(s Screen, indent int) string {
	column := len("[10] ")
	out := s.hang(indent, n.mark, column, n.about)
	for _, says := range n.says {
		out += "\n" + s.fill(indent+column, says)
	}
	return out
}

func (n note) markdown() string {
	out := "- " + escaped(n.mark) + " **" + escaped(n.about) + "**"
	for _, says := range n.says {
		out += "  \n  " + escaped(says)
	}
	return out
}
