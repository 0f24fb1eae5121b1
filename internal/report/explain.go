package report

import (
	"io"
	"maps"
	"slices"

	"github.com/onus-project/onus/internal/responsibility"
)

// Explanation is what the catalog says of one thing, as onus.explain/v1
// publishes it. Its kind says which fields it has beside those of Explained.
type Explanation interface {
	page() page
}

// Explained is what every explanation starts with.
type Explained struct {
	Schema string `json:"schema"`
	Kind   string `json:"kind"`
	ID     string `json:"id,omitempty"`
	Title  string `json:"title,omitempty"`
	About  string `json:"about,omitempty"`
}

func explained(kind, id, title, about string) Explained {
	return Explained{Schema: "onus.explain/v1", Kind: kind, ID: id, Title: title, About: about}
}

// WriteExplanation prints an explanation as table, json, yaml or markdown.
func WriteExplanation(w io.Writer, e Explanation, format string, s Screen) error {
	return write(w, e, e.page, format, s)
}

// opening is the head of the page: what it is called, and what it is.
func (e Explained) opening() page {
	return page{title(e.Title + " (" + e.ID + ", " + e.Kind + ")"), prose(e.About)}
}

// sourcesSection lists documents with their addresses.
func sourcesSection(sources map[string]Source) section {
	var list entries
	for _, id := range slices.Sorted(maps.Keys(sources)) {
		src := sources[id]
		list = append(list, entry{name: id, beside: src.Title, under: src.lines()})
	}
	return section{"sources", []block{list}}
}

func (src Source) lines() []string {
	read := "read " + src.Read
	if src.Note != "" {
		read += ": " + src.Note
	}
	return []string{src.URL, read}
}

// ObligationStanding is how one obligation stands under one offering.
type ObligationStanding struct {
	ID          string                  `json:"id"`
	Title       string                  `json:"title"`
	Statement   string                  `json:"statement"`
	Axis        string                  `json:"axis"`
	Layer       string                  `json:"layer"`
	Severity    string                  `json:"severity"`
	Stands      responsibility.Standing `json:"stands"`
	LoadBearing bool                    `json:"loadBearing"`
}

// standing lists the obligations that the customer of an offering has, of
// those that are asked for.
func standing(c *responsibility.Catalog, of *responsibility.Offering, which func(*responsibility.Obligation) bool) ([]ObligationStanding, []string) {
	list := []ObligationStanding{}
	var cited []string
	for _, o := range c.Obligations {
		if !which(o) || !o.AppliesTo(of) {
			continue
		}
		list = append(list, ObligationStanding{ID: o.ID, Title: o.Title, Statement: o.Statement, Axis: o.Axis, Layer: o.Layer,
			Severity: o.Severity, Stands: o.Stands(of), LoadBearing: o.LoadBearingIn(of)})
		cited = append(cited, o.From...)
	}
	return list, cited
}

// yours shows obligations: those that the provider's part created first.
func yours(all []ObligationStanding) []block {
	var induced, own entries
	for _, o := range all {
		e := entry{marked: o.LoadBearing, name: o.ID, under: []string{o.Statement}}
		if o.Stands == responsibility.Induced {
			induced = append(induced, e)
		} else {
			own = append(own, e)
		}
	}
	return []block{
		section{"yours because of what others took over (! load-bearing)", []block{induced}},
		section{"yours in any case", []block{own}},
	}
}

// story tells a cell in full: the parts, every claim, and why one holds.
func (o Offering) story(c Cell) []block {
	parts := bullets(nil)
	for _, sentence := range o.whoDoesWhat(c.Duties) {
		parts = append(parts, sentence)
	}
	var claims bullets
	for _, cl := range c.Claims {
		said := cl.Source + " says " + o.holder(cl.Party)
		if c.disputed() && cl.Holds {
			said += ", which holds"
		}
		if cl.Says != "" {
			said += ": " + cl.Says
		}
		claims = append(claims, said)
	}
	why := prose("")
	if c.Because != "" {
		why = prose("why it holds: " + c.Because)
	}
	return []block{parts, claims, why}
}
