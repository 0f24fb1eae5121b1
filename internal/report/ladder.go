package report

import (
	"fmt"
	"io"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/responsibility"
)

// Ladder is the lines of several offerings side by side on one axis, as
// onus.ladder/v1 publishes them.
type Ladder struct {
	Schema    string            `json:"schema"`
	Axis      string            `json:"axis"`
	Offerings []Offering        `json:"offerings"`
	Layers    []Rung            `json:"layers"`
	Sources   map[string]Source `json:"sources"`
}

// Rung is one layer of a ladder, with the cell of each offering by its id.
type Rung struct {
	ID    string          `json:"id"`
	Title string          `json:"title"`
	Cells map[string]Cell `json:"cells"`
}

// NewLadder prepares the ladder of offerings that have a line on an axis.
func NewLadder(c *responsibility.Catalog, axis *responsibility.Axis, offerings []*responsibility.Offering) Ladder {
	l := Ladder{Schema: "onus.ladder/v1", Axis: axis.ID, Offerings: []Offering{}, Layers: []Rung{}}
	for _, o := range offerings {
		l.Offerings = append(l.Offerings, publishedOffering(o))
	}
	var cited []string
	for _, layer := range axis.Layers {
		rung := Rung{ID: layer.ID, Title: layer.Title, Cells: map[string]Cell{}}
		for _, o := range offerings {
			cell := o.Line[axis.ID][layer.ID]
			rung.Cells[o.ID] = publishedCell(cell)
			cited = append(cited, cellSources(cell)...)
		}
		l.Layers = append(l.Layers, rung)
	}
	l.Sources = publishedSources(c, cited)
	return l
}

// WriteLadder prints a ladder as table, json, yaml or markdown.
func WriteLadder(w io.Writer, l Ladder, format string, s Screen) error {
	return write(w, l, l.page, format, s)
}

// page shows the cells as a table and, under it, what does not fit into one:
// who does which part of a split layer, and where sources disagree.
func (l Ladder) page() page {
	if len(l.Offerings) == 0 {
		return page{prose("no offering in the catalog has a line on the axis " + l.Axis)}
	}
	cells, notes := l.cells()
	loaded := prose("")
	if l.loadBearing() {
		loaded = loadMark + " load-bearing: a service falls when the customer does not hold it"
	}
	return page{title("Who is responsible: " + l.Axis + ", from the bottom up"), cells, loaded, notes, l.next()}
}

func (l Ladder) cells() (grid, footnotes) {
	g := grid{head: []string{"Layer"}, paint: func(row, col int) text.Colors {
		if col == 0 {
			return nil
		}
		return l.Layers[row].Cells[l.Offerings[col-1].ID].colour()
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
			shown := o.shown(cell)
			if n, ok := l.footnote(o, layer, cell); ok {
				notes = append(notes, n)
				shown += fmt.Sprintf("%s[%d]", glue, len(notes))
			}
			g.rows[row] = append(g.rows[row], shown)
		}
	}
	return g, notes
}

func (l Ladder) footnote(o Offering, layer Rung, cell Cell) (footnote, bool) {
	n := footnote{about: o.Title + ", " + layer.Title + ": " + o.holder(cell.Party)}
	if cell.Party == responsibility.Split {
		n.says = o.whoDoesWhat(cell.Duties)
	}
	if cell.disputed() {
		n.says = append(n.says, o.disagreement(cell))
	}
	return n, len(n.says) > 0
}

func (l Ladder) loadBearing() bool {
	for _, layer := range l.Layers {
		for _, c := range layer.Cells {
			if c.LoadBearing {
				return true
			}
		}
	}
	return false
}

// next is where a reader goes from here: into the first disagreement, and to
// what the difference means.
func (l Ladder) next() block {
	next := steps{"onus explain " + l.question()}
	if len(l.Offerings) > 1 {
		next = append(next, "onus diff "+l.Offerings[0].ID+" "+l.Offerings[1].ID)
	}
	return next
}

func (l Ladder) question() string {
	for _, o := range l.Offerings {
		for _, layer := range l.Layers {
			if layer.Cells[o.ID].disputed() {
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
