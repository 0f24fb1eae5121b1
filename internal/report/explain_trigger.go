package report

import "github.com/onus-project/onus/internal/responsibility"

// TriggerExplained is a trigger and what each contract makes of it.
type TriggerExplained struct {
	Explained
	Moves   []OfferingMove    `json:"moves"`
	Sources map[string]Source `json:"sources"`
}

// OfferingMove is a move under the offering whose contract has it.
type OfferingMove struct {
	Offering Offering `json:"offering"`
	MoveExplained
}

// ExplainTrigger prepares a trigger.
func ExplainTrigger(c *responsibility.Catalog, t *responsibility.Trigger) TriggerExplained {
	v := TriggerExplained{Explained: explained("trigger", t.ID, t.Title, t.About), Moves: []OfferingMove{}}
	cited := t.From
	for _, o := range c.Offerings {
		if o.Contract == nil {
			continue
		}
		for _, m := range o.Contract.Triggers {
			if m.Trigger == t.ID {
				of := publishedOffering(o)
				v.Moves = append(v.Moves, OfferingMove{of, MoveExplained{m, of.inWords(o.Contract, m)}})
				cited = append(cited[:len(cited):len(cited)], moveSources(m)...)
			}
		}
	}
	v.Sources = publishedSources(c, cited)
	return v
}

func (v TriggerExplained) page() page {
	g := grid{head: []string{"Offering", "started by", "at once", "windows", "PDBs kept for", "then"}}
	var words entries
	for _, m := range v.Moves {
		name := m.Offering.Title
		if m.Name != "" {
			name += " (" + m.Name + ")"
		}
		g.rows = append(g.rows, []string{name, m.Offering.starter(m.Move), m.Pace.Is, m.Windows.Is, m.Deadline.Is, m.OnDeadline.Is})
		words = append(words, entry{name: name, under: []string{m.Words}})
	}
	return append(v.opening(),
		section{"under each contract that has it", []block{g}},
		section{"in words", []block{words}},
		sourcesSection(v.Sources),
	)
}
