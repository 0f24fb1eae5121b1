package report

import (
	"io"
	"slices"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/responsibility"
)

// Diff is what changes from one offering to another, as onus.diff/v1
// publishes it.
type Diff struct {
	Schema     string            `json:"schema"`
	From       Offering          `json:"from"`
	To         Offering          `json:"to"`
	Axes       []string          `json:"axes"`
	Layers     []LayerDiff       `json:"layers"`
	Gained     []ObligationDiff  `json:"gained"`
	Lost       []ObligationDiff  `json:"lost"`
	Limits     []Limit           `json:"limits"`
	LimitsGone []Limit           `json:"limitsGone"`
	Terms      []TermDiff        `json:"terms"`
	Moves      []MoveDiff        `json:"moves"`
	Sources    map[string]Source `json:"sources"`
}

// LayerDiff is a layer that another party holds, or that weighs more or less.
type LayerDiff struct {
	Axis       string `json:"axis"`
	ID         string `json:"id"`
	Title      string `json:"title"`
	Moves      bool   `json:"moves"` // another party holds it
	From       Cell   `json:"from"`
	To         Cell   `json:"to"`
	Duties     []Duty `json:"duties,omitempty"`     // that appear
	DutiesGone []Duty `json:"dutiesGone,omitempty"` // that go
}

// ObligationDiff is an obligation that stands differently. Was and Is are
// not-yours, yours, or induced: yours because of what the provider took over.
type ObligationDiff struct {
	ID          string                  `json:"id"`
	Title       string                  `json:"title"`
	Statement   string                  `json:"statement"`
	Axis        string                  `json:"axis"`
	Layer       string                  `json:"layer"`
	Severity    string                  `json:"severity"`
	LoadBearing bool                    `json:"loadBearing"` // under the offering where it is induced
	Was         responsibility.Standing `json:"was"`
	Is          responsibility.Standing `json:"is"`
	Sources     []string                `json:"sources"`
}

// Limit is something that cannot be done under an offering.
type Limit struct {
	Is      string   `json:"is"`
	Sources []string `json:"sources"`
}

// TermDiff is a term of the whole contract that differs; a side without a
// contract is null.
type TermDiff struct {
	Field string               `json:"field"`
	From  *responsibility.Fact `json:"from"`
	To    *responsibility.Fact `json:"to"`
}

// MoveDiff is a way in which a node goes that is new (from is null), gone (to
// is null), or differs in the fields named.
type MoveDiff struct {
	Trigger string     `json:"trigger"`
	Name    string     `json:"name,omitempty"`
	Fields  []string   `json:"fields,omitempty"`
	From    *MoveTerms `json:"from"`
	To      *MoveTerms `json:"to"`
}

// MoveTerms are the facts of a move that decide what it does to a service, and
// the same in words.
type MoveTerms struct {
	Initiator   string `json:"initiator"`
	Cadence     string `json:"cadence"`
	Pace        string `json:"pace"`
	Windows     string `json:"windows"`
	Replacement string `json:"replacement"`
	Deadline    string `json:"deadline"`
	OnDeadline  string `json:"onDeadline"`
	Words       string `json:"words"`
}

