package publish

import (
	"slices"

	"github.com/onus-project/onus/internal/contract"
	"github.com/onus-project/onus/internal/report/published"
	"github.com/onus-project/onus/internal/responsibility"
)

func fact(f contract.Fact) published.Fact {
	x := published.Fact{Is: f.Is, Min: f.Min, Max: f.Max, Control: f.Control, Note: f.Note, Assumed: f.Assumed, From: f.From}
	for _, d := range f.Disputed {
		x.Disputed = append(x.Disputed, published.Dispute(d))
	}
	return x
}

func factOrNone(f *contract.Fact) *published.Fact {
	if f == nil {
		return nil
	}
	return new(fact(*f))
}

// move is a way in which a node goes under an offering, and the same in words.
func move(o *responsibility.Offering, m contract.TermFacts) published.Move {
	var unless, extended *published.Fact
	if m.Unless != nil {
		unless = new(fact(m.Unless.Told()))
	}
	if m.Extended != nil {
		extended = factOrNone(&m.Extended.Fact)
	}
	return published.Move{
		Trigger: m.Trigger, Name: m.Name, Unless: unless,
		Initiator: fact(m.Initiator), Cadence: fact(m.Cadence), Pace: fact(m.Pace), Windows: fact(m.Windows), Replacement: fact(m.Replacement),
		Zone: factOrNone(m.Zone), Names: factOrNone(m.Names), Candidates: factOrNone(m.Candidates),
		Preflight: factOrNone(m.Preflight), PreflightReported: factOrNone(m.PreflightReported),
		Deadline: fact(m.Deadline), OnDeadline: fact(m.OnDeadline),
		GraceCap: factOrNone(m.GraceCap), Unhealthy: factOrNone(m.Unhealthy), UnhealthyFor: factOrNone(m.UnhealthyFor),
		EarlyDeletion: factOrNone(m.EarlyDeletion),
		Extended:      extended, Timeout: factOrNone(m.Timeout), Words: inWords(o, m),
	}
}

// inWords are the terms that the facts mean, as a person would say them.
func inWords(o *responsibility.Offering, m contract.TermFacts) string {
	return o.Contract.Words(o.Contract.TermsOf(m), o.Provider)
}

func contractOf(o *responsibility.Offering) *published.Contract {
	c := o.Facts
	x := &published.Contract{
		MaxNodeLife: fact(c.MaxNodeLife), Windows: fact(c.Windows), Override: fact(c.Override), Command: factOrNone(c.Command),
		Moves: []published.Move{},
	}
	if c.Timings != nil {
		ready := fact(c.Timings.NodeReady)
		if ready.From == nil { // it is assumed
			ready.From = []string{}
		}
		x.NodeReady = &ready
	}
	for _, m := range c.Triggers {
		x.Moves = append(x.Moves, move(o, m))
	}
	return x
}

func factSources(f *contract.Fact) []string {
	if f == nil {
		return nil
	}
	ids := f.From
	for _, d := range f.Disputed {
		ids = slices.Concat(ids, d.From)
	}
	return ids
}

func contractSources(c *contract.Facts) []string {
	ids := slices.Concat(factSources(&c.MaxNodeLife), factSources(&c.Windows), factSources(&c.Override), factSources(c.Command))
	if c.Timings != nil {
		ids = append(ids, factSources(&c.Timings.NodeReady)...)
	}
	for _, m := range c.Triggers {
		ids = append(ids, moveSources(m)...)
	}
	return ids
}

func moveSources(m contract.TermFacts) []string {
	var ids []string
	m.All(func(_ string, f contract.Fact) { ids = append(ids, factSources(&f)...) })
	return ids
}
