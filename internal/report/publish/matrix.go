package publish

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/onus-project/onus/internal/estate"
	"github.com/onus-project/onus/internal/estate/kubernetes"
	"github.com/onus-project/onus/internal/finding"
	"github.com/onus-project/onus/internal/locate"
	"github.com/onus-project/onus/internal/origin"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
	"github.com/onus-project/onus/internal/subject"
)

// Owner is who of the customer holds something of a unit, by its number; empty where
// nothing says so.
type Owner func(unit int, about finding.Subject, at origin.Position) string

// Matrix is who is responsible for what in everything that was read.
func Matrix(c *responsibility.Catalog, looked Looked, owner Owner, now time.Time) published.Matrix {
	m := published.Matrix{
		Head: published.Head{Schema: published.MatrixSchema}, Tool: tool(), Date: now.UTC().Format(time.DateOnly), Config: looked.Config,
		Offerings: []published.MatrixOffering{}, Services: []published.MatrixService{},
		Others: []published.MatrixService{},
		Unread: append([]origin.Unread{}, looked.Unread()...), Unreadable: append([]origin.Fault{}, looked.Unreadable...),
	}
	missed := notLookedAt(c, looked)
	var cited []string
	for _, axis := range c.Axes {
		for _, o := range offeringsOn(looked, axis.ID) {
			made := matrixOffering(c, o, &axis, missed)
			for _, l := range made.Layers {
				cited = append(cited, l.Sources...)
				m.Summary.NotAssessed += len(l.NotAssessed)
			}
			m.Offerings = append(m.Offerings, made)
		}
	}
	for i, u := range looked.Units {
		s := matrixServices(c, looked, i, u, owner, m.Date)
		for k := range s.all {
			if x := s.all[k]; s.serves(x.Subject) {
				m.Services = append(m.Services, x)
			} else {
				m.Others = append(m.Others, x)
			}
		}
	}
	for _, all := range [][]published.MatrixService{m.Services, m.Others} {
		slices.SortStableFunc(all, func(a, b published.MatrixService) int { return a.Subject.Compare(b.Subject) })
		for i := range all {
			for _, o := range all[i].Obligations {
				if o.Follows == "" {
					m.Summary.Add(finding.Verdict(o.State))
				}
			}
		}
	}
	for i := range m.Services {
		for k := range m.Offerings {
			if m.Offerings[k].ID == m.Services[i].Offering {
				m.Offerings[k].Services++
			}
		}
	}
	m.Summary.Services = len(m.Services)
	m.Sources = sources(c, cited)
	return m
}

// offeringsOn are those that something runs on, of those with a line on an axis.
func offeringsOn(looked Looked, axis string) []*responsibility.Offering {
	all := offerings(looked)
	for _, p := range looked.Places {
		for _, at := range p.Instances {
			if o := at.Offering; o != nil && !slices.ContainsFunc(all, func(x *responsibility.Offering) bool { return x.ID == o.ID }) {
				all = append(all, o)
			}
		}
	}
	return slices.DeleteFunc(all, func(o *responsibility.Offering) bool { return len(o.Line[axis]) == 0 })
}

func matrixOffering(
	c *responsibility.Catalog, o *responsibility.Offering, axis *responsibility.Axis, missed []string,
) published.MatrixOffering {
	made := published.MatrixOffering{
		ID: o.ID, Title: o.Title, Axis: axis.ID, Provider: o.Provider, Partner: o.Partner, Layers: []published.MatrixLayer{},
	}
	for _, layer := range axis.Layers {
		at, agreed := o.Line[axis.ID][layer.ID]
		if !agreed {
			continue
		}
		l := published.MatrixLayer{
			ID: layer.ID, Title: layer.Title, Party: published.Party(at.Party), LoadBearing: at.LoadBearing, Duties: duties(at.Duties),
			Sources: []string{}, NotAssessed: []published.MatrixObligation{},
		}
		for _, id := range at.RestsOn() {
			if !slices.Contains(l.Sources, id) {
				l.Sources = append(l.Sources, id)
			}
		}
		for _, s := range c.Cite(l.Sources) {
			l.Read = max(l.Read, s.Read)
		}
		for _, x := range c.Obligations {
			if x.Axis == axis.ID && x.Layer == layer.ID && x.AppliesTo(o) && (!x.Checked || slices.Contains(missed, x.ID)) {
				l.NotAssessed = append(l.NotAssessed, obligationOn(x, o, "not-assessed", "onus does not look at it: verify by hand"))
			}
		}
		made.Layers = append(made.Layers, l)
	}
	return made
}

// obligationOn is an obligation where something runs.
func obligationOn(x *responsibility.Obligation, o *responsibility.Offering, state, evidence string) published.MatrixObligation {
	made := published.MatrixObligation{ID: x.ID, Title: x.Title, Layer: x.Layer, State: state, Evidence: evidence, LoadBearing: x.LoadBearing}
	if o != nil {
		made.Induced, made.LoadBearing = x.InducedIn(o), x.LoadBearingIn(o)
		if cell, ok := o.Line[x.Axis][x.Layer]; ok {
			made.Party = string(cell.Party)
		}
	}
	return made
}

// services makes those of one unit.
type services struct {
	all   []published.MatrixService
	index map[finding.Subject]int
	unit  string
	are   map[finding.Subject]bool // those that are services, without their unit
}

// servicesOf are those of a unit: workloads, pools of nodes and databases.
func servicesOf(u *estate.Unit) *services {
	s := &services{index: map[finding.Subject]int{}, unit: u.Estate.Name, are: map[finding.Subject]bool{}}
	for i := range u.Kubernetes.Workloads {
		s.are[subject.OfRef(u.Kubernetes.Workloads[i].Ref)] = true
	}
	return s
}

