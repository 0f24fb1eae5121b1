package report

import (
	"io"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/report/published"
)

// The component definition, as far as onus fills it.
type (
	oscalComponents struct {
		Definition oscalDefinition `json:"component-definition"`
	}
	oscalDefinition struct {
		UUID       string           `json:"uuid"`
		Metadata   oscalMetadata    `json:"metadata"`
		Components []oscalComponent `json:"components,omitempty"`
	}
	oscalComponent struct {
		UUID            string                `json:"uuid"`
		Type            string                `json:"type"`
		Title           string                `json:"title"`
		Description     string                `json:"description"`
		Props           []oscalProp           `json:"props,omitempty"`
		Implementations []oscalImplementation `json:"control-implementations,omitempty"`
	}
	oscalImplementation struct {
		UUID         string             `json:"uuid"`
		Source       string             `json:"source"`
		Description  string             `json:"description"`
		Requirements []oscalRequirement `json:"implemented-requirements"`
	}
	oscalRequirement struct {
		UUID        string                 `json:"uuid"`
		Control     string                 `json:"control-id"`
		Description string                 `json:"description"`
		Props       []oscalProp            `json:"props,omitempty"`
		Links       []oscalLink            `json:"links,omitempty"`
		Roles       []oscalResponsibleRole `json:"responsible-roles,omitempty"`
		Remarks     string                 `json:"remarks,omitempty"`
	}
	oscalResponsibleRole struct {
		ID string `json:"role-id"`
	}
)

// oscalComponentOf writes a ladder as a component definition of OSCAL: a component for each
// offering, and for each layer who is responsible.
func oscalComponentOf(v published.Value) writer {
	l, ok := v.(published.Ladder)
	if !ok {
		return nil
	}
	return func(w io.Writer, s Screen) error { return writeJSON(w, oscalComponents{definitionOf(&l)}) }
}

// definitionOf dates itself by the last day on which one of its sources was read: the same
// catalog makes the same definition.
func definitionOf(l *published.Ladder) oscalDefinition {
	read := "1970-01-01"
	names := []string{"definition", l.Axis}
	for _, s := range l.Sources {
		read = max(read, s.Read)
	}
	modified := read + "T00:00:00Z"
	if _, err := time.Parse(time.RFC3339, modified); err != nil {
		modified = "1970-01-01T00:00:00Z"
	}
	d := oscalDefinition{Metadata: oscalMetadata{
		Title: "Who is responsible: " + oscalText(l.Axis), Modified: modified, Version: read, OSCAL: oscalVersion, Roles: []oscalRole{
			{"provider", "the provider of the service"}, {"customer", "the customer"}, {"partner", "a partner of the provider"},
		},
	}}
	for _, o := range l.Offerings {
		names = append(names, o.ID)
		d.Components = append(d.Components, componentOf(l, o))
	}
	d.UUID = oscalID(names...)
	return d
}

func componentOf(l *published.Ladder, o published.Offering) oscalComponent {
	c := oscalComponent{
		UUID: oscalID("component", o.ID), Type: "service", Title: oscalText(o.Title),
		Description: oscalText(o.Title + ", of " + o.Provider), Props: oscalProps("offering", o.ID, "provider", o.Provider, "partner", o.Partner),
	}
	i := oscalImplementation{
		UUID: oscalID("implementation", o.ID, l.Axis), Source: oscalSpace + "/" + l.Axis,
		Description: "Who holds each layer of the axis " + oscalText(l.Axis) + ".",
	}
	for _, layer := range l.Layers {
		if cell, there := layer.Cells[o.ID]; there {
			i.Requirements = append(i.Requirements, requirementOf(l, o, layer, cell))
		}
	}
	if len(i.Requirements) > 0 {
		c.Implementations = []oscalImplementation{i}
	}
	return c
}

func requirementOf(l *published.Ladder, o published.Offering, layer published.Rung, cell published.Cell) oscalRequirement {
	r := oscalRequirement{
		UUID: oscalID("requirement", o.ID, layer.ID), Control: layer.ID, Description: oscalText(layer.Title + ": " + holder(o, cell.Party)),
		Props:   oscalProps("party", string(cell.Party), "load-bearing", map[bool]string{true: "yes"}[cell.LoadBearing]),
		Remarks: inOneLine(cell.Note),
	}
	parties := []published.Party{cell.Party}
	if cell.Party == published.Split {
		r.Description += ". " + oscalText(strings.Join(whoDoesWhat(o, cell.Duties), "; "))
		parties = nil
		for _, d := range cell.Duties {
			parties = append(parties, d.Party)
		}
	}
	told := map[published.Party]bool{}
	for _, p := range parties {
		if (p == published.Provider || p == published.Customer || p == published.Partner) && !told[p] {
			r.Roles, told[p] = append(r.Roles, oscalResponsibleRole{string(p)}), true
		}
	}
	linked := map[string]bool{}
	for _, s := range cell.Statements {
		if source := l.Sources[s.Source]; s.Holds && source.URL != "" && !linked[source.URL] {
			linked[source.URL] = true
			r.Links = append(r.Links, oscalLink{source.URL, "reference", inOneLine(source.Title)})
		}
	}
	return r
}
