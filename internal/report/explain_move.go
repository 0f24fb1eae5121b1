package report

import (
	"strings"

	"github.com/onus-project/onus/internal/responsibility"
)

// MovesExplained is what one trigger does under one offering, fact by fact.
type MovesExplained struct {
	Explained
	Offering    Offering             `json:"offering"`
	Moves       []MoveExplained      `json:"moves"`
	Obligations []ObligationStanding `json:"obligations"`
	Sources     map[string]Source    `json:"sources"`
}

// ExplainMoves prepares the moves that an offering's contract has for a trigger.
func ExplainMoves(c *responsibility.Catalog, o *responsibility.Offering, t *responsibility.Trigger) MovesExplained {
	v := MovesExplained{Explained: explained("move", o.ID+" "+t.ID, o.Title+", "+t.Title, t.About), Offering: publishedOffering(o), Moves: []MoveExplained{}}
	var cited []string
	for _, m := range o.Contract.Triggers {
		if m.Trigger == t.ID {
			v.Moves = append(v.Moves, MoveExplained{m, v.Offering.inWords(o.Contract, m)})
			cited = append(cited, moveSources(m)...)
		}
	}
	obligations, from := standing(c, o, func(ob *responsibility.Obligation) bool {
		for _, id := range ob.Trigger {
			if id == t.ID {
				return true
			}
		}
		return false
	})
	v.Obligations = obligations
	v.Sources = publishedSources(c, append(cited, from...))
	return v
}

func (v MovesExplained) page() page {
	p := page{title(v.Title), prose(v.About)}
	for _, m := range v.Moves {
		var facts pairs
		var disputed bullets
		m.Facts(func(field string, f responsibility.Fact) {
			facts = append(facts, [2]string{factName(field), v.fact(field, f)})
			disputed = append(disputed, disputes(field, f)...)
		})
		p = append(p, section{m.Title(), []block{prose(m.Words), facts, disputed}})
	}
	for _, b := range yours(v.Obligations) {
		p = append(p, b)
	}
	return append(p, sourcesSection(v.Sources))
}

func (v MovesExplained) fact(field string, f responsibility.Fact) string {
	if field == "initiator" {
		f.Is = v.Offering.starter(responsibility.Move{Initiator: f})
	}
	return factInWords(f) + " [" + strings.Join(f.From, ", ") + "]"
}