// serves reports whether a subject is a service.
func (s *services) serves(about finding.Subject) bool {
	about.Unit = ""
	return s.are[about] || about.Kind == "NodePool" || about.Kind == "Node" || about.Kind == "Database"
}

// whose is the service that a finding belongs to: its subject, or the workload that the
// PodDisruptionBudget which it is about covers alone.
func whose(e *kubernetes.Estate, about finding.Subject) finding.Subject {
	var covered []finding.Subject
	for i := range e.Budgets {
		b := &e.Budgets[i]
		if about.Kind != "PodDisruptionBudget" || b.Name != about.Name || b.Namespace != about.Namespace {
			continue
		}
		for k := range e.Workloads {
			if w := &e.Workloads[k]; w.Kind != kubernetes.Static && subject.Covers(e, b, w) {
				covered = append(covered, subject.OfRef(w.Ref))
			}
		}
	}
	if len(covered) != 1 {
		return about
	}
	return covered[0]
}

// of is the service of a subject, made where there is none.
func (s *services) of(about finding.Subject, at origin.Position, place locate.Place) *published.MatrixService {
	about.Unit = s.unit
	i, there := s.index[about]
	if !there {
		i = len(s.all)
		made := published.MatrixService{Subject: about, Position: at, Basis: string(place.Basis), Obligations: []published.MatrixObligation{}}
		if place.Offering != nil {
			made.Offering = place.Offering.ID
		}
		s.index[about], s.all = i, append(s.all, made)
	}
	return &s.all[i]
}

func matrixServices(
	c *responsibility.Catalog, looked Looked, unit int, u *estate.Unit, owner Owner, date string,
) *services {
	s := servicesOf(u)
	places, e := looked.Places[unit], u.Kubernetes
	everything := looked.Filter == nil || looked.Filter.Empty()
	for i := range e.Workloads {
		if w := &e.Workloads[i]; everything && w.Kind != kubernetes.Static {
			s.of(finding.Subject{Namespace: w.Namespace, Kind: w.Kind, Name: w.Name}, w.Position, places.Workloads[i])
		}
	}
	for i := range e.Pools {
		if everything {
			s.of(finding.Subject{Kind: "NodePool", Name: e.Pools[i].Name}, e.Pools[i].Position, places.Pools[i])
		}
	}
	if newest := u.Newest(); !newest.IsZero() {
		date = newest.UTC().Format(time.DateOnly)
	}
	for i := range looked.Results[unit].Findings {
		x := &looked.Results[unit].Findings[i]
		at := s.of(whose(e, x.Subject), x.Position, locate.Place{Offering: c.Offering(x.Offering), Basis: locate.Basis(x.Basis)})
		at.Offering, at.Basis = cmp.Or(at.Offering, x.Offering), cmp.Or(at.Basis, x.Basis)
		made := assessed(c, x, date)
		for _, own := range looked.Own {
			if own.ID == x.Obligation {
				made.Title, made.Party = own.Title, string(responsibility.Customer)
			}
		}
		if at.Subject.Kind != x.Subject.Kind {
			made.Evidence = x.Subject.Kind + " " + x.Subject.Name + ": " + made.Evidence
		}
		at.Obligations = append(at.Obligations, made)
		for k := range x.LeadsTo {
			o := &x.LeadsTo[k]
			led := s.of(whose(e, o.Subject), x.Position, locate.Place{Offering: c.Offering(x.Offering), Basis: locate.Basis(x.Basis)})
			led.Obligations = append(led.Obligations, outcomeOf(c, o, x, date))
		}
	}
	for i := range s.all {
		x := &s.all[i]
		about := x.Subject
		about.Unit = ""
		x.Owner = owner(unit, about, x.Position)
		slices.SortStableFunc(x.Obligations, func(a, b published.MatrixObligation) int {
			return cmp.Or(layerIndex(c, a.Layer)-layerIndex(c, b.Layer), strings.Compare(a.ID, b.ID))
		})
	}
	return s
}

// layerIndex orders layers as the catalog does.
func layerIndex(c *responsibility.Catalog, id string) int {
	n := 0
	for _, a := range c.Axes {
		for _, l := range a.Layers {
			if l.ID == id {
				return n
			}
			n++
		}
	}
	return n
}

// assessed is an obligation by what a check found.
func assessed(c *responsibility.Catalog, x *finding.Finding, date string) published.MatrixObligation {
	made := published.MatrixObligation{ID: x.Obligation}
	if o := c.Obligation(x.Obligation); o != nil {
		made = obligationOn(o, c.Offering(x.Offering), string(x.Verdict), x.Message)
	}
	made.State, made.Evidence, made.Severity, made.Position, made.Date = string(x.Verdict), x.Message, x.Severity, x.Position, date
	made.Layer, made.Party, made.LoadBearing = x.Layer, cmp.Or(x.Party, made.Party), x.LoadBearing
	if x.Waiver != nil {
		made.Evidence += "; accepted: " + x.Waiver.Reason
	}
	return made
}

// outcomeOf is an obligation by what a finding leads to.
func outcomeOf(c *responsibility.Catalog, o *finding.Outcome, cause *finding.Finding, date string) published.MatrixObligation {
	made := published.MatrixObligation{ID: o.Obligation}
	if x := c.Obligation(o.Obligation); x != nil {
		made = obligationOn(x, c.Offering(cause.Offering), string(o.Verdict), o.Message)
	}
	made.State, made.Evidence, made.Severity, made.Position, made.Date = string(o.Verdict), o.Message, cause.Severity, cause.Position, date
	made.Follows = cause.Obligation
	if cause.Waiver != nil {
		made.State = string(finding.Waived)
	}
	return made
}
