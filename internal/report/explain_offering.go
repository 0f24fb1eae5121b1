package report

import (
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/responsibility"
)

// OfferingExplained is an offering in full: its line, its contract, what it
// takes away, and what it leaves to the customer.
type OfferingExplained struct {
	Explained
	Provider    string                `json:"provider"`
	Partner     string                `json:"partner,omitempty"`
	Refines     string                `json:"refines,omitempty"`
	Line        []AxisLine            `json:"line"`
	Contract    *ContractExplained    `json:"contract,omitempty"`
	Limits      []Limit               `json:"limits"`
	Evidence    []responsibility.Rule `json:"evidence"`
	Obligations []ObligationStanding  `json:"obligations"`
	Sources     map[string]Source     `json:"sources"`
}

// AxisLine is an offering's line on one axis, bottom layer first.
type AxisLine struct {
	Axis   string     `json:"axis"`
	Layers []LineCell `json:"layers"`
}

// LineCell is one layer of a line.
type LineCell struct {
	ID    string `json:"id"`
	Title string `json:"title"`
	Cell
}

// ContractExplained is a contract, each move with its words.
type ContractExplained struct {
	MaxNodeLife responsibility.Fact  `json:"maxNodeLife"`
	Windows     responsibility.Fact  `json:"windows"`
	Override    responsibility.Fact  `json:"override"`
	NodeReady   *responsibility.Fact `json:"nodeReady,omitempty"`
	Moves       []MoveExplained      `json:"moves"`
}

// MoveExplained is a way in which a node goes, and the same in words.
type MoveExplained struct {
	responsibility.Move
	Words string `json:"words"`
}

// ExplainOffering prepares an offering.
func ExplainOffering(c *responsibility.Catalog, o *responsibility.Offering) OfferingExplained {
	v := OfferingExplained{Explained: explained("offering", o.ID, o.Title, o.About), Provider: o.Provider, Partner: o.Partner, Refines: o.Refines,
		Line: []AxisLine{}, Limits: publishedLimits(o.Limits), Evidence: o.Evidence}
	if v.Evidence == nil {
		v.Evidence = []responsibility.Rule{}
	}
	cited := slices.Clone(o.From)
	for _, id := range c.AxesOf(o) {
		line := AxisLine{Axis: id}
		for _, layer := range c.Axis(id).Layers {
			cell := o.Line[id][layer.ID]
			line.Layers = append(line.Layers, LineCell{ID: layer.ID, Title: layer.Title, Cell: publishedCell(cell)})
			cited = append(cited, cellSources(cell)...)
		}
		v.Line = append(v.Line, line)
	}
	for _, l := range v.Limits {
		cited = append(cited, l.Sources...)
	}
	for _, r := range v.Evidence {
		cited = append(cited, r.From...)
	}
	if o.Contract != nil {
		v.Contract = publishedContract(o)
		cited = append(cited, contractSources(o.Contract)...)
	}
	obligations, from := standing(c, o, func(*responsibility.Obligation) bool { return true })
	v.Obligations = obligations
	v.Sources = publishedSources(c, append(cited, from...))
	return v
}

func publishedContract(o *responsibility.Offering) *ContractExplained {
	c := o.Contract
	published := &ContractExplained{MaxNodeLife: c.MaxNodeLife, Windows: c.Windows, Override: c.Override, Moves: []MoveExplained{}}
	if c.Timings != nil {
		ready := c.Timings.NodeReady
		if ready.From == nil { // it is assumed
			ready.From = []string{}
		}
		published.NodeReady = &ready
	}
	for _, m := range c.Triggers {
		published.Moves = append(published.Moves, MoveExplained{m, publishedOffering(o).inWords(c, m)})
	}
	return published
}

func contractSources(c *responsibility.Contract) []string {
	ids := slices.Concat(factSources(&c.MaxNodeLife), factSources(&c.Windows), factSources(&c.Override))
	if c.Timings != nil {
		ids = append(ids, factSources(&c.Timings.NodeReady)...)
	}
	for _, m := range c.Triggers {
		ids = append(ids, moveSources(m)...)
	}
	return ids
}

func moveSources(m responsibility.Move) []string {
	var ids []string
	m.Facts(func(_ string, f responsibility.Fact) { ids = append(ids, factSources(&f)...) })
	return ids
}

