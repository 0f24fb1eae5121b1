package report

import (
	"cmp"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/words"
)

// matrixPage is who is responsible for what: the lines of the offerings, and of each
// service what is the customer's, with its state.
func matrixPage(m published.Matrix) page {
	m = legible(m)
	n := m.Summary
	p := page{
		title("Who is responsible for what, " + m.Date),
		prose(fmt.Sprintf("%s on %s. Of what is yours %d held, %d broken, %d unknown, %d waived; %s not assessed.",
			words.Count(n.Services, "service"), words.Count(len(m.Offerings), "offering"), n.Held, n.Broken, n.Unknown, n.Waived,
			words.Count(n.NotAssessed, "obligation"))),
	}
	for i := range m.Offerings {
		p = append(p, offeringMatrix(&m, &m.Offerings[i]))
	}
	for i := range m.Services {
		p = append(p, serviceMatrix(&m.Services[i]))
	}
	for i := range m.Others {
		p = append(p, serviceMatrix(&m.Others[i]))
	}
	return append(p, unreadSection(m.Unread, m.Unreadable))
}

// offeringMatrix is the line of one offering, with what nobody looked at.
func offeringMatrix(m *published.Matrix, o *published.MatrixOffering) block {
	who := published.Offering{ID: o.ID, Title: o.Title, Provider: o.Provider, Partner: o.Partner}
	g := grid{head: []string{"layer", "held by", "by sources of", "not assessed"}, paint: func(row, col int) text.Colors {
		if l := &o.Layers[row]; col == 1 {
			return colourOf(published.Cell{Party: l.Party, LoadBearing: l.LoadBearing})
		}
		return nil
	}}
	named := func(p published.Party) string {
		if p == published.Customer {
			return "you"
		}
		return holder(who, p)
	}
	for _, l := range o.Layers {
		held := named(l.Party)
		if l.Party == published.Split {
			held = strings.Join(doneBy(who, l.Duties, named), "; ")
		}
		var not []string
		for _, x := range l.NotAssessed {
			not = append(not, x.ID)
		}
		g.rows = append(g.rows, []string{l.Title, held, l.Read, strings.Join(not, ", ")})
	}
	return section{fmt.Sprintf("%s (%s): %s", o.Title, o.Axis, words.Count(o.Services, "service")), []block{g}}
}

// serviceMatrix is one service.
func serviceMatrix(s *published.MatrixService) block {
	head := cmp.Or(named(s.Subject), s.Subject.Kind) + ": " + cmp.Or(s.Offering, "platform unknown") + ", held by " + cmp.Or(s.Owner, "you")
	if len(s.Obligations) == 0 {
		return section{head, []block{prose("nothing was assessed")}}
	}
	g := grid{head: []string{"layer", "obligation", "state", "evidence", "date"}, paint: func(row, col int) text.Colors {
		if col == 2 {
			return colourOfState(s.Obligations[row].State)
		}
		return nil
	}}
	for _, o := range s.Obligations {
		state := o.State
		if o.State == "broken" && o.Severity != "" {
			state += " " + o.Severity
		}
		if o.Follows != "" {
			state += ", by " + o.Follows
		}
		g.rows = append(g.rows, []string{o.Layer, o.ID, state, sentence(o.Evidence), o.Date})
	}
	return section{head, []block{g}}
}

func colourOfState(state string) text.Colors {
	switch state {
	case "broken":
		return bad
	case "held":
		return good
	case "unknown":
		return warn
	}
	return faint
}

// matrixHead names the columns. Columns may be added, at the end.
var matrixHead = []string{"unit", "namespace", "kind", "name", "owner", "offering", "layer", "party", "holder", "obligation", "state",
	"severity", "load-bearing", "evidence", "file", "line", "date"}

// matrixCSV writes a line for each layer of each service, and for each obligation where it
// has some.
func matrixCSV(w io.Writer, m *published.Matrix) error {
	out := csv.NewWriter(w)
	out.UseCRLF = true
	_ = out.Write(matrixHead) // an error stays for the end
	services := len(m.Services)
	for i, s := range slices.Concat(m.Services, m.Others) {
		k := slices.IndexFunc(m.Offerings, func(o published.MatrixOffering) bool { return i < services && o.ID == s.Offering })
		row := func(layer, party, who string, o *published.MatrixObligation) {
			bearing := ""
			if o.LoadBearing {
				bearing = "yes"
			}
			_ = out.Write(cells(s.Subject.Unit, s.Subject.Namespace, s.Subject.Kind, s.Subject.Name, s.Owner, s.Offering, layer, party, who, o.ID,
				o.State, o.Severity, bearing, o.Evidence, o.Position.File, lineNumber(o.Position.Line), o.Date))
		}
		told := map[string]bool{}
		if k >= 0 {
			o := &m.Offerings[k]
			who := published.Offering{Provider: o.Provider, Partner: o.Partner}
			for _, l := range o.Layers {
				holds := holder(who, l.Party)
				if l.Party == published.Customer || l.Party == published.Split {
					holds = cmp.Or(s.Owner, string(l.Party))
				}
				told[l.ID] = true
				if !slices.ContainsFunc(s.Obligations, func(x published.MatrixObligation) bool { return x.Layer == l.ID }) {
					row(l.ID, string(l.Party), holds, &published.MatrixObligation{Date: l.Read, Evidence: strings.Join(l.Sources, " ")})
				}
				for i := range s.Obligations {
					if x := &s.Obligations[i]; x.Layer == l.ID {
						row(l.ID, string(l.Party), cmp.Or(s.Owner, string(published.Customer)), x)
					}
				}
			}
		}
		for i := range s.Obligations {
			if x := &s.Obligations[i]; !told[x.Layer] {
				row(x.Layer, x.Party, cmp.Or(s.Owner, string(published.Customer)), x)
			}
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("writing: %w", err)
	}
	return nil
}
