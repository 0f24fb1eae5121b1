package report

import (
	"maps"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/text"

	"github.com/onus-project/onus/internal/responsibility"
)

// Offering names an offering in a published value, with what its parties are
// called.
type Offering struct {
	ID       string `json:"id"`
	Title    string `json:"title"`
	Provider string `json:"provider"`
	Partner  string `json:"partner,omitempty"`
}

// Cell is one layer of an offering's line in a published value.
type Cell struct {
	Party       responsibility.Party `json:"party"`
	LoadBearing bool                 `json:"loadBearing"`
	Note        string               `json:"note,omitempty"`
	Duties      []Duty               `json:"duties,omitempty"`
	Claims      []Claim              `json:"claims"`
	Because     string               `json:"because,omitempty"`
}

// Duty is a part of a layer that one party does.
type Duty struct {
	Title string                          `json:"title"`
	Party responsibility.Party            `json:"party"`
	By    string                          `json:"by,omitempty"`
	Paths map[string]responsibility.Party `json:"paths,omitempty"`
}

// Claim is what one source states about a cell. Holds is true where it states
// the cell's own party.
type Claim struct {
	Source string               `json:"source"`
	Party  responsibility.Party `json:"party"`
	Holds  bool                 `json:"holds,omitempty"`
	Says   string               `json:"says,omitempty"`
}

// Source is a document in a published value, under its id.
type Source struct {
	Title string `json:"title"`
	URL   string `json:"url"`
	Read  string `json:"read"`
	Note  string `json:"note,omitempty"`
}

func publishedOffering(o *responsibility.Offering) Offering {
	return Offering{ID: o.ID, Title: o.Title, Provider: o.Provider, Partner: o.Partner}
}

func publishedCell(c responsibility.Cell) Cell {
	claims := make([]Claim, len(c.Claims))
	for i, cl := range c.Claims {
		claims[i] = Claim{Source: cl.From, Party: cl.Party, Holds: cl.Holds(c), Says: cl.Says}
		if cl.Party == "" {
			claims[i].Party = c.Party
		}
	}
	return Cell{Party: c.Party, LoadBearing: c.LoadBearing, Note: c.Note, Duties: publishedDuties(c.Duties), Claims: claims, Because: c.Because}
}

func publishedDuties(duties []responsibility.Duty) []Duty {
	var published []Duty
	for _, d := range duties {
		published = append(published, Duty{Title: d.Title, Party: d.Party, By: d.By, Paths: d.Paths})
	}
	return published
}

// cellSources are the ids of what a cell and its duties rest on.
func cellSources(c responsibility.Cell) []string {
	var ids []string
	for _, cl := range c.Claims {
		ids = append(ids, cl.From)
	}
	return append(ids, dutySources(c.Duties)...)
}

func dutySources(duties []responsibility.Duty) []string {
	var ids []string
	for _, d := range duties {
		ids = append(ids, d.From...)
	}
	return ids
}

func publishedSources(c *responsibility.Catalog, ids []string) map[string]Source {
	sources := map[string]Source{}
	for _, s := range c.Cite(ids) {
		sources[s.ID] = Source{Title: s.Title, URL: s.URL, Read: s.Read, Note: s.Note}
	}
	return sources
}

// holder names a party the way a reader of this offering would.
func (o Offering) holder(p responsibility.Party) string {
	return (&responsibility.Offering{Provider: o.Provider, Partner: o.Partner}).Holder(p)
}

// shown is a cell in a table: the holder, and a mark where it is load-bearing.
func (o Offering) shown(c Cell) string {
	if c.LoadBearing {
		return o.holder(c.Party) + glue + loadMark
	}
	return o.holder(c.Party)
}

func (c Cell) disputed() bool {
	return slices.ContainsFunc(c.Claims, func(cl Claim) bool { return !cl.Holds })
}

// colour tells at a glance what is left to the customer.
func (c Cell) colour() text.Colors {
	switch {
	case c.LoadBearing:
		return bad
	case c.Party == responsibility.Customer || c.Party == responsibility.Split:
		return warn
	case c.Party == responsibility.None:
		return faint
	}
	return good
}

// whoDoesWhat lists duties by who does them, one sentence a party.
func (o Offering) whoDoesWhat(duties []Duty) []string {
	var order []string
	does := map[string][]string{}
	for _, d := range duties {
		who := o.holder(d.Party)
		if len(d.Paths) > 0 {
			who = "by install path"
		}
		if _, ok := does[who]; !ok {
			order = append(order, who)
		}
		does[who] = append(does[who], o.duty(d))
	}
	sentences := make([]string, len(order))
	for i, who := range order {
		sentences[i] = who + ": " + strings.Join(does[who], "; ")
	}
	return sentences
}

func (o Offering) duty(d Duty) string {
	var with []string
	for _, path := range slices.Sorted(maps.Keys(d.Paths)) {
		with = append(with, path+" "+o.holder(d.Paths[path]))
	}
	if d.By != "" {
		with = append(with, d.By)
	}
	if len(with) == 0 {
		return d.Title
	}
	return d.Title + " (" + strings.Join(with, ", ") + ")"
}

// disagreement says in one paragraph which source claims what, what holds, and
// why.
func (o Offering) disagreement(c Cell) string {
	var order []responsibility.Party
	by := map[responsibility.Party][]string{}
	for _, holds := range []bool{false, true} {
		for _, cl := range c.Claims {
			if cl.Holds != holds {
				continue
			}
			if len(by[cl.Party]) == 0 {
				order = append(order, cl.Party)
			}
			by[cl.Party] = append(by[cl.Party], cl.Source)
		}
	}
	var sides []string
	for _, p := range order {
		verb := " says "
		if len(by[p]) > 1 {
			verb = " say "
		}
		sides = append(sides, strings.Join(by[p], ", ")+verb+o.holder(p))
	}
	return "sources disagree: " + strings.Join(sides, "; ") + ", which holds. " + c.Because
}