func (v OfferingExplained) offering() Offering {
	return Offering{ID: v.ID, Title: v.Title, Provider: v.Provider, Partner: v.Partner}
}

func (v OfferingExplained) page() page {
	p := v.opening()
	for _, line := range v.Line {
		p = append(p, section{"who holds what: " + line.Axis + ", from the bottom up", []block{v.line(line)}})
	}
	if v.Contract != nil {
		p = append(p, section{"what may happen to your nodes", v.contract()})
	}
	p = append(p, section{"limits", []block{sentences(v.Limits)}})
	for _, b := range yours(v.Obligations) {
		p = append(p, b)
	}
	return append(p, section{"how onus recognises it", []block{v.evidence()}}, sourcesSection(v.Sources), v.next())
}

func (v OfferingExplained) line(line AxisLine) block {
	g := grid{head: []string{"Layer", "held by", "note"}, paint: func(row, col int) text.Colors {
		if col == 1 {
			return line.Layers[row].colour()
		}
		return nil
	}}
	for _, l := range line.Layers {
		note := l.Note
		if l.disputed() {
			note = strings.TrimSpace(note + " (sources disagree)")
		}
		g.rows = append(g.rows, []string{l.Title, v.offering().shown(l.Cell), note})
	}
	return g
}

func (v OfferingExplained) contract() []block {
	g := grid{head: []string{"Why a node goes", "started by", "how often", "at once", "windows", "PDBs kept for", "then"}}
	for _, m := range v.Contract.Moves {
		g.rows = append(g.rows, []string{m.Title(), v.offering().starter(m.Move), m.Cadence.Is, m.Pace.Is, m.Windows.Is, m.Deadline.Is, m.OnDeadline.Is})
	}
	type term struct {
		field string
		fact  responsibility.Fact
	}
	terms := []term{{"maxNodeLife", v.Contract.MaxNodeLife}, {"windows", v.Contract.Windows}, {"override", v.Contract.Override}}
	var facts pairs
	var disputed bullets
	if v.Contract.NodeReady != nil {
		terms = append(terms, term{"nodeReady", *v.Contract.NodeReady})
	}
	for _, t := range terms {
		facts = append(facts, [2]string{factName(t.field), factInWords(t.fact)})
		disputed = append(disputed, disputes(t.field, t.fact)...)
	}
	return []block{facts, disputed, g}
}

// starter is who starts a move: the provider by its name, or you.
func (o Offering) starter(m responsibility.Move) string {
	if m.Initiator.Is == string(responsibility.Customer) {
		return "you"
	}
	return o.holder(responsibility.Party(m.Initiator.Is))
}

func (v OfferingExplained) evidence() block {
	var list bullets
	for _, r := range v.Evidence {
		says := r.On + " with " + conditions(r.All, " and ")
		if len(r.None) > 0 {
			says += ", without " + conditions(r.None, " or ")
		}
		if r.Strength == "hint" {
			says += " (a hint: decides only where there is no proof)"
		}
		list = append(list, says)
	}
	return list
}

func conditions(all []responsibility.Condition, and string) string {
	parts := make([]string, len(all))
	for i, c := range all {
		parts[i] = c.Field
		if c.Key != "" {
			parts[i] += " " + c.Key
		}
		if len(c.In) > 0 {
			parts[i] += " = " + strings.Join(c.In, " or ")
		}
		if c.Prefix != "" {
			parts[i] += " that starts with " + c.Prefix
		}
		if c.Contains != "" {
			parts[i] += " that contains " + c.Contains
		}
	}
	return strings.Join(parts, and)
}

func (v OfferingExplained) next() block {
	next := steps{"onus ladder " + v.ID}
	if v.Contract != nil && len(v.Contract.Moves) > 0 {
		next = append(next, "onus explain "+v.ID+" "+v.Contract.Moves[0].Trigger)
	}
	for _, line := range v.Line {
		if i := slices.IndexFunc(line.Layers, func(l LineCell) bool { return l.disputed() || l.Party == responsibility.Split }); i >= 0 {
			next = append(next, "onus explain "+v.ID+" "+line.Layers[i].ID)
			break
		}
	}
	return next
}
