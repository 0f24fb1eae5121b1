package report

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/onus-project/onus/internal/report/published"
)

// A picture of a ladder has the bottom layer at the bottom, a cell for each offering, and
// whatever names are called it is XML that says the same.
func TestLadderAsAPicture(t *testing.T) {
	l := published.Ladder{
		Axis:      "compute",
		Offerings: []published.Offering{{ID: "a", Title: "An <offering> & its \"name\", which is long", Provider: "P&P"}},
		Layers: []published.Rung{
			{Title: "lowest", Cells: map[string]published.Cell{"a": {Party: published.Provider}}},
			{Title: "middle", Cells: map[string]published.Cell{"a": {Party: published.Split}}},
			{Title: "upper\x1b[31m", Cells: map[string]published.Cell{"a": {Party: published.Customer, LoadBearing: true}}},
		},
	}
	texts := textsOf(t, written(t, l, "svg", Screen{Width: 80}))
	all := strings.Join(texts, "|")
	for _, want := range []string{"P&P", "split", "customer !", loadBearingIs} {
		if !strings.Contains(all, want) {
			t.Errorf("no %q in %q", want, all)
		}
	}
	if !strings.Contains(all, `An <offering> &|its "name", which|is long`) {
		t.Errorf("the title is not in lines of a column: %q", all)
	}
	if strings.Index(all, "lowest") < strings.Index(all, "middle") || strings.Contains(all, "\x1b") {
		t.Errorf("%q", all)
	}
	for i := range l.Layers {
		cell := l.Layers[i].Cells["a"]
		cell.LoadBearing = false
		l.Layers[i].Cells["a"] = cell
	}
	if strings.Contains(written(t, l, "svg", Screen{}), "load-bearing") {
		t.Error("load-bearing, though nothing is")
	}
}

// textsOf are the texts of an SVG, in the order in which they stand.
func textsOf(t *testing.T, svg string) []string {
	t.Helper()
	var all []string
	in := ""
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatalf("%v in\n%s", err, svg)
		}
		switch token := token.(type) {
		case xml.StartElement:
			in = token.Name.Local
		case xml.EndElement:
			in = ""
		case xml.CharData:
			if in == "text" {
				all = append(all, string(token))
			}
		}
	}
}