// NewDiff prepares a difference.
func NewDiff(c *responsibility.Catalog, d responsibility.Difference) Diff {
	v := Diff{Schema: "onus.diff/v1", From: publishedOffering(d.From), To: publishedOffering(d.To), Axes: d.Axes,
		Layers: []LayerDiff{}, Gained: []ObligationDiff{}, Lost: []ObligationDiff{},
		Limits: []Limit{}, LimitsGone: []Limit{}, Terms: []TermDiff{}, Moves: []MoveDiff{}}
	var cited []string
	for _, l := range d.Layers {
		v.Layers = append(v.Layers, LayerDiff{Axis: l.Axis, ID: l.Layer.ID, Title: l.Layer.Title, Moves: l.Moves(),
			From: publishedCell(l.From), To: publishedCell(l.To),
			Duties: publishedDuties(l.Duties), DutiesGone: publishedDuties(l.DutiesGone)})
		cited = append(cited, slices.Concat(cellSources(l.From), cellSources(l.To))...)
	}
	for _, ch := range d.Obligations {
		o := publishedObligationDiff(d, ch)
		if ch.To == responsibility.Induced || ch.From == responsibility.NotYours {
			v.Gained = append(v.Gained, o)
		} else {
			v.Lost = append(v.Lost, o)
		}
		cited = append(cited, o.Sources...)
	}
	v.Limits, v.LimitsGone = publishedLimits(d.Limits), publishedLimits(d.LimitsGone)
	for _, l := range slices.Concat(v.Limits, v.LimitsGone) {
		cited = append(cited, l.Sources...)
	}
	for _, t := range d.Terms {
		v.Terms = append(v.Terms, TermDiff(t))
		cited = append(cited, slices.Concat(factSources(t.From), factSources(t.To))...)
	}
	for _, m := range d.Moves {
		md := MoveDiff{Fields: m.Fields}
		if m.From != nil {
			md.Trigger, md.Name = m.From.Trigger, m.From.Name
			md.From = v.From.terms(d.From.Contract, *m.From)
			m.From.Facts(func(_ string, f responsibility.Fact) { cited = append(cited, f.From...) })
		}
		if m.To != nil {
			md.Trigger, md.Name = m.To.Trigger, m.To.Name
			md.To = v.To.terms(d.To.Contract, *m.To)
			m.To.Facts(func(_ string, f responsibility.Fact) { cited = append(cited, f.From...) })
		}
		v.Moves = append(v.Moves, md)
	}
	v.Sources = publishedSources(c, cited)
	return v
}

func publishedObligationDiff(d responsibility.Difference, ch responsibility.ObligationChange) ObligationDiff {
	o := ch.Obligation
	return ObligationDiff{ID: o.ID, Title: o.Title, Statement: o.Statement, Axis: o.Axis, Layer: o.Layer, Severity: o.Severity,
		LoadBearing: o.LoadBearingIn(d.From) || o.LoadBearingIn(d.To), Was: ch.From, Is: ch.To, Sources: o.From}
}

func publishedLimits(limits []responsibility.Limit) []Limit {
	published := []Limit{}
	for _, l := range limits {
		published = append(published, Limit{Is: l.Is, Sources: l.From})
	}
	return published
}

func factSources(f *responsibility.Fact) []string {
	if f == nil {
		return nil
	}
	ids := f.From
	for _, d := range f.Disputed {
		ids = slices.Concat(ids, d.From)
	}
	return ids
}

func (o Offering) terms(c *responsibility.Contract, m responsibility.Move) *MoveTerms {
	return &MoveTerms{Initiator: m.Initiator.Is, Cadence: m.Cadence.Is, Pace: m.Pace.Is, Windows: m.Windows.Is,
		Replacement: m.Replacement.Is, Deadline: m.Deadline.Is, OnDeadline: m.OnDeadline.Is, Words: o.inWords(c, m)}
}

// WriteDiff prints a difference as table, json, yaml or markdown.
func WriteDiff(w io.Writer, d Diff, format string, s Screen) error {
	return write(w, d, d.page, format, s)
}

func (d Diff) page() page {
	p := page{title(d.From.Title + " → " + d.To.Title)}
	if len(d.Layers)+len(d.Gained)+len(d.Lost)+len(d.Limits)+len(d.LimitsGone)+len(d.Terms)+len(d.Moves) == 0 {
		return append(p, prose("nothing differs"))
	}
	is := func(want responsibility.Standing) func(ObligationDiff) bool {
		return func(o ObligationDiff) bool { return o.Is == want }
	}
	started := func(by responsibility.Party) func(MoveDiff) bool {
		return func(m MoveDiff) bool { return m.To != nil && m.To.Initiator == string(by) }
	}
	return append(p,
		section{"moves", []block{d.layers(), d.duties()}},
		section{"now yours because of it", []block{obligations(d.Gained, is(responsibility.Induced))}},
		section{"now yours as well", []block{obligations(d.Gained, is(responsibility.Yours))}},
		section{"no longer yours", []block{obligations(d.Lost, is(responsibility.NotYours))}},
		section{"still yours, but no longer because of the provider", []block{obligations(d.Lost, is(responsibility.Yours))}},
		section{"what you can no longer do", []block{sentences(d.Limits)}},
		section{"limits that fall away", []block{sentences(d.LimitsGone)}},
		section{"what the provider may now do", []block{d.moves(started(responsibility.Provider))}},
		section{"what follows now when you start it", []block{d.moves(started(responsibility.Customer))}},
		section{"what the contract no longer names", []block{d.gone()}},
		section{"terms", []block{d.terms()}},
		d.legend(),
		d.next(),
	)
}

