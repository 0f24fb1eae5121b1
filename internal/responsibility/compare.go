package responsibility

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/words"
)

// Difference is what changes for a customer who goes from one offering to
// another, on the axes that both have a line on.
type Difference struct {
	From, To    *Offering
	Axes        []string // shared, in the catalog's order
	Layers      []LayerChange
	Obligations []ObligationChange
	Limits      []Limit // of To and not of From: what can no longer be done
	LimitsGone  []Limit // of From and not of To
	Terms       []TermChange
	Moves       []MoveChange
}

// LayerChange is a layer whose cell differs in who holds it, in whether it is
// load-bearing, or, where it is split on both sides, in its duties.
type LayerChange struct {
	Axis       string
	Layer      Layer
	From, To   Cell
	Duties     []Duty // of To and not of From
	DutiesGone []Duty // of From and not of To
}

// Moves reports whether another party holds the layer.
func (l LayerChange) Moves() bool { return l.From.Party != l.To.Party }

// Standing is how an obligation stands to the customer of an offering.
type Standing string

// The standings. Induced is also Yours: the customer has it because of what
// somebody else took over.
const (
	NotYours Standing = "not-yours"
	Yours    Standing = "yours"
	Induced  Standing = "induced"
)

// Stands says how the obligation stands under an offering.
func (o *Obligation) Stands(of *Offering) Standing {
	switch {
	case o.InducedIn(of):
		return Induced
	case o.AppliesTo(of):
		return Yours
	}
	return NotYours
}

// ObligationChange is an obligation that stands differently on the two sides.
type ObligationChange struct {
	Obligation *Obligation
	From, To   Standing
}

// TermChange is a fact of the whole contract that differs; a side without a
// contract has none.
type TermChange struct {
	Field    string
	From, To *contract.Fact
}

// MoveChange is a way in which a node goes that only one side has (the other
// is nil), or that differs in Fields.
type MoveChange struct {
	From, To *contract.TermFacts
	Fields   []string
}

// Compare says what changes from one offering to another. It fails where they
// share no axis: a database and a cluster have no layer in common.
func Compare(c *Catalog, from, to *Offering) (Difference, error) {
	d := Difference{From: from, To: to, Axes: c.Shared(from, to)}
	if len(d.Axes) == 0 {
		return d, fmt.Errorf("%s and %s share no axis: %s is on %s, %s on %s", from.ID, to.ID,
			from.ID, words.And(c.AxesOf(from)), to.ID, words.And(c.AxesOf(to)))
	}
	for _, id := range d.Axes {
		d.Layers = append(d.Layers, layerChanges(c.Axis(id), from, to)...)
	}
	d.Obligations = obligationChanges(c, d.Axes, from, to)
	d.Limits, d.LimitsGone = c.limitsBeyond(to, from), c.limitsBeyond(from, to)
	d.Terms = termChanges(from.Facts, to.Facts)
	d.Moves = moveChanges(from.Facts, to.Facts)
	return d, nil
}

// AxesOf returns the axes an offering has a line on, in the catalog's order.
func (c *Catalog) AxesOf(o *Offering) []string { return c.Shared(o) }

// Shared returns the axes that all offerings have a line on, in the catalog's
// order.
func (c *Catalog) Shared(offerings ...*Offering) []string {
	var shared []string
	for _, a := range c.Axes {
		if !slices.ContainsFunc(offerings, func(o *Offering) bool { return len(o.Line[a.ID]) == 0 }) {
			shared = append(shared, a.ID)
		}
	}
	return shared
}

func layerChanges(axis *Axis, from, to *Offering) []LayerChange {
	var changes []LayerChange
	for _, layer := range axis.Layers {
		ch := LayerChange{Axis: axis.ID, Layer: layer, From: from.Line[axis.ID][layer.ID], To: to.Line[axis.ID][layer.ID]}
		ch.Duties, ch.DutiesGone = dutiesBeyond(ch.To, ch.From), dutiesBeyond(ch.From, ch.To)
		// Duties of a layer that one party holds only spell out what it does.
		recut := ch.From.Party == Split && len(ch.Duties)+len(ch.DutiesGone) > 0
		if ch.Moves() || ch.From.LoadBearing != ch.To.LoadBearing || recut {
			changes = append(changes, ch)
		}
	}
	return changes
}

func dutiesBeyond(a, b Cell) []Duty {
	return beyond(a.Duties, b.Duties, func(x, y Duty) bool { return x.Title == y.Title && x.Party == y.Party })
}

// limitsBeyond leaves out the limits of an offering that b is a special case
// of: b has them without saying so again.
func (c *Catalog) limitsBeyond(a, b *Offering) []Limit {
	only := a.Limits
	for seen := []*Offering(nil); b != nil && !slices.Contains(seen, b); b = c.Offering(b.Refines) {
		seen = append(seen, b)
		only = beyond(only, b.Limits, func(x, y Limit) bool { return x.Is == y.Is })
	}
	return only
}

// beyond returns what is in a and has no equal in b.
func beyond[T any](a, b []T, equal func(x, y T) bool) []T {
	var only []T
	for _, x := range a {
		if !slices.ContainsFunc(b, func(y T) bool { return equal(x, y) }) {
			only = append(only, x)
		}
	}
	return only
}

// obligationChanges are load-bearing first, then by severity.
func obligationChanges(c *Catalog, axes []string, from, to *Offering) []ObligationChange {
	var changes []ObligationChange
	for _, o := range c.Obligations {
		if !slices.Contains(axes, o.Axis) {
			continue
		}
		if ch := (ObligationChange{Obligation: o, From: o.Stands(from), To: o.Stands(to)}); ch.From != ch.To {
			changes = append(changes, ch)
		}
	}
	slices.SortStableFunc(changes, func(a, b ObligationChange) int {
		return cmp.Or(lighter(a.Obligation)-lighter(b.Obligation), severityRank(a.Obligation.Severity)-severityRank(b.Obligation.Severity))
	})
	return changes
}

func lighter(o *Obligation) int {
	if o.LoadBearing {
		return 0
	}
	return 1
}

func termChanges(from, to *contract.Facts) []TermChange {
	terms := []struct {
		field string
		of    func(*contract.Facts) *contract.Fact
	}{
		{"maxNodeLife", func(c *contract.Facts) *contract.Fact { return &c.MaxNodeLife }},
		{"windows", func(c *contract.Facts) *contract.Fact { return &c.Windows }},
		{"override", func(c *contract.Facts) *contract.Fact { return &c.Override }},
	}
	var changes []TermChange
	for _, t := range terms {
		ch := TermChange{Field: t.field}
		if from != nil {
			ch.From = t.of(from)
		}
		if to != nil {
			ch.To = t.of(to)
		}
		if !sameFact(ch.From, ch.To) {
			changes = append(changes, ch)
		}
	}
	return changes
}

// moveChanges are in the order of the contract gone to, then what is left of
// the one gone from.
func moveChanges(from, to *contract.Facts) []MoveChange {
	var changes []MoveChange
	for _, m := range moves(to) {
		ch := MoveChange{From: counterpart(moves(from), m), To: &m}
		if ch.From != nil {
			if ch.Fields = changedFields(*ch.From, m); len(ch.Fields) == 0 {
				continue
			}
		}
		changes = append(changes, ch)
	}
	for _, m := range moves(from) {
		if counterpart(moves(to), m) == nil {
			changes = append(changes, MoveChange{From: &m})
		}
	}
	return changes
}

func moves(c *contract.Facts) []contract.TermFacts {
	if c == nil {
		return nil
	}
	return c.Triggers
}

func counterpart(among []contract.TermFacts, m contract.TermFacts) *contract.TermFacts {
	if i := slices.IndexFunc(among, func(x contract.TermFacts) bool { return x.Trigger == m.Trigger && x.Name == m.Name }); i >= 0 {
		return &among[i]
	}
	return nil
}

// changedFields names the facts in which two moves differ, in the order in
// which All visits them.
func changedFields(from, to contract.TermFacts) []string {
	before, after := factsOf(from), factsOf(to)
	var fields []string
	for _, field := range []string{"initiator", "unless", "cadence", "pace", "windows", "replacement", "zone", "names", "candidates",
		"preflight", "preflightReported", "deadline", "onDeadline", "graceCap", "unhealthy", "unhealthyFor", "extended", "earlyDeletion",
		"timeout"} {
		if !sameFact(before[field], after[field]) {
			fields = append(fields, field)
		}
	}
	return fields
}

func factsOf(m contract.TermFacts) map[string]*contract.Fact {
	facts := map[string]*contract.Fact{"candidates": {Is: string(contract.Started)}} // what a contract that is silent about them means
	m.All(func(field string, fact contract.Fact) { facts[field] = &fact })
	return facts
}

// sameFact compares what holds and what the customer can set; a note or a
// source that differs changes nothing for the customer.
func sameFact(a, b *contract.Fact) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Is == b.Is && a.Min == b.Min && a.Max == b.Max && a.Control == b.Control
}