func (d Diff) layers() block {
	g := grid{head: []string{"Layer", "from", "to", "note"}, paint: func(row, col int) text.Colors {
		switch col {
		case 1:
			return d.Layers[row].From.colour()
		case 2:
			return d.Layers[row].To.colour()
		}
		return nil
	}}
	for _, l := range d.Layers {
		g.rows = append(g.rows, []string{l.Title, d.From.shown(l.From), d.To.shown(l.To), l.To.Note})
	}
	return g
}

// duties tells the layers that come out split apart.
func (d Diff) duties() block {
	var list entries
	for _, l := range d.Layers {
		if len(l.Duties) > 0 {
			list = append(list, entry{name: l.Title, under: d.To.whoDoesWhat(l.Duties)})
		}
	}
	return list
}

func obligations(all []ObligationDiff, which func(ObligationDiff) bool) block {
	var list entries
	for _, o := range all {
		if !which(o) {
			continue
		}
		beside := ""
		if o.Is == responsibility.Induced && o.Was == responsibility.Yours {
			beside = "(good practice before)"
		}
		list = append(list, entry{marked: o.LoadBearing && o.Is == responsibility.Induced, name: o.ID, beside: beside, under: []string{o.Statement}})
	}
	return list
}

func sentences(limits []Limit) block {
	var list bullets
	for _, l := range limits {
		list = append(list, l.Is)
	}
	return list
}

func (m MoveDiff) title() string {
	return responsibility.Move{Trigger: m.Trigger, Name: m.Name}.Title()
}

func (d Diff) moves(which func(MoveDiff) bool) block {
	var list entries
	for _, m := range d.Moves {
		if !which(m) {
			continue
		}
		e := entry{name: m.title(), under: []string{m.To.Words}}
		if m.From != nil {
			e.under = append(e.under, "before: "+m.From.Words)
		}
		list = append(list, e)
	}
	return list
}

func (d Diff) gone() block {
	var list bullets
	for _, m := range d.Moves {
		if m.To == nil {
			list = append(list, m.title()+": "+m.From.Words)
		}
	}
	return list
}

func (d Diff) terms() block {
	var list entries
	for _, t := range d.Terms {
		e := entry{name: factName(t.Field), beside: termIn(t.From) + " → " + termIn(t.To)}
		if t.Field == "override" { // a sentence on each side: only where it leads
			e.beside, e.under = "", []string{termIn(t.To)}
		} else if t.To != nil && factDetails(*t.To) != "" {
			e.under = []string{factDetails(*t.To)}
		}
		list = append(list, e)
	}
	return list
}

func termIn(f *responsibility.Fact) string {
	if f == nil {
		return "no contract"
	}
	return f.Is
}

func (d Diff) legend() block {
	if slices.ContainsFunc(d.Gained, func(o ObligationDiff) bool { return o.LoadBearing }) ||
		slices.ContainsFunc(d.Layers, func(l LayerDiff) bool { return l.From.LoadBearing || l.To.LoadBearing }) {
		return prose(loadMark + " load-bearing: a service falls when the customer does not hold it")
	}
	return prose("")
}

func (d Diff) next() block {
	var next steps
	if len(d.Gained) > 0 {
		next = append(next, "onus explain "+d.Gained[0].ID)
	}
	return append(next, "onus check --as "+d.To.ID+" PATH")
}
